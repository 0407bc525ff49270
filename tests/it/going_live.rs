//! Going live on a back office that holds much of it already, and the brake, pause and resync of every day after.

use crate::world::{Office, World, indicated, sum, until};
use schakel_simulator::Options;
use serde_json::{Value, json};

const ID: &str = "IND-900001";
const BSN: &str = "999999990";

/// A world of indications whose back office holds some of them already.
async fn taken_over(indications: u32, held: u32, ambiguous: u32) -> World {
    let options =
        Options { persons: (indications / 2).clamp(1, 9_000), indications: Some(indications), ..Options::default() };
    let world = World::start(Options { held, ambiguous, ..options }).await;
    world.keep_flows(&["indication"]);
    world.edit("schakel.toml", |text| text.replace("target-empty = true                     # het", "# het"));
    world
}

fn mode(world: &World, mode: &str) {
    for known in ["on", "off", "shadow"] {
        world.edit("schakel.toml", |text| text.replace(&format!("mode = \"{known}\""), &format!("mode = \"{mode}\"")));
    }
}

async fn count(world: &World, what: &str) -> i64 {
    world.books(Office::Back).await[what].as_i64().unwrap()
}

fn status(world: &World) -> Value {
    world.json(&["status"]).1["flows"][0].clone()
}

/// The handles of the indications that are ambiguous at the target, sorted.
fn expected(world: &World) -> Vec<String> {
    let handle = |id: String| format!("Z-2026-{}", id.trim_start_matches("IND-"));
    let mut expected: Vec<String> = world.simulator.ambiguous().into_iter().map(handle).collect();
    expected.sort();
    expected
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flow_goes_on_only_after_it_was_adopted() {
    let world = taken_over(40, 10, 2).await;
    let refused = world.command(&["once"]);
    assert_eq!(refused.code, 78);
    assert!(refused.err.contains("schakel adopt") && refused.err.contains("target-empty"), "{}", refused.err);
    assert_eq!(count(&world, "received").await, 0);
    assert_eq!(world.command(&["adopt", "--apply"]).code, 0);
    world.once();
    assert!(count(&world, "received").await > 0);
}

/// Adopts, looks in shadow (`early` also before), goes on, and gives what adopting said.
async fn goes_live(world: &World, early: bool) -> Value {
    mode(world, "shadow");
    if early {
        world.once();
    }
    let (code, looked) = world.json(&["adopt"]);
    assert_eq!((code, &looked[0]["applied"]), (0, &json!(false)));
    let (code, adopted) = world.json(&["adopt", "--apply"]);
    assert_eq!((code, &adopted[0]["applied"]), (0, &json!(true)));
    let adopted = adopted[0].clone();
    world.once();
    assert_eq!(count(world, "received").await, 0, "nothing is sent in shadow");
    let shadow = status(world);
    assert_eq!(shadow["would_create"], adopted["missing"]);
    assert_eq!(shadow["would_change"], adopted["different"]);
    mode(world, "on");
    if adopted["missing"].as_i64() > Some(1000) {
        let (code, braked) = world.json(&["once"]);
        assert_eq!(
            (code, &braked["flows"][0]["paused"]),
            (75, &json!(true)),
            "a thousand creations are confirmed first"
        );
        assert_eq!(count(world, "received").await, 0);
        assert_eq!(status(world)["paused"], "brake");
        assert_eq!(world.command(&["resume", "indication"]).code, 0);
    }
    world.once();
    adopted
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_back_office_holds_is_not_made_twice_and_what_is_ambiguous_waits_and_is_named() {
    let world = taken_over(300, 80, 10).await;
    // Some that the back office holds end on another day since.
    for (id, _) in world.simulator.held().into_iter().take(3) {
        world.move_end(&id, "2032-01-31").await;
    }
    let adopted = goes_live(&world, true).await;
    assert!(adopted["different"].as_i64() >= Some(3), "{adopted}");
    let mut ambiguous: Vec<&str> =
        adopted["ambiguous"].as_array().unwrap().iter().map(|handle| handle.as_str().unwrap()).collect();
    ambiguous.sort_unstable();
    assert_eq!(ambiguous, expected(&world));
    assert_eq!(count(&world, "second_assignments").await, 0);
    let missing = adopted["missing"].as_i64().unwrap() + adopted["different"].as_i64().unwrap();
    assert_eq!(count(&world, "received").await, missing);
    let (_, open) = world.json(&["rejections", "list", "--each"]);
    let told = open.as_array().unwrap().iter().filter(|one| one["code"] == "match-ambiguous").count();
    assert_eq!(told, ambiguous.len());

    // Somebody says which one it is; from then on the line is like any other, and names its assignment.
    let id = world.simulator.ambiguous().remove(0);
    let numbers = world.held_by(&id).await;
    assert_eq!(numbers.len(), 2);
    std::fs::write(world.path("pairs.csv"), format!("indication;number\n{id};{}\n", numbers[0])).unwrap();
    let pairs = world.path("pairs.csv");
    assert_eq!(world.command(&["adopt", "indication", "--apply", "--pairs", pairs.to_str().unwrap()]).code, 0);
    world.move_end(&id, "2031-12-31").await;
    world.once();
    let sent = world.booked(Office::Back, "toewijzingen").await;
    let sent = sent.iter().find(|record| record["id"] == *id).unwrap();
    assert_eq!(sent["body"]["toewijzingsnummer"], json!(numbers[0]));
    assert_eq!(count(&world, "second_assignments").await, 0);
    let (_, open) = world.json(&["rejections", "list", "--each"]);
    assert_eq!(open.as_array().unwrap().iter().filter(|one| one["code"] == "match-ambiguous").count(), told - 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_thousand_indications_go_live_on_a_back_office_that_holds_five_thousand() {
    let world = taken_over(20_000, 5_000, 500).await;
    let adopted = goes_live(&world, false).await;
    assert_eq!(adopted["ambiguous"].as_array().unwrap().len(), 500);
    let mut named: Vec<&str> =
        adopted["ambiguous"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
    named.sort_unstable();
    assert_eq!(named, expected(&world));
    let books = world.books(Office::Back).await;
    assert_eq!((&books["second_assignments"], &books["duplicates"]), (&json!(0), &json!(0)));
    let sent = adopted["missing"].as_i64().unwrap() + adopted["different"].as_i64().unwrap();
    assert_eq!(books["received"], json!(sent));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_flow_fetches_and_delivers_nothing_also_after_a_restart_and_beside_the_daemon() {
    let world = World::with_persons(1).await;
    world.keep_flows(&["indication"]);
    world.edit("schakel.toml", |text| text.replace("*/5 7-19 * * Mon-Fri", "0 3 1 1 *"));
    world.control(Office::Back, json!({ "unavailable": -1 })).await;
    world.indication(indicated(ID, BSN)).await;
    world.hurried();
    let mut daemon = world.start_command(&["run"]);
    daemon.wait_for("running");
    assert_eq!(world.command(&["pause", "indication"]).code, 0);
    world.control(Office::Back, json!({ "unavailable": 0 })).await;
    daemon.signal("TERM");
    assert_eq!(daemon.ended().code, 75);
    let (code, summary) = world.hurried();
    assert_ne!(code, 0, "something waits");
    assert_eq!((&summary["flows"][0]["paused"], sum(&summary, "fetched")), (&json!(true), 0));
    assert_eq!(count(&world, "received").await, 0);

    let mut daemon = world.start_command(&["run"]);
    daemon.wait_for("running");
    assert_eq!(world.command(&["resume", "--all"]).code, 0);
    until("the daemon notices by itself", async || count(&world, "received").await > 0).await;
    daemon.signal("TERM");
    daemon.ended();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pass_that_would_create_too_much_pauses_until_somebody_confirms_it() {
    let world = World::with_persons(30).await;
    world.keep_flows(&["indication"]);
    world.once();
    let before = count(&world, "received").await;
    world.edit("schakel.toml", |text| text.replace("withhold = [", "brake = { creations = 3 }\nwithhold = ["));
    for number in 0..5 {
        world.indication(indicated(&format!("IND-90000{number}"), BSN)).await;
    }
    let (code, summary) = world.json(&["once"]);
    assert_eq!((code, &summary["flows"][0]["paused"]), (75, &json!(true)));
    assert_eq!(count(&world, "received").await, before);
    assert_eq!(status(&world)["paused"], "brake");
    assert_eq!(world.command(&["resume", "indication"]).code, 0);
    world.once();
    assert_eq!(count(&world, "received").await, before + 5);
    assert_eq!(status(&world)["paused"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_already_crossed_is_sent_again_by_resync_only_and_its_count_is_told_first() {
    let world = World::with_persons(30).await;
    world.keep_flows(&["indication"]);
    world.once();
    let sent = count(&world, "received").await;
    world.edit("mappings/package-indication.toml", |text| text.replace("\"regie\"", "\"regie-2\""));
    world.once();
    assert_eq!(count(&world, "received").await, sent);
    let (_, told) = world.json(&["resync", "indication"]);
    assert_eq!((&told["records"], &told["applied"]), (&json!(sent), &json!(false)));
    world.once();
    assert_eq!(count(&world, "received").await, sent);
    assert_eq!(world.json(&["resync", "indication", "--apply"]).0, 0);
    world.once();
    assert_eq!(count(&world, "received").await, 2 * sent);
    let again = world.booked(Office::Back, "toewijzingen").await;
    assert!(again.iter().all(|record| record["body"]["bron"] == "regie-2"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_serves_one_environment() {
    let world = World::with_persons(1).await;
    world.once();
    world.edit("schakel.toml", |text| text.replacen("environment = \"demo\"", "environment = \"acceptance\"", 1));
    let refused = world.command(&["once"]);
    assert_eq!(refused.code, 78);
    assert!(refused.err.contains("another environment"), "{}", refused.err);
}
