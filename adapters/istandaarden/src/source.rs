//! One flow's share of a directory of messages.

use crate::directory::LARGEST;
use crate::kind::Kind;
use crate::message;
use crate::shared::Shared;
use crate::xml::Document;
use async_trait::async_trait;
use schakel_api::code::Code;
use schakel_api::contract::{Cursor, Fault, FaultCode, FilesSeen, Item, Page, SeenFile, Source};
use schakel_api::directory::Listed;
use schakel_api::model::Stream;
use schakel_api::value::VersionKind;
use std::io::{BufReader, ErrorKind, Read};
use std::sync::Arc;
use tokio::task::spawn_blocking;

/// How many files of its own a page holds, about.
const PAGE: usize = 200;

/// Gives the messages of one stream.
pub(crate) struct MessageSource {
    shared: Arc<Shared>,
    stream: Stream,
}

/// What came of a file that counts in the stream.
struct Reading {
    items: Vec<Item>,
    /// Whether the file is done with in this state.
    done: bool,
}

impl MessageSource {
    /// A source of one stream.
    pub(crate) fn new(shared: Arc<Shared>, stream: Stream) -> Self {
        Self { shared, stream }
    }

    /// Runs work on files beside the tasks that must not wait for a disk.
    async fn beside<T: Send + 'static>(&self, work: impl FnOnce(&Shared) -> T + Send + 'static) -> Result<T, Fault> {
        let shared = Arc::clone(&self.shared);
        let system = || self.shared.name.clone();
        let ended = spawn_blocking(move || work(&shared)).await;
        ended.map_err(|_| Fault::Broken { system: system(), code: FaultCode::NotReadable })
    }
}

#[async_trait]
impl Source for MessageSource {
    fn sample(&self, name: &str, bytes: &[u8]) -> Result<Vec<Item>, Code> {
        let document = Document::open(bytes)?;
        let kind = Kind::of_root(document.namespace(), document.name());
        match kind {
            Kind::Defect(code) => Err(code),
            Kind::Financial => Ok(vec![Item::Blocked]),
            Kind::Message(message) if kind.stream() == Some(self.stream) => {
                message::read(document, message, name, &self.shared.link)
            }
            Kind::Message(_) | Kind::PassedBy(_) => Ok(vec![Item::Skipped]),
        }
    }

    /// Files are read in order of name. A pass ends with the last name; the next one begins with the first again, so
    /// that a file is found whatever its name, and skips what was seen.
    async fn fetch(&self, cursor: &Cursor, seen: &dyn FilesSeen) -> Result<Page, Fault> {
        let listed = self.beside(|shared| shared.directory.list()).await?;
        let mut names = listed.map_err(|_| Fault::Unavailable {
            system: self.shared.name.clone(),
            code: FaultCode::NotReadable,
            retry_after: None,
        })?;
        match &cursor.position {
            Some(position) => names.retain(|named| named.key > *position),
            None => self.shared.retain(&names.iter().map(|named| named.key.as_str()).collect::<Vec<_>>()),
        }

        let (mut items, mut files, mut last) = (Vec::new(), Vec::new(), None);
        let mut names = names.into_iter();
        while files.len() < PAGE && names.len() > 0 {
            let next: Vec<_> = names.by_ref().take(PAGE).collect();
            last = next.last().map(|named| named.key.clone());
            let mut fresh = self.beside(move |shared| shared.directory.look(&next)).await?;
            fresh.retain(|file| !seen.seen(&seen_file(file)));
            let stream = self.stream;
            let read = move |shared: &Shared| -> Vec<_> {
                fresh.iter().filter_map(|file| Some((seen_file(file), reading(shared, stream, file)?))).collect()
            };
            for (file, reading) in self.beside(read).await? {
                items.extend(reading.items);
                files.extend(reading.done.then_some(file));
            }
        }
        // Order and moment of arrival mean nothing (OP080): a page is taken in by the days of its messages. Within a
        // day the order stays, since a message's deletions come before its deliveries (IV008).
        items.sort_by(|one, other| dated(one).cmp(&dated(other)));
        let complete = names.len() == 0;
        let position = if complete { None } else { last };
        Ok(Page { items, files, next: Cursor { position, ..cursor.clone() }, complete, whole: false })
    }
}

/// The day of its message, where that is all that tells versions apart.
fn dated(item: &Item) -> Option<&str> {
    match item {
        Item::Native(native) if native.version.kind() == VersionKind::Sent => Some(native.version.text()),
        Item::Native(_) | Item::Row(_) | Item::Defect { .. } | Item::Skipped | Item::Blocked => None,
    }
}

fn seen_file(file: &Listed) -> SeenFile {
    SeenFile { key: file.key.clone(), fingerprint: file.fingerprint() }
}

/// Reads a file, when it counts in this stream and is not being written.
fn reading(shared: &Shared, stream: Stream, file: &Listed) -> Option<Reading> {
    if shared.known(file).is_some_and(|kind| !shared.counts(kind, stream)) {
        return None;
    }
    match attempt(shared, stream, file) {
        Ok(items) => items.map(|items| Reading { items, done: true }),
        Err(Miss::Later) => None,
        Err(Miss::Unreadable(kind)) => shared
            .counts(kind, stream)
            .then(|| Reading { items: vec![message::defect(&file.key, Code::Unreadable)], done: false }),
    }
}

/// Why nothing came of a file this time.
enum Miss {
    /// It vanished or is being written.
    Later,
    /// It could not be read: what is known about it.
    Unreadable(Kind),
}

/// What a file holds for this stream; `None` when it counts in another.
fn attempt(shared: &Shared, stream: Stream, file: &Listed) -> Result<Option<Vec<Item>>, Miss> {
    let unreadable = Miss::Unreadable(Kind::Defect(Code::Unreadable));
    let Some(state) = file.state else { return Err(unreadable) };
    let handle = file.open().map_err(|error| match error.kind() {
        ErrorKind::NotFound => Miss::Later,
        _ => unreadable,
    })?;
    let opened = match state.size > LARGEST {
        true => Err(Code::TooLarge),
        false => Document::open(BufReader::new((&handle).take(LARGEST))),
    };
    let kind = match &opened {
        Ok(document) => Kind::of_root(document.namespace(), document.name()),
        Err(code) => Kind::Defect(*code),
    };
    let counts = shared.counts(kind, stream);
    let items = match kind {
        _ if !counts => Ok(None),
        Kind::Defect(code) => Err(code),
        Kind::Financial => Ok(Some(vec![Item::Blocked])),
        Kind::PassedBy(_) => Ok(Some(vec![Item::Skipped])),
        Kind::Message(message) => {
            opened.and_then(|document| message::read(document, message, &file.key, &shared.link)).map(Some)
        }
    };
    // What a file holds while it is being written says nothing: the next fetch finds it in its new state.
    if file.changed(&handle) {
        return Err(Miss::Later);
    }
    // A disk may be better next time, so what could not be read is not remembered.
    if kind == Kind::Defect(Code::Unreadable) || items == Err(Code::Unreadable) {
        return Err(Miss::Unreadable(kind));
    }
    shared.remember(file, kind);
    Ok(items.unwrap_or_else(|code| Some(vec![message::defect(&file.key, code)])))
}
