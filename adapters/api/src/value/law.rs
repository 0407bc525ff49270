use super::{Date, Scalar};
use crate::code::Code;
use crate::model::Grammar;
use schemars::JsonSchema;
use serde::Deserialize;

/// The law under which care is given. It decides what codes mean and which numbers are unique (TR332).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Law {
    /// Social Support Act (Wmo 2015), messages of iWmo.
    Wmo,
    /// Youth Act (Jeugdwet), messages of iJw.
    Jeugdwet,
}

impl Law {
    /// The name in settings and canonical texts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Wmo => "wmo",
            Self::Jeugdwet => "jeugdwet",
        }
    }
}

impl Scalar for Law {
    const GRAMMAR: Grammar = Grammar::OneOf(&["wmo", "jeugdwet"]);

    fn parse(text: &str, _: Option<Law>) -> Result<Self, Code> {
        match text {
            "wmo" => Ok(Self::Wmo),
            "jeugdwet" => Ok(Self::Jeugdwet),
            _ => Err(Code::LawUnknown),
        }
    }

    fn text(&self) -> String {
        self.as_str().to_owned()
    }
}

/// A CBS code of a municipality (four digits) and the days on which it was, is or will be this municipality's.
///
/// After a reorganisation the old code may stay in use for what began under it (TR378, IV046).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Municipality {
    code: String,
    from: Option<Date>,
    until: Option<Date>,
}

impl Municipality {
    /// A code that counts from `from` up to and including `until`; an absent end is open.
    ///
    /// Returns `None` unless the code has four digits and the period is not empty.
    pub fn new(code: &str, from: Option<Date>, until: Option<Date>) -> Option<Self> {
        let digits = code.len() == 4 && code.bytes().all(|byte| byte.is_ascii_digit());
        let ordered = !matches!((from, until), (Some(from), Some(until)) if until < from);
        (digits && ordered).then(|| Self { code: code.to_owned(), from, until })
    }

    /// The four digits.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Whether `code` is this municipality's on `day`.
    pub fn is(&self, code: &str, day: Date) -> bool {
        self.code == code && self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }
}
