use super::{Law, Scalar};
use crate::code::Code;
use crate::model::Grammar;

/// Declares a whole number of so many digits at most.
macro_rules! whole {
    ($(#[$doc:meta])* $name:ident, $digits:literal, $code:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $name(u32);

        impl $name {
            /// The number.
            pub fn number(self) -> u32 {
                self.0
            }
        }

        impl Scalar for $name {
            const GRAMMAR: Grammar = Grammar::Digits(1, $digits);

            fn parse(text: &str, _: Option<Law>) -> Result<Self, Code> {
                let digits = Self::GRAMMAR.accepts(text);
                text.parse().ok().filter(|_| digits).map(Self).ok_or(Code::$code)
            }

            fn text(&self) -> String {
                self.0.to_string()
            }
        }
    };
}

whole! {
    /// So many of a unit: at most eight digits, as an assignment's volume (`LDT_Volume`).
    Quantity, 8, VolumeInvalid
}

whole! {
    /// A number of days.
    Days, 4, ValueInvalid
}

/// A score on some scale: a decimal number with a point, up to six digits before and four behind it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Score(String);

impl Scalar for Score {
    const GRAMMAR: Grammar = Grammar::Decimal(6, 4);

    /// Zeros that say nothing are left out, so that `7.50` and `7.5` are one score.
    fn parse(text: &str, _: Option<Law>) -> Result<Self, Code> {
        if !Self::GRAMMAR.accepts(text) {
            return Err(Code::ValueInvalid);
        }
        let (sign, number) = text.strip_prefix('-').map_or(("", text), |number| ("-", number));
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
        let whole = if whole.is_empty() { "0" } else { whole };
        let text = if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") };
        Ok(Self(if text == "0" { text } else { format!("{sign}{text}") }))
    }

    fn text(&self) -> String {
        self.0.clone()
    }
}
