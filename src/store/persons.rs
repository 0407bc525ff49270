use super::schema::persons;
use super::{StoreError, SubjectId, Tx};
use crate::privacy::Purpose;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use schakel_api::value::{Bsn, Law};

impl Tx<'_> {
    /// The person with this BSN within a link and law: a random id that is made when it is first asked for.
    ///
    /// # Errors
    /// [`StoreError::Broken`] when the keys of the link and law were not prepared.
    pub fn person(&mut self, link: &str, law: Law, bsn: &Bsn, now: DateTime<Utc>) -> Result<SubjectId, StoreError> {
        if let Some(known) = self.known_person(link, law, bsn)? {
            return Ok(known);
        }
        let keys = self.keyring.scope(link, Some(law)).ok_or(NO_KEYS)?;
        let lookup = keys.lookup("bsn", bsn.reveal());
        let id = SubjectId::random();
        diesel::insert_into(persons::table)
            .values((
                persons::id.eq(id.as_str()),
                persons::link.eq(link),
                persons::law.eq(law.as_str()),
                persons::lookup.eq(lookup.as_bytes().as_slice()),
                persons::bsn.eq(keys.seal(Purpose::Bsn, bsn.reveal().as_bytes())?),
                persons::created_at.eq(now.naive_utc()),
            ))
            .execute(self.connection)?;
        Ok(id)
    }

    /// The person with this BSN within a link and law, where there is one.
    ///
    /// # Errors
    /// [`StoreError::Broken`] when the keys of the link and law were not prepared.
    pub fn known_person(&mut self, link: &str, law: Law, bsn: &Bsn) -> Result<Option<SubjectId>, StoreError> {
        let keys = self.keyring.scope(link, Some(law)).ok_or(NO_KEYS)?;
        let lookup = keys.lookup("bsn", bsn.reveal());
        let known = persons::table
            .filter(persons::link.eq(link))
            .filter(persons::law.eq(law.as_str()))
            .filter(persons::lookup.eq(lookup.as_bytes().as_slice()))
            .select(persons::id)
            .first::<String>(self.connection)
            .optional()?;
        Ok(known.map(SubjectId::new))
    }
}

const NO_KEYS: StoreError = StoreError::Broken("a link and law have no keys");
