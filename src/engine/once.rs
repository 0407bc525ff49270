//! `once`: every flow now, then delivery until nothing waits.

use super::Engine;
use super::deliver::{Deliverer, Until};
use super::fetch::Pass;
use super::summary::{Ending, FlowSummary, Summary};
use crate::config::Flow;
use crate::store::StoreError;
use futures::future::try_join_all;
use schakel_api::contract::FaultCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// How `once` runs.
#[derive(Debug, Clone, Copy)]
pub struct OnceOptions {
    /// How long to wait for what may be tried again later.
    pub patience: Duration,
}

/// Fetches every flow, then delivers until nothing waits or the next attempt is further away than the patience.
///
/// # Errors
/// When the store fails.
pub async fn once(engine: &Engine, options: OnceOptions) -> Result<(Summary, Ending), StoreError> {
    let mut passes: Vec<(Arc<Flow>, Pass)> = Vec::new();
    for flow in engine.flows() {
        let pass = engine.fetch(&flow).await?;
        passes.push((flow, pass));
    }
    let (_keep, until) = watch::channel(Until::Drained(options.patience));
    let deliverers = Deliverer::all(engine, &until);
    let running = deliverers.iter().map(|deliverer| Arc::clone(deliverer).run());
    let ended: Result<Vec<()>, StoreError> = try_join_all(running).await;
    ended?;
    let denied = deliverers.iter().any(|deliverer| deliverer.is_denied());
    let away = denied || passes.iter().any(|(_, pass)| pass.fault.as_ref().is_some_and(|fault| fault.code().is_away()));
    let stopped = passes.iter().any(|(_, pass)| pass.fault.is_some() || pass.paused);
    let (summary, faults) = summarise(engine, passes).await?;
    let ending = match (
        summary.waiting > 0 || stopped,
        away || faults.iter().filter_map(|fault| FaultCode::named(fault)).any(FaultCode::is_away),
    ) {
        (false, _) => Ending::Drained,
        (true, true) => Ending::Unavailable,
        (true, false) => Ending::Waiting,
    };
    Ok((summary, ending))
}

/// What the passes came to by now, and the faults of what waits.
async fn summarise(engine: &Engine, passes: Vec<(Arc<Flow>, Pass)>) -> Result<(Summary, Vec<String>), StoreError> {
    engine
        .store
        .read(move |tx| {
            let mut summary = Summary::default();
            for (flow, pass) in &passes {
                summary.flows.push(FlowSummary::of(tx, flow, pass)?);
            }
            let mut faults = Vec::new();
            for waiting in tx.waiting()? {
                summary.waiting += waiting.count;
                faults.extend(waiting.faults.into_iter().map(|(fault, _)| fault));
            }
            summary.rejections = tx.count_rejections()?;
            Ok((summary, faults))
        })
        .await
}
