//! What happens to a file once it was taken in.

use crate::folder::Folder;
use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;
use schakel_api::directory::Listed;
use std::fs::{hard_link, remove_file};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// What happens to a file once it was taken in.
#[derive(Debug)]
pub(crate) enum Sweep {
    /// It is deleted.
    Delete,
    /// It goes to this folder.
    Move(PathBuf),
}

/// How many files of one name a folder may hold.
const MOST_OF_A_NAME: usize = 10_000;

impl Sweep {
    /// Clears a file away, with what stands beside it. One that was written anew meanwhile stays.
    ///
    /// # Errors
    /// What kept it from going. The same call later goes on.
    pub(crate) fn clear(&self, folder: &Folder, file: &Listed) -> io::Result<()> {
        if !file.stands() {
            return Ok(());
        }
        // What says that the file is whole goes first: left alone it would speak for the next file of this name.
        if let Some(companion) = folder.companion(&file.path) {
            self.away(&companion)?;
        }
        self.away(&file.path)
    }

    fn away(&self, path: &Path) -> io::Result<()> {
        let done = match self {
            Self::Delete => remove_file(path),
            Self::Move(folder) => moved(path, folder),
        };
        match done {
            // Somebody else was first.
            Err(error) if error.kind() == ErrorKind::NotFound && !path.exists() => Ok(()),
            done => done,
        }
    }
}

/// Moves a file into a folder, under its own name, or with a number behind it where that name is taken.
fn moved(path: &Path, folder: &Path) -> io::Result<()> {
    let name = path.file_name().ok_or(ErrorKind::InvalidInput)?;
    for number in 0..MOST_OF_A_NAME {
        let mut name = name.to_owned();
        if number > 0 {
            name.push(format!(".{number}"));
        }
        match renamed(path, &folder.join(name)) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            done => return done,
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

/// Renames a file and never overwrites another. Across file systems it fails.
fn renamed(from: &Path, to: &Path) -> io::Result<()> {
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        // Some file systems know no such renaming, but all that are used for exchange know a second name.
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {
            hard_link(from, to)?;
            remove_file(from)
        }
        done => Ok(done?),
    }
}
