//! The directory that messages are laid out in.

use std::fs;
use std::io;
use std::path::Path;

/// Writes one file such that a reader sees it whole or not at all: under a hidden name first, then in place.
pub(crate) fn lay_out(directory: &Path, name: &str, text: &str) -> io::Result<()> {
    let hidden = directory.join(format!(".{name}.part"));
    fs::write(&hidden, text)?;
    fs::rename(hidden, directory.join(name))
}
