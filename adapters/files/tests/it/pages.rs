use crate::support::Folder;
use schakel_api::contract::{Cursor, Fault, FaultCode, FilesSeen, SeenFile};
use std::fmt::Write;
use std::io::Write as _;

/// A file of that many rows.
fn rows(many: usize) -> String {
    (0..many).fold("id;naam\r\n".to_owned(), |mut text, id| {
        write!(text, "{id};\"é\n{id}\"\r\n").unwrap();
        text
    })
}

fn expected(many: usize) -> Vec<String> {
    (0..many).map(|id| format!("{id} é\n{id}")).collect()
}

#[tokio::test]
async fn a_big_file_comes_in_pages_and_counts_as_seen_with_its_last() {
    let mut folder = Folder::csv("");
    folder.write("a.csv", format!("\u{FEFF}{}", rows(1234))).write("b.csv", "id;naam\nb;b\n");
    let (mut read, mut sizes) = (Vec::new(), Vec::new());
    loop {
        let page = folder.page().await.unwrap();
        read.extend(page.items.iter().map(|item| folder.shown(item)));
        sizes.push((page.items.len(), page.files.len()));
        if page.complete {
            break;
        }
    }
    let mut expected = expected(1234);
    expected.push("b b".to_owned());
    assert_eq!(read, expected);
    assert_eq!(sizes, [(500, 0), (500, 0), (235, 2)]);
}

#[tokio::test]
async fn a_row_on_a_later_page_is_found_by_its_line_in_the_file() {
    let mut folder = Folder::csv("");
    folder.write("a.csv", rows(600) + "\r\nragged\r\n");
    assert_eq!(folder.read().await[600], "a.csv:1203: field-count", "a header, two lines for each row, none");

    let mut folder = Folder::new("files = \"*\"\nformat = \"json-lines\"");
    folder.write("a", "{\"id\": 1}\n".repeat(600) + "{");
    assert_eq!(folder.read().await[600], "a:601: not-well-formed");
}

#[tokio::test]
async fn small_files_share_a_page() {
    let mut folder = Folder::csv("");
    for file in 0..450 {
        folder.write(&format!("{file:03}.csv"), format!("id;naam\n{file};a\n"));
    }
    let mut sizes = Vec::new();
    while !folder.seen_all(450) {
        sizes.push(folder.page().await.unwrap().items.len());
    }
    assert_eq!(sizes, [200, 200, 50]);
}

#[tokio::test]
async fn documents_and_lines_come_in_pages_too() {
    for (format, before, between, after) in [("json", "[", ",", "]"), ("json-lines", "", "\n", "\n")] {
        let mut folder = Folder::new(&format!("files = \"*\"\nformat = \"{format}\""));
        let items: Vec<_> = (0..1100).map(|id| format!("{{\"id\": {id}, \"naam\": \"é\"}}")).collect();
        folder.write("a", format!("{before}{}{after}", items.join(between)));
        let first = folder.page().await.unwrap();
        assert_eq!((first.items.len(), first.complete), (500, false), "{format}");
        let read = folder.read().await;
        assert_eq!(read.len(), 600, "{format}");
        assert_eq!(read[599], "1099 é");
    }
}

#[tokio::test]
async fn asking_again_gives_the_same_page() {
    let mut folder = Folder::csv("");
    folder.write("a.csv", rows(700));
    folder.page().await.unwrap();
    let cursor = folder.cursor.clone();
    let once = folder.source.fetch(&cursor, &folder.seen).await.unwrap();
    let again = folder.source.fetch(&cursor, &folder.seen).await.unwrap();
    assert_eq!((once.items.len(), once.items == again.items), (200, true));
}

#[tokio::test]
async fn a_file_that_changed_between_pages_starts_again() {
    let mut folder = Folder::csv("");
    folder.write("a.csv", rows(700));
    assert_eq!(folder.page().await.unwrap().items.len(), 500);
    folder.write("a.csv", rows(3));
    assert_eq!(folder.read().await, expected(3));
}

#[tokio::test]
async fn a_file_that_grows_between_pages_is_left_for_later() {
    let mut folder = Folder::csv("");
    folder.write("a.csv", rows(700)).write("b.csv", "id;naam\nb;b\n");
    assert_eq!(folder.page().await.unwrap().items.len(), 500);
    // It changes now, so it is not ready.
    let mut file = std::fs::File::options().append(true).open(folder.path("a.csv")).unwrap();
    file.write_all(b"700;x\r\n").unwrap();
    assert_eq!(folder.read().await, ["b b"]);
    folder.write("a.csv", rows(701));
    assert_eq!(folder.read().await.len(), 701);
}

/// Somebody who writes on in a file between the moment when it is looked at and the one when it is read.
struct Writer(std::path::PathBuf);

impl FilesSeen for Writer {
    fn seen(&self, _: &SeenFile) -> bool {
        std::fs::File::options().append(true).open(&self.0).unwrap().write_all(b"2;b\r\n").unwrap();
        false
    }
}

#[tokio::test]
async fn a_file_that_grows_while_it_is_read_is_left_for_later() {
    let mut folder = Folder::csv("");
    folder.write("a.csv", rows(1)).write("b.csv", "id;naam\nb;b\n");
    let page = folder.source.fetch(&folder.cursor, &Writer(folder.path("a.csv"))).await.unwrap();
    assert_eq!(page.items.iter().map(|item| folder.shown(item)).collect::<Vec<_>>(), ["b b"]);
    assert_eq!((page.files.len(), page.complete), (1, true));
    folder.take_in(&page);
    folder.write("a.csv", rows(3));
    assert_eq!(folder.read().await, expected(3));
}

#[tokio::test]
async fn a_directory_that_is_away_is_an_ordinary_thing() {
    let mut folder = Folder::csv("");
    std::fs::remove_dir_all(folder.directory.path()).unwrap();
    let system = "package".to_owned();
    let fault = Fault::Unavailable { system, code: FaultCode::NotReadable, retry_after: None };
    assert_eq!(folder.page().await.err(), Some(fault));
}

#[tokio::test]
async fn a_position_of_something_else_starts_the_pass_again() {
    let mut folder = Folder::csv("");
    folder.cursor = Cursor { position: Some("7".to_owned()), ..Cursor::default() };
    assert!(matches!(folder.page().await.err(), Some(Fault::Broken { .. })));
}
