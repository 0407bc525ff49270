//! Ways around the gate: a cleared record out of nothing, of stored bytes, of another one or of a bare record; one that
//! is taken apart; none at all.

use schakel_api::contract::{Rendered, Stamp, Target};
use schakel_api::gate::Cleared;
use schakel_api::model::{Problem, Record};
use serde::Deserialize;

fn out_of_nothing() -> Cleared<Record> {
    Cleared::default()
}

fn read(stored: serde_json::Value) -> serde_json::Result<Cleared<Record>> {
    Cleared::deserialize(stored)
}

fn copied(cleared: &Cleared<Record>) -> Cleared<Record> {
    Cleared::clone(cleared)
}

fn converted(record: Record) -> Cleared<Record> {
    record.into()
}

fn taken_apart(cleared: Cleared<Record>) -> Record {
    cleared.record
}

fn rendered(target: &dyn Target, record: Record, stamp: &Stamp) -> Result<Rendered, Problem> {
    target.render(&[record], stamp)
}

fn main() {
    let _ = (out_of_nothing, read, copied, converted, taken_apart, rendered);
}
