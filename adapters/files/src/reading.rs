//! From the bytes of a file to rows, part by part. Only what the projection names is kept.

use crate::encoding::{BOM, Encoding, Expected, look_through};
use crate::part::{Part, Place, defect};
use crate::table::{self, Dialect, Quotes};
use schakel_api::code::Code;
use schakel_api::contract::Item;
use schakel_api::mapping::{Columns, Projection, Row};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};

/// What files hold.
#[derive(Debug)]
pub(crate) enum Format {
    /// A header and rows.
    Csv(Dialect, Columns),
    /// One document.
    Json,
    /// A document on each line: an element of a list that is nowhere written as one.
    JsonLines,
}

/// How files are read.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) format: Format,
    pub(crate) expected: Expected,
    /// The largest that a file may be, in bytes.
    pub(crate) largest: u64,
    pub(crate) projection: Projection,
    /// The rows of the document that is being read, and which one that is: a document has no places to go on from, and
    /// without this each part of it would be read from its beginning.
    pub(crate) document: Mutex<Option<(String, Arc<Vec<Row>>)>>,
}

impl Reading {
    /// Looks through a whole file before anything of it is taken, so that a bad one is bad as a whole.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn start(&self, mut file: impl Read + Seek) -> Result<Place, Code> {
        let source = BufReader::new(&mut file);
        let encoding = match &self.format {
            Format::Csv(dialect, _) => {
                let mut quotes = Quotes::new(*dialect);
                let mut first = true;
                let encoding = look_through(source, self.expected, self.largest, |line| {
                    let line = if first { line.strip_prefix(BOM).unwrap_or(line) } else { line };
                    first = false;
                    quotes.go_through(line)
                })?;
                quotes.end()?;
                encoding
            }
            Format::Json | Format::JsonLines => look_through(source, self.expected, self.largest, |_| Ok(()))?,
        };
        file.rewind().map_err(|_| Code::Unreadable)?;
        Ok(Place { offset: 0, line: 1, encoding })
    }

    /// Reads about `most` rows from a place on. `identity` tells this state of this file from everything else.
    ///
    /// # Errors
    /// What is wrong with the file as a whole.
    pub(crate) fn part(
        &self,
        file: impl Read + Seek,
        name: &str,
        identity: Option<&str>,
        place: Place,
        most: usize,
    ) -> Result<Part, Code> {
        match &self.format {
            Format::Csv(dialect, columns) => table::rows(file, *dialect, columns, name, place, most),
            Format::JsonLines => self.lines(file, name, place, most),
            Format::Json => {
                let rows = self.document(file, identity, place.encoding)?;
                let from = usize::try_from(place.offset).unwrap_or(usize::MAX);
                let items: Vec<Item> = rows.iter().skip(from).take(most).cloned().map(Item::Row).collect();
                let read = from.saturating_add(items.len());
                let next = (read < rows.len()).then_some(Place { offset: read as u64, ..place });
                if next.is_none() {
                    *self.document.lock().unwrap_or_else(PoisonError::into_inner) = None;
                }
                Ok(Part { items, flawed: false, next })
            }
        }
    }

    fn document(&self, mut file: impl Read, identity: Option<&str>, encoding: Encoding) -> Result<Arc<Vec<Row>>, Code> {
        let mut kept = self.document.lock().unwrap_or_else(PoisonError::into_inner);
        if let (Some((known, rows)), Some(identity)) = (&*kept, identity)
            && known == identity
        {
            return Ok(Arc::clone(rows));
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(|_| Code::Unreadable)?;
        let text = encoding.text(bytes.strip_prefix(BOM).unwrap_or(&bytes));
        let page = self.projection.read(text.as_bytes()).map_err(|_| Code::NotWellFormed)?;
        if !page.listed {
            // Another document than the mapping is about: nobody knows what a list in it would hold.
            return Err(Code::NotWellFormed);
        }
        let rows = Arc::new(page.rows);
        *kept = identity.map(|identity| (identity.to_owned(), Arc::clone(&rows)));
        Ok(rows)
    }

    /// A line that is no JSON is a defect of its own.
    fn lines(&self, mut file: impl Read + Seek, name: &str, place: Place, most: usize) -> Result<Part, Code> {
        file.seek(SeekFrom::Start(place.offset)).map_err(|_| Code::Unreadable)?;
        let mut source = BufReader::new(file);
        let (mut items, mut flawed, mut line) = (Vec::new(), false, Vec::new());
        let mut next = place;
        loop {
            line.clear();
            let read = source.read_until(b'\n', &mut line).map_err(|_| Code::Unreadable)?;
            if read == 0 {
                return Ok(Part { items, flawed, next: None });
            }
            let text = if next.offset == 0 { line.strip_prefix(BOM).unwrap_or(&line) } else { &line };
            if !text.trim_ascii().is_empty() {
                if let Ok(rows) = self.projection.element(next.encoding.text(text).as_bytes()) {
                    items.extend(rows.into_iter().map(Item::Row));
                } else {
                    flawed = true;
                    items.push(defect(&format!("{name}:{}", next.line), Code::NotWellFormed));
                }
            }
            next.offset += read as u64;
            next.line += 1;
            if items.len() >= most {
                return Ok(Part { items, flawed, next: Some(next) });
            }
        }
    }
}
