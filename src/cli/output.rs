use super::exit::{Exit, Failure};
use crate::config::NotLoaded;
use clap::ValueEnum;
use serde::Serialize;
use std::io::Write;

/// How a command prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// Where a command's answer goes: standard output. Messages go to standard error.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    format: Format,
}

impl Output {
    pub(crate) fn new(format: Format) -> Self {
        Self { format }
    }

    /// Whether people read along.
    pub(crate) fn is_text(self) -> bool {
        self.format == Format::Text
    }

    /// Prints an answer as the format says.
    pub(crate) fn print<T: Serialize>(self, answer: &T, text: impl FnOnce(&T) -> String) -> Result<(), Failure> {
        let printed = match self.format {
            Format::Text => text(answer),
            Format::Json => {
                let json = serde_json::to_string_pretty(answer);
                json.map_err(|_| Failure::bug("an answer cannot be written as JSON"))? + "\n"
            }
        };
        let mut out = std::io::stdout().lock();
        out.write_all(printed.as_bytes())
            .and_then(|()| out.flush())
            .map_err(|error| Failure::io("standard output", &error))
    }

    /// Prints a line for people, at once.
    pub(crate) fn say(self, line: &str) {
        if self.is_text() {
            let mut out = std::io::stdout().lock();
            let _ = writeln!(out, "{line}").and_then(|()| out.flush());
        }
    }

    /// Tells people how far long work has come, on standard error.
    pub(crate) fn progress(self, line: &str) {
        if self.is_text() {
            eprintln!("{line}");
        }
    }

    /// Prints why a command could not do its work.
    pub(crate) fn failure(self, failure: &Failure) -> Exit {
        if let (Format::Json, Some(NotLoaded::Wrong(diagnostics))) = (self.format, &failure.loading) {
            let answer = serde_json::json!({ "mistakes": diagnostics.mistakes(), "warnings": diagnostics.warnings() });
            let _ = self.print(&answer, |_| String::new());
        } else if let Some(NotLoaded::Wrong(diagnostics)) = &failure.loading {
            // Each begins with its own place, as compilers write it.
            eprint!("{diagnostics}");
        } else {
            eprintln!("schakel: {}", failure.message.trim_end());
        }
        failure.exit
    }
}

/// So many of something, in words.
pub(crate) fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// Rows with aligned columns.
pub(crate) fn table(header: &[&str], rows: &[Vec<String>]) -> String {
    let width = |at: usize| {
        let cells = rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count());
        cells.chain([header.get(at).map_or(0, |name| name.len())]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..header.len()).map(width).collect();
    let line = |cells: Vec<&str>| {
        let padded = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    };
    let rows = rows.iter().map(|row| line(row.iter().map(String::as_str).collect()));
    std::iter::once(line(header.to_vec())).chain(rows).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(rows: &[[&str; 3]]) -> Vec<Vec<String>> {
        rows.iter().map(|row| row.map(str::to_owned).to_vec()).collect()
    }

    #[test]
    fn a_table_has_columns_as_wide_as_their_widest_cell_and_no_blanks_behind() {
        let rows = rows(&[["één", "", "x"], ["b", "lang genoeg", ""]]);
        insta::assert_snapshot!(table(&["naam", "wat", "c"], &rows).replace(' ', "."), @r"
        naam..wat..........c
        één................x
        b.....lang.genoeg
        ");
    }

    #[test]
    fn a_table_without_rows_is_its_header() {
        assert_eq!(table(&["flow", "fault"], &[]), "flow  fault\n");
    }

    #[test]
    fn a_cell_beyond_the_header_is_left_out() {
        assert_eq!(table(&["a"], &rows(&[["1", "2", "3"]])), "a\n1\n");
    }
}
