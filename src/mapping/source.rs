use super::format::Format;
use super::lines::{RawLine, line_table, lines, mapping_file, unknown_field};
use crate::config::{File, Files};
use schakel_api::code::Code;
use schakel_api::contract::{Section, SettingError};
use schakel_api::mapping::{BadPath, Cell, Each, FieldPath, Projection, Row, Slot, Table, UnknownCode};
use schakel_api::model::{Grammar, Problem, Record, Stream, Unreadable, Values};
use schakel_api::value::{Date, Scheme, Version, VersionKind, date, find_bsn};
use serde::Deserialize;
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;
use toml::de::DeValue;

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

/// What a line may say beside `unknown`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct LineSettings {
    from: Option<Spanned<String>>,
    value: Option<String>,
    table: Option<Spanned<String>>,
    scheme: Option<Scheme>,
    format: Option<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct VersionSettings {
    from: Spanned<String>,
    kind: Spanned<VersionKind>,
    format: Option<Spanned<String>>,
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

    fn record(&self, row: &Row) -> Result<Record, Unreadable> {
        let mut values = Values::new();
        let mut problems = Vec::new();
        // Tables are judged on the record's own start, so that is read first.
        let start = self.lines.iter().find(|line| line.field == "start");
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
        let text = row.get(line.slot).text().map(str::trim).ok_or_else(|| problem(Code::VersionMissing))?;
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
        Ok(Some(match self.scheme {
            Some(scheme) => format!("{}:{text}", scheme.as_str()),
            None => text,
        }))
    }
}

/// Checks and compiles the source mapping in a file. All mistakes are noted.
pub(crate) fn source_mapping(files: &mut Files, file: &File, stream: Stream) -> Option<(SourceMapping, Projection)> {
    let mut section = mapping_file(files, file, stream)?;
    let (each, fields) = (section.take("each"), section.take("fields"));
    let (key, handle, version) = (section.take("key"), section.take("handle"), section.take("version"));
    for key in section.keys() {
        if let Some(value) = section.take(&key) {
            files.diagnostics.add(file, SettingError::new(value.span(), format!("no such setting: `{key}`")));
        }
    }
    let mut compiler = Compiler { file, stream, projection: Projection::new(rows(files, file, each)?), errors: Vec::new() };
    let key = match key {
        Some(key) => compiler.slot_of(&key),
        None => {
            compiler.errors.push(SettingError::new(0..0, "`key` is missing: the path that tells rows apart"));
            None
        }
    };
    let handle = handle.and_then(|handle| compiler.slot_of(&handle));
    let version = version.and_then(|version| compiler.version(version));
    let mut raw = Vec::new();
    match fields.map(Spanned::into_inner) {
        Some(DeValue::Table(table)) => lines("", table, &mut raw),
        _ => compiler.errors.push(SettingError::new(0..0, "`[fields]` is missing")),
    }
    raw.sort_by_key(|line| line.span.start);
    let named: Vec<String> = raw.iter().map(|line| line.name.clone()).collect();
    let lines: Vec<Line> = raw.into_iter().filter_map(|line| compiler.line(files, line)).collect();
    for required in stream.required() {
        if !named.iter().any(|name| name == required) {
            let at = file.text.find("[fields]").unwrap_or(0);
            let message = format!("the field `{required}` is missing: every {} has it", stream.as_str());
            compiler.errors.push(SettingError::new(at..at + "[fields]".len(), message));
        }
    }
    let Compiler { projection, errors, .. } = compiler;
    files.diagnostics.extend(file, errors);
    Some((SourceMapping { stream, key: key?, handle, version, lines }, projection))
}

/// Where the rows are: one path, or a list of them for rows within rows.
fn rows(files: &mut Files, file: &File, each: Option<Spanned<DeValue<'_>>>) -> Option<Vec<Each>> {
    let Some(each) = each else {
        files.diagnostics.add(file, SettingError::new(0..0, "`each` is missing: the path to the rows"));
        return None;
    };
    let span = each.span();
    let texts: Vec<(Range<usize>, String)> = match each.into_inner() {
        DeValue::String(text) => vec![(span, text.into_owned())],
        DeValue::Array(list) => list
            .into_iter()
            .map(|path| (path.span(), path.get_ref().as_str().unwrap_or_default().to_owned()))
            .collect(),
        _ => vec![(span, String::new())],
    };
    let mut paths = Vec::new();
    for (span, text) in &texts {
        match Each::parse(text) {
            Ok(path) => paths.push(path),
            Err(bad) => files.diagnostics.add(file, path_error(&bad, span)),
        }
    }
    (paths.len() == texts.len()).then_some(paths)
}

/// Points at the character that the parser stumbled over.
pub(super) fn path_error(bad: &BadPath, span: &Range<usize>) -> SettingError {
    SettingError::new(span.clone(), bad.to_string())
}

struct Compiler<'f> {
    file: &'f File,
    stream: Stream,
    projection: Projection,
    errors: Vec<SettingError>,
}

impl Compiler<'_> {
    fn slot(&mut self, text: &str, span: &Range<usize>) -> Option<Slot> {
        match FieldPath::parse(text, self.projection.enclosing()) {
            Ok(path) => Some(self.projection.row(path)),
            Err(bad) => {
                self.errors.push(path_error(&bad, span));
                None
            }
        }
    }

    fn slot_of(&mut self, value: &Spanned<DeValue<'_>>) -> Option<Slot> {
        match value.get_ref().as_str() {
            Some(text) => self.slot(text, &value.span()),
            None => {
                self.errors.push(SettingError::new(value.span(), "a path is a text"));
                None
            }
        }
    }

    fn version(&mut self, value: Spanned<DeValue<'_>>) -> Option<VersionLine> {
        let settings: VersionSettings = self.table_of(value)?;
        let slot = self.slot(settings.from.get_ref(), &settings.from.span())?;
        let kind = *settings.kind.get_ref();
        if matches!(kind, VersionKind::Sent | VersionKind::Observed) {
            let message = "a version is of the kind decided, assigned, changed or counter";
            self.errors.push(SettingError::new(settings.kind.span(), message).help("leave it out to go by what is seen last"));
        }
        let format = self.format(settings.format.as_ref(), Grammar::Moment);
        Some(VersionLine { slot, kind, format })
    }

    fn format(&mut self, named: Option<&Spanned<String>>, grammar: Grammar) -> Format {
        let Some(named) = named else { return Format::Plain };
        let formats = Format::names(grammar);
        if let Some((_, format)) = formats.iter().find(|(name, _)| name == named.get_ref()) {
            return *format;
        }
        let names: Vec<&str> = formats.iter().map(|(name, _)| *name).collect();
        let error = SettingError::new(named.span(), "this field has no such format");
        self.errors.push(match names[..] {
            [] => error,
            _ => error.help(format!("there are: {}", names.join(", "))),
        });
        Format::Plain
    }

    fn table_of<T: serde::de::DeserializeOwned>(&mut self, value: Spanned<DeValue<'_>>) -> Option<T> {
        let span = value.span();
        let DeValue::Table(table) = value.into_inner() else {
            self.errors.push(SettingError::new(span, "a table is expected, such as { from = \"$.…\" }"));
            return None;
        };
        let (settings, errors) = Section::new(Spanned::new(span, table)).read_some();
        self.errors.extend(errors);
        settings
    }

    fn line(&mut self, files: &mut Files, line: RawLine<'_>) -> Option<Line> {
        let RawLine { name, span, mut value } = line;
        let Some(row) = self.stream.row(&name) else {
            self.errors.push(unknown_field(self.stream, &name, span));
            return None;
        };
        if name.contains("[]") {
            self.errors.push(SettingError::new(span, "a list cannot be mapped from rows"));
            return None;
        }
        if let Some(path) = value.get_ref().as_str().map(str::to_owned) {
            let slot = self.slot(&path, &value.span())?;
            let (from, format) = (LineSource::Path(slot), Format::Plain);
            return Some(Line { field: name, grammar: row.grammar, from, scheme: None, format, table: None });
        }
        let unknown = match value.get_mut() {
            DeValue::Table(table) => table.remove("unknown"),
            _ => None,
        };
        let settings: LineSettings = self.table_of(value)?;
        let from = match (settings.from, settings.value) {
            (Some(from), None) => LineSource::Path(self.slot(from.get_ref(), &from.span())?),
            (None, Some(text)) => LineSource::Fixed(text),
            _ => {
                self.errors.push(SettingError::new(span, "a line has either `from` or `value`"));
                return None;
            }
        };
        if settings.scheme.is_some() && row.grammar != Grammar::Provider {
            self.errors.push(SettingError::new(span, "only a provider has a scheme"));
        }
        let format = self.format(settings.format.as_ref(), row.grammar);
        let table = line_table(files, self.file, settings.table.as_ref(), unknown);
        Some(Line { field: name, grammar: row.grammar, from, scheme: settings.scheme, format, table })
    }
}
