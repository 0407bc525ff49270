//! What must be right before an engine runs on a store.

use super::{Clock, Engine, flow_id};
use crate::config::{Flow, Installation, Mode, UNSEEN};
use crate::store::{FlowState, Pause, Shadow, Store, StoreError, Tx};
use schakel_api::gate::Environment;
use std::sync::Arc;

/// Why an engine does not run.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The store fails, or belongs to another environment.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Flows that are on were never compared with what their targets hold.
    #[error(
        "{} may not go on: `schakel adopt` compares what both sides hold first, or `target-empty = true` says that the \
         target holds nothing",
        .0.join(", ")
    )]
    NotAdopted(Vec<String>),
}

impl Engine {
    /// Prepares the keys of every link, takes up again what an earlier life left under way, and lets go what flows that
    /// are on now journalled in shadow.
    ///
    /// # Errors
    /// When the store fails or belongs to another environment, or a flow is on that was never adopted.
    pub async fn start(installation: Arc<Installation>, store: Store, clock: Clock) -> Result<Self, StartError> {
        let engine = Self::open(installation, store, clock).await?;
        engine.allows(&engine.installation).await?;
        let now = engine.now();
        let recovered = engine.store.write(move |tx| tx.recover(now)).await?;
        if recovered > 0 {
            tracing::info!(recovered, "attempts of an earlier life are taken up again");
        }
        engine.leave_shadows().await?;
        engine.remove_all_unseen().await?;
        Ok(engine)
    }

    /// An engine for commands that look and prepare: it may run whatever was adopted.
    ///
    /// # Errors
    /// When the store fails or belongs to another environment.
    pub(crate) async fn open(installation: Arc<Installation>, store: Store, clock: Clock) -> Result<Self, StoreError> {
        prepare(&store, &installation).await?;
        Ok(Self { store, installation, clock, health: Arc::default(), news: Arc::default() })
    }

    /// An engine on the same store under other settings, which it allows. What the one before had under way must have
    /// ended.
    pub(super) async fn under(self, installation: Arc<Installation>) -> Result<Self, StoreError> {
        prepare(&self.store, &installation).await?;
        let engine = Self { installation, ..self };
        engine.leave_shadows().await?;
        engine.remove_all_unseen().await?;
        Ok(engine)
    }

    /// Whether the store may be worked on under these settings.
    pub(super) async fn allows(&self, installation: &Installation) -> Result<(), StartError> {
        let environment = environment(installation.environment);
        self.store.write(move |tx| tx.claim(environment)).await?;
        let not_adopted = self.not_adopted(installation).await?;
        if not_adopted.is_empty() { Ok(()) } else { Err(StartError::NotAdopted(not_adopted)) }
    }

    async fn leave_shadows(&self) -> Result<(), StoreError> {
        for flow in self.flows().into_iter().filter(|flow| flow.mode == Mode::On) {
            self.leave_shadow(flow).await?;
        }
        Ok(())
    }

    async fn remove_all_unseen(&self) -> Result<(), StoreError> {
        for link in &self.installation.links {
            if let Some(flow) = link.flows.first() {
                self.remove_unseen(&link.name, flow.keep_unseen).await?;
            }
        }
        let links: Vec<String> = self.installation.links.iter().map(|link| link.name.clone()).collect();
        for gone in self.store.read(move |tx| tx.unseen_beside(&links)).await? {
            self.remove_unseen(&gone, UNSEEN).await?;
        }
        Ok(())
    }

    async fn not_adopted(&self, installation: &Installation) -> Result<Vec<String>, StoreError> {
        let flows = installation.flows().cloned().collect();
        let flows = self.store.read(move |tx| not_adopted(flows, Some(tx))).await?;
        Ok(flows.iter().map(|flow| flow.id.clone()).collect())
    }

    /// Lets go what a flow journalled in shadow, unless that is more than its brake lets through.
    async fn leave_shadow(&self, flow: Arc<Flow>) -> Result<(), StoreError> {
        let (id, now) = (flow_id(&flow), self.now());
        let leave = move |tx: &mut Tx| {
            let Shadow { creations, changes } = tx.shadow(&id)?;
            if creations + changes == 0 {
                return Ok(());
            }
            let (state, known) = (tx.flow_state(&id)?, tx.count_known(&id)?);
            let unbraked = state.confirmed || is_first_load(tx, &flow)?;
            if flow.brake.stops(creations, changes, known) && !unbraked {
                tracing::error!(
                    flow = flow.id,
                    creations,
                    changes,
                    "more than the brake lets through; the flow pauses"
                );
                let paused = match state.paused {
                    braked @ Some((_, Pause::Brake)) => braked,
                    _ => Some((now, Pause::Brake)),
                };
                tx.set_flow_state(&id, FlowState { paused, ..state })?;
            }
            tx.release_shadow(&id, now).map(drop)
        };
        self.store.write(leave).await
    }
}

/// Whether a flow fills a target that the settings call empty, which creates everything: nothing was accepted yet, or no
/// pass came to its end.
pub(super) fn is_first_load(tx: &mut Tx, flow: &Flow) -> Result<bool, StoreError> {
    let id = flow_id(flow);
    Ok(flow.target_empty && (!tx.has_finished(&id)? || !tx.has_accepted(&id)?))
}

/// Claims the store for the environment, and makes the keys that links lack.
async fn prepare(store: &Store, installation: &Installation) -> Result<(), StoreError> {
    let environment = environment(installation.environment);
    store.write(move |tx| tx.claim(environment)).await?;
    for link in &installation.links {
        store.prepare(&link.name, &link.laws).await?;
    }
    Ok(())
}

/// Of these flows, those that are on though nobody compared them with what their targets hold. Without a store nobody
/// ever did.
pub(crate) fn not_adopted(flows: Vec<Arc<Flow>>, tx: Option<&mut Tx>) -> Result<Vec<Arc<Flow>>, StoreError> {
    let needs = |flow: &Arc<Flow>| flow.mode == Mode::On && flow.to.is_some() && !flow.target_empty;
    let mut flows: Vec<Arc<Flow>> = flows.into_iter().filter(needs).collect();
    let Some(tx) = tx else { return Ok(flows) };
    let mut adopted = Vec::new();
    for flow in &flows {
        if tx.flow_state(&flow_id(flow))?.adopted_at.is_some() {
            adopted.push(flow.id.clone());
        }
    }
    flows.retain(|flow| !adopted.contains(&flow.id));
    Ok(flows)
}

/// The name of an environment in the store.
pub(crate) fn environment(environment: Environment) -> &'static str {
    match environment {
        Environment::Production => "production",
        Environment::Acceptance => "acceptance",
        Environment::Demo => "demo",
    }
}
