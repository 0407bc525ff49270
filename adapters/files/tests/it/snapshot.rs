use crate::support::Folder;
use schakel_api::contract::{Cursor, Reads};
use std::time::Duration;

fn list(folder: &Folder, name: &str, ids: &[&str], hours: u64) {
    let rows = ids.iter().fold(String::new(), |rows, id| rows + id + ";x\n");
    folder.write_ago(name, format!("id;naam\n{rows}"), Duration::from_hours(hours));
}

fn whole(ids: &[&str]) -> (Vec<String>, bool) {
    (ids.iter().map(|id| format!("{id} x")).collect(), true)
}

fn nothing() -> (Vec<String>, bool) {
    (Vec::new(), false)
}

#[tokio::test]
async fn the_newest_list_counts_and_older_ones_are_as_good_as_read() {
    let mut folder = Folder::csv("read = \"snapshot\"");
    assert_eq!(folder.source.reads(), Reads::Snapshot);
    assert_eq!(folder.pass().await, nothing(), "no list says nothing");
    list(&folder, "b.csv", &["1"], 3);
    list(&folder, "a.csv", &["2", "3"], 2);
    assert_eq!(folder.pass().await, whole(&["2", "3"]));
    assert_eq!(folder.pass().await, nothing());
    list(&folder, "c.csv", &["4"], 1);
    assert_eq!(folder.pass().await, whole(&["4"]));
    list(&folder, "late.csv", &["5"], 4);
    assert_eq!(folder.pass().await, nothing(), "an older list that comes late is no news");
}

#[tokio::test]
async fn a_big_list_is_whole_with_its_last_page() {
    let mut folder = Folder::csv("read = \"snapshot\"");
    let ids: Vec<String> = (0..1100).map(|id| id.to_string()).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    list(&folder, "a.csv", &ids, 2);
    let page = folder.page().await.unwrap();
    assert_eq!((page.items.len(), page.whole, page.complete), (500, false, false));
    list(&folder, "b.csv", &["later"], 1);
    let (items, is_whole) = folder.pass().await;
    assert_eq!((items.len(), is_whole), (600, true));
    assert_eq!(folder.pass().await, whole(&["later"]));
}

#[tokio::test]
async fn a_list_that_was_replaced_half_way_is_no_list() {
    let mut folder = Folder::csv("read = \"snapshot\"");
    list(&folder, "a.csv", &["1"; 700], 2);
    folder.page().await.unwrap();
    list(&folder, "a.csv", &["2"], 1);
    assert_eq!(folder.pass().await, nothing());
    assert_eq!(folder.pass().await, whole(&["2"]));
}

#[tokio::test]
async fn a_pass_that_was_broken_off_starts_with_the_list_again() {
    let mut folder = Folder::csv("read = \"snapshot\"");
    list(&folder, "a.csv", &["1"; 700], 2);
    folder.page().await.unwrap();
    folder.cursor = Cursor::default();
    let (items, is_whole) = folder.pass().await;
    assert_eq!((items.len(), is_whole), (700, true));
}

#[tokio::test]
async fn a_list_with_a_row_that_cannot_be_read_is_not_whole() {
    let mut folder = Folder::csv("read = \"snapshot\"");
    folder.write("a.csv", format!("id;naam\nragged\n{}", "1;x\n".repeat(700)));
    let (items, is_whole) = folder.pass().await;
    assert_eq!((items.len(), is_whole), (701, false), "what it lacks may stand in that row");
    folder.write("a.csv", "");
    assert_eq!(folder.pass().await, (vec!["a.csv: not-well-formed".to_owned()], false));
}

#[tokio::test]
async fn lists_are_cleared_away_after_the_newest_was_taken_in() {
    let mut folder = Folder::csv("read = \"snapshot\"\nafter = \"delete\"");
    list(&folder, "a.csv", &["1"], 3);
    list(&folder, "b.csv", &["2"], 2);
    assert_eq!(folder.pass().await, whole(&["2"]));
    assert_eq!(folder.names("."), Vec::<String>::new());
}
