use crate::support::Folder;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::time::{Duration, SystemTime};

const ROW: &str = "id;naam\n1;a\n";

#[tokio::test]
async fn hidden_files_and_files_being_written_are_none() {
    let mut folder = Folder::new("files = \"*\"\nformat = \"csv\"");
    for name in [".a.csv", "b.csv.part", "c.tmp", "D.TMP", "e.csv.ready", "f.csv.manifest"] {
        folder.write(name, ROW);
    }
    std::fs::create_dir(folder.path("g.csv")).unwrap();
    assert_eq!(folder.read().await, Vec::<String>::new());
}

#[tokio::test]
async fn the_pattern_says_which_files() {
    let mut folder = Folder::new("files = \"benutting-20??-*.csv\"\nformat = \"csv\"");
    folder
        .write("benutting-2026-01.csv", ROW)
        .write("Benutting-2026-01.csv", "")
        .write("benutting-2026-01.csv.bak", "");
    assert_eq!(folder.read().await, ["1 a"]);
}

#[tokio::test]
async fn a_name_that_is_no_text_is_a_file_as_any_other() {
    let mut folder = Folder::csv("after = \"delete\"");
    let name = OsStr::from_bytes(b"jos\xE9.csv");
    std::fs::write(folder.directory.path().join(name), ROW).unwrap();
    let file = std::fs::File::options().append(true).open(folder.directory.path().join(name)).unwrap();
    file.set_modified(SystemTime::now() - Duration::from_mins(1)).unwrap();
    assert_eq!(folder.read().await, ["1 a"]);
    assert_eq!(folder.names("."), Vec::<String>::new());
}

#[tokio::test]
async fn a_young_file_waits() {
    let mut folder = Folder::csv("");
    folder.write_ago("a.csv", ROW, Duration::ZERO).write_ago("b.csv", ROW.replace('1', "2"), Duration::from_secs(11));
    assert_eq!(folder.read().await, ["2 a"]);
    folder.write_ago("a.csv", ROW, Duration::from_secs(11));
    assert_eq!(folder.read().await, ["1 a"]);

    let mut folder = Folder::csv("ready = { age-seconds = 600 }");
    folder.write_ago("a.csv", ROW, Duration::from_secs(590));
    assert_eq!(folder.read().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_file_waits_for_its_marker() {
    let mut folder = Folder::csv("ready = \"marker\"");
    folder.write("a.csv", ROW);
    assert_eq!(folder.read().await, Vec::<String>::new());
    folder.write_ago("a.csv.ready", "", Duration::from_hours(2));
    assert_eq!(folder.read().await, Vec::<String>::new(), "the marker is of an earlier file");
    folder.write_ago("a.csv.ready", "", Duration::ZERO);
    assert_eq!(folder.read().await, ["1 a"]);
}

#[tokio::test]
async fn a_file_waits_until_it_is_as_large_as_its_manifest_says() {
    let mut folder = Folder::csv("ready = \"manifest\"");
    folder.write("a.csv", &ROW[..9]);
    assert_eq!(folder.read().await, Vec::<String>::new());
    folder.write("a.csv.manifest", format!("{} a.csv\n", ROW.len()));
    assert_eq!(folder.read().await, Vec::<String>::new());
    folder.write("a.csv", ROW);
    for other in ["", "12", "a.csv 12", "12 b.csv"] {
        folder.write("a.csv.manifest", other);
        assert_eq!(folder.read().await, Vec::<String>::new(), "{other}");
    }
    folder.write("a.csv.manifest", format!("  {}  a.csv\n", ROW.len()));
    assert_eq!(folder.read().await, ["1 a"]);
}
