//! New settings while the daemon runs: checked first, and nothing is lost, sent twice or sent under settings that are wrong.

use crate::world::{Office, Running, World, until};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// As many requests go to a system at once, unless its flows say otherwise.
const AT_ONCE: i64 = 16;
const MAPPING: &str = "mappings/package-indication.toml";

/// Gives the fixed value that goes along with every indication another text.
fn source(world: &World, from: &str, to: &str) {
    let [from, to] = [from, to].map(|value| format!("bron = {{ value = \"{value}\" }}"));
    world.edit(MAPPING, |text| {
        assert!(text.contains(&from), "{text}");
        text.replace(&from, &to)
    });
}

/// How many records the back office has of each source.
async fn sources(world: &World) -> BTreeMap<String, i64> {
    let mut counts = BTreeMap::new();
    for record in world.booked(Office::Back, "toewijzingen").await {
        *counts.entry(record["body"]["bron"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    counts
}

async fn back_office(world: &World, orders: Value) -> Value {
    world.control(Office::Back, orders).await
}

async fn received(world: &World) -> i64 {
    world.books(Office::Back).await["received"].as_i64().unwrap()
}

/// The daemon stops when nothing waits any more.
fn stopped(daemon: Running) {
    daemon.signal("TERM");
    let ended = daemon.ended();
    assert_eq!((ended.code, ended.out.as_str()), (0, "stopped; nothing waits\n"), "{}", ended.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn new_settings_count_from_the_reload_and_wrong_ones_never() {
    let world = World::with_persons(120).await;
    world.keep_flows(&["indication"]);
    world.never_fetches();
    back_office(&world, json!({ "unavailable": -1 })).await;
    let (code, summary) = world.hurried();
    assert_eq!(code, 69);
    let waiting = summary["waiting"].as_i64().unwrap();
    assert!(waiting > 6 * AT_ONCE);

    back_office(&world, json!({ "unavailable": 0, "latency_ms": 100 })).await;
    let mut daemon = world.start_command(&["run"]);
    until("some arrive", async || received(&world).await > 0).await;

    // A revision with two mistakes, of which one file says something else as well.
    source(&world, "regie", "wrong");
    world.edit(MAPPING, |text| text.replace("\"start\"", "\"strat\""));
    world.edit("schakel.toml", |text| text.replace("mode = \"on\"", "mode = \"aan\""));
    daemon.signal("HUP");
    let told = daemon.wait_for("the new settings are wrong; the old ones stay");
    assert!(told.contains("mistakes=2"), "{told}");
    for place in [format!("{MAPPING}:"), "schakel.toml:".to_owned()] {
        assert!(told.contains(&place), "{told}");
    }
    for value in ["strat", "aan\"", "wrong\""] {
        assert!(!told.contains(value), "{told}");
    }
    let before = received(&world).await;
    until("it goes on", async || received(&world).await > before).await;

    // A right one, while as many requests are under way as there can be.
    world.edit("schakel.toml", |text| text.replace("mode = \"aan\"", "mode = \"on\""));
    world.edit(MAPPING, |text| text.replace("\"strat\"", "\"start\""));
    source(&world, "wrong", "other");
    back_office(&world, json!({ "hold": true })).await;
    until("all slots are taken", async || back_office(&world, json!({})).await["held"] == AT_ONCE).await;
    let under_the_old = received(&world).await;
    assert!((AT_ONCE..waiting).contains(&under_the_old), "{under_the_old} of {waiting}");
    daemon.signal("HUP");
    daemon.wait_for("the settings are right: what is under way is finished first");
    // The store is still this daemon's: no other one gets in between.
    let other = world.command(&["once"]);
    assert_eq!(other.code, 74);
    assert!(other.err.contains("in use by another process"), "{}", other.err);
    back_office(&world, json!({ "hold": false })).await;
    daemon.wait_for("running under the new settings");
    until("all have arrived", async || received(&world).await == waiting).await;
    stopped(daemon);

    let expected = [("other", waiting - under_the_old), ("regie", under_the_old)];
    assert_eq!(sources(&world).await, expected.map(|(source, count)| (source.to_owned(), count)).into());
    let books = world.books(Office::Back).await;
    assert_eq!((&books["duplicates"], &books["out_of_order"]), (&json!(0), &json!(0)), "{books}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_counts_from_the_reload_and_a_pass_that_it_broke_off_goes_on_at_once() {
    let world = World::with_persons(30).await;
    world.keep_flows(&["indication"]);
    world.never_fetches();
    let mut daemon = world.start_command(&["run"]);
    daemon.wait_for("running");
    world.control(Office::Front, json!({ "latency_ms": 60_000 })).await;
    world.edit("schakel.toml", |text| text.replace("0 3 1 1 *", "* * * * *"));
    daemon.signal("HUP");
    daemon.wait_for("running under the new settings");
    until("a pass begins", async || world.begun() == 1).await;

    // Its next moment is far away again, but the pass that has begun comes to its end.
    world.control(Office::Front, json!({ "latency_ms": 0 })).await;
    world.edit("schakel.toml", |text| text.replace("* * * * *", "0 3 1 1 *"));
    daemon.signal("HUP");
    daemon.wait_for("running under the new settings");
    daemon.wait_for("fetched");
    stopped(daemon);
    let arrived = received(&world).await;
    assert!(arrived > 0);
    world.once();
    assert_eq!(received(&world).await, arrived, "nothing was missed");
    assert_eq!(world.books(Office::Back).await["duplicates"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_store_counts_from_the_next_start() {
    let world = World::with_persons(1).await;
    world.never_fetches();
    let mut daemon = world.start_command(&["run"]);
    daemon.wait_for("running");
    world.edit("schakel.toml", |text| text.replace("sqlite:schakel.db", "sqlite:other.db"));
    daemon.signal("HUP");
    daemon.wait_for("the settings of the store changed: they count from the next start");
    daemon.wait_for("running under the new settings");
    stopped(daemon);
    assert!(!world.path("other.db").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_during_a_reload_finishes_what_is_under_way_and_sends_nothing_more() {
    let world = World::with_persons(40).await;
    world.keep_flows(&["indication"]);
    world.never_fetches();
    back_office(&world, json!({ "unavailable": -1 })).await;
    assert_eq!(world.hurried().0, 69);
    back_office(&world, json!({ "unavailable": 0, "hold": true })).await;
    let mut daemon = world.start_command(&["run"]);
    until("all slots are taken", async || back_office(&world, json!({})).await["held"] == AT_ONCE).await;
    source(&world, "regie", "other");
    daemon.signal("HUP");
    daemon.wait_for("what is under way is finished first");
    daemon.signal("TERM");
    daemon.wait_for("stopping");
    back_office(&world, json!({ "hold": false })).await;
    assert_eq!(daemon.ended().code, 75);
    assert_eq!(sources(&world).await, [("regie".to_owned(), AT_ONCE)].into());
    world.once();
    assert_eq!(sources(&world).await["regie"], AT_ONCE);
    assert_eq!(world.books(Office::Back).await["duplicates"], 0);
}
