use super::schema::installation;
use super::{StoreError, Tx};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

impl Tx<'_> {
    /// What the store's installation is for; `None` before it first ran.
    pub fn environment(&mut self) -> Result<Option<String>, StoreError> {
        Ok(installation::table.select(installation::environment).first(self.connection).optional()?)
    }

    /// Writes something, for who wants to know whether that goes: a disk that is full takes reads and empty transactions.
    pub fn touch(&mut self, now: DateTime<Utc>) -> Result<(), StoreError> {
        diesel::update(installation::table)
            .set(installation::touched_at.eq(now.naive_utc()))
            .execute(self.connection)?;
        Ok(())
    }

    /// Keeps what the installation is for.
    ///
    /// # Errors
    /// [`StoreError::OtherEnvironment`] when it was for something else before.
    pub fn claim(&mut self, environment: &str) -> Result<(), StoreError> {
        match self.environment()? {
            Some(known) if known == environment => Ok(()),
            Some(_) => Err(StoreError::OtherEnvironment),
            None => {
                diesel::insert_into(installation::table)
                    .values(installation::environment.eq(environment))
                    .execute(self.connection)?;
                Ok(())
            }
        }
    }
}
