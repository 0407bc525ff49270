use super::Law;
use crate::code::Code;
use crate::model::Grammar;

/// A value that one text holds. Its canonical text parses back to the same value.
pub trait Scalar: Sized {
    /// What a canonical text of this value looks like.
    const GRAMMAR: Grammar;

    /// Reads a canonical text. Codes that mean different things per law are read under `law`.
    ///
    /// # Errors
    /// The code that says what is wrong; it never holds the text.
    fn parse(text: &str, law: Option<Law>) -> Result<Self, Code>;

    /// The canonical text.
    fn text(&self) -> String;
}
