use super::folders::takes_files;
use crate::config::{Diagnostics, Flow, Installation, StoreSettings};
use crate::engine::{environment, not_adopted};
use crate::store::{Store, StoreError};
use schakel_api::contract::SettingError;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

/// What the store says when an earlier release made its tables, which `run` brings up to date.
const OLDER: StoreError = StoreError::Broken("its tables are older than this program");

/// Looks whether `run` could work on the store, and whether the flows that are on may be. A store that is not there yet
/// is made by `run`; nothing is made or changed here, so that this can be asked beside the daemon. Who has no key to the
/// store looks at its folder only.
pub(super) async fn check(installation: &Installation, keyed: bool, found: &mut Diagnostics) {
    let StoreSettings { url, key, url_at, key_at } = &installation.store;
    let at_url = |message: String| SettingError::new(url_at.clone(), message);
    let file = &installation.settings;
    let path = Path::new(url.strip_prefix("sqlite:").unwrap_or(url));
    if let Err(error) = folder(path) {
        found.add(file, SettingError { span: url_at.clone(), ..error });
        return;
    }
    if !keyed {
        return;
    }
    if !path.exists() {
        found.extend(file, not_adopted(flows(installation), None).into_iter().flatten().map(|flow| adopt(&flow)));
        return;
    }
    let error = match Store::open_read(url, key) {
        Ok(store) => match look(installation, &store).await {
            Ok(mistakes) => return found.extend(file, mistakes),
            Err(error) => error,
        },
        Err(error) => error,
    };
    match error {
        error if error == OLDER => {
            let warning = at_url("the tables of this store are of an earlier release".to_owned());
            found.warn(file, warning.help("`schakel run` brings them up to date; keep a copy of the store until then"));
        }
        StoreError::WrongKey => {
            let error = SettingError::new(key_at.clone(), error.to_string());
            found.add(file, error.help("without that key nobody can read the store: look for it in the backups"));
        }
        StoreError::Broken(why) => found.add(file, at_url(format!("this file cannot be used: {why}"))),
        StoreError::Unavailable(ErrorKind::PermissionDenied) => {
            let error = at_url("this file may not be read and written".to_owned());
            found.add(file, error.help("it belongs to the user that runs the daemon"));
        }
        error => found.add(file, at_url(error.to_string())),
    }
}

/// Whether the folder of the store is there and takes files.
fn folder(path: &Path) -> Result<(), SettingError> {
    if path.is_dir() {
        return Err(SettingError::new(0..0, "this is a folder, and the store is a file"));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() {
        return Err(SettingError::new(0..0, "the folder of the store is not there, or it may not be looked at")
            .help("make it, and let the user that runs the daemon write in it"));
    }
    match takes_files(folder) {
        true => Ok(()),
        false => Err(SettingError::new(0..0, "no file can be made in the folder of the store")
            .help("it is written by the user that runs the daemon, and needs room on its disk")),
    }
}

/// What the store says against these settings.
async fn look(installation: &Installation, store: &Store) -> Result<Vec<SettingError>, StoreError> {
    let flows = flows(installation);
    let (made_for, flows) = store.read(move |tx| Ok((tx.environment()?, not_adopted(flows, Some(tx))?))).await?;
    let here = environment(installation.environment);
    if let Some(other) = made_for.filter(|made_for| made_for != here) {
        // Then it is another store that has to be named, and what this one knows of flows says nothing.
        let message = format!("this store was made for the environment `{other}`, and these settings are for `{here}`");
        let error = SettingError::new(installation.store.url_at.clone(), message);
        return Ok(vec![error.help("each environment has a store of its own")]);
    }
    Ok(flows.iter().map(|flow| adopt(flow)).collect())
}

fn flows(installation: &Installation) -> Vec<Arc<Flow>> {
    installation.links.iter().flat_map(|link| &link.flows).cloned().collect()
}

fn adopt(flow: &Flow) -> SettingError {
    let message = "this flow may not be on yet: nobody compared it with what its target holds";
    SettingError::new(flow.mode_at.clone(), message)
        .help("`schakel adopt` compares both sides; or `target-empty = true` says that the target holds nothing yet")
}

#[cfg(test)]
mod tests;
