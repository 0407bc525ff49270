use super::installation::{Installation, SETTINGS};
use crate::world::{Office, World};
use serde_json::{Value, json};

/// A system's outcome, and how much was seen of it.
fn outcome(plain: &Value, system: &str) -> Value {
    let systems = plain["systems"].as_array().unwrap();
    systems.iter().find(|asked| asked["system"] == system).unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_system_is_asked_for_a_page_and_nothing_is_kept() {
    let world = World::with_persons(5).await;
    let (code, plain) = world.json(&["validate", "--connect"]);
    assert_eq!(code, 0, "{plain:#}");
    let regie = outcome(&plain, "diemen/regie");
    assert_eq!(regie["outcome"], "ok");
    assert!(regie["rows"].as_u64().unwrap() > 0);
    assert_eq!(outcome(&plain, "diemen/messages")["outcome"], "ok");
    assert_eq!(outcome(&plain, "diemen/package")["outcome"], "ok");
    assert!(!world.path("schakel.db").exists());
    let ended = world.command(&["validate", "--connect"]);
    let lines: Vec<&str> = ended.out.lines().collect();
    assert!(lines.iter().any(|line| line.starts_with("diemen/regie") && line.contains("ok")), "{}", ended.out);
    assert!(lines.last().unwrap().starts_with("nothing is wrong: "), "{}", ended.out);
    assert!(world.booked(Office::Back, "toewijzingen").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_is_checked_while_the_daemon_runs_on_it() {
    let world = World::with_persons(2).await;
    let mut daemon = world.start_command(&["run"]);
    daemon.wait_for("running");
    let ended = world.command(&["validate"]);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""));
    world.edit("schakel.toml", |text| text.replace("\"demo\"", "\"acceptance\""));
    let (code, plain) = world.json(&["validate"]);
    assert_eq!((code, plain["mistakes"].as_array().unwrap().len()), (78, 1), "{plain:#}");
    daemon.signal("TERM");
    assert_eq!(daemon.ended().code, 0);
}

#[test]
fn a_system_that_is_away_is_told_by_its_code_after_all_mistakes() {
    let installation = Installation::new();
    let (code, plain) = installation.validated(&["--connect"]);
    let away = json!({ "system": "diemen/regie", "outcome": "no-connection" });
    assert_eq!((code, outcome(&plain, "diemen/regie")), (69, away.clone()));
    assert_eq!(
        outcome(&plain, "diemen/berichten"),
        json!({ "system": "diemen/berichten", "outcome": "ok", "rows": 0 })
    );
    // Mistakes are settled first, whoever is away.
    let installation = installation.with(SETTINGS, "target-empty = true\n", "");
    let (code, plain) = installation.validated(&["--connect"]);
    assert_eq!((code, outcome(&plain, "diemen/regie")), (78, away));
    assert_eq!(plain["mistakes"].as_array().unwrap().len(), 1);
}

#[test]
fn a_system_of_flows_that_are_off_is_not_asked() {
    let installation = Installation::new().with(SETTINGS, "mode = \"on\"", "mode = \"off\"");
    let (_, plain) = installation.validated(&["--connect"]);
    assert_eq!(plain["systems"].as_array().unwrap().len(), 2, "{plain:#}");
}
