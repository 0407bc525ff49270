use super::Fault;
use crate::code::Code;
use crate::mapping::Row;
use crate::model::Values;
use crate::value::Version;
use async_trait::async_trait;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::PathBuf;

/// How far a source has been read. Asking twice with one cursor gives at least the same changes.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Cursor {
    /// Where the present pass goes on; `None` starts a pass.
    pub position: Option<String>,
    /// From where the next pass starts; `None` is the very beginning.
    pub mark: Option<String>,
    /// The mark that this pass has come to.
    pub reached: Option<String>,
}

/// A record that an adapter made itself, as canonical texts. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq)]
pub struct Native {
    /// What tells this item from every other of the flow, also when nothing else can be read.
    pub key: String,
    /// What people find it by in the source.
    pub handle: Option<String>,
    /// The texts.
    pub values: Values,
    /// The version.
    pub version: Version,
    /// The kind of referrer (COD327), of a request: it decides whether the request may pass, and is no field.
    pub referrer: Option<String>,
}

/// One thing that a page holds. `Debug` shows what kind of thing, and no value.
#[derive(Clone, PartialEq, Eq)]
pub enum Item {
    /// Named values, for the mapping.
    Row(Row),
    /// A record that needs no mapping.
    Native(Native),
    /// Something that cannot be read: it becomes a rejection.
    Defect {
        /// What tells this item from every other of the flow.
        key: String,
        /// What people find it by in the source.
        handle: Option<String>,
        /// What is wrong.
        code: Code,
    },
    /// Something that is none of this flow's business, such as a message of another municipality.
    Skipped,
    /// Something financial or otherwise forbidden, recognised from the outside and not looked into.
    Blocked,
}

/// A file that was read: which, and in what state. `Debug` shows no name.
#[derive(Clone, PartialEq, Eq)]
pub struct SeenFile {
    /// What tells it from every other file of the flow.
    pub key: String,
    /// What changes when its content does.
    pub fingerprint: String,
}

impl fmt::Debug for Native {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Native").field("values", &self.values).finish_non_exhaustive()
    }
}

impl fmt::Debug for Item {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Row(row) => row.fmt(formatter),
            Self::Native(native) => native.fmt(formatter),
            Self::Defect { code, .. } => write!(formatter, "Defect({code})"),
            Self::Skipped => formatter.write_str("Skipped"),
            Self::Blocked => formatter.write_str("Blocked"),
        }
    }
}

impl fmt::Debug for SeenFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SeenFile")
    }
}

/// Which files were read before.
pub trait FilesSeen: Send + Sync {
    /// Whether this file was read in this state.
    fn seen(&self, file: &SeenFile) -> bool;
}

/// A page of changes, and the cursor after it.
#[derive(Clone)]
pub struct Page {
    /// What it holds, in order.
    pub items: Vec<Item>,
    /// The files that it comes from.
    pub files: Vec<SeenFile>,
    /// Where the next page starts.
    pub next: Cursor,
    /// Whether the pass ends here.
    pub complete: bool,
    /// Whether the pass that ends here gave the whole list: what it did not hold is not in the list any more.
    pub whole: bool,
}

/// How a source is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Reads {
    /// What changed since the last pass.
    #[default]
    Changes,
    /// The whole list, each pass: a pass that was broken off starts again from its beginning.
    Snapshot,
}

/// Gives the changes of one flow.
#[async_trait]
pub trait Source: Send + Sync {
    /// How it is read.
    fn reads(&self) -> Reads {
        Reads::Changes
    }

    /// The folders in which it clears away what it has read; none unless it does.
    fn clears(&self) -> Vec<PathBuf> {
        Vec::new()
    }

    /// What these bytes would give if the source held them, such as a sample file of its kind. Nothing is connected to.
    ///
    /// # Errors
    /// What is wrong with the bytes as a whole.
    fn sample(&self, name: &str, bytes: &[u8]) -> Result<Vec<Item>, Code>;

    /// Reads the page after a cursor. Nothing is lost by asking again.
    ///
    /// # Errors
    /// What kept it from reading.
    async fn fetch(&self, cursor: &Cursor, seen: &dyn FilesSeen) -> Result<Page, Fault>;
}

#[cfg(test)]
mod tests;
