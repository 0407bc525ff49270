//! One lane: the entries of one person at one target, delivered in order.

use super::deliver::Deliverer;
use super::intake::rejection;
use super::order::Place;
use super::payload::{Origin, Payload};
use super::retry::wait_after;
use crate::config::Flow;
use crate::privacy::{Keyring, Purpose, Scope};
use crate::store::{Entry, EntryId, EntryState, NewAttempt, NewRejection, PersonId, StoreError, Tx};
use chrono::{DateTime, TimeDelta, Utc};
use schakel_api::code::Code;
use schakel_api::contract::{Fault, FaultCode, Receipt, Rendered, Repeat, Stamp};
use schakel_api::gate::{Cleared, Context, clear};
use schakel_api::model::{Problem, Record, Unreadable};
use schakel_api::value::{Law, Scalar};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// How long an attempt may last before its outcome counts as open.
const DEADLINE: TimeDelta = TimeDelta::minutes(15);

/// How long the entries of flows that the settings do not have are left alone.
const UNWANTED: TimeDelta = TimeDelta::minutes(10);

/// An entry with what is sealed in it.
struct Work {
    entry: Entry,
    payload: Payload,
    flow: Arc<Flow>,
}

/// Whether the lane may go on.
enum Next {
    On,
    NotBefore(DateTime<Utc>),
}

impl Deliverer {
    /// Delivers what waits in a lane, until it is empty or must wait.
    pub(super) async fn lane(&self, person: &PersonId) -> Result<(), StoreError> {
        loop {
            let (system, id) = (self.system.clone(), person.clone());
            let entries = self.engine.store.read(move |tx| tx.lane(&system, &id)).await?;
            if entries.is_empty() {
                return Ok(());
            }
            let mut works = Vec::new();
            for entry in entries {
                // The entries of a flow that the settings no longer have wait until they have it again.
                let Some(flow) = self.flows.get(&entry.flow) else { continue };
                let id = entry.id.clone();
                match self.opened(entry, Arc::clone(flow)) {
                    Ok(work) => works.push(work),
                    Err(error) => self.set_aside(&id, flow, &error).await?,
                }
            }
            if works.is_empty() {
                return self.defer(person, self.engine.now() + UNWANTED).await;
            }
            works.sort_by_cached_key(place);
            for work in works {
                let now = self.engine.now();
                let next = match work.entry.due {
                    Some(due) if due > now => Next::NotBefore(due),
                    _ if !self.goes_on() => return Ok(()),
                    _ => match self.deliver(&work).await {
                        Err(error @ (StoreError::Sealed(_) | StoreError::Broken(_))) => {
                            self.set_aside(&work.entry.id, &work.flow, &error).await?;
                            Next::On
                        }
                        next => next?,
                    },
                };
                if let Next::NotBefore(due) = next {
                    return self.defer(person, due).await;
                }
            }
        }
    }

    /// An entry that cannot be opened blocks nothing but itself; record and attempt stay for the person who looks.
    async fn set_aside(&self, entry: &EntryId, flow: &Flow, error: &StoreError) -> Result<(), StoreError> {
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
        self.engine.store.write(aside).await
    }

    async fn defer(&self, person: &PersonId, due: DateTime<Utc>) -> Result<(), StoreError> {
        let (system, person, now) = (self.system.clone(), person.clone(), self.engine.now());
        self.engine.store.write(move |tx| tx.defer(&system, &person, due, now)).await
    }

    fn opened(&self, entry: Entry, flow: Arc<Flow>) -> Result<Work, StoreError> {
        let sealed = entry.record.as_deref().ok_or(StoreError::Broken("an entry that waits has no record"))?;
        let plain = self.engine.store.keyring().open(Purpose::Record, sealed)?;
        let payload = serde_json::from_slice(&plain).map_err(|_| StoreError::Broken("a record cannot be read"))?;
        Ok(Work { entry, payload, flow })
    }

    async fn deliver(&self, work: &Work) -> Result<Next, StoreError> {
        let cleared = self.cleared(work)?;
        let rendered = match (&work.entry.attempt, cleared) {
            // What may not pass any more is not repeated either, though it may have arrived.
            (Some(_), Err(_)) => return self.lose(work, "stopped-by-the-gate").await,
            (Some(_), Ok(_)) if work.flow.target.limits().repeat == Repeat::Blind => {
                return self.lose(work, FaultCode::ConnectionLost.as_str()).await;
            }
            (Some(attempt), Ok(_)) => self.repeated(attempt).await?,
            (None, cleared) => {
                let stamp = Stamp { reference: Uuid::new_v4().to_string(), moment: self.engine.now() };
                match cleared.and_then(|cleared| work.flow.target.render(&[cleared], &stamp)) {
                    Err(problem) => return self.refuse(work, &problem, "not-rendered").await,
                    Ok(rendered) => match self.begin(work, &stamp, &rendered).await? {
                        true => rendered,
                        // Something newer took its place in the meantime.
                        false => return Ok(Next::On),
                    },
                }
            }
        };
        let outcomes = work.flow.target.deliver(&rendered).await;
        match outcomes.into_iter().next() {
            Some(Ok(receipt)) => self.accept(work, &receipt).await,
            Some(Err(fault)) => self.failed(work, fault).await,
            None => {
                let fault = Fault::Unknown { system: self.system.clone(), code: FaultCode::UnexpectedAnswer };
                self.failed(work, fault).await
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
        let identity = record.identity(work.entry.person.as_str());
        let key = letters(&scope.lookup("key", &identity).as_bytes()[..16]);
        let context = Context {
            environment: work.flow.environment,
            laws: &work.flow.laws,
            withheld: &work.flow.withheld,
            key: &key,
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

    /// The bytes of an attempt whose outcome is open.
    async fn repeated(&self, attempt: &str) -> Result<Rendered, StoreError> {
        let attempt = attempt.to_owned();
        let found = self.engine.store.read(move |tx| tx.attempt(&attempt)).await?;
        let sealed = found.ok_or(StoreError::Broken("an attempt under way has no bytes"))?;
        let bytes = self.engine.store.keyring().open(Purpose::Attempt, &sealed.bytes)?;
        Ok(Rendered::new(bytes))
    }

    async fn accept(&self, work: &Work, receipt: &Receipt) -> Result<Next, StoreError> {
        let keyring = self.engine.store.keyring();
        let scope = scope(&keyring, work)?;
        let receipt = if receipt.ids.is_empty() {
            None
        } else {
            let plain = serde_json::to_vec(&receipt.ids);
            let plain = plain.map_err(|_| StoreError::Broken("a receipt cannot be written"))?;
            Some(scope.seal(Purpose::Receipt, &plain)?)
        };
        self.reachable(true);
        let (entry, now) = (work.entry.id.clone(), self.engine.now());
        self.engine.store.write(move |tx| tx.accept(&entry, receipt, now)).await?;
        Ok(Next::On)
    }

    /// Decides what a fault means for the entry, and for the system.
    async fn failed(&self, work: &Work, fault: Fault) -> Result<Next, StoreError> {
        let code = fault.code();
        // That a repeat did not arrive says nothing of the attempt that it repeats.
        let was_open = work.entry.attempt.is_some();
        let wait = wait_after(work.entry.attempts.saturating_add(u32::from(!was_open)));
        tracing::warn!(flow = work.flow.id, entry = work.entry.id.as_str(), %fault, "not delivered");
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
            Fault::Unknown { .. } if work.flow.target.limits().repeat == Repeat::Blind => {
                self.lose(work, code.as_str()).await
            }
            Fault::Unknown { .. } => self.postpone(work, code, wait, true).await,
            Fault::Broken { .. } => {
                self.broken();
                self.postpone(work, code, wait, was_open).await
            }
        }
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
        let row_key = scope.lookup("record", &letters(work.entry.identity.as_bytes()));
        let (identity, entry) = (Some(work.entry.identity), Some(work.entry.id.clone()));
        Ok(NewRejection { row_key, identity, entry, ..rejection })
    }
}

/// Bytes as small letters: a key that nobody takes for a number, let alone a BSN.
fn letters(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|half| char::from(b'a' + half)).collect()
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
