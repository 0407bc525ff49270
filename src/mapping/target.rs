use super::lines::{RawLine, line_table, lines, mapping_file, unknown_field};
use super::source::path_error;
use crate::config::{File, Files};
use schakel_api::contract::{Section, SettingError};
use schakel_api::mapping::{Form, Line, OutPath, Path, Source, Template};
use schakel_api::model::{Grammar, Stream};
use schakel_api::value::Scheme;
use serde::Deserialize;
use toml::Spanned;
use toml::de::DeValue;

/// What stands outside `[body]` and `[receipt]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Settings {
    /// Write sizes in hours as minutes.
    #[serde(default)]
    hours_as_minutes: bool,
}

/// What a line may say beside `unknown`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct LineSettings {
    from: Option<Spanned<String>>,
    value: Option<String>,
    #[serde(default, rename = "as")]
    form: LineForm,
    absent: Option<Absent>,
    scheme: Option<Scheme>,
    table: Option<Spanned<String>>,
}

#[derive(Debug, Default, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum LineForm {
    #[default]
    Text,
    Number,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Absent {
    Null,
    Omit,
}

/// Checks and compiles the target mapping in a file. All mistakes are noted.
pub(crate) fn target_mapping(files: &mut Files, file: &File, stream: Stream) -> Option<Template> {
    let mut section = mapping_file(files, file, stream)?;
    let (body, receipt) = (section.take("body"), section.take("receipt"));
    let (settings, errors) = section.read_some::<Settings>();
    files.diagnostics.extend(file, errors);
    let mut raw = Vec::new();
    match body.map(Spanned::into_inner) {
        Some(DeValue::Table(table)) => lines("", table, &mut raw),
        _ => files.diagnostics.add(file, SettingError::new(0..0, "`[body]` is missing")),
    }
    raw.sort_by_key(|line| line.span.start);
    let mut compiled = Vec::new();
    for line in raw {
        compiled.extend(body_line(files, file, stream, line));
    }
    let mut template = Template::new(stream, compiled, settings?.hours_as_minutes);
    let mut names = Vec::new();
    if let Some(DeValue::Table(table)) = receipt.map(Spanned::into_inner) {
        lines("", table, &mut names);
    }
    for RawLine { name, value, .. } in names {
        match value.get_ref().as_str().map(Path::parse) {
            Some(Ok(path)) => template = template.with_receipt(&name, path),
            Some(Err(bad)) => files.diagnostics.add(file, path_error(&bad, &value.span())),
            None => files.diagnostics.add(file, SettingError::new(value.span(), "a path is a text")),
        }
    }
    Some(template)
}

fn body_line(files: &mut Files, file: &File, stream: Stream, line: RawLine<'_>) -> Option<Line> {
    let RawLine { name, span, mut value } = line;
    let Some(to) = OutPath::parse(&name) else {
        let message = "names with dots between, one of them at most with [] behind it";
        files.diagnostics.add(file, SettingError::new(span, message));
        return None;
    };
    if let Some(field) = value.get_ref().as_str().map(str::to_owned) {
        let from = field_source(files, file, stream, &Spanned::new(value.span(), field), to.is_listed())?;
        return Some(Line { to, from, form: Form::Text, null: false, scheme: None, table: None });
    }
    let value_span = value.span();
    let unknown = match value.get_mut() {
        DeValue::Table(table) => table.remove("unknown"),
        _ => None,
    };
    let DeValue::Table(table) = value.into_inner() else {
        files.diagnostics.add(file, SettingError::new(value_span, "a field's name is expected, or { from = \"…\" }"));
        return None;
    };
    let (settings, errors) = Section::new(Spanned::new(value_span, table)).read_some::<LineSettings>();
    files.diagnostics.extend(file, errors);
    let settings = settings?;
    let from = match (settings.from, settings.value) {
        (Some(from), None) => field_source(files, file, stream, &from, to.is_listed())?,
        (None, Some(text)) => Source::Fixed(text),
        _ => {
            files.diagnostics.add(file, SettingError::new(span, "a line has either `from` or `value`"));
            return None;
        }
    };
    let is_provider = |from: &Source| match from {
        Source::Field(name) => stream.row(name).is_some_and(|row| row.grammar == Grammar::Provider),
        _ => false,
    };
    if settings.scheme.is_some() && !is_provider(&from) {
        files.diagnostics.add(file, SettingError::new(span, "only a provider has a scheme"));
    }
    let form = match settings.form {
        LineForm::Text => Form::Text,
        LineForm::Number => Form::Number,
    };
    let table = line_table(files, file, settings.table.as_ref(), unknown);
    Some(Line { to, from, form, null: settings.absent == Some(Absent::Null), scheme: settings.scheme, table })
}

/// What a line takes its value from: a field of the stream, `version` or `key`.
fn field_source(
    files: &mut Files,
    file: &File,
    stream: Stream,
    named: &Spanned<String>,
    listed: bool,
) -> Option<Source> {
    let error = match named.get_ref().as_str() {
        "version" => return Some(Source::Version),
        "key" => return Some(Source::Key),
        name if stream.row(name).is_none() => unknown_field(stream, name, named.span()),
        name if name.contains("[]") && !listed => {
            SettingError::new(named.span(), "a field of a list goes into a list: write [] behind its name")
        }
        name => return Some(Source::Field(name.to_owned())),
    };
    files.diagnostics.add(file, error);
    None
}
