use super::StoreError;
use diesel::connection::SimpleConnection;
use diesel::r2d2::{ConnectionManager, CustomizeConnection, Pool};
use diesel::{Connection as _, SqliteConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use std::fs::{File, OpenOptions, Permissions, TryLockError};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("src/store/migrations");
const READERS: u32 = 4;

/// A connection to one of the databases that can hold a store.
#[derive(diesel::MultiConnection)]
pub(super) enum Database {
    /// A file of this machine.
    Sqlite(SqliteConnection),
}

/// Connections that only read, each used by one unit of work at a time.
pub(super) type Readers = Pool<ConnectionManager<Database>>;

/// The file that a url names: `sqlite:` and a path.
pub(super) fn path(url: &str) -> Result<PathBuf, StoreError> {
    let path = url.strip_prefix("sqlite:").filter(|path| !path.is_empty()).ok_or(StoreError::Url)?;
    // An absolute path is never taken for an SQLite URI, which could change how the file is opened.
    Ok(std::path::absolute(path)?)
}

/// Takes the lock that keeps a second writer out, until the file is dropped or the process ends.
pub(super) fn lock(path: &Path) -> Result<File, StoreError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let file = private(Path::new(&name))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// Opens the file for writing, making it where there is none, and brings its tables up to date.
pub(super) fn writer(path: &Path) -> Result<Database, StoreError> {
    // SQLite gives its companion files (-wal, -shm) the permissions of the database.
    drop(private(path)?);
    let mut connection = Database::establish(text(path)?)?;
    // Whoever writes beside us, such as `adopt`, may do so for long; the watchdog of the service waits twice as long.
    connection.batch_execute(
        "PRAGMA busy_timeout = 30000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;",
    )?;
    connection
        .run_pending_migrations(MIGRATIONS)
        .map_err(|_| StoreError::Broken("its tables cannot be brought up to date"))?;
    Ok(connection)
}

/// Connections for reading a file that has its tables.
pub(super) fn readers(path: &Path) -> Result<Readers, StoreError> {
    // SQLite would make a file that is not there.
    std::fs::metadata(path)?;
    let mut first = Database::establish(text(path)?)?;
    first.batch_execute("PRAGMA busy_timeout = 5000; PRAGMA query_only = ON;")?;
    match first.has_pending_migration(MIGRATIONS) {
        Ok(false) => {}
        Ok(true) => return Err(StoreError::Broken("its tables are older than this program")),
        Err(_) => return Err(StoreError::Broken("it is not a store")),
    }
    Pool::builder()
        .max_size(READERS)
        .min_idle(Some(1))
        .test_on_check_out(false)
        .connection_customizer(Box::new(ReadOnly))
        .build(ConnectionManager::new(text(path)?))
        .map_err(|_| StoreError::Database("no connection".to_owned()))
}

/// Makes a connection unable to write.
#[derive(Debug)]
struct ReadOnly;

impl CustomizeConnection<Database, diesel::r2d2::Error> for ReadOnly {
    fn on_acquire(&self, connection: &mut Database) -> Result<(), diesel::r2d2::Error> {
        connection
            .batch_execute("PRAGMA busy_timeout = 5000; PRAGMA query_only = ON;")
            .map_err(diesel::r2d2::Error::QueryError)
    }
}

/// A file that only its owner may read and write, whether it was there or not.
fn private(path: &Path) -> Result<File, StoreError> {
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)?;
    file.set_permissions(Permissions::from_mode(0o600))?;
    Ok(file)
}

fn text(path: &Path) -> Result<&str, StoreError> {
    path.to_str().ok_or(StoreError::Url)
}

#[cfg(test)]
pub(super) mod tests {
    #![allow(clippy::unwrap_used)]

    use super::{MIGRATIONS, writer};
    use crate::store::{StoreError, Tx};
    use diesel::prelude::*;
    use diesel::sql_types::Text;
    use diesel_migrations::MigrationHarness;

    #[derive(QueryableByName)]
    struct Check {
        #[diesel(sql_type = Text)]
        integrity_check: String,
    }

    /// The database's own check of its file.
    pub(in crate::store) fn assert_whole(tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let check: Vec<Check> = diesel::sql_query("PRAGMA integrity_check").load(tx.connection)?;
        assert_eq!(check.iter().map(|check| check.integrity_check.as_str()).collect::<Vec<_>>(), ["ok"]);
        Ok(())
    }

    #[test]
    fn migrations_can_be_undone_and_done_again() {
        let directory = tempfile::TempDir::new().unwrap();
        let mut connection = writer(&directory.path().join("schakel.db")).unwrap();
        connection.revert_all_migrations(MIGRATIONS).unwrap();
        connection.run_pending_migrations(MIGRATIONS).unwrap();
        assert!(!connection.has_pending_migration(MIGRATIONS).unwrap());
    }
}
