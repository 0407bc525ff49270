use super::lines::{RawLine, line_table, lines, mapping_file, unknown_field, without_table};
use super::source::path_error;
use super::warnings::{Held, lacking};
use crate::config::{File, Files, Keys, table, text, wrong_type};
use schakel_api::contract::SettingError;
use schakel_api::mapping::{Form, Line, OutPath, Path, Source, Template, UnknownCode};
use schakel_api::model::{Grammar, Stream};
use schakel_api::value::{Law, Scheme};
use serde::Deserialize;
use toml::Spanned;
use toml::de::DeValue;

const MAPPING: Keys = Keys { required: &["stream", "body"], optional: &["hours-as-minutes", "receipt"] };
const LINE: Keys = Keys { required: &[], optional: &["from", "value", "as", "absent", "scheme", "table", "unknown"] };

/// What stands outside `[body]` and `[receipt]`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
struct Settings {
    /// Write sizes in hours as minutes.
    hours_as_minutes: bool,
}

/// What a line may say beside `unknown`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
struct LineSettings {
    from: Option<Spanned<String>>,
    value: Option<String>,
    #[serde(rename = "as")]
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

/// Stands in for a mapping that is wrong, so that the rest of a flow can be checked.
pub(crate) fn any_template(stream: Stream) -> Template {
    Template::new(stream, Vec::new(), false)
}

/// Checks and compiles the target mapping in a file, for a link that handles these laws. All mistakes are noted.
pub(crate) fn target_mapping(files: &mut Files, file: &File, stream: Option<Stream>, laws: &[Law]) -> Option<Template> {
    let (mut section, stream) = mapping_file(files, file, stream, &MAPPING)?;
    let (body, receipt) = (section.take("body"), section.take("receipt"));
    let (settings, errors) = section.read_some::<Settings>();
    files.diagnostics.extend(file, errors);
    let hours_as_minutes = settings.unwrap_or_default().hours_as_minutes;
    let held = Held { laws, hours_as_minutes };
    let mut compiled = Vec::new();
    for line in part(files, file, body) {
        compiled.extend(body_line(files, file, stream, line, &held));
    }
    let mut template = Template::new(stream, compiled, hours_as_minutes);
    for RawLine { name, value, .. } in part(files, file, receipt) {
        let path = text(value).and_then(|path| {
            Path::parse(path.get_ref()).map_err(|bad| path_error(&bad, file, &path.span(), path.get_ref()))
        });
        match path {
            Ok(path) => template = template.with_receipt(&name, path),
            Err(error) => files.diagnostics.add(file, error),
        }
    }
    Some(template)
}

/// The lines of `[body]` or `[receipt]`.
fn part<'f>(files: &mut Files, file: &File, value: Option<Spanned<DeValue<'f>>>) -> Vec<RawLine<'f>> {
    let table = value.map(table).transpose().map_err(|error| files.diagnostics.add(file, error));
    table.ok().flatten().map(|table| lines(table.into_inner(), &|_| false)).unwrap_or_default()
}

fn body_line(files: &mut Files, file: &File, stream: Stream, line: RawLine<'_>, held: &Held<'_>) -> Option<Line> {
    let RawLine { name, span, value } = line;
    let to = OutPath::parse(&name);
    if to.is_none() {
        let message = "a place is names with dots between, one of them at most with [] behind it";
        files.diagnostics.add(file, SettingError::new(span.clone(), message));
    }
    // Where the place is wrong, a field of a list is not said to be wrong as well.
    let listed = to.as_ref().is_none_or(OutPath::is_listed);
    if let Some(field) = value.get_ref().as_str().map(str::to_owned) {
        let from = field_source(files, file, stream, &Spanned::new(value.span(), field), listed)?;
        return Some(Line { to: to?, from, form: Form::Text, null: false, scheme: None, table: None });
    }
    if !matches!(value.get_ref(), DeValue::Table(_)) {
        let error = wrong_type("a field's name or { from = \"…\" }", &value);
        files.diagnostics.add(file, error);
        return None;
    }
    let (mut section, errors) = LINE.check(table(value).ok()?);
    let misspelt = !errors.is_empty();
    files.diagnostics.extend(file, errors);
    let keys = section.keys();
    let has = |key: &str| keys.iter().any(|name| name == key);
    let unknown = section.take("unknown");
    let (settings, errors) = section.read_some::<LineSettings>();
    files.diagnostics.extend(file, errors);
    let settings = settings.unwrap_or_default();
    if has("from") == has("value") && !misspelt {
        files.diagnostics.add(file, SettingError::new(span.clone(), "a line has either `from` or `value`"));
    }
    if let (Some(unknown), false) = (&unknown, has("table")) {
        files.diagnostics.add(file, without_table(unknown));
    }
    let table = line_table(files, file, settings.table.as_ref(), unknown.as_ref());
    let from = match (settings.from, settings.value) {
        (Some(from), _) => field_source(files, file, stream, &from, listed)?,
        (None, text) => Source::Fixed(text?),
    };
    let field = match &from {
        Source::Field(name) => stream.row(name),
        _ => None,
    };
    if settings.scheme.is_some() && field.is_none_or(|row| row.grammar != Grammar::Provider) {
        files.diagnostics.add(file, SettingError::new(span, "only a provider has a scheme"));
    }
    if let (Some(row), Some((table, UnknownCode::Reject)), Some(named)) = (field, &table, &settings.table)
        && let Some(warning) = lacking(&row.name, row.grammar, table, named.span(), held)
    {
        files.diagnostics.warn(file, warning);
    }
    let form = match settings.form {
        LineForm::Text => Form::Text,
        LineForm::Number => Form::Number,
    };
    Some(Line { to: to?, from, form, null: settings.absent == Some(Absent::Null), scheme: settings.scheme, table })
}

/// What a line takes its value from: a field of the stream, `version`, `key`, or of what the crosswalk knows the
/// `counterpart`.
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
        "counterpart" if stream == Stream::Indication || stream == Stream::Assignment => {
            return Some(Source::Counterpart);
        }
        name if stream.row(name).is_none() => unknown_field(stream, name, named.span()),
        name if name.contains("[]") && !listed => SettingError::new(named.span(), "a field of a list goes into a list")
            .help("write [] behind the list's name on the left, for example `\"regels[].nummer\"`"),
        name => return Some(Source::Field(name.to_owned())),
    };
    files.diagnostics.add(file, error);
    None
}

#[cfg(test)]
mod tests;
