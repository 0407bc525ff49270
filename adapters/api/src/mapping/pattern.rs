use crate::code::Code;
use crate::gate::Cleared;
use crate::model::{Problem, Record, Stream};

/// Why a pattern cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadPattern {
    /// A brace that nothing closes.
    #[error("a brace is not closed")]
    Unclosed,
    /// A name that is no field of the stream.
    #[error("the stream has no field of this name")]
    Unknown(String),
    /// A BSN may stand in no address.
    #[error("a BSN may not stand in a path: use {{key}}")]
    Bsn,
    /// A field that a record may do without.
    #[error("a record may lack this field: use {{key}}")]
    Optional(String),
}

/// A path with field names in braces, such as `/toewijzingen/{id}`. `{key}` is the record's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Key,
    Field(String),
}

impl Pattern {
    /// Reads a pattern for a stream.
    ///
    /// # Errors
    /// An unclosed brace, or a field that no path may hold.
    pub fn parse(stream: Stream, text: &str) -> Result<Self, BadPattern> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').ok_or(BadPattern::Unclosed)?;
            pieces.push(Piece::Text(before.to_owned()));
            pieces.push(match name {
                "key" => Piece::Key,
                "bsn" => return Err(BadPattern::Bsn),
                name if stream.required().any(|required| required == name) => Piece::Field(name.to_owned()),
                name if stream.row(name).is_some() => return Err(BadPattern::Optional(name.to_owned())),
                name => return Err(BadPattern::Unknown(name.to_owned())),
            });
            rest = after;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        Ok(Self(pieces))
    }

    /// The path of a record, each value percent-encoded (RFC 3986).
    ///
    /// # Errors
    /// A field whose value is `.` or `..`: an address with such a segment leads elsewhere, encoded or not.
    pub fn path(&self, cleared: &Cleared<Record>) -> Result<String, Problem> {
        let mut path = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => path.push_str(text),
                Piece::Key => path.push_str(&encoded(cleared.key())),
                Piece::Field(name) => match cleared.values().get(name).unwrap_or_default() {
                    "." | ".." => return Err(Problem::new(name, Code::ValueInvalid)),
                    text => path.push_str(&encoded(text)),
                },
            }
        }
        Ok(path)
    }
}

fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

#[cfg(test)]
mod tests;
