//! Going live: what both sides hold is compared, and what the target has already is taken for delivered.

use super::crosswalk::pair;
use super::decide::{Decision, decide};
use super::matching::{Match, Matches, Pairs, matches};
use super::pages::Pages;
use super::payload::Origin;
use super::prepare::{Cleared, Prepared, Preparer};
use super::reject::{rejection, row_key};
use super::seen::{seen, subject};
use super::{Engine, flow_id};
use crate::config::{Flow, Mode};
use crate::privacy::{Hash, Keyring};
use crate::store::{FlowId, FlowState, Head, StoreError, Tx};
use chrono::{DateTime, Utc};
use schakel_api::code::Code;
use schakel_api::contract::{Fault, Item};
use schakel_api::model::{Problem, Record, Stream};
use schakel_api::value::{AssignmentNumber, Bsn, Scalar, Version, find_bsn};
use serde::Serialize;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

/// So many records are written in one transaction.
const CHUNK: usize = 500;

/// What comparing the two sides of a flow came to.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Adoption {
    /// The flow.
    pub flow: String,
    /// Records that the target holds as they are.
    pub same: usize,
    /// Records that the target holds with another content: they will be sent.
    pub different: usize,
    /// Records that the target does not hold: they will be sent.
    pub missing: usize,
    /// Records of which it is not known what they are at the target, by the number people find them by: they wait.
    pub ambiguous: Vec<String>,
    /// Records of the target that are none of the source's.
    pub extra: usize,
    /// Items of the source that make no record, or that a person must look at.
    pub rejected: usize,
    /// Items of the target's list that make no record.
    pub unreadable: usize,
    /// Whether it was written down.
    pub applied: bool,
}

/// Why two sides could not be compared.
#[derive(Debug, thiserror::Error)]
pub enum AdoptError {
    /// The store fails.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A side cannot be read.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// The settings do not say how the target's list is read, and nobody wrote pairs down.
    #[error("{0} has no section `[link.flow.held]` that says how the target's list is read; give `--pairs`")]
    NothingToCompare(String),
}

impl Engine {
    /// Compares what both sides of a flow hold. With `apply` the store takes what the target holds for delivered; what
    /// fits several records waits until somebody says which. Nothing is delivered.
    ///
    /// `progress` hears how many items were read so far.
    ///
    /// # Errors
    /// When a side cannot be read or the store fails.
    pub async fn adopt(
        &self,
        flow: &Arc<Flow>,
        pairs: &Pairs,
        apply: bool,
        progress: &(dyn Fn(usize) + Sync),
    ) -> Result<Adoption, AdoptError> {
        if flow.held.is_none() && pairs.is_empty() {
            return Err(AdoptError::NothingToCompare(flow.id.clone()));
        }
        let keyring = self.store.keyring();
        let mut adoption = Adoption { flow: flow.id.clone(), ..Adoption::default() };
        let mut ours: Vec<Cleared> = Vec::new();
        let preparer = Preparer { flow, keyring: &keyring };
        for (item, position) in whole(Pages::of(flow), progress).await? {
            match preparer.prepared(item, position.as_deref()) {
                Prepared::Cleared(cleared) => ours.push(cleared),
                Prepared::Wrong { .. } => adoption.rejected += 1,
                Prepared::Skipped(_) | Prepared::Blocked => {}
            }
        }
        let mut held: Vec<Record> = Vec::new();
        let ours = newest(ours);
        if let (Some(target), Some(system)) = (&flow.held, flow.held_system()) {
            for (item, _) in whole(Pages::new(&*target.source, system), progress).await? {
                match item {
                    Item::Row(row) => match target.mapping.read(&row).outcome {
                        Ok((record, _)) => held.push(record),
                        Err(_) => adoption.unreadable += 1,
                    },
                    Item::Native(native) => held.extend(Record::read(held_stream(flow), &native.values).ok()),
                    Item::Defect { .. } => adoption.unreadable += 1,
                    Item::Skipped | Item::Blocked => {}
                }
            }
        }
        let records: Vec<&Record> = ours.iter().map(|cleared| &*cleared.record).collect();
        let Matches { of, extra } = matches(&records, flow.held.is_some().then_some(held.as_slice()), pairs);
        adoption.extra = extra;
        for (cleared, found) in ours.iter().zip(&of) {
            match found {
                Match::Same(_) => adoption.same += 1,
                Match::Different(_) => adoption.different += 1,
                Match::Missing => adoption.missing += 1,
                Match::Ambiguous => adoption.ambiguous.push(shown(&cleared.origin, &cleared.record)),
            }
        }
        if apply {
            self.write_down(flow, ours, of).await?;
            adoption.applied = true;
        }
        Ok(adoption)
    }

    async fn write_down(&self, flow: &Arc<Flow>, ours: Vec<Cleared>, of: Vec<Match>) -> Result<(), StoreError> {
        let (revision, now) = (self.installation.revision.clone(), self.now());
        let link = self.installation.links.iter().find(|link| link.name == flow.link);
        let flows = link.iter().flat_map(|link| &link.flows);
        let shadow: Vec<FlowId> = flows.filter(|flow| flow.mode == Mode::Shadow).map(|flow| flow_id(flow)).collect();
        let adopter = Arc::new(Adopter {
            flow: Arc::clone(flow),
            id: flow_id(flow),
            keyring: self.store.keyring(),
            revision,
            now,
            shadow,
        });
        let mut left: Vec<(Cleared, Match)> = ours.into_iter().zip(of).collect();
        while !left.is_empty() {
            let chunk: Vec<_> = left.drain(..left.len().min(CHUNK)).collect();
            let adopter = Arc::clone(&adopter);
            self.store
                .write(move |tx| chunk.into_iter().try_for_each(|(one, found)| adopter.take(tx, one, &found)))
                .await?;
        }
        let id = flow_id(flow);
        let adopted = move |tx: &mut Tx| {
            // What is different lies perhaps behind what was read: the next pass meets everything once more.
            tx.forget_position(&id)?;
            let state = tx.flow_state(&id)?;
            tx.set_flow_state(&id, FlowState { adopted_at: Some(now), ..state })
        };
        self.store.write(adopted).await
    }
}

/// What writes down what a target holds.
struct Adopter {
    flow: Arc<Flow>,
    id: FlowId,
    keyring: Arc<Keyring>,
    revision: String,
    now: DateTime<Utc>,
    /// The flows of the link that are in shadow.
    shadow: Vec<FlowId>,
}

impl Adopter {
    fn take(&self, tx: &mut Tx, cleared: Cleared, found: &Match) -> Result<(), StoreError> {
        let Cleared { origin, record, version, .. } = cleared;
        let (link, law) = (&self.flow.link, record.law());
        let scope =
            self.keyring.scope(link, Some(law)).ok_or(StoreError::Broken("the link has no keys of this law"))?;
        let subject = subject(tx, scope, link, &record, self.now)?;
        if self.flow.stream == Stream::Indication && record.in_force() {
            tx.release_unseen(&subject, &self.shadow, self.now)?;
        }
        let identity = scope.lookup("identity", &record.identity(subject.as_str()));
        let known = tx.head(&self.id, &identity)?;
        if known.as_ref().is_some_and(|head| head.accepted.is_some() && !head.ambiguous) {
            return Ok(());
        }
        if let Record::Indication(indication) = &*record {
            let numbers = match found {
                Match::Same(numbers) | Match::Different(numbers) => numbers.as_slice(),
                Match::Ambiguous | Match::Missing => &[],
            };
            for number in numbers {
                let number = AssignmentNumber::parse(number, None).map_err(|_| StoreError::Broken("no number"))?;
                tx.learn(link, &pair(scope, law, &indication.id, &number)?, self.now)?;
            }
        }
        let text = serde_json::to_string(&record.values());
        let text = text.map_err(|_| StoreError::Broken("a record cannot be written"))?;
        let version = version.unwrap_or_else(|| Version::observed(0, 0));
        let seen = seen(scope, subject, &text, &record, version);
        let was_ambiguous = known.as_ref().is_some_and(|head| head.ambiguous);
        let known = known.map(|head| Head { ambiguous: false, ..head });
        let fresh = match (decide(known.as_ref(), &seen, true), &known) {
            (Decision::Journal(fresh), _) => fresh,
            (Decision::Unchanged(raised), Some(known)) => raised.unwrap_or_else(|| known.clone()),
            // Something newer was journalled while both sides were read: it stays, and the target holds something.
            (Decision::Stale, Some(known)) => {
                let head = Head { accepted: Some(Hash::NONE), ambiguous: *found == Match::Ambiguous, ..known.clone() };
                return match found {
                    Match::Missing => Ok(()),
                    _ => tx.set_head(&self.id, &identity, &head, self.now),
                };
            }
            _ => return Ok(()),
        };
        let head = match found {
            Match::Missing => return self.unblock(tx, &identity, was_ambiguous.then_some(fresh)),
            Match::Same(_) => Head { accepted: Some(fresh.content), ..fresh },
            // Whatever is fetched next counts as changed, and is sent.
            Match::Different(_) => Head { content: Hash::NONE, accepted: Some(Hash::NONE), ..fresh },
            Match::Ambiguous => Head { ambiguous: true, ..fresh },
        };
        tx.supersede(&self.id, &identity, self.now)?;
        tx.set_head(&self.id, &identity, &head, self.now)?;
        self.tell(tx, &origin, head.ambiguous)
    }

    /// What was ambiguous and is at the target no more is new.
    fn unblock(&self, tx: &mut Tx, identity: &Hash, was_ambiguous: Option<Head>) -> Result<(), StoreError> {
        match was_ambiguous {
            Some(head) => tx.set_head(&self.id, identity, &Head { content: Hash::NONE, ..head }, self.now),
            None => Ok(()),
        }
    }

    /// Opens a rejection of what is ambiguous, and closes that of what is not any more.
    fn tell(&self, tx: &mut Tx, origin: &Origin, ambiguous: bool) -> Result<(), StoreError> {
        let scope = self.keyring.scope(&self.flow.link, None).ok_or(StoreError::Broken("the link has no keys"))?;
        let open = tx.open_rejection(&self.id, &row_key(scope, origin))?;
        let told = open.as_ref().is_some_and(|open| open.code == Code::MatchAmbiguous.as_str());
        match (ambiguous, told, open) {
            (true, false, _) => {
                let problem = Problem::new("", Code::MatchAmbiguous);
                let content = Some(scope.content("ambiguous"));
                let rejection = rejection(&self.flow, scope, &self.revision, origin, &problem, content)?;
                tx.reject(rejection, self.now).map(drop)
            }
            (false, true, Some(open)) => tx.close_rejection(&open.id, self.now),
            _ => Ok(()),
        }
    }
}

/// Of an indication's target the list is of assignments.
fn held_stream(flow: &Flow) -> Stream {
    if flow.stream == Stream::Indication { Stream::Assignment } else { flow.stream }
}

/// The number that people find a record by: that of its row, or of the indication itself.
fn shown(origin: &Origin, record: &Record) -> String {
    let id = match record {
        Record::Indication(indication) => Some(indication.id.text()).filter(|id| !find_bsn(id)),
        _ => None,
    };
    origin.handle.clone().or(id).unwrap_or_else(|| "-".to_owned())
}

/// Of several versions of one record the newest, in the order in which they were met.
fn newest(all: Vec<Cleared>) -> Vec<Cleared> {
    let mut kept: Vec<Cleared> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for one in all {
        let person = one.record.bsn().map(Bsn::reveal).unwrap_or_default();
        match places.entry(one.record.identity(person)) {
            Entry::Vacant(place) => {
                place.insert(kept.len());
                kept.push(one);
            }
            Entry::Occupied(place) => {
                let known = &mut kept[*place.get()];
                let older = match (&one.version, &known.version) {
                    (Some(one), Some(known)) if one.kind() == known.kind() => one.text() < known.text(),
                    // Without a version the later observation wins.
                    _ => false,
                };
                if !older {
                    *known = one;
                }
            }
        }
    }
    kept
}

/// Everything that a source gives, from its very beginning, each item with the position of its page.
async fn whole(mut pages: Pages<'_>, progress: &(dyn Fn(usize) + Sync)) -> Result<Vec<(Item, Option<String>)>, Fault> {
    let mut items = Vec::new();
    while let Some((cursor, page)) = pages.next().await? {
        items.extend(page.items.into_iter().map(|item| (item, cursor.position.clone())));
        progress(items.len());
    }
    Ok(items)
}
