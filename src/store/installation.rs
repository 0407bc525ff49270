use super::schema::installation;
use super::{StoreError, Tx};
use diesel::prelude::*;

impl Tx<'_> {
    /// What the store's installation is for; `None` before it first ran.
    pub fn environment(&mut self) -> Result<Option<String>, StoreError> {
        Ok(installation::table.select(installation::environment).first(self.connection).optional()?)
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
