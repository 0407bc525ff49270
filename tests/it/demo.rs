use crate::world::Ended;
use serde_json::Value;
use std::process::Command;

fn demo(arguments: &[&str]) -> (i32, Value) {
    let directory = tempfile::TempDir::new().unwrap();
    let ended: Ended = Command::new(env!("CARGO_BIN_EXE_schakel"))
        .args(["demo", "--once", "--format", "json", "--dir"])
        .arg(directory.path().join("demo"))
        .args(arguments)
        .output()
        .unwrap()
        .into();
    let report = serde_json::from_str(&ended.out);
    (ended.code, report.unwrap_or_else(|_| panic!("no JSON: {}{}", ended.out, ended.err)))
}

fn count(report: &Value, stream: &str, what: &str) -> i64 {
    report["streams"][stream][what].as_i64().unwrap()
}

/// To the back office, and to the front office.
const TO_BACK: [&str; 2] = ["indication", "answer"];
const TO_FRONT: [&str; 8] =
    ["assignment", "request", "start", "stop", "utilization", "waiting-list", "performance", "catalogue"];
const OUTCOMES: [&str; 8] =
    ["unchanged", "delivered", "superseded", "rejected", "waiting", "skipped", "blocked", "unseen"];

#[test]
fn the_demo_carries_ten_streams_and_its_sums_agree_with_the_books() {
    let (code, report) = demo(&["--persons", "300"]);
    assert_eq!(code, 0, "{report}");
    let streams = || TO_BACK.into_iter().chain(TO_FRONT);
    for stream in streams() {
        assert!(count(&report, stream, "delivered") > 0, "{stream}");
        let sum: i64 = OUTCOMES.iter().map(|outcome| count(&report, stream, outcome)).sum();
        assert_eq!(count(&report, stream, "fetched"), sum, "{stream}");
    }
    assert!(streams().any(|stream| count(&report, stream, "skipped") > 0));
    assert!(streams().any(|stream| count(&report, stream, "unseen") > 0));
    assert!(streams().any(|stream| count(&report, stream, "blocked") > 0));
    let sides = [("back_office", &TO_BACK[..]), ("front_office", &TO_FRONT[..])];
    for (side, streams) in sides {
        let books = &report[side];
        let delivered: i64 = streams.iter().map(|stream| count(&report, stream, "delivered")).sum();
        assert_eq!(books["received"].as_i64().unwrap(), delivered + books["duplicates"].as_i64().unwrap());
        for clean in ["duplicates", "out_of_order", "forbidden_values"] {
            assert_eq!(books[clean], 0, "{side} {clean}");
        }
    }
    assert_eq!(report["rejections"]["as_planted"], true, "{}", report["rejections"]);
    assert_eq!(report["unseen"]["as_planted"], true, "{}", report["unseen"]);
    assert!(!report["rejections"]["planted"].as_array().unwrap().is_empty());
}

#[test]
fn another_seed_and_another_number_of_persons_change_the_figures() {
    let (_, one) = demo(&["--persons", "80"]);
    let (_, again) = demo(&["--persons", "80"]);
    let (_, seed) = demo(&["--persons", "80", "--seed", "2"]);
    let (_, persons) = demo(&["--persons", "90"]);
    assert_eq!(one["streams"], again["streams"]);
    assert_ne!(one["streams"], seed["streams"]);
    assert_ne!(one["streams"], persons["streams"]);
    assert_ne!(one["rejections"]["open"], seed["rejections"]["open"]);
}
