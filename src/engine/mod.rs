//! What runs when, what a fetched record means, and how it is delivered.
//!
//! Deciding is pure (`decide`, `order`, `retry`); doing is a thin shell around it (`fetch`, `intake`, `deliver`,
//! `lane`). Adapters classify what happened; the engine decides what to do.

mod decide;
mod deliver;
mod fetch;
mod intake;
mod lane;
mod once;
mod order;
mod payload;
mod retry;
mod run;
mod summary;

pub use once::{OnceOptions, once};
pub use run::{RunOptions, run};
pub use summary::{Ending, FlowSummary, Summary};

use crate::config::{Flow, Installation, Mode};
use crate::store::{FlowId, Store, StoreError};
use chrono::{DateTime, Utc};
use std::sync::Arc;
use tokio::sync::Notify;

/// A source of the present moment, so that nothing below reads a clock by itself.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// What an engine works with.
#[derive(Clone)]
pub struct Engine {
    store: Store,
    installation: Arc<Installation>,
    clock: Clock,
    /// Rung when something new is in the journal.
    news: Arc<Notify>,
}

impl Engine {
    /// Prepares the keys of every link, and takes up again what an earlier life left under way.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn start(installation: Arc<Installation>, store: Store, clock: Clock) -> Result<Self, StoreError> {
        for link in &installation.links {
            store.prepare(&link.name, &link.laws).await?;
        }
        let now = clock();
        let recovered = store.write(move |tx| tx.recover(now)).await?;
        if recovered > 0 {
            tracing::info!(recovered, "attempts of an earlier life are taken up again");
        }
        Ok(Self { store, installation, clock, news: Arc::new(Notify::new()) })
    }

    /// The store that it works on.
    pub fn store(&self) -> &Store {
        &self.store
    }

    fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }

    /// The flows that run.
    fn flows(&self) -> Vec<Arc<Flow>> {
        let flows = self.installation.links.iter().flat_map(|link| &link.flows);
        flows.filter(|flow| flow.mode == Mode::On).cloned().collect()
    }
}

/// The name of a flow in the store.
fn flow_id(flow: &Flow) -> FlowId {
    FlowId::new(&flow.id)
}
