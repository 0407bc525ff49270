use super::format::Format;
use super::lines::mapping_file;
use crate::config::{File, Files, Keys, text, within};
use compiler::Compiler;
use schakel_api::code::Code;
use schakel_api::contract::SettingError;
use schakel_api::mapping::{BadPath, Cell, Each, Projection, Row, Slot, Table, UnknownCode};
use schakel_api::model::{Grammar, Problem, Record, Stream, Unreadable, Values};
use schakel_api::value::{Date, Scheme, Version, VersionKind, date, find_bsn};
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;
use toml::de::DeValue;

mod compiler;

const MAPPING: Keys = Keys { required: &["stream", "each", "key", "fields"], optional: &["handle", "version"] };

/// A compiled source mapping: from a row to a record.
#[derive(Debug, Clone)]
pub struct SourceMapping {
    stream: Stream,
    key: Slot,
    handle: Option<Slot>,
    version: Option<VersionLine>,
    lines: Vec<Line>,
}

/// What a row became.
pub struct Mapped {
    /// What tells the row from every other of the flow; `None` when its field is empty.
    pub key: Option<String>,
    /// What people find it by; refused when it holds a BSN.
    pub handle: Option<String>,
    /// The record and its version, or why there is none. Without a version it is versioned by observation.
    pub outcome: Result<(Record, Option<Version>), Unreadable>,
}

#[derive(Debug, Clone)]
struct VersionLine {
    slot: Slot,
    kind: VersionKind,
    format: Format,
}

#[derive(Debug, Clone)]
struct Line {
    field: String,
    grammar: Grammar,
    from: LineSource,
    scheme: Option<Scheme>,
    format: Format,
    table: Option<(Arc<Table>, UnknownCode)>,
}

#[derive(Debug, Clone)]
enum LineSource {
    Path(Slot),
    Fixed(String),
}

impl SourceMapping {
    /// Makes a record of a row.
    pub fn read(&self, row: &Row) -> Mapped {
        let text = |slot: Slot| row.get(slot).text().map(|text| text.trim().to_owned());
        let key = text(self.key).filter(|key| !key.is_empty());
        let handle = self.handle.and_then(text).filter(|handle| !find_bsn(handle));
        let outcome = if key.is_none() {
            Err(Unreadable::Problems(vec![Problem::new("key", Code::KeyMissing)]))
        } else {
            self.record(row).and_then(|record| Ok((record, self.version(row)?)))
        };
        Mapped { key, handle, outcome }
    }

    /// What a row says about its record, as one text: its version and whatever else it holds make no other fault of one.
    pub fn content(&self, row: &Row) -> String {
        let slots = self.lines.iter().filter_map(|line| match line.from {
            LineSource::Path(slot) => Some(slot),
            LineSource::Fixed(_) => None,
        });
        row.content(slots)
    }

    fn record(&self, row: &Row) -> Result<Record, Unreadable> {
        let mut values = Values::new();
        let mut problems = Vec::new();
        // Tables are judged on the record's own start, measurement or valid-from date, so that is read first.
        let start = self.lines.iter().find(|line| line.field == self.stream.judged_on());
        let day = start.and_then(|line| line.text(row, None).ok().flatten()).and_then(|text| date(&text).ok());
        for line in &self.lines {
            match line.text(row, day) {
                Ok(Some(text)) => values.set(&line.field, text),
                Ok(None) => {}
                Err(code) => problems.push(Problem::new(&line.field, code)),
            }
        }
        if values.get("size.unit") == Some("83") {
            values.remove("size.volume");
            problems.retain(|problem| problem.field != "size.volume");
        }
        match Record::read(self.stream, &values) {
            Err(Unreadable::OutOfScope) => Err(Unreadable::OutOfScope),
            Err(Unreadable::Problems(others)) => {
                // A field that the mapping could not read is not missing as well.
                let known = |field: &str| problems.iter().any(|problem| problem.field == field);
                let others: Vec<Problem> = others.into_iter().filter(|other| !known(&other.field)).collect();
                problems.extend(others);
                Err(Unreadable::Problems(problems))
            }
            Ok(_) if !problems.is_empty() => Err(Unreadable::Problems(problems)),
            Ok(record) => Ok(record),
        }
    }

    fn version(&self, row: &Row) -> Result<Option<Version>, Unreadable> {
        let Some(line) = &self.version else { return Ok(None) };
        let problem = |code| Unreadable::Problems(vec![Problem::new("version", code)]);
        let text = row.get(line.slot).text().map(str::trim).filter(|text| !text.is_empty());
        let text = text.ok_or_else(|| problem(Code::VersionMissing))?;
        match line.kind {
            VersionKind::Counter => {
                text.parse().map(|number| Some(Version::counter(number))).map_err(|_| problem(Code::ValueInvalid))
            }
            kind => {
                let moment = line.format.moment(text).map_err(problem)?;
                Ok(Some(Version::at(kind, moment, text)))
            }
        }
    }
}

impl Line {
    /// Whether the field takes what a table gave.
    fn takes(&self, code: &str) -> bool {
        self.format.canonical(self.grammar, code).is_ok_and(|text| self.grammar.accepts(&self.schemed(text)))
    }

    fn schemed(&self, text: String) -> String {
        match self.scheme {
            Some(scheme) => format!("{}:{text}", scheme.as_str()),
            None => text,
        }
    }

    fn text(&self, row: &Row, day: Option<Date>) -> Result<Option<String>, Code> {
        let text = match &self.from {
            LineSource::Fixed(text) => return Ok(Some(text.clone())),
            LineSource::Path(slot) => match row.get(*slot) {
                Cell::Absent => return Ok(None),
                Cell::NotSingle => return Err(Code::ValueNotSingle),
                Cell::Text(text) => text.trim(),
            },
        };
        if text.is_empty() {
            return Ok(None);
        }
        let text = match &self.table {
            None => text.to_owned(),
            Some((table, unknown)) => match (table.get(text, day), unknown) {
                (Some(to), _) => to.to_owned(),
                (None, UnknownCode::Pass) => text.to_owned(),
                (None, UnknownCode::Value(value)) => value.clone(),
                (None, UnknownCode::Reject) => return Err(Code::CodeUnknown),
            },
        };
        let text = self.format.canonical(self.grammar, &text)?;
        Ok(Some(self.schemed(text)))
    }
}

/// Stands in for the rows of a mapping that is wrong, so that the rest of a flow can be checked. They lie so deep that
/// there is a row for each path of the adapter's settings.
pub(crate) fn any_rows() -> Projection {
    Projection::new(stand_in().into_iter().cycle().take(9).collect())
}

/// The page itself, in place of rows whose path is wrong.
fn stand_in() -> Option<Each> {
    Each::parse("$").ok()
}

/// Checks and compiles the source mapping in a file. All mistakes are noted; with mistakes there may be no mapping.
pub(crate) fn source_mapping(
    files: &mut Files,
    file: &File,
    stream: Option<Stream>,
) -> (Option<SourceMapping>, Projection) {
    let Some((mut section, stream)) = mapping_file(files, file, stream, &MAPPING) else { return (None, any_rows()) };
    let (each, fields) = (section.take("each"), section.take("fields"));
    let (key, handle, version) = (section.take("key"), section.take("handle"), section.take("version"));
    let projection = each.map_or_else(any_rows, |each| rows(files, file, each));
    let mut compiler = Compiler { file, stream, projection, errors: Vec::new(), warnings: Vec::new() };
    let key = key.and_then(|key| compiler.slot_of(key));
    let handle = handle.and_then(|handle| compiler.slot_of(handle));
    let version = version.and_then(|version| compiler.version(version));
    let lines = fields.map(|fields| compiler.fields(files, fields)).unwrap_or_default();
    let Compiler { projection, errors, warnings, .. } = compiler;
    files.diagnostics.extend(file, errors);
    files.diagnostics.warn_all(file, warnings);
    (key.map(|key| SourceMapping { stream, key, handle, version, lines }), projection)
}

/// Where the rows are: one path, or a list of them for rows within rows. In place of a path that is wrong another one
/// stands in, so that the number of enclosing rows is right.
fn rows(files: &mut Files, file: &File, each: Spanned<DeValue<'_>>) -> Projection {
    let span = each.span();
    let paths = match each.into_inner() {
        DeValue::Array(list) => list.into_iter().collect(),
        one => vec![Spanned::new(span, one)],
    };
    let path = |value| {
        let path = text(value)?;
        Each::parse(path.get_ref()).map_err(|bad| path_error(&bad, file, &path.span(), path.get_ref()))
    };
    let paths = paths
        .into_iter()
        .filter_map(|value| {
            path(value).map_or_else(
                |error| {
                    files.diagnostics.add(file, error);
                    stand_in()
                },
                Some,
            )
        })
        .collect();
    Projection::new(paths)
}

/// Points at the character that the parser stumbled over.
pub(super) fn path_error(bad: &BadPath, file: &File, span: &Range<usize>, path: &str) -> SettingError {
    match bad {
        BadPath::Syntax { position, .. } => {
            let error = SettingError::new(within(&file.text, span, path, *position), "this is no JSONPath");
            error.help("for example `$.client.bsn` or `$['name with spaces']`")
        }
        bad => SettingError::new(span.clone(), bad.to_string()),
    }
}

#[cfg(test)]
mod tests;
