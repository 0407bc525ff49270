//! Where the official schemas and examples are, which are not part of this repository.

use std::path::PathBuf;
use std::process::Command;

/// A folder of the official material, when it is there: under `SCHAKEL_SHARED`, or beside the repository.
pub(crate) fn folder(name: &str) -> Option<PathBuf> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let folder = std::env::var_os("SCHAKEL_SHARED").map_or_else(beside, PathBuf::from).join("istandaarden").join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("SKIPPED: there is no folder {}", folder.display());
    None
}

/// Whether a file follows a schema; `None` when `xmllint` is not there.
pub(crate) fn follows(schema: &std::path::Path, file: &std::path::Path) -> Option<bool> {
    let output = Command::new("xmllint").arg("--noout").arg("--nonet").arg("--schema").arg(schema).arg(file).output();
    if output.is_err() {
        println!("SKIPPED: there is no xmllint");
    }
    Some(output.ok()?.status.success())
}
