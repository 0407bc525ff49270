//! Which files there are in a directory, in what state, and whether they are whole yet.

use glob::Pattern;
use schakel_api::directory::{Listed, Named, State, list};
use schemars::JsonSchema;
use serde::Deserialize;
use std::fs::read_to_string;
use std::io;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// The files of one flow in a directory.
#[derive(Debug)]
pub(crate) struct Folder {
    pub(crate) directory: PathBuf,
    pub(crate) pattern: Pattern,
    pub(crate) ready: Ready,
}

/// What says that a file is whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Ready {
    /// A file with the same name and .ready behind it, written afterwards.
    Marker,
    /// A file with the same name and .manifest behind it, with one line: the size in bytes and the name, as
    /// `wc -c NAME` prints it.
    Manifest,
    /// It was not changed for so many seconds, by the clocks of this machine and of the directory's: they must agree.
    AgeSeconds(u32),
}

impl Default for Ready {
    fn default() -> Self {
        Self::AgeSeconds(10)
    }
}

/// A file, the state in which it was found, and whether it was whole.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) file: Listed,
    /// Whether nobody writes it any more.
    pub(crate) ready: bool,
}

impl Deref for Found {
    type Target = Listed;

    fn deref(&self) -> &Listed {
        &self.file
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
        list(&self.directory, |key| {
            let lower = key.to_lowercase();
            !NO_DATA.iter().any(|end| lower.ends_with(end)) && self.pattern.matches(key)
        })
    }

    /// Looks at the state of these files. What vanished since, and what is no file, is left out.
    pub(crate) fn look(&self, names: &[Named], now: SystemTime) -> Vec<Found> {
        let look = |named: &Named| {
            let file = Listed::look(&self.directory, named)?;
            let ready = file.state.is_none_or(|state| self.is_ready(&file.key, &file.path, state, now));
            Some(Found { file, ready })
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

/// Whether a manifest is about this file: one line with the size in bytes and the name, as `wc -c NAME` prints it.
fn agrees(manifest: &Path, name: &str, state: State) -> bool {
    let is_small = manifest.metadata().is_ok_and(|metadata| metadata.len() < 4096);
    let text = if is_small { read_to_string(manifest).ok() } else { None };
    let told = text.as_deref().and_then(|text| text.trim().split_once(' '));
    told.is_some_and(|(size, told)| size.parse() == Ok(state.size) && told.trim_start() == name)
}
