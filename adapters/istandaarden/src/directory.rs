//! Which files there are in a directory of messages.

use schakel_api::directory::{Listed, Named, list};
use std::io;
use std::path::{Path, PathBuf};

/// The largest file that a message may be: 25 MB (OP179).
pub(crate) const LARGEST: u64 = 25 * 1024 * 1024;

/// A directory of messages.
#[derive(Debug)]
pub(crate) struct Directory(PathBuf);

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
        let is_message = |key: &str| Path::new(key).extension().is_some_and(|end| end.eq_ignore_ascii_case("xml"));
        list(&self.0, is_message)
    }

    /// Looks at the state of these files. What vanished since, and what is no file, is left out.
    pub(crate) fn look(&self, names: &[Named]) -> Vec<Listed> {
        names.iter().filter_map(|named| Listed::look(&self.0, named)).collect()
    }
}
