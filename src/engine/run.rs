//! `run`: flows by their schedules, delivery all the time, until told to stop.

use super::Engine;
use super::deliver::{Deliverer, Until};
use super::summary::{Ending, is_away_code};
use crate::config::Flow;
use crate::store::StoreError;
use futures::future::try_join_all;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

/// How `run` stops.
#[derive(Debug, Clone, Copy)]
pub struct RunOptions {
    /// How long delivery may go on after the signal to stop.
    pub stop_timeout: Duration,
}

/// Runs until `stop` is ready, then delivers what waits for as long as the time-out allows.
///
/// # Errors
/// When the store fails.
pub async fn run(
    engine: &Engine,
    options: RunOptions,
    stop: impl Future<Output = ()>,
) -> Result<(i64, Ending), StoreError> {
    let news = Arc::new(Notify::new());
    let (tell, until) = watch::channel(Until::Stopped);
    let mut fetching: JoinSet<Result<(), StoreError>> = JoinSet::new();
    for flow in engine.flows() {
        fetching.spawn(scheduled(engine.clone(), flow, Arc::clone(&news), until.clone()));
    }
    let deliverers = Deliverer::all(engine, &until, &news);
    let delivering = try_join_all(deliverers.into_iter().map(Deliverer::run));
    tokio::pin!(delivering, stop);
    tokio::select! {
        ended = &mut delivering => { ended?; }
        Some(ended) = fetching.join_next(), if !fetching.is_empty() => {
            ended.map_err(|_| StoreError::Broken("a flow ended in a panic"))??;
        }
        () = &mut stop => {}
    }
    tracing::info!("stopping: what waits is still delivered");
    let _ = tell.send(Until::Drained(Duration::ZERO));
    let draining = async {
        // Between two pages nothing is lost: a page that was not written is fetched again.
        while let Some(ended) = fetching.join_next().await {
            ended.map_err(|_| StoreError::Broken("a flow ended in a panic"))??;
        }
        delivering.await.map(drop)
    };
    if let Ok(ended) = tokio::time::timeout(options.stop_timeout, draining).await {
        ended?;
    }
    let waiting = engine.store.read(|tx| tx.waiting()).await?;
    let count = waiting.iter().map(|waiting| waiting.count).sum();
    let away = waiting.iter().flat_map(|waiting| &waiting.faults).any(|(fault, _)| is_away_code(fault));
    let ending = match (count, away) {
        (0, _) => Ending::Drained,
        (_, true) => Ending::Unavailable,
        (_, false) => Ending::Waiting,
    };
    Ok((count, ending))
}

/// Fetches a flow whenever its schedule says so. A flow never overlaps itself.
async fn scheduled(
    engine: Engine,
    flow: Arc<Flow>,
    news: Arc<Notify>,
    mut until: watch::Receiver<Until>,
) -> Result<(), StoreError> {
    loop {
        let now = engine.now();
        let Some(next) = flow.schedule.next(now) else { return std::future::pending().await };
        let wait = (next - now).to_std().unwrap_or(Duration::ZERO);
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            _ = until.changed() => return Ok(()),
        }
        engine.fetch(&flow).await?;
        news.notify_waiters();
        if *until.borrow() != Until::Stopped {
            return Ok(());
        }
    }
}
