use crate::privacy::SealError;
use diesel::ConnectionError;
use diesel::result::{DatabaseErrorKind, Error};
use std::io::ErrorKind;

/// Why the store did not do what was asked. Its text never holds a value from a record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Another process has the store open for writing.
    #[error("the store is in use by another process")]
    InUse,
    /// The store was made with another master key.
    #[error("the key is not the one that the store was made with")]
    WrongKey,
    /// The store holds persons of another environment.
    #[error("the store belongs to another environment: acceptance and production each have a store of their own")]
    OtherEnvironment,
    /// Not `sqlite:` and a path.
    #[error("the store's url must be `sqlite:` and the path of a file")]
    Url,
    /// The file, its lock or its directory cannot be used.
    #[error("the store's file cannot be used ({0})")]
    Unavailable(ErrorKind),
    /// The store was opened for reading.
    #[error("the store is open for reading only")]
    ReadOnly,
    /// The database refused a statement or a commit; nothing of the unit of work was kept.
    #[error("the database failed ({0})")]
    Database(String),
    /// A value could not be sealed or opened.
    #[error(transparent)]
    Sealed(#[from] SealError),
    /// What the store holds, or what it was asked, cannot be: a mistake in Schakel.
    #[error("the store is broken: {0}")]
    Broken(&'static str),
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        Self::Unavailable(error.kind())
    }
}

impl From<ConnectionError> for StoreError {
    fn from(error: ConnectionError) -> Self {
        match error {
            ConnectionError::CouldntSetupConfiguration(error) => error.into(),
            _ => Self::Database("no connection".to_owned()),
        }
    }
}

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        Self::Database(kind(&error))
    }
}

/// What SQLite says about the machine it runs on. Its other messages may quote a statement, so only these pass.
const MESSAGES: [&str; 7] = [
    "attempt to write a readonly database",
    "database disk image is malformed",
    "database is locked",
    "database or disk is full",
    "disk I/O error",
    "file is not a database",
    "unable to open database file",
];

fn kind(error: &Error) -> String {
    match error {
        Error::DatabaseError(DatabaseErrorKind::Unknown, information) => {
            let message = information.message();
            MESSAGES.into_iter().find(|known| *known == message).unwrap_or("unknown").to_owned()
        }
        Error::DatabaseError(kind, _) => format!("{kind:?}"),
        Error::NotFound => "not found".to_owned(),
        Error::DeserializationError(_) => "a column cannot be read".to_owned(),
        Error::SerializationError(_) => "a value cannot be written".to_owned(),
        _ => "a transaction went wrong".to_owned(),
    }
}
