//! The service manager that started the program, if one did (systemd's `sd_notify` protocol).
//!
//! The crate `sd-notify` reads `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID` by itself, so it is used here alone:
//! nothing outside of `config` reads the environment.

use sd_notify::NotifyState;
use std::time::Duration;

/// All is well, and this is how it is.
pub(crate) fn ready(status: &str) {
    tell(&[NotifyState::Ready, NotifyState::Status(status)]);
}

/// How it is.
pub(crate) fn status(status: &str) {
    tell(&[NotifyState::Status(status)]);
}

/// New settings are looked at; [`ready`] ends it.
pub(crate) fn reloading() {
    let now = NotifyState::monotonic_usec_now().ok();
    let status = NotifyState::Status("reloading the settings");
    tell(&[NotifyState::Reloading, status].into_iter().chain(now).collect::<Vec<_>>());
}

/// The end has begun.
pub(crate) fn stopping() {
    tell(&[NotifyState::Stopping, NotifyState::Status("stopping")]);
}

/// The program still does its work.
pub(crate) fn alive() {
    tell(&[NotifyState::Watchdog]);
}

/// How often [`alive`] must be said at least; `None` when nobody waits for it.
pub(crate) fn watchdog() -> Option<Duration> {
    sd_notify::watchdog_enabled().filter(|time| !time.is_zero())
}

fn tell(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::warn!(error = %error.kind(), "the service manager cannot be told");
    }
}
