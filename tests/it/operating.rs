//! The manual for ICT is played, and names all there is to name.

use crate::manual::{Stage, play, text};
use crate::world::{Office, World, until};
use schakel::cli::LOG_FIELDS;
use schakel::console::METRICS;
use schakel_simulator::Options;
use serde_json::{Value, json};
use std::process::Command;

/// A back office that holds some of the front office's indications already, by hand.
async fn taken_over() -> World {
    let options = Options { persons: 150, indications: Some(300), held: 80, ambiguous: 10, ..Options::default() };
    let world = World::start(options).await;
    // The manual makes the key itself.
    std::fs::remove_file(world.path("credentials/store-key")).unwrap();
    world
}

/// How many lines nobody knows the assignment of.
fn ambiguous(world: &World) -> usize {
    let (_, each) = world.json(&["rejections", "list", "--each", "--code", "match-ambiguous"]);
    each.as_array().unwrap().len()
}

/// The end date that an indication gets.
const END: &str = "2031-12-31";

/// The indication whose end date changes: the first one that crossed.
async fn changed(world: &World) -> String {
    let crossed = world.booked(Office::Back, "toewijzingen").await;
    crossed.iter().map(|record| record["id"].as_str().unwrap()).min().unwrap().to_owned()
}

async fn count(world: &World, office: Office, what: &str) -> i64 {
    world.books(office).await[what].as_i64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_manual_for_ict_holds_from_installing_to_every_flow_on() {
    let mut stage = Stage::new(taken_over().await);
    let mut expected = 0;
    play("operating.md", &mut stage, async |stage, scene| match scene {
        "nothing was sent" => {
            assert_eq!(count(&stage.world, Office::Back, "received").await, 0);
            let (_, status) = stage.world.json(&["status"]);
            let flow = &status["flows"][0];
            expected = flow["would_create"].as_i64().unwrap() + flow["would_change"].as_i64().unwrap();
            assert!(expected > 50, "the brake has something to stop");
        }
        "what was missing or different arrives, and nothing is made twice" => {
            until("all of it arrives", async || count(&stage.world, Office::Back, "received").await >= expected).await;
            let books = stage.world.books(Office::Back).await;
            let counts = ["received", "second_assignments", "duplicates"].map(|what| books[what].clone());
            assert_eq!(counts, [json!(expected), json!(0), json!(0)]);
            assert_eq!(ambiguous(&stage.world), 10);
        }
        "somebody looks up which assignment it is" => {
            let id = stage.world.simulator.ambiguous().remove(0);
            let number = stage.world.held_by(&id).await.remove(0);
            stage.says("IND-000123", &id);
            stage.says("100000001", &number);
        }
        "one ambiguous indication fewer" => assert_eq!(ambiguous(&stage.world), 9),
        "assignments, starts and stops arrive" => {
            for resource in ["toewijzingen", "starts", "stops"] {
                assert!(!stage.world.booked(Office::Front, resource).await.is_empty(), "{resource}");
            }
            assert_eq!(count(&stage.world, Office::Back, "second_assignments").await, 0);
        }
        "an end date changes" => stage.world.move_end(&changed(&stage.world).await, END).await,
        "the end date is there, and nothing is made twice" => {
            let id = changed(&stage.world).await;
            let held = stage.world.booked(Office::Back, "toewijzingen").await;
            let held = held.iter().find(|record| record["id"] == id).unwrap();
            assert_eq!(held["body"]["einddatum"], END);
            assert_eq!(count(&stage.world, Office::Back, "second_assignments").await, 0);
        }
        other => panic!("no scene is called {other}"),
    })
    .await;
    let (_, status) = stage.world.json(&["status"]);
    for flow in status["flows"].as_array().unwrap() {
        assert_eq!((&flow["mode"], &flow["paused"]), (&json!("on"), &Value::Null), "{flow}");
    }
}

/// The names of the commands, as the program tells them.
fn commands() -> Vec<String> {
    let help = Command::new(env!("CARGO_BIN_EXE_schakel")).arg("--help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let (_, behind) = help.split_once("Commands:\n").unwrap();
    let lines = behind.lines().take_while(|line| !line.is_empty());
    let names = lines.filter_map(|line| line.split_whitespace().next().filter(|_| !line.starts_with("    ")));
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

#[test]
fn the_manual_for_ict_names_every_command_exit_code_metric_and_field_of_a_log_line() {
    let manual = text("operating.md");
    let commands = commands();
    assert!(commands.len() > 10, "{commands:?}");
    let names = commands.iter().map(String::as_str);
    let names = names.chain(METRICS.map(|(name, _)| name)).chain(LOG_FIELDS.map(|(name, _)| name));
    let missing: Vec<&str> = names
        .filter(|name| !manual.contains(&format!("`{name}`")) && !manual.contains(&format!("`schakel {name}`")))
        .collect();
    assert_eq!(missing, [] as [&str; 0]);
    for code in [0, 64, 69, 70, 74, 75, 78] {
        assert!(manual.lines().any(|line| line.starts_with(&format!("| {code} |"))), "exit code {code}");
    }
}

#[test]
fn every_state_and_fault_that_answers_name_is_in_the_manual_for_ict() {
    let manual = text("operating.md");
    let states = [
        ["queued", "sending", "stored", "accepted", "refused", "unknown", "superseded", "parked"].as_slice(),
        &[
            "shadow",
            "unseen",
            "removed",
            "open",
            "dismissed",
            "up",
            "down",
            "paused",
            "off",
            "on",
            "attention",
            "failing",
        ],
        &["no-connection", "connection-lost", "timed-out", "busy", "server-error", "not-authenticated"],
        &["not-authorised", "not-accepted", "unexpected-answer", "not-readable"],
    ];
    for state in states.into_iter().flatten() {
        assert!(manual.contains(&format!("`{state}`")), "{state}");
    }
}
