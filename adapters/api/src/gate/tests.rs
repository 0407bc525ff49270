#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;
use crate::testing::{LAWS, PERSON, any_record, context, record_with};
use crate::value::{Moment, VersionKind};
use proptest::prelude::*;

/// What the gate says of a record.
fn gate(
    record: &Record,
    environment: Environment,
    laws: &[Law],
    withheld: &[&str],
) -> Result<Cleared<Record>, Problem> {
    let names: Vec<String> = withheld.iter().map(|name| (*name).to_owned()).collect();
    let withheld = Withheld::new(record.stream(), &names).unwrap();
    clear(record, &Version::counter(7), &Context { environment, laws, ..context(&withheld) })
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
fn only_what_a_record_can_do_without_can_be_withheld() {
    let optional = |stream: Stream| -> Vec<&str> {
        let names = stream.rows().iter().map(|row| row.name.as_str());
        names.filter(|name| Withheld::new(stream, &[(*name).to_owned()]).is_ok()).collect()
    };
    let decided = ["product.code", "decision.number", "decision.date", "change-reason", "replaces", "request"];
    assert_eq!(optional(Stream::Indication), decided);
    let assigned = ["indication", "refusal", "product.code", "end", "change-reason", "request"];
    assert_eq!(optional(Stream::Assignment), assigned);
    assert_eq!(optional(Stream::Request), [""; 0]);
    assert_eq!(optional(Stream::Start), ["assignment-start"]);
    assert_eq!(optional(Stream::Stop), ["assignment-start"]);
}

#[test]
fn the_first_field_that_cannot_be_withheld_is_pointed_at() {
    let names = ["replaces", "colour", "bsn"].map(str::to_owned);
    assert_eq!(Withheld::new(Stream::Indication, &names), Err((1, NotWithheld::Unknown)));
    assert_eq!(Withheld::new(Stream::Indication, &names[2..]), Err((0, NotWithheld::Required)));
    let size = ["size.volume".to_owned()];
    assert_eq!(Withheld::new(Stream::Indication, &size), Err((0, NotWithheld::Required)));
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
fn the_persons_bsn_stands_in_no_version() {
    let withheld = Withheld::default();
    let context = context(&withheld);
    let version = Version::at(VersionKind::Changed, Moment::UNIX_EPOCH, &format!("{PERSON}-1"));
    let cleared = clear(&record_with(Stream::Start, &[]), &version, &context);
    assert_eq!(cleared, Err(Problem::new("version", Code::ValueInvalid)));
}

#[test]
fn a_cleared_record_knows_its_version_and_key() {
    let cleared = demo(Stream::Stop, &[], &[]).unwrap();
    assert_eq!((cleared.version(), cleared.key()), (&Version::counter(7), "key-1"));
}

#[test]
fn a_person_of_whom_the_receiver_may_not_know_does_not_pass_and_what_is_about_nobody_does() {
    for stream in Stream::ALL {
        let withheld = Withheld::default();
        let unknown = Context { may_know: false, ..context(&withheld) };
        let outcome = clear(&record_with(stream, &[]), &Version::counter(7), &unknown);
        let stopped = outcome == Err(Problem::new("bsn", Code::PersonNotKnown));
        assert_eq!(stopped, stream.is_about_a_person(), "{}", stream.as_str());
        assert!(stopped || outcome.is_ok());
    }
}

#[test]
fn a_number_under_the_smallest_cell_goes_out_as_fewer_than() {
    let text = |stream, count: &str, at_target: &str| {
        demo(stream, &[(count, "9")], &[]).unwrap().values().get(at_target).map(str::to_owned)
    };
    let waiting = |number, leaf| {
        let cleared = demo(Stream::WaitingList, &[("waiting.number", number)], &[]).unwrap();
        cleared.values().get(leaf).map(str::to_owned)
    };
    assert_eq!(waiting("9", "waiting.fewer-than").as_deref(), Some("10"));
    assert_eq!(waiting("9", "waiting.number"), None);
    assert_eq!(waiting("0", "waiting.fewer-than").as_deref(), Some("10"));
    assert_eq!(waiting("10", "waiting.number").as_deref(), Some("10"));
    assert_eq!(text(Stream::Performance, "observations.number", "observations.fewer-than").as_deref(), Some("10"));
    assert_eq!(text(Stream::Performance, "observations.number", "score"), None, "a score of so few says who they are");
}

#[test]
fn what_went_through_goes_through_again_as_it_is() {
    for stream in [Stream::WaitingList, Stream::Performance] {
        for number in ["3", "30"] {
            let count = if stream == Stream::WaitingList { "waiting.number" } else { "observations.number" };
            let once = demo(stream, &[(count, number)], &[]).unwrap();
            let withheld = Withheld::default();
            let again = clear(once.record(), &Version::counter(7), &context(&withheld)).unwrap();
            assert_eq!(again.values(), once.values());
        }
    }
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
        let first = gate(&record, Environment::Demo, &LAWS, &["replaces"]);
        prop_assert_eq!(&first, &gate(&record, Environment::Demo, &LAWS, &["replaces"]));
        prop_assert_eq!(record, copy);
    }

    #[test]
    fn with_nothing_withheld_a_record_crosses_as_it_is(record in any_record(Stream::Request)) {
        let cleared = gate(&record, Environment::Demo, &LAWS, &[]).unwrap();
        prop_assert_eq!(cleared.record(), &record);
        prop_assert_eq!(cleared.values(), &record.values());
    }
}
