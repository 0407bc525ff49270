//! What the daemon logs for programs.

use crate::world::{Ended, Office, World, until};
use schakel::cli::LOG_FIELDS;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

#[tokio::test(flavor = "multi_thread")]
async fn every_line_of_a_run_is_one_object_of_listed_fields() {
    let world = World::with_persons(40).await;
    world.keep_flows(&["indication"]);
    world.listens();
    world.edit("schakel.toml", |text| text.replace("*/5 7-19 * * Mon-Fri", "* * * * *"));
    // Of everything that can go wrong something does.
    world.control(Office::Back, json!({ "refuse": 2, "lose_answers": 2, "unavailable": 2 })).await;
    let mut daemon = world.start_command(&["run", "--log-format", "json"]);
    daemon.wait_for("\"fetched\"");
    until("some arrive", async || world.books(Office::Back).await["received"].as_i64().unwrap() > 8).await;
    world.control(Office::Back, json!({ "deny": true })).await;
    daemon.signal("HUP");
    daemon.wait_for("running under the new settings");
    world.edit("schakel.toml", |text| text.replace("mode = \"on\"", "mode = \"aan\""));
    daemon.signal("HUP");
    daemon.wait_for("the new settings are wrong");
    daemon.signal("TERM");
    let ended = daemon.ended();

    let known: BTreeSet<&str> = LOG_FIELDS.iter().map(|(name, _)| *name).collect();
    let mut met = BTreeSet::new();
    for line in ended.err.lines() {
        let object: Map<String, Value> = serde_json::from_str(line).unwrap_or_else(|_| panic!("no object: {line}"));
        for name in ["timestamp", "level", "message", "target"] {
            assert!(object[name].is_string(), "{line}");
        }
        let moment = object["timestamp"].as_str().unwrap();
        assert!(moment.ends_with('Z') && chrono::DateTime::parse_from_rfc3339(moment).is_ok(), "{moment}");
        met.extend(object.keys().cloned());
    }
    for name in &met {
        assert!(known.contains(name.as_str()), "no listed field: {name}");
    }
    for name in ["flow", "run", "entry", "fault", "revision", "places", "mistakes", "address"] {
        assert!(met.contains(name), "no line has {name}: {}", ended.err);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_is_an_object_as_well() {
    let world = World::with_persons(1).await;
    let mut first = world.start_command(&["run"]);
    first.wait_for("running");
    let object = |ended: Ended| serde_json::from_str::<Value>(&ended.err).unwrap();
    let object_of = |arguments: &[&str]| object(world.command(&[arguments, &["--log-format", "json"]].concat()));
    let failed = object_of(&["run"]);
    assert_eq!(
        (&failed["level"], &failed["error"]),
        (&json!("ERROR"), &json!("the store is in use by another process"))
    );
    drop(first);
    world.edit("schakel.toml", |text| text.replace("mode = \"on\"", "mode = \"aan\""));
    let failed = object_of(&["run"]);
    assert_eq!(failed["message"], "the settings are wrong");
    assert!(failed["mistakes"].as_i64() > Some(5), "every flow has one: {failed}");
    assert!(failed["places"].as_str().unwrap().starts_with("schakel.toml:"), "{failed}");
}

#[test]
fn every_field_that_the_code_logs_is_listed() {
    let known: BTreeSet<&str> = LOG_FIELDS.iter().map(|(name, _)| *name).collect();
    let mut events = 0;
    let mut folders = vec![crate::world::repository().join("src"), crate::world::repository().join("adapters")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else if entry.path().extension().is_some_and(|end| end == "rs") {
                let text = std::fs::read_to_string(entry.path()).unwrap();
                for event in text.split("tracing::").skip(1).filter_map(|rest| rest.split_once("!(")) {
                    if !["error", "warn", "info", "debug", "trace"].contains(&event.0) {
                        continue;
                    }
                    events += 1;
                    // What stands before the message: `name`, `name = …` or `%name`.
                    for field in event.1.split('"').next().unwrap().split(',') {
                        let name = field.split('=').next().unwrap().trim().trim_start_matches(['%', '?']);
                        assert!(name.is_empty() || known.contains(name), "{}: {name}", entry.path().display());
                    }
                }
            }
        }
    }
    assert!(events > 10);
}
