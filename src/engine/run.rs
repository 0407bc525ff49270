//! `run`: flows by their schedules, delivery all the time, until told to stop.

use super::Engine;
use super::deliver::{Deliverer, Until};
use crate::config::Flow;
use crate::store::StoreError;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How `run` stops.
#[derive(Debug, Clone, Copy)]
pub struct RunOptions {
    /// How long delivery may go on after the signal to stop.
    pub stop_timeout: Duration,
}

const PANIC: StoreError = StoreError::Broken("a part of the daemon ended in a panic");

/// Runs until `stop` is ready, then delivers what waits for as long as the time-out allows. Gives how much still waits.
///
/// # Errors
/// When the store fails.
pub async fn run(engine: &Engine, options: RunOptions, stop: impl Future<Output = ()>) -> Result<i64, StoreError> {
    let (tell, until) = watch::channel(Until::Stopped);
    let mut fetching: JoinSet<Result<(), StoreError>> = JoinSet::new();
    for flow in engine.flows() {
        fetching.spawn(scheduled(engine.clone(), flow, until.clone()));
    }
    let mut delivering: JoinSet<Result<(), StoreError>> = JoinSet::new();
    for deliverer in Deliverer::all(engine, &until) {
        delivering.spawn(deliverer.run());
    }
    tokio::pin!(stop);
    tokio::select! {
        Some(ended) = delivering.join_next() => ended.map_err(|_| PANIC)??,
        Some(ended) = fetching.join_next() => ended.map_err(|_| PANIC)??,
        () = &mut stop => {}
    }
    tracing::info!("stopping: what waits is still delivered");
    let _ = tell.send(Until::Drained(Duration::ZERO));
    let draining = async {
        while let Some(ended) = fetching.join_next().await {
            ended.map_err(|_| PANIC)??;
        }
        while let Some(ended) = delivering.join_next().await {
            ended.map_err(|_| PANIC)??;
        }
        Ok::<(), StoreError>(())
    };
    if let Ok(ended) = tokio::time::timeout(options.stop_timeout, draining).await {
        ended?;
    }
    engine.store.read(|tx| Ok(tx.waiting()?.iter().map(|waiting| waiting.count).sum())).await
}

/// Fetches a flow whenever its schedule says so. A flow never overlaps itself.
async fn scheduled(engine: Engine, flow: Arc<Flow>, mut until: watch::Receiver<Until>) -> Result<(), StoreError> {
    loop {
        let now = engine.now();
        let next = flow.schedule.next(now).map(|next| (next - now).to_std().unwrap_or(Duration::ZERO));
        let wait = next.unwrap_or(Duration::from_hours(24));
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            _ = until.changed() => return Ok(()),
        }
        // Broken off between two pages or within one, nothing is lost: what was not written is fetched again.
        tokio::select! {
            pass = engine.fetch(&flow) => pass.map(drop)?,
            _ = until.changed() => return Ok(()),
        }
    }
}
