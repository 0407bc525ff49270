//! Checks of a source.

use super::{SourceCase, Subject};
use crate::contract::{Cursor, FilesSeen, Item, Page, SeenFile, Source};

/// The files that were read before.
#[derive(Default)]
pub(super) struct Seen(Vec<SeenFile>);

impl FilesSeen for Seen {
    fn seen(&self, file: &SeenFile) -> bool {
        self.0.contains(file)
    }
}

/// After so many pages a pass is taken to have no end.
const MOST_PAGES: usize = 1000;

/// A cursor may be asked for again after a crash. Then nothing may be missing that was there before; more is fine.
pub(super) async fn asking_twice(subject: &Subject<'_>, case: &SourceCase) -> Result<(), String> {
    let source = subject.source(case)?;
    let (seen, mut cursor) = (Seen::default(), Cursor::default());
    let mut read = 0;
    for page in 1..=MOST_PAGES {
        let first = fetch(&*source, &cursor, &seen).await?;
        let again = fetch(&*source, &cursor, &seen).await?;
        let missing = missing(&first.items, &again.items);
        if missing > 0 {
            return Err(format!("{missing} items of page {page} are missing when it is asked for again"));
        }
        read += first.items.len();
        if first.complete {
            return if read > 0 { Ok(()) } else { Err("the subject has nothing to read".to_owned()) };
        }
        if first.next == cursor {
            return Err(format!("page {page} is not the last, and its cursor leads to itself"));
        }
        cursor = first.next;
    }
    Err(format!("after {MOST_PAGES} pages the pass is not complete"))
}

/// How many of the items are not there again, counting equal ones.
fn missing(items: &[Item], again: &[Item]) -> usize {
    let mut left: Vec<&Item> = again.iter().collect();
    let is_missing = |item: &&Item| match left.iter().position(|other| other == item) {
        Some(at) => {
            left.swap_remove(at);
            false
        }
        None => true,
    };
    items.iter().filter(is_missing).count()
}

/// What was read of a file is in the journal, so a second pass gives neither the file nor anything of it. A source
/// that names no files has nothing to show here.
pub(super) async fn seen_files(subject: &Subject<'_>, case: &SourceCase) -> Result<(), String> {
    let source = subject.source(case)?;
    let (_, files, next) = pass(&*source, &Cursor::default(), &Seen::default()).await?;
    if files.is_empty() {
        return Ok(());
    }
    let (items, again, _) = pass(&*source, &next, &Seen(files)).await?;
    match (items, again.len()) {
        (0, 0) => Ok(()),
        (items, files) => Err(format!("{items} items and {files} files that were seen are given again")),
    }
}

/// Reads a whole pass: how many items and which files it gives, and where the next pass starts.
async fn pass(source: &dyn Source, from: &Cursor, seen: &Seen) -> Result<(usize, Vec<SeenFile>, Cursor), String> {
    let (mut items, mut files, mut cursor) = (0, Vec::new(), from.clone());
    for _ in 0..MOST_PAGES {
        let page = fetch(source, &cursor, seen).await?;
        items += page.items.len();
        files.extend(page.files);
        cursor = page.next;
        if page.complete {
            return Ok((items, files, cursor));
        }
    }
    Err(format!("after {MOST_PAGES} pages the pass is not complete"))
}

async fn fetch(source: &dyn Source, cursor: &Cursor, seen: &Seen) -> Result<Page, String> {
    source.fetch(cursor, seen).await.map_err(|fault| format!("reading fails: {fault}"))
}
