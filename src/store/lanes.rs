use super::columns::utc;
use super::entries::Row;
use super::schema::entries;
use super::{Entry, FlowId, StoreError, SubjectId, Tx};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::dsl::min;
use diesel::prelude::*;
use std::collections::HashSet;

impl Tx<'_> {
    /// The lanes of a target with an entry of these flows that is due, those that have waited longest first; at most
    /// `limit`. Flows that pause have none.
    pub fn lanes(
        &mut self,
        target: &str,
        flows: &[FlowId],
        now: DateTime<Utc>,
        limit: usize,
    ) -> Result<Vec<SubjectId>, StoreError> {
        let due = entries::table
            .filter(entries::target.eq(target))
            .filter(entries::flow.eq_any(self.running(flows)?))
            .filter(entries::due.le(now.naive_utc()))
            .order((entries::due, entries::id))
            .select(entries::subject)
            .load_iter::<String, _>(self.connection)?;
        let (mut known, mut lanes) = (HashSet::new(), Vec::new());
        for subject in due {
            // Rows come one by one: a long backlog is read no further than needed.
            if lanes.len() == limit {
                break;
            }
            let subject = SubjectId::new(subject?);
            if known.insert(subject.clone()) {
                lanes.push(subject);
            }
        }
        Ok(lanes)
    }

    /// The entries of a lane that are to be delivered, in the order in which they were made; none of flows that pause.
    pub fn lane(&mut self, target: &str, flows: &[FlowId], subject: &SubjectId) -> Result<Vec<Entry>, StoreError> {
        entries::table
            .filter(entries::target.eq(target))
            .filter(entries::subject.eq(subject.as_str()))
            .filter(entries::flow.eq_any(self.running(flows)?))
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
        subject: &SubjectId,
        due: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let earlier = entries::table
            .filter(entries::target.eq(target))
            .filter(entries::subject.eq(subject.as_str()))
            .filter(entries::due.lt(due.naive_utc()));
        diesel::update(earlier)
            .set((entries::due.eq(Some(due.naive_utc())), entries::updated_at.eq(now.naive_utc())))
            .execute(self.connection)?;
        Ok(())
    }

    /// When the next entry of a target and these flows is due that is not due yet; `None` when none will be by time
    /// alone.
    pub fn next_due(
        &mut self,
        target: &str,
        flows: &[FlowId],
        after: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        let due = entries::table
            .filter(entries::target.eq(target))
            .filter(entries::flow.eq_any(self.running(flows)?))
            .filter(entries::due.gt(after.naive_utc()))
            .select(min(entries::due))
            .first::<Option<NaiveDateTime>>(self.connection)?;
        Ok(due.map(utc))
    }
}
