#![allow(clippy::unwrap_used)]

use super::*;
use schakel_api::model::{Record, Stream, Values};

/// The life cycle of a start or stop: status, begin, and for a stop its reason and last day.
fn lifecycle(stream: Stream, state: &str, begin: &str, stop: Option<(&str, &str)>) -> Option<Lifecycle> {
    let mut values = Values::new();
    let texts =
        [("law", "wmo"), ("bsn", "999900006"), ("provider", "agb:12345678"), ("state", state), ("start", begin)];
    for (name, text) in texts {
        values.set(name, text);
    }
    if let Some((reason, end)) = stop {
        values.set("reason", reason);
        values.set("end", end);
    }
    Record::read(stream, &values).unwrap().lifecycle()
}

fn start(state: &str, begin: &str) -> Option<Lifecycle> {
    lifecycle(Stream::Start, state, begin, None)
}

fn stop(state: &str, begin: &str, reason: &str, end: &str) -> Option<Lifecycle> {
    lifecycle(Stream::Stop, state, begin, Some((reason, end)))
}

const PAUSE: &str = "20";
const END: &str = "19";

/// Checks that places sort as they stand here, and in no other way.
fn check(places: &[Place]) {
    for (at, place) in places.iter().enumerate() {
        for (other_at, other) in places.iter().enumerate() {
            assert_eq!(place.cmp(other), at.cmp(&other_at), "{place:?} {other:?}");
        }
    }
}

#[test]
fn the_life_cycle_decides_and_not_the_order_of_arrival() {
    let cycle = [
        // What is taken back goes first, a stop before its start.
        stop("deleted", "2026-01-05", END, "2026-03-31"),
        start("deleted", "2026-01-05"),
        // Then one delivery after the other, each from its start over its pauses to its end.
        start("delivered", "2026-01-05"),
        stop("delivered", "2026-01-05", PAUSE, "2026-02-28"),
        stop("delivered", "2026-01-05", END, "2026-03-31"),
        start("delivered", "2026-04-01"),
        stop("delivered", "2026-04-01", END, "2026-04-30"),
    ];
    assert!(cycle.iter().all(Option::is_some));
    // They came in the reverse order.
    let places: Vec<Place> = cycle
        .into_iter()
        .zip(["g", "f", "e", "d", "c", "b", "a"])
        .map(|(cycle, id)| Place::new(false, cycle, id))
        .collect();
    check(&places);
}

#[test]
fn an_open_outcome_comes_first_then_what_has_no_life_cycle_then_starts_and_stops() {
    let begin = || start("delivered", "2026-01-05");
    check(&[
        Place::new(true, None, "5"),
        Place::new(true, begin(), "3"),
        Place::new(false, None, "6"),
        Place::new(false, None, "7"),
        Place::new(false, begin(), "1"),
        Place::new(false, begin(), "2"),
    ]);
}
