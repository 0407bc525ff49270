use super::columns::{count, hash, rows, utc, version_kind};
use super::schema::entries;
use super::{EntryId, FlowId, PersonId, StoreError, Tx};
use crate::privacy::Hash;
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::dsl::min;
use diesel::prelude::*;
use schakel_api::value::VersionKind;
use std::collections::HashSet;

/// What became of an entry of the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EntryState {
    /// To be delivered, now or when what it waits for has come.
    Queued,
    /// Attempted, and not settled yet.
    Sending,
    /// The target keeps it, and an answer follows.
    Stored,
    /// The target confirmed it.
    Accepted,
    /// The target said no.
    Refused,
    /// Nobody knows whether the target took it; a person decides.
    Unknown,
    /// A later version came before it was attempted.
    Superseded,
    /// Set aside by a person.
    Parked,
}

impl EntryState {
    const ALL: [Self; 8] = [
        Self::Queued,
        Self::Sending,
        Self::Stored,
        Self::Accepted,
        Self::Refused,
        Self::Unknown,
        Self::Superseded,
        Self::Parked,
    ];

    /// The name in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Stored => "stored",
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
            Self::Superseded => "superseded",
            Self::Parked => "parked",
        }
    }

    /// The state of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }
}

/// What is to be appended to the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEntry {
    /// The flow that brought it.
    pub flow: FlowId,
    /// The system that it goes to.
    pub target: String,
    /// The person that it is about.
    pub person: PersonId,
    /// The keyed hash of its identity.
    pub identity: Hash,
    /// The keyed hash of its content.
    pub content: Hash,
    /// What kind of version it has.
    pub version_kind: VersionKind,
    /// The sortable text of its version.
    pub version: String,
    /// The sealed record.
    pub record: Vec<u8>,
    /// When to deliver it; `None` when it waits for something other than time.
    pub due: Option<DateTime<Utc>>,
    /// The run that fetched it.
    pub run: i64,
}

/// An entry of the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its id; ids sort in the order in which entries were made.
    pub id: EntryId,
    /// The flow that brought it.
    pub flow: FlowId,
    /// The system that it goes to.
    pub target: String,
    /// The person that it is about.
    pub person: PersonId,
    /// The keyed hash of its identity.
    pub identity: Hash,
    /// The keyed hash of its content.
    pub content: Hash,
    /// What kind of version it has.
    pub version_kind: VersionKind,
    /// The sortable text of its version.
    pub version: String,
    /// The sealed record; `None` once it is not needed any more.
    pub record: Option<Vec<u8>>,
    /// What became of it.
    pub state: EntryState,
    /// How often it was attempted.
    pub attempts: u32,
    /// When to deliver it, or when to look at its attempt again; `None` when time alone changes nothing.
    pub due: Option<DateTime<Utc>>,
    /// The attempt that it is or was last part of.
    pub attempt: Option<String>,
    /// The code of the last fault.
    pub fault: Option<String>,
    /// The run that fetched it.
    pub run: i64,
    /// When it was journalled.
    pub created_at: DateTime<Utc>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = entries)]
struct Row {
    id: String,
    flow: String,
    target: String,
    person: String,
    identity: Vec<u8>,
    content: Vec<u8>,
    version_kind: String,
    version: String,
    record: Option<Vec<u8>>,
    state: String,
    attempts: i32,
    due: Option<NaiveDateTime>,
    attempt: Option<String>,
    fault: Option<String>,
    run: i64,
    created_at: NaiveDateTime,
}

impl TryFrom<Row> for Entry {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: EntryId::new(row.id),
            flow: FlowId::new(row.flow),
            target: row.target,
            person: PersonId::new(row.person),
            identity: hash(&row.identity)?,
            content: hash(&row.content)?,
            version_kind: version_kind(&row.version_kind)?,
            version: row.version,
            record: row.record,
            state: EntryState::parse(&row.state).ok_or(StoreError::Broken("no state has this name"))?,
            attempts: count(row.attempts)?,
            due: row.due.map(utc),
            attempt: row.attempt,
            fault: row.fault,
            run: row.run,
            created_at: utc(row.created_at),
        })
    }
}

impl Tx<'_> {
    /// Appends an entry to the journal, queued.
    pub fn append(&mut self, entry: NewEntry, now: DateTime<Utc>) -> Result<EntryId, StoreError> {
        let id = EntryId::next();
        diesel::insert_into(entries::table)
            .values((
                entries::id.eq(id.as_str()),
                entries::flow.eq(entry.flow.as_str()),
                entries::target.eq(entry.target),
                entries::person.eq(entry.person.as_str()),
                entries::identity.eq(entry.identity.as_bytes().as_slice()),
                entries::content.eq(entry.content.as_bytes().as_slice()),
                entries::version_kind.eq(entry.version_kind.as_str()),
                entries::version.eq(entry.version),
                entries::record.eq(Some(entry.record)),
                entries::state.eq(EntryState::Queued.as_str()),
                entries::attempts.eq(0),
                entries::due.eq(entry.due.map(|due| due.naive_utc())),
                entries::run.eq(entry.run),
                entries::created_at.eq(now.naive_utc()),
                entries::updated_at.eq(now.naive_utc()),
            ))
            .execute(self.connection)?;
        Ok(id)
    }

    /// The entry with this id.
    pub fn entry(&mut self, id: &EntryId) -> Result<Option<Entry>, StoreError> {
        let row = entries::table.find(id.as_str()).select(Row::as_select()).first(self.connection).optional()?;
        row.map(Entry::try_from).transpose()
    }

    /// Supersedes the entries of an identity that are in no attempt, and removes their records. Gives how many.
    pub fn supersede(&mut self, flow: &FlowId, identity: &Hash, now: DateTime<Utc>) -> Result<u32, StoreError> {
        let unattempted = entries::table
            .filter(entries::flow.eq(flow.as_str()))
            .filter(entries::identity.eq(identity.as_bytes().as_slice()))
            .filter(entries::record.is_not_null())
            .filter(entries::state.eq(EntryState::Queued.as_str()))
            .filter(entries::attempt.is_null());
        let changed = diesel::update(unattempted)
            .set((
                entries::state.eq(EntryState::Superseded.as_str()),
                entries::record.eq(None::<Vec<u8>>),
                entries::due.eq(None::<NaiveDateTime>),
                entries::updated_at.eq(now.naive_utc()),
            ))
            .execute(self.connection)?;
        Ok(rows(changed))
    }

    /// The entry of an identity that waits for something other than time: a deletion that came before its delivery.
    pub fn waiting_deletion(&mut self, flow: &FlowId, identity: &Hash) -> Result<Option<EntryId>, StoreError> {
        let id = entries::table
            .filter(entries::flow.eq(flow.as_str()))
            .filter(entries::identity.eq(identity.as_bytes().as_slice()))
            .filter(entries::record.is_not_null())
            .filter(entries::state.eq(EntryState::Queued.as_str()))
            .filter(entries::due.is_null())
            .order(entries::id)
            .select(entries::id)
            .first::<String>(self.connection)
            .optional()?;
        Ok(id.map(EntryId::new))
    }

    /// Lets a waiting entry be delivered from `due` on.
    pub fn release(&mut self, id: &EntryId, due: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), StoreError> {
        let waiting = entries::table.find(id.as_str()).filter(entries::state.eq(EntryState::Queued.as_str()));
        diesel::update(waiting)
            .set((entries::due.eq(Some(due.naive_utc())), entries::updated_at.eq(now.naive_utc())))
            .execute(self.connection)?;
        Ok(())
    }

    /// The persons with an entry that is due at a target, those that have waited longest first; at most `limit`.
    pub fn lanes(&mut self, target: &str, now: DateTime<Utc>, limit: usize) -> Result<Vec<PersonId>, StoreError> {
        let due = entries::table
            .filter(entries::target.eq(target))
            .filter(entries::due.le(now.naive_utc()))
            .order((entries::due, entries::id))
            .select(entries::person)
            .load_iter::<String, _>(self.connection)?;
        let (mut known, mut lanes) = (HashSet::new(), Vec::new());
        for person in due {
            // Rows come one by one: a long backlog is read no further than needed.
            if lanes.len() == limit {
                break;
            }
            let person = PersonId::new(person?);
            if known.insert(person.clone()) {
                lanes.push(person);
            }
        }
        Ok(lanes)
    }

    /// A person's entries that are to be delivered to a target, in the order in which they were made.
    pub fn lane(&mut self, target: &str, person: &PersonId) -> Result<Vec<Entry>, StoreError> {
        entries::table
            .filter(entries::target.eq(target))
            .filter(entries::person.eq(person.as_str()))
            .filter(entries::due.is_not_null())
            .order(entries::id)
            .select(Row::as_select())
            .load(self.connection)?
            .into_iter()
            .map(Entry::try_from)
            .collect()
    }

    /// Lets nothing of a lane be delivered before `due`: what stands first in it waits until then.
    pub fn defer(
        &mut self,
        target: &str,
        person: &PersonId,
        due: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let earlier = entries::table
            .filter(entries::target.eq(target))
            .filter(entries::person.eq(person.as_str()))
            .filter(entries::due.lt(due.naive_utc()));
        diesel::update(earlier)
            .set((entries::due.eq(Some(due.naive_utc())), entries::updated_at.eq(now.naive_utc())))
            .execute(self.connection)?;
        Ok(())
    }

    /// When the next entry of a target is due that is not due yet; `None` when none will be by time alone.
    pub fn next_due(&mut self, target: &str, after: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, StoreError> {
        let due = entries::table
            .filter(entries::target.eq(target))
            .filter(entries::due.gt(after.naive_utc()))
            .select(min(entries::due))
            .first::<Option<NaiveDateTime>>(self.connection)?;
        Ok(due.map(utc))
    }
}
