use crate::config::{File, Files, Keys, likeliest, named_stream, text};
use schakel_api::contract::{Section, SettingError};
use schakel_api::mapping::{Table, UnknownCode};
use schakel_api::model::Stream;
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

/// The lines below a table, in the order of the file.
pub(crate) fn lines<'t>(table: DeTable<'t>, is_line: &dyn Fn(&str) -> bool) -> Vec<RawLine<'t>> {
    let mut found = Vec::new();
    collect("", table, is_line, &mut found);
    found.sort_by_key(|line| line.span.start);
    found
}

/// Dotted names make tables within tables; one with a name that makes it a line, or with `from` or `value`, is a line.
fn collect<'t>(prefix: &str, table: DeTable<'t>, is_line: &dyn Fn(&str) -> bool, found: &mut Vec<RawLine<'t>>) {
    for (key, value) in table {
        let name = format!("{prefix}{}", key.get_ref());
        let span = key.span();
        let value_span = value.span();
        match value.into_inner() {
            DeValue::Table(inner) if !inner.contains_key("from") && !inner.contains_key("value") && !is_line(&name) => {
                collect(&format!("{name}."), inner, is_line, found);
            }
            value => found.push(RawLine { name, span, value: Spanned::new(value_span, value) }),
        }
    }
}

/// The rule for codes that a table does not have: `"reject"`, `"pass"` or `{ value = … }`.
pub(crate) fn unknown_rule(value: &Spanned<DeValue<'_>>) -> Result<UnknownCode, SettingError> {
    let rule = match value.get_ref() {
        DeValue::String(text) if text == "reject" => Some(UnknownCode::Reject),
        DeValue::String(text) if text == "pass" => Some(UnknownCode::Pass),
        DeValue::Table(table) if table.len() == 1 => table
            .get("value")
            .and_then(|value| value.get_ref().as_str())
            .map(|text| UnknownCode::Value(text.to_owned())),
        _ => None,
    };
    rule.ok_or_else(|| {
        let error = SettingError::new(value.span(), "there is no such rule for unknown codes");
        error.help("there are: \"reject\", \"pass\" and { value = \"…\" }")
    })
}

/// The table that a line names, and its rule; mistakes are noted.
pub(crate) fn line_table(
    files: &mut Files,
    file: &File,
    name: Option<&Spanned<String>>,
    unknown: Option<&Spanned<DeValue<'_>>>,
) -> Option<(Arc<Table>, UnknownCode)> {
    let rule = unknown.map(unknown_rule).transpose().map_err(|error| files.diagnostics.add(file, error));
    let name = name?;
    let table = files.table(name.get_ref(), file, name.span())?;
    Some((table, rule.ok()?.unwrap_or_default()))
}

/// That `unknown` says something about a table where there is none.
pub(crate) fn without_table(unknown: &Spanned<DeValue<'_>>) -> SettingError {
    SettingError::new(
        unknown.span(),
        "`unknown` is about codes that a table does not have, and this line has no `table`",
    )
}

/// Says that a stream has no such field, with the one that is most like it.
pub(crate) fn unknown_field(stream: Stream, name: &str, span: Range<usize>) -> SettingError {
    let error = SettingError::new(span, format!("the stream `{}` has no field `{name}`", stream.as_str()));
    match nearest_field(stream, name) {
        Some(name) => error.help(format!("did you mean `{name}`?")),
        None => error.help(format!("`schakel fields --stream {}` prints all of them", stream.as_str())),
    }
}

/// The field that a misspelt name is most like.
pub(crate) fn nearest_field(stream: Stream, name: &str) -> Option<&'static str> {
    let names: Vec<&str> = stream.rows().iter().map(|row| row.name.as_str()).collect();
    likeliest(name, &names)
}

/// A mapping file as a table, and the stream by which it is to be checked: its own when it says one, so that a mapping
/// under the wrong flow is one mistake.
pub(crate) fn mapping_file<'f>(
    files: &mut Files,
    file: &'f File,
    stream: Option<Stream>,
    keys: &Keys,
) -> Option<(Section<'f>, Stream)> {
    let (table, errors) = DeTable::parse_recoverable(&file.text);
    if !errors.is_empty() {
        files.diagnostics.extend(file, syntax_errors(&errors));
        return None;
    }
    // What is missing is told at the top: nowhere else would be better.
    let (mut section, errors) = keys.check(Spanned::new(0..0, table.into_inner()));
    files.diagnostics.extend(file, errors);
    let own = section.take("stream").and_then(|named| {
        let own = text(named).and_then(|named| Ok((named_stream(&named)?, named.span())));
        own.map_err(|error| files.diagnostics.add(file, error)).ok()
    });
    if let (Some((own, span)), Some(stream)) = (&own, stream)
        && *own != stream
    {
        let message = format!(
            "this mapping is of the stream `{}`, and the flow that names it of `{}`",
            own.as_str(),
            stream.as_str()
        );
        files.diagnostics.add(file, SettingError::new(span.clone(), message));
    }
    Some((section, own.map(|(own, _)| own).or(stream)?))
}

/// The mistakes in how a file is written: the first one, since the others tend to follow from it.
pub(crate) fn syntax_errors(errors: &[toml::de::Error]) -> Option<SettingError> {
    let first = errors.first()?;
    let message = format!("this is no TOML: {}", first.message().trim());
    Some(SettingError::new(first.span().unwrap_or(0..0), message))
}
