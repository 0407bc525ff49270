use crate::config::manager;
use crate::console::{Console, Stage};
use crate::engine::{Engine, Phase};

/// Tells the service manager and the console how the daemon is.
pub(super) struct Teller {
    console: Option<Console>,
}

impl Teller {
    /// Tells that the daemon starts.
    pub(super) fn new(console: Option<Console>) -> Self {
        manager::status("starting");
        Self { console }
    }

    /// What the engine says of itself.
    pub(super) fn phase(&self, phase: Phase, engine: &Engine) {
        match phase {
            Phase::Running => {
                if let Some(console) = &self.console {
                    console.running(engine);
                }
                manager::ready(&format!("running under revision {}", engine.installation().revision));
            }
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

    /// The new settings will not do; the engine goes on as it was.
    pub(super) fn refused(&self, revision: &str, mistakes: usize) {
        if let Some(console) = &self.console {
            console.refused();
        }
        let mistakes = match mistakes {
            0 => "cannot be read".to_owned(),
            1 => "have 1 mistake".to_owned(),
            count => format!("have {count} mistakes"),
        };
        manager::ready(&format!("running under revision {revision}: the new settings {mistakes}"));
    }

    fn stage(&self, stage: Stage) {
        if let Some(console) = &self.console {
            console.stage(stage);
        }
    }
}
