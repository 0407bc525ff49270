//! Keys, sealing and keyed hashing: what makes personal data in the store unreadable without the master key.
//!
//! - [`MasterKey`] comes from a credential and wraps every other key; it is never stored;
//! - a [`Scope`] is the three keys of one link and law: one seals, one makes lookup hashes, one content hashes;
//! - the [`Keyring`] is every scope of an installation and opens what any of them sealed.
//!
//! This module knows nothing about the store: that keeps the wrapped keys and hands them over.

mod hash;
mod key;
mod keyring;
mod master;
mod scope;

pub use hash::Hash;
pub use key::SealError;
pub use keyring::Keyring;
pub use master::{KeyError, MasterKey};
pub use scope::{Purpose, Scope};

pub(crate) use keyring::{KeyUse, WrappedKey};

#[cfg(test)]
mod tests;
