//! The names of the files that a target writes.

use schakel_api::contract::Stamp;
use schakel_api::value::find_bsn;
use std::fmt::Write;

/// A file's name with `{moment}`, `{reference}` and `{key}` in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NamePattern(Vec<Piece>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Moment,
    Reference,
    Key,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Field(Field),
}

/// How long the texts between the fields may be together, in bytes: a name has at most 255.
const LONGEST: usize = 100;

impl NamePattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// Why files cannot be called so.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').ok_or("a brace is not closed")?;
            pieces.push(Piece::Text(before.to_owned()));
            pieces.push(Piece::Field(match name {
                "moment" => Field::Moment,
                "reference" => Field::Reference,
                "key" => Field::Key,
                _ => return Err("there are: {moment}, {reference} and {key}"),
            }));
            rest = after;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        let texts: String = pieces.iter().filter_map(Piece::text).collect();
        let has = |field| pieces.contains(&Piece::Field(field));
        if texts.contains(|character: char| "/\\:*?\"<>|}".contains(character) || character.is_control()) {
            return Err("a character that no file's name may have");
        }
        if text.starts_with('.') || texts.len() > LONGEST {
            return Err("a file's name is no hidden one and not longer than 100 characters beside its fields");
        }
        if [".part", ".tmp", ".ready"].iter().any(|end| texts.to_lowercase().ends_with(end)) {
            return Err("this ending is for files that are no data");
        }
        if find_bsn(&texts) {
            return Err("a BSN may not stand in a file's name");
        }
        match has(Field::Reference) || has(Field::Key) {
            true => Ok(Self(pieces)),
            false => Err("{reference} or {key} is missing: two records would have one file"),
        }
    }

    /// The name of the file for a record with this key.
    pub(crate) fn name(&self, key: &str, stamp: &Stamp) -> String {
        let mut name = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => name.push_str(text),
                Piece::Field(Field::Moment) => name.push_str(&stamp.moment.format("%Y%m%dT%H%M%S").to_string()),
                Piece::Field(Field::Reference) => plain(&mut name, &stamp.reference),
                Piece::Field(Field::Key) => plain(&mut name, key),
            }
        }
        name
    }
}

impl Piece {
    fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Field(_) => None,
        }
    }
}

/// Letters, digits, `-` and `_` as they are, every other byte as `%` and two digits.
fn plain(name: &mut String, text: &str) {
    for byte in text.bytes() {
        match byte.is_ascii_alphanumeric() || b"-_".contains(&byte) {
            true => name.push(char::from(byte)),
            // Writing to a text cannot fail.
            false => drop(write!(name, "%{byte:02X}")),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use schakel_api::value::moment;

    #[test]
    fn a_name_tells_moment_and_reference() {
        let stamp = Stamp { reference: "a-1/..".to_owned(), moment: moment("2026-01-05T09:08:07.6+01:00").unwrap() };
        let name = |text: &str| NamePattern::parse(text).unwrap().name("key/1", &stamp);
        assert_eq!(name("ind-{moment}-{reference}.csv"), "ind-20260105T080807-a-1%2F%2E%2E.csv");
        assert_eq!(name("{key}"), "key%2F1");
    }

    #[test]
    fn names_that_are_no_good_are_refused() {
        for text in [
            "ind.csv",
            "ind-{moment}.csv",
            "{bsn}-{key}.csv",
            "{key",
            "a/{key}",
            "..\\{key}",
            ".{key}",
            "{key}.part",
            "999900006-{key}",
            "{key}}",
            &format!("{}{{key}}", "a".repeat(101)),
        ] {
            assert!(NamePattern::parse(text).is_err(), "{text}");
        }
    }
}
