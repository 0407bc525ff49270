//! The canonical model: what crosses, declared once per stream.
//!
//! A stream's declaration yields its struct and its rows of the field table. Everything that handles fields walks
//! those rows.

mod assignment;
mod composite;
mod field;
mod indication;
mod record;
mod request;
mod start;
mod stop;
mod stream;
mod values;

pub use assignment::Assignment;
pub use field::{Class, Field, FieldRow, Grammar, Leaf, Problem, Reader, Requirement};
pub use indication::Indication;
pub use record::{Lifecycle, Record, Unreadable};
pub use request::{Part, Request};
pub use start::Start;
pub use stop::Stop;
pub use stream::{Direction, Stream};
pub use values::Values;

pub(crate) use field::fields;

#[cfg(test)]
mod tests;
