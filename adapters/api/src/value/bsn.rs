use super::{Law, Scalar};
use crate::code::Code;
use crate::model::Grammar;
use std::fmt;

/// A citizen service number (burgerservicenummer): nine digits that pass the 11-test (CS002).
///
/// Neither `Debug` nor `Display` shows it; only [`Bsn::reveal`] does.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Bsn(String);

impl Bsn {
    /// Reads nine digits.
    ///
    /// # Errors
    /// [`Code::BsnInvalid`] unless there are nine digits that are not all zero and pass the 11-test.
    pub fn new(text: &str) -> Result<Self, Code> {
        if eleven_test(text.as_bytes()) { Ok(Self(text.to_owned())) } else { Err(Code::BsnInvalid) }
    }

    /// Whether the number lies in the range that the standard reserves for tests: 999900006 to 999999990.
    pub fn is_test(&self) -> bool {
        ("999900006"..="999999990").contains(&self.0.as_str())
    }

    /// The nine digits, for the few places that must have them: rendering and sealing.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// `9a + 8b + 7c + 6d + 5e + 4f + 3g + 2h - i` is a multiple of eleven, and not all digits are zero.
fn eleven_test(digits: &[u8]) -> bool {
    if digits.len() != 9 || !digits.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let weights = [9, 8, 7, 6, 5, 4, 3, 2, -1];
    let sum: i32 = digits.iter().zip(weights).map(|(digit, weight)| i32::from(digit - b'0') * weight).sum();
    sum % 11 == 0 && digits.iter().any(|digit| *digit != b'0')
}

/// Whether a text holds a run of exactly nine digits that is a BSN, also written in groups (`9999.00.006`).
pub fn find_bsn(text: &str) -> bool {
    let in_group = |character: char| character.is_ascii_digit() || ". -".contains(character);
    let together = text.split(|character: char| !character.is_ascii_digit()).map(str::to_owned);
    let grouped = text
        .split(|character: char| !in_group(character))
        .map(|run| run.chars().filter(char::is_ascii_digit).collect());
    together.chain(grouped).any(|run: String| eleven_test(run.as_bytes()))
}

impl Scalar for Bsn {
    const GRAMMAR: Grammar = Grammar::Bsn;

    fn parse(text: &str, _: Option<Law>) -> Result<Self, Code> {
        Self::new(text)
    }

    fn text(&self) -> String {
        self.0.clone()
    }
}

impl fmt::Debug for Bsn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Bsn(*********)")
    }
}

impl fmt::Display for Bsn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("*********")
    }
}

#[cfg(test)]
mod tests;
