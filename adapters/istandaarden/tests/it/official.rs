//! The seven official example messages of iWmo 3.2, field by field.

use crate::folder::{Folder, STREAMS, records, texts};
use crate::shared;
use schakel_api::contract::Item;
use schakel_api::model::Stream;

/// A directory with the official examples, when they are there.
fn examples() -> Option<Folder> {
    let examples = shared::folder("examples/wmo")?;
    let folder = Folder::new(&STREAMS);
    for number in [301, 305, 307, 315, 317, 319, 323] {
        let name = format!("WMO{number}.xml");
        folder.write(&name, std::fs::read(examples.join(&name)).unwrap());
    }
    Some(folder)
}

#[tokio::test]
async fn the_official_assignment_is_read_field_by_field() {
    let Some(mut folder) = examples() else { return };
    let items = folder.pass(Stream::Assignment).await;
    let (assignment, others) = items.split_first().unwrap();
    assert_eq!(others, [Item::Blocked], "the declaration");
    let assignment = records(Stream::Assignment, std::slice::from_ref(assignment))[0];
    assert_eq!(assignment.key, "iwmo-414-0384-123456789012/1");
    assert_eq!(assignment.handle.as_deref(), Some("101"));
    assert_eq!(assignment.version.raw(), "2023-08-13T12:34:56");
    assert_eq!(
        texts(&assignment.values),
        [
            "assigned = 2023-08-13T10:34:56Z",
            "bsn = 999900006",
            "end = 2023-12-31",
            "law = wmo",
            "number = 101",
            "product.category = 01",
            "product.code = 01A01",
            "provider = agb:42420001",
            "request = 42420002",
            "size.frequency = 1",
            "size.unit = 01",
            "size.volume = 10",
            "start = 2023-01-01",
            "state = sent",
        ]
    );
}

#[tokio::test]
async fn the_official_starts_are_read_field_by_field() {
    let Some(mut folder) = examples() else { return };
    let items = folder.pass(Stream::Start).await;
    let starts = records(Stream::Start, &items);
    assert_eq!(starts.len(), 2);
    assert_eq!(starts[0].key, "iwmo-418-65656055-123456789013/1");
    assert_eq!(starts[0].version.raw(), "2025-04-05");
    assert_eq!(
        texts(&starts[0].values),
        [
            "assignment = 300201",
            "assignment-start = 2025-04-01",
            "bsn = 999900006",
            "law = wmo",
            "product.category = 01",
            "product.code = 01A11",
            "provider = agb:65656055",
            "start = 2025-04-03",
            "state = delivered",
        ]
    );
    assert_eq!(
        texts(&starts[1].values),
        [
            "assignment = 300202",
            "assignment-start = 2025-04-01",
            "bsn = 999900006",
            "law = wmo",
            "product.category = 01",
            "product.code = 01A12",
            "provider = agb:65656055",
            "start = 2025-04-04",
            "state = delivered",
        ]
    );
}

#[tokio::test]
async fn the_official_stops_are_read_field_by_field() {
    let Some(mut folder) = examples() else { return };
    let items = folder.pass(Stream::Stop).await;
    let stops = records(Stream::Stop, &items);
    let expected = [("300201", "01A11", "2025-04-03"), ("300202", "01A12", "2025-04-15")];
    assert_eq!(stops.len(), expected.len());
    for (stop, (number, code, start)) in stops.iter().zip(expected) {
        assert_eq!(stop.handle.as_deref(), Some(number));
        assert_eq!(stop.version.raw(), "2025-07-21");
        assert_eq!(
            texts(&stop.values),
            [
                &format!("assignment = {number}"),
                "assignment-start = 2025-04-01",
                "bsn = 999900006",
                "end = 2025-07-18",
                "law = wmo",
                "product.category = 01",
                &format!("product.code = {code}"),
                "provider = agb:65656055",
                "reason = 31",
                &format!("start = {start}"),
                "state = delivered",
            ]
        );
    }
}

#[tokio::test]
async fn the_official_requests_are_read_field_by_field() {
    let Some(mut folder) = examples() else { return };
    let items = folder.pass(Stream::Request).await;
    let (answer, requests) = items.split_first().unwrap();
    assert_eq!(answer, &Item::Skipped);
    let mut requests = records(Stream::Request, requests);
    assert_eq!(requests.len(), 3);
    // The request for change is of an earlier day than the requests for assignments.
    requests.rotate_left(1);
    for (request, (reference, category, code)) in
        requests.iter().zip([("42420001", "01", "ABCDE"), ("42420002", "02", "BCDEF")])
    {
        assert_eq!(request.handle.as_deref(), Some(reference));
        assert_eq!(request.version.raw(), "2023-07-15");
        assert_eq!(
            texts(&request.values),
            [
                "bsn = 999900006",
                "kind = new",
                "law = wmo",
                "provider = agb:42420001",
                &format!("reference = {reference}"),
                "parts[].end = 2023-06-30",
                "parts[].kind = new",
                &format!("parts[].product.category = {category}"),
                &format!("parts[].product.code = {code}"),
                "parts[].size.frequency = 4",
                "parts[].size.unit = 14",
                "parts[].size.volume = 4",
                "parts[].start = 2023-06-01",
            ]
        );
    }
    assert_eq!(requests[2].key, "iwmo-480-65656055-987654321/1");
    assert_eq!(
        texts(&requests[2].values),
        [
            "bsn = 999900006",
            "kind = change",
            "law = wmo",
            "provider = agb:65656055",
            "reason = 1",
            "reference = 9003",
            "parts[].assignment = 10071",
            "parts[].kind = unchanged",
            "parts[].assignment = 10072",
            "parts[].end = 2023-12-31",
            "parts[].kind = change",
            "parts[].start = 2023-04-02",
            "parts[].end = 2023-12-31",
            "parts[].kind = new",
            "parts[].product.category = 01",
            "parts[].product.code = 01A12",
            "parts[].size.frequency = 4",
            "parts[].size.unit = 14",
            "parts[].size.volume = 20",
            "parts[].start = 2023-04-02",
        ]
    );
}
