//! The file: who may open it, what can be read in it, and what a kill leaves behind.

use super::{LINK, TARGET, World, at, bsn, entry, flow, hash, head, master, sealed, someone};
use crate::privacy::Purpose;
use crate::store::{NewAttempt, NewRejection, Store, StoreError};
use schakel_api::model::Stream;
use schakel_api::value::Law;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use tempfile::TempDir;

const PLANTED: &str = "PLANTED-SECRET";

#[tokio::test]
async fn reopening_finds_everything() {
    let world = World::new().await;
    let person = world.person(0).await;
    let entry = world.append(0, 1, 0, Some(0)).await;
    let record = sealed(&world.store, Purpose::Record, "plain");
    let world = world.reopen();
    assert_eq!(world.person(0).await, person);
    assert_eq!(world.read(move |tx| tx.entry(&entry)).await.unwrap().subject, person);
    assert_eq!(world.store.keyring().open(Purpose::Record, &record).unwrap(), b"plain");
}

#[tokio::test]
async fn a_second_open_is_in_use_until_the_last_handle_is_dropped() {
    let world = World::new().await;
    let clone = world.store.clone();
    assert_eq!(Store::open(&world.url(), &world.master).err(), Some(StoreError::InUse));
    drop(clone);
    assert_eq!(Store::open(&world.url(), &world.master).err(), Some(StoreError::InUse));
    world.reopen();
}

#[tokio::test]
async fn a_reader_sees_the_store_beside_its_writer_and_cannot_write() {
    let world = World::new().await;
    let person = world.person(0).await;
    let reader = Store::open_read(&world.url(), &world.master).unwrap();
    assert_eq!(reader.read(|tx| someone(tx, 0)).await, Ok(person));
    assert!(reader.keyring().scope(LINK, None).is_some());
    assert_eq!(reader.write(|_| Ok(())).await, Err(StoreError::ReadOnly));
}

#[tokio::test]
async fn a_wrong_master_key_is_told_for_writing_and_reading() {
    let world = World::new().await;
    assert_eq!(Store::open_read(&world.url(), &master()).err(), Some(StoreError::WrongKey));
    let url = world.url();
    let World { directory: _directory, store, .. } = world;
    drop(store);
    assert_eq!(Store::open(&url, &master()).err(), Some(StoreError::WrongKey));
}

#[test]
fn a_wrong_master_key_is_told_before_any_link_is_prepared() {
    let directory = TempDir::new().unwrap();
    drop(Store::open(&super::url(&directory), &master()).unwrap());
    assert_eq!(Store::open(&super::url(&directory), &master()).err(), Some(StoreError::WrongKey));
}

#[test]
fn what_is_no_store_is_not_opened() {
    let directory = TempDir::new().unwrap();
    let open = |url: &str| Store::open(url, &master()).err();
    assert_eq!(open("postgres://localhost/schakel"), Some(StoreError::Url));
    assert_eq!(open("sqlite:"), Some(StoreError::Url));
    let missing = format!("sqlite:{}/missing/schakel.db", directory.path().display());
    assert_eq!(open(&missing), Some(StoreError::Unavailable(ErrorKind::NotFound)));
    let url = super::url(&directory);
    let read = || Store::open_read(&url, &master()).err();
    assert_eq!(read(), Some(StoreError::Unavailable(ErrorKind::NotFound)));
    fs::write(directory.path().join("schakel.db"), "a letter, and no database at all").unwrap();
    assert_eq!(read(), Some(StoreError::Broken("it is not a store")));
    assert_eq!(open(&url), Some(StoreError::Database("file is not a database".to_owned())));
}

#[tokio::test]
async fn only_the_owner_may_read_any_file_of_the_store() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("schakel.db");
    fs::write(&path, "").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let store = Store::open(&super::url(&directory), &master()).unwrap();
    store.prepare(LINK, &[Law::Wmo]).await.unwrap();
    for file in fs::read_dir(directory.path()).unwrap() {
        let file = file.unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", file.file_name());
    }
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 4);
}

#[tokio::test]
async fn nothing_personal_can_be_read_in_the_files() {
    let world = World::new().await;
    let seal = |purpose| sealed(&world.store, purpose, &format!("{} {PLANTED}", bsn(3).reveal()));
    let (record, bytes, receipt) = (seal(Purpose::Record), seal(Purpose::Attempt), seal(Purpose::Receipt));
    let (handle, origin, cursor) = (seal(Purpose::Handle), seal(Purpose::Origin), seal(Purpose::Cursor));
    world
        .write(move |tx| {
            let person = someone(tx, 3)?;
            tx.set_head(&flow(), &hash(1), &head(person.clone(), 1), at(0))?;
            let id = tx.append(crate::store::NewEntry { record, ..entry(person, 1, Some(0)) }, at(0))?;
            let (moment, deadline) = (at(0), at(60));
            let attempt = NewAttempt { id: "reference".to_owned(), target: TARGET.to_owned(), moment, bytes, deadline };
            tx.begin(attempt, std::slice::from_ref(&id), at(0))?;
            tx.accept(&id, Some(receipt), at(1))?;
            tx.set_cursor(&flow(), &cursor, at(1))?;
            let rejection = NewRejection { handle: Some(handle), origin, ..super::rejections::rejection(1) };
            tx.reject(rejection, at(1))
        })
        .await;
    let url = world.directory.path().to_owned();
    assert_nothing_planted(&url);
    let World { directory, store, .. } = world;
    drop(store);
    assert_nothing_planted(directory.path());
}

fn assert_nothing_planted(directory: &Path) {
    let holds = |bytes: &[u8], text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    let mut found = false;
    for file in fs::read_dir(directory).unwrap() {
        let file = file.unwrap();
        let bytes = fs::read(file.path()).unwrap();
        assert!(!holds(&bytes, PLANTED) && !holds(&bytes, bsn(3).reveal()), "{:?}", file.file_name());
        found |= holds(&bytes, Stream::Indication.as_str());
    }
    assert!(found, "the search finds what is there");
}

#[tokio::test]
async fn a_kill_within_a_commit_leaves_what_was_committed_before() {
    let world = World::new().await;
    world.write(|tx| tx.set_cursor(&flow(), b"committed", at(0))).await;
    let after = TempDir::new().unwrap();
    let (from, to) = (world.path(), after.path().join("schakel.db"));
    // The files as they are in the middle of a transaction are what a kill leaves.
    world
        .write(move |tx| {
            tx.set_cursor(&flow(), b"open", at(1))?;
            for companion in ["", "-wal"] {
                let name = |path: &Path| format!("{}{companion}", path.display());
                fs::copy(name(&from), name(&to))?;
            }
            Ok(())
        })
        .await;
    let store = Store::open(&super::url(&after), &world.master).unwrap();
    assert_eq!(store.read(|tx| tx.cursor(&flow())).await, Ok(Some(b"committed".to_vec())));
    store.write(|tx| tx.set_cursor(&flow(), b"next", at(2))).await.unwrap();
    assert_eq!(store.read(|tx| tx.cursor(&flow())).await, Ok(Some(b"next".to_vec())));
    store.read(super::super::connection::tests::assert_whole).await.unwrap();
}
