use super::columns::hash;
use super::connection::Database;
use super::schema::seen_files;
use super::{FlowId, StoreError, Tx};
use crate::privacy::Hash;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use std::collections::HashMap;

impl Tx<'_> {
    /// The files that a flow has read: the keyed hash of each one's key, and of its fingerprint when it was read.
    pub fn seen_files(&mut self, flow: &FlowId) -> Result<HashMap<Hash, Hash>, StoreError> {
        seen_files::table
            .filter(seen_files::flow.eq(flow.as_str()))
            .select((seen_files::file, seen_files::fingerprint))
            .load::<(Vec<u8>, Vec<u8>)>(self.connection)?
            .iter()
            .map(|(file, fingerprint)| Ok((hash(file)?, hash(fingerprint)?)))
            .collect()
    }

    /// Keeps that a flow has read a file with this fingerprint; a file that changed is kept as it is now.
    pub fn mark_seen(
        &mut self,
        flow: &FlowId,
        file: &Hash,
        fingerprint: &Hash,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let key = (seen_files::flow.eq(flow.as_str()), seen_files::file.eq(file.as_bytes().as_slice()));
        let values =
            (seen_files::fingerprint.eq(fingerprint.as_bytes().as_slice()), seen_files::seen_at.eq(now.naive_utc()));
        let Database::Sqlite(sqlite) = self.connection;
        diesel::insert_into(seen_files::table)
            .values((key, values))
            .on_conflict((seen_files::flow, seen_files::file))
            .do_update()
            .set(values)
            .execute(sqlite)?;
        Ok(())
    }
}
