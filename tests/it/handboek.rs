//! The handbook for functional administrators is played, and names every code.

use crate::manual::{Stage, play, text};
use crate::world::{Office, World, indicated, until};
use schakel_api::code::{Actor, Code};
use serde_json::{Value, json};

const BSN: &str = "999999990";

/// An indication of the person with this number, product and first day, for a year or so.
async fn indicate(world: &World, number: u32, product: &str, start: &str) {
    let mut row = indicated(&format!("IND-{number}"), BSN);
    row["product"]["code"] = product.into();
    row["ingangsdatum"] = start.into();
    row["einddatum"] = "2027-12-31".into();
    world.indication(row).await;
}

/// What the back office holds of an indication.
async fn booked(world: &World, number: u32) -> Value {
    let id = format!("IND-{number}");
    let held = async || world.booked(Office::Back, "toewijzingen").await.into_iter().find(|record| record["id"] == id);
    until("it arrives", async || held().await.is_some()).await;
    held().await.unwrap()["body"].clone()
}

async fn product(world: &World, number: u32) -> Value {
    booked(world, number).await["product"]["code"].clone()
}

/// The rejection of a row, open or parked.
fn rejection(world: &World, handle: &str) -> Option<Value> {
    let listed = |state: &[&str]| world.json(&[&["rejections", "list", "--each"], state].concat()).1;
    let all = [listed(&[]), listed(&["--parked"])];
    let mut rejections = all.iter().flat_map(|list| list.as_array().unwrap());
    rejections.find(|rejection| rejection["handle"] == handle).cloned()
}

async fn scene(stage: &mut Stage, scene: &str) {
    let world = &stage.world;
    match scene {
        "een indicatie met het nieuwe product" => indicate(world, 910_001, "HH-EXTRA", "2027-01-04").await,
        "het nieuwe product is aangekomen" => assert_eq!(product(world, 910_001).await, "01A05"),
        "een indicatie voor en een na de jaarwisseling" => {
            indicate(world, 910_002, "HH-BASIS", "2026-12-31").await;
            indicate(world, 910_003, "HH-BASIS", "2027-01-01").await;
        }
        "elk heeft de code van zijn eigen ingangsdatum" => {
            assert_eq!(
                (product(world, 910_002).await, product(world, 910_003).await),
                (json!("01A03"), json!("01A06"))
            );
        }
        "de einddatum van de oude verandert" => world.move_end("IND-910002", "2027-11-30").await,
        "de oude houdt haar code" => {
            let old = booked(world, 910_002).await;
            assert_eq!((&old["product"]["code"], &old["einddatum"]), (&json!("01A03"), &json!("2027-11-30")));
        }
        "een indicatie bij de aanbieder die fuseert" => {
            indicate(world, 910_004, "HH-PLUS", "2027-01-31").await;
            indicate(world, 910_005, "HH-PLUS", "2027-02-01").await;
        }
        "die staat bij de nieuwe aanbieder" => {
            assert_eq!(booked(world, 910_004).await["aanbieder_agb"], "42420001");
            assert_eq!(booked(world, 910_005).await["aanbieder_agb"], "42420002");
        }
        "het weekend" => {
            for number in 920_001..=920_003 {
                indicate(world, number, "HH-NIEUW", "2026-11-01").await;
            }
            for number in 920_004..=920_005 {
                indicate(world, number, "HH-PLUS", "2026-11-01").await;
                world.move_end(&format!("IND-{number}"), "2025-12-31").await;
            }
        }
        "de code is geen uitval meer en alles is bezorgd" => {
            for number in 920_001..=920_003 {
                assert_eq!(rejection(world, &format!("Z-2026-{number}")), None);
                assert_eq!(product(world, number).await, "01A07");
            }
        }
        "het regieteam verbetert Z-2026-920004" => world.move_end("IND-920004", "2027-10-31").await,
        "Z-2026-920004 is geen uitval meer en is bezorgd" => {
            assert_eq!(rejection(world, "Z-2026-920004"), None);
            assert_eq!(booked(world, 920_004).await["einddatum"], "2027-10-31");
        }
        other => {
            let handle = other.strip_prefix("kies ").unwrap_or_else(|| panic!("no scene is called {other}"));
            let id = rejection(world, handle).unwrap()["id"].as_str().unwrap().to_owned();
            let (_, last) = handle.split_at(handle.len() - 4);
            stage.says(&format!("0199aaaa-{last}"), &id);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_handbook_for_functional_administrators_holds() {
    let world = World::with_persons(30).await;
    // The list of the catalogue's follower is compared once that of its owner was read.
    world.once();
    world.once();
    let mut stage = Stage::new(world);
    stage.start();
    play("handboek.md", &mut stage, scene).await;
    let books = stage.world.books(Office::Back).await;
    assert_eq!((&books["second_assignments"], &books["duplicates"]), (&json!(0), &json!(0)));
}

#[test]
fn the_handbook_tells_of_every_code_who_must_act() {
    let manual = text("handboek.md");
    for code in Code::ALL {
        let begins = format!("| `{code}` |");
        let row = manual.lines().find(|line| line.starts_with(&begins)).unwrap_or_else(|| panic!("{code}"));
        let who = match code.actor() {
            Actor::Source => "bron",
            Actor::Administration => "beheer",
            Actor::Ict => "ICT",
        };
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        assert_eq!(cells.len(), 6, "{row}");
        assert_eq!(cells[3], who, "{row}");
    }
    let rows = manual.lines().filter(|line| line.starts_with("| `") && line.matches('|').count() == 5);
    assert_eq!(rows.count(), Code::ALL.len(), "no code that there is not");
}
