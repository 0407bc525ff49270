use super::columns::hash;
use super::connection::Database;
use super::schema::lines;
use super::{FlowId, StoreError, Tx};
use crate::privacy::Hash;
use diesel::prelude::*;

/// A line of a list that is not in it any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vanished {
    /// The keyed hash of what tells the line apart.
    pub row_key: Hash,
    /// The source's own number, sealed.
    pub handle: Option<Vec<u8>>,
    /// Where it was read, sealed.
    pub origin: Vec<u8>,
}

impl Tx<'_> {
    /// Keeps that a run met a line of a whole list again. Gives false when no run met it before.
    pub fn meet_again(&mut self, flow: &FlowId, row_key: &Hash, run: i64) -> Result<bool, StoreError> {
        let met = diesel::update(lines::table.find((flow.as_str(), row_key.as_bytes().as_slice())))
            .set((lines::run.eq(run), lines::vanished.eq(false)))
            .execute(self.connection)?;
        Ok(met == 1)
    }

    /// Keeps that a run met a line of a whole list.
    pub fn meet_line(
        &mut self,
        flow: &FlowId,
        row_key: &Hash,
        run: i64,
        handle: Option<Vec<u8>>,
        origin: Vec<u8>,
    ) -> Result<(), StoreError> {
        let values =
            (lines::run.eq(run), lines::vanished.eq(false), lines::handle.eq(handle), lines::origin.eq(origin));
        let key = (lines::flow.eq(flow.as_str()), lines::row_key.eq(row_key.as_bytes().as_slice()));
        let Database::Sqlite(sqlite) = self.connection;
        diesel::insert_into(lines::table)
            .values((key, values.clone()))
            .on_conflict((lines::flow, lines::row_key))
            .do_update()
            .set(values)
            .execute(sqlite)?;
        Ok(())
    }

    /// The lines that earlier runs met and this one did not, each given once.
    pub fn vanished(&mut self, flow: &FlowId, run: i64) -> Result<Vec<Vanished>, StoreError> {
        let gone = || {
            lines::table
                .filter(lines::flow.eq(flow.as_str()))
                .filter(lines::run.lt(run))
                .filter(lines::vanished.eq(false))
        };
        let rows = gone()
            .select((lines::row_key, lines::handle, lines::origin))
            .load::<(Vec<u8>, Option<Vec<u8>>, Vec<u8>)>(self.connection)?;
        diesel::update(gone()).set(lines::vanished.eq(true)).execute(self.connection)?;
        rows.into_iter().map(|(key, handle, origin)| Ok(Vanished { row_key: hash(&key)?, handle, origin })).collect()
    }
}
