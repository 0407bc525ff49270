//! A cleared record cannot be changed afterwards.

use schakel_api::gate::Cleared;
use schakel_api::model::Record;

fn by_its_texts(cleared: &mut Cleared<Record>) {
    cleared.values().set("end", "2026-12-31");
}

fn by_its_record(cleared: &mut Cleared<Record>, other: Record) {
    *cleared.record() = other;
}

fn main() {
    let _ = (by_its_texts, by_its_record);
}
