#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;
use schakel_api::model::{Stream, Values};

const PERSON: &str = "999900006";
const OTHER: &str = "999900018";

fn record(stream: Stream, texts: &[(&str, &str)]) -> Record {
    let plain = [("law", "wmo"), ("bsn", PERSON), ("provider", "agb:12345678"), ("start", "2026-01-05")];
    let care = [("product.category", "02"), ("product.code", "02A03"), ("end", "2026-12-31")];
    let size = [("size.volume", "3"), ("size.unit", "04"), ("size.frequency", "2")];
    let mut values = Values::new();
    for (name, text) in plain.iter().chain(&care).chain(&size).chain(texts) {
        values.set(name, *text);
    }
    Record::read(stream, &values).unwrap()
}

fn indication(id: &str, changes: &[(&str, &str)]) -> Record {
    let own = [("id", id), ("delivery-form", "zin"), ("state", "in-force")];
    record(Stream::Indication, &[&own[..], changes].concat())
}

fn assignment(number: &str, changes: &[(&str, &str)]) -> Record {
    let own = [("number", number), ("state", "assigned"), ("assigned", "2026-01-02T09:00:00Z")];
    record(Stream::Assignment, &[&own[..], changes].concat())
}

fn compared(source: &[Record], held: &[Record], pairs: &[(&str, &str)]) -> (Vec<Match>, usize) {
    let pairs = pairs.iter().map(|(id, number)| ((*id).to_owned(), vec![(*number).to_owned()])).collect();
    let Matches { of, extra } = matches(&source.iter().collect::<Vec<_>>(), Some(held), &pairs);
    (of, extra)
}

fn same(number: &str) -> Match {
    Match::Same(vec![number.to_owned()])
}

#[test]
fn the_same_care_of_the_same_person_is_one() {
    let (of, extra) = compared(&[indication("I1", &[])], &[assignment("101", &[])], &[]);
    assert_eq!((of, extra), (vec![same("101")], 0));
}

#[test]
fn another_person_provider_product_start_or_law_is_another() {
    let youth = [("law", "jeugdwet"), ("product.category", "45")];
    let others = [
        &[("bsn", OTHER)][..],
        &[("provider", "agb:12345679")],
        &[("product.code", "02A04")],
        &[("start", "2026-01-06")],
        &youth,
    ];
    for other in others {
        let (of, extra) = compared(&[indication("I1", &[])], &[assignment("101", other)], &[]);
        assert_eq!((of, extra), (vec![Match::Missing], 1), "{other:?}");
    }
}

#[test]
fn another_end_or_size_is_the_same_care_with_another_content() {
    for other in [[("end", "2026-11-30")], [("size.volume", "4")]] {
        let (of, _) = compared(&[indication("I1", &[])], &[assignment("101", &other)], &[]);
        assert_eq!(of, [Match::Different(vec!["101".to_owned()])]);
    }
}

#[test]
fn two_that_fit_are_ambiguous_whichever_side_they_are_on() {
    let two = [assignment("101", &[]), assignment("102", &[])];
    assert_eq!(compared(&[indication("I1", &[])], &two, &[]), (vec![Match::Ambiguous], 0));
    let both = [indication("I1", &[]), indication("I2", &[])];
    assert_eq!(compared(&both, &two[..1], &[]), (vec![Match::Ambiguous, Match::Ambiguous], 0));
}

#[test]
fn an_id_or_a_pair_decides_what_would_be_ambiguous() {
    let two = [assignment("101", &[("indication", "I1")]), assignment("102", &[])];
    assert_eq!(compared(&[indication("I1", &[])], &two, &[]).0, [same("101")]);
    let two = [assignment("101", &[]), assignment("102", &[])];
    assert_eq!(compared(&[indication("I1", &[])], &two, &[("I1", "102")]).0, [same("102")]);
    let slip = compared(&[indication("I1", &[])], &two, &[("I1", "103")]);
    assert_eq!(slip.0, [Match::Ambiguous], "the target holds no such number");
    let pairs = [("I1".to_owned(), vec!["102".to_owned()])].into();
    let unread = matches(&[&indication("I1", &[]), &indication("I2", &[])], None, &pairs);
    assert_eq!(unread.of, [same("102"), Match::Missing], "where nothing can be read, what was written down counts");
}

#[test]
fn a_withdrawn_indication_that_the_target_does_not_hold_asks_for_nothing() {
    let withdrawn = indication("I1", &[("state", "deleted")]);
    assert_eq!(compared(std::slice::from_ref(&withdrawn), &[], &[]).0, [Match::Same(Vec::new())]);
    let held = compared(&[withdrawn], &[assignment("101", &[])], &[]);
    assert_eq!(held.0, [Match::Different(vec!["101".to_owned()])]);
}

#[test]
fn what_no_longer_counts_at_the_target_is_not_held() {
    for state in ["deleted", "refused"] {
        let held = [assignment("101", &[("state", state)])];
        assert_eq!(compared(&[indication("I1", &[])], &held, &[]), (vec![Match::Missing], 0));
    }
}

#[test]
fn records_of_other_streams_are_known_by_their_identity() {
    let start = |day: &str, state: &str| {
        let texts = [("law", "wmo"), ("bsn", PERSON), ("provider", "agb:12345678"), ("start", day), ("state", state)];
        let mut values = Values::new();
        for (name, text) in texts {
            values.set(name, text);
        }
        Record::read(Stream::Start, &values).unwrap()
    };
    let (ours, held) = (start("2026-01-05", "delivered"), start("2026-01-05", "delivered"));
    assert_eq!(compared(std::slice::from_ref(&ours), &[held], &[]).0, [Match::Same(Vec::new())]);
    let other = [start("2026-01-05", "deleted"), start("2026-01-06", "delivered")];
    assert_eq!(compared(&[ours], &other, &[]), (vec![Match::Different(Vec::new())], 1));
}
