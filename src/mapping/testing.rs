//! What the tests of mappings have in common: a mapping beside its tables, and what is wrong with them.

#![allow(clippy::unwrap_used)]

use crate::config::{File, Files};
use schakel_api::contract::SettingError;
use std::sync::Arc;
use tempfile::TempDir;

/// A person of the test range.
pub(super) const PERSON: &str = "999900006";

/// The files of an installation while they are read.
pub(super) struct Installed {
    _directory: TempDir,
    pub(super) files: Files,
}

impl Installed {
    /// These files, by name.
    pub(super) fn with(texts: &[(&str, &str)]) -> Self {
        let directory = TempDir::new().unwrap();
        for (name, text) in texts {
            std::fs::write(directory.path().join(name), text).unwrap();
        }
        let files = Files::new(directory.path());
        Self { _directory: directory, files }
    }

    /// One of them.
    pub(super) fn file(&mut self, name: &str) -> Arc<File> {
        self.files.text(name).unwrap()
    }

    /// All that is wrong: file, line and column, message and help.
    pub(super) fn mistakes(&mut self) -> Vec<String> {
        let plain = serde_json::to_value(self.files.diagnostics.mistakes()).unwrap();
        let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let mut plain = plain.as_array().unwrap().clone();
        plain.sort_by_key(|mistake| (mistake["line"].as_u64(), mistake["column"].as_u64()));
        let mistakes = plain.iter().map(|mistake| {
            let [file, line, column, message, help] =
                ["file", "line", "column", "message", "help"].map(|key| text(&mistake[key]));
            let help = if help == "null" { String::new() } else { format!(" ({help})") };
            format!("{file}:{line}:{column}: {message}{help}")
        });
        mistakes.collect()
    }
}

/// What a mistake points at, and what it says.
pub(super) fn pointed<'t>(text: &'t str, error: &SettingError) -> (&'t str, String) {
    (&text[error.span.clone()], error.message.clone())
}
