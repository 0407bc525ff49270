use crate::support::{Folder, Seen};
use schakel_api::contract::{Cursor, Fault, FaultCode, FilesSeen, SeenFile};
use std::time::Duration;

const ROW: &str = "id;naam\n1;a\n";

const MOVE: &str = "after = { move = \"verwerkt\" }";

#[tokio::test]
async fn what_was_taken_in_goes_in_the_same_pass() {
    let mut folder = Folder::csv("after = \"delete\"");
    folder.write("a.csv", ROW).write("b.txt", ROW).write_ago("c.csv", ROW, Duration::ZERO);
    assert_eq!(folder.read().await, ["1 a"]);
    assert_eq!(folder.names("."), ["b.txt", "c.csv"]);

    let mut folder = Folder::csv(MOVE);
    folder.write("a.csv", ROW);
    assert_eq!(folder.read().await, ["1 a"]);
    assert_eq!((folder.names("."), folder.names("verwerkt")), (vec![], vec!["a.csv".to_owned()]));
}

#[tokio::test]
async fn what_was_not_taken_in_stays() {
    let mut folder = Folder::csv("after = \"delete\"");
    folder.write("a.csv", ROW);
    let page = folder.source.fetch(&folder.cursor, &folder.seen).await.unwrap();
    assert!(!page.complete);
    // The page was not taken in: the cursor alone is no proof of it.
    let nothing = Seen::default();
    assert!(folder.source.fetch(&page.next, &nothing).await.unwrap().complete);
    assert_eq!(folder.names("."), ["a.csv"]);
    assert_eq!(folder.read().await, ["1 a"]);
    assert_eq!(folder.names("."), Vec::<String>::new());
}

#[tokio::test]
async fn a_crash_between_page_and_sweep_loses_nothing() {
    let mut folder = Folder::csv(MOVE);
    folder.write("a.csv", ROW);
    let page = folder.page().await.unwrap();
    assert_eq!((page.items.len(), page.complete, folder.names(".").len()), (1, false, 1));
    // From the same cursor, twice.
    let cursor = folder.cursor.clone();
    assert_eq!(folder.read().await, Vec::<String>::new());
    folder.cursor = cursor;
    assert_eq!(folder.read().await, Vec::<String>::new());
    assert_eq!(folder.names("verwerkt"), ["a.csv"]);
}

#[tokio::test]
async fn what_is_left_of_an_earlier_pass_goes_in_the_next() {
    let mut folder = Folder::csv(MOVE);
    folder.write("a.csv", ROW);
    folder.page().await.unwrap();
    folder.cursor = Cursor::default();
    assert_eq!(folder.read().await, Vec::<String>::new());
    assert_eq!(folder.names("verwerkt"), ["a.csv"]);
}

#[tokio::test]
async fn a_file_written_anew_meanwhile_stays() {
    let mut folder = Folder::csv("after = \"delete\"");
    folder.write("a.csv", ROW);
    folder.page().await.unwrap();
    folder.write("a.csv", "id;naam\n2;b\n3;c\n");
    assert_eq!(folder.read().await, Vec::<String>::new());
    assert_eq!(folder.read().await, ["2 b", "3 c"]);
    assert_eq!(folder.names("."), Vec::<String>::new());
}

/// Says that a file was read, and writes it anew right after that.
struct Writer(std::path::PathBuf);

impl FilesSeen for Writer {
    fn seen(&self, _: &SeenFile) -> bool {
        std::fs::write(&self.0, "id;naam\n2;b\n3;c\n").unwrap();
        true
    }
}

#[tokio::test]
async fn a_file_written_anew_while_it_is_cleared_away_stays() {
    let mut folder = Folder::csv("after = \"delete\"");
    folder.write("a.csv", ROW);
    folder.page().await.unwrap();
    let writer = Writer(folder.path("a.csv"));
    assert!(folder.source.fetch(&folder.cursor, &writer).await.unwrap().complete);
    assert_eq!(folder.names("."), ["a.csv"]);
}

#[tokio::test]
async fn what_could_not_be_read_whole_stays() {
    let mut folder = Folder::csv("after = \"delete\"");
    folder.write("bad.csv", "id\n1\n").write("ragged.csv", "id;naam\n1;a\n2\n");
    assert_eq!(folder.read().await, ["bad.csv: column-missing", "1 a", "ragged.csv:3: field-count"]);
    assert_eq!(folder.read().await, Vec::<String>::new());
    assert_eq!(folder.names("."), ["bad.csv", "ragged.csv"]);
}

#[tokio::test]
async fn marker_and_manifest_go_along() {
    for (ready, companion, content) in [("marker", "a.csv.ready", ""), ("manifest", "a.csv.manifest", "12 a.csv")] {
        for (after, moved) in [("\"delete\"", vec![]), ("{ move = \"verwerkt\" }", vec!["a.csv", companion])] {
            let mut folder = Folder::csv(&format!("ready = \"{ready}\"\nafter = {after}"));
            folder.write("a.csv", ROW).write_ago(companion, content, Duration::ZERO);
            assert_eq!(folder.read().await, ["1 a"], "{ready}");
            assert_eq!((folder.names("."), folder.names("verwerkt").len()), (vec![], moved.len()), "{ready} {after}");
            assert_eq!(folder.names("verwerkt"), moved);
        }
    }
}

#[tokio::test]
async fn a_move_never_overwrites() {
    let mut folder = Folder::csv(MOVE);
    folder.write("verwerkt/a.csv", "earlier");
    folder.write("a.csv", ROW);
    folder.read().await;
    folder.write("a.csv", "id;naam\n2;b\n3;c\n");
    assert_eq!(folder.read().await, ["2 b", "3 c"]);
    assert_eq!(folder.names("verwerkt"), ["a.csv", "a.csv.1", "a.csv.2"]);
    assert_eq!(std::fs::read(folder.path("verwerkt/a.csv")).unwrap(), b"earlier");
}

#[tokio::test]
async fn a_folder_that_is_gone_is_a_fault_and_nothing_is_lost() {
    let mut folder = Folder::csv(MOVE);
    folder.write("a.csv", ROW).write("b.csv", ROW);
    std::fs::remove_dir(folder.path("verwerkt")).unwrap();
    assert_eq!(folder.page().await.unwrap().items.len(), 2);
    let fault = Fault::Broken { system: "package".to_owned(), code: FaultCode::NotReadable };
    assert_eq!(folder.page().await.err(), Some(fault));
    assert_eq!(folder.names("."), ["a.csv", "b.csv"]);
    // After a fault of this kind the pass starts again: new files are read all the same.
    folder.cursor = Cursor::default();
    folder.write("c.csv", "id;naam\n3;c\n");
    assert_eq!(folder.page().await.unwrap().items.len(), 1);
    std::fs::create_dir(folder.path("verwerkt")).unwrap();
    folder.read().await;
    assert_eq!(folder.names("verwerkt"), ["a.csv", "b.csv", "c.csv"]);
}

#[tokio::test]
async fn an_empty_directory_needs_no_sweep() {
    let mut folder = Folder::csv("after = \"delete\"");
    assert!(folder.page().await.unwrap().complete);
}
