//! What both servers and whoever steers them share.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::rows::Feeds;
use crate::step::Step;
use crate::world::World;

/// Takes one step, beside the tasks of the servers because it writes files.
pub(crate) async fn take_step(world: Arc<Mutex<World>>, feeds: Arc<Mutex<Feeds>>) -> (Step, io::Result<()>) {
    let step = blocking(move || Ok(lock(&world).step(&mut lock(&feeds)))).await;
    step.unwrap_or_else(|error| (Step::default(), Err(error)))
}

pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(io::Error::other(error)))
}

/// Locks; what a thread left behind that panicked is used as it is.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
