#![allow(clippy::unwrap_used)]

use super::*;
use crate::privacy::MasterKey;
use diesel::{Connection, RunQueryDsl, SqliteConnection, sql_query};
use schakel_api::gate::Environment;
use tempfile::TempDir;

const SETTINGS: &str = "url = \"x\"\nkey = \"y\"\n";

/// An installation without links on a store of this file, and what is found about it.
async fn found(path: &Path, key: &MasterKey) -> Diagnostics {
    let url = format!("sqlite:{}", path.display());
    let installation = Installation {
        http: None,
        environment: Environment::Demo,
        store: StoreSettings { url, key: key.clone(), url_at: 6..9, key_at: 16..19 },
        links: Vec::new(),
        revision: String::new(),
        warnings: Diagnostics::default(),
        settings: Arc::new(crate::config::File { name: "schakel.toml".to_owned(), text: SETTINGS.to_owned() }),
    };
    let mut found = Diagnostics::default();
    check(&installation, true, &mut found).await;
    found
}

fn key() -> MasterKey {
    MasterKey::parse(&MasterKey::generate().unwrap().as_str().into()).unwrap()
}

#[tokio::test]
async fn a_store_of_an_earlier_release_is_a_warning_because_run_brings_it_up_to_date() {
    let directory = TempDir::new().unwrap();
    let (path, key) = (directory.path().join("schakel.db"), key());
    drop(Store::open(&format!("sqlite:{}", path.display()), &key).unwrap());
    assert!(found(&path, &key).await.is_empty());
    let mut connection = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    // Whoever looked at the store may still be closing it.
    sql_query("PRAGMA busy_timeout = 5000").execute(&mut connection).unwrap();
    sql_query("DELETE FROM __diesel_schema_migrations").execute(&mut connection).unwrap();
    let found = found(&path, &key).await;
    assert!(!found.has_mistakes());
    assert_eq!(found.warnings().len(), 1);
}

#[tokio::test]
async fn what_is_no_store_is_a_mistake() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("schakel.db");
    std::fs::write(&path, "no store").unwrap();
    assert!(found(&path, &key()).await.has_mistakes());
    assert!(found(directory.path(), &key()).await.has_mistakes());
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_a_mistake_and_a_store_is_not() {
    let directory = TempDir::new().unwrap();
    assert!(found(&directory.path().join("gone/schakel.db"), &key()).await.has_mistakes());
    assert!(found(&directory.path().join("schakel.db"), &key()).await.is_empty());
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
}
