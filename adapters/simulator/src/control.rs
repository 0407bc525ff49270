//! How a server is told to misbehave.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

/// What `POST /_control` may hold; what it leaves out stays as it is.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Orders {
    /// Whether requests take effect at once but their answers are kept back.
    hold: Option<bool>,
    /// The number of next requests that take effect and get no answer: the connection is dropped.
    lose_answers: Option<u32>,
    /// The number of next requests that get 503; -1 is all of them until it is set again.
    unavailable: Option<i64>,
    /// The number of next requests that get 422 and take no effect.
    refuse: Option<u32>,
    /// Whether every request gets 401.
    deny: Option<bool>,
    /// How long every request waits first, in milliseconds.
    latency_ms: Option<u64>,
}

/// The present orders, and how many answers are kept back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(crate) struct State {
    hold: bool,
    lose_answers: u32,
    unavailable: i64,
    refuse: u32,
    deny: bool,
    latency_ms: u64,
    held: usize,
}

/// The orders of one server.
#[derive(Debug)]
pub(crate) struct Control {
    state: Mutex<State>,
    hold: watch::Sender<bool>,
    /// Each answer kept back holds one more of these.
    held: Arc<()>,
}

impl Default for Control {
    fn default() -> Self {
        Self { state: Mutex::default(), hold: watch::Sender::new(false), held: Arc::new(()) }
    }
}

impl Control {
    /// Takes new orders.
    pub(crate) fn give(&self, orders: Orders) {
        let mut state = self.lock();
        state.hold = orders.hold.unwrap_or(state.hold);
        state.lose_answers = orders.lose_answers.unwrap_or(state.lose_answers);
        state.unavailable = orders.unavailable.unwrap_or(state.unavailable);
        state.refuse = orders.refuse.unwrap_or(state.refuse);
        state.deny = orders.deny.unwrap_or(state.deny);
        state.latency_ms = orders.latency_ms.unwrap_or(state.latency_ms);
        self.hold.send_replace(state.hold);
    }

    /// The present orders.
    pub(crate) fn state(&self) -> State {
        State { held: Arc::strong_count(&self.held) - 1, ..*self.lock() }
    }

    /// How long a request waits first.
    pub(crate) fn latency(&self) -> Duration {
        Duration::from_millis(self.lock().latency_ms)
    }

    /// Whether every request gets 401.
    pub(crate) fn denies(&self) -> bool {
        self.lock().deny
    }

    /// Whether this request gets 503.
    pub(crate) fn takes_unavailable(&self) -> bool {
        let unavailable = &mut self.lock().unavailable;
        let now = *unavailable != 0;
        *unavailable -= i64::from(*unavailable > 0);
        now
    }

    /// Whether this request gets 422.
    pub(crate) fn takes_refusal(&self) -> bool {
        took(&mut self.lock().refuse)
    }

    /// Whether this request, which took effect, gets no answer.
    pub(crate) fn takes_lost_answer(&self) -> bool {
        took(&mut self.lock().lose_answers)
    }

    /// Waits until answers are no longer kept back.
    pub(crate) async fn answer_time(&self) {
        let mut hold = self.hold.subscribe();
        if *hold.borrow() {
            // Let go of also where the client goes away, for then this future is dropped.
            let _held = Arc::clone(&self.held);
            // It fails only when the sender is gone, and `self` has it.
            let _ = hold.wait_for(|hold| !hold).await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn took(count: &mut u32) -> bool {
    let took = *count > 0;
    *count = count.saturating_sub(1);
    took
}
