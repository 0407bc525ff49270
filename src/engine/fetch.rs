//! One pass over a flow's source: page by page, each page with its cursor in one transaction.

use super::intake::Intake;
use super::{Engine, flow_id};
use crate::config::Flow;
use crate::privacy::{Hash, Keyring, Purpose};
use crate::store::{RunCounts, StoreError};
use schakel_api::contract::{Cursor, Fault, FaultCode, FilesSeen, SeenFile};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// What a pass came to.
#[derive(Debug)]
pub(super) struct Pass {
    pub(super) run: i64,
    pub(super) counts: RunCounts,
    /// What kept it from coming to the end.
    pub(super) fault: Option<Fault>,
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
        let (id, now) = (flow_id(flow), self.now());
        let run = {
            let id = id.clone();
            self.store.write(move |tx| tx.start_run(&id, now)).await?
        };
        let keyring = self.store.keyring();
        let mut pass = Pass { run, counts: RunCounts::default(), fault: None };
        let (mut cursor, seen) = self.position(flow).await?;
        let files = Files { seen, keyring, link: flow.link.clone() };
        let mut positions: HashSet<String> = cursor.position.iter().cloned().collect();
        loop {
            let page = flow.source.fetch(&cursor, &files).await;
            // Pages that lead to each other in a circle would be read for ever.
            let page = page.and_then(|page| match &page.next.position {
                Some(position) if !positions.insert(position.clone()) => {
                    Err(Fault::Broken { system: flow.source_system(), code: FaultCode::UnexpectedAnswer })
                }
                _ => Ok(page),
            });
            let page = match page {
                Ok(page) => page,
                Err(fault) => {
                    if matches!(fault, Fault::Broken { .. }) && cursor.position.is_some() {
                        // A position that the source does not know any more: the next pass starts from the mark.
                        let restart = self.sealed(flow, &Cursor { mark: cursor.mark.clone(), ..Cursor::default() })?;
                        let (id, now) = (id.clone(), self.now());
                        self.store.write(move |tx| tx.set_cursor(&id, &restart, now)).await?;
                    }
                    pass.fault = Some(fault);
                    break;
                }
            };
            let intake = Intake::new(self, flow, run);
            // Mapping a page is work for a processor: other tasks of this thread move to another one meanwhile.
            let prepared = tokio::task::block_in_place(|| intake.prepare(page.items, cursor.position.as_deref()));
            let sealed = self.sealed(flow, &page.next)?;
            let next = page.next.clone();
            let complete = page.complete;
            let marks: Vec<(Hash, Hash)> = page.files.iter().filter_map(|file| files.hashes(file)).collect();
            let (id, seen_before, now) = (id.clone(), pass.counts.fetched.unsigned_abs(), self.now());
            let counts = self
                .store
                .write(move |tx| {
                    let counts = intake.write(prepared, &page.files, seen_before, tx)?;
                    for (file, fingerprint) in &marks {
                        tx.mark_seen(&id, file, fingerprint, now)?;
                    }
                    tx.set_cursor(&id, &sealed, now)?;
                    tx.add_to_run(run, &counts)?;
                    Ok(counts)
                })
                .await?;
            pass.counts += counts;
            if counts.journalled > 0 {
                self.news.notify_waiters();
            }
            cursor = next;
            if complete {
                break;
            }
        }
        let (fault, now) = (pass.fault.as_ref().map(|fault| fault.code().as_str()), self.now());
        self.store.write(move |tx| tx.finish_run(run, fault, now)).await?;
        if let Some(fault) = &pass.fault {
            tracing::warn!(flow = flow.id, %fault, "the source could not be read to the end");
        } else {
            let RunCounts { fetched, journalled, rejected, .. } = pass.counts;
            tracing::info!(flow = flow.id, fetched, journalled, rejected, "fetched");
        }
        Ok(pass)
    }

    async fn position(&self, flow: &Flow) -> Result<(Cursor, HashMap<Hash, Hash>), StoreError> {
        let id = flow_id(flow);
        let (cursor, seen) = self.store.read(move |tx| Ok((tx.cursor(&id)?, tx.seen_files(&id)?))).await?;
        let cursor = match cursor {
            None => Cursor::default(),
            Some(sealed) => {
                let plain = self.store.keyring().open(Purpose::Cursor, &sealed)?;
                serde_json::from_slice(&plain).map_err(|_| StoreError::Broken("a cursor cannot be read"))?
            }
        };
        Ok((cursor, seen))
    }

    fn sealed(&self, flow: &Flow, cursor: &Cursor) -> Result<Vec<u8>, StoreError> {
        let plain = serde_json::to_vec(cursor).map_err(|_| StoreError::Broken("a cursor cannot be written"))?;
        let keyring = self.store.keyring();
        let scope = keyring.scope(&flow.link, None).ok_or(StoreError::Broken("the link has no keys"))?;
        Ok(scope.seal(Purpose::Cursor, &plain)?)
    }
}
