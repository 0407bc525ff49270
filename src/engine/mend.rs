//! What becomes of rejections when a source is read again: mended rows and lines close theirs, vanished ones get one.

use super::intake::{Intake, Open, Progress};
use super::payload::Origin;
use super::prepare::Prepared;
use super::reject::{rejection, row_key, sealed_handle, sealed_origin};
use crate::privacy::Purpose;
use crate::store::{NewRejection, StoreError, Tx};
use schakel_api::code::Code;
use schakel_api::contract::{Reads, SeenFile};
use schakel_api::model::Problem;
use std::collections::HashSet;

impl Intake {
    /// Keeps that a whole list held a line.
    pub(super) fn meet(&self, tx: &mut Tx, prepared: &Prepared) -> Result<(), StoreError> {
        let Some(origin) = prepared.line().filter(|_| self.flow.source.reads() == Reads::Snapshot) else {
            return Ok(());
        };
        let scope = self.link_scope()?;
        let row_key = row_key(scope, origin);
        if tx.meet_again(&self.id, &row_key, self.run)? {
            return Ok(());
        }
        let (handle, sealed) = (sealed_handle(scope, origin)?, sealed_origin(scope, origin)?);
        tx.meet_line(&self.id, &row_key, self.run, handle, sealed)
    }

    /// Tells of lines that were in the list and are not any more, once. That ends nothing.
    pub(super) fn report_vanished(&self, tx: &mut Tx, open: &mut Open) -> Result<(), StoreError> {
        let problem = Problem::new("", Code::LineVanished);
        let scope = self.link_scope()?;
        let nowhere = Origin { key: String::new(), handle: None, position: None };
        for line in tx.vanished(&self.id, self.run)? {
            let rejection = rejection(&self.flow, scope, &self.revision, &nowhere, &problem, None)?;
            let vanished =
                NewRejection { row_key: line.row_key, handle: line.handle, origin: line.origin, ..rejection };
            tx.reject(vanished, self.now)?;
            open.remove(&line.row_key);
        }
        Ok(())
    }

    /// Closes the rejections of lines that are right, or gone, in files that this pass read from their first line.
    pub(super) fn mend_lines(
        &self,
        tx: &mut Tx,
        open: &mut Open,
        files: &[SeenFile],
        wrong: &HashSet<String>,
        progress: &Progress,
    ) -> Result<(), StoreError> {
        let Some(since) = progress.whole_since else { return Ok(()) };
        for line in tx.rejections_of(&self.id, Code::FieldCount.as_str())? {
            let plain = self.keyring.open(Purpose::Origin, &line.rejected.origin)?;
            let origin: Origin =
                serde_json::from_slice(&plain).map_err(|_| StoreError::Broken("an origin cannot be read"))?;
            let file = origin.key.rsplit_once(':').map_or("", |(file, _)| file);
            let read = files.iter().any(|read| read.key == file);
            if read && line.last_seen_at < since && !wrong.contains(&origin.key) {
                tx.close_rejection(&line.id, self.now)?;
                open.remove(&line.rejected.row_key);
            }
        }
        Ok(())
    }

    /// Closes the rejection of a row whose source was mended. What the other side refused stays open until the record
    /// itself changes.
    pub(super) fn mend(&self, tx: &mut Tx, open: &mut Open, origin: &Origin) -> Result<(), StoreError> {
        if open.is_empty() {
            return Ok(());
        }
        match open.remove(&row_key(self.link_scope()?, origin)) {
            Some(mended) => tx.close_rejection(&mended.id, self.now),
            None => Ok(()),
        }
    }
}
