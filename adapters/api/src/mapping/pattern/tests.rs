#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;
use crate::testing::{cleared, record_with};

/// The path of a plain record with some changes.
fn path(stream: Stream, pattern: &str, changes: &[(&str, &str)]) -> Result<String, Problem> {
    Pattern::parse(stream, pattern).unwrap().path(&cleared(&record_with(stream, changes)))
}

#[test]
fn fields_and_the_key_stand_in_a_path() {
    let text = path(Stream::Indication, "/wetten/{law}/indicaties/{id}?sleutel={key}", &[]);
    assert_eq!(text, Ok("/wetten/wmo/indicaties/IND-1?sleutel=key-1".to_owned()));
    assert_eq!(path(Stream::Stop, "/stops", &[]), Ok("/stops".to_owned()));
}

#[test]
fn a_value_stays_within_its_segment() {
    let text = path(Stream::Indication, "/i/{id}", &[("id", "a/b?c#d%é~_.-")]);
    assert_eq!(text, Ok("/i/a%2Fb%3Fc%23d%25%C3%A9~_.-".to_owned()));
    for id in [".", ".."] {
        let text = path(Stream::Indication, "/i/{id}", &[("id", id)]);
        assert_eq!(text, Err(Problem::new("id", Code::ValueInvalid)));
    }
}

#[test]
fn a_bsn_stands_in_no_path() {
    for stream in Stream::ALL {
        assert_eq!(Pattern::parse(stream, "/clients/{bsn}"), Err(BadPattern::Bsn));
    }
}

#[test]
fn a_field_that_a_record_may_lack_stands_in_no_path() {
    for name in ["end", "product.code", "size.volume"] {
        let pattern = Pattern::parse(Stream::Indication, &format!("/{{{name}}}"));
        assert_eq!(pattern, Err(BadPattern::Optional(name.to_owned())));
    }
    let listed = Pattern::parse(Stream::Request, "/{parts[].kind}");
    assert_eq!(listed, Err(BadPattern::Optional("parts[].kind".to_owned())));
}

#[test]
fn an_unknown_name_or_an_open_brace_is_refused() {
    assert_eq!(Pattern::parse(Stream::Start, "/{number}"), Err(BadPattern::Unknown("number".to_owned())));
    assert_eq!(Pattern::parse(Stream::Start, "/{}"), Err(BadPattern::Unknown(String::new())));
    assert_eq!(Pattern::parse(Stream::Start, "/{law"), Err(BadPattern::Unclosed));
}
