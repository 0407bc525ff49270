use super::diagnostic::{Diagnostics, File};
use crate::mapping::read_table;
use schakel_api::contract::SettingError;
use schakel_api::mapping::Table;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The files of an installation while they are read and checked, and all mistakes found in them.
pub(crate) struct Files {
    base: PathBuf,
    texts: BTreeMap<String, Option<Arc<File>>>,
    tables: BTreeMap<String, Option<Arc<Table>>>,
    pub(crate) diagnostics: Diagnostics,
}

impl Files {
    /// Paths in settings are relative to this folder.
    pub(crate) fn new(base: &Path) -> Self {
        Self {
            base: base.to_owned(),
            texts: BTreeMap::new(),
            tables: BTreeMap::new(),
            diagnostics: Diagnostics::default(),
        }
    }

    pub(crate) fn base(&self) -> &Path {
        &self.base
    }

    /// The text of a file; `None` when it cannot be read.
    pub(crate) fn text(&mut self, name: &str) -> Option<Arc<File>> {
        if let Some(known) = self.texts.get(name) {
            return known.clone();
        }
        let text = std::fs::read_to_string(self.base.join(name)).ok();
        let file = text.map(|text| {
            let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
            Arc::new(File { name: name.to_owned(), text })
        });
        self.texts.insert(name.to_owned(), file.clone());
        file
    }

    /// The code table in a file that a mapping names. What is wrong is noted: in the table, or at the name.
    pub(crate) fn table(&mut self, name: &str, named_in: &File, span: std::ops::Range<usize>) -> Option<Arc<Table>> {
        if let Some(known) = self.tables.get(name) {
            return known.clone();
        }
        let Some(file) = self.text(name) else {
            self.diagnostics.add(named_in, SettingError::new(span, "this file cannot be read"));
            return None;
        };
        let table = match read_table(&file.text) {
            Ok(table) => Some(Arc::new(table)),
            Err(errors) => {
                self.diagnostics.extend(&file, errors);
                None
            }
        };
        self.tables.insert(name.to_owned(), table.clone());
        table
    }

    /// A short text that changes when any file that was read changes.
    pub(crate) fn revision(&self) -> String {
        let mut digest = Sha256::new();
        for (name, file) in &self.texts {
            digest.update(name.as_bytes());
            digest.update([0]);
            digest.update(file.as_ref().map(|file| file.text.as_bytes()).unwrap_or_default());
            digest.update([0]);
        }
        digest.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
    }
}
