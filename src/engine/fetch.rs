//! One pass over a flow's source: page by page, each page with its cursor in one transaction.

use super::intake::{Intake, Progress};
use super::start::is_first_load;
use super::{Engine, flow_id};
use crate::config::Flow;
use crate::privacy::{Hash, Keyring, Purpose};
use crate::store::{FlowState, RunCounts, StoreError, Tx};
use chrono::TimeDelta;
use schakel_api::contract::{Cursor, Fault, FaultCode, FilesSeen, Reads, SeenFile};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// What a pass came to.
#[derive(Debug)]
pub(super) struct Pass {
    /// `None` when the flow pauses, so that nothing was read.
    pub(super) run: Option<i64>,
    pub(super) counts: RunCounts,
    /// Whether the flow pauses: it did before, or its brake stopped it.
    pub(super) paused: bool,
    /// What kept it from coming to the end.
    pub(super) fault: Option<Fault>,
    /// Whether the source was read to the end.
    whole: bool,
}

/// The files that a flow has read, known by keyed hashes.
struct Files {
    seen: HashMap<Hash, Hash>,
    keyring: Arc<Keyring>,
    link: String,
}

impl Files {
    fn hashes(&self, file: &SeenFile) -> Option<(Hash, Hash)> {
        let scope = self.keyring.scope(&self.link, None)?;
        Some((scope.lookup("file", &file.key), scope.lookup("fingerprint", &file.fingerprint)))
    }
}

impl FilesSeen for Files {
    fn seen(&self, file: &SeenFile) -> bool {
        self.hashes(file).is_some_and(|(key, fingerprint)| self.seen.get(&key) == Some(&fingerprint))
    }
}

impl Engine {
    /// Reads a flow's source to the end of a pass.
    ///
    /// # Errors
    /// When the store fails. What keeps the source from reading is in the pass.
    pub(super) async fn fetch(&self, flow: &Arc<Flow>) -> Result<Pass, StoreError> {
        let (id, started) = (flow_id(flow), self.now());
        let mut pass = Pass { run: None, counts: RunCounts::default(), paused: false, fault: None, whole: false };
        let Some((run, mut progress)) = self.begin(flow).await? else {
            self.remove_unseen(&flow.link, flow.keep_unseen).await?;
            return Ok(Pass { paused: true, ..pass });
        };
        pass.run = Some(run);
        let keyring = self.store.keyring();
        let (mut kept, mut cursor, seen) = self.position(flow).await?;
        progress.whole_since = cursor.position.is_none().then_some(started);
        if flow.source.reads() == Reads::Snapshot {
            // What was read of a list in another pass says nothing about what is in it now.
            cursor.position = None;
        }
        let mut files = Files { seen, keyring, link: flow.link.clone() };
        let mut positions: HashSet<String> = cursor.position.iter().cloned().collect();
        loop {
            let page = flow.source.fetch(&cursor, &files).await;
            // Pages that lead to each other in a circle would be read for ever.
            let page = page.and_then(|page| match &page.next.position {
                _ if page.complete => Ok(page),
                Some(position) if positions.insert(position.clone()) => Ok(page),
                _ => Err(Fault::Broken { system: flow.source_system(), code: FaultCode::UnexpectedAnswer }),
            });
            self.health.exchanged(&flow.source_system(), page.as_ref().err(), self.now());
            let page = match page {
                Ok(page) => page,
                Err(fault) => {
                    if matches!(fault, Fault::Broken { .. }) && cursor.position.is_some() {
                        // A position that the source does not know any more: the next pass starts from the mark.
                        let restart = self.sealed(flow, &Cursor { mark: cursor.mark.clone(), ..Cursor::default() })?;
                        let (id, now) = (id.clone(), self.now());
                        let restart = move |tx: &mut Tx| match tx.cursor(&id)? == kept {
                            true => tx.set_cursor(&id, &restart, now),
                            false => Ok(()),
                        };
                        self.store.write(restart).await?;
                    }
                    pass.fault = Some(fault);
                    break;
                }
            };
            let intake = Intake::new(self, flow, run);
            // Mapping a page is work for a processor: other tasks of this thread move to another one meanwhile.
            let prepared = tokio::task::block_in_place(|| {
                intake.prepare(page.items, cursor.position.as_deref(), page.complete && page.whole)
            });
            let sealed = self.sealed(flow, &page.next)?;
            let next = page.next.clone();
            let complete = page.complete;
            let marks: Vec<(Hash, Hash)> = page.files.iter().filter_map(|file| files.hashes(file)).collect();
            let (id, now, before, taken) = (id.clone(), self.now(), progress, marks.clone());
            let expected = kept.replace(sealed.clone());
            let written = self
                .store
                .write(move |tx| {
                    if tx.cursor(&id)? != expected {
                        return Ok(None);
                    }
                    let mut progress = before;
                    let counts = intake.write(prepared, &page.files, &mut progress, tx)?;
                    for (file, fingerprint) in &marks {
                        tx.mark_seen(&id, file, fingerprint, now)?;
                    }
                    tx.set_cursor(&id, &sealed, now)?;
                    tx.add_to_run(run, &counts)?;
                    Ok(Some((counts, progress)))
                })
                .await?;
            let Some((counts, after)) = written else {
                tracing::info!(flow = flow.id, run, "the source is to be read anew: this pass is broken off");
                break;
            };
            progress = after;
            // What is taken in now may be cleared away by the source in this very pass.
            files.seen.extend(taken);
            pass.counts += counts;
            if counts.journalled > 0 {
                self.news.notify_waiters();
            }
            cursor = next;
            if complete || progress.paused {
                pass.whole = complete && !progress.paused;
                break;
            }
        }
        pass.paused = progress.paused;
        self.finish(flow, &pass, run, progress.confirmed).await?;
        if let Some(fault) = &pass.fault {
            tracing::warn!(flow = flow.id, run, %fault, "the source could not be read to the end");
        } else {
            let RunCounts { fetched, journalled, rejected, .. } = pass.counts;
            tracing::info!(flow = flow.id, run, fetched, journalled, rejected, "fetched");
        }
        Ok(pass)
    }

    /// Starts a run, unless the flow pauses.
    async fn begin(&self, flow: &Arc<Flow>) -> Result<Option<(i64, Progress)>, StoreError> {
        let (id, now, flow) = (flow_id(flow), self.now(), Arc::clone(flow));
        let begin = move |tx: &mut Tx| {
            let state = tx.flow_state(&id)?;
            if state.paused.is_some() {
                return Ok(None);
            }
            let (confirmed, first) = (state.confirmed, is_first_load(tx, &flow)?);
            let run = tx.start_run(&id, now)?;
            Ok(Some((run, Progress { unbraked: confirmed || first, confirmed, ..Progress::default() })))
        };
        self.store.write(begin).await
    }

    /// Ends a run; one that was broken off without a fault stays without an end. What was confirmed before it began
    /// counts for one whole pass.
    async fn finish(&self, flow: &Flow, pass: &Pass, run: i64, confirmed: bool) -> Result<(), StoreError> {
        let (id, now) = (flow_id(flow), self.now());
        let fault = pass.fault.as_ref().map(|fault| fault.code().as_str());
        let whole = pass.whole;
        let end = move |tx: &mut Tx| {
            if whole || fault.is_some() {
                tx.finish_run(run, fault, now)?;
            }
            let state = tx.flow_state(&id)?;
            if whole && confirmed {
                tx.set_flow_state(&id, FlowState { confirmed: false, ..state })?;
            }
            Ok(())
        };
        self.store.write(end).await?;
        self.remove_unseen(&flow.link, flow.keep_unseen).await
    }

    /// Removes what a link has kept unseen for too long, whatever became of the flows that brought it.
    pub(super) async fn remove_unseen(&self, link: &str, keep: TimeDelta) -> Result<(), StoreError> {
        let (name, now) = (link.to_owned(), self.now());
        let removed = self.store.write(move |tx| tx.remove_unseen(&name, now - keep, now)).await?;
        if removed > 0 {
            tracing::info!(link, removed, "what nobody might know of was removed");
        }
        Ok(())
    }

    /// How far the source was read: as the store keeps it, and opened; and which files.
    async fn position(&self, flow: &Flow) -> Result<(Option<Vec<u8>>, Cursor, HashMap<Hash, Hash>), StoreError> {
        let id = flow_id(flow);
        let (kept, seen) = self.store.read(move |tx| Ok((tx.cursor(&id)?, tx.seen_files(&id)?))).await?;
        let cursor = match &kept {
            None => Cursor::default(),
            Some(sealed) => {
                let plain = self.store.keyring().open(Purpose::Cursor, sealed)?;
                serde_json::from_slice(&plain).map_err(|_| StoreError::Broken("a cursor cannot be read"))?
            }
        };
        Ok((kept, cursor, seen))
    }

    fn sealed(&self, flow: &Flow, cursor: &Cursor) -> Result<Vec<u8>, StoreError> {
        let plain = serde_json::to_vec(cursor).map_err(|_| StoreError::Broken("a cursor cannot be written"))?;
        let keyring = self.store.keyring();
        let scope = keyring.scope(&flow.link, None).ok_or(StoreError::Broken("the link has no keys"))?;
        Ok(scope.seal(Purpose::Cursor, &plain)?)
    }
}
