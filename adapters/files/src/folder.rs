//! Which files there are in a directory, in what state, and whether they are whole yet.

use crate::settings::Ready;
use glob::{MatchOptions, Pattern};
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

/// A file and the state in which it was found.
#[derive(Debug, Clone)]
pub(crate) struct Listed {
    /// The name: what tells the file from every other.
    pub(crate) name: String,
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
    /// that are being written are none. A name that is no text is none either: no pattern says it.
    ///
    /// # Errors
    /// What kept the directory from being read.
    pub(crate) fn list(&self) -> io::Result<Vec<String>> {
        let options = MatchOptions { case_sensitive: true, ..MatchOptions::new() };
        let mut names = Vec::new();
        for entry in read_dir(&self.directory)? {
            let Ok(name) = entry?.file_name().into_string() else { continue };
            let lower = name.to_lowercase();
            let is_data = !name.starts_with('.') && !NO_DATA.iter().any(|end| lower.ends_with(end));
            if is_data && self.pattern.matches_with(&name, options) {
                names.push(name);
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    /// Looks at the state of these files. What vanished since, and what is no file, is left out.
    pub(crate) fn look(&self, names: &[String], now: SystemTime) -> Vec<Listed> {
        let look = |name: &String| {
            let path = self.directory.join(name);
            let state = match path.metadata() {
                Ok(metadata) if metadata.is_file() => Some(State::of(&metadata)),
                Ok(_) => return None,
                Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
                Err(_) => None,
            };
            let ready = state.is_none_or(|state| self.is_ready(name, state, now));
            Some(Listed { name: name.clone(), state, ready, path })
        };
        names.iter().filter_map(look).collect()
    }

    /// What stands beside a file to say that it is whole.
    pub(crate) fn companion(&self, name: &str) -> Option<PathBuf> {
        match self.ready {
            Ready::AgeSeconds(_) => None,
            Ready::Marker => Some(self.directory.join(format!("{name}{MARKER}"))),
            Ready::Manifest => Some(self.directory.join(format!("{name}{MANIFEST}"))),
        }
    }

    fn is_ready(&self, name: &str, state: State, now: SystemTime) -> bool {
        let Ready::AgeSeconds(seconds) = self.ready else {
            return self.companion(name).is_some_and(|companion| match self.ready {
                Ready::Manifest => agrees(&companion, name, state),
                // A marker that is older than the file was about what stood there before.
                _ => companion.metadata().is_ok_and(|marker| State::of(&marker).modified >= state.modified),
            });
        };
        // A moment that lies ahead says that the clocks differ: the file waits until it has passed.
        now.duration_since(state.modified).is_ok_and(|age| age >= Duration::from_secs(seconds.into()))
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
