use super::Common;
use super::exit::{Exit, Failure};
use super::output::Output;
use crate::config::store_key_name;
use crate::privacy::MasterKey;
use clap::Subcommand;
use serde::Serialize;
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make a new key and write it to a file, which must not exist yet
    Init {
        /// The file [default: the credential that the settings name, in the directory with credentials]
        file: Option<PathBuf>,
    },
}

#[derive(Serialize)]
struct Made {
    file: PathBuf,
}

/// Makes keys.
pub(super) fn keys(common: &Common, command: Command, output: Output) -> Result<Exit, Failure> {
    let Command::Init { file } = command;
    let file = match file {
        Some(file) => file,
        None => credential(common)?,
    };
    let key = MasterKey::generate().map_err(|_| Failure::bug("the machine gives no random bytes"))?;
    write_secret(&file, &key)?;
    output.print(&Made { file }, |made| {
        format!(
            "a new key is in {}\nKeep a copy apart from the store: without it nothing in the store can be read.\n",
            made.file.display()
        )
    })?;
    Ok(Exit::Done)
}

/// Where the settings expect the key. They need not be right otherwise: without the key they cannot be.
fn credential(common: &Common) -> Result<PathBuf, Failure> {
    let directory = common
        .credentials_directory()
        .ok_or_else(|| Failure::usage("say where: give a file, --credentials or CREDENTIALS_DIRECTORY"))?;
    let path = common.config.display().to_string();
    let text = std::fs::read_to_string(&common.config).map_err(|error| Failure::io(&path, &error))?;
    let name = store_key_name(&text);
    name.map(|name| directory.join(name)).ok_or_else(|| Failure::usage(format!("{path} names no key in [store]")))
}

/// Writes a secret to a new file that nobody else may read.
pub(super) fn write_secret(file: &Path, secret: &str) -> Result<(), Failure> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)
        .and_then(|mut opened| opened.write_all(secret.as_bytes()).and_then(|()| opened.sync_all()))
        .map_err(|error| Failure::io(&file.display().to_string(), &error))
}
