//! `run`: flows by their schedules, delivery all the time, until told to stop; under new settings when told to reload.

use super::deliver::{Deliverer, Until};
use super::{Engine, StartError, flow_id};
use crate::config::{Flow, Installation, Schedule};
use crate::store::{FlowId, StoreError};
use chrono::{DateTime, Utc};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

/// How `run` stops.
#[derive(Debug, Clone, Copy)]
pub struct RunOptions {
    /// How long delivery may go on after the order to stop.
    pub stop_timeout: Duration,
}

/// What a running engine is told to do.
pub enum Order {
    /// To deliver what waits, and end.
    Stop,
    /// To go on under these settings, on the store that it has.
    Reload(Arc<Installation>),
}

/// What a running engine says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// It runs under its settings; said again after each reload.
    Running,
    /// It runs as it did: new settings were refused.
    Refused,
    /// It fetches nothing more.
    Stopping,
}

const PANIC: StoreError = StoreError::Broken("a part of the daemon ended in a panic");

/// Runs until the order to stop, then delivers what waits for as long as the time-out allows. Gives how much still waits.
///
/// A reload ends what runs and starts it anew: no page is asked for and no attempt begun any more, the attempts under
/// way are finished and settled, and only then the next settings count. The store stays open all the while.
///
/// # Errors
/// When the store fails.
pub async fn run(
    mut engine: Engine,
    options: RunOptions,
    orders: &mut mpsc::Receiver<Order>,
    say: impl Fn(Phase, &Engine),
) -> Result<i64, StoreError> {
    let mut start = Start { counting_from: engine.now(), broken_off: HashSet::new() };
    loop {
        let mut running = Running::start(&engine, &start);
        say(Phase::Running, &engine);
        let mut reload = loop {
            match running.ordered(orders).await? {
                Order::Reload(installation) if engine.accepts(&installation).await? => break installation,
                Order::Reload(_) => say(Phase::Refused, &engine),
                Order::Stop => {
                    say(Phase::Stopping, &engine);
                    tracing::info!("stopping: what waits is still delivered");
                    running.end(Until::Drained(Duration::ZERO), options.stop_timeout).await?;
                    return waiting(&engine).await;
                }
            }
        };
        tracing::info!(revision = reload.revision, "the settings are right: what is under way is finished first");
        start.counting_from = engine.now();
        running.tell(Until::Settled);
        loop {
            tokio::select! {
                ended = running.ended() => break ended?,
                order = orders.recv() => match order {
                    Some(Order::Reload(newer)) => {
                        match engine.accepts(&newer).await? {
                            true => reload = newer,
                            false => say(Phase::Refused, &engine),
                        }
                    }
                    Some(Order::Stop) | None => {
                        say(Phase::Stopping, &engine);
                        tracing::info!("stopping: what is under way is still finished");
                        running.end(Until::Settled, options.stop_timeout).await?;
                        return waiting(&engine).await;
                    }
                },
            }
        }
        start.broken_off = running.broken_off;
        // Behind whatever a page that was broken off still had to write.
        engine.store.write(|_| Ok(())).await?;
        engine = engine.under(reload).await?;
        tracing::info!(revision = engine.installation.revision, "running under the new settings");
    }
}

impl Engine {
    /// Whether the store may be worked on under these settings; when not, that is logged, and the old ones stay.
    async fn accepts(&self, installation: &Installation) -> Result<bool, StoreError> {
        match self.allows(installation).await {
            Ok(()) => Ok(true),
            Err(StartError::Store(error)) if error != StoreError::OtherEnvironment => Err(error),
            Err(refused) => {
                let revision = &self.installation.revision;
                tracing::error!(revision, error = %refused, "the new settings are refused; the old ones stay");
                Ok(false)
            }
        }
    }
}

async fn waiting(engine: &Engine) -> Result<i64, StoreError> {
    engine.store.read(|tx| Ok(tx.waiting()?.iter().map(|waiting| waiting.count).sum())).await
}

/// What flows need to know of what ran before.
struct Start {
    /// A schedule's next moment is the first one after this.
    counting_from: DateTime<Utc>,
    /// The flows whose pass was broken off: they go on at once.
    broken_off: HashSet<FlowId>,
}

/// Everything that runs under the same settings.
struct Running {
    tell: watch::Sender<Until>,
    fetching: JoinSet<Result<Option<FlowId>, StoreError>>,
    delivering: JoinSet<Result<(), StoreError>>,
    broken_off: HashSet<FlowId>,
}

impl Running {
    fn start(engine: &Engine, start: &Start) -> Self {
        let (tell, until) = watch::channel(Until::Stopped);
        let (mut fetching, mut delivering) = (JoinSet::new(), JoinSet::new());
        for flow in engine.flows() {
            let from = (!start.broken_off.contains(&flow_id(&flow))).then_some(start.counting_from);
            fetching.spawn(scheduled(engine.clone(), flow, from, until.clone()));
        }
        for deliverer in Deliverer::all(engine, &until) {
            delivering.spawn(deliverer.run());
        }
        Self { tell, fetching, delivering, broken_off: HashSet::new() }
    }

    /// Waits for an order. No part ends by itself, unless the store fails.
    async fn ordered(&mut self, orders: &mut mpsc::Receiver<Order>) -> Result<Order, StoreError> {
        loop {
            tokio::select! {
                Some(ended) = self.delivering.join_next() => ended.map_err(|_| PANIC)??,
                Some(ended) = self.fetching.join_next() => ended.map_err(|_| PANIC)?.map(drop)?,
                order = orders.recv() => return Ok(order.unwrap_or(Order::Stop)),
            }
        }
    }

    fn tell(&self, until: Until) {
        // Nobody listens when no flow is on.
        let _ = self.tell.send(until);
    }

    /// Waits until every part has ended. When who asks stops waiting, another may go on.
    async fn ended(&mut self) -> Result<(), StoreError> {
        while let Some(ended) = self.fetching.join_next().await {
            self.broken_off.extend(ended.map_err(|_| PANIC)??);
        }
        while let Some(ended) = self.delivering.join_next().await {
            ended.map_err(|_| PANIC)??;
        }
        Ok(())
    }

    /// Ends every part, after the time-out by force: what was not settled is repeated by the next start.
    async fn end(mut self, until: Until, timeout: Duration) -> Result<(), StoreError> {
        self.tell(until);
        tokio::time::timeout(timeout, self.ended()).await.unwrap_or(Ok(()))
    }
}

/// Fetches a flow whenever its schedule says so, counted from a moment; at once where there is none. A flow never
/// overlaps itself. Gives the flow when its last pass was broken off.
async fn scheduled(
    engine: Engine,
    flow: Arc<Flow>,
    mut from: Option<DateTime<Utc>>,
    mut until: watch::Receiver<Until>,
) -> Result<Option<FlowId>, StoreError> {
    loop {
        let wait = from.map_or(Duration::ZERO, |from| wait(&flow.schedule, from, engine.now()));
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            _ = until.changed() => return Ok(from.is_none().then(|| flow_id(&flow))),
        }
        // Broken off between two pages or within one, nothing is lost: what was not written is fetched again.
        tokio::select! {
            pass = engine.fetch(&flow) => pass.map(drop)?,
            _ = until.changed() => return Ok(Some(flow_id(&flow))),
        }
        from = Some(engine.now());
    }
}

/// How long it is from now to the first run after a moment; no time when that has passed meanwhile.
fn wait(schedule: &Schedule, from: DateTime<Utc>, now: DateTime<Utc>) -> Duration {
    let next = schedule.next(from).map(|next| (next - now).to_std().unwrap_or(Duration::ZERO));
    next.unwrap_or(Duration::from_hours(24))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn seconds(line: &str, from: &str, now: &str) -> u64 {
        let [from, now] = [from, now].map(|moment| moment.parse().unwrap());
        wait(&Schedule::parse(line).unwrap(), from, now).as_secs()
    }

    #[test]
    fn a_run_that_fell_due_while_the_settings_were_reloaded_is_made_up_for() {
        assert_eq!(seconds("0 * * * *", "2026-11-24T08:59:58Z", "2026-11-24T08:59:58Z"), 2);
        assert_eq!(seconds("0 * * * *", "2026-11-24T08:59:58Z", "2026-11-24T09:00:01Z"), 0);
        assert_eq!(seconds("0 * * * *", "2026-11-24T09:00:01Z", "2026-11-24T09:00:01Z"), 3599);
    }
}
