use super::columns::{hash, maybe_hash, version_kind};
use super::connection::Database;
use super::schema::heads;
use super::{FlowId, PersonId, StoreError, Tx};
use crate::privacy::Hash;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use schakel_api::value::VersionKind;

/// What is known of one identity in a flow: its last journalled or rejected version, and what the target last confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The person that the identity is about; another person under the same identity is a fault.
    pub person: PersonId,
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
    /// Whether this version was rejected or refused.
    pub rejected: bool,
    /// The keyed hash of the content that the target last confirmed.
    pub accepted: Option<Hash>,
}

type Row = (String, Vec<u8>, String, String, bool, bool, bool, Option<Vec<u8>>);

impl Tx<'_> {
    /// The head of an identity.
    pub fn head(&mut self, flow: &FlowId, identity: &Hash) -> Result<Option<Head>, StoreError> {
        let row = heads::table
            .find((flow.as_str(), identity.as_bytes().as_slice()))
            .select((
                heads::person,
                heads::content,
                heads::version_kind,
                heads::version,
                heads::in_force,
                heads::before,
                heads::rejected,
                heads::accepted,
            ))
            .first::<Row>(self.connection)
            .optional()?;
        let Some((person, content, kind, version, in_force, before, rejected, accepted)) = row else {
            return Ok(None);
        };
        Ok(Some(Head {
            person: PersonId::new(person),
            content: hash(&content)?,
            version_kind: version_kind(&kind)?,
            version,
            in_force,
            before,
            rejected,
            accepted: maybe_hash(accepted.as_deref())?,
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
            heads::person.eq(head.person.as_str()),
            heads::content.eq(head.content.as_bytes().as_slice()),
            heads::version_kind.eq(head.version_kind.as_str()),
            heads::version.eq(&head.version),
            heads::in_force.eq(head.in_force),
            heads::before.eq(head.before),
            heads::rejected.eq(head.rejected),
            heads::accepted.eq(head.accepted.as_ref().map(|accepted| accepted.as_bytes().as_slice())),
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
}
