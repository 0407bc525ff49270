use super::columns::{count, hash, rows, utc, version_kind};
use super::schema::entries;
use super::{EntryId, FlowId, StoreError, SubjectId, Tx};
use crate::privacy::Hash;
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use schakel_api::value::VersionKind;

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
    /// Would be delivered if its flow were on.
    Shadow,
    /// About a person of whom the front office may not know, until it holds an indication of theirs.
    Unseen,
    /// Unseen for so long that it was removed.
    Removed,
}

impl EntryState {
    const ALL: [Self; 11] = [
        Self::Queued,
        Self::Sending,
        Self::Stored,
        Self::Accepted,
        Self::Refused,
        Self::Unknown,
        Self::Superseded,
        Self::Parked,
        Self::Shadow,
        Self::Unseen,
        Self::Removed,
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
            Self::Shadow => "shadow",
            Self::Unseen => "unseen",
            Self::Removed => "removed",
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
    /// Whom or what it is about.
    pub subject: SubjectId,
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
    /// Queued, shadow or unseen.
    pub state: EntryState,
    /// When to deliver it; `None` when it waits for something other than time.
    pub due: Option<DateTime<Utc>>,
    /// It is a deletion that came before what it deletes, and waits for that.
    pub waits: bool,
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
    /// Whom or what it is about.
    pub subject: SubjectId,
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
pub(super) struct Row {
    id: String,
    flow: String,
    target: String,
    subject: String,
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
            subject: SubjectId::new(row.subject),
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

/// The states of an entry that was never attempted.
const UNATTEMPTED: [&str; 3] = [EntryState::Queued.as_str(), EntryState::Shadow.as_str(), EntryState::Unseen.as_str()];

impl Tx<'_> {
    /// Appends an entry to the journal.
    pub fn append(&mut self, entry: NewEntry, now: DateTime<Utc>) -> Result<EntryId, StoreError> {
        let id = EntryId::next();
        diesel::insert_into(entries::table)
            .values((
                entries::id.eq(id.as_str()),
                entries::flow.eq(entry.flow.as_str()),
                entries::target.eq(entry.target),
                entries::subject.eq(entry.subject.as_str()),
                entries::identity.eq(entry.identity.as_bytes().as_slice()),
                entries::content.eq(entry.content.as_bytes().as_slice()),
                entries::version_kind.eq(entry.version_kind.as_str()),
                entries::version.eq(entry.version),
                entries::record.eq(Some(entry.record)),
                entries::state.eq(entry.state.as_str()),
                entries::attempts.eq(0),
                entries::due.eq(entry.due.map(|due| due.naive_utc())),
                entries::waits.eq(entry.waits),
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
            .filter(entries::state.eq_any(UNATTEMPTED))
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

    /// The entry of an identity that is a deletion which came before its delivery, and waits for it in whatever state.
    pub fn waiting_deletion(&mut self, flow: &FlowId, identity: &Hash) -> Result<Option<EntryId>, StoreError> {
        let id = entries::table
            .filter(entries::flow.eq(flow.as_str()))
            .filter(entries::identity.eq(identity.as_bytes().as_slice()))
            .filter(entries::record.is_not_null())
            .filter(entries::state.eq_any(UNATTEMPTED))
            .filter(entries::waits.eq(true))
            .order(entries::id)
            .select(entries::id)
            .first::<String>(self.connection)
            .optional()?;
        Ok(id.map(EntryId::new))
    }

    /// Lets a waiting deletion be delivered from `due` on; in shadow or unseen it goes when the others there go.
    pub fn release(&mut self, id: &EntryId, due: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), StoreError> {
        let waiting = || entries::table.find(id.as_str()).filter(entries::state.eq_any(UNATTEMPTED));
        diesel::update(waiting()).set(entries::waits.eq(false)).execute(self.connection)?;
        diesel::update(waiting().filter(entries::state.eq(EntryState::Queued.as_str())))
            .set((entries::due.eq(Some(due.naive_utc())), entries::updated_at.eq(now.naive_utc())))
            .execute(self.connection)?;
        Ok(())
    }
}
