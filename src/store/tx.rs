use super::connection::Database;
use crate::privacy::Keyring;

/// What a unit of work sees of the store: one consistent state, changed by nobody else meanwhile.
///
/// Its methods are beside the noun that they are about. In a unit that only reads, a method that writes fails.
pub struct Tx<'a> {
    pub(super) connection: &'a mut Database,
    pub(super) keyring: &'a Keyring,
}
