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
        let mut found = Vec::new();
        // Flow by flow, in the order of the index: what waits for a flow that pauses is not walked.
        for flow in self.running(flows)? {
            let due = entries::table
                .filter(entries::target.eq(target))
                .filter(entries::flow.eq(flow))
                .filter(entries::due.le(now.naive_utc()))
                .order((entries::due, entries::id))
                .select((entries::due, entries::id, entries::subject))
                .load_iter::<(Option<NaiveDateTime>, String, String), _>(self.connection)?;
            let mut known = HashSet::new();
            for row in due {
                // Rows come one by one: a long backlog is read no further than needed.
                if known.len() == limit {
                    break;
                }
                let row = row?;
                if known.insert(row.2.clone()) {
                    found.push(row);
                }
            }
        }
        found.sort();
        let mut known = HashSet::new();
        let subjects = found.into_iter().map(|(_, _, subject)| SubjectId::new(subject));
        Ok(subjects.filter(|subject| known.insert(subject.clone())).take(limit).collect())
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
        let mut next: Option<NaiveDateTime> = None;
        for flow in self.running(flows)? {
            let due = entries::table
                .filter(entries::target.eq(target))
                .filter(entries::flow.eq(flow))
                .filter(entries::due.gt(after.naive_utc()))
                .select(min(entries::due))
                .first::<Option<NaiveDateTime>>(self.connection)?;
            next = [next, due].into_iter().flatten().min();
        }
        Ok(next.map(utc))
    }
}
