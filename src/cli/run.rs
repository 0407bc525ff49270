use super::exit::{Exit, Failure};
use super::output::Output;
use super::{Common, clock};
use crate::engine::{Engine, RunOptions, run as run_engine};
use clap::Args;
use serde::Serialize;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// How long delivery may go on after the signal to stop, in seconds
    #[arg(long, default_value_t = 20)]
    stop_timeout: u64,
}

#[derive(Serialize)]
struct Stopped {
    waiting: i64,
}

/// Runs by the schedules until SIGTERM or SIGINT.
pub(super) async fn run(common: &Common, arguments: &Arguments, output: Output) -> Result<Exit, Failure> {
    let signals = |kind| signal(kind).map_err(|error| Failure::io("signals", &error));
    let (mut terminate, mut interrupt) = (signals(SignalKind::terminate())?, signals(SignalKind::interrupt())?);
    let (installation, store) = common.opened()?;
    let engine = Engine::start(installation, store, clock()).await?;
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "running");
    let options = RunOptions { stop_timeout: Duration::from_secs(arguments.stop_timeout) };
    let stop = async {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    let waiting = run_engine(&engine, options, stop).await?;
    output.print(&Stopped { waiting }, |stopped| match stopped.waiting {
        0 => "stopped; nothing waits\n".to_owned(),
        count => format!("stopped; {count} still to be delivered: they are in the journal\n"),
    })?;
    Ok(if waiting == 0 { Exit::Done } else { Exit::Stopped })
}
