//! The back office owns the product catalogue, and the front office keeps a list that is nearly the same.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use reqwest::{Method, StatusCode};
use schakel_simulator::Simulator;
use serde_json::Value;
use support::{mark, offices, options};

/// A code table of the example installation.
fn table(name: &str) -> BTreeMap<String, String> {
    let path = format!("{}/../../config/tables/{name}", env!("CARGO_MANIFEST_DIR"));
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_path(path).unwrap();
    reader.records().map(Result::unwrap).map(|row| (row[0].to_owned(), row[1].to_owned())).collect()
}

/// What tells entries apart, and what is said of them, in official codes: key, and name, unit and end.
type Said = BTreeMap<[String; 4], [String; 3]>;

fn said(rows: &[Value], names: [&str; 7], read: impl Fn(&str, String) -> String) -> Said {
    let entry = |row: &Value| {
        let [provider, category, code, from, name, unit, to] =
            names.map(|name| read(name, row[name].as_str().unwrap_or_default().to_owned()));
        ([provider, category, code, from], [name, unit, to])
    };
    rows.iter().map(entry).collect()
}

#[tokio::test]
async fn the_lists_differ_where_it_is_planted_and_nowhere_else() {
    let simulator = Simulator::start(options()).await.unwrap();
    let [front, back] = offices(&simulator);
    let owner = back.list("/api/producten", "na", 7).await;
    let follower = front.list("/api/producten", "na", 7).await;
    assert_eq!(owner, back.list("/api/producten", "na", 500).await);
    let planted: Vec<_> = simulator.planted().into_iter().filter(|planted| planted.stream == "catalogue").collect();
    let faulty = |row: &&Value| {
        let fault =
            |planted: &&schakel_simulator::Planted| planted.code != "catalogue-differs" && planted.id == row["code"];
        planted.iter().find(fault).is_some()
    };
    let (faults, sound): (Vec<&Value>, Vec<&Value>) = owner.iter().partition(faulty);
    assert_eq!(faults.len(), 10);

    let sound: Vec<Value> = sound.into_iter().cloned().collect();
    let official = ["aanbieder_agb", "categorie", "code", "geldig_vanaf", "naam", "eenheid", "geldig_tot"];
    let own = ["aanbieder", "categorie", "productcode", "begindatum", "omschrijving", "meeteenheid", "einddatum"];
    let (products, units) = (table("products.csv"), table("units.csv"));
    let owner = said(&sound, official, |_, text| text);
    let follower = said(&follower, own, |name, text| match name {
        "productcode" | "meeteenheid" if text.is_empty() => text,
        "productcode" => products[&text].clone(),
        "meeteenheid" => units[&text].clone(),
        _ => text,
    });
    assert_eq!(owner.len(), sound.len());
    assert!(owner.keys().eq(follower.keys()));
    let differ: BTreeSet<&str> =
        owner.iter().filter(|(key, entry)| follower[*key] != **entry).map(|(key, _)| key[2].as_str()).collect();
    let differences = planted.iter().filter(|planted| planted.code == "catalogue-differs");
    assert_eq!(differ, differences.map(|planted| products[&planted.id].as_str()).collect());
    assert_eq!(differ.len(), 4);
}

#[tokio::test]
async fn every_entry_of_the_owner_holds_money_that_carries_the_mark() {
    let simulator = Simulator::start(options()).await.unwrap();
    let [front, back] = offices(&simulator);
    for row in back.list("/api/producten", "na", 500).await {
        assert_eq!(row["tarief"]["bedrag"], mark().number);
        assert!(row["toelichting"].as_str().unwrap().contains(&mark().text));
    }
    assert!(front.list("/api/producten", "na", 500).await.iter().all(|row| row["prijs"] == mark().number));
}

#[tokio::test]
async fn a_page_follows_its_cursor_and_another_cursor_is_refused() {
    let simulator = Simulator::start(options()).await.unwrap();
    for office in offices(&simulator) {
        let get =
            async |query: &str| office.request(Method::GET, &format!("/api/producten{query}")).send().await.unwrap();
        let first: Value = get("").await.json().await.unwrap();
        assert!(first["volgende"].is_string());
        assert_eq!(get("?na=elders").await.status(), StatusCode::BAD_REQUEST);
        assert_eq!(get("?limit=0").await.status(), StatusCode::BAD_REQUEST);
        assert_eq!(office.status_with("fout", "/api/producten").await, StatusCode::UNAUTHORIZED);
    }
}
