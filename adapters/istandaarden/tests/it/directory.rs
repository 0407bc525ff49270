use crate::folder::{Folder, STREAMS};
use schakel_api::code::Code;
use schakel_api::contract::{Cursor, Fault, FaultCode, Item};
use schakel_api::model::Stream;
use std::collections::HashSet;

/// A 301 of iWmo from Diemen with one assignment of this number.
fn assignment(number: usize) -> String {
    format!(
        "<Bericht xmlns=\"{}\" xmlns:b=\"http://www.istandaarden.nl/iwmo/3_2/basisschema/schema\"><Header>\
         <Afzender>0384</Afzender><Ontvanger>42420001</Ontvanger><BerichtIdentificatie>\
         <b:Identificatie>{number}</b:Identificatie><b:Dagtekening>2025-01-02</b:Dagtekening></BerichtIdentificatie>\
         </Header><Client><Bsn>999900006</Bsn><ToegewezenProducten><ToegewezenProduct>\
         <ToewijzingNummer>{number}</ToewijzingNummer><Toewijzingsdatum>2025-01-02</Toewijzingsdatum>\
         <Toewijzingstijd>03:04:05</Toewijzingstijd><Ingangsdatum>2025-02-01</Ingangsdatum>\
         </ToegewezenProduct></ToegewezenProducten></Client></Bericht>",
        namespace(301)
    )
}

fn namespace(number: u16) -> String {
    format!("http://www.istandaarden.nl/iwmo/3_2/wmo{number}/schema")
}

fn empty(number: u16) -> String {
    format!("<Bericht xmlns=\"{}\"/>", namespace(number))
}

fn defect(file: &str, code: Code) -> Item {
    Item::Defect { key: file.to_owned(), handle: Some(file.to_owned()), code }
}

fn handles(items: &[Item]) -> Vec<&str> {
    items
        .iter()
        .filter_map(|item| match item {
            Item::Native(native) => native.handle.as_deref(),
            Item::Row(_) | Item::Defect { .. } | Item::Skipped | Item::Blocked => None,
        })
        .collect()
}

/// A directory with every kind of file.
fn full(streams: &[Stream]) -> Folder {
    let folder = Folder::new(streams);
    for number in [302, 306, 308, 316, 318, 319, 320, 323, 325] {
        folder.write(&format!("{number}.xml"), empty(number));
    }
    folder
        .write("301.XML", assignment(1))
        .write("elsewhere.xml", assignment(2).replace("0384", "0344"))
        .write("305.xml", empty(305))
        .write("broken.xml", "<Bericht")
        .write("doctype.xml", format!("<!DOCTYPE Bericht>{}", empty(301)))
        .write("old.xml", empty(301).replace("3_2", "2_4"))
        .write("large.xml", vec![b' '; 25 * 1024 * 1024 + 1])
        .write(".hidden.xml", "<")
        .write("readme.txt", "<");
    std::fs::create_dir(folder.path().join("folder.xml")).unwrap();
    folder
}

#[tokio::test]
async fn four_sources_count_each_file_once() {
    let mut folder = full(&STREAMS);
    let [assignments, requests, starts, stops] = folder.passes().await.try_into().unwrap();
    assert_eq!(handles(&assignments), ["1"]);
    assert_eq!(
        assignments[1..],
        [
            Item::Skipped,
            Item::Blocked,
            Item::Blocked,
            defect("broken.xml", Code::NotWellFormed),
            defect("doctype.xml", Code::NotWellFormed),
            Item::Skipped,
            defect("large.xml", Code::TooLarge),
            defect("old.xml", Code::NotThisRelease),
        ]
    );
    assert_eq!(requests, [Item::Skipped, Item::Skipped, Item::Skipped, Item::Skipped]);
    assert_eq!(starts, [defect("305.xml", Code::ValueMissing), Item::Skipped]);
    assert_eq!(stops, [Item::Skipped]);
    assert!(folder.passes().await.iter().all(Vec::is_empty), "seen files are not read again");
}

#[tokio::test]
async fn files_of_no_stream_are_reported_by_the_lowest_that_is_read() {
    let mut folder = full(&[Stream::Stop, Stream::Start]);
    let starts = folder.pass(Stream::Start).await;
    assert_eq!(starts.iter().filter(|item| matches!(item, Item::Blocked)).count(), 2);
    assert!(starts.contains(&defect("large.xml", Code::TooLarge)));
    assert_eq!(folder.pass(Stream::Stop).await, [Item::Skipped]);
}

#[tokio::test]
async fn a_message_that_breaks_off_is_reported_by_its_own_stream() {
    let mut folder = Folder::new(&STREAMS);
    folder.write("cut.xml", empty(307).replace("/>", "><Header>"));
    let [assignments, requests, starts, stops] = folder.passes().await.try_into().unwrap();
    assert_eq!([assignments, requests, starts], [vec![], vec![], vec![]]);
    assert_eq!(stops, [defect("cut.xml", Code::NotWellFormed)]);
}

#[tokio::test]
async fn a_changed_file_is_read_again() {
    let mut folder = Folder::new(&STREAMS);
    folder.write("a.xml", assignment(1)).write("b.xml", assignment(2));
    assert_eq!(handles(&folder.pass(Stream::Assignment).await), ["1", "2"]);
    folder.write("b.xml", assignment(30));
    assert_eq!(handles(&folder.pass(Stream::Assignment).await), ["30"]);
    folder.write("b.xml", empty(308));
    assert_eq!(folder.pass(Stream::Assignment).await, []);
    assert_eq!(folder.pass(Stream::Stop).await, [Item::Skipped]);
}

#[tokio::test]
async fn the_same_size_at_another_moment_is_a_change() {
    let mut folder = Folder::new(&STREAMS);
    folder.write("a.xml", assignment(1));
    assert_eq!(folder.pass(Stream::Assignment).await.len(), 1);
    let file = std::fs::File::options().write(true).open(folder.path().join("a.xml")).unwrap();
    file.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
    assert_eq!(folder.pass(Stream::Assignment).await.len(), 1);
}

#[tokio::test]
async fn a_file_of_another_stream_is_opened_once_in_one_state() {
    let mut folder = Folder::new(&STREAMS);
    let moment = std::time::SystemTime::UNIX_EPOCH;
    let write = |folder: &Folder, number| {
        let file = folder.write("a.xml", empty(number)).path().join("a.xml");
        std::fs::File::options().write(true).open(file).unwrap().set_modified(moment).unwrap();
    };
    write(&folder, 302);
    assert_eq!(folder.pass(Stream::Start).await, []);
    // Nobody could tell this state from the one before but by opening the file.
    write(&folder, 306);
    assert_eq!(folder.pass(Stream::Start).await, []);
    assert_eq!(folder.pass(Stream::Assignment).await, []);
}

#[tokio::test]
async fn a_directory_is_read_in_pages_in_order_of_name() {
    let mut folder = Folder::new(&STREAMS);
    for number in 0..450 {
        folder.write(&format!("{number:03}.xml"), assignment(number));
    }
    let first = folder.page(Stream::Assignment, &Cursor::default()).await.unwrap();
    assert_eq!((first.items.len(), first.files.len(), first.complete), (200, 200, false));
    assert_eq!(first.next.position.as_deref(), Some("199.xml"));
    let again = folder.page(Stream::Assignment, &Cursor::default()).await.unwrap();
    assert_eq!(again.items, first.items, "asking twice gives the same");
    let last = Cursor { position: Some("399.xml".to_owned()), ..Cursor::default() };
    let last = folder.page(Stream::Assignment, &last).await.unwrap();
    assert_eq!((last.items.len(), last.complete, last.next.position), (50, true, None));
    let items = folder.pass(Stream::Assignment).await;
    let expected: Vec<String> = (0..450).map(|number| number.to_string()).collect();
    assert_eq!(handles(&items), expected);
}

#[tokio::test]
async fn a_file_that_came_later_is_found_whatever_its_name() {
    let mut folder = Folder::new(&STREAMS);
    folder.write("m.xml", assignment(1));
    folder.pass(Stream::Assignment).await;
    folder.write("a.xml", assignment(2));
    assert_eq!(handles(&folder.pass(Stream::Assignment).await), ["2"]);
}

#[tokio::test]
async fn items_of_different_files_have_different_keys() {
    let mut folder = full(&STREAMS);
    folder.write("more.xml", assignment(3));
    let keys: Vec<String> = folder
        .passes()
        .await
        .into_iter()
        .flatten()
        .filter_map(|item| match item {
            Item::Native(native) => Some(native.key),
            Item::Defect { key, .. } => Some(key),
            Item::Row(_) | Item::Skipped | Item::Blocked => None,
        })
        .collect();
    assert_eq!(keys.iter().collect::<HashSet<_>>().len(), keys.len());
}

#[tokio::test]
async fn a_directory_that_is_gone_is_unavailable() {
    let folder = Folder::new(&STREAMS);
    std::fs::remove_dir(folder.path()).unwrap();
    let fault = folder.page(Stream::Start, &Cursor::default()).await.err();
    let expected =
        Fault::Unavailable { system: "messages".to_owned(), code: FaultCode::NotReadable, retry_after: None };
    assert_eq!(fault, Some(expected));
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_vanished_is_passed_over_in_silence() {
    let mut folder = Folder::new(&STREAMS);
    std::os::unix::fs::symlink("gone.xml", folder.path().join("link.xml")).unwrap();
    assert!(folder.passes().await.iter().all(Vec::is_empty));
    folder.write("gone.xml", assignment(1));
    assert_eq!(folder.pass(Stream::Assignment).await.len(), 2, "the link and what it leads to");
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_cannot_be_read_is_reported_until_it_can() {
    let mut folder = Folder::new(&STREAMS);
    // A name that leads around in a circle cannot be looked at, by root neither.
    std::os::unix::fs::symlink("circle.xml", folder.path().join("circle.xml")).unwrap();
    for _ in 0..2 {
        let [assignments, others @ ..]: [Vec<Item>; 4] = folder.passes().await.try_into().unwrap();
        assert_eq!(assignments, [defect("circle.xml", Code::Unreadable)]);
        assert!(others.iter().all(Vec::is_empty));
    }
    std::fs::remove_file(folder.path().join("circle.xml")).unwrap();
    folder.write("circle.xml", assignment(1));
    assert_eq!(handles(&folder.pass(Stream::Assignment).await), ["1"]);
}

#[tokio::test]
async fn a_file_name_with_a_bsn_in_it_is_no_handle() {
    let mut folder = Folder::new(&STREAMS);
    folder.write("client 999900006.xml", "<");
    let items = folder.pass(Stream::Assignment).await;
    let defect = Item::Defect { key: "client 999900006.xml".to_owned(), handle: None, code: Code::NotWellFormed };
    assert_eq!(items, [defect]);
}
