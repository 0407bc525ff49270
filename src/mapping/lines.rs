use crate::config::{File, Files};
use schakel_api::contract::{Section, SettingError};
use schakel_api::mapping::{Table, UnknownCode};
use schakel_api::model::Stream;
use schakel_api::contract::nearest;
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A line of a mapping as it was written: a name, and a text or a table of settings.
pub(crate) struct RawLine<'t> {
    pub(crate) name: String,
    pub(crate) span: Range<usize>,
    pub(crate) value: Spanned<DeValue<'t>>,
}

/// The lines below a table. Dotted names make tables within tables; one with `from` or `value` is a line.
pub(crate) fn lines<'t>(prefix: &str, table: DeTable<'t>, found: &mut Vec<RawLine<'t>>) {
    for (key, value) in table {
        let name = format!("{prefix}{}", key.get_ref());
        let span = key.span();
        let value_span = value.span();
        match value.into_inner() {
            DeValue::Table(inner) if !inner.contains_key("from") && !inner.contains_key("value") => {
                lines(&format!("{name}."), inner, found);
            }
            value => found.push(RawLine { name, span, value: Spanned::new(value_span, value) }),
        }
    }
}

/// The rule for codes that a table does not have: `"reject"`, `"pass"` or `{ value = … }`.
pub(crate) fn unknown_rule(value: Option<Spanned<DeValue<'_>>>) -> Result<UnknownCode, SettingError> {
    let Some(value) = value else { return Ok(UnknownCode::Reject) };
    let span = value.span();
    match value.get_ref() {
        DeValue::String(text) if text == "reject" => Ok(UnknownCode::Reject),
        DeValue::String(text) if text == "pass" => Ok(UnknownCode::Pass),
        DeValue::Table(table) => match table.get("value").map(|value| value.get_ref()) {
            Some(DeValue::String(text)) if table.len() == 1 => Ok(UnknownCode::Value(text.to_string())),
            _ => Err(SettingError::new(span, "write `{ value = \"…\" }`")),
        },
        _ => Err(SettingError::new(span, "`unknown` is \"reject\", \"pass\" or { value = \"…\" }")),
    }
}

/// The table that a line names, and its rule; mistakes are noted.
pub(crate) fn line_table(
    files: &mut Files,
    file: &File,
    name: Option<&Spanned<String>>,
    unknown: Option<Spanned<DeValue<'_>>>,
) -> Option<(Arc<Table>, UnknownCode)> {
    let rule = match (&unknown, name) {
        (Some(unknown), None) => {
            let error = SettingError::new(unknown.span(), "`unknown` says something about a table, and there is none");
            files.diagnostics.add(file, error);
            return None;
        }
        _ => unknown_rule(unknown).map_err(|error| files.diagnostics.add(file, error)).unwrap_or_default(),
    };
    let name = name?;
    files.table(name.get_ref(), file, name.span()).map(|table| (table, rule))
}

/// Says that a stream has no such field, with the one that is most like it.
pub(crate) fn unknown_field(stream: Stream, name: &str, span: Range<usize>) -> SettingError {
    let names: Vec<&str> = stream.rows().iter().map(|row| row.name.as_str()).collect();
    let error = SettingError::new(span, format!("the stream {} has no field `{name}`", stream.as_str()));
    match nearest(name, &names) {
        Some(name) => error.help(format!("did you mean `{name}`?")),
        None => error.help(format!("there are: {}", names.join(", "))),
    }
}

/// A mapping file as a table, and the stream that it says it is for.
pub(crate) fn mapping_file<'f>(files: &mut Files, file: &'f File, stream: Stream) -> Option<Section<'f>> {
    let (table, errors) = DeTable::parse_recoverable(&file.text);
    if !errors.is_empty() {
        let errors = errors.into_iter().map(|error| syntax_error(&error));
        files.diagnostics.extend(file, errors);
        return None;
    }
    let mut section = Section::new(table);
    match section.take("stream") {
        Some(named) if named.get_ref().as_str() == Some(stream.as_str()) => {}
        Some(named) => {
            let message = format!("the flow that names this mapping is of the stream {}", stream.as_str());
            files.diagnostics.add(file, SettingError::new(named.span(), message));
        }
        None => files.diagnostics.add(file, SettingError::new(0..0, "`stream` is missing")),
    }
    Some(section)
}

/// A mistake in how a file is written.
pub(crate) fn syntax_error(error: &toml::de::Error) -> SettingError {
    SettingError::new(error.span().unwrap_or(0..0), format!("this is no TOML: {}", error.message().trim()))
}
