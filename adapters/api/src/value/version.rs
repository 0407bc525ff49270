use super::Moment;
use chrono::SecondsFormat;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What tells the versions of one identity apart. Kinds do not mix within a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum VersionKind {
    /// The moment of decision.
    Decided,
    /// The moment of assignment (OP033x1).
    Assigned,
    /// The moment of change.
    Changed,
    /// The day of the message that brought it (Dagtekening).
    Sent,
    /// A counter of the source.
    Counter,
    /// The order in which we saw it.
    Observed,
}

impl VersionKind {
    /// The name in settings and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Decided => "decided",
            Self::Assigned => "assigned",
            Self::Changed => "changed",
            Self::Sent => "sent",
            Self::Counter => "counter",
            Self::Observed => "observed",
        }
    }
}

/// Which of several records of one identity counts: the one whose text sorts last. Never part of the content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    kind: VersionKind,
    text: String,
    raw: String,
}

impl Version {
    /// A moment, in UTC with nine decimals; `raw` is how the source wrote it, for targets.
    pub fn at(kind: VersionKind, moment: Moment, raw: &str) -> Self {
        let text = moment.to_rfc3339_opts(SecondsFormat::Nanos, true);
        Self { kind, text, raw: raw.to_owned() }
    }

    /// A counter, padded to twenty digits.
    pub fn counter(number: u64) -> Self {
        Self { kind: VersionKind::Counter, text: format!("{number:020}"), raw: number.to_string() }
    }

    /// Our own order: the run, and the position within it.
    pub fn observed(run: u64, position: u64) -> Self {
        let text = format!("{run:020}/{position:010}");
        Self { kind: VersionKind::Observed, raw: text.clone(), text }
    }

    /// What kind of version it is.
    pub fn kind(&self) -> VersionKind {
        self.kind
    }

    /// The sortable text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// As the source wrote it.
    pub fn raw(&self) -> &str {
        &self.raw
    }
}
