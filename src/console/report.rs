use crate::config::{Flow, Installation};
use crate::engine::{Engine, Health, SystemState};
use crate::store::{FlowId, Pause, RunRow, StoreError, Tx, Waiting};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// How long the store may take to answer before it counts as away.
const PATIENCE: Duration = Duration::from_secs(5);

/// What the daemon does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// It opens its store and its systems.
    Starting,
    /// It fetches and delivers.
    Running,
    /// It ends what is under way and goes on under other settings.
    Reloading,
    /// It ends what is under way.
    Stopping,
}

/// How the daemon is. Moments are in UTC, ages in seconds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// All in one word.
    pub status: Status,
    /// What the daemon does.
    pub stage: Stage,
    /// The revision of the settings that it runs under.
    pub revision: Option<String>,
    /// Whether the store answers and can be written to.
    pub store: bool,
    /// Rejections that are open; `None` when the store does not answer.
    pub rejections: Option<i64>,
    /// Each system of each link that a flow names.
    pub systems: Vec<SystemReport>,
    /// Each flow.
    pub flows: Vec<FlowReport>,
}

/// A word for everything together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Nothing is amiss.
    Ok,
    /// A system is away, the last run of a flow did not come to its end, or a flow pauses.
    Attention,
    /// The store cannot be written to, or the daemon does not run.
    Failing,
}

/// How a system is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SystemReport {
    /// Link and name.
    pub system: String,
    /// `source`, `target` or both.
    pub directions: Vec<&'static str>,
    /// How it is.
    pub state: SystemState,
    /// When it last answered as it should, since the program started.
    pub last_success: Option<DateTime<Utc>>,
    /// How long ago.
    pub last_success_age_seconds: Option<i64>,
    /// The code of the last fault.
    pub last_fault: Option<&'static str>,
    /// Until when nothing is delivered to it.
    pub paused_until: Option<DateTime<Utc>>,
    #[serde(skip)]
    pub(super) successes: u64,
    #[serde(skip)]
    pub(super) faults: BTreeMap<&'static str, u64>,
}

/// How a flow is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FlowReport {
    /// Its name.
    pub flow: String,
    /// `off`, `shadow` or `on`.
    pub mode: &'static str,
    /// Why it pauses, if it does: `command` or `brake`.
    pub paused: Option<&'static str>,
    /// When it last began to fetch.
    pub last_run: Option<DateTime<Utc>>,
    /// The code of the fault that ended that run.
    pub last_fault: Option<String>,
    /// How many entries wait to be delivered.
    pub waiting: i64,
    /// When the oldest of them was journalled.
    pub oldest: Option<DateTime<Utc>>,
    /// How long ago.
    pub oldest_age_seconds: Option<i64>,
    #[serde(skip)]
    pub(super) runs: bool,
}

/// What the store knows.
#[derive(Default)]
struct Known {
    runs: Vec<RunRow>,
    waiting: Vec<Waiting>,
    rejections: i64,
    pauses: Vec<(FlowId, Pause)>,
}

/// How often new settings were asked for.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Reloads {
    pub(super) taken: u64,
    pub(super) refused: u64,
}

impl Stage {
    pub(super) fn is_ready(self) -> bool {
        matches!(self, Self::Running | Self::Reloading)
    }
}

impl Report {
    /// Looks at a running engine; without one there is nothing to tell yet.
    pub(super) async fn of(engine: Option<&Engine>, stage: Stage) -> Self {
        let Some(engine) = engine else {
            let (systems, flows) = (Vec::new(), Vec::new());
            return Self {
                status: Status::Failing,
                stage,
                revision: None,
                store: false,
                rejections: None,
                systems,
                flows,
            };
        };
        let known = tokio::time::timeout(PATIENCE, known(engine)).await;
        let known = known.unwrap_or(Err(StoreError::Broken("it does not answer"))).ok();
        Self::new(engine.installation(), engine.health(), known, stage, engine.now())
    }

    fn new(
        installation: &Installation,
        health: &Health,
        known: Option<Known>,
        stage: Stage,
        now: DateTime<Utc>,
    ) -> Self {
        let store = known.is_some();
        let rejections = known.as_ref().map(|known| known.rejections);
        let systems = systems(installation, health, now);
        let flows = flows(installation, &known.unwrap_or_default(), now);
        let away = systems.iter().any(|system| matches!(system.state, SystemState::Down | SystemState::Paused));
        let stuck = |flow: &FlowReport| flow.runs && (flow.last_fault.is_some() || flow.paused.is_some());
        let status = match (store && stage.is_ready(), away || flows.iter().any(stuck)) {
            (false, _) => Status::Failing,
            (true, true) => Status::Attention,
            (true, false) => Status::Ok,
        };
        Self { status, stage, revision: Some(installation.revision.clone()), store, rejections, systems, flows }
    }
}

async fn known(engine: &Engine) -> Result<Known, StoreError> {
    // Something is written as well: where that cannot be, nothing goes on.
    let now = engine.now();
    engine.store().write(move |tx| tx.touch(now)).await?;
    let flows: Vec<_> = engine.installation().flows().map(|flow| FlowId::new(&flow.id)).collect();
    let known = move |tx: &mut Tx<'_>| {
        let mut pauses = Vec::new();
        for flow in flows {
            let paused = tx.flow_state(&flow)?.paused;
            pauses.extend(paused.map(|(_, why)| (flow, why)));
        }
        Ok(Known { runs: tx.last_runs()?, waiting: tx.waiting()?, rejections: tx.count_rejections()?, pauses })
    };
    engine.store().read(known).await
}

fn systems(installation: &Installation, health: &Health, now: DateTime<Utc>) -> Vec<SystemReport> {
    let mut named: BTreeMap<String, Vec<&'static str>> = BTreeMap::new();
    for flow in installation.links.iter().flat_map(|link| &link.flows) {
        let ends = [(Some(flow.source_system()), "source"), (flow.target_system(), "target")];
        for (system, direction) in ends.into_iter().filter_map(|(system, direction)| Some((system?, direction))) {
            let directions = named.entry(system).or_default();
            if !directions.contains(&direction) {
                directions.push(direction);
                directions.sort_unstable();
            }
        }
    }
    let report = |(system, directions): (String, Vec<&'static str>)| {
        let health = health.of(&system);
        SystemReport {
            system,
            directions,
            state: health.state(now),
            last_success: health.last_success,
            last_success_age_seconds: age(health.last_success, now),
            last_fault: health.last_fault,
            paused_until: health.paused_until.filter(|until| *until > now),
            successes: health.successes,
            faults: health.faults,
        }
    };
    named.into_iter().map(report).collect()
}

fn flows(installation: &Installation, known: &Known, now: DateTime<Utc>) -> Vec<FlowReport> {
    let report = |flow: &Arc<Flow>| {
        let id = FlowId::new(&flow.id);
        let run = known.runs.iter().find(|run| run.flow == id);
        let waiting = || known.waiting.iter().filter(|waiting| waiting.flow == id);
        let oldest = waiting().map(|waiting| waiting.oldest).min();
        FlowReport {
            flow: flow.id.clone(),
            mode: flow.mode.as_str(),
            runs: flow.mode.runs(),
            paused: known.pauses.iter().find(|(paused, _)| *paused == id).map(|(_, why)| why.as_str()),
            last_run: run.map(|run| run.started_at),
            last_fault: run.and_then(|run| run.fault.clone()),
            waiting: waiting().map(|waiting| waiting.count).sum(),
            oldest,
            oldest_age_seconds: age(oldest, now),
        }
    };
    installation.flows().map(report).collect()
}

fn age(moment: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Option<i64> {
    moment.map(|moment| (now - moment).num_seconds().max(0))
}
