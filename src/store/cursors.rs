use super::connection::Database;
use super::schema::{cursors, seen_files};
use super::{FlowId, StoreError, Tx};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

impl Tx<'_> {
    /// How far the flow's source was read, sealed; `None` before its first page.
    pub fn cursor(&mut self, flow: &FlowId) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(cursors::table.find(flow.as_str()).select(cursors::cursor).first(self.connection).optional()?)
    }

    /// Keeps how far the flow's source was read, sealed.
    pub fn set_cursor(&mut self, flow: &FlowId, cursor: &[u8], now: DateTime<Utc>) -> Result<(), StoreError> {
        let values = (cursors::cursor.eq(cursor), cursors::updated_at.eq(now.naive_utc()));
        let Database::Sqlite(sqlite) = self.connection;
        diesel::insert_into(cursors::table)
            .values((cursors::flow.eq(flow.as_str()), values))
            .on_conflict(cursors::flow)
            .do_update()
            .set(values)
            .execute(sqlite)?;
        Ok(())
    }

    /// Forgets how far the flow's source was read, and which files: the next pass starts at the very beginning.
    pub fn forget_position(&mut self, flow: &FlowId) -> Result<(), StoreError> {
        diesel::delete(cursors::table.find(flow.as_str())).execute(self.connection)?;
        diesel::delete(seen_files::table.filter(seen_files::flow.eq(flow.as_str()))).execute(self.connection)?;
        Ok(())
    }
}
