//! The canonical model of Schakel, the gate, and the contract that every adapter fulfils.
//!
//! - [`value`]: values that cannot be wrong, such as a [`value::Bsn`] or a [`value::Size`];
//! - [`model`]: the streams, each declared once, and their field table;
//! - [`gate`]: the only way from a [`model::Record`] to something that may be delivered;
//! - [`mapping`]: the only way from bytes to values ([`mapping::Projection`]) and back ([`mapping::Template`]);
//! - [`contract`]: what an adapter is ([`contract::Adapter`], [`contract::Source`], [`contract::Target`]);
//! - [`directory`]: the files of a directory, for adapters that read files;
//! - [`conformance`]: what every adapter must show;
//! - [`code`]: what can be wrong with a record, and who must act.
//!
//! This crate knows nothing about the store, the engine or any particular package.

pub mod code;
pub mod conformance;
pub mod contract;
pub mod directory;
pub mod gate;
pub mod mapping;
pub mod model;
pub mod value;

#[cfg(test)]
mod testing;
