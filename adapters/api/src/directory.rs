//! The files directly within a directory, by name and state: what adapters that read files have in common.
//!
//! Names and states are no values of records, and yet no name goes to a log: `Debug` shows none.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::fs::{File, Metadata, read_dir};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// A file in a directory, by name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named {
    /// The name as text: what tells the file from every other.
    pub key: String,
    name: OsString,
}

/// A file and the state in which it was found.
#[derive(Clone)]
pub struct Listed {
    /// The name as text: what tells the file from every other.
    pub key: String,
    /// Its state; `None` when it may not be looked at.
    pub state: Option<State>,
    /// Where it is.
    pub path: PathBuf,
}

/// What changes when a file's content does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// The size in bytes.
    pub size: u64,
    /// The moment of the last change.
    pub modified: SystemTime,
}

/// The names of the files directly within a directory, in order. Hidden files are none, nor is what `is_data` does not take.
///
/// # Errors
/// What kept the directory from being read.
pub fn list(directory: &Path, is_data: impl Fn(&str) -> bool) -> io::Result<Vec<Named>> {
    let mut names = Vec::new();
    for entry in read_dir(directory)? {
        let name = entry?.file_name();
        let key = key(&name);
        if !key.starts_with('.') && is_data(&key) {
            names.push(Named { key, name });
        }
    }
    names.sort_unstable();
    Ok(names)
}

/// A name as text. Bytes that are no text are written as escapes, so that two names never become one.
fn key(name: &OsStr) -> String {
    match name.to_str() {
        Some(text) => text.to_owned(),
        None => name.as_encoded_bytes().escape_ascii().to_string(),
    }
}

impl State {
    /// The state that the file system reports.
    pub fn of(metadata: &Metadata) -> Self {
        Self { size: metadata.len(), modified: metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH) }
    }

    /// As text, for those that remember it.
    pub fn text(self) -> String {
        let since = self.modified.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        format!("{}-{}", self.size, since.as_nanos())
    }
}

impl Listed {
    /// Looks at the state of a file; `None` of what vanished since, and of what is no file.
    pub fn look(directory: &Path, named: &Named) -> Option<Self> {
        let path = directory.join(&named.name);
        let state = match path.metadata() {
            Ok(metadata) if metadata.is_file() => Some(State::of(&metadata)),
            Ok(_) => return None,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
            Err(_) => None,
        };
        Some(Self { key: named.key.clone(), state, path })
    }

    /// Its state as text, for those that remember it; nothing when it may not be looked at.
    pub fn fingerprint(&self) -> String {
        self.state.map_or_else(String::new, State::text)
    }

    /// Opens the file for reading.
    ///
    /// # Errors
    /// What kept it from being opened.
    pub fn open(&self) -> io::Result<File> {
        File::open(&self.path)
    }

    /// Whether the opened file is in another state than it was found in.
    pub fn changed(&self, file: &File) -> bool {
        file.metadata().ok().map(|metadata| State::of(&metadata)) != self.state
    }

    /// Whether the file that has the name now is still in the state it was found in.
    pub fn stands(&self) -> bool {
        self.path.metadata().ok().map(|metadata| State::of(&metadata)) == self.state
    }
}

impl fmt::Debug for Named {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Named")
    }
}

impl fmt::Debug for Listed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Listed({:?})", self.state)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn files_are_found_in_order_of_name_and_hidden_ones_and_folders_are_none() {
        let directory = tempfile::tempdir().unwrap();
        for name in ["b.xml", "a.xml", ".c.xml", "d.txt"] {
            std::fs::write(directory.path().join(name), name).unwrap();
        }
        std::fs::create_dir(directory.path().join("e.xml")).unwrap();
        let named = list(directory.path(), |key| key != "d.txt").unwrap();
        let listed: Vec<Listed> = named.iter().filter_map(|named| Listed::look(directory.path(), named)).collect();
        let keys: Vec<&str> = listed.iter().map(|file| file.key.as_str()).collect();
        assert_eq!(keys, ["a.xml", "b.xml"]);
        let file = listed[0].open().unwrap();
        assert!(listed[0].stands() && !listed[0].changed(&file));
        std::fs::write(&listed[0].path, "longer than before").unwrap();
        assert!(!listed[0].stands() && listed[0].changed(&file));
        assert!(!format!("{named:?}{listed:?}").contains("xml"));
    }
}
