use super::columns::utc;
use super::schema::entries;
use super::{EntryState, FlowId, StoreError, Tx};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::dsl::{count_star, min};
use diesel::prelude::*;

/// What became of the entries of some runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Confirmed by the target.
    pub accepted: i64,
    /// Overtaken by a later version before they were attempted.
    pub superseded: i64,
    /// Refused by the target.
    pub refused: i64,
    /// Taken or not: nobody knows.
    pub unknown: i64,
    /// Not settled yet.
    pub waiting: i64,
    /// Journalled by a flow in shadow.
    pub shadow: i64,
    /// About persons of whom the front office may not know; waiting or removed.
    pub unseen: i64,
    /// Set aside by a person.
    pub parked: i64,
}

/// What waits to be delivered from a flow to a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The flow.
    pub flow: FlowId,
    /// The system that it goes to.
    pub target: String,
    /// How many entries wait.
    pub count: i64,
    /// When the oldest of them was journalled.
    pub oldest: DateTime<Utc>,
    /// Why, where an attempt failed: the code of the last fault, and how many entries have it.
    pub faults: Vec<(String, i64)>,
}

/// The states of an entry that is still to be delivered.
const OPEN: [&str; 2] = [EntryState::Queued.as_str(), EntryState::Sending.as_str()];

impl Tx<'_> {
    /// What became of the entries that these runs journalled.
    pub fn outcome(&mut self, runs: &[i64]) -> Result<Outcome, StoreError> {
        let counts = entries::table
            .filter(entries::run.eq_any(runs.to_vec()))
            .group_by(entries::state)
            .select((entries::state, count_star()))
            .load::<(String, i64)>(self.connection)?;
        let mut outcome = Outcome::default();
        for (state, count) in counts {
            match EntryState::parse(&state).ok_or(StoreError::Broken("no state has this name"))? {
                EntryState::Accepted => outcome.accepted += count,
                EntryState::Superseded => outcome.superseded += count,
                EntryState::Refused => outcome.refused += count,
                EntryState::Unknown => outcome.unknown += count,
                EntryState::Queued | EntryState::Sending | EntryState::Stored => outcome.waiting += count,
                EntryState::Parked => outcome.parked += count,
                EntryState::Shadow => outcome.shadow += count,
                EntryState::Unseen | EntryState::Removed => outcome.unseen += count,
            }
        }
        Ok(outcome)
    }

    /// What waits to be delivered, per flow and target, for time or for something else.
    pub fn waiting(&mut self) -> Result<Vec<Waiting>, StoreError> {
        // Only what is not finished has a record, and only that is in the index.
        let counts = entries::table
            .filter(entries::record.is_not_null())
            .filter(entries::state.eq_any(OPEN))
            .group_by((entries::flow, entries::target))
            .order((entries::flow, entries::target))
            .select((entries::flow, entries::target, count_star(), min(entries::created_at)))
            .load::<(String, String, i64, Option<NaiveDateTime>)>(self.connection)?;
        let faults = entries::table
            .filter(entries::record.is_not_null())
            .filter(entries::state.eq_any(OPEN))
            .filter(entries::fault.is_not_null())
            .group_by((entries::flow, entries::target, entries::fault))
            .order((entries::flow, entries::target, entries::fault))
            .select((entries::flow, entries::target, entries::fault, count_star()))
            .load::<(String, String, Option<String>, i64)>(self.connection)?;
        Ok(counts
            .into_iter()
            .filter_map(|(flow, target, count, oldest)| {
                let mine = faults.iter().filter(|(of, to, _, _)| *of == flow && *to == target);
                let faults = mine.filter_map(|(_, _, fault, count)| Some((fault.clone()?, *count))).collect();
                Some(Waiting { flow: FlowId::new(flow), target, count, oldest: utc(oldest?), faults })
            })
            .collect())
    }
}
