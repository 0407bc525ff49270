//! One lane: the entries of one person at one target, delivered in order.

use super::crosswalk::{counterpart, pair};
use super::deliver::Deliverer;
use super::flow_ids;
use super::order::Place;
use super::payload::{Origin, Payload};
use super::reject::rejection;
use super::retry::wait_after;
use crate::config::Flow;
use crate::privacy::{Keyring, Purpose, Scope, SealError};
use crate::store::{Entry, EntryId, EntryState, FlowId, NewAttempt, NewRejection, Pair, StoreError, SubjectId, Tx};
use chrono::{DateTime, TimeDelta, Utc};
use schakel_api::code::Code;
use schakel_api::contract::{Fault, FaultCode, Receipt, Rendered, Repeat, Stamp};
use schakel_api::gate::{Cleared, Context, clear};
use schakel_api::model::{Problem, Record, Stream, Unreadable};
use schakel_api::value::{AssignmentNumber, Id, Law, Scalar};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// How long an attempt may last before its outcome counts as open.
const DEADLINE: TimeDelta = TimeDelta::minutes(15);
/// How long an entry waits whose key is not in the store.
const KEY: TimeDelta = TimeDelta::minutes(5);

/// An entry with what is sealed in it.
struct Work {
    entry: Entry,
    payload: Payload,
    flow: Arc<Flow>,
    around: Around,
}

/// What the store says about an entry beside what is in it.
#[derive(Debug, Clone)]
struct Around {
    /// Whether the receiving side knows the person.
    known: bool,
    /// What the crosswalk holds against the record.
    counterpart: Option<String>,
}

/// An entry of which something cannot be opened.
struct Closed {
    entry: EntryId,
    flow: Arc<Flow>,
    error: StoreError,
}

impl Closed {
    fn of(work: &Work, error: StoreError) -> Self {
        Self { entry: work.entry.id.clone(), flow: Arc::clone(&work.flow), error }
    }

    /// Whether it was sealed with a key that is not in the keyring: another process may have made it.
    fn lacks_key(&self) -> bool {
        self.error == StoreError::Sealed(SealError::KeyMissing)
    }
}

/// Whether the lane may go on.
enum Next {
    On,
    NotBefore(DateTime<Utc>),
}

impl Deliverer {
    /// Delivers what waits in a lane, until it is empty or must wait.
    pub(super) async fn lane(&self, subject: &SubjectId) -> Result<(), StoreError> {
        loop {
            let mut entries = self.entries(subject).await?;
            if entries.iter().any(|entry| entry.as_ref().is_err_and(Closed::lacks_key)) {
                self.engine.store.reload_keys().await?;
                entries = self.entries(subject).await?;
            }
            if entries.is_empty() {
                return Ok(());
            }
            let mut works = Vec::new();
            for entry in entries {
                match entry {
                    Ok(work) => works.push(work),
                    Err(closed) => {
                        if let Next::NotBefore(due) = self.leave(&closed).await? {
                            return self.defer(subject, due).await;
                        }
                    }
                }
            }
            works.sort_by_cached_key(place);
            for work in works {
                let now = self.engine.now();
                let next = match work.entry.due {
                    Some(due) if due > now => Next::NotBefore(due),
                    _ if !self.goes_on() => return Ok(()),
                    _ => self.deliver(&work).await?,
                };
                if let Next::NotBefore(due) = next {
                    return self.defer(subject, due).await;
                }
            }
        }
    }

    /// An entry that cannot be opened blocks nothing but itself; record and attempt stay for the person who looks. One
    /// whose key is not here waits for it.
    async fn leave(&self, closed: &Closed) -> Result<Next, StoreError> {
        let Closed { entry, flow, error } = closed;
        if closed.lacks_key() {
            tracing::error!(flow = flow.id, entry = entry.as_str(), %error, "an entry cannot be opened and waits");
            return Ok(Next::NotBefore(self.engine.now() + KEY));
        }
        tracing::error!(flow = flow.id, entry = entry.as_str(), %error, "an entry cannot be opened and is set aside");
        let keyring = self.engine.store.keyring();
        let scope = keyring.scope(&flow.link, None).ok_or(StoreError::Broken("the link has no keys"))?;
        let origin = Origin { key: entry.as_str().to_owned(), handle: None, position: None };
        let problem = Problem::new("", Code::EntryUnreadable);
        let rejection = rejection(flow, scope, &self.engine.installation.revision, &origin, &problem, None)?;
        let (entry, now) = (entry.clone(), self.engine.now());
        let aside = move |tx: &mut Tx| {
            tx.lose(&entry, "unreadable", now)?;
            tx.reject(NewRejection { entry: Some(entry), ..rejection }, now).map(drop)
        };
        self.engine.store.write(aside).await?;
        Ok(Next::On)
    }

    async fn defer(&self, subject: &SubjectId, due: DateTime<Utc>) -> Result<(), StoreError> {
        let (system, subject, now) = (self.system.clone(), subject.clone(), self.engine.now());
        self.engine.store.write(move |tx| tx.defer(&system, &subject, due, now)).await
    }

    /// What waits in a lane, opened, with what the store says about each entry.
    async fn entries(&self, subject: &SubjectId) -> Result<Vec<Result<Work, Closed>>, StoreError> {
        let (system, ids, subject) = (self.system.clone(), Arc::clone(&self.ids), subject.clone());
        let keyring = self.engine.store.keyring();
        let flows: Vec<(FlowId, Arc<Flow>)> =
            self.flows.iter().map(|(id, flow)| (id.clone(), Arc::clone(flow))).collect();
        let read = move |tx: &mut Tx| {
            let mut found = Vec::new();
            for entry in tx.lane(&system, &ids, &subject)? {
                let Some((_, flow)) = flows.iter().find(|(id, _)| *id == entry.flow) else { continue };
                let known = !flow.is_confidential() || tx.holds(&subject, &flow_ids(&flow.deciding))?;
                let around = match counterpart(tx, &keyring, &flow.link, flow.stream, &entry.identity) {
                    Ok(counterpart) => Ok(Around { known, counterpart }),
                    Err(error @ (StoreError::Sealed(_) | StoreError::Broken(_))) => Err(error),
                    Err(error) => return Err(error),
                };
                let opened = around.and_then(|around| Ok((around, payload(&entry, &keyring)?)));
                found.push(match opened {
                    Ok((around, payload)) => Ok(Work { entry, payload, flow: Arc::clone(flow), around }),
                    Err(error) => Err(Closed { entry: entry.id, flow: Arc::clone(flow), error }),
                });
            }
            Ok(found)
        };
        self.engine.store.read(read).await
    }

    async fn deliver(&self, work: &Work) -> Result<Next, StoreError> {
        let target = work.flow.target().ok_or(StoreError::Broken("an entry waits for a flow without a target"))?;
        let cleared = match self.cleared(work) {
            Ok(cleared) => cleared,
            Err(error) => return self.leave(&Closed::of(work, error)).await,
        };
        let rendered = match (&work.entry.attempt, cleared) {
            (None, Err(problem)) if problem.code == Code::PersonNotKnown => return self.hide(work).await,
            // What may not pass any more is not repeated either, though it may have arrived.
            (Some(_), Err(_)) => return self.lose(work, "stopped-by-the-gate").await,
            (Some(_), Ok(_)) if target.limits().repeat == Repeat::Blind => {
                return self.lose(work, FaultCode::ConnectionLost.as_str()).await;
            }
            (Some(attempt), Ok(_)) => match self.repeated(work, attempt).await? {
                Some(Ok(rendered)) => rendered,
                Some(Err(error)) => return self.leave(&Closed::of(work, error)).await,
                None => return Ok(Next::On),
            },
            (None, cleared) => {
                let stamp = Stamp { reference: Uuid::new_v4().to_string(), moment: self.engine.now() };
                match cleared.and_then(|cleared| target.render(&[cleared], &stamp)) {
                    Err(problem) => return self.refuse(work, &problem, "not-rendered").await,
                    Ok(rendered) => match self.begin(work, &stamp, &rendered).await? {
                        true => rendered,
                        // Something newer took its place in the meantime, or its flow pauses.
                        false => return Ok(Next::On),
                    },
                }
            }
        };
        let outcomes = target.deliver(&rendered).await;
        let repeat = target.limits().repeat;
        self.exchanged(outcomes.first());
        match outcomes.into_iter().next() {
            Some(Ok(receipt)) => self.accept(work, &receipt).await,
            Some(Err(fault)) => self.failed(work, fault, repeat).await,
            None => {
                let fault = Fault::Unknown { system: self.system.clone(), code: FaultCode::UnexpectedAnswer };
                self.failed(work, fault, repeat).await
            }
        }
    }

    /// Passes the gate again: the settings may have changed since the record was journalled.
    fn cleared(&self, work: &Work) -> Result<Result<Cleared<Record>, Problem>, StoreError> {
        let record = match Record::read(work.flow.stream, &work.payload.values) {
            Ok(record) => record,
            Err(Unreadable::Problems(mut problems)) if !problems.is_empty() => return Ok(Err(problems.swap_remove(0))),
            Err(_) => return Ok(Err(Problem::new("", Code::ValueInvalid))),
        };
        let keyring = self.engine.store.keyring();
        let scope = scope(&keyring, work)?;
        let identity = record.identity(work.entry.subject.as_str());
        let key = scope.lookup("key", &identity).letters();
        let context = Context {
            environment: work.flow.environment,
            laws: &work.flow.laws,
            withheld: &work.flow.withheld,
            key: key.get(..32).unwrap_or(&key),
            may_know: work.around.known || work.flow.pass.lets(record.law(), work.payload.referrer.as_deref()),
            smallest_cell: work.flow.smallest_cell,
            counterpart: work.around.counterpart.as_deref(),
        };
        Ok(clear(&record, &work.payload.version, &context))
    }

    /// Has *sending* on disk before anything is sent.
    async fn begin(&self, work: &Work, stamp: &Stamp, rendered: &Rendered) -> Result<bool, StoreError> {
        let keyring = self.engine.store.keyring();
        let scope = scope(&keyring, work)?;
        let attempt = NewAttempt {
            id: stamp.reference.clone(),
            target: self.system.clone(),
            moment: stamp.moment,
            bytes: scope.seal(Purpose::Attempt, rendered.bytes())?,
            deadline: stamp.moment + DEADLINE,
        };
        let (entry, now) = (work.entry.id.clone(), stamp.moment);
        self.engine.store.write(move |tx| tx.begin(attempt, &[entry], now)).await
    }

    /// The bytes of an attempt whose outcome is open, where they can be opened; `None` when the flow pauses meanwhile.
    async fn repeated(&self, work: &Work, attempt: &str) -> Result<Option<Result<Rendered, StoreError>>, StoreError> {
        let (flow, attempt) = (work.entry.flow.clone(), attempt.to_owned());
        let read = move |tx: &mut Tx| Ok((tx.flow_state(&flow)?.paused, tx.attempt(&attempt)?));
        let found = match self.engine.store.read(read).await? {
            (Some(_), _) => return Ok(None),
            (None, found) => found.ok_or(StoreError::Broken("an attempt under way has no bytes")),
        };
        let keyring = self.engine.store.keyring();
        Ok(Some(found.and_then(|sealed| Ok(Rendered::new(keyring.open(Purpose::Attempt, &sealed.bytes)?)))))
    }

    async fn accept(&self, work: &Work, receipt: &Receipt) -> Result<Next, StoreError> {
        let keyring = self.engine.store.keyring();
        let scope = scope(&keyring, work)?;
        let receipt_ids = &receipt.ids;
        let receipt = if receipt.ids.is_empty() {
            None
        } else {
            let plain = serde_json::to_vec(&receipt.ids);
            let plain = plain.map_err(|_| StoreError::Broken("a receipt cannot be written"))?;
            Some(scope.seal(Purpose::Receipt, &plain)?)
        };
        self.reachable(true);
        let learnt = learnt(scope, work, receipt_ids)?;
        let (entry, link, now) = (work.entry.id.clone(), work.flow.link.clone(), self.engine.now());
        let accepted = move |tx: &mut Tx| {
            tx.accept(&entry, receipt, now)?;
            learnt.iter().try_for_each(|pair| tx.learn(&link, pair, now))
        };
        self.engine.store.write(accepted).await?;
        Ok(Next::On)
    }

    /// Decides what a fault means for the entry, and for the system.
    async fn failed(&self, work: &Work, fault: Fault, repeat: Repeat) -> Result<Next, StoreError> {
        let code = fault.code();
        // That a repeat did not arrive says nothing of the attempt that it repeats.
        let was_open = work.entry.attempt.is_some();
        let wait = wait_after(work.entry.attempts.saturating_add(u32::from(!was_open)));
        self.not_delivered(&work.flow.id, work.entry.id.as_str(), &fault);
        match fault {
            Fault::Refused { .. } => {
                self.reachable(true);
                self.refuse(work, &Problem::new("", Code::Refused), code.as_str()).await
            }
            Fault::Unavailable { retry_after, .. } => {
                let wait = retry_after.unwrap_or_default().max(wait);
                match retry_after {
                    Some(_) => self.leave_alone(wait),
                    None => self.reachable(code != FaultCode::NoConnection),
                }
                self.postpone(work, code, wait, was_open).await
            }
            Fault::Denied { .. } => {
                self.denied();
                self.postpone(work, code, wait, was_open).await
            }
            Fault::Unknown { .. } if repeat == Repeat::Blind => self.lose(work, code.as_str()).await,
            Fault::Unknown { .. } => self.postpone(work, code, wait, true).await,
            Fault::Broken { .. } => {
                self.broken();
                self.postpone(work, code, wait, was_open).await
            }
        }
    }

    /// The front office may not know of the person any more: the entry waits unseen.
    async fn hide(&self, work: &Work) -> Result<Next, StoreError> {
        let (entry, deciding, now) = (work.entry.id.clone(), flow_ids(&work.flow.deciding), self.engine.now());
        self.engine.store.write(move |tx| tx.hide(&entry, &deciding, now)).await?;
        Ok(Next::On)
    }

    async fn postpone(&self, work: &Work, code: FaultCode, wait: Duration, open: bool) -> Result<Next, StoreError> {
        let now = self.engine.now();
        let due = now + TimeDelta::from_std(wait).unwrap_or(TimeDelta::minutes(5));
        let entry = work.entry.id.clone();
        self.engine.store.write(move |tx| tx.postpone(&entry, due, code.as_str(), open, now)).await?;
        Ok(Next::NotBefore(due))
    }

    async fn refuse(&self, work: &Work, problem: &Problem, fault: &'static str) -> Result<Next, StoreError> {
        let rejection = self.rejection(work, problem)?;
        let (entry, now) = (work.entry.id.clone(), self.engine.now());
        let refused = move |tx: &mut Tx| match tx.refuse(&entry, fault, now)? {
            true => tx.reject(rejection, now).map(drop),
            // What was overtaken before it was refused is nobody's work.
            false => Ok(()),
        };
        self.engine.store.write(refused).await?;
        Ok(Next::On)
    }

    /// The outcome stays open, and nobody but a person can find it out.
    async fn lose(&self, work: &Work, fault: &'static str) -> Result<Next, StoreError> {
        let rejection = self.rejection(work, &Problem::new("", Code::OutcomeUnknown))?;
        let (entry, now) = (work.entry.id.clone(), self.engine.now());
        let lost = move |tx: &mut Tx| {
            tx.lose(&entry, fault, now)?;
            tx.reject(rejection, now).map(drop)
        };
        self.engine.store.write(lost).await?;
        Ok(Next::On)
    }

    fn rejection(&self, work: &Work, problem: &Problem) -> Result<NewRejection, StoreError> {
        let keyring = self.engine.store.keyring();
        let scope = keyring.scope(&work.flow.link, None).ok_or(StoreError::Broken("the link has no keys"))?;
        let revision = &self.engine.installation.revision;
        let rejection = rejection(&work.flow, scope, revision, &work.payload.source, problem, None)?;
        // It is about the record, not about its row: that the row is wrong later, or mended, is another matter.
        let row_key = scope.lookup("record", &work.entry.identity.letters());
        let (identity, entry) = (Some(work.entry.identity), Some(work.entry.id.clone()));
        Ok(NewRejection { row_key, identity, entry, ..rejection })
    }
}

/// What is sealed in an entry.
fn payload(entry: &Entry, keyring: &Keyring) -> Result<Payload, StoreError> {
    let sealed = entry.record.as_deref().ok_or(StoreError::Broken("an entry that waits has no record"))?;
    let plain = keyring.open(Purpose::Record, sealed)?;
    serde_json::from_slice(&plain).map_err(|_| StoreError::Broken("a record cannot be read"))
}

/// What a receipt says about the assignment that came of an indication: its `number`.
fn learnt(scope: &Scope, work: &Work, ids: &[(String, String)]) -> Result<Option<Pair>, StoreError> {
    let law = work.payload.values.get("law").and_then(|text| Law::parse(text, None).ok());
    let id = work.payload.values.get("id").and_then(|text| Id::parse(text, None).ok());
    let number = ids.iter().find(|(name, _)| name == "number");
    let number = number.and_then(|(_, text)| AssignmentNumber::parse(text, None).ok());
    match (work.flow.stream, law, id, number) {
        (Stream::Indication, Some(law), Some(id), Some(number)) => pair(scope, law, &id, &number).map(Some),
        _ => Ok(None),
    }
}

/// The keys of the link and the entry's law.
fn scope<'k>(keyring: &'k Keyring, work: &Work) -> Result<&'k Scope, StoreError> {
    let law = work.payload.values.get("law").and_then(|text| Law::parse(text, None).ok());
    keyring.scope(&work.flow.link, law).ok_or(StoreError::Broken("the link has no keys of this law"))
}

fn place(work: &Work) -> Place {
    let open = work.entry.state == EntryState::Sending;
    let record = Record::read(work.flow.stream, &work.payload.values).ok();
    let lifecycle = record.and_then(|record| record.lifecycle());
    Place::new(open, lifecycle, work.entry.id.as_str())
}
