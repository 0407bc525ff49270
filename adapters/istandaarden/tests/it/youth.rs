//! Messages of iJw, with profile data, comments, amounts and every way of writing a value in them.

use crate::folder::{Folder, STREAMS, records, texts};
use crate::shared;
use schakel_api::contract::Item;
use schakel_api::model::{Record, Stream};
use schakel_api::value::StopMeaning;
use std::path::PathBuf;

const NUMBERS: [u16; 5] = [301, 305, 307, 315, 317];

fn message(number: u16) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/messages/JW{number}.xml"))
}

fn folder() -> Folder {
    let folder = Folder::new(&STREAMS);
    for number in NUMBERS {
        folder.write(&format!("JW{number}.xml"), std::fs::read(message(number)).unwrap());
    }
    folder
}

#[test]
fn the_messages_follow_the_official_schemas() {
    let Some(schemas) = shared::folder("xsd/jw") else { return };
    for number in NUMBERS {
        let Some(follows) = shared::follows(&schemas.join(format!("JW{number}.xsd")), &message(number)) else { return };
        assert!(follows, "JW{number}.xml");
    }
}

#[tokio::test]
async fn assignments_are_read_field_by_field() {
    let items = folder().pass(Stream::Assignment).await;
    let assignments = records(Stream::Assignment, &items);
    assert_eq!(assignments.len(), 3);
    assert_eq!(assignments[0].key, "ijw-436-0384-T-2026-01/1");
    assert_eq!(assignments[0].handle.as_deref(), Some("201"));
    assert_eq!(assignments[0].version.text(), "2026-01-15T08:30:00.125000000Z");
    assert_eq!(
        texts(&assignments[0].values),
        [
            "assigned = 2026-01-15T08:30:00.125Z",
            "bsn = 999900018",
            "change-reason = 05",
            "end = 2026-07-31",
            "law = jeugdwet",
            "number = 201",
            "product.category = 45",
            "product.code = 45A04",
            "provider = agb:42420001",
            "request = Vraag & 7",
            "size.frequency = 2",
            "size.unit = 01",
            "size.volume = 120",
            "start = 2026-02-01",
            "state = shortened",
        ]
    );
    assert_eq!(
        texts(&assignments[1].values),
        [
            "assigned = 2026-07-15T07:30:00Z",
            "bsn = 999900018",
            "change-reason = 13",
            "end = 2026-02-01",
            "law = jeugdwet",
            "number = 202",
            "provider = agb:42420001",
            "size.limit = amount",
            "start = 2026-02-01",
            "state = deleted",
        ]
    );
    assert_eq!(
        texts(&assignments[2].values),
        [
            "assigned = 2026-01-15T22:59:59Z",
            "bsn = 999900018",
            "law = jeugdwet",
            "number = 203",
            "product.category = 54",
            "provider = agb:42420001",
            "start = 2026-02-01",
            "state = sent",
        ]
    );
}

#[tokio::test]
async fn starts_are_read_field_by_field_and_the_deletion_comes_first() {
    let items = folder().pass(Stream::Start).await;
    let starts = records(Stream::Start, &items);
    let keys: Vec<_> = starts.iter().map(|start| start.key.as_str()).collect();
    let message = "ijw-438-42420001-S-2026-01";
    assert_eq!(keys, [format!("{message}/2"), format!("{message}/1"), format!("{message}/3")]);
    assert_eq!(starts[0].values.get("state"), Some("deleted"));
    assert_eq!(
        texts(&starts[1].values),
        [
            "assignment = 201",
            "assignment-start = 2026-02-01",
            "bsn = 999900018",
            "law = jeugdwet",
            "product.category = 45",
            "product.code = 45A04",
            "provider = agb:42420001",
            "start = 2026-02-09",
            "state = delivered",
        ]
    );
    assert_eq!(starts[2].handle.as_deref(), Some("JW305.xml"), "task-based care has no number");
}

#[tokio::test]
async fn stop_reason_31_means_completed_in_youth_care() {
    let items = folder().pass(Stream::Stop).await;
    let stops = records(Stream::Stop, &items);
    let Ok(Record::Stop(stop)) = Record::read(Stream::Stop, &stops[0].values) else { panic!("no stop") };
    assert_eq!(stop.reason.meaning(), StopMeaning::Completed);
    assert_eq!(
        texts(&stops[0].values),
        [
            "assignment = 201",
            "assignment-start = 2026-02-01",
            "bsn = 999900018",
            "end = 2026-07-31",
            "law = jeugdwet",
            "product.category = 45",
            "product.code = 45A04",
            "provider = agb:42420001",
            "reason = 31",
            "start = 2026-02-09",
            "state = delivered",
        ]
    );
}

#[tokio::test]
async fn requests_are_read_field_by_field() {
    let items = folder().pass(Stream::Request).await;
    let requests = records(Stream::Request, &items);
    assert_eq!(
        texts(&requests[0].values),
        [
            "bsn = 999900018",
            "kind = new",
            "law = jeugdwet",
            "provider = agb:42420001",
            "reference = Vraag & 7",
            "parts[].end = 2026-07-31",
            "parts[].kind = new",
            "parts[].product.category = 45",
            "parts[].product.code = 45A04",
            "parts[].size.limit = amount",
            "parts[].start = 2026-02-01",
        ]
    );
    assert_eq!(requests[1].handle.as_deref(), Some("Vraag 8"));
    assert_eq!(
        texts(&requests[1].values),
        [
            "bsn = 999900018",
            "kind = change",
            "law = jeugdwet",
            "provider = agb:42420001",
            "reason = 2",
            "reference = Vraag 8",
            "parts[].assignment = 203",
            "parts[].kind = unchanged",
            "parts[].assignment = 201",
            "parts[].end = 2026-09-30",
            "parts[].kind = change",
            "parts[].size.frequency = 2",
            "parts[].size.unit = 04",
            "parts[].size.volume = 3",
            "parts[].start = 2026-05-01",
            "parts[].end = 2026-09-30",
            "parts[].kind = new",
            "parts[].product.category = 42",
            "parts[].size.limit = amount",
            "parts[].start = 2026-05-01",
        ]
    );
}

#[tokio::test]
async fn nothing_of_a_profile_an_amount_or_a_comment_comes_along() {
    let forbidden = ["geheim", "1111gh", "0611111111", "424242", "2011-11-1", "999900031", "01019999", "example"];
    for item in folder().passes().await.into_iter().flatten() {
        let Item::Native(native) = &item else { panic!("no record: {item:?}") };
        let shown = format!("{item:?} {:?} {}", native.version, texts(&native.values).join(" ")).to_lowercase();
        for text in forbidden {
            assert!(!shown.contains(text), "{text} in {}", native.key);
        }
        assert!(!format!("{item:?}").contains("999900018"), "debug output shows no values");
    }
}
