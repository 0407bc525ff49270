//! Each server counts what it received, and each kind of mistake in its own counter.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use reqwest::{Method, StatusCode};
use schakel_simulator::Simulator;
use serde_json::json;
use support::{BSN, mark, offices, options};

#[tokio::test]
async fn a_duplicate_raises_its_own_counter_and_no_other() {
    let simulator = Simulator::start(options()).await.unwrap();
    for office in offices(&simulator) {
        let first = office.accepted("1", "a", 1).await;
        assert_eq!(office.counts().await, [1, 1, 0, 0, 0]);
        assert_eq!(office.accepted("1", "a", 1).await, first);
        assert_eq!(office.counts().await, [2, 1, 1, 0, 0]);
        assert_eq!(office.accepted("1", "b", 1).await, first);
        assert_eq!(office.counts().await, [3, 1, 2, 0, 0]);
        office.accepted("1", "c", 2).await;
        assert_eq!(office.counts().await, [4, 1, 2, 0, 0]);
    }
    simulator.stop().await;
}

#[tokio::test]
async fn an_older_version_raises_its_own_counter_and_no_other() {
    let simulator = Simulator::start(options()).await.unwrap();
    for office in offices(&simulator) {
        office.accepted("1", "a", 10).await;
        office.accepted("1", "b", 9).await;
        assert_eq!(office.counts().await, [2, 1, 0, 1, 0]);
        let records = office.get("/_books/records").await;
        assert_eq!(records[0]["resource"], "toewijzingen");
        assert_eq!(records[0]["body"], json!({"versie": 10}));
        assert_eq!(records[0]["history"], json!([10, 9]));
    }
}

#[tokio::test]
async fn a_marked_value_raises_its_own_counter_and_no_other() {
    let simulator = Simulator::start(options()).await.unwrap();
    for office in offices(&simulator) {
        office.answered("1", "a", &json!({"versie": 1, "naam": mark().text})).await;
        assert_eq!(office.counts().await, [1, 1, 0, 0, 1]);
        office.answered("2", "b", &json!({"versie": 1, "bedrag": mark().number})).await;
        office.answered("3", "c", &json!({"versie": 1, "geboren": "1907-03-02"})).await;
        office.answered("4", &mark().text, &json!({"versie": 1})).await;
        office.accepted(BSN, "d", 1).await;
        assert_eq!(office.counts().await, [5, 5, 0, 0, 5]);
        office.answered("5", "e", &json!({"versie": 1, "bsn": BSN})).await;
        assert_eq!(office.counts().await, [6, 6, 0, 0, 5]);
        let query = format!("/api/indicaties?naam=K%717{}", &mark().text[3..]);
        office.request(Method::GET, &query).send().await.unwrap();
        assert_eq!(office.counts().await, [6, 6, 0, 0, 6]);
    }
}

#[tokio::test]
async fn one_identity_is_one_resource_and_path() {
    let simulator = Simulator::start(options()).await.unwrap();
    let [front, back] = offices(&simulator);
    for (path, key) in [
        ("/api/toewijzingen/WMO/7", "a"),
        ("/api/toewijzingen/JW/7", "b"),
        ("/api/verzoeken/7", "c"),
        ("/api/starts/7", "d"),
        ("/api/stops/7", "e"),
    ] {
        let request = front.request(Method::PUT, path).header("idempotency-key", key);
        let response = request.json(&json!({"versie": "a"})).send().await.unwrap();
        assert_eq!(response.json::<serde_json::Value>().await.unwrap(), json!({"status": "ontvangen"}));
    }
    assert_eq!(front.counts().await, [5, 5, 0, 0, 0]);
    assert_eq!(back.counts().await, [0, 0, 0, 0, 0]);
}

#[tokio::test]
async fn the_back_office_gives_one_number_to_each_indication() {
    let simulator = Simulator::start(options()).await.unwrap();
    let [_, back] = offices(&simulator);
    let first = back.accepted("IND-000001", "a", 1).await;
    assert_eq!(back.accepted("IND-000001", "b", 2).await, first);
    assert_ne!(back.accepted("elders-1", "c", 1).await, back.accepted("elders-2", "d", 1).await);
    assert!(first["toewijzingsnummer"].as_str().unwrap().parse::<u32>().is_ok());
}

#[tokio::test]
async fn what_cannot_be_booked_is_refused_without_effect() {
    let simulator = Simulator::start(options()).await.unwrap();
    for office in offices(&simulator) {
        let unversioned = office.answered("1", "a", &json!({"bsn": BSN})).await;
        assert_eq!(unversioned.status(), StatusCode::BAD_REQUEST);
        let elsewhere = office.request(Method::PUT, "/api/klanten/1").json(&json!({"versie": 1}));
        assert_eq!(elsewhere.send().await.unwrap().status(), StatusCode::NOT_FOUND);
        for token in ["fout", "geheim2", ""] {
            assert_eq!(office.status_with(token, "/api/indicaties").await, StatusCode::UNAUTHORIZED);
        }
        assert_eq!(office.counts().await, [0, 0, 0, 0, 0]);
    }
}
