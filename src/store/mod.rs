//! The store: the journal, the ledger and everything else that Schakel keeps. Only this module knows SQL.
//!
//! - [`Store`] is a handle on one SQLite file; [`Store::write`] and [`Store::read`] run units of work in it;
//! - [`Tx`] is what a unit of work sees: methods that take and give domain types, grouped in a file per noun;
//! - one writer thread commits units in groups, so that a commit's wait for the disk is shared.
//!
//! Personal data is here only sealed or as keyed hashes ([`crate::privacy`]). What is sealed comes in and goes out
//! sealed, except a BSN, which the store itself seals for [`Tx::person`].

mod columns;
mod connection;
mod crosswalk;
mod cursors;
mod entries;
mod error;
mod flows;
mod handle;
mod heads;
mod ids;
mod installation;
mod keys;
mod lanes;
mod lines;
mod overview;
mod persons;
mod rejections;
mod runs;
mod schema;
mod seen;
mod settle;
mod tx;
mod waiting;
mod writer;

#[cfg(test)]
mod tests;

pub use crosswalk::Pair;
pub use entries::{Entry, EntryState, NewEntry};
pub use error::StoreError;
pub use flows::{FlowState, Pause};
pub use handle::Store;
pub use heads::Head;
pub use ids::{EntryId, FlowId, RejectionId, SubjectId};
pub use lines::Vanished;
pub use overview::{Outcome, Waiting};
pub use rejections::{NewRejection, OpenRejection, Rejection, RejectionState};
pub use runs::{RunCounts, RunRow};
pub use settle::{Attempt, NewAttempt};
pub use tx::Tx;
pub use waiting::Shadow;
