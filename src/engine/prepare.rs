//! What becomes of items before the store is asked: read, mapped and judged by the gate.

use super::payload::Origin;
use crate::config::Flow;
use crate::privacy::Keyring;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use schakel_api::code::Code;
use schakel_api::contract::{Item, Native};
use schakel_api::gate::{Context, clear};
use schakel_api::model::{Problem, Record, Unreadable};
use schakel_api::value::{Bsn, Size, Version};

/// An item after everything that needs no store.
pub(super) enum Prepared {
    /// None of the flow's business; with where it came from when it might have been.
    Skipped(Option<Origin>),
    Blocked,
    /// It makes no record.
    Wrong {
        origin: Origin,
        content: String,
        problem: Problem,
        /// It is a row with a key of its own, and not something of which no row could be made.
        row: bool,
    },
    /// The gate let it through, if the receiving side may know of the person.
    Cleared(Cleared),
}

/// A record that the gate let through.
pub(super) struct Cleared {
    pub(super) origin: Origin,
    pub(super) record: Box<Record>,
    /// Absent when it is versioned by observation.
    pub(super) version: Option<Version>,
    /// Who sent the person, by its code.
    pub(super) referrer: Option<String>,
}

impl Prepared {
    /// What tells the item from every other of the flow, where it has something.
    pub(super) fn origin(&self) -> Option<&Origin> {
        match self {
            Self::Wrong { origin, .. } | Self::Cleared(Cleared { origin, .. }) => Some(origin),
            Self::Skipped(origin) => origin.as_ref(),
            Self::Blocked => None,
        }
    }

    /// The same, of a line of the source that can be known again when it changes.
    pub(super) fn line(&self) -> Option<&Origin> {
        match self {
            Self::Wrong { row: false, .. } => None,
            line => line.origin(),
        }
    }
}

/// Prepares the items of a flow.
pub(super) struct Preparer<'a> {
    pub(super) flow: &'a Flow,
    pub(super) keyring: &'a Keyring,
}

impl Preparer<'_> {
    /// Reads, maps and judges an item of the page at a position.
    pub(super) fn prepared(&self, item: Item, position: Option<&str>) -> Prepared {
        let origin = |key: String, handle| Origin { key, handle, position: position.map(str::to_owned) };
        match item {
            Item::Skipped => Prepared::Skipped(None),
            Item::Blocked => Prepared::Blocked,
            Item::Defect { key, handle, code } => {
                let (content, problem) = (key.clone(), Problem::new("", code));
                Prepared::Wrong { content, origin: origin(key, handle), problem, row: false }
            }
            Item::Native(Native { key, handle, values, version, referrer }) => {
                let content = serde_json::to_string(&values).unwrap_or_default();
                let outcome = Record::read(self.flow.stream, &values).map(|record| (record, Some(version)));
                self.judged(origin(key, handle), &content, outcome, referrer)
            }
            Item::Row(row) => {
                let Some(mapping) = &self.flow.mapping else { return Prepared::Skipped(None) };
                let content = mapping.content(&row);
                let mapped = mapping.read(&row);
                let key = mapped.key.unwrap_or_else(|| self.key_of_content(&content));
                self.judged(origin(key, mapped.handle), &content, mapped.outcome, None)
            }
        }
    }

    /// A row without a key is told apart by what it holds, of which only a keyed hash is kept.
    fn key_of_content(&self, content: &str) -> String {
        let hash = self.keyring.scope(&self.flow.link, None).map(|scope| scope.content(content));
        hash.map(|hash| BASE64.encode(hash.as_bytes())).unwrap_or_default()
    }

    fn judged(
        &self,
        origin: Origin,
        content: &str,
        outcome: Result<(Record, Option<Version>), Unreadable>,
        referrer: Option<String>,
    ) -> Prepared {
        let wrong = |origin, problem: Problem| {
            // What is told apart by its content alone is not the same line any more once it is mended.
            let row = problem.code != Code::KeyMissing;
            Prepared::Wrong { origin, content: content.to_owned(), problem, row }
        };
        let (record, version) = match outcome {
            Ok(read) => read,
            Err(Unreadable::OutOfScope) => return Prepared::Skipped(Some(origin)),
            Err(Unreadable::Problems(problems)) => {
                let first = problems.into_iter().next();
                return wrong(origin, first.unwrap_or_else(|| Problem::new("", Code::ValueInvalid)));
            }
        };
        let holds = |handle: &String| record.bsn().is_some_and(|bsn| holds(handle, bsn));
        let origin = Origin { handle: origin.handle.filter(|handle| !holds(handle)), ..origin };
        let incomplete = self.flow.target().is_none_or(|target| target.limits().incomplete);
        if matches!(record.size(), Some(Size::Amount)) && !incomplete {
            return wrong(origin, Problem::new("size.limit", Code::CompleteByHand));
        }
        // Whether the person may be known of, and the key at targets, are matters of the delivery.
        let context = Context {
            environment: self.flow.environment,
            laws: &self.flow.laws,
            withheld: &self.flow.withheld,
            key: "",
            may_know: true,
            smallest_cell: self.flow.smallest_cell,
            counterpart: None,
        };
        let observed = Version::observed(0, 0);
        match clear(&record, version.as_ref().unwrap_or(&observed), &context) {
            Ok(cleared) => {
                Prepared::Cleared(Cleared { referrer, origin, record: Box::new(cleared.record().clone()), version })
            }
            Err(problem) => wrong(origin, problem),
        }
    }
}

/// Whether the digits of a text hold a person's BSN.
fn holds(text: &str, bsn: &Bsn) -> bool {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.contains(bsn.reveal())
}
