use super::connection::{Readers, lock, path, readers, writer};
use super::writer::{SharedKeyring, Unit, Waiting, current, run};
use super::{StoreError, Tx, keys};
use crate::privacy::{Keyring, MasterKey, WrappedKey};
use chrono::Utc;
use diesel::Connection as _;
use schakel_api::value::Law;
use std::fs::File;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};
use std::thread::JoinHandle;
use tokio::sync::mpsc;

/// As many units may wait for the writer before who brings another has to wait too.
const QUEUE: usize = 1024;

/// A handle on the store. Clones share it; when the last is dropped, what is queued is finished first.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    keyring: SharedKeyring,
    master: MasterKey,
    readers: Readers,
    writer: Option<Writer>,
}

struct Writer {
    /// `None` once the store is closing: the thread ends when the queue has no sender and is empty.
    queue: Option<mpsc::Sender<Box<dyn Unit>>>,
    thread: Option<JoinHandle<()>>,
}

impl Store {
    /// Opens the store for reading and writing, and makes it where there is none; its directory must be there.
    ///
    /// # Errors
    /// [`StoreError::InUse`] when another process writes to it, [`StoreError::WrongKey`] when it was made with another
    /// master key, [`StoreError::Url`] and [`StoreError::Unavailable`] when there is no such file.
    pub fn open(url: &str, master: &MasterKey) -> Result<Self, StoreError> {
        let path = path(url)?;
        let lock = lock(&path)?;
        Self::opened(&path, master, Some(lock))
    }

    /// Opens a store that is there for small changes beside the process that works on it, such as a pause.
    ///
    /// # Errors
    /// As [`Store::open`], without [`StoreError::InUse`].
    pub fn open_beside(url: &str, master: &MasterKey) -> Result<Self, StoreError> {
        let path = path(url)?;
        std::fs::metadata(&path)?;
        Self::opened(&path, master, None)
    }

    fn opened(path: &Path, master: &MasterKey, lock: Option<File>) -> Result<Self, StoreError> {
        let mut connection = writer(path)?;
        let keyring = shared(keys::open(&mut connection, master, Utc::now())?);
        let readers = readers(path)?;
        let (queue, units) = mpsc::channel(QUEUE);
        let thread = std::thread::Builder::new().name("store".to_owned()).spawn({
            let keyring = Arc::clone(&keyring);
            move || {
                run(connection, &keyring, units);
                // Only now may another process write.
                drop(lock);
            }
        })?;
        let writer = Writer { queue: Some(queue), thread: Some(thread) };
        Ok(Self(Arc::new(Inner { keyring, master: master.clone(), readers, writer: Some(writer) })))
    }

    /// Opens the store for reading only, which works while another process writes to it.
    ///
    /// # Errors
    /// As [`Store::open`], without [`StoreError::InUse`]; [`StoreError::Broken`] when the file is not a store of this
    /// release.
    pub fn open_read(url: &str, master: &MasterKey) -> Result<Self, StoreError> {
        let readers = readers(&path(url)?)?;
        let mut connection = readers.get().map_err(|_| StoreError::Database("no connection".to_owned()))?;
        let keyring = shared(keys::check(&mut connection, master)?);
        drop(connection);
        Ok(Self(Arc::new(Inner { keyring, master: master.clone(), readers, writer: None })))
    }

    /// Makes the keys that a link with these laws lacks.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be made or kept.
    pub async fn prepare(&self, link: &str, laws: &[Law]) -> Result<(), StoreError> {
        let master = self.0.master.clone();
        let (link, laws) = (link.to_owned(), laws.to_vec());
        let keys = self.write(move |tx| tx.make_keys(&master, &link, &laws, Utc::now())).await?;
        self.add_keys(&keys)
    }

    /// Takes in the keys that other processes made since the store was opened.
    ///
    /// # Errors
    /// [`StoreError`] when they cannot be read or unwrapped.
    pub async fn reload_keys(&self) -> Result<(), StoreError> {
        let keys = self.read(|tx| keys::load(tx.connection)).await?;
        self.add_keys(&keys)
    }

    fn add_keys(&self, keys: &[WrappedKey]) -> Result<(), StoreError> {
        let mut shared = self.0.keyring.write().unwrap_or_else(PoisonError::into_inner);
        let mut keyring = Keyring::clone(&shared);
        keyring.add(&self.0.master, keys)?;
        *shared = Arc::new(keyring);
        Ok(())
    }

    /// The keys of every prepared link, as they are now.
    pub fn keyring(&self) -> Arc<Keyring> {
        current(&self.0.keyring)
    }

    /// Runs a unit of work that may write, and answers when it is on disk.
    ///
    /// Units run one after another in the order in which they were brought. A unit that fails or panics is rolled
    /// back alone. When who asks stops waiting, the unit is done all the same.
    ///
    /// # Errors
    /// What the unit gives; or [`StoreError::Database`] when it could not be committed, and then nothing was kept.
    pub async fn write<T: Send + 'static>(
        &self,
        unit: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let queue = self.0.writer.as_ref().and_then(|writer| writer.queue.as_ref()).ok_or(StoreError::ReadOnly)?;
        let (unit, answer) = Waiting::new(unit);
        queue.send(Box::new(unit)).await.map_err(|_| ENDED)?;
        answer.await.map_err(|_| ENDED)?
    }

    /// Runs a unit of work that only reads, beside the writer and other readers: it sees what was last committed.
    ///
    /// # Errors
    /// What the unit gives, or [`StoreError::Database`] when there is no connection.
    pub async fn read<T: Send + 'static>(
        &self,
        unit: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (readers, keyring) = (self.0.readers.clone(), self.keyring());
        let work = move || {
            let mut connection = readers.get().map_err(|_| StoreError::Database("no connection".to_owned()))?;
            connection.transaction(|connection| unit(&mut Tx { connection, keyring: &keyring }))
        };
        tokio::task::spawn_blocking(work).await.unwrap_or(Err(StoreError::Broken("a unit of work panicked")))
    }
}

const ENDED: StoreError = StoreError::Broken("its writer has ended");

fn shared(keyring: Keyring) -> SharedKeyring {
    Arc::new(RwLock::new(Arc::new(keyring)))
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue = None;
        let Some(thread) = self.thread.take() else { return };
        // A unit of work may hold the last handle; its thread cannot wait for itself and ends on its own.
        if thread.thread().id() != std::thread::current().id() {
            // The thread catches the panics of units, and there is nobody left to tell about another.
            let _ = thread.join();
        }
    }
}
