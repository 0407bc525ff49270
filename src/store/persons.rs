use super::schema::persons;
use super::{PersonId, StoreError, Tx};
use crate::privacy::Purpose;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use schakel_api::value::{Bsn, Law};

impl Tx<'_> {
    /// The person with this BSN within a link and law: a random id that is made when it is first asked for.
    ///
    /// # Errors
    /// [`StoreError::Broken`] when the keys of the link and law were not prepared.
    pub fn person(&mut self, link: &str, law: Law, bsn: &Bsn, now: DateTime<Utc>) -> Result<PersonId, StoreError> {
        let keys = self.keyring.scope(link, Some(law)).ok_or(StoreError::Broken("a link and law have no keys"))?;
        let lookup = keys.lookup("bsn", bsn.reveal());
        let known = persons::table
            .filter(persons::link.eq(link))
            .filter(persons::law.eq(law.as_str()))
            .filter(persons::lookup.eq(lookup.as_bytes().as_slice()))
            .select(persons::id)
            .first::<String>(self.connection)
            .optional()?;
        if let Some(id) = known {
            return Ok(PersonId::new(id));
        }
        let id = PersonId::random();
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
}
