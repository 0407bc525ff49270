use super::diagnostic::{Diagnostics, File};
use crate::mapping::read_table;
use schakel_api::contract::{SettingError, nearest};
use schakel_api::mapping::Table;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::io::ErrorKind;
use std::ops::Range;
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

    /// The text of a file that a setting names. That it cannot be read is noted there.
    pub(crate) fn named(&mut self, name: &str, named_in: &File, span: Range<usize>) -> Option<Arc<File>> {
        let file = self.text(name);
        if file.is_none() {
            let error = self.unreadable(name, span);
            self.diagnostics.add(named_in, error);
        }
        file
    }

    fn unreadable(&self, name: &str, span: Range<usize>) -> SettingError {
        let path = self.base.join(name);
        match std::fs::read_to_string(&path).map_err(|error| error.kind()) {
            Err(ErrorKind::NotFound) => {
                let error = SettingError::new(span, "there is no such file");
                let folder = path.parent().and_then(|folder| std::fs::read_dir(folder).ok());
                let beside: Vec<String> = folder
                    .into_iter()
                    .flatten()
                    .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
                    .collect();
                let beside: Vec<&str> = beside.iter().map(String::as_str).collect();
                let wanted = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
                match nearest(&wanted, &beside) {
                    Some(near) => {
                        error.help(format!("did you mean `{}`?", Path::new(name).with_file_name(near).display()))
                    }
                    None => error.help("paths are relative to the folder of the settings file"),
                }
            }
            Err(ErrorKind::InvalidData) => SettingError::new(span, "this file is not written in UTF-8"),
            _ => SettingError::new(span, "this file cannot be read"),
        }
    }

    /// The code table in a file that a mapping names. What is wrong is noted: in the table, or at the name.
    pub(crate) fn table(&mut self, name: &str, named_in: &File, span: Range<usize>) -> Option<Arc<Table>> {
        if let Some(known) = self.tables.get(name) {
            return known.clone();
        }
        let file = self.named(name, named_in, span)?;
        let table = match read_table(&file.text) {
            Ok((table, warnings)) => {
                self.diagnostics.warn_all(&file, warnings);
                Some(Arc::new(table))
            }
            Err(errors) => {
                self.diagnostics.extend(&file, errors);
                None
            }
        };
        self.tables.insert(name.to_owned(), table.clone());
        table
    }

    /// Notes the mappings and tables that lie beside those that are named, and that nothing names. What they hold is not
    /// looked at: it may be anything.
    pub(crate) fn warn_of_unnamed(&mut self) {
        let whole = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let named: BTreeSet<PathBuf> = self.texts.keys().map(|name| whole(&self.base.join(name))).collect();
        let kind = |path: &Path| {
            path.extension().and_then(OsStr::to_str).filter(|end| ["toml", "csv"].contains(end)).map(str::to_owned)
        };
        let folders: BTreeSet<(PathBuf, String)> = self
            .texts
            .keys()
            .filter_map(|name| Some((Path::new(name).parent()?.to_owned(), kind(Path::new(name))?)))
            .collect();
        for (folder, end) in folders {
            // Beside the settings there may be those of another installation.
            if end == "toml" && whole(&self.base.join(&folder)) == whole(&self.base) {
                continue;
            }
            let entries = std::fs::read_dir(self.base.join(&folder)).into_iter().flatten().filter_map(Result::ok);
            for path in entries.map(|entry| entry.path()).filter(|path| kind(path).is_some_and(|found| found == end)) {
                if path.is_file() && !named.contains(&whole(&path)) {
                    let name = folder.join(path.file_name().unwrap_or_default()).display().to_string();
                    let warning = SettingError::new(0..0, "nothing names this file");
                    let file = File { name, text: String::new() };
                    self.diagnostics.warn(&file, warning.help("name it where it is meant, or move it away"));
                }
            }
        }
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
        let mut bytes = [0; 8];
        bytes[2..].copy_from_slice(&digest.finalize()[..6]);
        format!("{:012x}", u64::from_be_bytes(bytes))
    }
}
