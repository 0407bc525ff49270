#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;
use crate::testing::{LAWS, PERSON, any_record, record_with};
use proptest::prelude::*;

/// What the gate says of a record.
fn gate(record: &Record, environment: Environment, laws: &[Law], withheld: &[&str]) -> Result<Cleared<Record>, Problem> {
    let names: Vec<String> = withheld.iter().map(|name| (*name).to_owned()).collect();
    let withheld = Withheld::new(record.stream(), &names).unwrap();
    clear(record, &Version::counter(7), &Context { environment, laws, withheld: &withheld, key: "key-1" })
}

/// What the gate of a demonstration says of a plain record with some changes.
fn demo(stream: Stream, changes: &[(&str, &str)], withheld: &[&str]) -> Result<Cleared<Record>, Problem> {
    gate(&record_with(stream, changes), Environment::Demo, &LAWS, withheld)
}

#[test]
fn production_takes_no_test_person_and_the_others_nobody_else() {
    // The other number is the well-known example that passes the 11-test.
    for (bsn, is_test) in [(PERSON, true), ("123456782", false)] {
        for environment in [Environment::Production, Environment::Acceptance, Environment::Demo] {
            let cleared = gate(&record_with(Stream::Start, &[("bsn", bsn)]), environment, &LAWS, &[]);
            match (environment == Environment::Production) == is_test {
                true => assert_eq!(cleared, Err(Problem::new("bsn", Code::BsnEnvironment))),
                false => assert!(cleared.is_ok()),
            }
        }
    }
}

#[test]
fn a_law_that_the_link_does_not_handle_stays_behind() {
    let record = record_with(Stream::Indication, &[]);
    assert!(gate(&record, Environment::Demo, &[Law::Wmo], &[]).is_ok());
    for laws in [&[Law::Jeugdwet][..], &[]] {
        let cleared = gate(&record, Environment::Demo, laws, &[]);
        assert_eq!(cleared, Err(Problem::new("law", Code::LawForeign)));
    }
}

#[test]
fn what_is_withheld_is_gone_from_texts_and_record() {
    let changes = [("decision.number", "B-1"), ("product.code", "02A03")];
    let cleared = demo(Stream::Indication, &changes, &["decision.number", "product.code"]).unwrap();
    assert_eq!(cleared.values().get("decision.number"), None);
    assert_eq!(cleared.values().get("product.code"), None);
    let Record::Indication(indication) = cleared.record() else { panic!("no indication") };
    assert_eq!((&indication.decision_number, &indication.product.code), (&None, &None));
    assert_eq!(&cleared.record().values(), cleared.values());
    assert!(cleared.values().get("id").is_some());
}

#[test]
fn what_is_withheld_is_gone_from_every_part() {
    let cleared = demo(Stream::Request, &[], &["parts[].start", "parts[].product.code"]).unwrap();
    let Record::Request(request) = cleared.record() else { panic!("no request") };
    assert!(request.parts.iter().all(|part| part.start.is_none() && part.product.is_some()));
    assert!(cleared.values().iter().all(|(name, _)| name != "parts[].start"));
}

#[test]
fn a_field_that_every_record_has_cannot_be_withheld() {
    for stream in Stream::ALL {
        for row in stream.rows() {
            let withheld = Withheld::new(stream, &[row.name.clone()]);
            let is_size = row.name.contains("size.");
            assert_eq!(withheld.is_err(), row.requirement == Requirement::Required || is_size, "{}", row.name);
        }
    }
    let names = ["end", "colour", "bsn"].map(str::to_owned);
    assert_eq!(Withheld::new(Stream::Indication, &names), Err((1, NotWithheld::Unknown)));
    assert_eq!(Withheld::new(Stream::Indication, &names[2..]), Err((0, NotWithheld::Required)));
    let size = ["size.volume".to_owned()];
    assert_eq!(Withheld::new(Stream::Indication, &size), Err((0, NotWithheld::Required)));
}

#[test]
fn a_record_that_is_not_whole_without_what_is_withheld_stays_behind() {
    let changes = [("kind", "change"), ("reason", "1")];
    let cleared = demo(Stream::Request, &changes, &["reason"]);
    assert_eq!(cleared, Err(Problem::new("reason", Code::ValueMissing)));
}

#[test]
fn the_persons_bsn_stands_in_no_other_field() {
    for (stream, field) in
        [(Stream::Indication, "id"), (Stream::Assignment, "indication"), (Stream::Request, "reference")]
    {
        for text in [PERSON.to_owned(), format!("X-{PERSON}-1")] {
            let cleared = demo(stream, &[(field, &text)], &[]);
            assert_eq!(cleared, Err(Problem::new(field, Code::ValueInvalid)), "{text}");
        }
    }
}

#[test]
fn a_cleared_record_knows_its_version_and_key() {
    let cleared = demo(Stream::Stop, &[], &[]).unwrap();
    assert_eq!((cleared.version(), cleared.key()), (&Version::counter(7), "key-1"));
}

#[test]
fn a_cleared_record_is_a_value_of_its_own() {
    let mut record = record_with(Stream::Indication, &[]);
    let cleared = gate(&record, Environment::Demo, &LAWS, &[]).unwrap();
    if let Record::Indication(indication) = &mut record {
        indication.end = None;
    }
    assert_eq!(cleared.values().get("end"), Some("2026-12-31"));
}

proptest! {
    #[test]
    fn the_same_record_and_context_give_the_same_answer(record in any_record(Stream::Indication)) {
        let copy = record.clone();
        let first = gate(&record, Environment::Demo, &LAWS, &["end"]);
        prop_assert_eq!(&first, &gate(&record, Environment::Demo, &LAWS, &["end"]));
        prop_assert_eq!(record, copy);
    }

    #[test]
    fn with_nothing_withheld_a_record_crosses_as_it_is(record in any_record(Stream::Request)) {
        let cleared = gate(&record, Environment::Demo, &LAWS, &[]).unwrap();
        prop_assert_eq!(cleared.record(), &record);
        prop_assert_eq!(cleared.values(), &record.values());
    }
}
