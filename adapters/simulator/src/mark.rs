//! The mark: what tells a client-profile or money value apart, wherever it turns up.

use crate::random::Random;

/// Letters and digits of a mark; no letter or digit that is easily mistaken for another.
const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";
const DIGITS: &[u8] = b"23456789";

/// A text and a number that stand in every client-profile and money value that the simulator serves or writes.
///
/// A value with a mark in a log, a store or a request of the program under test is a leak.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Eight letters and digits, at least one of each. Stands in every text.
    pub text: String,
    /// Eight digits, 10000000 up to and including 99999999. Every amount where a format admits digits only.
    pub number: u32,
}

impl Mark {
    /// The mark that belongs to a seed.
    ///
    /// The number stays below 90000000, so that no part of a BSN from the test range equals it.
    pub fn from_seed(seed: u64) -> Self {
        let mut random = Random::new(seed).fork("mark", 0);
        let text = (0..8).map(|place| char::from(random.pick(if place % 3 == 2 { DIGITS } else { LETTERS }))).collect();
        let number = 10_000_000 + random.below(80_000_000);
        Self { text, number }
    }

    /// `text` with the mark behind it.
    pub(crate) fn on(&self, text: &str) -> String {
        format!("{text} {}", self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::Mark;

    #[test]
    fn a_mark_holds_letters_and_digits_and_follows_from_its_seed() {
        for seed in 0..200 {
            let mark = Mark::from_seed(seed);
            assert_eq!(mark.text.len(), 8);
            assert!(mark.text.chars().any(|c| c.is_ascii_alphabetic()));
            assert!(mark.text.chars().any(|c| c.is_ascii_digit()));
            assert!((10_000_000..=99_999_999).contains(&mark.number));
            assert_eq!(mark, Mark::from_seed(seed));
            assert_ne!(mark, Mark::from_seed(seed + 1));
        }
    }
}
