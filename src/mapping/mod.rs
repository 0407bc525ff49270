//! Mappings: from another system's rows to canonical texts, and from cleared records to what it wants to receive.
//!
//! A mapping is a file that a functional administrator edits; here it is checked and compiled.

mod format;
mod lines;
mod source;
mod table;
mod target;
#[cfg(test)]
mod testing;
mod warnings;

pub(crate) use lines::syntax_errors;
pub use source::{Mapped, SourceMapping};
pub(crate) use source::{any_rows, source_mapping};
pub(crate) use table::read_table;
pub(crate) use target::{any_template, target_mapping};
