use crate::world::{Ended, copy, repository};
use insta::assert_snapshot;
use serde_json::Value;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;
use tempfile::TempDir;

/// The example installation with its credentials, and no system to speak to.
struct Installation(TempDir);

/// A mistake that somebody makes in a file: after a text that occurs once, another text.
struct Mistake {
    what: &'static str,
    file: &'static str,
    after: &'static str,
    from: &'static str,
    to: &'static str,
}

const SETTINGS: &str = "schakel.toml";
const FROM_FRONT_OFFICE: &str = "mappings/regie-indication.toml";
const TO_BACK_OFFICE: &str = "mappings/package-indication.toml";
const UNITS: &str = "tables/units.csv";

const MISTAKES: [Mistake; 11] = [
    Mistake { what: "unknown key", file: SETTINGS, after: "stream = \"indication\"", from: "withhold", to: "withold" },
    Mistake {
        what: "missing credential",
        file: SETTINGS,
        after: "[link.back-office.package]",
        from: "package-token",
        to: "pakket-token",
    },
    Mistake {
        what: "unknown adapter",
        file: SETTINGS,
        after: "[link.back-office.messages]",
        from: "istandaarden",
        to: "istandarden",
    },
    Mistake { what: "wrong type", file: SETTINGS, after: "stream = \"assignment\"", from: "true", to: "\"ja\"" },
    Mistake {
        what: "unknown system",
        file: SETTINGS,
        after: "stream = \"request\"",
        from: "\"messages\"",
        to: "\"mesages\"",
    },
    Mistake { what: "wrong side", file: SETTINGS, after: "stream = \"start\"", from: "\"regie\"", to: "\"package\"" },
    Mistake { what: "bad schedule", file: SETTINGS, after: "stream = \"stop\"", from: "Mon-Fri", to: "1-5" },
    Mistake {
        what: "bad JSONPath",
        file: FROM_FRONT_OFFICE,
        after: "[fields]",
        from: "$.client.bsn",
        to: "$.client.[bsn]",
    },
    Mistake {
        what: "required field missing",
        file: FROM_FRONT_OFFICE,
        after: "[fields]",
        from: "provider = {",
        to: "# provider = {",
    },
    Mistake { what: "unknown field", file: TO_BACK_OFFICE, after: "[body]", from: "\"start\"", to: "\"strat\"" },
    Mistake { what: "bad table row", file: UNITS, after: "from;to", from: "uur;04;;", to: "uur;04;1-1-2026;" },
];

impl Installation {
    fn example() -> Self {
        let installation = Self(TempDir::new().unwrap());
        copy(&repository().join("config"), installation.0.path());
        for folder in ["messages", "exports", "credentials"] {
            std::fs::create_dir(installation.path(folder)).unwrap();
        }
        for name in ["regie-token", "package-token"] {
            std::fs::write(installation.path("credentials").join(name), "a-token").unwrap();
        }
        let key = installation.path("credentials/store-key");
        assert_eq!(schakel(&["keys", "init", key.to_str().unwrap()]).code, 0);
        installation
    }

    fn with<'m>(mistakes: impl IntoIterator<Item = &'m Mistake>) -> Self {
        let installation = Self::example();
        for mistake in mistakes {
            installation.make(mistake);
        }
        installation
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn make(&self, mistake: &Mistake) {
        let text = std::fs::read_to_string(self.path(mistake.file)).unwrap();
        let (before, after) = text.split_once(mistake.after).unwrap();
        assert!(after.contains(mistake.from), "{}", mistake.what);
        let after = after.replacen(mistake.from, mistake.to, 1);
        std::fs::write(self.path(mistake.file), format!("{before}{}{after}", mistake.after)).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Ended {
        let (config, credentials) = (self.path(SETTINGS), self.path("credentials"));
        let places = ["--config", config.to_str().unwrap(), "--credentials", credentials.to_str().unwrap()];
        schakel(&[arguments, &places].concat())
    }

    /// What `validate` finds, as programs read it; it must find something.
    fn mistakes(&self) -> Vec<Value> {
        let ended = self.run(&["validate", "--format", "json"]);
        assert_eq!((ended.code, ended.err.as_str()), (78, ""));
        let found: Value = serde_json::from_str(&ended.out).unwrap();
        found["mistakes"].as_array().unwrap().clone()
    }
}

fn schakel(arguments: &[&str]) -> Ended {
    let mut command = Command::new(env!("CARGO_BIN_EXE_schakel"));
    command.args(arguments).env_remove("CREDENTIALS_DIRECTORY").output().unwrap().into()
}

#[test]
fn the_example_is_right() {
    let installation = Installation::example();
    let ended = installation.run(&["validate"]);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""));
    let ended = installation.run(&["validate", "--format", "json"]);
    let answer: Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!((ended.code, &answer["mistakes"], &answer["flows"]), (0, &Value::Array(Vec::new()), &Value::from(11)));
}

#[test]
fn all_mistakes_are_told_in_one_run() {
    let installation = Installation::with(&MISTAKES);
    assert_eq!(installation.mistakes().len(), MISTAKES.len());
    let ended = installation.run(&["validate"]);
    assert_eq!((ended.code, ended.out.as_str()), (78, ""));
    assert_snapshot!("mistakes", ended.err);
    assert_snapshot!("mistakes_json", installation.run(&["validate", "--format", "json"]).out);
}

#[test]
fn a_mistake_is_told_alone_as_it_is_among_others_and_has_no_consequences() {
    let all = Installation::with(&MISTAKES).mistakes();
    for mistake in &MISTAKES {
        let alone = Installation::with([mistake]).mistakes();
        assert_eq!(alone.len(), 1, "{}: {alone:#?}", mistake.what);
        assert!(all.contains(&alone[0]), "{}: {alone:#?}", mistake.what);
    }
}

#[test]
fn a_file_that_is_no_toml_is_one_more_mistake() {
    let installation = Installation::with(&MISTAKES);
    std::fs::write(installation.path("mappings/regie-stop.toml"), "stream = \"stop\"\n\n[body\nwet = \"law\"\n")
        .unwrap();
    let told = installation.mistakes();
    assert_eq!(told.len(), MISTAKES.len() + 1);
    let told = told.iter().find(|told| told["file"] == "mappings/regie-stop.toml").unwrap();
    assert_eq!((&told["line"], &told["column"]), (&Value::from(3), &Value::from(6)));
    assert!(told["message"].as_str().unwrap().starts_with("this is no TOML: "));
}

#[test]
fn a_mapping_that_is_not_there_is_one_mistake_and_the_rest_of_its_flow_is_checked() {
    let installation = Installation::example();
    std::fs::remove_file(installation.path(FROM_FRONT_OFFICE)).unwrap();
    assert_eq!(installation.mistakes().len(), 1);
    let from = "paging = { next";
    installation.make(&Mistake { what: "", file: SETTINGS, after: "[link.flow.from]", from, to: "paging = { nxt" });
    assert_eq!(installation.mistakes().len(), 2);
}

#[test]
fn nothing_runs_on_wrong_settings() {
    let installation = Installation::with(&MISTAKES[..1]);
    let validated = installation.run(&["validate"]).err;
    for command in ["run", "once", "status"] {
        let ended = installation.run(&[command]);
        assert_eq!((ended.code, ended.out.as_str(), ended.err.as_str()), (78, "", validated.as_str()), "{command}");
    }
    assert!(!installation.path("schakel.db").exists());
}

#[test]
fn settings_that_are_not_there_are_an_input_error() {
    for command in ["validate", "run", "once"] {
        let ended = schakel(&[command, "--config", "/nowhere/schakel.toml"]);
        assert_eq!((ended.code, ended.out.as_str()), (74, ""), "{command}");
        assert_eq!(ended.err, "schakel: /nowhere/schakel.toml cannot be read: entity not found\n");
    }
}

#[test]
fn wrong_use_is_told_apart_from_a_call_for_help() {
    for arguments in
        [&["validate", "--confg", "x"][..], &["vaildate"], &["--format", "xml", "validate"], &[], &["keys"]]
    {
        let ended = schakel(arguments);
        assert_eq!((ended.code, ended.out.as_str()), (64, ""), "{arguments:?}");
        assert!(!ended.err.is_empty());
    }
    for arguments in [&["--help"][..], &["--version"], &["validate", "--help"], &["help", "run"]] {
        let ended = schakel(arguments);
        assert_eq!((ended.code, ended.err.as_str()), (0, ""), "{arguments:?}");
        assert!(!ended.out.is_empty());
    }
    assert_eq!(schakel(&["--version"]).out, format!("schakel {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn the_fields_of_ten_streams_are_printed() {
    let ended = schakel(&["fields", "--format", "json"]);
    let streams: Value = serde_json::from_str(&ended.out).unwrap();
    let streams = streams.as_array().unwrap();
    let names: Vec<&str> = streams.iter().map(|stream| stream["stream"].as_str().unwrap()).collect();
    let (about_persons, about_others) = names.split_at(names.len() - 3);
    assert_eq!(ended.code, 0);
    assert_eq!(about_persons, ["indication", "assignment", "request", "start", "stop", "answer", "utilization"]);
    assert_eq!(about_others, ["waiting-list", "performance", "catalogue"]);
    for field in streams.iter().flat_map(|stream| stream["fields"].as_array().unwrap()) {
        for key in ["name", "dutch", "element", "class", "grammar"] {
            assert!(!field[key].as_str().unwrap().is_empty(), "{field}");
        }
    }
    assert_snapshot!("fields_of_a_start", schakel(&["fields", "--stream", "start"]).out);
    assert_eq!(schakel(&["fields", "--stream", "strat"]).code, 64);
}

#[test]
fn a_new_key_is_only_its_owners_and_replaces_none() {
    let directory = TempDir::new().unwrap();
    let (path, other) = (directory.path().join("store-key"), directory.path().join("other-key"));
    let init = |path: &PathBuf| schakel(&["keys", "init", path.to_str().unwrap()]);
    assert_eq!(init(&path).code, 0);
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let key = std::fs::read_to_string(&path).unwrap();
    let again = init(&path);
    assert_eq!((again.code, again.out.as_str()), (74, ""));
    assert!(again.err.contains("store-key") && again.err.contains("exists"), "{}", again.err);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), key);
    let printed = init(&other);
    let second = std::fs::read_to_string(&other).unwrap();
    assert_ne!(key, second);
    assert!(!printed.out.contains(second.trim()));
}
