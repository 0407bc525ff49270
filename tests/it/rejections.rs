//! What people do about rejections, also beside a running daemon.

use crate::syncing::{B, BSN, HANDLE, ID, code, end, in_step, rejection};
use crate::world::{Ended, Office, World, indicated, sum, until};
use serde_json::{Value, json};

/// A code that no table has.
pub const NEW_CODE: &str = "HH-NIEUW";

/// An indication of the same person with this product code.
pub fn coded(number: u32, code: &str) -> Value {
    let mut row = indicated(&format!("IND-91000{number}"), BSN);
    row["zaaknummer"] = format!("Z-2026-91000{number}").into();
    row["product"]["code"] = code.into();
    row
}

/// [`ID`] with a product code that the table lacks.
pub fn indication_with_new_code() -> Value {
    let mut row = indicated(ID, BSN);
    row["product"]["code"] = NEW_CODE.into();
    row
}

/// A world with only the flow of indications, before its first run.
pub async fn indications() -> World {
    let world = World::with_persons(1).await;
    world.keep_flows(&["indication"]);
    world
}

/// A world in which [`ID`] has a product code that the table lacks.
pub async fn with_unknown_code() -> World {
    let world = indications().await;
    world.indication(indication_with_new_code()).await;
    world.once();
    assert_eq!(code(&world).as_deref(), Some("code-unknown"));
    world
}

/// A world whose back office takes nothing twice, in which nobody knows whether it took end date [`B`] of [`ID`].
pub async fn with_unknown_outcome() -> World {
    let world = in_step().await;
    world.edit("schakel.toml", |text| text.replace("repeat = \"idempotent\"", "repeat = \"blind\""));
    world.control(Office::Back, json!({ "lose_answers": 1 })).await;
    world.move_end(ID, B).await;
    world.once();
    assert_eq!(code(&world).as_deref(), Some("outcome-unknown"));
    world
}

pub fn complete_the_table(world: &World) {
    world.edit("tables/products.csv", |text| text + NEW_CODE + ";01A05;;\n");
}

/// The id of the open rejection of [`ID`].
pub fn id(world: &World) -> String {
    text(&rejection(world).unwrap()["id"])
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// Runs a command that must end with 0.
pub fn done(world: &World, arguments: &[&str]) -> String {
    let Ended { code, out, err } = world.command(arguments);
    assert_eq!(code, 0, "{err}");
    out
}

/// What `retry` says of the only rejection that it tried.
pub fn retried(world: &World, arguments: &[&str]) -> Value {
    let (code, retried) = world.json(&[&["rejections", "retry"], arguments].concat());
    assert_eq!(code, 0, "{retried}");
    let [one] = retried.as_array().unwrap().as_slice() else { panic!("{retried}") };
    one.clone()
}

/// The rejections of [`ID`] in another state.
pub fn set_aside(world: &World, state: &str) -> Vec<Value> {
    let (_, listed) = world.json(&["rejections", "list", "--each", state]);
    listed.as_array().unwrap().iter().filter(|listed| listed["handle"] == HANDLE).cloned().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn rejections_are_grouped_by_what_is_wrong_and_who_must_act() {
    let world = indications().await;
    for number in 1..=7 {
        world.indication(coded(number, NEW_CODE)).await;
    }
    let mut ended = coded(8, "HH-BASIS");
    ended["einddatum"] = "2025-12-31".into();
    world.indication(ended).await;
    world.once();
    let (_, each) = world.json(&["rejections", "list", "--each"]);
    let mine = each.as_array().unwrap().iter().filter(|one| one["handle"].as_str().unwrap().starts_with("Z-2026-91"));
    let ids: Vec<String> = mine.map(|one| text(&one["id"])).collect();
    // Apart from those that the simulation holds on purpose.
    done(
        &world,
        &[
            &["rejections", "park", "--note", "nagevraagd"],
            ids.iter().map(String::as_str).collect::<Vec<_>>().as_slice(),
        ]
        .concat(),
    );
    let (_, all) = world.json(&["rejections", "list", "--parked"]);
    let mut unknown = all["groups"][0].clone();
    let day = text(&unknown["oldest"])[..19].to_owned() + "Z";
    unknown["oldest"] = Value::Null;
    assert_eq!(
        unknown,
        json!({
            "link": "diemen", "flow": "diemen/indication/regie>package", "stream": "indication",
            "code": "code-unknown", "field": "product.code", "side": "front-office",
            "actor": "functional-administration",
            "hint": "the code is not in the table: add a row that is valid on the record's date",
            "count": 7, "oldest": null,
            "handles": ["Z-2026-910001", "Z-2026-910002", "Z-2026-910003", "Z-2026-910004", "Z-2026-910005"],
        })
    );
    assert_eq!(all["total"], 8);
    let listed = done(&world, &["rejections", "list", "--parked"]);
    insta::assert_snapshot!(listed.replace(&day, "2026-01-01T00:00:00Z"), @r"
    count  flow                             code              field         who must act               since                 numbers
    7      diemen/indication/regie>package  code-unknown      product.code  functional administration  2026-01-01T00:00:00Z  Z-2026-910001, Z-2026-910002, Z-2026-910003, Z-2026-910004, Z-2026-910005, …
    1      diemen/indication/regie>package  end-before-start  end           the front office           2026-01-01T00:00:00Z  Z-2026-910008

    code-unknown: the code is not in the table: add a row that is valid on the record's date
    end-before-start: the end lies before the start: correct it in the source

    8 parked rejections; `--each` lists them one by one
    ");
    let (_, open) = world.json(&["rejections", "list"]);
    assert_eq!(open["total"].as_u64().unwrap() + 8, each.as_array().unwrap().len() as u64);
    assert_eq!(done(&world, &["rejections", "list", "--flow", "stop"]), "no open rejections\n");
    assert_eq!(
        done(&world, &["rejections", "list", "--code", "refused", "--parked", "--dismissed"]),
        "no parked or dismissed rejections\n"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejection_is_shown_with_its_side_and_who_must_act_in_words() {
    let world = with_unknown_code().await;
    let shown = done(&world, &["rejections", "show", &id(&world)]);
    let line = |name: &str| shown.lines().find(|line| line.starts_with(name)).unwrap().to_owned();
    assert_eq!(line("came from"), "came from     the front office");
    assert_eq!(line("who must act"), "who must act  functional administration");
    assert_eq!(line("state"), "state         open");
    assert_eq!(line("entry"), "entry         -");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_outcome_names_both_ways_out() {
    let world = with_unknown_outcome().await;
    let (_, shown) = world.json(&["rejections", "show", &id(&world)]);
    assert_eq!(shown["entry"], "unknown");
    assert_eq!(shown["ways_out"], json!(["retry when it did not arrive", "dismiss when it did"]));
    assert_eq!(retried(&world, &[&id(&world)])["outcome"], "journalled");
    world.once();
    assert_eq!((end(&world).await, code(&world)), (json!(B), None));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_outcome_that_is_dismissed_is_sent_no_more() {
    let world = with_unknown_outcome().await;
    let id = id(&world);
    done(&world, &["rejections", "dismiss", &id, "--reason", "het pakket heeft hem"]);
    let before = world.books(Office::Back).await["received"].clone();
    world.once();
    assert_eq!((world.books(Office::Back).await["received"].clone(), code(&world)), (before, None));
    let (_, shown) = world.json(&["rejections", "show", &id]);
    assert_eq!((&shown["state"], &shown["entry"]), (&json!("dismissed"), &json!("parked")));
    world.move_end(ID, "2027-03-31").await;
    world.once();
    assert_eq!(end(&world).await, "2027-03-31");
    assert_eq!(set_aside(&world, "--dismissed"), [] as [Value; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn rejections_are_decided_about_and_tried_again_beside_a_running_daemon() {
    let world = with_unknown_code().await;
    world.indication(coded(1, "HH-ANDERS")).await;
    world.once();
    let id = id(&world);
    let mut daemon = world.start_command(&["run"]);
    daemon.wait_for("running");
    let note = "gevraagd aan het regieteam";
    assert_eq!(done(&world, &["rejections", "park", &id, "--note", note]), "1 rejection parked\n");
    assert_eq!(code(&world), None);
    assert_eq!(set_aside(&world, "--parked").len(), 1);
    let (_, shown) = world.json(&["rejections", "show", &id]);
    assert_eq!((&shown["state"], &shown["note"]), (&json!("parked"), &json!(note)));
    assert_eq!(done(&world, &["rejections", "reopen", &id]), "1 rejection open again\n");
    assert_eq!(code(&world).as_deref(), Some("code-unknown"));
    complete_the_table(&world);
    assert_eq!(retried(&world, &[&id])["outcome"], "journalled");
    until("the daemon delivers what was tried again", async || {
        let booked = world.booked(Office::Back, "toewijzingen").await;
        booked.iter().any(|record| record["id"] == ID && record["body"]["product"]["code"] == "01A05")
    })
    .await;
    daemon.signal("TERM");
    assert_eq!(daemon.ended().code, 0);
    let store = std::fs::read(world.path("schakel.db")).unwrap();
    assert!(!store.windows(note.len()).any(|bytes| bytes == note.as_bytes()), "a note is sealed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parked_rejection_closes_when_its_source_is_mended() {
    let world = with_unknown_code().await;
    let id = id(&world);
    done(&world, &["rejections", "park", &id, "--note", "de tabel komt"]);
    world.once();
    assert_eq!(set_aside(&world, "--parked").len(), 1);
    world.indication(json!({ "id": ID, "product": { "categorie": "01", "code": "HH-PLUS" } })).await;
    world.once();
    assert_eq!(set_aside(&world, "--parked"), [] as [Value; 0]);
    assert!(world.json(&["rejections", "show", &id]).1["closed_at"].is_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dismissed_fault_does_not_come_back_and_another_one_does() {
    let world = with_unknown_code().await;
    let id = id(&world);
    done(&world, &["rejections", "dismiss", &id, "--reason", "dubbel ingevoerd"]);
    for _ in 0..2 {
        assert!(sum(&world.once(), "unchanged") > 0);
        assert_eq!(code(&world), None);
        assert_eq!(set_aside(&world, "--dismissed").len(), 1);
    }
    world.move_end(ID, "2025-12-31").await;
    world.once();
    assert!(code(&world).is_some());
    assert_eq!(set_aside(&world, "--dismissed"), [] as [Value; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_that_is_too_short_unknown_or_not_the_only_one_changes_nothing() {
    let world = with_unknown_code().await;
    world.indication(coded(1, NEW_CODE)).await;
    world.once();
    let id = id(&world);
    let said = |given: &[&str]| {
        let ended = world.command(&[&["rejections", "park", "--note", "x"], given].concat());
        assert_eq!(ended.code, 64, "{}", ended.err);
        ended.err
    };
    assert_eq!(said(&[&id[..7]]), "schakel: an id is abbreviated to no fewer than 8 characters\n");
    assert_eq!(said(&[&id, "00000000-0000"]), "schakel: there is no rejection with the id 00000000-0000\n");
    assert_eq!(set_aside(&world, "--parked"), [] as [Value; 0]);
    done(&world, &["rejections", "park", &id[..30], "--note", "x"]);
    assert_eq!(set_aside(&world, "--parked").len(), 1);
    assert_eq!(world.command(&["rejections", "dismiss", &id, "--reason", " "]).code, 64);
    assert_eq!(world.command(&["rejections", "dismiss", &id]).code, 64);
    assert_eq!(world.command(&["rejections", "retry"]).code, 64);
    let flows = world.command(&["rejections", "retry", "--flow", "toewijzing"]);
    assert!(flows.err.contains("there is no such flow; there are diemen/indication/regie>package"), "{}", flows.err);
}
