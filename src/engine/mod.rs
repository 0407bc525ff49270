//! What runs when, what a fetched record means, and how it is delivered.
//!
//! Deciding is pure (`decide`, `order`, `retry`); doing is a thin shell around it (`fetch`, `intake`, `deliver`,
//! `lane`). Adapters classify what happened; the engine decides what to do.

mod adopt;
mod crosswalk;
mod decide;
mod deliver;
mod fetch;
mod health;
mod intake;
mod lane;
mod matching;
mod mend;
mod once;
mod order;
mod pages;
mod payload;
mod prepare;
mod preview;
mod reject;
mod reread;
mod retry;
mod run;
mod seen;
mod start;
mod summary;

pub use adopt::{AdoptError, Adoption};
pub use health::{Health, SystemHealth, SystemState};
pub use once::{OnceOptions, once};
pub(crate) use pages::NothingSeen;
pub(crate) use preview::{Fate, Shown, preview, sample};
pub(crate) use reject::actor;
pub(crate) use reread::{Reading, Reread, end_entry};
pub use run::{Order, Phase, RunOptions, run};
pub use start::StartError;
pub(crate) use start::{environment, not_adopted};
pub use summary::{Ending, FlowSummary, Summary};

use crate::config::{Flow, Installation};
use crate::store::{FlowId, Store};
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
    health: Arc<Health>,
    /// Rung when something new is in the journal.
    news: Arc<Notify>,
}

impl Engine {
    /// The store that it works on.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The settings that it runs under.
    pub fn installation(&self) -> &Installation {
        &self.installation
    }

    /// What its exchanges with other systems came to.
    pub fn health(&self) -> &Health {
        &self.health
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }

    /// The flows that fetch.
    fn flows(&self) -> Vec<Arc<Flow>> {
        let flows = self.installation.links.iter().flat_map(|link| &link.flows);
        flows.filter(|flow| flow.mode.runs()).cloned().collect()
    }
}

/// The name of a flow in the store.
fn flow_id(flow: &Flow) -> FlowId {
    FlowId::new(&flow.id)
}

/// Names of flows in the store.
fn flow_ids(names: &[String]) -> Vec<FlowId> {
    names.iter().map(FlowId::new).collect()
}
