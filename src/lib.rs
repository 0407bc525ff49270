//! Schakel keeps a municipality's front office and back office for social care in step.
//!
//! The map of the code, in the order in which a record travels:
//!
//! - [`cli`]: the commands, their output and exit codes;
//! - [`config`]: the settings, checked by the code that runs them;
//! - [`adapters`]: the list of what Schakel can speak to;
//! - [`mapping`]: from another system's rows to records, and from cleared records to bodies;
//! - [`engine`]: what runs when, what a fetched record means, and how it is delivered;
//! - [`privacy`]: keys, sealing and hashing;
//! - [`console`]: what the daemon answers about itself over HTTP;
//! - [`store`]: the journal and everything else that is kept; only it knows SQL.
//!
//! The canonical model, the gate and the adapter contract are a crate of their own: [`schakel_api`].

pub mod adapters;
pub mod cli;
pub mod config;
pub mod console;
pub mod engine;
pub mod mapping;
pub mod privacy;
pub mod store;
