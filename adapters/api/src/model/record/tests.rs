#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;
use crate::testing::{OTHER_PERSON, any_record, record_with};
use proptest::prelude::*;

/// Checks which changes of a plain record make it another one. The person is changed by hand.
fn check(stream: Stream, keys: &[(&str, &str)], others: &[(&str, &str)]) {
    let identity = |changes: &[(&str, &str)]| record_with(stream, changes).identity("P1");
    let plain = identity(&[]);
    for change in keys {
        assert_ne!(identity(&[*change]), plain, "{} is in the key of a {}", change.0, stream.as_str());
    }
    for change in others {
        assert_eq!(identity(&[*change]), plain, "{} is not in the key of a {}", change.0, stream.as_str());
    }
}

const DELIVERY_KEY: [(&str, &str); 6] = [
    ("provider", "agb:87654321"),
    ("provider", "kvk:12345678"),
    ("assignment", ""),
    ("product.category", "03"),
    ("product.code", ""),
    ("start", "2026-01-06"),
];

#[test]
fn an_indication_is_its_id() {
    let others = [("bsn", OTHER_PERSON), ("provider", "agb:87654321"), ("start", "2026-01-06"), ("state", "deleted")];
    check(Stream::Indication, &[("id", "IND-2"), ("id", "ind-1")], &others);
}

#[test]
fn an_assignment_is_its_number_as_an_integer() {
    let others = [("number", "000300201"), ("provider", "agb:87654321"), ("assigned", "2026-02-01T00:00:00Z")];
    check(Stream::Assignment, &[("number", "300202")], &others);
}

#[test]
fn a_request_is_its_provider_and_reference() {
    check(Stream::Request, &[("provider", "agb:87654321"), ("reference", "req-1")], &[("bsn", OTHER_PERSON)]);
}

#[test]
fn a_start_is_its_delivery() {
    check(Stream::Start, &DELIVERY_KEY, &[("assignment-start", "2026-01-01"), ("state", "deleted")]);
}

#[test]
fn a_stop_is_its_start_with_reason_and_end() {
    let keys = [&DELIVERY_KEY[..], &[("reason", "19"), ("end", "2026-04-01")]].concat();
    check(Stream::Stop, &keys, &[("assignment-start", "2026-01-01"), ("state", "deleted")]);
}

#[test]
fn the_law_is_in_every_identity_and_the_person_in_that_of_deliveries() {
    for stream in Stream::ALL {
        let record = record_with(stream, &[]);
        let is_delivery = matches!(stream, Stream::Start | Stream::Stop);
        assert_eq!(record.identity("P1") != record.identity("P2"), is_delivery, "{}", stream.as_str());
        let youth = [("law", "jeugdwet"), ("product.category", "45"), ("category", "45")];
        let youth: Vec<_> = youth.into_iter().filter(|(name, _)| stream.row(name).is_some()).collect();
        if stream != Stream::Request {
            assert_ne!(record_with(stream, &youth).identity("P1"), record.identity("P1"));
        }
        assert!(record.identity("P1").contains("wmo"));
    }
}

#[test]
fn parts_of_an_identity_do_not_run_into_each_other() {
    let request = |provider, reference| {
        record_with(Stream::Request, &[("provider", provider), ("reference", reference)]).identity("P1")
    };
    assert_ne!(request("local:1", "1 2:ab"), request("local:1", "1"));
    assert_ne!(request("local:1", "23"), request("local:12", "3"));
    let start = |assignment, category, code| {
        let changes = [("assignment", assignment), ("product.category", category), ("product.code", code)];
        record_with(Stream::Start, &changes).identity("P1")
    };
    assert_ne!(start("02", "", ""), start("", "02", ""));
}

proptest! {
    #[test]
    fn no_identity_holds_a_digit_of_the_bsn(start in any_record(Stream::Start), stop in any_record(Stream::Stop)) {
        for record in [start, stop] {
            prop_assert!(!record.identity("P1").contains(record.bsn().unwrap().reveal()));
        }
    }
}

#[test]
fn what_waits_together_goes_in_the_order_of_the_life_cycle() {
    let start = |day, state| record_with(Stream::Start, &[("start", day), ("state", state)]);
    let stop = |day, reason, end, state| {
        record_with(Stream::Stop, &[("start", day), ("reason", reason), ("end", end), ("state", state)])
    };
    let (first, second) = ("2026-01-05", "2026-05-01");
    let ordered = [
        stop(first, "19", "2026-03-01", "deleted"),
        start(first, "deleted"),
        start(first, "delivered"),
        stop(first, "20", "2026-03-31", "delivered"),
        stop(first, "19", "2026-03-31", "delivered"),
        stop(first, "02", "2026-04-02", "delivered"),
        start(second, "delivered"),
        stop(second, "20", "2026-05-31", "delivered"),
    ];
    let places: Vec<Lifecycle> = ordered.iter().map(|record| record.lifecycle().unwrap()).collect();
    assert!(places.is_sorted_by(|one, next| one < next), "{places:?}");
    let retracted: Vec<bool> = ordered.iter().map(Record::is_retraction).collect();
    assert_eq!(retracted, [true, true, false, false, false, false, false, false]);
}

#[test]
fn only_deliveries_have_a_life_cycle() {
    for stream in [Stream::Indication, Stream::Assignment, Stream::Request] {
        let record = record_with(stream, &[]);
        assert!(record.lifecycle().is_none() && !record.is_retraction());
    }
}

#[test]
fn what_is_about_nobody_is_about_itself_and_two_answers_are_about_one_request() {
    for stream in Stream::ALL {
        let record = record_with(stream, &[]);
        assert_eq!(matches!(record.subject(), Subject::Person(_)), stream.is_about_a_person(), "{}", stream.as_str());
    }
    let rejected = record_with(Stream::Answer, &[]);
    let investigated = record_with(Stream::Answer, &[("answer", "under-investigation"), ("reason", "")]);
    assert_eq!(rejected.subject(), investigated.subject());
    assert_ne!(rejected.identity(""), investigated.identity(""));
}

#[test]
fn an_end_a_state_a_reason_and_a_new_total_change_in_place_and_nothing_else_does() {
    let fixed = |changes: &[(&str, &str)]| record_with(Stream::Indication, changes).fixed();
    let plain = fixed(&[]);
    assert!(plain.is_some());
    for change in [("end", "2027-01-31"), ("state", "deleted"), ("change-reason", "04"), ("decision.number", "B-2")] {
        assert_eq!(fixed(&[change]), plain, "{change:?}");
    }
    let others = [
        ("size.volume", "4"),
        ("size.unit", "01"),
        ("size.frequency", "4"),
        ("product.code", "02A05"),
        ("product.category", "03"),
        ("provider", "agb:12345679"),
        ("start", "2026-01-06"),
    ];
    for change in others {
        assert_ne!(fixed(&[change]), plain, "{change:?}");
    }
    let total = |volume| fixed(&[("size.frequency", "6"), ("size.volume", volume)]);
    assert_eq!(total("40"), total("50"));
    assert_ne!(total("40"), fixed(&[("size.volume", "40")]));
    assert_eq!(record_with(Stream::Assignment, &[]).fixed(), None);
}
