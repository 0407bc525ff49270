//! The behaviour of the store, on a real file.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod entries;
mod files;
mod ledger;
mod rejections;
mod runs;
mod settle;
mod units;

use super::{EntryId, EntryState, FlowId, Head, NewEntry, Store, StoreError, SubjectId, Tx};
use crate::privacy::{Hash, MasterKey, Purpose};
use chrono::{DateTime, Duration, Utc};
use schakel_api::value::{Bsn, Law, VersionKind};
use secrecy::SecretString;
use std::path::PathBuf;
use tempfile::TempDir;

const LINK: &str = "diemen";
const TARGET: &str = "diemen/package";

/// A store in a directory of its own, with the keys of one link.
struct World {
    directory: TempDir,
    master: MasterKey,
    store: Store,
}

impl World {
    async fn new() -> Self {
        let directory = TempDir::new().unwrap();
        let master = master();
        let store = Store::open(&url(&directory), &master).unwrap();
        store.prepare(LINK, &[Law::Wmo, Law::Jeugdwet]).await.unwrap();
        Self { directory, master, store }
    }

    fn url(&self) -> String {
        url(&self.directory)
    }

    fn path(&self) -> PathBuf {
        self.directory.path().join("schakel.db")
    }

    /// Closes the store and opens it again.
    fn reopen(self) -> Self {
        let Self { directory, master, store } = self;
        drop(store);
        let store = Store::open(&url(&directory), &master).unwrap();
        Self { directory, master, store }
    }

    async fn write<T: Send + 'static>(
        &self,
        unit: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        self.store.write(unit).await.unwrap()
    }

    async fn read<T: Send + 'static>(
        &self,
        unit: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        self.store.read(unit).await.unwrap()
    }

    /// Appends an entry of person `person` and identity `identity`, journalled at second `now` and due at `due`.
    async fn append(&self, person: usize, identity: u8, now: i64, due: Option<i64>) -> EntryId {
        self.write(move |tx| {
            let person = someone(tx, person)?;
            tx.append(entry(person, identity, due), at(now))
        })
        .await
    }

    /// The person `number`.
    async fn person(&self, number: usize) -> SubjectId {
        self.write(move |tx| someone(tx, number)).await
    }
}

fn master() -> MasterKey {
    MasterKey::parse(&SecretString::from(MasterKey::generate().unwrap())).unwrap()
}

fn url(directory: &TempDir) -> String {
    format!("sqlite:{}", directory.path().join("schakel.db").display())
}

fn someone(tx: &mut Tx<'_>, number: usize) -> Result<SubjectId, StoreError> {
    tx.person(LINK, Law::Wmo, &bsn(number), at(0))
}

/// The BSN `number` of the test range.
fn bsn(number: usize) -> Bsn {
    (999_900_006..=999_999_990).filter_map(|digits: u32| Bsn::new(&digits.to_string()).ok()).nth(number).unwrap()
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + Duration::seconds(1_750_000_000 + seconds)
}

fn hash(byte: u8) -> Hash {
    Hash::from_slice(&[byte; 32]).unwrap()
}

fn flow() -> FlowId {
    FlowId::new("diemen/indication")
}

fn head(subject: SubjectId, content: u8) -> Head {
    Head {
        subject,
        content: hash(content),
        version_kind: VersionKind::Changed,
        version: "2026-03-01T00:00:00.000000000Z".to_owned(),
        in_force: true,
        before: false,
        accepted: None,
        fixed: None,
        ambiguous: false,
    }
}

/// An entry whose content is the hash of its identity's number.
fn entry(subject: SubjectId, identity: u8, due: Option<i64>) -> NewEntry {
    let head = head(subject, identity);
    NewEntry {
        flow: flow(),
        target: TARGET.to_owned(),
        subject: head.subject,
        identity: hash(identity),
        content: head.content,
        version_kind: head.version_kind,
        version: head.version,
        record: b"sealed".to_vec(),
        state: EntryState::Queued,
        due: due.map(at),
        waits: due.is_none(),
        run: 1,
    }
}

/// What the store's keys make of a plain text.
fn sealed(store: &Store, purpose: Purpose, plain: &str) -> Vec<u8> {
    store.keyring().scope(LINK, Some(Law::Wmo)).unwrap().seal(purpose, plain.as_bytes()).unwrap()
}
