use super::{Law, Scalar};
use crate::code::Code;
use crate::model::Grammar;

/// An identifier that another system gave, such as an indication's: up to 64 visible characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Id(String);

/// A provider's reference to its own request, at most 36 characters, compared exactly (`LDT_Referentie`).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Reference(String);

/// An assignment's number. Numbers compare as integers, so `000300201` is `300201`; not all packages use digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AssignmentNumber(String);

impl Scalar for Id {
    const GRAMMAR: Grammar = Grammar::Token(64);

    fn parse(text: &str, _: Option<Law>) -> Result<Self, Code> {
        if Self::GRAMMAR.accepts(text) { Ok(Self(text.to_owned())) } else { Err(Code::ValueInvalid) }
    }

    fn text(&self) -> String {
        self.0.clone()
    }
}

impl Scalar for Reference {
    const GRAMMAR: Grammar = Grammar::Reference;

    fn parse(text: &str, _: Option<Law>) -> Result<Self, Code> {
        if Self::GRAMMAR.accepts(text) { Ok(Self(text.to_owned())) } else { Err(Code::ValueInvalid) }
    }

    fn text(&self) -> String {
        self.0.clone()
    }
}

impl Scalar for AssignmentNumber {
    const GRAMMAR: Grammar = Grammar::Token(36);

    fn parse(text: &str, _: Option<Law>) -> Result<Self, Code> {
        if !Self::GRAMMAR.accepts(text) {
            return Err(Code::ValueInvalid);
        }
        let number = match text.bytes().all(|byte| byte.is_ascii_digit()) {
            true => text.trim_start_matches('0'),
            false => text,
        };
        Ok(Self(if number.is_empty() { "0" } else { number }.to_owned()))
    }

    fn text(&self) -> String {
        self.0.clone()
    }
}

/// What people call something: up to 120 characters in one line.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Name(String);

impl Scalar for Name {
    const GRAMMAR: Grammar = Grammar::Line(120);

    fn parse(text: &str, _: Option<Law>) -> Result<Self, Code> {
        if Self::GRAMMAR.accepts(text) { Ok(Self(text.to_owned())) } else { Err(Code::ValueInvalid) }
    }

    fn text(&self) -> String {
        self.0.clone()
    }
}

/// A CBS code of a municipality: four digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MunicipalityCode(String);

impl Scalar for MunicipalityCode {
    const GRAMMAR: Grammar = Grammar::Digits(4, 4);

    fn parse(text: &str, _: Option<Law>) -> Result<Self, Code> {
        if Self::GRAMMAR.accepts(text) { Ok(Self(text.to_owned())) } else { Err(Code::ValueInvalid) }
    }

    fn text(&self) -> String {
        self.0.clone()
    }
}
