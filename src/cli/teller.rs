use crate::config::manager;
use crate::console::{Console, Stage};
use crate::engine::{Engine, Phase};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Tells the service manager and the console how the daemon is.
pub(super) struct Teller {
    console: Option<Console>,
    /// The revision of the settings that the engine runs under.
    revision: Mutex<String>,
}

impl Teller {
    /// Tells that the daemon starts.
    pub(super) fn new(console: Option<Console>) -> Self {
        manager::status("starting");
        Self { console, revision: Mutex::default() }
    }

    /// What the engine says of itself.
    pub(super) fn phase(&self, phase: Phase, engine: &Engine) {
        match phase {
            Phase::Running => {
                if let Some(console) = &self.console {
                    console.running(engine);
                }
                let revision = &engine.installation().revision;
                self.running().clone_from(revision);
                manager::ready(&format!("running under revision {revision}"));
            }
            Phase::Refused => self.kept("are refused"),
            Phase::Stopping => {
                self.stage(Stage::Stopping);
                manager::stopping();
            }
        }
    }

    /// New settings are looked at.
    pub(super) fn reloading(&self) {
        self.stage(Stage::Reloading);
        manager::reloading();
    }

    /// The new settings have so many mistakes; the engine goes on as it was.
    pub(super) fn refused(&self, mistakes: usize) {
        self.kept(&match mistakes {
            0 => "cannot be read".to_owned(),
            1 => "have 1 mistake".to_owned(),
            count => format!("have {count} mistakes"),
        });
    }

    /// The revision of the settings that the engine runs under.
    pub(super) fn revision(&self) -> String {
        self.running().clone()
    }

    fn running(&self) -> MutexGuard<'_, String> {
        self.revision.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn kept(&self, why: &str) {
        if let Some(console) = &self.console {
            console.refused();
        }
        manager::ready(&format!("running under revision {}: the new settings {why}", self.revision()));
    }

    fn stage(&self, stage: Stage) {
        if let Some(console) = &self.console {
            console.stage(stage);
        }
    }
}
