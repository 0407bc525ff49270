use super::connection::Database;
use super::schema::crosswalk;
use super::{StoreError, Tx};
use crate::privacy::Hash;
use chrono::{DateTime, Utc};
use diesel::prelude::*;

/// That an assignment came of an indication. Both are named by the hash of their identity, their numbers are sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// The indication's identity.
    pub indication: Hash,
    /// The assignment's identity.
    pub assignment: Hash,
    /// The indication's id, sealed.
    pub indication_id: Vec<u8>,
    /// The assignment's number, sealed.
    pub assignment_number: Vec<u8>,
}

impl Tx<'_> {
    /// Keeps a pair; one that is known stays as it is.
    pub fn learn(&mut self, link: &str, pair: &Pair, now: DateTime<Utc>) -> Result<(), StoreError> {
        let Database::Sqlite(sqlite) = self.connection;
        diesel::insert_into(crosswalk::table)
            .values((
                crosswalk::link.eq(link),
                crosswalk::indication.eq(pair.indication.as_bytes().as_slice()),
                crosswalk::assignment.eq(pair.assignment.as_bytes().as_slice()),
                crosswalk::indication_id.eq(&pair.indication_id),
                crosswalk::assignment_number.eq(&pair.assignment_number),
                crosswalk::learned_at.eq(now.naive_utc()),
            ))
            .on_conflict_do_nothing()
            .execute(sqlite)?;
        Ok(())
    }

    /// The sealed number of the newest assignment that came of an indication.
    pub fn assignment_of(&mut self, link: &str, indication: &Hash) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(crosswalk::table
            .filter(crosswalk::link.eq(link))
            .filter(crosswalk::indication.eq(indication.as_bytes().as_slice()))
            .order(crosswalk::learned_at.desc())
            .select(crosswalk::assignment_number)
            .first(self.connection)
            .optional()?)
    }

    /// The sealed id of the indication that an assignment came of.
    pub fn indication_of(&mut self, link: &str, assignment: &Hash) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(crosswalk::table
            .filter(crosswalk::link.eq(link))
            .filter(crosswalk::assignment.eq(assignment.as_bytes().as_slice()))
            .order(crosswalk::learned_at)
            .select(crosswalk::indication_id)
            .first(self.connection)
            .optional()?)
    }

    /// How many pairs a link knows.
    pub fn count_pairs(&mut self, link: &str) -> Result<i64, StoreError> {
        Ok(crosswalk::table.filter(crosswalk::link.eq(link)).count().get_result(self.connection)?)
    }
}
