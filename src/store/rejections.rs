use super::columns::{hash, maybe_hash, utc};
use super::schema::rejections;
use super::{EntryId, FlowId, RejectionId, StoreError, Tx};
use crate::privacy::Hash;
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use schakel_api::model::Stream;
use std::collections::HashMap;

/// A record that is to be stopped, so that somebody looks at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRejection {
    /// The link that it belongs to.
    pub link: String,
    /// The flow that brought it.
    pub flow: FlowId,
    /// The stream of that flow.
    pub stream: Stream,
    /// The keyed hash of what tells the row apart.
    pub row_key: Hash,
    /// The keyed hash of its identity, where a record could be made.
    pub identity: Option<Hash>,
    /// The entry that the target refused, or whose outcome is unknown.
    pub entry: Option<EntryId>,
    /// The keyed hash of what was wrong, so that the same fault is not a new one.
    pub content: Option<Hash>,
    /// What is wrong.
    pub code: String,
    /// The canonical field that it is about; empty when it is about the whole.
    pub field: String,
    /// The revision of the settings that found it.
    pub revision: String,
    /// Who must act.
    pub actor: String,
    /// The source's own number, sealed, for people to find the record by.
    pub handle: Option<Vec<u8>>,
    /// Where the record can be read again, sealed.
    pub origin: Vec<u8>,
}

/// What people did about a rejection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RejectionState {
    /// Nothing yet.
    Open,
    /// Set aside, with a note: it is known, and somebody works on it.
    Parked,
    /// Done with, for a reason. The same fault of the same row is not told again.
    Dismissed,
}

impl RejectionState {
    /// The name in the store and in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Parked => "parked",
            Self::Dismissed => "dismissed",
        }
    }

    fn parse(name: &str) -> Result<Self, StoreError> {
        [Self::Open, Self::Parked, Self::Dismissed]
            .into_iter()
            .find(|state| state.as_str() == name)
            .ok_or(StoreError::Broken("no rejection is in this state"))
    }
}

/// A rejection that the same row has already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenRejection {
    /// Its id.
    pub id: RejectionId,
    /// The keyed hash of what was wrong.
    pub content: Option<Hash>,
    /// What is wrong.
    pub code: String,
    /// The canonical field that it is about.
    pub field: String,
    /// Whether the other side refused it, or nobody knows whether it took it.
    pub after_delivery: bool,
}

/// A rejection as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// Its id.
    pub id: RejectionId,
    /// What was rejected and why.
    pub rejected: NewRejection,
    /// What people did about it.
    pub state: RejectionState,
    /// What they noted, sealed.
    pub note: Option<Vec<u8>>,
    /// When it was first seen.
    pub opened_at: DateTime<Utc>,
    /// When it was last seen.
    pub last_seen_at: DateTime<Utc>,
    /// When it was closed, or replaced by another fault of the same row.
    pub closed_at: Option<DateTime<Utc>>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = rejections)]
struct Stored {
    id: String,
    link: String,
    flow: String,
    stream: String,
    row_key: Vec<u8>,
    identity: Option<Vec<u8>>,
    entry: Option<String>,
    content: Option<Vec<u8>>,
    code: String,
    field: String,
    revision: String,
    actor: String,
    handle: Option<Vec<u8>>,
    origin: Vec<u8>,
    state: String,
    note: Option<Vec<u8>>,
    opened_at: NaiveDateTime,
    last_seen_at: NaiveDateTime,
    closed_at: Option<NaiveDateTime>,
}

impl TryFrom<Stored> for Rejection {
    type Error = StoreError;

    fn try_from(row: Stored) -> Result<Self, StoreError> {
        let rejected = NewRejection {
            link: row.link,
            flow: FlowId::new(row.flow),
            stream: Stream::named(&row.stream).ok_or(StoreError::Broken("no stream has this name"))?,
            row_key: hash(&row.row_key)?,
            identity: maybe_hash(row.identity.as_deref())?,
            entry: row.entry.map(EntryId::new),
            content: maybe_hash(row.content.as_deref())?,
            code: row.code,
            field: row.field,
            revision: row.revision,
            actor: row.actor,
            handle: row.handle,
            origin: row.origin,
        };
        Ok(Self {
            id: RejectionId::new(row.id),
            rejected,
            state: RejectionState::parse(&row.state)?,
            note: row.note,
            opened_at: utc(row.opened_at),
            last_seen_at: utc(row.last_seen_at),
            closed_at: row.closed_at.map(utc),
        })
    }
}

impl Tx<'_> {
    /// The open rejections of a flow, by row.
    pub fn open_rejections(&mut self, flow: &FlowId) -> Result<HashMap<Hash, OpenRejection>, StoreError> {
        let rows = rejections::table
            .filter(rejections::flow.eq(flow.as_str()))
            .filter(rejections::closed_at.is_null())
            .select((
                rejections::row_key,
                rejections::id,
                rejections::content,
                rejections::code,
                rejections::field,
                rejections::entry.is_not_null(),
            ))
            .load::<(Vec<u8>, String, Option<Vec<u8>>, String, String, bool)>(self.connection)?;
        rows.into_iter()
            .map(|(row_key, id, content, code, field, after_delivery)| {
                let (id, content) = (RejectionId::new(id), maybe_hash(content.as_deref())?);
                Ok((hash(&row_key)?, OpenRejection { id, content, code, field, after_delivery }))
            })
            .collect()
    }

    /// The open rejection of a row.
    pub fn open_rejection(&mut self, flow: &FlowId, row_key: &Hash) -> Result<Option<OpenRejection>, StoreError> {
        let row = rejections::table
            .filter(rejections::flow.eq(flow.as_str()))
            .filter(rejections::row_key.eq(row_key.as_bytes().as_slice()))
            .filter(rejections::closed_at.is_null())
            .select((
                rejections::id,
                rejections::content,
                rejections::code,
                rejections::field,
                rejections::entry.is_not_null(),
            ))
            .first::<(String, Option<Vec<u8>>, String, String, bool)>(self.connection)
            .optional()?;
        let Some((id, content, code, field, after_delivery)) = row else { return Ok(None) };
        let (id, content) = (RejectionId::new(id), maybe_hash(content.as_deref())?);
        Ok(Some(OpenRejection { id, content, code, field, after_delivery }))
    }

    /// Opens a rejection. An open one of the same row is closed: a row has one fault at a time.
    pub fn reject(&mut self, rejection: NewRejection, now: DateTime<Utc>) -> Result<RejectionId, StoreError> {
        let same_row = rejections::table
            .filter(rejections::flow.eq(rejection.flow.as_str()))
            .filter(rejections::row_key.eq(rejection.row_key.as_bytes().as_slice()))
            .filter(rejections::closed_at.is_null());
        diesel::update(same_row).set(rejections::closed_at.eq(Some(now.naive_utc()))).execute(self.connection)?;
        let id = RejectionId::next();
        diesel::insert_into(rejections::table)
            .values((
                rejections::id.eq(id.as_str()),
                rejections::link.eq(rejection.link),
                rejections::flow.eq(rejection.flow.as_str()),
                rejections::stream.eq(rejection.stream.as_str()),
                rejections::row_key.eq(rejection.row_key.as_bytes().as_slice()),
                rejections::identity.eq(rejection.identity.as_ref().map(|hash| hash.as_bytes().as_slice())),
                rejections::entry.eq(rejection.entry.as_ref().map(EntryId::as_str)),
                rejections::content.eq(rejection.content.as_ref().map(|hash| hash.as_bytes().as_slice())),
                rejections::code.eq(rejection.code),
                rejections::field.eq(rejection.field),
                rejections::revision.eq(rejection.revision),
                rejections::actor.eq(rejection.actor),
                rejections::handle.eq(rejection.handle),
                rejections::origin.eq(rejection.origin),
                rejections::state.eq(RejectionState::Open.as_str()),
                rejections::opened_at.eq(now.naive_utc()),
                rejections::last_seen_at.eq(now.naive_utc()),
            ))
            .execute(self.connection)?;
        Ok(id)
    }

    /// Keeps that the same fault was seen again.
    pub fn touch_rejection(&mut self, id: &RejectionId, now: DateTime<Utc>) -> Result<(), StoreError> {
        diesel::update(rejections::table.find(id.as_str()))
            .set(rejections::last_seen_at.eq(now.naive_utc()))
            .execute(self.connection)?;
        Ok(())
    }

    /// Closes what the other side refused of an identity: something newer takes its place.
    pub fn close_refused(&mut self, flow: &FlowId, identity: &Hash, now: DateTime<Utc>) -> Result<(), StoreError> {
        let refused = rejections::table
            .filter(rejections::flow.eq(flow.as_str()))
            .filter(rejections::closed_at.is_null())
            .filter(rejections::identity.eq(identity.as_bytes().as_slice()));
        diesel::update(refused).set(rejections::closed_at.eq(Some(now.naive_utc()))).execute(self.connection)?;
        Ok(())
    }

    /// Closes a rejection; one that is closed stays as it is.
    pub fn close_rejection(&mut self, id: &RejectionId, now: DateTime<Utc>) -> Result<(), StoreError> {
        diesel::update(rejections::table.find(id.as_str()).filter(rejections::closed_at.is_null()))
            .set(rejections::closed_at.eq(Some(now.naive_utc())))
            .execute(self.connection)?;
        Ok(())
    }

    /// The rejections of a link, or of all, that are in one of these states and not closed; the oldest first.
    pub fn rejections(&mut self, link: Option<&str>, states: &[RejectionState]) -> Result<Vec<Rejection>, StoreError> {
        let names: Vec<&str> = states.iter().map(|state| state.as_str()).collect();
        let mut found = rejections::table
            .filter(rejections::closed_at.is_null())
            .filter(rejections::state.eq_any(names))
            .select(Stored::as_select())
            .into_boxed();
        if let Some(link) = link {
            found = found.filter(rejections::link.eq(link));
        }
        let mut rows: Vec<Stored> = found.load(self.connection)?;
        // Not by the database, which would walk the whole history in the order of its ids.
        rows.sort_by(|one, other| one.id.cmp(&other.id));
        rows.into_iter().map(Rejection::try_from).collect()
    }

    /// The rejections of a flow with this code that are not closed.
    pub fn rejections_of(&mut self, flow: &FlowId, code: &str) -> Result<Vec<Rejection>, StoreError> {
        rejections::table
            .filter(rejections::flow.eq(flow.as_str()))
            .filter(rejections::closed_at.is_null())
            .filter(rejections::code.eq(code))
            .select(Stored::as_select())
            .load(self.connection)?
            .into_iter()
            .map(Rejection::try_from)
            .collect()
    }

    /// How many rejections are open.
    pub fn count_rejections(&mut self) -> Result<i64, StoreError> {
        let open = rejections::table
            .filter(rejections::closed_at.is_null())
            .filter(rejections::state.eq(RejectionState::Open.as_str()));
        Ok(open.count().get_result(self.connection)?)
    }

    /// Keeps what somebody did about a rejection that is not closed, with a sealed note. Gives whether there was one.
    pub fn decide_rejection(
        &mut self,
        id: &RejectionId,
        state: RejectionState,
        note: Option<Vec<u8>>,
    ) -> Result<bool, StoreError> {
        let decided = diesel::update(rejections::table.find(id.as_str()).filter(rejections::closed_at.is_null()))
            .set((rejections::state.eq(state.as_str()), rejections::note.eq(note)))
            .execute(self.connection)?;
        Ok(decided == 1)
    }

    /// The rejection with this id, open or closed.
    pub fn rejection(&mut self, id: &RejectionId) -> Result<Option<Rejection>, StoreError> {
        let row = rejections::table.find(id.as_str()).select(Stored::as_select()).first(self.connection).optional()?;
        row.map(Rejection::try_from).transpose()
    }

    /// The rejections whose ids begin with this text, open or closed, in the order of their ids; at most two.
    pub fn rejections_named(&mut self, beginning: &str) -> Result<Vec<Rejection>, StoreError> {
        rejections::table
            .filter(rejections::id.ge(beginning))
            // No id has a character that sorts behind this one.
            .filter(rejections::id.lt(format!("{beginning}~")))
            .order(rejections::id)
            .limit(2)
            .select(Stored::as_select())
            .load(self.connection)?
            .into_iter()
            .map(Rejection::try_from)
            .collect()
    }
}
