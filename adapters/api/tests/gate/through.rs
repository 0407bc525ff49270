//! The way through the gate: a record is cleared, looked at and rendered.

use schakel_api::contract::{Rendered, Stamp, Target};
use schakel_api::gate::{Cleared, Context, clear};
use schakel_api::model::{Problem, Record, Values};
use schakel_api::value::Version;
use serde::Deserialize;

fn made(record: &Record, version: &Version, context: &Context<'_>) -> Result<Cleared<Record>, Problem> {
    clear(record, version, context)
}

fn read(stored: serde_json::Value) -> serde_json::Result<Values> {
    Values::deserialize(stored)
}

fn looked_at(cleared: &Cleared<Record>) -> (&Record, &Values) {
    (cleared.record(), cleared.values())
}

fn a_copy_changes(cleared: &Cleared<Record>) -> Values {
    let mut values: Values = cleared.values().clone();
    values.set("end", "2026-12-31");
    values
}

fn rendered(target: &dyn Target, cleared: Cleared<Record>, stamp: &Stamp) -> Result<Rendered, Problem> {
    target.render(&[cleared], stamp)
}

fn main() {
    let _ = (made, read, looked_at, a_copy_changes, rendered);
}
