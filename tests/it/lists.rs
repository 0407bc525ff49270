//! Lines that change under one id, lists from which lines vanish, exports with lines that are wrong.

use crate::world::{Office, World, indicated, sum};
use serde_json::{Value, json};

const ID: &str = "IND-900001";
const BSN: &str = "999999990";

async fn world() -> World {
    let world = World::with_persons(1).await;
    world.keep_flows(&["indication"]);
    world.indication(indicated(ID, BSN)).await;
    world.once();
    world
}

/// The codes of the open rejections of a number.
fn codes(world: &World, handle: &str) -> Vec<String> {
    let (_, open) = world.json(&["rejections", "list", "--each"]);
    let open = open.as_array().unwrap().iter().filter(|one| one["handle"] == handle);
    open.map(|one| one["code"].as_str().unwrap().to_owned()).collect()
}

async fn body(world: &World) -> Value {
    let booked = world.booked(Office::Back, "toewijzingen").await;
    booked.into_iter().find(|record| record["id"] == ID).unwrap()["body"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn another_size_product_provider_or_start_under_one_id_is_a_rejection_until_it_is_taken_back() {
    let changes = [
        json!({ "volume": 150 }),
        json!({ "product": { "code": "HH-PLUS" } }),
        json!({ "aanbieder_agb": "42420002" }),
        json!({ "ingangsdatum": "2026-02-02" }),
    ];
    let world = world().await;
    let before = body(&world).await;
    for change in changes {
        let mut changed = change.clone();
        changed["id"] = ID.into();
        world.indication(changed).await;
        world.once();
        assert_eq!(codes(&world, "Z-2026-900001"), ["changed-in-place"], "{change}");
        assert_eq!(body(&world).await, before);
        world.indication(indicated(ID, BSN)).await;
        world.once();
        assert_eq!(codes(&world, "Z-2026-900001"), [""; 0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_takes_changes_in_place_gets_them() {
    let world = world().await;
    world.edit("schakel.toml", |text| {
        text.replacen("repeat = \"idempotent\"", "in-place = true\nrepeat = \"idempotent\"", 1)
    });
    world.indication(json!({ "id": ID, "volume": 150 })).await;
    world.once();
    assert_eq!(body(&world).await["omvang"]["volume"], 150);
    world.indication(json!({ "id": ID, "client": { "bsn": "999999989" } })).await;
    world.once();
    assert_eq!(codes(&world, "Z-2026-900001"), ["person-changed"], "never another person");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_total_changes_in_place() {
    let world = World::with_persons(1).await;
    world.keep_flows(&["indication"]);
    let mut total = indicated(ID, BSN);
    total["frequentie"] = "totaal".into();
    world.indication(total).await;
    world.once();
    world.indication(json!({ "id": ID, "volume": 150 })).await;
    world.once();
    assert_eq!(body(&world).await["omvang"]["volume"], 150);
}

/// A world that reads utilization as one list that is written anew each time.
async fn exports() -> World {
    let world = World::with_persons(1).await;
    world.keep_flows(&["indication", "utilization"]);
    world.edit("schakel.toml", |text| {
        text.replace("files = \"benutting-*.csv\"", "files = \"lijst*.csv\"\nread = \"snapshot\"\nencoding = \"utf-8\"")
    });
    world.indication(indicated(ID, BSN)).await;
    world
}

/// Writes the list; each line is a number of an assignment and a volume.
fn list(world: &World, name: &str, lines: &[(&str, &str)]) {
    let header = "Regelnummer;Wet;Cliëntnummer;Aanbieder AGB;Toewijzingsnummer;Begin periode;Einde periode;\
                  Geleverd volume;Eenheid;Geteld tot en met;Status";
    let rows = lines.iter().map(|(number, volume)| {
        format!("L-{number};WMO;{BSN};42420001;{number};01-10-2026;31-10-2026;{volume};uren;31-10-2026;voorlopig")
    });
    let text: Vec<String> = std::iter::once(header.to_owned()).chain(rows).collect();
    std::fs::write(world.path("exports").join(name), text.join("\r\n") + "\r\n").unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_vanishes_from_a_whole_list_is_told_once_and_ends_nothing() {
    let world = exports().await;
    list(&world, "lijst-1.csv", &[("101", "12,00"), ("102", "8,00")]);
    assert_eq!(sum(&world.once(), "delivered"), 3 + delivered_before());
    list(&world, "lijst-2.csv", &[("101", "12,00")]);
    world.once();
    assert_eq!(codes(&world, "L-102"), ["line-vanished"]);
    assert_eq!(codes(&world, "L-101"), [""; 0]);
    assert_eq!(world.booked(Office::Front, "benutting").await.len(), 2);
    world.once();
    assert_eq!(codes(&world, "L-102"), ["line-vanished"], "no new list, nothing new to tell");
    list(&world, "lijst-3.csv", &[("101", "12,00"), ("102", "9,00")]);
    world.once();
    assert_eq!(codes(&world, "L-102"), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_gets_its_key_did_not_vanish() {
    let world = exports().await;
    list(&world, "lijst-1.csv", &[("101", "12,00"), ("102", "8,00")]);
    let path = world.path("exports").join("lijst-1.csv");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("L-102;", ";")).unwrap();
    world.once();
    list(&world, "lijst-2.csv", &[("101", "12,00"), ("102", "8,00")]);
    world.once();
    let (_, open) = world.json(&["rejections", "list", "--each"]);
    assert!(open.as_array().unwrap().iter().all(|open| open["code"] != "line-vanished"), "{open}");
    assert_eq!(world.booked(Office::Front, "benutting").await.len(), 2);
}

/// The indication of the one person of the simulation under each law.
fn delivered_before() -> i64 {
    2
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_with_too_many_fields_is_a_rejection_until_its_file_is_mended() {
    let world = exports().await;
    list(&world, "lijst-1.csv", &[("101", "12,00"), ("102", "8;00")]);
    world.once();
    assert_eq!(codes(&world, "lijst-1.csv:3"), ["field-count"]);
    assert_eq!(world.booked(Office::Front, "benutting").await.len(), 1);
    list(&world, "lijst-1.csv", &[("101", "12,00"), ("102", "8,00")]);
    world.once();
    assert_eq!(codes(&world, "lijst-1.csv:3"), [""; 0]);
    assert_eq!(world.booked(Office::Front, "benutting").await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn later_figures_replace_earlier_ones() {
    let world = exports().await;
    list(&world, "lijst-1.csv", &[("101", "12,00")]);
    world.once();
    list(&world, "lijst-2.csv", &[("101", "15,00")]);
    world.once();
    let used = world.booked(Office::Front, "benutting").await;
    assert_eq!((used.len(), &used[0]["body"]["volume"]), (1, &json!(15)));
}
