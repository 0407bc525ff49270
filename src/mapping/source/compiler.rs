use super::{Line, LineSource, VersionLine, path_error};
use crate::config::{File, Files, Keys, suggested, table, text, wrong_type};
use crate::mapping::format::Format;
use crate::mapping::lines::{RawLine, line_table, lines, nearest_field, unknown_field, without_table};
use crate::mapping::warnings::{not_taken, same_for_all, taken_for_another};
use schakel_api::contract::SettingError;
use schakel_api::mapping::{FieldPath, Projection, Slot, UnknownCode};
use schakel_api::model::{Grammar, Requirement, Stream};
use schakel_api::value::{Scheme, VersionKind};
use serde::Deserialize;
use toml::Spanned;
use toml::de::DeValue;

const VERSION: Keys = Keys { required: &["from", "kind"], optional: &["format"] };
const LINE: Keys = Keys { required: &[], optional: &["from", "value", "table", "unknown", "scheme", "format"] };

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

/// Compiles the lines of a mapping, and notes all mistakes in them.
pub(super) struct Compiler<'f> {
    pub(super) file: &'f File,
    pub(super) stream: Stream,
    pub(super) projection: Projection,
    pub(super) errors: Vec<SettingError>,
    pub(super) warnings: Vec<SettingError>,
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

    pub(super) fn slot_of(&mut self, value: Spanned<DeValue<'_>>) -> Option<Slot> {
        let path = self.noted(text(value))?;
        self.slot(&path)
    }

    pub(super) fn version(&mut self, value: Spanned<DeValue<'_>>) -> Option<VersionLine> {
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
    pub(super) fn fields(&mut self, files: &mut Files, value: Spanned<DeValue<'_>>) -> Vec<Line> {
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
        let at = span.clone();
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
            self.errors.push(SettingError::new(at.clone(), "only a provider has a scheme"));
        }
        if let (Some(unknown), false) = (&unknown, has("table")) {
            self.errors.push(without_table(unknown));
        }
        let fixed = has("value") && !has("from");
        let format = self.format(settings.format.as_ref(), grammar);
        let table = line_table(files, self.file, settings.table.as_ref(), unknown.as_ref());
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
        let of_paths = ["table", "scheme", "format"].into_iter().find(|key| fixed && has(key));
        if let Some(key) = of_paths {
            let error = SettingError::new(at, format!("a fixed value has no `{key}`"));
            self.errors.push(error.help("write the value as the field holds it"));
        }
        let line = Line { field: name, grammar, from, scheme: settings.scheme, format, table };
        if let (Some((table, _)), Some(named)) = (&line.table, &settings.table)
            && let Some(warning) = not_taken(&line.field, grammar, table, named.span(), |code| line.takes(code))
        {
            self.warnings.push(warning);
        }
        if let (Some((_, UnknownCode::Value(code))), Some(unknown)) = (&line.table, &unknown) {
            if !line.takes(code) {
                let error = SettingError::new(unknown.span(), "the field does not take this value");
                self.errors.push(error.help(grammar.describe()));
            } else if required {
                self.warnings.push(taken_for_another(self.stream, unknown.span()));
            }
        }
        Some(line)
    }
}
