//! Puts a file into a directory: whole, or not at all.

use std::fs::{File, OpenOptions, Permissions, remove_file, rename};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// Its owner writes, its group reads, nobody else does anything.
const MODE: u32 = 0o640;

/// Writes a file under a hidden name, and gives it its own name when it is on disk. A file that has the name already is
/// replaced: the same name is only given to the same bytes, or to a later version under the same key.
///
/// # Errors
/// What kept it from being written. Then the name is as it was before.
pub(crate) fn put(directory: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    // Opened first: who cannot read it could not tell afterwards whether the name is on disk.
    let opened = File::open(directory)?;
    let part = directory.join(format!(".{name}.part"));
    let whole = written(&part, bytes).and_then(|()| rename(&part, directory.join(name)));
    if let Err(error) = whole {
        // What is left of it would be overwritten by the next try; it may be that even this fails.
        let _ = remove_file(&part);
        return Err(error);
    }
    // The name is on disk when its directory is.
    opened.sync_all()
}

fn written(part: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(MODE).open(part)?;
    file.set_permissions(Permissions::from_mode(MODE))?;
    file.write_all(bytes)?;
    file.sync_all()
}
