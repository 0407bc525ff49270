//! The front office serves indications, full of what must not pass and of planted faults.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::BTreeSet;

use reqwest::Method;
use schakel_simulator::{Options, Simulator};
use serde_json::{Value, json};
use support::{Office, mark, offices, options};

/// Pages of this size from the start, or from a moment, up to the end.
async fn pages(front: &Office, since: &str, limit: usize) -> Vec<Value> {
    let (mut rows, mut after) = (Vec::new(), since.to_owned());
    loop {
        let request = front.request(Method::GET, "/api/indicaties");
        let query = [("gewijzigd_na", after.clone()), ("limit", limit.to_string())];
        let page: Value = request.query(&query).send().await.unwrap().json().await.unwrap();
        rows.extend(page["items"].as_array().unwrap().clone());
        match page["volgende"].as_str() {
            Some(next) => next.clone_into(&mut after),
            None => return rows,
        }
    }
}

async fn all(options: Options) -> Vec<Value> {
    let simulator = Simulator::start(options).await.unwrap();
    pages(&offices(&simulator)[0], "", 500).await
}

#[tokio::test]
async fn paging_returns_each_row_once_in_order_of_change() {
    let simulator = Simulator::start(options()).await.unwrap();
    let [front, _] = offices(&simulator);
    let rows = pages(&front, "", 7).await;
    assert_eq!(rows, pages(&front, "", 5_000).await);
    let ids: BTreeSet<&str> = rows.iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), rows.len());
    let changed: Vec<&str> = rows.iter().map(|row| row["gewijzigd_op"].as_str().unwrap()).collect();
    assert!(changed.is_sorted_by(|one, next| one < next));
    assert!(changed.iter().all(|moment| moment.len() == "2026-03-01T08:15:30.123456Z".len()));
    assert_eq!(pages(&front, changed[10], 500).await, rows[10..]);
}

#[tokio::test]
async fn the_same_seed_gives_the_same_data_and_another_seed_other_data() {
    let first = all(options()).await;
    assert_eq!(first, all(options()).await);
    assert_ne!(first, all(Options { seed: 2, ..options() }).await);
    let more = all(Options { persons: 61, ..options() }).await;
    let both = first.len().min(more.len());
    assert!((0..both).all(|place| first[place] != more[place]));

    let one = all(Options { persons: 1, seed: 3, ..options() }).await;
    assert!(one.iter().any(|row| row["wet"] == "WMO") && one.iter().any(|row| row["wet"] == "JW"));
}

#[tokio::test]
async fn every_value_that_must_not_pass_carries_the_mark() {
    let mark = mark().text;
    for row in all(options()).await {
        for path in [
            "/client/naam",
            "/client/geboortedatum",
            "/client/adres/straat",
            "/client/telefoon",
            "/client/email",
            "/toelichting",
            "/hulpvraag",
            "/tarief",
            "/iban",
            "/verwijzer/naam",
        ] {
            let value = row.pointer(path).and_then(Value::as_str).unwrap_or_default();
            assert!(value.contains(&mark), "{path} of {}", row["id"]);
        }
        let money = row["eenheid"] == "euro";
        assert_eq!(row["volume"].as_str().is_some_and(|volume| volume.contains(&mark)), money);
    }
}

#[tokio::test]
async fn every_planted_indication_is_there_and_every_fault_several_times() {
    let simulator = Simulator::start(options()).await.unwrap();
    let [front, _] = offices(&simulator);
    let numbers: BTreeSet<String> =
        pages(&front, "", 500).await.iter().map(|row| row["zaaknummer"].as_str().unwrap().to_owned()).collect();
    let all = simulator.planted();
    let planted: Vec<_> = all.iter().filter(|planted| planted.stream == "indication").collect();
    assert!(planted.iter().all(|planted| numbers.contains(&planted.id)));
    for code in [
        "bsn-invalid",
        "value-missing",
        "code-unknown",
        "date-invalid",
        "end-before-start",
        "size-combination",
        "complete-by-hand",
    ] {
        assert!(planted.iter().filter(|planted| planted.code == code).count() >= 2, "{code}");
    }
    let budgets = pages(&front, "", 500).await.iter().filter(|row| row["leveringsvorm"] == "PGB").count();
    let counts = front.get("/_planted").await;
    assert!(budgets > 0);
    assert_eq!(counts["skipped"]["indication"], budgets);
    assert_eq!(counts["rejections"].as_array().unwrap().len(), all.len());
}

#[tokio::test]
async fn a_row_changed_by_hand_comes_last_with_a_new_version() {
    let simulator = Simulator::start(options()).await.unwrap();
    let [front, _] = offices(&simulator);
    let before = pages(&front, "", 500).await;
    let fields = json!({"id": before[3]["id"], "einddatum": "2030-01-01", "client": {"bsn": "999900018"}});
    front.post("/_indicaties", &fields).await;
    front.post("/_indicaties", &json!({"id": "NIEUW-1", "gewijzigd_op": "2031-01-01T00:00:00.000000Z"})).await;

    let after = pages(&front, "", 500).await;
    assert_eq!(after.len(), before.len() + 1);
    let changed = &after[before.len() - 1];
    assert_eq!(changed["einddatum"], "2030-01-01");
    assert_eq!(changed["client"]["bsn"], "999900018");
    assert_eq!(changed["client"]["naam"], before[3]["client"]["naam"]);
    assert_eq!(changed["versie"].as_u64(), before[3]["versie"].as_u64().map(|version| version + 1));
    assert!(changed["gewijzigd_op"].as_str() > before[before.len() - 1]["gewijzigd_op"].as_str());
    assert_eq!(
        after[before.len()],
        json!({"id": "NIEUW-1", "gewijzigd_op": "2031-01-01T00:00:00.000000Z", "versie": 1})
    );
}

#[tokio::test]
async fn a_step_changes_a_handful_of_rows() {
    let simulator = Simulator::start(options()).await.unwrap();
    let [front, _] = offices(&simulator);
    let before = pages(&front, "", 500).await;
    let step = simulator.step().await;
    let after = pages(&front, "", 500).await;
    assert_eq!(after.len(), before.len() + 1);
    let last = before[before.len() - 1]["gewijzigd_op"].as_str();
    let changed: Vec<&str> =
        after.iter().filter(|row| row["gewijzigd_op"].as_str() > last).map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(changed, step.indications);
    assert_eq!(front.post("/_step", &json!({})).await["indications"].as_array().unwrap().len(), changed.len());
}
