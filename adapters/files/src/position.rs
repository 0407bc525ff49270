//! Where a pass goes on. As text it is the position of a cursor.

use crate::part::Place;
use serde::{Deserialize, Serialize};

/// Where a pass goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Position {
    /// With the files after this one.
    After(String),
    /// Within a file.
    Within(Within),
    /// Everything was read: what was taken in is cleared away.
    Sweep {
        /// Whether the pass gave the whole list.
        whole: bool,
    },
}

/// Where in which file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Within {
    /// The file.
    pub(crate) file: String,
    /// Its state: in another one it starts again.
    pub(crate) state: String,
    /// The place.
    pub(crate) place: Place,
    /// Whether a row before it could not be read.
    pub(crate) flawed: bool,
}

impl Position {
    /// Reads a cursor's position; `None` when it is none of this source.
    pub(crate) fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// As a cursor's position.
    pub(crate) fn text(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }
}
