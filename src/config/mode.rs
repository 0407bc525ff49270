use serde::Deserialize;

/// Whether a flow runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Checked, and nothing else.
    Off,
    /// It fetches and delivers.
    On,
}
