//! Each server misbehaves as it is told.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use reqwest::StatusCode;
use schakel_simulator::Simulator;
use serde_json::json;
use support::{BSN, mark, offices, options};

#[tokio::test]
async fn a_held_answer_comes_when_the_hold_ends_and_its_effect_at_once() {
    let simulator = Simulator::start(options()).await.unwrap();
    for office in offices(&simulator) {
        office.control(&json!({"hold": true})).await;
        let answer = tokio::spawn(office.put("1", "a", &json!({"versie": 1})).send());
        while office.control(&json!({})).await["held"] != 1 {
            tokio::task::yield_now().await;
        }
        assert_eq!(office.counts().await, [1, 1, 0, 0, 0]);
        assert!(!answer.is_finished());

        office.control(&json!({"hold": false})).await;
        assert_eq!(answer.await.unwrap().unwrap().status(), StatusCode::OK);
        assert_eq!(office.control(&json!({})).await["held"], 0);
    }
}

#[tokio::test]
async fn a_lost_answer_had_its_effect_and_leaves_no_byte() {
    let simulator = Simulator::start(options()).await.unwrap();
    for office in offices(&simulator) {
        office.control(&json!({"lose_answers": 1})).await;
        let error = office.put("1", "a", &json!({"versie": 1})).send().await.unwrap_err();
        assert!(error.is_request() && error.status().is_none(), "{error:?}");
        assert_eq!(office.counts().await, [1, 1, 0, 0, 0]);
        office.accepted("1", "a", 1).await;
        assert_eq!(office.counts().await, [2, 1, 1, 0, 0]);
    }
}

#[tokio::test]
async fn unavailable_lasts_for_its_number_of_requests_or_until_it_is_set_again() {
    let simulator = Simulator::start(options()).await.unwrap();
    for office in offices(&simulator) {
        let status = async || office.answered("1", "a", &json!({"versie": 1})).await.status();
        office.control(&json!({"unavailable": 2})).await;
        assert_eq!(status().await, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(status().await, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(office.counts().await, [0, 0, 0, 0, 0]);
        assert_eq!(status().await, StatusCode::OK);

        office.control(&json!({"unavailable": -1})).await;
        for _ in 0..5 {
            assert_eq!(status().await, StatusCode::SERVICE_UNAVAILABLE);
        }
        office.control(&json!({"unavailable": 0})).await;
        assert_eq!(status().await, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_refusal_has_no_effect_and_quotes_the_person() {
    let simulator = Simulator::start(options()).await.unwrap();
    for office in offices(&simulator) {
        office.control(&json!({"refuse": 1})).await;
        let body = json!({"versie": 1, "client": {"bsn": BSN}});
        let refused = office.answered("1", "a", &body).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let text = refused.text().await.unwrap();
        assert!(text.contains(BSN) && text.contains(&mark().text), "{text}");
        assert_eq!(office.counts().await, [0, 0, 0, 0, 0]);

        assert_eq!(office.answered("1", "a", &body).await.status(), StatusCode::OK);
        assert_eq!(office.counts().await, [1, 1, 0, 0, 0]);
    }
}

#[tokio::test]
async fn deny_keeps_everybody_out_until_it_ends() {
    let simulator = Simulator::start(options()).await.unwrap();
    for office in offices(&simulator) {
        let state = office.control(&json!({"deny": true, "latency_ms": 1})).await;
        assert_eq!(
            state,
            json!({"hold": false, "lose_answers": 0, "unavailable": 0, "refuse": 0, "deny": true, "latency_ms": 1,
                "held": 0})
        );
        let denied = office.answered("1", "a", &json!({"versie": 1})).await;
        assert_eq!(denied.status(), StatusCode::UNAUTHORIZED);
        office.control(&json!({"deny": false})).await;
        office.accepted("1", "a", 1).await;
        assert!(office.control(&json!({"hould": true})).await["fout"].is_string());
    }
}

#[tokio::test]
async fn a_stopped_simulation_accepts_nothing() {
    let simulator = Simulator::start(options()).await.unwrap();
    let [front, back] = offices(&simulator);
    simulator.stop().await;
    for office in [front, back] {
        assert!(office.put("1", "a", &json!({"versie": 1})).send().await.unwrap_err().is_connect());
    }
}
