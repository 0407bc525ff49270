//! In what order the entries of one lane are delivered. Pure.

use schakel_api::model::Lifecycle;

/// Where an entry stands in its lane: what sorts first goes first.
///
/// An attempt with an open outcome is settled before anything else. Indications, assignments and requests go in the
/// order of the journal, and before starts and stops, which follow the life cycle of REFERENCE 7.3, whatever the days
/// of their messages: late and out-of-order messages are normal (OP080).
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    settled: bool,
    delivery: Option<Lifecycle>,
    id: String,
}

impl Place {
    /// The place of an entry.
    pub(crate) fn new(open: bool, delivery: Option<Lifecycle>, id: &str) -> Self {
        Self { settled: !open, delivery, id: id.to_owned() }
    }
}

#[cfg(test)]
#[path = "order_tests.rs"]
mod tests;
