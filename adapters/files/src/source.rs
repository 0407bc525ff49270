//! One flow's share of a directory, page by page.

use crate::folder::Found;
use crate::part::{Part, defect};
use crate::position::{Position, Within};
use crate::settings::Checked;
use crate::sweep::Sweep;
use async_trait::async_trait;
use schakel_api::code::Code;
use schakel_api::contract::{Cursor, Fault, FaultCode, FilesSeen, Item, Page, Reads, SeenFile, Source};
use schakel_api::directory::Named;
use std::io::{self, Cursor as Bytes, ErrorKind};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;
use tokio::task::spawn_blocking;

/// How many items a page holds, about.
const ITEMS: usize = 500;

/// How many files a page holds, and are looked at together.
const FILES: usize = 200;

/// Gives the rows of files.
pub(crate) struct FileSource {
    system: String,
    from: Arc<Checked>,
}

/// What was taken of files for a page.
#[derive(Default)]
struct Taken {
    items: Vec<Item>,
    files: Vec<SeenFile>,
    /// Where the next page begins, when this one is full.
    next: Option<Position>,
}

/// What came of a file.
enum Outcome {
    /// It is being written, or gone.
    Later,
    /// It could not be read this time.
    Unreadable,
    /// It is bad as a whole.
    Bad(Code),
    /// A part of it, and whether a row up to its end could not be read.
    Part(Part),
}

impl FileSource {
    /// The source of a flow.
    pub(crate) fn new(system: String, from: Checked) -> Self {
        Self { system, from: Arc::new(from) }
    }

    /// Runs work on files beside the tasks that must not wait for a disk.
    async fn beside<T: Send + 'static>(&self, work: impl FnOnce(&Checked) -> T + Send + 'static) -> Result<T, Fault> {
        let from = Arc::clone(&self.from);
        spawn_blocking(move || work(&from)).await.map_err(|_| self.broken(FaultCode::NotReadable))
    }

    fn broken(&self, code: FaultCode) -> Fault {
        Fault::Broken { system: self.system.clone(), code }
    }

    async fn list(&self) -> Result<Vec<Named>, Fault> {
        self.beside(|from| from.folder.list()).await?.map_err(|_| Fault::Unavailable {
            system: self.system.clone(),
            code: FaultCode::NotReadable,
            retry_after: None,
        })
    }

    async fn look(&self, names: Vec<Named>) -> Result<Vec<Found>, Fault> {
        self.beside(move |from| from.folder.look(&names, SystemTime::now())).await
    }

    /// Files are read in order of name. A pass ends with the last name; the next one begins with the first again, so
    /// that a file is found whatever its name, and skips what was seen.
    async fn changes(&self, position: Option<Position>, seen: &dyn FilesSeen) -> Result<Page, Fault> {
        let mut names = self.list().await?;
        names.retain(|named| match &position {
            Some(Position::After(last)) => named.key > *last,
            Some(Position::Within(within)) => named.key >= within.file,
            Some(Position::Sweep { .. }) | None => true,
        });
        let clears = position.is_some() || !names.is_empty();
        let within = match position {
            Some(Position::Within(within)) => Some(within),
            _ => None,
        };
        let mut taken = Taken::default();
        let mut names = names.into_iter();
        while taken.next.is_none() && names.len() > 0 {
            let batch: Vec<_> = names.by_ref().take(FILES).collect();
            let last = batch.last().map(|named| named.key.clone());
            let mut fresh = self.look(batch).await?;
            fresh.retain(|file| !self.from.is_seen(file, seen));
            let within = within.clone();
            taken = self.beside(move |from| from.take(taken, &fresh, within.as_ref())).await?;
            if taken.is_full() && taken.next.is_none() && names.len() > 0 {
                taken.next = last.map(Position::After);
            }
        }
        let next = taken.next.or(self.sweeping(clears, false));
        Ok(page(taken.items, taken.files, next, false))
    }

    /// Of whole lists only the newest file counts, by the moment of its last change; the older ones are as good as
    /// read once it was.
    async fn snapshot(&self, position: Option<Position>, seen: &dyn FilesSeen) -> Result<Page, Fault> {
        let names = self.list().await?;
        let clears = !names.is_empty();
        let nothing = || page(Vec::new(), Vec::new(), self.sweeping(clears, false), false);
        let mut files = self.look(names).await?;
        let within = match position {
            Some(Position::Within(within)) => Some(within),
            _ => None,
        };
        match &within {
            Some(within) => {
                // A list that was replaced half-way is no list; the next pass reads the new one.
                let goes_on = |file: &Found| file.key == within.file && file.resumes(within);
                let Some(at) = files.iter().position(goes_on) else { return Ok(nothing()) };
                let moment = moment(&files[at]);
                files.retain(|file| self::moment(file) <= moment);
            }
            None => files.retain(|file| file.ready || self.from.is_seen(file, seen)),
        }
        files.sort_by_key(moment);
        let Some(newest) = files.pop().filter(|newest| !self.from.is_seen(newest, seen)) else { return Ok(nothing()) };
        let good = self.from.seen_file(&newest, false);
        let taken = self.beside(move |from| from.take(Taken::default(), &[newest], within.as_ref())).await?;
        let whole = taken.next.is_none() && taken.files.contains(&good);
        let mut read = taken.files;
        if whole {
            let older = files.iter().filter(|file| file.ready && !self.from.is_seen(file, seen));
            read.extend(older.map(|file| self.from.seen_file(file, false)));
        }
        let next = taken.next.or(self.sweeping(true, whole));
        Ok(page(taken.items, read, next, whole))
    }

    fn sweeping(&self, clears: bool, whole: bool) -> Option<Position> {
        self.from.sweep.as_ref().filter(|_| clears).map(|_| Position::Sweep { whole })
    }

    /// Clears away what was taken in: that, and nothing else, is what `seen` says.
    async fn sweep(&self, whole: bool, seen: &dyn FilesSeen) -> Result<Page, Fault> {
        let names = self.list().await?;
        let mut failed = None;
        for batch in names.chunks(FILES) {
            let mut files = self.look(batch.to_vec()).await?;
            files.retain(|file| seen.seen(&self.from.seen_file(file, false)));
            let cleared = self.beside(move |from| from.clear(&files)).await?;
            failed = failed.or(cleared.err());
        }
        match failed.map(|error| error.kind()) {
            // That the list was whole counts in this pass only; the next one clears away again, and tells.
            None => {}
            Some(_) if whole => {}
            Some(ErrorKind::PermissionDenied) => return Err(self.broken(FaultCode::NotAuthorised)),
            Some(_) => return Err(self.broken(FaultCode::NotReadable)),
        }
        Ok(page(Vec::new(), Vec::new(), None, whole))
    }
}

fn moment(file: &Found) -> (Option<SystemTime>, String) {
    (file.state.map(|state| state.modified), file.key.clone())
}

fn page(items: Vec<Item>, files: Vec<SeenFile>, next: Option<Position>, whole: bool) -> Page {
    let complete = next.is_none();
    let position = next.and_then(|next| next.text());
    Page { items, files, next: Cursor { position, mark: None, reached: None }, complete, whole: whole && complete }
}

impl Taken {
    fn is_full(&self) -> bool {
        self.items.len() >= ITEMS || self.files.len() >= FILES
    }
}

impl Found {
    /// Whether it is still in the state in which a part of it was read.
    fn resumes(&self, within: &Within) -> bool {
        self.key == within.file && self.state.is_some_and(|state| state.text() == within.state)
    }
}

impl Checked {
    /// The file as it is remembered. One that could not be read whole is told apart: it is never cleared away, and is
    /// read again under other settings.
    fn seen_file(&self, file: &Found, flawed: bool) -> SeenFile {
        let state = file.fingerprint();
        let fingerprint = if flawed { format!("{state} flawed {}", self.revision) } else { state };
        SeenFile { key: file.key.clone(), fingerprint }
    }

    fn is_seen(&self, file: &Found, seen: &dyn FilesSeen) -> bool {
        [false, true].into_iter().any(|flawed| seen.seen(&self.seen_file(file, flawed)))
    }

    /// Takes files for a page until it is full.
    fn take(&self, mut taken: Taken, files: &[Found], within: Option<&Within>) -> Taken {
        let mut before: Option<&Found> = None;
        for file in files {
            if let Some(before) = before.filter(|_| taken.is_full()) {
                taken.next = Some(Position::After(before.key.clone()));
                break;
            }
            before = Some(file);
            let within = within.filter(|within| file.resumes(within));
            let flawed = within.is_some_and(|within| within.flawed);
            match self.read(file, within, ITEMS - taken.items.len().min(ITEMS - 1)) {
                Outcome::Later => {}
                // A disk may be better next time, so what could not be read is not remembered.
                Outcome::Unreadable => taken.items.push(defect(&file.key, Code::Unreadable)),
                Outcome::Bad(code) => {
                    taken.items.push(defect(&file.key, code));
                    taken.files.push(self.seen_file(file, true));
                }
                Outcome::Part(part) => {
                    taken.items.extend(part.items);
                    let flawed = flawed || part.flawed;
                    let Some(place) = part.next else {
                        taken.files.push(self.seen_file(file, flawed));
                        continue;
                    };
                    let state = file.fingerprint();
                    taken.next = Some(Position::Within(Within { file: file.key.clone(), state, place, flawed }));
                    break;
                }
            }
        }
        taken
    }

    fn read(&self, file: &Found, within: Option<&Within>, most: usize) -> Outcome {
        if within.is_none() && !file.ready {
            return Outcome::Later;
        }
        let Some(state) = file.state else { return Outcome::Unreadable };
        let handle = match file.open() {
            Ok(handle) => handle,
            Err(error) if error.kind() == ErrorKind::NotFound => return Outcome::Later,
            Err(_) => return Outcome::Unreadable,
        };
        let place = match within {
            Some(within) => Ok(within.place),
            None if state.size > self.reading.largest => Err(Code::TooLarge),
            None => self.reading.start(&handle),
        };
        let identity = format!("{} {}", file.key, state.text());
        let part = place.and_then(|place| self.reading.part(&handle, &file.key, Some(&identity), place, most));
        // What a file holds while it is being written says nothing: the next pass finds it in its new state.
        if file.changed(&handle) {
            return Outcome::Later;
        }
        match part {
            Ok(part) => Outcome::Part(part),
            Err(Code::Unreadable) => Outcome::Unreadable,
            Err(code) => Outcome::Bad(code),
        }
    }

    fn clear(&self, files: &[Found]) -> io::Result<()> {
        let Some(sweep) = &self.sweep else { return Ok(()) };
        // One that cannot go keeps no other.
        files.iter().map(|file| sweep.clear(&self.folder, &file.file)).fold(Ok(()), io::Result::and)
    }
}

#[async_trait]
impl Source for FileSource {
    fn reads(&self) -> Reads {
        self.from.reads
    }

    fn clears(&self) -> Vec<PathBuf> {
        let directory = &self.from.folder.directory;
        match &self.from.sweep {
            None => Vec::new(),
            Some(Sweep::Delete) => vec![directory.clone()],
            Some(Sweep::Move(folder)) => vec![directory.clone(), folder.clone()],
        }
    }

    fn sample(&self, name: &str, bytes: &[u8]) -> Result<Vec<Item>, Code> {
        let reading = &self.from.reading;
        let place = reading.start(Bytes::new(bytes))?;
        Ok(reading.part(Bytes::new(bytes), name, None, place, usize::MAX)?.items)
    }

    async fn fetch(&self, cursor: &Cursor, seen: &dyn FilesSeen) -> Result<Page, Fault> {
        let position = match cursor.position.as_deref().map(Position::read) {
            Some(None) => return Err(self.broken(FaultCode::UnexpectedAnswer)),
            Some(position) => position,
            None => None,
        };
        match (position, self.from.reads) {
            (Some(Position::Sweep { whole }), _) => self.sweep(whole, seen).await,
            (position, Reads::Changes) => self.changes(position, seen).await,
            (position, Reads::Snapshot) => self.snapshot(position, seen).await,
        }
    }
}
