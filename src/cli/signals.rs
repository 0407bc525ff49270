use super::Common;
use super::exit::Failure;
use super::logs::places;
use super::teller::Teller;
use crate::config::{Installation, NotLoaded};
use crate::engine::Order;
use std::sync::Arc;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc::Sender;

/// The signals that a running daemon listens to.
pub(super) struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hang_up: Signal,
}

impl Signals {
    /// Takes them over from the system, which would end the program.
    pub(super) fn new() -> Result<Self, Failure> {
        let signals = |kind| signal(kind).map_err(|error| Failure::io("signals", &error));
        Ok(Self {
            terminate: signals(SignalKind::terminate())?,
            interrupt: signals(SignalKind::interrupt())?,
            hang_up: signals(SignalKind::hangup())?,
        })
    }

    /// Makes orders of them, until one says to stop. New settings are checked first: wrong ones change nothing.
    pub(super) async fn listen(
        mut self,
        common: Common,
        first: Arc<Installation>,
        teller: Arc<Teller>,
        orders: Sender<Order>,
    ) {
        loop {
            tokio::select! {
                () = stop(&mut self.terminate, &mut self.interrupt) => break,
                _ = self.hang_up.recv() => {}
            }
            teller.reloading();
            let common = common.clone();
            // Reading and checking files is not for the threads that fetch and deliver.
            let loading = tokio::task::spawn_blocking(move || common.installation());
            let loaded = tokio::select! {
                () = stop(&mut self.terminate, &mut self.interrupt) => break,
                loaded = loading => loaded,
            };
            match loaded {
                Ok(Ok(installation)) => {
                    warn_of_what_stays(&first, &installation);
                    installation.warnings.log();
                    // Nobody takes orders any more once the engine has ended.
                    let _ = orders.send(Order::Reload(Arc::new(installation))).await;
                }
                Ok(Err(error)) => teller.refused(refused(&error, &teller.revision())),
                Err(_) => {
                    let revision = teller.revision();
                    tracing::error!(revision, "the check of the new settings ended in a panic; the old ones stay");
                    teller.refused(0);
                }
            }
        }
        let _ = orders.send(Order::Stop).await;
    }
}

async fn stop(terminate: &mut Signal, interrupt: &mut Signal) {
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

/// What is opened once and kept open.
fn warn_of_what_stays(first: &Installation, new: &Installation) {
    if !new.store.same(&first.store) {
        tracing::warn!(revision = new.revision, "the settings of the store changed: they count from the next start");
    }
    if new.http != first.http {
        tracing::warn!(revision = new.revision, "the settings of the console changed: they count from the next start");
    }
}

/// Logs why new settings will not do, and gives how many mistakes there are.
fn refused(error: &NotLoaded, revision: &str) -> usize {
    const KEPT: &str = "the new settings are wrong; the old ones stay";
    match error {
        NotLoaded::Unreadable { kind, .. } => {
            tracing::error!(revision, error = %kind, "{KEPT}");
            0
        }
        NotLoaded::Wrong(diagnostics) => {
            let mistakes = diagnostics.count();
            tracing::error!(revision, mistakes, places = places(diagnostics), "{KEPT}");
            mistakes
        }
    }
}
