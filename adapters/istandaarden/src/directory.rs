//! Which files there are in a directory of messages, and in what state.

use std::ffi::OsString;
use std::fs::{File, Metadata, read_dir};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The largest file that a message may be: 25 MB (OP179).
pub(crate) const LARGEST: u64 = 25 * 1024 * 1024;

/// A directory of messages.
#[derive(Debug)]
pub(crate) struct Directory(PathBuf);

/// A file in the directory, by name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Named {
    /// The name as text: what tells the file from every other.
    pub(crate) key: String,
    name: OsString,
}

/// A file and the state in which it was found.
#[derive(Debug)]
pub(crate) struct Listed {
    /// The name as text: what tells the file from every other.
    pub(crate) key: String,
    /// Its state; `None` when it may not be looked at.
    pub(crate) state: Option<State>,
    path: PathBuf,
}

/// What changes when a file's content does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct State {
    /// The size in bytes.
    pub(crate) size: u64,
    /// The moment of the last change, in nanoseconds since 1970.
    modified: u128,
}

impl State {
    /// The state that the file system reports.
    pub(crate) fn of(metadata: &Metadata) -> Self {
        let since = metadata.modified().ok().and_then(|moment| moment.duration_since(SystemTime::UNIX_EPOCH).ok());
        Self { size: metadata.len(), modified: since.map_or(0, |since| since.as_nanos()) }
    }
}

impl Directory {
    /// The directory at a path.
    pub(crate) fn new(path: PathBuf) -> Self {
        Self(path)
    }

    /// The messages directly within it, in order of name: hidden files and other extensions are none.
    ///
    /// # Errors
    /// What kept the directory from being read.
    pub(crate) fn list(&self) -> io::Result<Vec<Named>> {
        let mut names = Vec::new();
        for entry in read_dir(&self.0)? {
            let name = entry?.file_name();
            let is_message =
                Path::new(&name).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xml"));
            if is_message && !name.as_encoded_bytes().starts_with(b".") {
                names.push(Named { key: key(&name), name });
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    /// Looks at the state of these files. What vanished since, and what is no file, is left out.
    pub(crate) fn look(&self, names: &[Named]) -> Vec<Listed> {
        let look = |named: &Named| {
            let path = self.0.join(&named.name);
            let state = match path.metadata() {
                Ok(metadata) if metadata.is_file() => Some(State::of(&metadata)),
                Ok(_) => return None,
                Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
                Err(_) => None,
            };
            Some(Listed { key: named.key.clone(), state, path })
        };
        names.iter().filter_map(look).collect()
    }
}

/// A name as text. Bytes that are no text are written as escapes, so that two names never become one.
fn key(name: &OsString) -> String {
    match name.to_str() {
        Some(text) => text.to_owned(),
        None => name.as_encoded_bytes().escape_ascii().to_string(),
    }
}

impl Listed {
    /// The state as text, for those that remember it.
    pub(crate) fn fingerprint(&self) -> String {
        self.state.map_or_else(String::new, |state| format!("{}-{}", state.size, state.modified))
    }

    /// Opens the file for reading.
    ///
    /// # Errors
    /// What kept it from being opened.
    pub(crate) fn open(&self) -> io::Result<File> {
        File::open(&self.path)
    }

    /// Whether the file is in another state than it was found in.
    pub(crate) fn changed(&self, file: &File) -> bool {
        file.metadata().ok().map(|metadata| State::of(&metadata)) != self.state
    }
}
