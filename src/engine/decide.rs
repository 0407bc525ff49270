//! What a fetched record means, seen against the head of its identity. Pure.

use crate::privacy::Hash;
use crate::store::{Head, SubjectId};
use schakel_api::value::{Version, VersionKind};
use std::cmp::Ordering;

/// A record as it was just seen.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) subject: SubjectId,
    pub(crate) content: Hash,
    pub(crate) version: Version,
    /// It takes back a start or stop (status 3).
    pub(crate) retraction: bool,
    /// It counts: it was neither withdrawn nor taken back.
    pub(crate) in_force: bool,
    /// What may not change under its identity, where there is such a thing.
    pub(crate) fixed: Option<Hash>,
}

/// What is to be done with it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// The content is known. With a head: the version is newer all the same, and is remembered.
    Unchanged(Option<Head>),
    /// Something newer is known already.
    Stale,
    /// The id belonged to somebody else before.
    PersonChanged,
    /// What may not change under one id did.
    ChangedInPlace,
    /// It is to be delivered.
    Journal(Head),
}

/// Decides.
///
/// An older version never overwrites a newer one, however late it arrives. Of two contents of one version the later
/// observation wins, but for start and stop: within one Dagtekening a key in force takes its deletion before its
/// delivery, and any other key the delivery first. `in_place` says that the target takes every change under one id.
pub(crate) fn decide(head: Option<&Head>, seen: &Seen, in_place: bool) -> Decision {
    let Some(head) = head else {
        return Decision::Journal(fresh(seen));
    };
    if head.subject != seen.subject {
        return Decision::PersonChanged;
    }
    let order = match head.version_kind == seen.version.kind() {
        true => seen.version.text().cmp(head.version.as_str()),
        // The settings changed what versions are; what is seen now counts.
        false => Ordering::Greater,
    };
    if head.content == seen.content {
        let raised = Head { before: head.in_force, ..head.clone() }.versioned(&seen.version);
        return Decision::Unchanged((order == Ordering::Greater).then_some(raised));
    }
    let before = match order {
        Ordering::Less => return Decision::Stale,
        Ordering::Equal => head.before,
        Ordering::Greater => head.in_force,
    };
    let by_day = seen.version.kind() == VersionKind::Sent && head.in_force == seen.retraction;
    if order == Ordering::Equal && by_day && before == seen.retraction {
        return Decision::Stale;
    }
    if matches!((head.fixed, seen.fixed), (Some(known), Some(now)) if known != now) && !in_place {
        return Decision::ChangedInPlace;
    }
    Decision::Journal(Head { before, accepted: head.accepted, ..fresh(seen) })
}

fn fresh(seen: &Seen) -> Head {
    Head {
        subject: seen.subject.clone(),
        content: seen.content,
        version_kind: seen.version.kind(),
        version: seen.version.text().to_owned(),
        in_force: seen.in_force,
        before: false,
        accepted: None,
        fixed: seen.fixed,
        ambiguous: false,
    }
}

impl Head {
    fn versioned(self, version: &Version) -> Self {
        Self { version_kind: version.kind(), version: version.text().to_owned(), ..self }
    }
}

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;
