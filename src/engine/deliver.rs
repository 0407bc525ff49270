//! Delivery to one system: many lanes at once, up to its limits.

use super::retry::wait_after;
use super::{Engine, flow_id};
use crate::config::{Flow, Mode};
use crate::store::{FlowId, StoreError, SubjectId};
use chrono::{DateTime, TimeDelta, Utc};
use schakel_api::contract::{Fault, Receipt};
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How many lanes are looked up at once.
const LANES: usize = 512;
/// How long what another process did to the store may go unnoticed: a flow that was resumed, a rejection tried again.
const BESIDE: Duration = Duration::from_secs(2);
/// How long a system that denies access or breaks its word is left alone at first.
const PAUSE: Duration = Duration::from_mins(1);

/// Whether delivery goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Until {
    /// Until told otherwise.
    Stopped,
    /// Until nothing waits, or what waits is further away than this.
    Drained(Duration),
    /// Until what is under way is settled; nothing else begins.
    Settled,
}

/// Delivers what waits for one system.
pub(super) struct Deliverer {
    pub(super) engine: Engine,
    pub(super) system: String,
    pub(super) flows: HashMap<FlowId, Arc<Flow>>,
    /// The names of those flows.
    pub(super) ids: Arc<[FlowId]>,
    slots: usize,
    state: Mutex<State>,
    until: watch::Receiver<Until>,
}

/// What is known of the system.
#[derive(Debug, Default)]
struct State {
    failures: u32,
    unreachable_until: Option<DateTime<Utc>>,
    denials: u32,
    paused_until: Option<DateTime<Utc>>,
}

impl Deliverer {
    /// One for each system that flows deliver to. A system takes as many attempts at once as the most careful flow says.
    pub(super) fn all(engine: &Engine, until: &watch::Receiver<Until>) -> Vec<Arc<Self>> {
        let mut systems: HashMap<String, Vec<Arc<Flow>>> = HashMap::new();
        for flow in engine.flows().into_iter().filter(|flow| flow.mode == Mode::On) {
            if let Some(system) = flow.target_system() {
                systems.entry(system).or_default().push(flow);
            }
        }
        let deliverers = systems.into_iter().map(|(system, flows)| {
            // It begins without a pause: what brought one about may be what new settings are for.
            engine.health.paused(&system, None);
            let targets = flows.iter().filter_map(|flow| flow.target());
            let slots = targets.map(|target| target.limits().concurrency).min().unwrap_or(1);
            Arc::new(Self {
                ids: flows.iter().map(|flow| flow_id(flow)).collect(),
                engine: engine.clone(),
                system,
                flows: flows.into_iter().map(|flow| (flow_id(&flow), flow)).collect(),
                slots,
                state: Mutex::default(),
                until: until.clone(),
            })
        });
        deliverers.collect()
    }

    /// Delivers until it is told to stop, or until nothing waits.
    pub(super) async fn run(self: Arc<Self>) -> Result<(), StoreError> {
        let mut until = self.until.clone();
        let mut tasks: JoinSet<(SubjectId, Result<(), StoreError>)> = JoinSet::new();
        let mut busy: HashSet<SubjectId> = HashSet::new();
        let mut lanes: VecDeque<SubjectId> = VecDeque::new();
        loop {
            // Registered before looking, so that news between looking and waiting are not missed.
            let news = self.engine.news.notified();
            tokio::pin!(news);
            news.as_mut().enable();
            let told = *until.borrow_and_update();
            let now = self.engine.now();
            let settling = told == Until::Settled;
            let ready = !settling && self.not_before().is_none_or(|moment| moment <= now);
            // One attempt shows whether a system that denied access lets us in again.
            let slots = if self.is_denied() { 1 } else { self.slots };
            if ready && tasks.len() < slots {
                if lanes.is_empty() {
                    let (system, ids) = (self.system.clone(), Arc::clone(&self.ids));
                    let found = self.engine.store.read(move |tx| tx.lanes(&system, &ids, now, LANES)).await?;
                    lanes = found.into_iter().filter(|person| !busy.contains(person)).collect();
                }
                while tasks.len() < slots
                    && let Some(person) = lanes.pop_front()
                {
                    if busy.insert(person.clone()) {
                        let deliverer = Arc::clone(&self);
                        tasks.spawn(async move {
                            let result = deliverer.lane(&person).await;
                            (person, result)
                        });
                    }
                }
            } else if !ready {
                lanes.clear();
            }
            let pause = match settling || ready && tasks.len() >= slots {
                true => None,
                false => self.pause(now, ready).await?,
            };
            let over = match told {
                Until::Stopped => false,
                Until::Drained(patience) => pause.is_none_or(|pause| pause > patience),
                Until::Settled => true,
            };
            if tasks.is_empty() && over {
                return Ok(());
            }
            let pause = pause.map_or(BESIDE, |pause| pause.min(BESIDE));
            tokio::select! {
                Some(joined) = tasks.join_next(), if !tasks.is_empty() => {
                    for joined in std::iter::once(joined).chain(std::iter::from_fn(|| tasks.try_join_next())) {
                        // A lane that ended in a panic stays busy: nothing but itself waits for a new start.
                        let Ok((person, result)) = joined else { continue };
                        busy.remove(&person);
                        result?;
                    }
                }
                () = &mut news => {}
                _ = until.changed() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// How long until there is something else to do; `None` when nothing waits for a time. What is due already is
    /// under way, unless the system is left alone for now.
    async fn pause(&self, now: DateTime<Utc>, ready: bool) -> Result<Option<Duration>, StoreError> {
        let (system, ids) = (self.system.clone(), Arc::clone(&self.ids));
        let from = if ready { now } else { DateTime::UNIX_EPOCH };
        let due = self.engine.store.read(move |tx| tx.next_due(&system, &ids, from)).await?;
        let due = due.map(|due| self.not_before().map_or(due, |moment| due.max(moment)));
        Ok(due.map(|due| (due - now).to_std().unwrap_or(Duration::ZERO)))
    }

    /// Whether another attempt may begin.
    pub(super) fn goes_on(&self) -> bool {
        let now = self.engine.now();
        *self.until.borrow() != Until::Settled && self.not_before().is_none_or(|moment| moment <= now)
    }

    /// Whether the system keeps us out.
    pub(super) fn is_denied(&self) -> bool {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).denials > 0
    }

    fn not_before(&self) -> Option<DateTime<Utc>> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.unreachable_until.max(state.paused_until)
    }

    /// How an attempt ended. No answer at all is no answer that tells the outcome.
    pub(super) fn exchanged(&self, outcome: Option<&Result<Receipt, Fault>>) {
        if let Some(outcome) = outcome {
            self.engine.health.exchanged(&self.system, outcome.as_ref().err(), self.engine.now());
        }
    }

    /// Logs that an attempt failed, once: that the system denies access or breaks its word is no matter of one entry.
    pub(super) fn not_delivered(&self, flow: &str, entry: &str, fault: &Fault) {
        match fault {
            Fault::Denied { .. } if self.is_denied() => {}
            Fault::Broken { .. } if !self.goes_on() => {}
            Fault::Denied { .. } | Fault::Broken { .. } => {
                tracing::error!(system = self.system, %fault, "delivery to the system pauses");
            }
            _ => tracing::warn!(flow, entry, %fault, "not delivered"),
        }
    }

    /// The system answered, or could not be reached at all: then it is left alone for a while, as a whole. An answer to
    /// one request does not end a pause that another one brought about.
    pub(super) fn reachable(&self, reachable: bool) {
        let now = self.engine.now();
        self.change(|state| {
            if reachable {
                *state = State { paused_until: state.paused_until, ..State::default() };
            } else if state.unreachable_until.is_none_or(|moment| moment <= now) {
                state.failures = state.failures.saturating_add(1);
                state.unreachable_until = after(now, wait_after(state.failures));
            }
        });
    }

    /// The system asks to be left alone for so long.
    pub(super) fn leave_alone(&self, pause: Duration) {
        let until = after(self.engine.now(), pause);
        self.change(|state| state.paused_until = state.paused_until.max(until));
    }

    /// The system denies access: it is left alone, and asked again at intervals that grow.
    pub(super) fn denied(&self) {
        let now = self.engine.now();
        self.change(|state| {
            if state.paused_until.is_none_or(|moment| moment <= now) {
                state.denials = state.denials.saturating_add(1);
                state.paused_until = after(now, PAUSE * (1 << state.denials.min(6) >> 1));
            }
        });
    }

    /// The system answers what its settings do not say.
    pub(super) fn broken(&self) {
        self.leave_alone(PAUSE);
    }

    /// Changes what is known of the system, and tells until when it is left alone.
    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut state);
        self.engine.health.paused(&self.system, state.unreachable_until.max(state.paused_until));
    }
}

fn after(now: DateTime<Utc>, wait: Duration) -> Option<DateTime<Utc>> {
    TimeDelta::from_std(wait).ok().map(|wait| now + wait)
}
