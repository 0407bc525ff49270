//! Before it heard of the front office's ids, the back office held assignments already.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use reqwest::{Method, StatusCode};
use schakel_simulator::{Options, Simulator, SimulatorError};
use serde_json::{Value, json};
use support::{Office, mark, offices, options};

/// What an assignment and an indication have in common, in official codes.
type Match = [String; 6];

fn table(name: &str) -> BTreeMap<String, String> {
    let path = format!("{}/../../config/tables/{name}", env!("CARGO_MANIFEST_DIR"));
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_path(path).unwrap();
    reader.records().map(Result::unwrap).map(|row| (row[0].to_owned(), row[1].to_owned())).collect()
}

fn text(row: &Value, path: &str) -> String {
    row.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn key(row: &Value, code: String) -> Match {
    let [law, bsn, provider, category, start] =
        ["/wet", "/client/bsn", "/aanbieder_agb", "/product/categorie", "/ingangsdatum"].map(|path| text(row, path));
    [law, bsn, provider, category, code, start]
}

/// The indications by what they have in common with an assignment; faulty ones too.
async fn indications(front: &Office) -> BTreeMap<Match, Vec<Value>> {
    let products = table("products.csv");
    let mut found: BTreeMap<Match, Vec<Value>> = BTreeMap::new();
    for row in front.list("/api/indicaties", "gewijzigd_na", 5_000).await {
        let code = products.get(&text(&row, "/product/code")).cloned().unwrap_or_default();
        found.entry(key(&row, code)).or_default().push(row);
    }
    found
}

async fn held(back: &Office) -> Vec<Value> {
    back.list("/api/toewijzingen", "na", 100).await
}

fn many() -> Options {
    Options { indications: Some(1_500), held: 900, ambiguous: 25, ..Options { persons: 300, ..options() } }
}

/// The body that Schakel sends of an indication.
fn body(row: &Value, number: Option<&str>) -> Value {
    let code = table("products.csv").get(&text(row, "/product/code")).cloned();
    let mut body = json!({
        "versie": 1,
        "wet": if row["wet"] == "JW" { "jeugdwet" } else { "wmo" },
        "bsn": row["client"]["bsn"],
        "aanbieder_agb": row["aanbieder_agb"],
        "product": {"categorie": row["product"]["categorie"]},
        "ingangsdatum": row["ingangsdatum"],
    });
    if let Some(code) = code {
        body["product"]["code"] = code.into();
    }
    if let Some(number) = number {
        body["toewijzingsnummer"] = number.into();
    }
    body
}

async fn seconds(back: &Office) -> u64 {
    back.get("/_books").await["second_assignments"].as_u64().unwrap()
}

#[tokio::test]
async fn every_held_assignment_fits_the_indication_that_is_told() {
    let simulator = Simulator::start(many()).await.unwrap();
    let [front, back] = offices(&simulator);
    let indications = indications(&front).await;
    assert!(indications.values().map(Vec::len).sum::<usize>() >= 1_500);

    let (mut single, mut ambiguous) = (BTreeSet::new(), BTreeMap::<String, u32>::new());
    let rows = held(&back).await;
    assert_eq!(rows.len(), 900 + 2 * 25);
    let double: BTreeSet<String> = simulator.ambiguous().into_iter().collect();
    for row in &rows {
        let fitting = &indications[&key(row, text(row, "/product/code"))];
        assert_eq!(fitting.len(), 1);
        assert_eq!(
            (fitting[0]["status"].as_str(), fitting[0]["leveringsvorm"].as_str()),
            (Some("actief"), Some("ZIN"))
        );
        let id = text(&fitting[0], "/id");
        if double.contains(&id) {
            *ambiguous.entry(id).or_default() += 1;
        } else {
            assert!(single.insert((id, text(row, "/toewijzingsnummer").trim_start_matches('0').to_owned())));
        }
        assert_eq!(row["volume"], fitting[0]["volume"]);
        assert_eq!(row["tarief"], mark().number);
        assert!(text(row, "/client/naam").contains(&mark().text));
        assert!(!row.to_string().contains("IND-"));
    }
    assert_eq!(single, simulator.held().into_iter().collect());
    assert_eq!(ambiguous.len(), 25);
    assert!(ambiguous.values().all(|count| *count == 2));
}

#[tokio::test]
async fn an_indication_that_names_its_assignment_is_linked_to_it() {
    let simulator = Simulator::start(many()).await.unwrap();
    let [front, back] = offices(&simulator);
    let rows: BTreeMap<String, Value> =
        indications(&front).await.into_values().flatten().map(|row| (text(&row, "/id"), row)).collect();
    let held = simulator.held();
    for (id, number) in &held[..40] {
        let answer: Value = back.answered(id, id, &body(&rows[id], Some(number))).await.json().await.unwrap();
        assert_eq!(answer["toewijzingsnummer"], **number);
        let changed = json!({"versie": 2, "einddatum": "2030-01-01"});
        let again: Value = back.answered(id, "later", &changed).await.json().await.unwrap();
        assert_eq!(again, answer);
    }
    assert_eq!(seconds(&back).await, 0);
    let before = back.counts().await;
    let other = back.answered("IND-900000", "x", &body(&rows[&held[0].0], Some(&held[0].1))).await;
    assert_eq!(other.status(), StatusCode::CONFLICT);
    assert_eq!(back.counts().await, before);
}

#[tokio::test]
async fn a_second_assignment_is_counted_once_for_each_indication_that_names_none() {
    let simulator = Simulator::start(many()).await.unwrap();
    let [front, back] = offices(&simulator);
    let known: BTreeSet<String> = simulator.held().into_iter().map(|(id, _)| id).chain(simulator.ambiguous()).collect();
    let (mut numbers, mut fitting) = (BTreeSet::new(), 0);
    for row in indications(&front).await.into_values().flatten().take(200) {
        let id = text(&row, "/id");
        for key in ["a", "a", "b"] {
            let key = format!("{id}-{key}");
            let answer: Value = back.answered(&id, &key, &body(&row, None)).await.json().await.unwrap();
            numbers.insert((id.clone(), text(&answer, "/toewijzingsnummer")));
        }
        fitting += u64::from(known.contains(&id));
        assert_eq!(seconds(&back).await, fitting);
    }
    assert!(fitting > 50 && fitting < 200);
    assert_eq!(numbers.len(), 200);
    assert!(simulator.held().iter().all(|held| !numbers.contains(held)));
}

#[tokio::test]
async fn twenty_thousand_indications_fit_nobody_twice_with_one_product() {
    let options = Options { persons: 4_000, indications: Some(20_000), held: 15_000, ambiguous: 100, ..options() };
    let simulator = Simulator::start(options).await.unwrap();
    let [front, back] = offices(&simulator);
    let faulty: BTreeSet<String> = simulator.planted().into_iter().map(|planted| planted.id).collect();
    let rows = front.list("/api/indicaties", "gewijzigd_na", 5_000).await;
    assert_eq!(rows.len(), 20_000);
    let (mut persons, mut products, mut twice) = (BTreeSet::new(), BTreeSet::new(), 0);
    for row in
        rows.iter().filter(|row| !faulty.contains(&text(row, "/zaaknummer")) && !text(row, "/product/code").is_empty())
    {
        persons.insert(text(row, "/client/bsn"));
        twice += u32::from(!products.insert((text(row, "/client/bsn"), text(row, "/product/code"))));
    }
    assert!(persons.len() <= 4_000);
    // The one personal budget that is put among them may be of a product that its person has in kind.
    assert!(twice <= 1, "{twice}");
    assert_eq!((simulator.held().len(), simulator.ambiguous().len()), (15_000, 100));
    let page = back.request(Method::GET, "/api/toewijzingen").send().await.unwrap().json::<Value>().await.unwrap();
    assert_eq!(page["totaal"], 15_200);
    assert_eq!(page["items"].as_array().unwrap().len(), 500);
}

#[tokio::test]
async fn more_indications_than_the_persons_can_have_are_an_error() {
    let options = Options { persons: 2, indications: Some(33), ..options() };
    assert!(matches!(Simulator::start(options).await, Err(SimulatorError::Indications)));
}

#[tokio::test]
async fn nothing_is_held_unless_it_is_asked_for() {
    let simulator = Simulator::start(options()).await.unwrap();
    let [_, back] = offices(&simulator);
    assert_eq!((held(&back).await, simulator.held(), simulator.ambiguous()), (vec![], vec![], vec![]));
    assert_eq!(seconds(&back).await, 0);
}
