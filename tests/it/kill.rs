//! The program killed at the worst moments: nothing is lost, and nothing takes effect twice.

use crate::world::{Office, Running, World, until};
use serde_json::{Value, json};

/// As many requests go to a system at once, unless its flows say otherwise.
const AT_ONCE: i64 = 16;

/// A world of indications only.
async fn world() -> World {
    let world = World::with_persons(120).await;
    world.keep_flows(&["indication"]);
    world
}

/// Kills a command, which must not have ended by itself.
fn killed(program: Running) {
    program.signal("KILL");
    assert_eq!(program.ended().code, -1);
}

async fn count(world: &World, office: Office, what: &str) -> i64 {
    world.books(office).await[what].as_i64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_the_moment_of_a_kill_everything_arrives_once_and_in_order() {
    let undisturbed = world().await;
    undisturbed.once();
    let expected = undisturbed.bodies(Office::Back).await;
    let total = i64::try_from(expected.len()).unwrap();

    for moment in [0, total / 4, total / 2] {
        let world = world().await;
        world.control(Office::Back, json!({ "latency_ms": 200, "hold": moment == 0 })).await;
        let program = world.start_command(&["once"]);
        until("some arrive", async || count(&world, Office::Back, "received").await >= moment).await;
        world.control(Office::Back, json!({ "hold": true })).await;
        until("requests are open", async || world.control(Office::Back, json!({})).await["held"] != 0).await;
        killed(program);
        let arrived = count(&world, Office::Back, "records").await;
        assert!((1..total).contains(&arrived), "{arrived} of {total}");

        world.control(Office::Back, json!({ "hold": false, "latency_ms": 0 })).await;
        world.once();
        assert_eq!(world.bodies(Office::Back).await, expected);
        let books = world.books(Office::Back).await;
        assert!(books["duplicates"].as_i64().unwrap() <= AT_ONCE, "{books}");
        assert_eq!(books["out_of_order"], 0);
        for record in world.booked(Office::Back, "toewijzingen").await {
            assert_eq!(record["history"].as_array().unwrap().len(), 1, "a repeat is no second change");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_after_a_kill_comes_behind_what_was_open() {
    let world = World::with_persons(1).await;
    world.keep_flows(&["indication"]);
    world.control(Office::Back, json!({ "hold": true })).await;
    let program = world.start_command(&["once"]);
    until("something is under way", async || count(&world, Office::Back, "records").await > 0).await;
    killed(program);
    let open = world.booked(Office::Back, "toewijzingen").await;
    for record in &open {
        world.move_end(record["id"].as_str().unwrap(), "2031-12-31").await;
    }
    world.control(Office::Back, json!({ "hold": false })).await;
    world.once();
    let now = world.booked(Office::Back, "toewijzingen").await;
    for before in &open {
        let after = now.iter().find(|record| record["id"] == before["id"]).unwrap();
        let first = before["body"]["versie"].as_i64().unwrap();
        assert_eq!(after["history"], json!([first, first + 1]));
        assert_eq!(after["body"]["einddatum"], "2031-12-31");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_while_messages_are_read_loses_none() {
    let messages = async || {
        let world = World::with_persons(200).await;
        world.keep_flows(&["indication", "assignment", "request", "start", "stop"]);
        // Whether the receipt of an indication is there before its assignment goes is a matter of timing.
        world.edit("mappings/regie-assignment.toml", |text| without(&text, "indicatie"));
        world
    };
    let undisturbed = messages().await;
    undisturbed.once();

    let world = messages().await;
    // Just behind the first page of assignments, of which there are two.
    let program = world.start_command(&["once"]);
    until("the first flow of messages begins", async || world.begun() >= 2).await;
    let written = || std::fs::metadata(world.path("schakel.db-wal")).map_or(0, |file| file.len());
    let before = written();
    until("a page is written", async || written() > before).await;
    killed(program);
    // While other flows read.
    let program = world.start_command(&["once"]);
    until("the third flow of messages begins", async || world.begun() >= 4).await;
    killed(program);
    assert_eq!(count(&world, Office::Front, "received").await, 0, "messages were still being read");

    world.once();
    assert_eq!(world.bodies(Office::Front).await, undisturbed.bodies(Office::Front).await);
    assert_eq!(rejected(&world), rejected(&undisturbed));
    assert_eq!(world.books(Office::Front).await["duplicates"], 0);
}

/// A mapping without the line of this field.
fn without(mapping: &str, field: &str) -> String {
    let others = mapping.lines().filter(|line| !line.starts_with(field));
    others.flat_map(|line| [line, "\n"]).collect()
}

/// What the open rejections are about.
fn rejected(world: &World) -> Vec<String> {
    let (_, open) = world.json(&["rejections", "list", "--each"]);
    let about = |one: &Value| format!("{} {} {}", one["stream"], one["handle"], one["code"]);
    let mut rejected: Vec<String> = open.as_array().unwrap().iter().map(about).collect();
    rejected.sort();
    assert!(!rejected.is_empty());
    rejected
}
