use schakel_api::contract::SettingError;
use schakel_api::mapping::{Table, TableRow};
use schakel_api::value::{Date, date};

const HEADER: [&str; 4] = ["from", "to", "valid-from", "valid-to"];

/// Reads a code table: UTF-8, semicolons, the header `from;to;valid-from;valid-to`.
///
/// # Errors
/// Every row that is wrong: too few or many fields, an empty code, a date that is none, a code that another row
/// already covers on the same day.
pub(crate) fn read_table(text: &str) -> Result<Table, Vec<SettingError>> {
    let mut reader =
        csv::ReaderBuilder::new().delimiter(b';').has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut table = Table::default();
    let mut errors = Vec::new();
    for (at, record) in reader.records().enumerate() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let start = error.position().and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or(0);
                errors.push(SettingError::new(start..line_end(text, start), "this row cannot be read"));
                continue;
            }
        };
        let start = record.position().and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or(0);
        let span = start..line_end(text, start);
        let fields: Vec<&str> = record.iter().map(str::trim).collect();
        if at == 0 {
            if fields != HEADER {
                let error = SettingError::new(span, "a code table starts with its header");
                errors.push(error.help(HEADER.join(";")));
            }
            continue;
        }
        if let Err(message) = row(&fields).and_then(|row| {
            table.add(row).map_err(|_| "another row says something about this code on the same days".to_owned())
        }) {
            errors.push(SettingError::new(span, message));
        }
    }
    if errors.is_empty() { Ok(table) } else { Err(errors) }
}

fn row(fields: &[&str]) -> Result<TableRow, String> {
    let [from, to, valid_from, valid_to] = fields else {
        return Err(format!("a row has four fields, this one has {}", fields.len()));
    };
    if from.is_empty() || to.is_empty() {
        return Err("a row needs both codes".to_owned());
    }
    let day = |name: &str, text: &str| -> Result<Option<Date>, String> {
        match text {
            "" => Ok(None),
            text => date(text).map(Some).map_err(|_| format!("{name} is no date: write yyyy-mm-dd")),
        }
    };
    let (valid_from, valid_to) = (day("valid-from", valid_from)?, day("valid-to", valid_to)?);
    if matches!((valid_from, valid_to), (Some(from), Some(to)) if to < from) {
        return Err("valid-to lies before valid-from".to_owned());
    }
    Ok(TableRow { from: (*from).to_owned(), to: (*to).to_owned(), valid_from, valid_to })
}

/// Where the line that starts here ends. The csv reader counts a line's begin before its line break.
fn line_end(text: &str, start: usize) -> usize {
    text.get(start..).and_then(|rest| rest.find('\n')).map_or(text.len(), |at| start + at)
}

