//! What the exchanges with each system last came to: names, codes and moments, never anything of a record.

use chrono::{DateTime, Utc};
use schakel_api::contract::Fault;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What is known of each system since the program started, by its name in the installation.
///
/// It is kept in memory only, and outlives a reload of the settings.
#[derive(Debug, Default)]
pub struct Health(Mutex<BTreeMap<String, SystemHealth>>);

/// What the exchanges with one system came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SystemHealth {
    /// When it last answered as it should; also when it refused a record.
    pub last_success: Option<DateTime<Utc>>,
    /// The code of the last fault.
    pub last_fault: Option<&'static str>,
    /// Whether the last exchange ended with that fault.
    pub failing: bool,
    /// Until when nothing is delivered to it.
    pub paused_until: Option<DateTime<Utc>>,
    /// How many exchanges succeeded.
    pub successes: u64,
    /// How many exchanges failed, by the code of the fault.
    pub faults: BTreeMap<&'static str, u64>,
}

/// How a system is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SystemState {
    /// Nothing was exchanged with it yet.
    Unknown,
    /// The last exchange succeeded.
    Up,
    /// The last exchange failed.
    Down,
    /// Nothing is delivered to it for a while.
    Paused,
}

impl Health {
    /// Notes how an exchange with a system ended.
    pub(super) fn exchanged(&self, system: &str, fault: Option<&Fault>, now: DateTime<Utc>) {
        let mut systems = self.lock();
        let system = systems.entry(system.to_owned()).or_default();
        match fault {
            // That a record is refused is an answer like another.
            None | Some(Fault::Refused { .. }) => {
                system.last_success = Some(now);
                system.failing = false;
                system.successes += 1;
            }
            Some(fault) => {
                let code = fault.code().as_str();
                system.last_fault = Some(code);
                system.failing = true;
                *system.faults.entry(code).or_default() += 1;
            }
        }
    }

    /// Notes until when a system is left alone.
    pub(super) fn paused(&self, system: &str, until: Option<DateTime<Utc>>) {
        self.lock().entry(system.to_owned()).or_default().paused_until = until;
    }

    /// What is known of a system.
    pub fn of(&self, system: &str) -> SystemHealth {
        self.lock().get(system).cloned().unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, SystemHealth>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SystemHealth {
    /// How the system is at this moment.
    pub fn state(&self, now: DateTime<Utc>) -> SystemState {
        match self {
            Self { paused_until: Some(until), .. } if *until > now => SystemState::Paused,
            Self { failing: true, .. } => SystemState::Down,
            Self { last_success: Some(_), .. } => SystemState::Up,
            _ => SystemState::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;
    use schakel_api::contract::FaultCode;

    const SYSTEM: &str = "diemen/regie";

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    fn away() -> Fault {
        Fault::Unavailable { system: SYSTEM.to_owned(), code: FaultCode::NoConnection, retry_after: None }
    }

    #[test]
    fn a_system_is_as_its_last_exchange_left_it() {
        let health = Health::default();
        assert_eq!(health.of(SYSTEM).state(at(0)), SystemState::Unknown);
        health.exchanged(SYSTEM, None, at(1));
        assert_eq!(health.of(SYSTEM).state(at(1)), SystemState::Up);
        health.exchanged(SYSTEM, Some(&away()), at(2));
        let down = health.of(SYSTEM);
        assert_eq!((down.state(at(2)), down.last_success), (SystemState::Down, Some(at(1))));
        assert_eq!((down.last_fault, down.faults["no-connection"]), (Some("no-connection"), 1));
        health.exchanged(SYSTEM, None, at(3));
        let up = health.of(SYSTEM);
        assert_eq!((up.state(at(3)), up.last_fault, up.successes), (SystemState::Up, Some("no-connection"), 2));
        assert_eq!(health.of("diemen/package"), SystemHealth::default());
    }

    #[test]
    fn a_refusal_is_an_answer() {
        let health = Health::default();
        let refused = Fault::Refused { system: SYSTEM.to_owned(), code: FaultCode::NotAccepted };
        health.exchanged(SYSTEM, Some(&refused), at(1));
        assert_eq!(health.of(SYSTEM).state(at(1)), SystemState::Up);
    }

    #[test]
    fn a_pause_ends_with_its_time() {
        let health = Health::default();
        health.exchanged(SYSTEM, Some(&away()), at(1));
        health.paused(SYSTEM, Some(at(5)));
        assert_eq!(health.of(SYSTEM).state(at(4)), SystemState::Paused);
        assert_eq!(health.of(SYSTEM).state(at(5)), SystemState::Down);
    }
}
