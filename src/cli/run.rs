use super::exit::{Exit, Failure};
use super::output::Output;
use super::signals::Signals;
use super::teller::Teller;
use super::{Common, clock};
use crate::config::manager;
use crate::console::Console;
use crate::engine::{Engine, RunOptions, run as run_engine};
use crate::store::Store;
use chrono::Utc;
use clap::Args;
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

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

/// Runs by the schedules until SIGTERM or SIGINT; SIGHUP has it read its settings again.
pub(super) async fn run(common: &Common, arguments: &Arguments, output: Output) -> Result<Exit, Failure> {
    let signals = Signals::new()?;
    let installation = Arc::new(common.installation()?);
    installation.warnings.log();
    let console = match installation.http {
        None => None,
        Some(http) => {
            let console = Console::start(http.listen, Utc::now()).await;
            Some(console.map_err(|error| Failure::io(&format!("the address {}", http.listen), &error))?)
        }
    };
    let teller = Arc::new(Teller::new(console));
    let store = Store::open(&installation.store.url, &installation.store.key)?;
    let engine = Engine::start(Arc::clone(&installation), store.clone(), clock()).await?;
    tracing::info!(version = env!("CARGO_PKG_VERSION"), revision = installation.revision, "running");
    // Ended with this function, whatever it ends with.
    let mut beside = JoinSet::new();
    if let Some(limit) = manager::watchdog() {
        beside.spawn(watched(store, limit / 4));
    }
    let (give, mut orders) = mpsc::channel(1);
    beside.spawn(signals.listen(common.clone(), installation, Arc::clone(&teller), give));
    let options = RunOptions { stop_timeout: Duration::from_secs(arguments.stop_timeout) };
    let waiting = run_engine(engine, options, &mut orders, |phase, engine| teller.phase(phase, engine)).await?;
    tracing::info!(waiting, "stopped");
    output.print(&Stopped { waiting }, |stopped| match stopped.waiting {
        0 => "stopped; nothing waits\n".to_owned(),
        count => format!("stopped; {count} still to be delivered: they are in the journal\n"),
    })?;
    Ok(if waiting == 0 { Exit::Done } else { Exit::Stopped })
}

/// Tells the service manager at intervals that the daemon lives: only as long as the store can be written to, for without
/// that nothing gets on. Once it cannot nothing is told any more, and the service manager starts the daemon anew.
async fn watched(store: Store, interval: Duration) {
    let mut times = tokio::time::interval(interval);
    times.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        times.tick().await;
        if store.write(|tx| tx.touch(Utc::now())).await.is_ok() {
            manager::alive();
        }
    }
}
