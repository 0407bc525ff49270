use super::columns::utc;
use super::connection::Database;
use super::schema::flows;
use super::{FlowId, StoreError, Tx};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

/// Why a flow pauses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pause {
    /// Somebody said so.
    Command,
    /// More creations or changes in one run than its brake lets through.
    Brake,
}

impl Pause {
    /// The name in the store, in `status` and in logs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Command => "command",
            Self::Brake => "brake",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        [Self::Command, Self::Brake].into_iter().find(|pause| pause.as_str() == name)
    }
}

/// What people decided about a flow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FlowState {
    /// When it was adopted: both sides were compared, and what the target holds is known.
    pub adopted_at: Option<DateTime<Utc>>,
    /// Since when it pauses, and why.
    pub paused: Option<(DateTime<Utc>, Pause)>,
    /// Whether somebody confirmed its creations and changes: the brake is off until a pass comes to its end.
    pub confirmed: bool,
    /// How many records were removed because nobody might know of their persons.
    pub removed: i64,
}

type Row = (Option<NaiveDateTime>, Option<NaiveDateTime>, Option<String>, bool, i64);

impl Tx<'_> {
    /// What people decided about a flow.
    pub fn flow_state(&mut self, flow: &FlowId) -> Result<FlowState, StoreError> {
        let row = flows::table
            .find(flow.as_str())
            .select((flows::adopted_at, flows::paused_at, flows::pause, flows::confirmed, flows::removed))
            .first::<Row>(self.connection)
            .optional()?;
        let Some((adopted_at, paused_at, pause, confirmed, removed)) = row else { return Ok(FlowState::default()) };
        let paused = match (paused_at, pause) {
            (Some(since), Some(why)) => {
                Some((utc(since), Pause::parse(&why).ok_or(StoreError::Broken("no pause has this name"))?))
            }
            _ => None,
        };
        Ok(FlowState { adopted_at: adopted_at.map(utc), paused, confirmed, removed })
    }

    /// Keeps what people decided about a flow.
    pub fn set_flow_state(&mut self, flow: &FlowId, state: FlowState) -> Result<(), StoreError> {
        let FlowState { adopted_at, paused, confirmed, removed } = state;
        let values = (
            flows::adopted_at.eq(adopted_at.map(|moment| moment.naive_utc())),
            flows::paused_at.eq(paused.map(|(since, _)| since.naive_utc())),
            flows::pause.eq(paused.map(|(_, why)| why.as_str())),
            flows::confirmed.eq(confirmed),
            flows::removed.eq(removed),
        );
        let Database::Sqlite(sqlite) = self.connection;
        diesel::insert_into(flows::table)
            .values((flows::flow.eq(flow.as_str()), values))
            .on_conflict(flows::flow)
            .do_update()
            .set(values)
            .execute(sqlite)?;
        Ok(())
    }

    /// Of these flows, the names of those that do not pause.
    pub(super) fn running(&mut self, flows: &[FlowId]) -> Result<Vec<String>, StoreError> {
        let paused: Vec<String> =
            flows::table.filter(flows::paused_at.is_not_null()).select(flows::flow).load(self.connection)?;
        let names = flows.iter().map(|flow| flow.as_str().to_owned());
        Ok(names.filter(|name| !paused.contains(name)).collect())
    }
}
