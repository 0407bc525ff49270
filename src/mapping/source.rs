use super::format::Format;
use super::lines::{RawLine, line_table, lines, mapping_file, nearest_field, unknown_field, without_table};
use super::warnings::{not_taken, same_for_all, taken_for_another};
use crate::config::{File, Files, Keys, suggested, table, text, within, wrong_type};
use schakel_api::code::Code;
use schakel_api::contract::SettingError;
use schakel_api::mapping::{BadPath, Cell, Each, FieldPath, Projection, Row, Slot, Table, UnknownCode};
use schakel_api::model::{Grammar, Problem, Record, Requirement, Stream, Unreadable, Values};
use schakel_api::value::{Date, Scheme, Version, VersionKind, date, find_bsn};
use serde::Deserialize;
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;
use toml::de::DeValue;

const MAPPING: Keys = Keys { required: &["stream", "each", "key", "fields"], optional: &["handle", "version"] };
const VERSION: Keys = Keys { required: &["from", "kind"], optional: &["format"] };
const LINE: Keys = Keys { required: &[], optional: &["from", "value", "table", "unknown", "scheme", "format"] };

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
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct LineSettings {
    from: Option<Spanned<String>>,
    value: Option<Spanned<String>>,
    table: Option<Spanned<String>>,
    scheme: Option<Scheme>,
    format: Option<Spanned<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct VersionSettings {
    from: Option<Spanned<String>>,
    kind: Option<Spanned<VersionKind>>,
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

struct Compiler<'f> {
    file: &'f File,
    stream: Stream,
    projection: Projection,
    errors: Vec<SettingError>,
    warnings: Vec<SettingError>,
}

impl Compiler<'_> {
    fn noted<T>(&mut self, result: Result<T, SettingError>) -> Option<T> {
        result.map_err(|error| self.errors.push(error)).ok()
    }

    fn slot(&mut self, path: &Spanned<String>) -> Option<Slot> {
        let found = FieldPath::parse(path.get_ref(), self.projection.enclosing())
            .map_err(|bad| path_error(&bad, self.file, &path.span(), path.get_ref()));
        self.noted(found).map(|path| self.projection.row(path))
    }

    fn slot_of(&mut self, value: Spanned<DeValue<'_>>) -> Option<Slot> {
        let path = self.noted(text(value))?;
        self.slot(&path)
    }

    fn version(&mut self, value: Spanned<DeValue<'_>>) -> Option<VersionLine> {
        let table = self.noted(table(value))?;
        let (section, errors) = VERSION.check(table);
        self.errors.extend(errors);
        let (settings, errors) = section.read_some::<VersionSettings>();
        self.errors.extend(errors);
        let settings = settings.unwrap_or_default();
        let slot = settings.from.and_then(|from| self.slot(&from));
        let format = self.format(settings.format.as_ref(), Grammar::Moment);
        let kind = settings.kind?;
        if matches!(kind.get_ref(), VersionKind::Sent | VersionKind::Observed) {
            let error =
                SettingError::new(kind.span(), "a version is of the kind decided, assigned, changed or counter");
            self.errors.push(error.help("leave `version` out to go by what is seen last"));
        }
        Some(VersionLine { slot: slot?, kind: kind.into_inner(), format })
    }

    fn format(&mut self, named: Option<&Spanned<String>>, grammar: Grammar) -> Format {
        let Some(named) = named else { return Format::Plain };
        let formats = Format::names(grammar);
        if let Some((_, format)) = formats.iter().find(|(name, _)| name == named.get_ref()) {
            return *format;
        }
        let names: Vec<&str> = formats.iter().map(|(name, _)| *name).collect();
        let error = match names[..] {
            [] => SettingError::new(named.span(), "only a date, a moment or a number has a format"),
            _ => suggested(SettingError::new(named.span(), "there is no such format"), named.get_ref(), &names),
        };
        self.errors.push(error);
        Format::Plain
    }

    /// The lines of `[fields]`, among which each required field must be. One that was misspelt is not missing as well.
    fn fields(&mut self, files: &mut Files, value: Spanned<DeValue<'_>>) -> Vec<Line> {
        let span = value.span();
        let Some(table) = self.noted(table(value)) else { return Vec::new() };
        let stream = self.stream;
        let raw = lines(table.into_inner(), &|name| stream.row(name).is_some());
        let meant = |line: &RawLine<'_>| match stream.row(&line.name) {
            Some(row) => Some(row.name.as_str()),
            None => nearest_field(stream, &line.name),
        };
        let meant: Vec<&str> = raw.iter().filter_map(meant).collect();
        for required in stream.required() {
            if !meant.contains(&required) {
                let message = format!("the field `{required}` is missing, which every {} has", stream.as_str());
                self.errors.push(SettingError::new(span.clone(), message));
            }
        }
        raw.into_iter().filter_map(|line| self.line(files, line)).collect()
    }

    fn line(&mut self, files: &mut Files, line: RawLine<'_>) -> Option<Line> {
        let RawLine { name, span, value } = line;
        let Some(row) = self.stream.row(&name) else {
            self.errors.push(unknown_field(self.stream, &name, span));
            return None;
        };
        if name.contains("[]") {
            self.errors.push(SettingError::new(span, "a list cannot be mapped from rows"));
            return None;
        }
        let (grammar, required) = (row.grammar, row.requirement == Requirement::Required);
        if let Some(path) = value.get_ref().as_str().map(str::to_owned) {
            let slot = self.slot(&Spanned::new(value.span(), path))?;
            let (from, format) = (LineSource::Path(slot), Format::Plain);
            return Some(Line { field: name, grammar, from, scheme: None, format, table: None });
        }
        if !matches!(value.get_ref(), DeValue::Table(_)) {
            self.errors.push(wrong_type("a path or { from = \"$.…\" }", &value));
            return None;
        }
        let (mut section, errors) = LINE.check(table(value).ok()?);
        let misspelt = !errors.is_empty();
        self.errors.extend(errors);
        let keys = section.keys();
        let has = |key: &str| keys.iter().any(|name| name == key);
        let unknown = section.take("unknown");
        let (settings, errors) = section.read_some::<LineSettings>();
        self.errors.extend(errors);
        let settings = settings.unwrap_or_default();
        if has("from") == has("value") && !misspelt {
            self.errors.push(SettingError::new(span.clone(), "a line has either `from` or `value`"));
        }
        if settings.scheme.is_some() && grammar != Grammar::Provider {
            self.errors.push(SettingError::new(span, "only a provider has a scheme"));
        }
        if let (Some(unknown), false) = (&unknown, has("table")) {
            self.errors.push(without_table(unknown));
        }
        let format = self.format(settings.format.as_ref(), grammar);
        let table = line_table(files, self.file, settings.table.as_ref(), unknown.as_ref());
        if let (Some((_, UnknownCode::Value(_))), Some(unknown)) = (&table, &unknown)
            && required
        {
            self.warnings.push(taken_for_another(self.stream, unknown.span()));
        }
        let from = match (settings.from, settings.value) {
            (Some(from), _) => LineSource::Path(self.slot(&from)?),
            (None, value) => {
                let value = value?;
                if !grammar.accepts(value.get_ref()) {
                    let error = SettingError::new(value.span(), "the field does not take this value");
                    self.errors.push(error.help(grammar.describe()));
                } else if required && !matches!(grammar, Grammar::OneOf(_)) {
                    self.warnings.push(same_for_all(self.stream, &name, value.span()));
                }
                LineSource::Fixed(value.into_inner())
            }
        };
        let line = Line { field: name, grammar, from, scheme: settings.scheme, format, table };
        if let (Some((table, _)), Some(named)) = (&line.table, &settings.table)
            && let Some(warning) = not_taken(&line.field, grammar, table, named.span(), |code| line.takes(code))
        {
            self.warnings.push(warning);
        }
        Some(line)
    }
}

#[cfg(test)]
mod tests;
