//! The exports of the back office: what was delivered, who waits and how providers do, as files of three kinds.
//!
//! | file | form |
//! | --- | --- |
//! | `benutting-<day>-NN.csv` | semicolons, Windows-1252, CR/LF, decimal commas, `dd-mm-yyyy` |
//! | `wachtlijst-<day>.csv` | commas, UTF-8 with a byte order mark, `yyyymmdd` |
//! | `prestaties-<day>.jsonl` | JSON Lines, `yyyy-mm-dd` |
//!
//! A file is never changed: later figures come in a later file. Every line has a number by which people find it.

mod csv;
pub(crate) mod performance;
pub(crate) mod utilization;
pub(crate) mod waiting;

use std::path::Path;
use std::{fs, io};

use chrono::{Datelike, Days, Months, NaiveDate};

/// What must become of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Its record passes.
    Passes,
    /// It becomes one rejection with this code.
    Rejected(&'static str),
    /// Its volume is an amount: it is only counted.
    Skipped,
    /// The front office may not know of the person: it waits.
    Unseen,
}

/// One file, and what must become of its lines.
#[derive(Debug, Clone)]
pub(crate) struct Export {
    pub(crate) stream: &'static str,
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
    /// Number and fate of every line.
    pub(crate) fates: Vec<(String, Fate)>,
}

impl Export {
    /// Writes the file such that a reader sees it whole or not at all.
    pub(crate) fn write(&self, directory: &Path) -> io::Result<()> {
        let hidden = directory.join(format!(".{}.part", self.name));
        fs::write(&hidden, &self.bytes)?;
        fs::rename(hidden, directory.join(&self.name))
    }

    /// Writes the first half under a hidden name: what a back office leaves that fell over while writing.
    pub(crate) fn leave_half(&self, directory: &Path) -> io::Result<()> {
        let half = &self.bytes[..self.bytes.len() / 2];
        fs::write(directory.join(format!(".{}.part", self.name)), half)
    }
}

/// The first and the last day of the month that lies so many months before the one of `day`.
pub(crate) fn month(day: NaiveDate, before: u32) -> (NaiveDate, NaiveDate) {
    let first = day.with_day(1).unwrap_or(day) - Months::new(before);
    (first, first + Months::new(1) - Days::new(1))
}

/// A number of a day that no reader takes for a part of a BSN, for the numbers of lines.
fn day_number(day: NaiveDate) -> i32 {
    day.num_days_from_ce() % 10_000
}
