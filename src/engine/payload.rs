use schakel_api::model::Values;
use schakel_api::value::Version;
use serde::{Deserialize, Serialize};

/// What the journal seals of a record: the record itself, and what a rejection would need to name it.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Payload {
    pub(crate) values: Values,
    pub(crate) version: Version,
    pub(crate) source: Origin,
    /// Who sent the person, by its code, where the source says so: it decides whether a request passes about somebody
    /// whom the front office does not know, under the settings of the moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) referrer: Option<String>,
}

/// From where a record came, so that it can be read again: sealed, and never the record itself.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Origin {
    /// What tells the item from every other of the flow.
    pub(crate) key: String,
    /// What people find it by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) handle: Option<String>,
    /// The cursor position of its page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) position: Option<String>,
}
