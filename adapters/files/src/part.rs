//! A part of a file, and the place where the next one begins.

use crate::encoding::Encoding;
use schakel_api::code::Code;
use schakel_api::contract::Item;
use schakel_api::value::find_bsn;
use serde::{Deserialize, Serialize};

/// From where on a file is read: 0 is its beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    /// How many bytes were read; of a document, how many rows.
    pub(crate) offset: u64,
    /// The number of the line, from 1.
    pub(crate) line: u64,
    /// The encoding that the file was found to be in.
    pub(crate) encoding: Encoding,
}

/// A part of a file.
pub(crate) struct Part {
    pub(crate) items: Vec<Item>,
    /// Whether a row could not be read.
    pub(crate) flawed: bool,
    /// Where the next part begins; `None` at the end.
    pub(crate) next: Option<Place>,
}

/// A file or row of which nothing can be said but what is wrong with it.
pub(crate) fn defect(name: &str, code: Code) -> Item {
    Item::Defect { key: name.to_owned(), handle: (!find_bsn(name)).then(|| name.to_owned()), code }
}
