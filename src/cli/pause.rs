//! `pause`, `resume` and `resync`: what people decide about a flow while it runs.

use super::exit::{Exit, Failure};
use super::output::Output;
use super::{Common, flows};
use crate::store::{FlowId, FlowState, Pause, Store, Tx};
use chrono::Utc;
use clap::Args;
use serde::Serialize;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The flows, by their names as `status` prints them or a part of it
    #[arg(required_unless_present = "all")]
    flows: Vec<String>,

    /// Every flow
    #[arg(long, conflicts_with = "flows")]
    all: bool,
}

#[derive(Debug, Args)]
pub(super) struct ResyncArguments {
    /// The flow, by its name as `status` prints it or a part of it
    flow: String,

    /// Do it; without this only the count is told
    #[arg(long)]
    apply: bool,
}

#[derive(Serialize)]
struct Changed {
    flow: String,
    changed: bool,
}

#[derive(Serialize)]
struct Resync {
    flow: String,
    /// Records that the target confirmed, which will be read and sent again.
    records: i64,
    applied: bool,
}

/// Stops flows at once: nothing of theirs is fetched or delivered, also after a restart.
pub(super) async fn pause(common: &Common, arguments: &Arguments, output: Output) -> Result<Exit, Failure> {
    let now = Utc::now();
    let changed = change(common, arguments, move |state| match state.paused {
        Some(_) => None,
        None => Some(FlowState { paused: Some((now, Pause::Command)), ..state }),
    });
    print(&changed.await?, output, "pauses", "paused already")
}

/// Lets flows go on. That confirms what their brake stopped, for one whole pass.
pub(super) async fn resume(common: &Common, arguments: &Arguments, output: Output) -> Result<Exit, Failure> {
    let changed = change(common, arguments, |state| {
        state.paused.map(|(_, why)| FlowState { paused: None, confirmed: why == Pause::Brake, ..state })
    });
    print(&changed.await?, output, "goes on", "did not pause")
}

async fn change(
    common: &Common,
    arguments: &Arguments,
    decide: impl Fn(FlowState) -> Option<FlowState> + Copy + Send + 'static,
) -> Result<Vec<Changed>, Failure> {
    let (installation, store) = common.beside()?;
    let mut changed = Vec::new();
    for flow in flows::all_named(&installation, &arguments.flows)? {
        let id = FlowId::new(&flow.id);
        let write = move |tx: &mut Tx| {
            let next = decide(tx.flow_state(&id)?);
            next.map(|state| tx.set_flow_state(&id, state)).transpose().map(|done| done.is_some())
        };
        changed.push(Changed { flow: flow.id.clone(), changed: store.write(write).await? });
    }
    Ok(changed)
}

fn print(changed: &Vec<Changed>, output: Output, does: &str, did: &str) -> Result<Exit, Failure> {
    output.print(changed, |changed| {
        let line = |one: &Changed| format!("{} {}\n", one.flow, if one.changed { does } else { did });
        changed.iter().map(line).collect()
    })?;
    Ok(Exit::Done)
}

/// Sends again what already crossed: after a mapping changed, or when the target lost something.
pub(super) async fn resync(common: &Common, arguments: &ResyncArguments, output: Output) -> Result<Exit, Failure> {
    let (installation, store) = common.beside()?;
    let flow = flows::named(&installation, &arguments.flow)?;
    let id = FlowId::new(&flow.id);
    let count = id.clone();
    let (_, records) = store.read(move |tx| tx.count_heads(&count)).await?;
    if arguments.apply {
        forget(&store, id).await?;
    }
    let resync = Resync { flow: flow.id.clone(), records, applied: arguments.apply };
    output.print(&resync, |resync| match resync.applied {
        true => format!("{}: {} records are read and sent again\n", resync.flow, resync.records),
        false => {
            format!("{}: {} records would be read and sent again; with --apply they are\n", resync.flow, resync.records)
        }
    })?;
    Ok(Exit::Done)
}

/// The next pass reads the source from its beginning, and everything in it counts as changed; that is confirmed.
async fn forget(store: &Store, flow: FlowId) -> Result<(), Failure> {
    let now = Utc::now();
    let forget = move |tx: &mut Tx| {
        tx.forget_content(&flow, None, now)?;
        tx.forget_position(&flow)?;
        let state = tx.flow_state(&flow)?;
        tx.set_flow_state(&flow, FlowState { confirmed: true, ..state })
    };
    Ok(store.write(forget).await?)
}
