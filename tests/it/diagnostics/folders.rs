//! A flow that reads files and clears them away, and what `validate` says without credentials.

use super::installation::{FROM, Installation, SETTINGS};
use serde_json::Value;

/// The installation, in which indications come from files in this folder and are deleted there.
fn clearing(folder: &str) -> Installation {
    let system = format!("[link.front-office.bestanden]\nadapter = \"files\"\ndirectory = \"{folder}\"\n\n");
    let from = "system = \"bestanden\"\nfiles = \"*.json\"\nformat = \"json\"\nafter = \"delete\"\n";
    let rest = "system = \"regie\"\npath = \"/indicaties\"\n";
    let paging = "paging = { next = \"$.volgende\", parameter = \"na\", since = \"$.gewijzigd\" }\n";
    let heading = "[link.back-office.pakket]";
    let installation = Installation::new().with(SETTINGS, rest, from).with(SETTINGS, paging, "");
    installation.with(SETTINGS, heading, &(system + heading))
}

#[test]
fn a_folder_that_a_flow_clears_and_this_user_cannot_write_is_a_warning() {
    let (code, plain) = clearing("berichten").validated(&[]);
    assert_eq!((code, plain["warnings"].as_array().unwrap().len()), (0, 0), "{plain:#}");
    // Nobody makes files there, not even root.
    let (code, plain) = clearing("/proc/self").validated(&[]);
    let warning = &plain["warnings"][0];
    assert_eq!((code, plain["warnings"].as_array().unwrap().len()), (0, 1), "{plain:#}");
    assert_eq!(warning["message"], "this user can make no file in a folder that the flow writes to or clears");
    assert!(warning["help"].as_str().unwrap().contains("ReadWritePaths="), "{warning}");
}

#[test]
fn a_flow_in_shadow_clears_no_files_away() {
    let installation = clearing("berichten").with(SETTINGS, "mode = \"on\"", "mode = \"shadow\"");
    let (code, plain) = installation.validated(&[]);
    assert_eq!((code, plain["mistakes"].as_array().unwrap().len()), (78, 1), "{plain:#}");
    let message = "a flow in shadow clears no files away: nothing of them was delivered";
    assert_eq!(plain["mistakes"][0]["message"], message);
    assert_eq!(clearing("berichten").with(SETTINGS, "mode = \"on\"", "mode = \"off\"").validated(&[]).0, 0);
}

#[test]
fn without_credentials_everything_else_is_checked() {
    let installation = Installation::new();
    installation.make_store();
    std::fs::remove_dir_all(installation.path("credentials")).unwrap();
    assert_eq!(installation.run(&["validate"]).code, 78);
    let ended = installation.run(&["validate", "--without-credentials"]);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""));
    assert!(ended.out.ends_with("; credentials and store were not looked at\n"), "{}", ended.out);
    assert_eq!(installation.run(&["validate", "--without-credentials", "--connect"]).code, 64);

    let wrong = installation.with(FROM, "provider = {", "provder = {");
    let ended = wrong.run(&["validate", "--without-credentials", "--log-format", "json"]);
    let told: Value = serde_json::from_str(&ended.err).unwrap();
    assert_eq!((ended.code, &told["message"], &told["mistakes"]), (78, &"the settings are wrong".into(), &1.into()));
}

#[test]
fn what_is_found_is_an_object_a_line_where_logs_are_for_programs() {
    let ended = clearing("/proc/self").run(&["validate", "--log-format", "json"]);
    let told: Value = serde_json::from_str(&ended.err).unwrap();
    assert_eq!((ended.code, &told["level"], &told["warnings"]), (0, &"WARN".into(), &1.into()));
    let installation = Installation::new();
    let text = std::fs::read_to_string(installation.path(SETTINGS)).unwrap();
    installation.write(SETTINGS, text.replacen("target-empty = true\n", "", 1));
    let ended = installation.run(&["validate", "--log-format", "json"]);
    let told: Value = serde_json::from_str(&ended.err).unwrap();
    assert_eq!((ended.code, &told["level"], &told["mistakes"]), (78, &"ERROR".into(), &1.into()));
}
