use super::columns::rows;
use super::schema::{entries, heads};
use super::{EntryId, EntryState, FlowId, FlowState, StoreError, SubjectId, Tx};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::dsl::{case_when, count_star};
use diesel::prelude::*;
use diesel::sql_types::Timestamp;
use std::collections::BTreeSet;

/// What a flow in shadow would send.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Shadow {
    /// Records that the target does not hold.
    pub creations: i64,
    /// Records that the target holds, with another content.
    pub changes: i64,
}

impl Tx<'_> {
    /// Lets what waits unseen about a subject be delivered: the front office may know of them now. What belongs to flows
    /// in shadow stays in shadow.
    pub fn release_unseen(
        &mut self,
        subject: &SubjectId,
        shadow: &[FlowId],
        now: DateTime<Utc>,
    ) -> Result<u32, StoreError> {
        let unseen = || {
            entries::table
                .filter(entries::subject.eq(subject.as_str()))
                .filter(entries::record.is_not_null())
                .filter(entries::state.eq(EntryState::Unseen.as_str()))
        };
        let names: Vec<&str> = shadow.iter().map(FlowId::as_str).collect();
        let shadowed = diesel::update(unseen().filter(entries::flow.eq_any(names)))
            .set((entries::state.eq(EntryState::Shadow.as_str()), entries::updated_at.eq(now.naive_utc())))
            .execute(self.connection)?;
        let queued = diesel::update(unseen())
            .set((
                entries::state.eq(EntryState::Queued.as_str()),
                // A deletion that waits for what it deletes goes on waiting.
                entries::due.eq(case_when(entries::waits.eq(false), now.naive_utc().into_sql::<Timestamp>())),
                entries::updated_at.eq(now.naive_utc()),
            ))
            .execute(self.connection)?;
        Ok(rows(shadowed + queued))
    }

    /// Hides an entry that was never attempted: the front office may not know of its person any more, unless one of
    /// these flows holds something about them meanwhile.
    pub fn hide(&mut self, id: &EntryId, deciding: &[FlowId], now: DateTime<Utc>) -> Result<(), StoreError> {
        let subject = entries::table.find(id.as_str()).select(entries::subject).first::<String>(self.connection)?;
        if self.holds(&SubjectId::new(subject), deciding)? {
            return Ok(());
        }
        let queued = entries::table.find(id.as_str()).filter(entries::state.eq(EntryState::Queued.as_str()));
        diesel::update(queued)
            .set((
                entries::state.eq(EntryState::Unseen.as_str()),
                entries::due.eq(None::<NaiveDateTime>),
                entries::updated_at.eq(now.naive_utc()),
            ))
            .execute(self.connection)?;
        Ok(())
    }

    /// The links other than these of which records wait unseen: they are gone from the settings.
    pub fn unseen_beside(&mut self, links: &[String]) -> Result<BTreeSet<String>, StoreError> {
        let unseen = entries::table
            .filter(entries::record.is_not_null())
            .filter(entries::state.eq(EntryState::Unseen.as_str()))
            .select(entries::flow)
            .distinct();
        let flows: Vec<String> = unseen.load(self.connection)?;
        let of = flows.iter().filter_map(|flow| flow.split_once('/')).map(|(link, _)| link.to_owned());
        Ok(of.filter(|link| !links.contains(link)).collect())
    }

    /// Removes the records of a link that have waited unseen since before `before`, and counts them with their flows,
    /// also with those that are off or gone from the settings. Gives how many.
    pub fn remove_unseen(&mut self, link: &str, before: DateTime<Utc>, now: DateTime<Utc>) -> Result<u32, StoreError> {
        let old = || {
            entries::table
                .filter(entries::flow.gt(format!("{link}/")))
                // The character behind the slash: what lies between begins with the link and a slash.
                .filter(entries::flow.lt(format!("{link}0")))
                .filter(entries::record.is_not_null())
                .filter(entries::state.eq(EntryState::Unseen.as_str()))
                .filter(entries::updated_at.lt(before.naive_utc()))
        };
        let flows = old().group_by(entries::flow).select((entries::flow, count_star()));
        for (flow, count) in flows.load::<(String, i64)>(self.connection)? {
            let flow = FlowId::new(flow);
            let state = self.flow_state(&flow)?;
            self.set_flow_state(&flow, FlowState { removed: state.removed + count, ..state })?;
        }
        let removed = diesel::update(old())
            .set((
                entries::state.eq(EntryState::Removed.as_str()),
                entries::record.eq(None::<Vec<u8>>),
                entries::updated_at.eq(now.naive_utc()),
            ))
            .execute(self.connection)?;
        Ok(rows(removed))
    }

    /// How many entries of a flow wait unseen.
    pub fn count_unseen(&mut self, flow: &FlowId) -> Result<i64, StoreError> {
        Ok(entries::table
            .filter(entries::flow.eq(flow.as_str()))
            .filter(entries::record.is_not_null())
            .filter(entries::state.eq(EntryState::Unseen.as_str()))
            .count()
            .get_result(self.connection)?)
    }

    /// What a flow in shadow would send.
    pub fn shadow(&mut self, flow: &FlowId) -> Result<Shadow, StoreError> {
        let shadow = || {
            entries::table
                .inner_join(heads::table.on(heads::flow.eq(entries::flow).and(heads::identity.eq(entries::identity))))
                .filter(entries::flow.eq(flow.as_str()))
                .filter(entries::record.is_not_null())
                .filter(entries::state.eq(EntryState::Shadow.as_str()))
                .select(count_star())
        };
        Ok(Shadow {
            creations: shadow().filter(heads::accepted.is_null()).first(self.connection)?,
            changes: shadow().filter(heads::accepted.is_not_null()).first(self.connection)?,
        })
    }

    /// Lets what a flow journalled in shadow be delivered. Gives how many entries.
    pub fn release_shadow(&mut self, flow: &FlowId, now: DateTime<Utc>) -> Result<u32, StoreError> {
        let shadow = entries::table
            .filter(entries::flow.eq(flow.as_str()))
            .filter(entries::record.is_not_null())
            .filter(entries::state.eq(EntryState::Shadow.as_str()));
        let changed = diesel::update(shadow)
            .set((
                entries::state.eq(EntryState::Queued.as_str()),
                // A deletion that waits for what it deletes goes on waiting.
                entries::due.eq(case_when(entries::waits.eq(false), now.naive_utc().into_sql::<Timestamp>())),
                entries::updated_at.eq(now.naive_utc()),
            ))
            .execute(self.connection)?;
        Ok(rows(changed))
    }
}
