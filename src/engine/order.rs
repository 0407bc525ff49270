//! In what order the entries of one lane are delivered. Pure.

use schakel_api::model::Lifecycle;

/// Where an entry stands in its lane: what sorts first goes first.
///
/// An attempt with an open outcome is settled before anything else. Indications, assignments and requests go in the
/// order of the journal, and before starts and stops, which follow the day of their message and, within it, the life
/// cycle of REFERENCE 7.3.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    settled: bool,
    delivery: Option<(String, Lifecycle)>,
    id: String,
}

impl Place {
    /// The place of an entry.
    pub(crate) fn new(open: bool, version: &str, lifecycle: Option<Lifecycle>, id: &str) -> Self {
        let delivery = lifecycle.map(|lifecycle| (version.to_owned(), lifecycle));
        Self { settled: !open, delivery, id: id.to_owned() }
    }
}

#[cfg(test)]
#[path = "order_tests.rs"]
mod tests;
