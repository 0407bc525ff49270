//! What crosses, once, in which order, and what becomes of it when the other side does not play along.

use crate::world::{Ended, Office, Running, World, indicated, sum, until};
use serde_json::{Value, json};

/// The indication that most stories are about: a row of its own among those of the simulator.
pub const ID: &str = "IND-900001";
pub const HANDLE: &str = "Z-2026-900001";
pub const BSN: &str = "999999990";
/// Two end dates.
pub const A: &str = "2027-01-31";
pub const B: &str = "2027-02-28";

/// A world with only the flow of indications, in step, in which [`ID`] stands with end date [`A`] as version 1.
pub async fn in_step() -> World {
    let world = World::with_persons(1).await;
    world.keep_flows(&["indication"]);
    world.indication(indicated(ID, BSN)).await;
    world.once();
    assert_eq!(end(&world).await, A);
    world
}

/// What the back office holds of [`ID`], if anything.
async fn booked(world: &World) -> Option<Value> {
    world.booked(Office::Back, "toewijzingen").await.into_iter().find(|record| record["id"] == ID)
}

pub async fn end(world: &World) -> Value {
    booked(world).await.unwrap()["body"]["einddatum"].clone()
}

pub async fn history(world: &World) -> Value {
    booked(world).await.unwrap()["history"].clone()
}

async fn received(world: &World, office: Office) -> i64 {
    world.books(office).await["received"].as_i64().unwrap()
}

/// The open rejection of [`ID`].
pub fn rejection(world: &World) -> Option<Value> {
    let (_, open) = world.json(&["rejections", "list", "--each"]);
    let mut mine = open.as_array().unwrap().iter().filter(|rejection| rejection["handle"] == HANDLE);
    let found = mine.next().cloned();
    assert!(mine.next().is_none(), "a row has one rejection at a time");
    found
}

pub fn code(world: &World) -> Option<String> {
    rejection(world).map(|rejection| rejection["code"].as_str().unwrap().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_run_over_unchanged_systems_sends_nothing() {
    let world = World::with_persons(30).await;
    assert!(sum(&world.once(), "delivered") > 30);
    let books = (world.books(Office::Back).await, world.books(Office::Front).await);
    assert_eq!(sum(&world.once(), "delivered"), 0);
    assert_eq!((world.books(Office::Back).await, world.books(Office::Front).await), books);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_date_that_changes_is_one_delivery() {
    let world = in_step().await;
    let before = received(&world, Office::Back).await;
    world.move_end(ID, B).await;
    assert_eq!(sum(&world.once(), "delivered"), 1);
    assert_eq!(received(&world, Office::Back).await, before + 1);
    assert_eq!(end(&world).await, B);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_version_of_what_does_not_cross_is_not_sent() {
    let world = in_step().await;
    let before = received(&world, Office::Back).await;
    world.indication(json!({ "id": ID, "toelichting": "gaat het best alleen" })).await;
    let summary = world.once();
    assert_eq!((sum(&summary, "delivered"), received(&world, Office::Back).await), (0, before));
    assert!(sum(&summary, "unchanged") > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn there_and_back_again_ends_where_it_began() {
    let world = in_step().await;
    world.move_end(ID, B).await;
    world.once();
    assert_eq!(end(&world).await, B);
    world.move_end(ID, A).await;
    world.once();
    assert_eq!(end(&world).await, A);
    assert_eq!(history(&world).await, json!([1, 2, 3]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_never_sent_is_left_out_on_the_way_back() {
    let world = in_step().await;
    world.control(Office::Back, json!({ "unavailable": -1 })).await;
    world.move_end(ID, B).await;
    assert_eq!(world.hurried().0, 69);
    world.control(Office::Back, json!({ "unavailable": 0 })).await;
    world.move_end(ID, A).await;
    world.once();
    assert_eq!(end(&world).await, A);
    assert_eq!(history(&world).await, json!([1, 3]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_took_effect_without_an_answer_is_settled_before_the_way_back() {
    let world = in_step().await;
    world.control(Office::Back, json!({ "lose_answers": 1 })).await;
    world.move_end(ID, B).await;
    let (code, summary) = world.hurried();
    assert_eq!((code, sum(&summary, "waiting")), (69, 1));
    assert_eq!(end(&world).await, B);
    world.move_end(ID, A).await;
    world.once();
    assert_eq!(end(&world).await, A);
    assert_eq!(history(&world).await, json!([1, 2, 3]));
    let books = world.books(Office::Back).await;
    assert_eq!((&books["duplicates"], &books["out_of_order"]), (&json!(1), &json!(0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resync_during_a_pass_is_not_undone_by_it() {
    let world = in_step().await;
    let run = || world.json(&["status"]).1["flows"][0]["last_run"].clone();
    let (before, sent) = (run(), received(&world, Office::Back).await);
    world.control(Office::Front, json!({ "latency_ms": 5000 })).await;
    let pass = Running::start(&mut world.program(&["once"]));
    until("a pass begins", async || run() != before).await;
    assert_eq!(world.json(&["resync", "indication", "--apply"]).0, 0);
    world.control(Office::Front, json!({ "latency_ms": 0 })).await;
    assert_eq!(pass.ended().code, 0);
    world.once();
    assert_eq!(received(&world, Office::Back).await, 2 * sent, "everything is read and sent anew");
}

/// Changes the store of a world as nothing in Schakel does.
fn spoil(world: &World, statement: &str) {
    use diesel::connection::SimpleConnection;
    use diesel::{Connection, SqliteConnection};
    let path = world.path("schakel.db");
    SqliteConnection::establish(path.to_str().unwrap()).unwrap().batch_execute(statement).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_of_the_crosswalk_that_cannot_be_opened_stops_its_own_record_only() {
    let world = in_step().await;
    spoil(&world, "UPDATE crosswalk SET assignment_number = x'00'");
    world.move_end(ID, B).await;
    world.indication(indicated("IND-900002", "999999989")).await;
    assert_eq!(sum(&world.once(), "delivered"), 1);
    assert_eq!(code(&world), None);
    let (_, open) = world.json(&["rejections", "list", "--each"]);
    let stopped = open.as_array().unwrap().iter().filter(|open| open["code"] == "entry-unreadable").count();
    assert_eq!(stopped, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_with_an_open_outcome_stays_one_attempt_while_the_system_is_away() {
    let world = in_step().await;
    world.control(Office::Back, json!({ "lose_answers": 1 })).await;
    world.move_end(ID, B).await;
    assert_eq!(world.hurried().0, 69);
    world.control(Office::Back, json!({ "unavailable": 1 })).await;
    assert_eq!(world.hurried().0, 69);
    world.once();
    // The same version under another key would stand in the history once more.
    assert_eq!(history(&world).await, json!([1, 2]));
    assert_eq!(world.books(Office::Back).await["duplicates"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_version_that_arrives_late_is_not_sent() {
    let world = in_step().await;
    world.indication(json!({ "id": ID, "einddatum": B, "versie": 9 })).await;
    world.once();
    let before = received(&world, Office::Back).await;
    world.indication(json!({ "id": ID, "einddatum": "2027-03-31", "versie": 8 })).await;
    let summary = world.once();
    assert_eq!((sum(&summary, "superseded"), sum(&summary, "delivered")), (1, 0));
    assert_eq!(received(&world, Office::Back).await, before);
    assert_eq!(end(&world).await, B);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_that_belonged_to_another_person_is_a_rejection() {
    let world = in_step().await;
    let before = received(&world, Office::Back).await;
    world.indication(json!({ "id": ID, "client": { "bsn": "999999989" } })).await;
    world.once();
    assert_eq!(code(&world).as_deref(), Some("person-changed"));
    world.indication(json!({ "id": ID, "client": { "bsn": BSN } })).await;
    world.once();
    assert_eq!(code(&world), None);
    assert_eq!(received(&world, Office::Back).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_fault_is_one_rejection_until_it_is_mended() {
    let world = in_step().await;
    world.move_end(ID, "2025-12-31").await;
    assert_eq!(sum(&world.once(), "rejected"), 1);
    let first = rejection(&world).unwrap();
    assert_eq!(first["code"], "end-before-start");
    for _ in 0..2 {
        assert_eq!(sum(&world.once(), "rejected"), 0);
        let again = rejection(&world).unwrap();
        assert_eq!((&again["id"], &again["opened_at"]), (&first["id"], &first["opened_at"]));
    }
    world.move_end(ID, B).await;
    world.once();
    assert_eq!(code(&world), None);
    assert_eq!(end(&world).await, B);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistake_that_is_taken_back_closes_its_rejection() {
    let world = in_step().await;
    world.move_end(ID, "2025-12-31").await;
    world.once();
    assert_eq!(code(&world).as_deref(), Some("end-before-start"));
    world.move_end(ID, A).await;
    assert_eq!(sum(&world.once(), "delivered"), 0);
    assert_eq!(code(&world), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_personal_budget_goes_nowhere() {
    let world = in_step().await;
    let before = received(&world, Office::Back).await;
    let mut budget = indicated("IND-900002", "999999989");
    budget["leveringsvorm"] = "PGB".into();
    world.indication(budget).await;
    assert_eq!(sum(&world.once(), "skipped"), 1);
    assert_eq!(received(&world, Office::Back).await, before);
    assert_eq!(rejection(&world), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withheld_field_is_not_in_the_body() {
    let world = in_step().await;
    world.edit("mappings/package-indication.toml", |text| {
        text.replace("besluitdatum = ", "besluitnummer = \"decision.number\"\nbesluitdatum = ")
    });
    world.move_end(ID, B).await;
    world.once();
    assert_eq!(booked(&world).await.unwrap()["body"].get("besluitnummer"), None);
    world.edit("schakel.toml", |text| text.replace("withhold = [\"decision.number\"]", "withhold = []"));
    world.move_end(ID, A).await;
    world.once();
    assert_eq!(booked(&world).await.unwrap()["body"]["besluitnummer"], "B-2026-90001");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_other_side_refuses_waits_for_another_version_and_its_words_are_not_repeated() {
    let world = in_step().await;
    world.control(Office::Back, json!({ "refuse": 1 })).await;
    world.move_end(ID, B).await;
    let outputs = [
        world.command(&["once", "--log", "trace"]),
        world.command(&["rejections", "list"]),
        world.command(&["rejections", "show", rejection(&world).unwrap()["id"].as_str().unwrap()]),
        world.command(&["status"]),
    ];
    for Ended { code, out, err } in outputs {
        assert_eq!(code, 0, "{err}");
        for secret in [BSN, "Jansen", &world.simulator.mark().text] {
            assert!(!out.contains(secret) && !err.contains(secret), "{secret} in {out}{err}");
        }
    }
    assert_eq!(code(&world).as_deref(), Some("refused"));

    let before = received(&world, Office::Back).await;
    world.indication(json!({ "id": ID, "toelichting": "nog eens bekeken" })).await;
    world.once();
    assert_eq!(received(&world, Office::Back).await, before);
    assert_eq!(code(&world).as_deref(), Some("refused"));

    world.move_end(ID, "2027-03-31").await;
    world.once();
    assert_eq!(end(&world).await, "2027-03-31");
    assert_eq!(code(&world), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_outlives_a_mistake_in_its_row_that_is_taken_back() {
    let world = in_step().await;
    let open = |world: &World| world.once()["rejections"].as_i64().unwrap();
    let planted = open(&world);
    world.control(Office::Back, json!({ "refuse": 1 })).await;
    world.move_end(ID, B).await;
    assert_eq!(open(&world), planted + 1);
    world.move_end(ID, "2027-02-30").await;
    assert_eq!(open(&world), planted + 2, "the record is refused, and its row is wrong");
    world.move_end(ID, B).await;
    assert_eq!(open(&world), planted + 1);
    assert_eq!(code(&world).as_deref(), Some("refused"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_stands_also_when_the_version_went_up_before_it() {
    let world = in_step().await;
    world.control(Office::Back, json!({ "unavailable": -1 })).await;
    world.move_end(ID, B).await;
    assert_eq!(world.hurried().0, 69);
    world.indication(json!({ "id": ID, "toelichting": "nog eens bekeken" })).await;
    assert_eq!(world.hurried().0, 69);
    world.control(Office::Back, json!({ "unavailable": 0, "refuse": 1 })).await;
    for _ in 0..2 {
        world.once();
        assert_eq!(code(&world).as_deref(), Some("refused"));
        assert_eq!(end(&world).await, A);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_of_what_was_overtaken_is_no_work_for_anybody() {
    let world = in_step().await;
    world.control(Office::Back, json!({ "lose_answers": 1 })).await;
    world.move_end(ID, B).await;
    assert_eq!(world.hurried().0, 69);
    world.control(Office::Back, json!({ "refuse": 1 })).await;
    world.move_end(ID, "2027-03-31").await;
    world.once();
    assert_eq!(end(&world).await, "2027-03-31");
    assert_eq!(code(&world), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_system_that_is_away_is_delivered_when_it_is_back() {
    let world = in_step().await;
    world.control(Office::Back, json!({ "unavailable": -1 })).await;
    world.move_end(ID, B).await;
    let (code, summary) = world.hurried();
    assert_eq!((code, &summary["waiting"]), (69, &json!(1)));
    assert_eq!(end(&world).await, A);
    world.control(Office::Back, json!({ "unavailable": 0 })).await;
    world.once();
    assert_eq!(end(&world).await, B);
}

#[tokio::test(flavor = "multi_thread")]
async fn access_that_is_denied_ends_with_69_on_both_sides() {
    let world = in_step().await;
    world.move_end(ID, B).await;
    for office in [Office::Front, Office::Back] {
        world.control(office, json!({ "deny": true })).await;
        assert_eq!(world.json(&["once"]).0, 69);
        assert_eq!(end(&world).await, A);
        world.control(office, json!({ "deny": false })).await;
    }
    world.once();
    assert_eq!(end(&world).await, B);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_has_one_worker_and_any_number_of_onlookers() {
    let world = in_step().await;
    let mut daemon = world.start_command(&["run"]);
    daemon.wait_for("running");
    let second = world.command(&["once"]);
    assert_eq!(second.code, 74);
    assert!(second.err.ends_with("schakel: the store is in use by another process\n"), "{}", second.err);
    for looking in [&["status"][..], &["rejections", "list"]] {
        assert_eq!(world.command(looking).code, 0);
    }
    daemon.signal("TERM");
    assert_eq!(daemon.ended().code, 0);
    world.once();
}
