//! A cleared record made by hand: its fields are private.

use schakel_api::gate::Cleared;
use schakel_api::model::{Record, Values};
use schakel_api::value::Version;

fn made(record: Record, values: Values, version: Version) -> Cleared<Record> {
    Cleared { record, values, version, key: String::new(), counterpart: None }
}

fn main() {
    let _ = made;
}
