use super::connection::Database;
use super::{StoreError, Tx};
use crate::privacy::Keyring;
use diesel::connection::SimpleConnection;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::{mpsc, oneshot};

/// The keyring as it is now: it grows when a link is prepared.
pub(super) type SharedKeyring = Arc<RwLock<Arc<Keyring>>>;

/// The keyring at this moment.
pub(super) fn current(keyring: &SharedKeyring) -> Arc<Keyring> {
    // A keyring is replaced as a whole, so a panic elsewhere leaves no half of one behind.
    Arc::clone(&keyring.read().unwrap_or_else(PoisonError::into_inner))
}

/// As many units share a commit, and with it one wait for the disk.
const GROUP: usize = 256;

/// A unit of work in the writer's queue, whatever it gives.
pub(super) trait Unit: Send {
    /// Does the work and keeps its result; an error when the work is to be rolled back.
    fn run(&mut self, tx: &mut Tx<'_>) -> Result<(), RollBack>;

    /// Answers whoever waits: with the result, or with what undid it.
    fn answer(self: Box<Self>, undone: Option<&StoreError>);
}

/// The work of a unit failed.
pub(super) struct RollBack;

/// A unit of work, and who waits for what it gives.
pub(super) struct Waiting<F, T> {
    work: Option<F>,
    /// What the unit gave; `None` when it did not run.
    result: Option<Result<T, StoreError>>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<F, T> Waiting<F, T> {
    /// The unit, and where its answer arrives.
    pub(super) fn new(work: F) -> (Self, oneshot::Receiver<Result<T, StoreError>>) {
        let (reply, answer) = oneshot::channel();
        (Self { work: Some(work), result: None, reply }, answer)
    }
}

impl<F, T> Unit for Waiting<F, T>
where
    F: FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send,
    T: Send,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> Result<(), RollBack> {
        if let Some(work) = self.work.take() {
            // What a panicking unit did is rolled back, and nothing of it is looked at again.
            let result = catch_unwind(AssertUnwindSafe(|| work(tx)));
            self.result = Some(result.unwrap_or(Err(StoreError::Broken("a unit of work panicked"))));
        }
        if matches!(self.result, Some(Ok(_))) { Ok(()) } else { Err(RollBack) }
    }

    fn answer(self: Box<Self>, undone: Option<&StoreError>) {
        let result = match (self.result, undone) {
            (None | Some(Ok(_)), Some(error)) => Err(error.clone()),
            (Some(result), _) => result,
            (None, None) => Err(StoreError::Broken("a unit of work did not run")),
        };
        // Whoever asked may have stopped waiting; the work is done all the same.
        let _ = self.reply.send(result);
    }
}

/// Runs units until the last handle on the queue is gone and the queue is empty.
pub(super) fn run(mut connection: Database, keyring: &SharedKeyring, mut queue: mpsc::Receiver<Box<dyn Unit>>) {
    let mut group = Vec::with_capacity(GROUP);
    while queue.blocking_recv_many(&mut group, GROUP) > 0 {
        let undone = commit(&mut connection, &current(keyring), &mut group).err();
        for unit in group.drain(..) {
            unit.answer(undone.as_ref());
        }
    }
}

/// Runs a group in one transaction. An error means that nothing of the whole group was kept.
fn commit(connection: &mut Database, keyring: &Keyring, group: &mut [Box<dyn Unit>]) -> Result<(), StoreError> {
    connection.batch_execute("BEGIN IMMEDIATE")?;
    let done = group.iter_mut().try_for_each(|unit| savepoint(connection, keyring, unit.as_mut()));
    let committed = done.and_then(|()| Ok(connection.batch_execute("COMMIT")?));
    if committed.is_err() {
        // After some errors (a full disk) SQLite has rolled back already; then this fails, which is fine.
        let _ = connection.batch_execute("ROLLBACK");
    }
    committed
}

/// Runs one unit in its savepoint. An error means that the transaction around it can no longer be trusted.
fn savepoint(connection: &mut Database, keyring: &Keyring, unit: &mut dyn Unit) -> Result<(), StoreError> {
    connection.batch_execute("SAVEPOINT unit")?;
    let end = match unit.run(&mut Tx { connection: &mut *connection, keyring }) {
        Ok(()) => "RELEASE unit",
        Err(RollBack) => "ROLLBACK TO unit; RELEASE unit",
    };
    Ok(connection.batch_execute(end)?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::connection::writer;
    use super::*;
    use crate::store::FlowId;
    use diesel::prelude::*;
    use diesel::sql_types::Integer;

    #[derive(QueryableByName)]
    struct Patience {
        #[diesel(sql_type = Integer)]
        timeout: i32,
    }

    #[test]
    fn every_unit_of_a_group_that_cannot_begin_hears_why() {
        let directory = tempfile::TempDir::new().unwrap();
        let path = directory.path().join("schakel.db");
        let (mut connection, mut other) = (writer(&path).unwrap(), writer(&path).unwrap());
        other.batch_execute("BEGIN IMMEDIATE").unwrap();
        connection.batch_execute("PRAGMA busy_timeout = 0").unwrap();
        let (first, one) = Waiting::new(|tx: &mut Tx<'_>| tx.forget_position(&FlowId::new("one")));
        let (second, two) = Waiting::new(|tx: &mut Tx<'_>| tx.forget_position(&FlowId::new("two")));
        let (sender, queue) = mpsc::channel::<Box<dyn Unit>>(2);
        assert!(sender.try_send(Box::new(first)).is_ok() && sender.try_send(Box::new(second)).is_ok());
        drop(sender);
        run(connection, &SharedKeyring::default(), queue);
        for answer in [one, two] {
            let locked = StoreError::Database("database is locked".to_owned());
            assert_eq!(answer.blocking_recv().unwrap(), Err(locked));
        }
    }

    #[test]
    fn another_process_may_write_for_half_a_minute_before_a_unit_fails() {
        let directory = tempfile::TempDir::new().unwrap();
        let mut connection = writer(&directory.path().join("schakel.db")).unwrap();
        let patience: Vec<Patience> = diesel::sql_query("PRAGMA busy_timeout").load(&mut connection).unwrap();
        assert_eq!(patience[0].timeout, 30_000);
    }
}
