//! What the sources of one directory have in common.

use crate::directory::Directory;
use crate::kind::Kind;
use crate::message::Link;
use schakel_api::directory::Listed;
use schakel_api::model::Stream;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What the sources of one directory share.
pub(crate) struct Shared {
    /// The system's name, for faults.
    pub(crate) name: String,
    /// Where the messages are.
    pub(crate) directory: Directory,
    /// Whose messages they should be.
    pub(crate) link: Link,
    /// The streams that are read from here: the lowest reports the files that belong to no stream.
    pub(crate) streams: Mutex<BTreeSet<Stream>>,
    /// What the files are, by name, each for one state of the file: a file counts in one stream, and without this
    /// the sources of the others would open it on every fetch.
    pub(crate) kinds: Mutex<HashMap<String, (String, Kind)>>,
}

/// What a poisoned lock guards is as good as ever: each change to it is one step.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    /// What a file is, when it was looked at before in this state.
    pub(crate) fn known(&self, file: &Listed) -> Option<Kind> {
        let kinds = lock(&self.kinds);
        kinds.get(&file.key).filter(|(state, _)| *state == file.fingerprint()).map(|(_, kind)| *kind)
    }

    /// Remembers what a file is in this state.
    pub(crate) fn remember(&self, file: &Listed, kind: Kind) {
        lock(&self.kinds).insert(file.key.clone(), (file.fingerprint(), kind));
    }

    /// Forgets files that are gone; `present` is sorted.
    pub(crate) fn retain(&self, present: &[&str]) {
        lock(&self.kinds).retain(|key, _| present.binary_search(&key.as_str()).is_ok());
    }

    /// Whether a file counts in this stream. One that belongs to no stream counts in the lowest that is read.
    pub(crate) fn counts(&self, kind: Kind, stream: Stream) -> bool {
        match kind.stream() {
            Some(own) => own == stream,
            None => lock(&self.streams).first() == Some(&stream),
        }
    }
}
