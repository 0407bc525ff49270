use serde::Deserialize;

/// Whether a flow runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Checked, and nothing else.
    Off,
    /// It fetches and journals, and delivers nothing: what it would send can be looked at.
    Shadow,
    /// It fetches and delivers.
    On,
}

impl Mode {
    /// The name in settings and answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Shadow => "shadow",
            Self::On => "on",
        }
    }

    /// Whether it fetches.
    pub fn runs(self) -> bool {
        self != Self::Off
    }
}
