//! The front office answers requests, and the back office takes the answers.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use reqwest::{Method, StatusCode};
use schakel_simulator::{Options, Simulator};
use serde_json::{Value, json};
use support::{Office, mark, offices, options, plain};

async fn answers(front: &Office) -> Vec<Value> {
    front.list("/api/antwoorden", "gewijzigd_na", 7).await
}

fn many() -> Options {
    Options { persons: 400, ..options() }
}

#[tokio::test]
async fn every_answer_is_to_a_request_in_the_messages_or_planted() {
    let directory = tempfile::tempdir().unwrap();
    let messages = directory.path().to_owned();
    let simulator = Simulator::start(Options { messages: Some(messages), ..many() }).await.unwrap();
    let [front, _] = offices(&simulator);
    let requests: Vec<String> = fs::read_dir(directory.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| ["315-", "317-"].iter().any(|kind| path.to_str().unwrap().contains(kind)))
        .map(|path| plain(&fs::read_to_string(path).unwrap()))
        .collect();
    let planted: BTreeMap<String, String> = simulator
        .planted()
        .into_iter()
        .filter(|planted| planted.stream == "answer")
        .map(|planted| (planted.id, planted.code))
        .collect();
    let rows = answers(&front).await;
    let (mut seen, mut faults) = (BTreeSet::new(), 0);
    for row in &rows {
        let reference = row["referentie"].as_str().unwrap();
        if planted.contains_key(reference) {
            faults += 1;
            continue;
        }
        assert!(requests.iter().any(|text| text.contains(reference)), "{reference}");
        assert!(seen.insert((reference, row["antwoord"].as_str())), "{row}");
        match row["antwoord"].as_str().unwrap() {
            "afgewezen" => assert!(["2", "4", "7", "8", "9"].contains(&row["reden"].as_str().unwrap())),
            answer => assert_eq!((answer, row["reden"].as_str()), ("in onderzoek", None)),
        }
        assert_eq!(row["gemeente"].is_string(), row["reden"] == "8");
        assert!(row["gemeente"].is_null() || row["wet"] == "JW");
        for path in ["/client/naam", "/toelichting", "/budget/bedrag"] {
            assert!(row.pointer(path).unwrap().as_str().unwrap().contains(&mark().text));
        }
        assert_eq!(row["bedrag"], mark().number);
    }
    assert_eq!(faults, planted.len());
    for code in ["code-unknown", "value-missing", "reason-unknown", "provider-invalid"] {
        assert!(planted.values().filter(|planted| *planted == code).count() >= 2, "{code}");
    }
    let kinds: BTreeSet<_> = seen.iter().map(|(_, answer)| answer).collect();
    assert_eq!(kinds.len(), 2);
}

#[tokio::test]
async fn a_step_gives_answers_and_changes_one() {
    let simulator = Simulator::start(many()).await.unwrap();
    let [front, _] = offices(&simulator);
    let before = answers(&front).await;
    let step = simulator.step().await;
    let after = answers(&front).await;
    let last = before.last().unwrap()["gewijzigd_op"].as_str();
    let changed: Vec<&str> =
        after.iter().filter(|row| row["gewijzigd_op"].as_str() > last).map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(changed, step.answers);
    assert!(after.iter().any(|row| row["versie"] == 2 && row["antwoord"] == "afgewezen"));
    assert!(after.len() > before.len());
    let since = front.request(Method::GET, "/api/antwoorden").query(&[("gewijzigd_na", last)]);
    let page: Value = since.send().await.unwrap().json().await.unwrap();
    assert_eq!(page["items"].as_array().unwrap().len(), changed.len() + 1);
}

#[tokio::test]
async fn the_same_seed_gives_the_same_answers() {
    let rows = async || {
        let simulator = Simulator::start(many()).await.unwrap();
        simulator.step().await;
        answers(&offices(&simulator)[0]).await
    };
    assert_eq!(rows().await, rows().await);
}

#[tokio::test]
async fn what_was_sent_is_booked_by_its_resource_and_key() {
    let simulator = Simulator::start(options()).await.unwrap();
    let [front, back] = offices(&simulator);
    let put = async |office: &Office, path: &str, body: &Value| {
        office.request(Method::PUT, path).json(body).send().await.unwrap().status()
    };
    for resource in ["benutting", "wachtlijsten", "prestaties", "producten"] {
        let path = format!("/api/{resource}/a-1");
        assert_eq!(put(&front, &path, &json!({"versie": "0001/1"})).await, StatusCode::OK);
        assert_eq!(put(&front, &path, &json!({"van": "nu"})).await, StatusCode::BAD_REQUEST);
        assert_ne!(put(&back, &path, &json!({"versie": 1})).await, StatusCode::OK);
    }
    assert_eq!(put(&back, "/api/antwoorden/a-1", &json!({"versie": 3})).await, StatusCode::OK);
    assert_eq!(put(&front, "/api/antwoorden/a-1", &json!({"versie": 3})).await, StatusCode::NOT_FOUND);
    assert_eq!((front.counts().await[1], back.counts().await[1]), (4, 1));
}
