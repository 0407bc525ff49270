use crate::config::{Diagnostics, Installation};
use schakel_api::contract::SettingError;
use std::path::Path;

/// Warns of folders in which a flow that runs makes files or clears them away, and this user cannot. Who asks is not always
/// the user that runs the daemon, so it is no mistake.
pub(super) fn check(installation: &Installation, found: &mut Diagnostics) {
    for flow in installation.flows().filter(|flow| flow.mode.runs()) {
        let target = flow.to.as_ref().and_then(|to| Some((to.target.writes()?, &to.at)));
        let cleared = flow.source.clears().into_iter().map(|folder| (folder, &flow.from_at));
        for (folder, at) in target.into_iter().chain(cleared) {
            if !takes_files(&folder) {
                let message = "this user can make no file in a folder that the flow writes to or clears";
                let warning = SettingError::new(at.clone(), message);
                found.warn(&installation.settings, warning.help(HELP));
            }
        }
    }
}

const HELP: &str = "the user that runs the daemon must: give it the rights, and in its unit `ReadWritePaths=`";

/// Whether a file can be made there. It has no name, and is gone when it is closed.
pub(super) fn takes_files(folder: &Path) -> bool {
    tempfile::tempfile_in(folder).is_ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_folder_takes_files_and_one_that_is_gone_takes_none() {
        let folder = tempfile::TempDir::new().unwrap();
        assert!(takes_files(folder.path()));
        assert!(!takes_files(&folder.path().join("gone")));
    }
}
