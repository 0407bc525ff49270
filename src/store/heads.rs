use super::columns::{hash, maybe_hash, rows, version_kind};
use super::connection::Database;
use super::schema::heads;
use super::{FlowId, StoreError, SubjectId, Tx};
use crate::privacy::Hash;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use schakel_api::value::VersionKind;

/// What is known of one identity in a flow: its last journalled or rejected version, and what the target last confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Whom or what the identity is about; another person under the same identity is a fault.
    pub subject: SubjectId,
    /// The keyed hash of the content.
    pub content: Hash,
    /// What kind of version it is; kinds do not mix in a flow.
    pub version_kind: VersionKind,
    /// The sortable text of the version.
    pub version: String,
    /// Whether the identity is in force: delivered and not deleted.
    pub in_force: bool,
    /// Whether the identity was in force before this version.
    pub before: bool,
    /// The keyed hash of the content that the target last confirmed.
    pub accepted: Option<Hash>,
    /// The keyed hash of what may not change under the same identity.
    pub fixed: Option<Hash>,
    /// Several records of the target fit: nothing is sent until somebody says which.
    pub ambiguous: bool,
}

type Row = (String, Vec<u8>, String, String, bool, bool, Option<Vec<u8>>, Option<Vec<u8>>, bool);

impl Tx<'_> {
    /// The head of an identity.
    pub fn head(&mut self, flow: &FlowId, identity: &Hash) -> Result<Option<Head>, StoreError> {
        let row = heads::table
            .find((flow.as_str(), identity.as_bytes().as_slice()))
            .select((
                heads::subject,
                heads::content,
                heads::version_kind,
                heads::version,
                heads::in_force,
                heads::before,
                heads::accepted,
                heads::fixed,
                heads::ambiguous,
            ))
            .first::<Row>(self.connection)
            .optional()?;
        let Some((subject, content, kind, version, in_force, before, accepted, fixed, ambiguous)) = row else {
            return Ok(None);
        };
        Ok(Some(Head {
            subject: SubjectId::new(subject),
            content: hash(&content)?,
            version_kind: version_kind(&kind)?,
            version,
            in_force,
            before,
            accepted: maybe_hash(accepted.as_deref())?,
            fixed: maybe_hash(fixed.as_deref())?,
            ambiguous,
        }))
    }

    /// Makes this the head of an identity, whether it had one or not.
    pub fn set_head(
        &mut self,
        flow: &FlowId,
        identity: &Hash,
        head: &Head,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let values = (
            heads::subject.eq(head.subject.as_str()),
            heads::content.eq(head.content.as_bytes().as_slice()),
            heads::version_kind.eq(head.version_kind.as_str()),
            heads::version.eq(&head.version),
            heads::in_force.eq(head.in_force),
            heads::before.eq(head.before),
            heads::accepted.eq(head.accepted.as_ref().map(|accepted| accepted.as_bytes().as_slice())),
            heads::fixed.eq(head.fixed.as_ref().map(|fixed| fixed.as_bytes().as_slice())),
            heads::ambiguous.eq(head.ambiguous),
            heads::updated_at.eq(now.naive_utc()),
        );
        let key = (heads::flow.eq(flow.as_str()), heads::identity.eq(identity.as_bytes().as_slice()));
        let Database::Sqlite(sqlite) = self.connection;
        diesel::insert_into(heads::table)
            .values((key, values))
            .on_conflict((heads::flow, heads::identity))
            .do_update()
            .set(values)
            .execute(sqlite)?;
        Ok(())
    }

    /// Whether one of these flows holds something in force about a subject.
    pub fn holds(&mut self, subject: &SubjectId, flows: &[FlowId]) -> Result<bool, StoreError> {
        let names: Vec<&str> = flows.iter().map(FlowId::as_str).collect();
        let held = heads::table
            .filter(heads::subject.eq(subject.as_str()))
            .filter(heads::flow.eq_any(names))
            .filter(heads::in_force.eq(true))
            .select(heads::flow)
            .first::<String>(self.connection)
            .optional()?;
        Ok(held.is_some())
    }

    /// How many identities a flow knows.
    pub fn count_known(&mut self, flow: &FlowId) -> Result<i64, StoreError> {
        Ok(heads::table.filter(heads::flow.eq(flow.as_str())).count().get_result(self.connection)?)
    }

    /// Whether a flow's target ever confirmed something of it.
    pub fn has_accepted(&mut self, flow: &FlowId) -> Result<bool, StoreError> {
        let accepted = heads::table
            .filter(heads::flow.eq(flow.as_str()))
            .filter(heads::accepted.is_not_null())
            .select(heads::flow)
            .first::<String>(self.connection)
            .optional()?;
        Ok(accepted.is_some())
    }

    /// How many identities a flow knows, and how many of those its target confirmed.
    pub fn count_heads(&mut self, flow: &FlowId) -> Result<(i64, i64), StoreError> {
        let known = self.count_known(flow)?;
        let all = heads::table.filter(heads::flow.eq(flow.as_str()));
        Ok((known, all.filter(heads::accepted.is_not_null()).count().get_result(self.connection)?))
    }

    /// Forgets what a flow's records hold that its target confirmed, or one record: whatever is seen next counts as
    /// changed. What was refused, or whose outcome nobody knows, is a person's to decide.
    pub fn forget_content(
        &mut self,
        flow: &FlowId,
        identity: Option<&Hash>,
        now: DateTime<Utc>,
    ) -> Result<u32, StoreError> {
        let forgotten = (heads::content.eq(Hash::NONE.as_bytes().as_slice()), heads::updated_at.eq(now.naive_utc()));
        let all = heads::table.filter(heads::flow.eq(flow.as_str()));
        let changed = match identity {
            None => {
                diesel::update(all.filter(heads::accepted.is_not_null())).set(forgotten).execute(self.connection)?
            }
            Some(identity) => diesel::update(all.filter(heads::identity.eq(identity.as_bytes().as_slice())))
                .set(forgotten)
                .execute(self.connection)?,
        };
        Ok(rows(changed))
    }
}
