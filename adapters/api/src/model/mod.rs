//! The canonical model: what crosses, declared once per stream.
//!
//! A stream's declaration yields its struct and its rows of the field table. Everything that handles fields walks
//! those rows.

mod answer;
mod assignment;
mod catalogue;
mod composite;
mod field;
mod indication;
mod performance;
mod record;
mod request;
mod start;
mod stop;
mod stream;
mod utilization;
mod values;
mod waiting_list;

pub use answer::Answer;
pub use assignment::Assignment;
pub use catalogue::Catalogue;
pub use field::{Class, Field, FieldRow, Grammar, Leaf, Problem, Reader, Requirement};
pub use indication::Indication;
pub use performance::Performance;
pub use record::{Lifecycle, Record, Subject, Unreadable};
pub use request::{Part, Request};
pub use start::Start;
pub use stop::Stop;
pub use stream::{Direction, Stream};
pub use utilization::Utilization;
pub use values::Values;
pub use waiting_list::WaitingList;

pub(crate) use field::fields;

#[cfg(test)]
mod tests;
