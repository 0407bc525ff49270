//! CSV: the dialect, and rows from a place in a file on.

use crate::part::{Part, Place, defect};
use csv::{ByteRecord, ErrorKind, Position, Reader, ReaderBuilder};
use schakel_api::code::Code;
use schakel_api::contract::Item;
use schakel_api::mapping::Columns;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::iter::repeat;

/// How fields are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dialect {
    /// What stands between two fields.
    pub(crate) delimiter: u8,
    /// What stands around a field that holds a delimiter, a quote or a line end; a quote within is doubled.
    pub(crate) quote: u8,
}

/// Whether the quotes of a file are right so far: the reader itself takes whatever it gets.
pub(crate) struct Quotes {
    dialect: Dialect,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before a field.
    Before,
    /// In a field without quotes; a quote in it is a character as any other.
    Bare,
    /// Between quotes.
    Quoted,
    /// After a quote between quotes: it ended the field, or the next one makes it a character.
    Ended,
}

impl Quotes {
    /// Before the first byte.
    pub(crate) fn new(dialect: Dialect) -> Self {
        Self { dialect, state: State::Before }
    }

    /// Goes through the next bytes.
    ///
    /// # Errors
    /// [`Code::NotWellFormed`] where something other than a delimiter or a line end comes after a quoted field.
    pub(crate) fn go_through(&mut self, bytes: &[u8]) -> Result<(), Code> {
        for byte in bytes {
            let ends = *byte == self.dialect.delimiter || matches!(byte, b'\r' | b'\n');
            let quotes = *byte == self.dialect.quote;
            self.state = match self.state {
                State::Before | State::Ended if quotes => State::Quoted,
                State::Quoted if quotes => State::Ended,
                State::Quoted => State::Quoted,
                State::Before | State::Bare | State::Ended if ends => State::Before,
                State::Before | State::Bare => State::Bare,
                State::Ended => return Err(Code::NotWellFormed),
            };
        }
        Ok(())
    }

    /// Whether a file may end here.
    ///
    /// # Errors
    /// [`Code::NotWellFormed`] between quotes.
    pub(crate) fn end(&self) -> Result<(), Code> {
        if self.state == State::Quoted { Err(Code::NotWellFormed) } else { Ok(()) }
    }
}

/// Reads about `most` rows of a file that was looked through, from a place on. A row with another number of fields than
/// the header is a defect of its own.
///
/// # Errors
/// [`Code::HeaderMissing`] or [`Code::ColumnMissing`], [`Code::Unreadable`] when reading fails.
pub(crate) fn rows<F: Read + Seek>(
    file: F,
    dialect: Dialect,
    columns: &Columns,
    name: &str,
    place: Place,
    most: usize,
) -> Result<Part, Code> {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(dialect.delimiter)
        .quote(dialect.quote)
        .from_reader(file);
    let mut record = ByteRecord::new();
    let text = |field: &[u8]| place.encoding.text(field);
    if !next(&mut reader, &mut record)? || record.iter().all(|field| text(field).trim().is_empty()) {
        return Err(Code::HeaderMissing);
    }
    let header: Vec<String> = record.iter().map(|field| text(field).trim().to_owned()).collect();
    let picked = columns.within(&header).ok_or(Code::ColumnMissing)?;
    if place.offset > 0 {
        let mut position = Position::new();
        position.set_byte(place.offset);
        reader.seek(position).map_err(|error| code(&error))?;
    }
    let mut items = Vec::new();
    let (mut ragged, mut after) = (Vec::new(), None);
    while next(&mut reader, &mut record)? {
        if record.len() == header.len() {
            let field = |at| record.get(at).map(text).unwrap_or_default();
            items.push(Item::Row(picked.row(field)));
        } else {
            ragged.push((items.len(), record.position().map_or(0, Position::byte)));
            items.push(Item::Skipped);
        }
        if items.len() >= most {
            after = Some(Place { offset: reader.position().byte(), ..place });
            break;
        }
    }
    let end = after.map_or(u64::MAX, |after: Place| after.offset);
    let offsets: Vec<u64> = ragged.iter().map(|(_, offset)| *offset).collect();
    if after.is_some() || !ragged.is_empty() {
        let (lines, line) = lines(reader.into_inner(), place, end, &offsets).map_err(|_| Code::Unreadable)?;
        after = after.map(|after| Place { line, ..after });
        for ((at, _), line) in ragged.iter().zip(lines.into_iter().chain(repeat(0))) {
            items[*at] = defect(&format!("{name}:{line}"), Code::FieldCount);
        }
    }
    Ok(Part { items, flawed: !ragged.is_empty(), next: after })
}

/// The numbers of the lines in which rows begin that come after these offsets, and of the line at `end`. The reader's
/// own count is behind where lines are empty or end with CR LF, and its offsets are those of what ends the line before.
fn lines(mut file: impl Read + Seek, place: Place, end: u64, offsets: &[u64]) -> io::Result<(Vec<u64>, u64)> {
    file.seek(SeekFrom::Start(place.offset))?;
    let (mut offset, mut line) = (place.offset, place.line);
    let (mut lines, mut wanted) = (Vec::new(), offsets.iter().peekable());
    for byte in BufReader::new(file.take(end.saturating_sub(offset))).bytes() {
        let byte = byte?;
        if wanted.next_if(|wanted| offset >= **wanted && !matches!(byte, b'\r' | b'\n')).is_some() {
            lines.push(line);
        }
        offset += 1;
        line += u64::from(byte == b'\n');
    }
    Ok((lines, line))
}

fn next<F: Read>(reader: &mut Reader<F>, record: &mut ByteRecord) -> Result<bool, Code> {
    reader.read_byte_record(record).map_err(|error| code(&error))
}

/// What went wrong, without the reader's words.
fn code(error: &csv::Error) -> Code {
    match error.kind() {
        ErrorKind::Io(_) => Code::Unreadable,
        _ => Code::NotWellFormed,
    }
}

/// A header and rows as CSV. A field is quoted where it must be.
pub(crate) fn write(rows: &[Vec<Vec<u8>>], delimiter: u8, terminator: csv::Terminator) -> Result<Vec<u8>, Code> {
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).terminator(terminator).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).map_err(|_| Code::ValueInvalid)?;
    }
    writer.into_inner().map_err(|_| Code::ValueInvalid)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn quotes(text: &str) -> Result<(), Code> {
        let mut quotes = Quotes::new(Dialect { delimiter: b';', quote: b'"' });
        // In pieces, as the lines of a file come.
        text.as_bytes().chunks(2).try_for_each(|bytes| quotes.go_through(bytes))?;
        quotes.end()
    }

    #[test]
    fn quotes_are_right_or_wrong() {
        for right in ["a;b", "\"a\";\"b;c\"", "\"a\"\"b\"\r\n", "\"two\nlines\";x", "5\" pipe;x", "", "\"\";\"\"\"\""] {
            assert_eq!(quotes(right), Ok(()), "{right}");
        }
        for wrong in ["\"a", "a;\"b\nc;d", "\"a\"b;c", "\"a\" ;c", "\"\"\""] {
            assert_eq!(quotes(wrong), Err(Code::NotWellFormed), "{wrong}");
        }
    }
}
