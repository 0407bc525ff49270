use crate::support::{FROM, SECRET, TO, open, projection, template, with};
use schakel_api::contract::{SettingError, System};
use schakel_api::mapping::Projection;
use schakel_api::model::Stream;
use std::sync::Arc;

/// What mistakes point at, and what they say.
fn shown(text: &str, errors: Vec<SettingError>) -> Vec<(String, String)> {
    let mut shown: Vec<_> = errors.into_iter().map(|error| (text[error.span].to_owned(), error.message)).collect();
    shown.sort();
    shown
}

/// Checks the mistakes that opening a system with these settings finds.
fn check(text: &str, expected: &[(&str, &str)]) {
    let errors = open(text).err().unwrap_or_default();
    let mut expected: Vec<_> = expected.iter().map(|(at, words)| ((*at).to_owned(), (*words).to_owned())).collect();
    expected.sort();
    assert_eq!(shown(text, errors), expected, "{text}");
}

fn system() -> Arc<dyn System> {
    open("base-url = \"https://package.example/api\"\n").unwrap()
}

/// The mistakes of a source's section.
fn source(text: &str, projection: Option<Projection>) -> Vec<(String, String)> {
    let errors = with(text, |section| system().source(Stream::Indication, section, projection).err());
    shown(text, errors.unwrap_or_default())
}

/// The mistakes of a target's section, with a mapping or without.
fn target(text: &str, mapped: bool) -> Vec<(String, String)> {
    let errors = with(text, |section| system().target(Stream::Indication, section, mapped.then(template)).err());
    shown(text, errors.unwrap_or_default())
}

fn one(at: &str, words: &str) -> Vec<(String, String)> {
    vec![(at.to_owned(), words.to_owned())]
}

#[test]
fn right_settings_open() {
    check("base-url = \"https://package.example/api\"\nauth = { bearer = \"token\" }\ntimeout-seconds = 600\n", &[]);
    assert_eq!(source(FROM, Some(projection())), []);
    assert_eq!(target(TO, true), []);
}

#[test]
fn what_is_no_address_is_pointed_at() {
    for address in [
        "package",
        "ftp://package.example",
        "https://",
        "https://package.example/api?key=1",
        "https://package.example/api#top",
        "https://user@package.example",
        "https://user:secret@package.example",
    ] {
        check(&format!("base-url = \"{address}\"\n"), &[(&format!("\"{address}\""), "this is no address")]);
    }
}

#[test]
fn a_credential_that_cannot_be_used_is_pointed_at_and_never_shown() {
    let words = "there is no credential of this name";
    check("base-url = \"https://p.example\"\nauth = { bearer = \"tokn\" }\n", &[("\"tokn\"", words)]);
    let words = "a credential's name holds letters, digits, dashes, dots and underscores only";
    check("base-url = \"https://p.example\"\nauth = { bearer = \"../token\" }\n", &[("\"../token\"", words)]);
    let errors = open("base-url = \"x\"\nauth = { bearer = \"token\" }\n").err().unwrap();
    assert!(!format!("{errors:?}").contains(SECRET));
}

#[test]
fn all_mistakes_of_a_system_are_found_at_once() {
    let text = "base-url = \"x\"\nauth = { bearer = \"tokn\" }\ntimeout-seconds = 0\ntimeout = 3\n";
    check(
        text,
        &[
            ("\"x\"", "this is no address"),
            ("\"tokn\"", "there is no credential of this name"),
            ("0", "1 to 600 seconds"),
            ("timeout", "no such setting: `timeout`"),
        ],
    );
    check("timeout-seconds = 601\n", &[("timeout-seconds = 601\n", "`base-url` is missing")]);
}

#[test]
fn a_flow_without_a_mapping_is_pointed_at() {
    assert_eq!(source(FROM, None), one(FROM, "`mapping` is missing"));
    assert_eq!(target(TO, false), one(TO, "`mapping` is missing"));
}

#[test]
fn the_mistakes_of_a_source_are_pointed_at() {
    let text = FROM.replace("$.volgende", "$.pages[*]").replace("$.gewijzigd_op", "gewijzigd");
    let found = source(&text, Some(projection()));
    let at: Vec<&str> = found.iter().map(|(at, _)| at.as_str()).collect();
    assert_eq!(at, ["\"$.pages[*]\"", "\"gewijzigd\""]);
    let text = FROM.replace("paging", "read = \"snapshots\"\npaging");
    assert_eq!(source(&text, Some(projection()))[0].0, "\"snapshots\"");
    assert_eq!(source("", None).len(), 2, "path and mapping are missing");
}

#[test]
fn changes_are_asked_for_since_a_moment_and_a_whole_list_is_not() {
    let without = "path = \"/indicaties\"\n";
    assert_eq!(source(without, Some(projection())), one(without, "`paging` is missing"));
    let since = FROM.replace(", since = \"$.gewijzigd_op\"", "");
    assert_eq!(source(&since, Some(projection())), one(&since, "`since` is missing in `paging`"));
    assert_eq!(source(&format!("{without}read = \"snapshot\"\n"), Some(projection())), []);
    assert_eq!(source(&format!("read = \"snapshot\"\n{since}"), Some(projection())), []);
}

#[test]
fn the_mistakes_of_a_target_are_pointed_at() {
    let words = "a BSN may not stand in a path: use {key}";
    assert_eq!(target(&TO.replace("{id}", "{bsn}"), true), one("\"/toewijzingen/{bsn}\"", words));
    let words = "the stream has no field of this name";
    assert_eq!(target(&TO.replace("{id}", "{nummer}"), true), one("\"/toewijzingen/{nummer}\"", words));
    let words = "a record may lack this field: use {key}";
    assert_eq!(target(&TO.replace("{id}", "{end}"), true), one("\"/toewijzingen/{end}\"", words));
    assert_eq!(target(&format!("{TO}concurrency = 0\n"), true), one("0", "1 to 256 requests at once"));
    assert_eq!(target(&format!("{TO}method = \"POST\"\n"), true)[0].0, "\"POST\"");
}
