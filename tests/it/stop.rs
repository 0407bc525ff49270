//! The program told to stop: it delivers what it can in time, says what waits, and loses nothing.

use crate::world::{Office, Running, World, until};
use serde_json::json;
use std::process::Command;
use std::time::{Duration, Instant};

/// As many requests go to a system at once, unless its flows say otherwise.
const AT_ONCE: i64 = 16;

/// A world of which all indications wait in the journal, and how many those are; the back office is there again, and
/// keeps its answers back.
async fn backlog() -> (World, i64) {
    let world = World::with_persons(40).await;
    world.keep_flows(&["indication"]);
    // No schedule comes between: whatever is delivered was in the journal.
    world.never_fetches();
    world.control(Office::Back, json!({ "unavailable": -1 })).await;
    let (code, summary) = world.hurried();
    assert_eq!(code, 69);
    world.control(Office::Back, json!({ "unavailable": 0, "hold": true })).await;
    (world, summary["waiting"].as_i64().unwrap())
}

/// `run` with as many requests under way as there can be, told to stop.
async fn stopping(world: &World, arguments: &[&str]) -> Running {
    let mut daemon = world.start_command(&[&["run"], arguments].concat());
    until("all slots are taken", async || world.control(Office::Back, json!({})).await["held"] == AT_ONCE).await;
    daemon.signal("TERM");
    daemon.wait_for("stopping");
    daemon
}

async fn arrived(world: &World) -> i64 {
    world.books(Office::Back).await["records"].as_i64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopping_daemon_finishes_what_waits() {
    let (world, waiting) = backlog().await;
    assert!(waiting > AT_ONCE);
    let daemon = stopping(&world, &[]).await;
    world.control(Office::Back, json!({ "hold": false })).await;
    let ended = daemon.ended();
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert_eq!(ended.out, "stopped; nothing waits\n");
    assert_eq!(arrived(&world).await, waiting);
    assert_eq!(world.books(Office::Back).await["duplicates"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_that_cannot_finish_stops_in_time_and_says_what_waits() {
    let (world, waiting) = backlog().await;
    let daemon = stopping(&world, &["--stop-timeout", "2"]).await;
    let told = Instant::now();
    let ended = daemon.ended();
    assert!(told.elapsed() < Duration::from_secs(10), "{:?}", told.elapsed());
    assert_eq!(ended.code, 75, "{}", ended.err);
    assert_eq!(ended.out, format!("stopped; {waiting} still to be delivered: they are in the journal\n"));

    world.control(Office::Back, json!({ "hold": false })).await;
    world.once();
    assert_eq!(arrived(&world).await, waiting);
    let books = world.books(Office::Back).await;
    assert_eq!((&books["duplicates"], &books["out_of_order"]), (&json!(AT_ONCE), &json!(0)));
}

#[test]
fn the_demo_goes_on_until_it_is_told_to_stop() {
    let directory = tempfile::TempDir::new().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_schakel"));
    command.args(["demo", "--persons", "20", "--pause", "0", "--dir"]).arg(directory.path().join("demo"));
    let mut demo = Running::start(&mut command);
    demo.wait_for("stop with Ctrl-C");
    for _ in 0..2 {
        demo.wait_for("both sides went on");
    }
    demo.signal("TERM");
    let ended = demo.ended();
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert!(ended.out.contains("indication: "), "{}", ended.out);
}
