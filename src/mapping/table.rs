use schakel_api::contract::SettingError;
use schakel_api::mapping::{Table, TableRow};
use schakel_api::value::{Date, Scalar, date};
use std::collections::BTreeMap;
use std::ops::Range;

const HEADER: [&str; 4] = ["from", "to", "valid-from", "valid-to"];

/// A row that is wrong: which of its fields, unless it is all of it, and how.
type Wrong = (Option<usize>, String);

/// Reads a code table: UTF-8, semicolons, the header `from;to;valid-from;valid-to`. Beside it come the warnings: a row
/// that says again what counts already, and days between two rows of a code that none of them covers.
///
/// # Errors
/// Every row that is wrong: too few or many fields, an empty code, a date that is none, a code of which another row
/// says something else on the same day.
pub(crate) fn read_table(text: &str) -> Result<(Table, Vec<SettingError>), Vec<SettingError>> {
    let mut reader =
        csv::ReaderBuilder::new().delimiter(b';').has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut table = Table::default();
    let (mut rows, mut warnings) = (Vec::new(), Vec::new());
    let mut errors = Vec::new();
    let mut records = reader.records();
    match records.next() {
        Some(Ok(record)) if record.iter().map(str::trim).eq(HEADER) => {}
        first => {
            let span = line(text, first.as_ref().and_then(|first| first.as_ref().ok()?.position()));
            errors.push(
                SettingError::new(span, "a code table starts with its header")
                    .help(format!("its first line is `{}`", HEADER.join(";"))),
            );
            // Another delimiter is one mistake, and not one in every row.
            if first.is_none_or(|first| first.is_ok_and(|record| record.len() != HEADER.len())) {
                return Err(errors);
            }
        }
    }
    for record in records {
        let (span, read) = match record {
            Ok(record) => (line(text, record.position()), row(&record)),
            Err(error) => (line(text, error.position()), Err((None, "this row cannot be read".to_owned()))),
        };
        let at = |field| field_span(text, &span, field).unwrap_or(span.clone());
        let twice = |_| (Some(0), "another row says something else about this code on the same days".to_owned());
        let added = read.and_then(|row| Ok((table.add(row.clone()).map_err(twice)?, row)));
        match added {
            Ok((repeats, row)) => {
                if repeats {
                    warnings.push(SettingError::new(at(0), "another row says the same about this code on these days"));
                }
                rows.push((row, at(2)));
            }
            Err((field, message)) => {
                errors.push(SettingError::new(field.map_or(span.clone(), at), message));
            }
        }
    }
    warnings.extend(gaps(rows));
    if errors.is_empty() { Ok((table, warnings)) } else { Err(errors) }
}

/// Days between two rows of a code that none of them covers, told where the later one begins.
fn gaps(rows: Vec<(TableRow, Range<usize>)>) -> Vec<SettingError> {
    let mut of_codes: BTreeMap<String, Vec<(TableRow, Range<usize>)>> = BTreeMap::new();
    for (row, begins) in rows {
        of_codes.entry(row.from.clone()).or_default().push((row, begins));
    }
    let mut gaps = Vec::new();
    for rows in of_codes.values_mut() {
        rows.sort_by_key(|(row, _)| row.valid_from);
        let mut covered: Option<Date> = None;
        for (row, begins) in rows {
            let first = covered.and_then(|day| day.succ_opt());
            if let (Some(first), Some(from)) = (first, row.valid_from)
                && first < from
                && let Some(last) = from.pred_opt()
            {
                let days = format!("{} to {}", first.text(), last.text());
                let warning = SettingError::new(begins.clone(), format!("no row covers this code from {days}"));
                gaps.push(warning.help("on those days the code is unknown"));
            }
            match row.valid_to {
                Some(to) => covered = covered.max(Some(to)),
                None => break,
            }
        }
    }
    gaps
}

fn row(record: &csv::StringRecord) -> Result<TableRow, Wrong> {
    let fields: Vec<&str> = record.iter().map(str::trim).collect();
    let [from, to, _, _] = fields[..] else {
        return Err((None, format!("a row has four fields, this one has {}", fields.len())));
    };
    if let Some(empty) = [from, to].iter().position(|code| code.is_empty()) {
        return Err((Some(empty), "a row needs both codes".to_owned()));
    }
    let day = |at: usize| -> Result<Option<Date>, Wrong> {
        match fields[at] {
            "" => Ok(None),
            text => {
                date(text).map(Some).map_err(|_| (Some(at), format!("{} is no date: write yyyy-mm-dd", HEADER[at])))
            }
        }
    };
    let days = (day(2)?, day(3)?);
    if matches!(days, (Some(from), Some(to)) if to < from) {
        return Err((Some(3), "valid-to lies before valid-from".to_owned()));
    }
    let (valid_from, valid_to) = days;
    Ok(TableRow { from: from.to_owned(), to: to.to_owned(), valid_from, valid_to })
}

/// The line on which a row starts, without its end. The csv reader counts line breaks and empty lines before a row to it.
fn line(text: &str, position: Option<&csv::Position>) -> Range<usize> {
    let start = position.and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or(0);
    let rest = text.get(start..).unwrap_or_default();
    let start = start + (rest.len() - rest.trim_start_matches(['\r', '\n']).len());
    let end = text.get(start..).and_then(|rest| rest.find(['\r', '\n'])).map_or(text.len(), |at| start + at);
    start..end
}

/// A field of a line without quote marks, without the white space around it.
fn field_span(text: &str, line: &Range<usize>, field: usize) -> Option<Range<usize>> {
    let written = text.get(line.clone()).filter(|written| !written.contains('"'))?;
    let mut fields = written.split(';');
    let before: usize = fields.by_ref().take(field).map(|field| field.len() + 1).sum();
    let found = fields.next()?;
    let blank = found.len() - found.trim_start().len();
    let start = line.start + before + if found.trim().is_empty() { 0 } else { blank };
    Some(start..start + found.trim().len())
}

#[cfg(test)]
mod tests;
