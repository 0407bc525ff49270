//! Which files there are in a directory, in what state, and whether they are whole yet.

use crate::settings::Ready;
use glob::Pattern;
use std::ffi::{OsStr, OsString};
use std::fs::{File, Metadata, read_dir, read_to_string};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// The files of one flow in a directory.
#[derive(Debug)]
pub(crate) struct Folder {
    pub(crate) directory: PathBuf,
    pub(crate) pattern: Pattern,
    pub(crate) ready: Ready,
}

/// A file in the directory, by name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Named {
    /// The name as text: what tells the file from every other.
    pub(crate) key: String,
    name: OsString,
}

/// A file and the state in which it was found.
#[derive(Debug, Clone)]
pub(crate) struct Listed {
    /// The name as text: what tells the file from every other.
    pub(crate) key: String,
    /// Its state; `None` when it may not be looked at.
    pub(crate) state: Option<State>,
    /// Whether nobody writes it any more.
    pub(crate) ready: bool,
    pub(crate) path: PathBuf,
}

/// What changes when a file's content does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct State {
    /// The size in bytes.
    pub(crate) size: u64,
    /// The moment of the last change.
    pub(crate) modified: SystemTime,
}

impl State {
    /// The state that the file system reports.
    fn of(metadata: &Metadata) -> Self {
        Self { size: metadata.len(), modified: metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH) }
    }

    /// As text, for those that remember it.
    pub(crate) fn text(&self) -> String {
        let since = self.modified.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        format!("{}-{}", self.size, since.as_nanos())
    }
}

/// What files are called while they are written, and what stands beside them when they are whole.
const NO_DATA: [&str; 4] = [".part", ".tmp", MARKER, MANIFEST];

/// Behind the name of a file that is whole.
pub(crate) const MARKER: &str = ".ready";

/// Behind the name of a file whose size it tells.
pub(crate) const MANIFEST: &str = ".manifest";

impl Folder {
    /// The names of the files directly within the directory, in order. Hidden files and those with the names of files
    /// that are being written are none.
    ///
    /// # Errors
    /// What kept the directory from being read.
    pub(crate) fn list(&self) -> io::Result<Vec<Named>> {
        let mut names = Vec::new();
        for entry in read_dir(&self.directory)? {
            let name = entry?.file_name();
            let key = key(&name);
            let lower = key.to_lowercase();
            let is_data = !key.starts_with('.') && !NO_DATA.iter().any(|end| lower.ends_with(end));
            if is_data && self.pattern.matches(&key) {
                names.push(Named { key, name });
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    /// Looks at the state of these files. What vanished since, and what is no file, is left out.
    pub(crate) fn look(&self, names: &[Named], now: SystemTime) -> Vec<Listed> {
        let look = |named: &Named| {
            let path = self.directory.join(&named.name);
            let state = match path.metadata() {
                Ok(metadata) if metadata.is_file() => Some(State::of(&metadata)),
                Ok(_) => return None,
                Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
                Err(_) => None,
            };
            let ready = state.is_none_or(|state| self.is_ready(&named.key, &path, state, now));
            Some(Listed { key: named.key.clone(), state, ready, path })
        };
        names.iter().filter_map(look).collect()
    }

    /// What stands beside a file to say that it is whole.
    pub(crate) fn companion(&self, file: &Path) -> Option<PathBuf> {
        let end = match self.ready {
            Ready::AgeSeconds(_) => return None,
            Ready::Marker => MARKER,
            Ready::Manifest => MANIFEST,
        };
        let mut path = file.as_os_str().to_owned();
        path.push(end);
        Some(path.into())
    }

    fn is_ready(&self, key: &str, path: &Path, state: State, now: SystemTime) -> bool {
        let beside = self.companion(path).unwrap_or_default();
        match self.ready {
            // A moment that lies ahead says that the clocks differ: the file waits until it has passed.
            Ready::AgeSeconds(seconds) => {
                now.duration_since(state.modified).is_ok_and(|age| age >= Duration::from_secs(seconds.into()))
            }
            // A marker that is older than the file was about what stood there before.
            Ready::Marker => beside.metadata().is_ok_and(|marker| State::of(&marker).modified >= state.modified),
            Ready::Manifest => agrees(&beside, key, state),
        }
    }
}

/// A name as text. Bytes that are no text are written as escapes, so that two names never become one.
fn key(name: &OsStr) -> String {
    match name.to_str() {
        Some(text) => text.to_owned(),
        None => name.as_encoded_bytes().escape_ascii().to_string(),
    }
}

/// Whether a manifest is about this file: one line with the size in bytes and the name, as `wc -c NAME` prints it.
fn agrees(manifest: &Path, name: &str, state: State) -> bool {
    let is_small = manifest.metadata().is_ok_and(|metadata| metadata.len() < 4096);
    let text = if is_small { read_to_string(manifest).ok() } else { None };
    let told = text.as_deref().and_then(|text| text.trim().split_once(' '));
    told.is_some_and(|(size, told)| size.parse() == Ok(state.size) && told.trim_start() == name)
}

impl Listed {
    /// Opens the file for reading.
    ///
    /// # Errors
    /// What kept it from being opened.
    pub(crate) fn open(&self) -> io::Result<File> {
        File::open(&self.path)
    }

    /// Whether the opened file is in another state than it was found in.
    pub(crate) fn changed(&self, file: &File) -> bool {
        file.metadata().ok().map(|metadata| State::of(&metadata)) != self.state
    }

    /// Whether the file that has the name now is still in the state it was found in.
    pub(crate) fn stands(&self) -> bool {
        self.path.metadata().ok().map(|metadata| State::of(&metadata)) == self.state
    }
}
