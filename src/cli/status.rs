use super::Common;
use super::exit::{Exit, Failure};
use super::output::{Output, table};
use crate::config::{Flow, Mode};
use crate::store::StoreError;
use crate::store::{FlowId, RunRow, Shadow, Tx, Waiting};
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;

#[derive(Serialize)]
struct Status {
    flows: Vec<FlowStatus>,
    /// Flows of which something waits, though the settings do not have them any more.
    orphans: Vec<Orphan>,
    rejections: i64,
}

#[derive(Serialize)]
struct FlowStatus {
    flow: String,
    mode: &'static str,
    /// Why it pauses, if it does.
    paused: Option<&'static str>,
    paused_since: Option<DateTime<Utc>>,
    adopted_at: Option<DateTime<Utc>>,
    last_run: Option<DateTime<Utc>>,
    last_fault: Option<String>,
    waiting: i64,
    oldest: Option<DateTime<Utc>>,
    /// About persons of whom the front office may not know: waiting.
    unseen: i64,
    /// The same, removed after they waited too long.
    removed: i64,
    /// What a flow in shadow would send that the target does not hold.
    would_create: i64,
    /// What a flow in shadow would send that the target holds otherwise.
    would_change: i64,
}

#[derive(Serialize)]
struct Orphan {
    flow: String,
    waiting: i64,
}

/// Prints what waits and when each flow last ran. It can be asked while the daemon runs.
pub(super) async fn status(common: &Common, output: Output) -> Result<Exit, Failure> {
    let (installation, store) = common.looked_at()?;
    let flows: Vec<_> = installation.flows().cloned().collect();
    let look = move |tx: &mut Tx| {
        let (runs, waiting) = (tx.last_runs()?, tx.waiting()?);
        let known = |waiting: &&Waiting| !flows.iter().any(|flow| flow.id == waiting.flow.as_str());
        let orphans = waiting.iter().filter(known);
        Ok(Status {
            orphans: orphans.map(|one| Orphan { flow: one.flow.to_string(), waiting: one.count }).collect(),
            flows: flows.iter().map(|flow| of(tx, flow, &runs, &waiting)).collect::<Result<_, _>>()?,
            rejections: tx.count_rejections()?,
        })
    };
    let status = store.read(look).await?;
    output.print(&status, text)?;
    Ok(Exit::Done)
}

fn of(tx: &mut Tx, flow: &Flow, runs: &[RunRow], waiting: &[Waiting]) -> Result<FlowStatus, StoreError> {
    let id = FlowId::new(&flow.id);
    let run = runs.iter().find(|run| run.flow == id);
    let waits = waiting.iter().filter(|waiting| waiting.flow == id);
    let state = tx.flow_state(&id)?;
    let Shadow { creations, changes } = match flow.mode {
        Mode::Shadow => tx.shadow(&id)?,
        Mode::Off | Mode::On => Shadow::default(),
    };
    Ok(FlowStatus {
        flow: flow.id.clone(),
        mode: flow.mode.as_str(),
        paused: state.paused.map(|(_, why)| why.as_str()),
        paused_since: state.paused.map(|(since, _)| since),
        adopted_at: state.adopted_at,
        last_run: run.map(|run| run.started_at),
        last_fault: run.and_then(|run| run.fault.clone()),
        waiting: waits.clone().map(|waiting| waiting.count).sum(),
        oldest: waits.map(|waiting| waiting.oldest).min(),
        unseen: tx.count_unseen(&id)?,
        removed: state.removed,
        would_create: creations,
        would_change: changes,
    })
}

fn text(status: &Status) -> String {
    let moment = |moment: Option<DateTime<Utc>>| {
        moment.map_or_else(|| "-".to_owned(), |moment| moment.to_rfc3339_opts(SecondsFormat::Secs, true))
    };
    let row = |flow: &FlowStatus| {
        let mode = match (flow.paused, flow.would_create + flow.would_change) {
            (Some(why), _) => format!("{}, paused ({why})", flow.mode),
            (None, 0) => flow.mode.to_owned(),
            (None, _) => format!("{}: would create {}, change {}", flow.mode, flow.would_create, flow.would_change),
        };
        let fault = flow.last_fault.clone().unwrap_or_default();
        let (waiting, unseen) = (flow.waiting.to_string(), flow.unseen.to_string());
        vec![flow.flow.clone(), mode, moment(flow.last_run), waiting, moment(flow.oldest), unseen, fault]
    };
    let rows: Vec<Vec<String>> = status.flows.iter().map(row).collect();
    let table = table(&["flow", "mode", "last run", "waiting", "oldest", "unseen", "fault"], &rows);
    let orphans = status.orphans.iter().map(|orphan| {
        format!("{} waits for {}, which the settings do not have any more\n", orphan.waiting, orphan.flow)
    });
    format!("{table}{}{} open rejections\n", orphans.collect::<String>(), status.rejections)
}
