use super::keys::suggested;
use schakel_api::contract::SettingError;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// That a value is of another type than it should be.
pub(crate) fn wrong_type(expected: &str, found: &Spanned<DeValue<'_>>) -> SettingError {
    let found_type = match found.get_ref() {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    };
    SettingError::new(found.span(), format!("expected {expected}, found {found_type}"))
}

/// A text among the settings.
pub(crate) fn text(value: Spanned<DeValue<'_>>) -> Result<Spanned<String>, SettingError> {
    let span = value.span();
    match value.into_inner() {
        DeValue::String(text) => Ok(Spanned::new(span, text.into_owned())),
        other => Err(wrong_type("a text", &Spanned::new(span, other))),
    }
}

/// A table among the settings.
pub(crate) fn table(value: Spanned<DeValue<'_>>) -> Result<Spanned<DeTable<'_>>, SettingError> {
    let span = value.span();
    match value.into_inner() {
        DeValue::Table(table) => Ok(Spanned::new(span, table)),
        other => Err(wrong_type("a table", &Spanned::new(span, other))),
    }
}

/// Where within a text that stands between single quote marks a character is, counted from one; all of it where what
/// the file says is not letter for letter what the text holds.
pub(crate) fn within(file: &str, span: &Range<usize>, text: &str, position: usize) -> Range<usize> {
    let start = span.start + 1;
    let between = file.get(start..span.end.saturating_sub(1));
    let Some((at, found)) = text.char_indices().nth(position.saturating_sub(1)) else {
        // The text ends too early: the closing quote mark is where something is missing.
        return if between == Some(text) { span.end - 1..span.end } else { span.clone() };
    };
    if between == Some(text) { start + at..start + at + found.len_utf8() } else { span.clone() }
}

/// Puts what the TOML reader says about types and choices in plain words; everything else stays as it is.
pub(super) fn plain(error: SettingError) -> SettingError {
    let SettingError { span, message, help } = error;
    if let Some((found, expected)) = message.strip_prefix("invalid type: ").and_then(split) {
        let message = format!("expected {}, found {}", expected_type(expected), found_type(found));
        return SettingError { span, message, help };
    }
    if let Some((_, expected)) = message.strip_prefix("invalid value: ").and_then(split) {
        let message = format!("expected {}, and this is none", expected_type(expected));
        return SettingError { span, message, help };
    }
    if let Some(rest) = message.strip_prefix("unknown variant `") {
        let mut quoted = rest.split('`');
        let unknown = quoted.next().unwrap_or_default();
        let known: Vec<&str> = quoted.skip(1).step_by(2).collect();
        let message = format!("there is no choice `{unknown}` here");
        return suggested(SettingError { span, message, help }, unknown, &known);
    }
    SettingError { span, message, help }
}

fn split(message: &str) -> Option<(&str, &str)> {
    message.rsplit_once(", expected ")
}

fn found_type(words: &str) -> &str {
    let kinds = [
        ("string", "a text"),
        ("integer", "a number"),
        ("floating point", "a number"),
        ("boolean", "true or false"),
        ("sequence", "a list"),
        ("map", "a table"),
    ];
    kinds.iter().find(|(kind, _)| words.starts_with(kind)).map_or(words, |(_, plain)| plain)
}

fn expected_type(words: &str) -> &str {
    match words {
        "a string" | "path string" | "string or table" => "a text",
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number that is not negative",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        "a map" => "a table",
        words if words.starts_with("struct ") => "a table",
        words => words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(words: &str) -> (String, Option<String>) {
        let SettingError { message, help, .. } = plain(SettingError::new(0..0, words));
        (message, help)
    }

    #[test]
    fn types_are_told_in_plain_words() {
        for (words, plain) in [
            ("invalid type: integer `3`, expected a string", "expected a text, found a number"),
            (
                "invalid type: string \"a, expected b\", expected u64",
                "expected a whole number that is not negative, found a text",
            ),
            ("invalid type: sequence, expected struct Auth", "expected a table, found a list"),
            (
                "invalid value: integer `-1`, expected u32",
                "expected a whole number that is not negative, and this is none",
            ),
            ("this is no address", "this is no address"),
        ] {
            assert_eq!(message(words), (plain.to_owned(), None));
        }
    }

    #[test]
    fn a_choice_that_there_is_not_is_answered_with_the_nearest_one_or_all() {
        let choices = "expected one of `PUT`, `POST`, `PATCH`";
        let (told, help) = message(&format!("unknown variant `POTS`, {choices}"));
        assert_eq!((told.as_str(), help.as_deref()), ("there is no choice `POTS` here", Some("did you mean `POST`?")));
        let (_, help) = message("unknown variant `x`, expected `off` or `on`");
        assert_eq!(help.as_deref(), Some("there are: off, on"));
    }

    #[test]
    fn a_character_of_a_text_is_found_in_the_file() {
        let file = "é = \"$.é[\"";
        let span = 5..file.len();
        assert_eq!(&file[within(file, &span, "$.é[", 4)], "[");
        assert_eq!(&file[within(file, &span, "$.é[", 5)], "\"");
        assert_eq!(within(file, &span, "$.é", 3), span, "a text that the file writes in another way");
    }
}
