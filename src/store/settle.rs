use super::columns::{hash, rows, utc};
use super::schema::{attempts, entries, heads};
use super::{EntryId, EntryState, FlowId, StoreError, Tx};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

/// An attempt that is about to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAttempt {
    /// Our reference, which the target may see.
    pub id: String,
    /// The system that it goes to.
    pub target: String,
    /// The moment that the rendered bytes name.
    pub moment: DateTime<Utc>,
    /// The sealed rendered bytes.
    pub bytes: Vec<u8>,
    /// When to stop waiting for an outcome.
    pub deadline: DateTime<Utc>,
}

/// An attempt whose outcome is open; a repeat sends the same bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Our reference, which the target may see.
    pub id: String,
    /// The system that it goes to.
    pub target: String,
    /// The moment that the rendered bytes name.
    pub moment: DateTime<Utc>,
    /// The sealed rendered bytes.
    pub bytes: Vec<u8>,
}

const NO_ENTRY: StoreError = StoreError::Broken("an entry that is to change is not in the journal");

/// What settling must know of the entry that it changes.
#[derive(Queryable)]
struct Settled {
    flow: String,
    identity: Vec<u8>,
    content: Vec<u8>,
    attempt: Option<String>,
}

impl Tx<'_> {
    /// Keeps an attempt before it is made. Its entries are sending from now on, and looked at again at its deadline.
    ///
    /// Gives false, and keeps nothing, when a member is not queued any more, since something newer took its place, or
    /// when its flow pauses.
    pub fn begin(&mut self, attempt: NewAttempt, members: &[EntryId], now: DateTime<Utc>) -> Result<bool, StoreError> {
        let ids: Vec<&str> = members.iter().map(EntryId::as_str).collect();
        let queued: Vec<String> = entries::table
            .filter(entries::id.eq_any(&ids))
            .filter(entries::state.eq(EntryState::Queued.as_str()))
            .select(entries::flow)
            .load(self.connection)?;
        let flows: Vec<FlowId> = queued.into_iter().map(FlowId::new).collect();
        if flows.len() != ids.len() || self.running(&flows)?.len() != ids.len() {
            return Ok(false);
        }
        diesel::insert_into(attempts::table)
            .values((
                attempts::id.eq(&attempt.id),
                attempts::target.eq(attempt.target),
                attempts::moment.eq(attempt.moment.naive_utc()),
                attempts::bytes.eq(attempt.bytes),
                attempts::deadline.eq(attempt.deadline.naive_utc()),
            ))
            .execute(self.connection)?;
        for member in members {
            diesel::update(entries::table.find(member.as_str()))
                .set((
                    entries::state.eq(EntryState::Sending.as_str()),
                    entries::attempts.eq(entries::attempts + 1),
                    entries::attempt.eq(Some(&attempt.id)),
                    entries::due.eq(Some(attempt.deadline.naive_utc())),
                    entries::updated_at.eq(now.naive_utc()),
                ))
                .execute(self.connection)?;
        }
        Ok(true)
    }

    /// An attempt whose outcome is open.
    pub fn attempt(&mut self, id: &str) -> Result<Option<Attempt>, StoreError> {
        let row = attempts::table
            .find(id)
            .select((attempts::id, attempts::target, attempts::moment, attempts::bytes))
            .first::<(String, String, NaiveDateTime, Vec<u8>)>(self.connection)
            .optional()?;
        Ok(row.map(|(id, target, moment, bytes)| Attempt { id, target, moment: utc(moment), bytes }))
    }

    /// The target confirmed an entry: its record goes, its sealed receipt stays, and the head knows what was accepted.
    pub fn accept(&mut self, id: &EntryId, receipt: Option<Vec<u8>>, now: DateTime<Utc>) -> Result<(), StoreError> {
        let entry = self.end(id, EntryState::Accepted, None, now)?;
        if let Some(receipt) = receipt {
            diesel::update(entries::table.find(id.as_str()))
                .set(entries::receipt.eq(Some(receipt)))
                .execute(self.connection)?;
        }
        diesel::update(heads::table.find((&entry.flow, &entry.identity)))
            .set((
                heads::accepted.eq(Some(hash(&entry.content)?.as_bytes().as_slice())),
                heads::updated_at.eq(now.naive_utc()),
            ))
            .execute(self.connection)?;
        self.forget_attempt(entry.attempt.as_deref())
    }

    /// The target refused an entry: its record goes.
    ///
    /// Gives whether the head holds it still: one that has moved on, or has something newer that waits, is about another
    /// version, which nobody refused. A head whose version alone went up holds the same content, and that was refused.
    pub fn refuse(&mut self, id: &EntryId, fault: &str, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let entry = self.end(id, EntryState::Refused, Some(fault), now)?;
        self.forget_attempt(entry.attempt.as_deref())?;
        let newer = entries::table
            .filter(entries::flow.eq(&entry.flow))
            .filter(entries::identity.eq(&entry.identity))
            .filter(entries::record.is_not_null())
            .filter(entries::id.gt(id.as_str()));
        if newer.select(entries::id).first::<String>(self.connection).optional()?.is_some() {
            return Ok(false);
        }
        let refused = heads::table.find((&entry.flow, &entry.identity)).filter(heads::content.eq(&entry.content));
        Ok(refused.select(heads::flow).first::<String>(self.connection).optional()?.is_some())
    }

    /// Nobody knows whether the target took an entry. Record and attempt stay, for the person who decides.
    pub fn lose(&mut self, id: &EntryId, fault: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        let changed = diesel::update(entries::table.find(id.as_str()))
            .set((
                entries::state.eq(EntryState::Unknown.as_str()),
                entries::due.eq(None::<NaiveDateTime>),
                entries::fault.eq(Some(fault)),
                entries::updated_at.eq(now.naive_utc()),
            ))
            .execute(self.connection)?;
        if changed == 1 { Ok(()) } else { Err(NO_ENTRY) }
    }

    /// Somebody decided about an entry that was refused or whose outcome nobody knows: nothing more comes of it.
    pub fn park(&mut self, id: &EntryId, now: DateTime<Utc>) -> Result<(), StoreError> {
        let entry = self.end(id, EntryState::Parked, None, now)?;
        self.forget_attempt(entry.attempt.as_deref())
    }

    /// Tries an entry again at `due`. When the outcome of its attempt is open, it stays in it and the same bytes are
    /// sent again; otherwise it is queued as if never attempted, and the attempt goes with its last entry.
    pub fn postpone(
        &mut self,
        id: &EntryId,
        due: DateTime<Utc>,
        fault: &str,
        open: bool,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let later = (
            entries::due.eq(Some(due.naive_utc())),
            entries::fault.eq(Some(fault)),
            entries::updated_at.eq(now.naive_utc()),
        );
        let entry = entries::table.find(id.as_str());
        let attempt =
            entry.select(entries::attempt).first::<Option<String>>(self.connection).optional()?.ok_or(NO_ENTRY)?;
        if open {
            // A repeat does not pass `begin`, and must wait longer each time all the same.
            diesel::update(entry).set((later, entries::attempts.eq(entries::attempts + 1))).execute(self.connection)?;
            return Ok(());
        }
        diesel::update(entry)
            .set((later, entries::state.eq(EntryState::Queued.as_str()), entries::attempt.eq(None::<String>)))
            .execute(self.connection)?;
        self.forget_attempt(attempt.as_deref())
    }

    /// After a start: whatever was being sent is looked at now. Gives how many entries.
    pub fn recover(&mut self, now: DateTime<Utc>) -> Result<u32, StoreError> {
        let sending =
            entries::table.filter(entries::due.is_not_null()).filter(entries::state.eq(EntryState::Sending.as_str()));
        let changed = diesel::update(sending)
            .set((entries::due.eq(Some(now.naive_utc())), entries::updated_at.eq(now.naive_utc())))
            .execute(self.connection)?;
        Ok(rows(changed))
    }

    /// Ends an entry and removes its record.
    fn end(
        &mut self,
        id: &EntryId,
        state: EntryState,
        fault: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<Settled, StoreError> {
        diesel::update(entries::table.find(id.as_str()))
            .set((
                entries::state.eq(state.as_str()),
                entries::record.eq(None::<Vec<u8>>),
                entries::due.eq(None::<NaiveDateTime>),
                entries::fault.eq(fault),
                entries::updated_at.eq(now.naive_utc()),
            ))
            .returning((entries::flow, entries::identity, entries::content, entries::attempt))
            .get_result::<Settled>(self.connection)
            .optional()?
            .ok_or(NO_ENTRY)
    }

    /// Removes an attempt of which no entry is open any more.
    fn forget_attempt(&mut self, attempt: Option<&str>) -> Result<(), StoreError> {
        let Some(attempt) = attempt else { return Ok(()) };
        let open = entries::table.filter(entries::attempt.eq(attempt)).filter(entries::due.is_not_null());
        if open.select(entries::id).first::<String>(self.connection).optional()?.is_none() {
            diesel::delete(attempts::table.find(attempt)).execute(self.connection)?;
        }
        Ok(())
    }
}
