//! A record as it is seen beside the head of its identity.

use super::decide::Seen;
use crate::privacy::Scope;
use crate::store::{StoreError, SubjectId, Tx};
use chrono::{DateTime, Utc};
use schakel_api::model::{Record, Subject};
use schakel_api::value::Version;

/// Whom or what a record is about, as the store knows it.
pub(super) fn subject(
    tx: &mut Tx,
    scope: &Scope,
    link: &str,
    record: &Record,
    now: DateTime<Utc>,
) -> Result<SubjectId, StoreError> {
    match record.subject() {
        Subject::Person(bsn) => tx.person(link, record.law(), bsn, now),
        Subject::Thing(text) => Ok(SubjectId::new(scope.lookup("subject", &text).letters())),
    }
}

/// A record whose values are this text, as it is seen.
pub(super) fn seen(scope: &Scope, subject: SubjectId, text: &str, record: &Record, version: Version) -> Seen {
    Seen {
        subject,
        content: scope.content(text),
        version,
        retraction: record.is_retraction(),
        in_force: record.in_force(),
        fixed: record.fixed().map(|fixed| scope.content(&fixed)),
    }
}
