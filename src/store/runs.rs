use super::columns::utc;
use super::schema::runs;
use super::{FlowId, StoreError, Tx};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::dsl::max;
use diesel::prelude::*;
use std::ops::AddAssign;

/// How many records a run met, by what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = runs)]
pub struct RunCounts {
    /// All that the source gave.
    pub fetched: i64,
    /// Equal to their head.
    pub unchanged: i64,
    /// Older than their head, or overtaken before they were attempted.
    pub superseded: i64,
    /// Stopped, for somebody to look at.
    pub rejected: i64,
    /// None of the flow's business.
    pub skipped: i64,
    /// Recognised as forbidden from the outside, and not looked into.
    pub blocked: i64,
    /// Journalled, to be delivered.
    pub journalled: i64,
}

impl AddAssign for RunCounts {
    fn add_assign(&mut self, other: Self) {
        // Taken apart without `..`: a new count does not compile until it is added here.
        let Self { fetched, unchanged, superseded, rejected, skipped, blocked, journalled } = other;
        self.fetched += fetched;
        self.unchanged += unchanged;
        self.superseded += superseded;
        self.rejected += rejected;
        self.skipped += skipped;
        self.blocked += blocked;
        self.journalled += journalled;
    }
}

/// A run of a flow: one reading of its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunRow {
    /// Its number; later runs have higher ones.
    pub id: i64,
    /// The flow that ran.
    pub flow: FlowId,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended; `None` while it runs, or when it was cut off.
    pub ended_at: Option<DateTime<Utc>>,
    /// The code of the fault that ended it.
    pub fault: Option<String>,
    /// What it met.
    pub counts: RunCounts,
}

type Row = (i64, String, NaiveDateTime, Option<NaiveDateTime>, Option<String>, RunCounts);

impl Tx<'_> {
    /// Starts a run of a flow and gives its number.
    pub fn start_run(&mut self, flow: &FlowId, now: DateTime<Utc>) -> Result<i64, StoreError> {
        self.begin_run(flow, false, now)
    }

    /// Starts a run that takes in only some of what the source holds, and gives its number. It says nothing of how the
    /// flow is doing.
    pub fn start_partial_run(&mut self, flow: &FlowId, now: DateTime<Utc>) -> Result<i64, StoreError> {
        self.begin_run(flow, true, now)
    }

    fn begin_run(&mut self, flow: &FlowId, partial: bool, now: DateTime<Utc>) -> Result<i64, StoreError> {
        let last = runs::table.select(max(runs::id)).first::<Option<i64>>(self.connection)?;
        let id = last.unwrap_or(0) + 1;
        diesel::insert_into(runs::table)
            .values((
                runs::id.eq(id),
                runs::flow.eq(flow.as_str()),
                runs::started_at.eq(now.naive_utc()),
                runs::partial.eq(partial),
                runs::fetched.eq(0),
                runs::unchanged.eq(0),
                runs::superseded.eq(0),
                runs::rejected.eq(0),
                runs::skipped.eq(0),
                runs::blocked.eq(0),
                runs::journalled.eq(0),
            ))
            .execute(self.connection)?;
        Ok(id)
    }

    /// Adds what a page brought to what the run met before.
    pub fn add_to_run(&mut self, run: i64, counts: &RunCounts) -> Result<(), StoreError> {
        // Taken apart without `..`: a new count does not compile until it is added here.
        let RunCounts { fetched, unchanged, superseded, rejected, skipped, blocked, journalled } = *counts;
        diesel::update(runs::table.find(run))
            .set((
                runs::fetched.eq(runs::fetched + fetched),
                runs::unchanged.eq(runs::unchanged + unchanged),
                runs::superseded.eq(runs::superseded + superseded),
                runs::rejected.eq(runs::rejected + rejected),
                runs::skipped.eq(runs::skipped + skipped),
                runs::blocked.eq(runs::blocked + blocked),
                runs::journalled.eq(runs::journalled + journalled),
            ))
            .execute(self.connection)?;
        Ok(())
    }

    /// Ends a run, with the code of the fault that ended it, if any.
    pub fn finish_run(&mut self, run: i64, fault: Option<&str>, now: DateTime<Utc>) -> Result<(), StoreError> {
        diesel::update(runs::table.find(run))
            .set((runs::ended_at.eq(Some(now.naive_utc())), runs::fault.eq(fault)))
            .execute(self.connection)?;
        Ok(())
    }

    /// Whether a flow's source was ever read to its end.
    pub fn has_finished(&mut self, flow: &FlowId) -> Result<bool, StoreError> {
        let finished = runs::table
            .filter(runs::flow.eq(flow.as_str()))
            .filter(runs::ended_at.is_not_null())
            .filter(runs::fault.is_null())
            .filter(runs::partial.eq(false))
            .select(runs::id)
            .first::<i64>(self.connection)
            .optional()?;
        Ok(finished.is_some())
    }

    /// The last run of each flow, by the name of the flow; partial ones do not count.
    pub fn last_runs(&mut self) -> Result<Vec<RunRow>, StoreError> {
        let whole = runs::table.filter(runs::partial.eq(false));
        let last = whole.group_by(runs::flow).select(max(runs::id)).load::<Option<i64>>(self.connection)?;
        let rows = runs::table
            .filter(runs::id.eq_any(last.into_iter().flatten().collect::<Vec<_>>()))
            .order(runs::flow)
            .select((runs::id, runs::flow, runs::started_at, runs::ended_at, runs::fault, RunCounts::as_select()))
            .load::<Row>(self.connection)?;
        Ok(rows
            .into_iter()
            .map(|(id, flow, started_at, ended_at, fault, counts)| RunRow {
                id,
                flow: FlowId::new(flow),
                started_at: utc(started_at),
                ended_at: ended_at.map(utc),
                fault,
                counts,
            })
            .collect())
    }
}
