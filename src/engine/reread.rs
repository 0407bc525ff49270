//! Rejections tried again: what they are about is read once more, and taken in under the present settings.

use super::intake::{Intake, Open, Outcome, Progress};
use super::pages::{NothingSeen, Pages};
use super::payload::Origin;
use super::prepare::{Prepared, Preparer};
use super::reject::row_key;
use super::{Engine, flow_id};
use crate::config::Flow;
use crate::privacy::{Hash, Keyring, Purpose, Scope};
use crate::store::{EntryState, FlowId, Head, Rejection, RejectionId, RunCounts, StoreError, Tx};
use chrono::{DateTime, Utc};
use schakel_api::contract::{Cursor, Fault, FaultCode, FilesSeen, Page, SeenFile};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// What became of a rejection that was tried again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reread {
    /// It is in the journal, and waits in this state.
    Journalled(EntryState),
    /// There is nothing new to send.
    Unchanged,
    /// It is rejected, again or for another reason.
    Rejected { code: String, field: String },
    /// It is none of the flow's business any more.
    OutOfScope,
    /// The source does not hold it any more.
    NotFound,
    /// The source could not be read.
    Unreachable(FaultCode),
}

/// How far a source was read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading {
    pub(crate) pages: u64,
    pub(crate) items: usize,
    /// How many of what is looked for were not found yet.
    pub(crate) missing: usize,
}

/// Only the file of this name counts as new.
struct OnlyNew<'a>(&'a str);

impl FilesSeen for OnlyNew<'_> {
    fn seen(&self, file: &SeenFile) -> bool {
        file.key != self.0
    }
}

/// What the source holds now under the key of a rejection.
#[derive(Default)]
struct Found {
    items: Vec<Prepared>,
    /// It is a file that could not be read before and now can.
    mended: bool,
}

/// A reading of a source that looks for keys.
struct Search<'a> {
    flow: &'a Flow,
    preparer: Preparer<'a>,
    missing: HashSet<String>,
    found: HashMap<String, Found>,
    reading: Reading,
    tell: &'a (dyn Fn(Reading) + Sync),
}

impl Engine {
    /// Reads the source of a flow until what these rejections are about was found, and takes that in. Neither the flow's
    /// cursor nor the files that it has read change. Gives what became of each.
    ///
    /// # Errors
    /// When the store fails. What keeps the source from being read is told of each rejection that was not found before.
    pub(crate) async fn reread(
        &self,
        flow: &Arc<Flow>,
        rejections: Vec<Rejection>,
        tell: &(dyn Fn(Reading) + Sync),
    ) -> Result<Vec<(RejectionId, Reread)>, StoreError> {
        let keyring = self.store.keyring();
        let mut wanted: HashMap<String, Vec<Rejection>> = HashMap::new();
        let (mut positions, mut untraceable) = (BTreeSet::new(), Vec::new());
        for rejection in rejections {
            if rejection.rejected.entry.is_some() && rejection.rejected.identity.is_none() {
                // An entry that could not be opened does not tell where it came from.
                untraceable.push((rejection.id, Reread::NotFound));
                continue;
            }
            let origin = opened(&keyring, &rejection.rejected.origin)?;
            positions.insert(origin.position);
            wanted.entry(origin.key).or_default().push(rejection);
        }
        let (id, now) = (flow_id(flow), self.now());
        let run = self.store.write(move |tx| tx.start_partial_run(&id, now)).await?;
        let mut search = Search {
            flow,
            preparer: Preparer { flow, keyring: &keyring },
            missing: wanted.keys().cloned().collect(),
            found: HashMap::new(),
            reading: Reading { pages: 0, items: 0, missing: wanted.len() },
            tell,
        };
        let fault = search.through(positions).await.err().map(|fault| fault.code());
        let found = search.found;
        let intake = Intake::new(self, flow, run);
        let (id, link, now) = (flow_id(flow), flow.link.clone(), self.now());
        let take = move |tx: &mut Tx| {
            let scope = keyring.scope(&link, None).ok_or(StoreError::Broken("the link has no keys"))?;
            let (open, counts) = (tx.open_rejections(&id)?, RunCounts::default());
            let progress = Progress { unbraked: true, ..Progress::default() };
            let mut again = Again { intake: &intake, scope, id: &id, now, open, progress, counts };
            let (mut found, mut became) = (found, untraceable);
            for (key, rejections) in wanted {
                if let Some(found) = found.remove(&key) {
                    became.extend(again.take(tx, &key, rejections, found)?);
                } else {
                    let missing = fault.map_or(Reread::NotFound, Reread::Unreachable);
                    became.extend(rejections.into_iter().map(|rejection| (rejection.id, missing.clone())));
                }
            }
            tx.add_to_run(run, &again.counts)?;
            tx.finish_run(run, fault.map(FaultCode::as_str), now)?;
            Ok(became)
        };
        self.store.write(take).await
    }
}

/// Where what a rejection is about was read.
fn opened(keyring: &Keyring, sealed: &[u8]) -> Result<Origin, StoreError> {
    let plain = keyring.open(Purpose::Origin, sealed)?;
    serde_json::from_slice(&plain).map_err(|_| StoreError::Broken("an origin cannot be read"))
}

impl Search<'_> {
    /// Looks where it was read before, then through all that the source holds.
    async fn through(&mut self, positions: BTreeSet<Option<String>>) -> Result<(), Fault> {
        for position in positions.into_iter().flatten() {
            let cursor = Cursor { position: Some(position), ..Cursor::default() };
            match self.flow.source.fetch(&cursor, &NothingSeen).await {
                Ok(page) => self.look(&cursor, page).await?,
                // The source does not know that position any more.
                Err(Fault::Broken { .. } | Fault::Refused { .. }) => {}
                Err(fault) => return Err(fault),
            }
        }
        let mut pages = Pages::of(self.flow);
        while !self.missing.is_empty()
            && let Some((cursor, page)) = pages.next().await?
        {
            self.look(&cursor, page).await?;
        }
        Ok(())
    }

    /// Looks through the page that was read at a cursor.
    async fn look(&mut self, cursor: &Cursor, page: Page) -> Result<(), Fault> {
        self.reading.pages += 1;
        self.reading.items += page.items.len();
        let position = cursor.position.as_deref();
        let mut met = HashSet::new();
        for item in page.items {
            let prepared = self.preparer.prepared(item, position);
            let Some(key) = prepared.origin().map(|origin| origin.key.clone()) else { continue };
            if self.missing.contains(&key) {
                self.found.entry(key.clone()).or_default().items.push(prepared);
                met.insert(key);
            }
        }
        self.missing.retain(|key| !met.contains(key));
        for file in page.files {
            // A file that could not be read before and now can: what it holds has keys of its own.
            if self.missing.remove(&file.key) {
                let alone = self.flow.source.fetch(cursor, &OnlyNew(&file.key)).await?;
                let items = alone.items.into_iter().map(|item| self.preparer.prepared(item, position)).collect();
                self.found.insert(file.key, Found { items, mended: true });
            }
        }
        self.reading.missing = self.missing.len();
        (self.tell)(self.reading);
        Ok(())
    }
}

/// What was found being taken in, in one transaction.
struct Again<'a> {
    intake: &'a Intake,
    scope: &'a Scope,
    id: &'a FlowId,
    now: DateTime<Utc>,
    open: Open,
    progress: Progress,
    counts: RunCounts,
}

impl Again<'_> {
    /// Takes in what the source holds under the key of these rejections.
    fn take(
        &mut self,
        tx: &mut Tx,
        key: &str,
        rejections: Vec<Rejection>,
        found: Found,
    ) -> Result<Vec<(RejectionId, Reread)>, StoreError> {
        // What was closed while the source was read is done with: nothing is sent twice.
        let mut left = Vec::new();
        let mut told = Vec::new();
        for rejection in rejections {
            match tx.rejection(&rejection.id)?.is_some_and(|now| now.closed_at.is_none()) {
                true => left.push(rejection),
                false => told.push((rejection.id, Reread::Unchanged)),
            }
        }
        if left.is_empty() {
            return Ok(told);
        }
        let rejections = left;
        let cleared = found.items.iter().any(|item| matches!(item, Prepared::Cleared(_)));
        let forgotten = if cleared { self.forget(tx, &rejections)? } else { Vec::new() };
        if found.mended {
            let file = Origin { key: key.to_owned(), handle: None, position: None };
            self.intake.mend(tx, &mut self.open, &file)?;
        }
        let mut became = Reread::Unchanged;
        for item in found.items {
            let row = item.origin().map(|origin| row_key(self.scope, origin));
            let outcome = self.intake.take(tx, &mut self.open, item, &mut self.progress, &mut self.counts)?;
            became = stronger(became, self.became(outcome, row.as_ref()));
        }
        for (entry, identity, head) in forgotten {
            self.settle(tx, entry, &identity, &head)?;
        }
        for rejection in rejections {
            let left = rejection.rejected.entry.is_some()
                && tx.rejection(&rejection.id)?.is_some_and(|rejection| rejection.closed_at.is_none());
            let became = match &became {
                // What the source holds under this key now has another identity: what was refused is gone.
                Reread::Journalled(_) if left => Reread::NotFound,
                became => became.clone(),
            };
            told.push((rejection.id, became));
        }
        Ok(told)
    }

    /// Lets what the other side refused, or may have taken, count as changed. Gives the entries and what their heads were.
    fn forget<'r>(
        &self,
        tx: &mut Tx,
        rejections: &'r [Rejection],
    ) -> Result<Vec<(&'r Rejection, Hash, Head)>, StoreError> {
        let mut forgotten = Vec::new();
        for rejection in rejections.iter().filter(|rejection| rejection.rejected.entry.is_some()) {
            let Some(identity) = rejection.rejected.identity else { continue };
            if let Some(head) = tx.head(self.id, &identity)? {
                tx.forget_content(self.id, Some(&identity), self.now)?;
                forgotten.push((rejection, identity, head));
            }
        }
        Ok(forgotten)
    }

    /// Ends the entry that a new one takes the place of; where none does, the head is again what it was.
    fn settle(&self, tx: &mut Tx, rejection: &Rejection, identity: &Hash, head: &Head) -> Result<(), StoreError> {
        if tx.head(self.id, identity)?.is_some_and(|now| now.content == Hash::NONE) {
            return tx.set_head(self.id, identity, head, self.now);
        }
        end_entry(tx, rejection, self.now)
    }

    fn became(&self, outcome: Outcome, row: Option<&Hash>) -> Reread {
        match outcome {
            Outcome::Journalled(state) => Reread::Journalled(state),
            Outcome::Skipped | Outcome::Blocked => Reread::OutOfScope,
            Outcome::Unchanged | Outcome::Stale | Outcome::Rejected => match row.and_then(|row| self.open.get(row)) {
                Some(open) => Reread::Rejected { code: open.code.clone(), field: open.field.clone() },
                None => Reread::Unchanged,
            },
        }
    }
}

/// Ends the entry of a rejection after delivery, if it was refused or nobody knows what became of it.
pub(crate) fn end_entry(tx: &mut Tx, rejection: &Rejection, now: DateTime<Utc>) -> Result<(), StoreError> {
    let Some(id) = &rejection.rejected.entry else { return Ok(()) };
    let state = tx.entry(id)?.map(|entry| entry.state);
    match state {
        Some(EntryState::Refused | EntryState::Unknown) => tx.park(id, now),
        _ => Ok(()),
    }
}

/// Of what became of several items under one key, what people must know first.
fn stronger(one: Reread, other: Reread) -> Reread {
    let rank = |became: &Reread| match became {
        Reread::Rejected { .. } => 3,
        Reread::Journalled(_) => 2,
        Reread::OutOfScope => 1,
        Reread::Unchanged | Reread::NotFound | Reread::Unreachable(_) => 0,
    };
    if rank(&other) >= rank(&one) { other } else { one }
}
