//! Citizen service numbers from the test range, and the 11-test.

/// The test range of the standard: eight leading digits, before the last digit follows from them (REFERENCE 8).
const PREFIXES: std::ops::RangeInclusive<u32> = 99_990_000..=99_999_999;

/// Every number of the test range that passes the 11-test, in order.
pub(crate) fn test_range() -> Vec<String> {
    PREFIXES
        .flat_map(|prefix| (0..10).map(move |last| format!("{prefix}{last}")))
        .filter(|digits| passes(digits))
        .collect()
}

/// Whether nine digits pass the 11-test; anything else, and all zeros, does not.
pub(crate) fn passes(digits: &str) -> bool {
    if digits.len() != 9 || !digits.bytes().all(|byte| byte.is_ascii_digit()) || digits == "000000000" {
        return false;
    }
    let digit = |place: usize| i32::from(digits.as_bytes()[place] - b'0');
    let sum: i32 = (0..8).zip((2..=9).rev()).map(|(place, weight)| weight * digit(place)).sum();
    (sum - digit(8)) % 11 == 0
}

/// `bsn` with another last digit, so that it fails the 11-test.
pub(crate) fn broken(bsn: &str) -> String {
    let (head, last) = bsn.split_at(bsn.len() - 1);
    format!("{head}{}", if last == "9" { '0' } else { char::from(last.as_bytes()[0] + 1) })
}

/// A number without a meaning: even numbers in order, or the odd one above where the even one, written with nine
/// digits, would pass for a BSN. So no assignment number is ever taken for one.
pub(crate) fn never_a_bsn(base: u32, index: u32) -> u32 {
    let number = base + 2 * index;
    if passes(&format!("{number:09}")) { number + 1 } else { number }
}

#[cfg(test)]
mod tests {
    use super::{broken, never_a_bsn, passes, test_range};

    #[test]
    fn the_test_range_is_the_published_one() {
        let range = test_range();
        assert_eq!(range.len(), 9_091);
        assert_eq!(range[..3], ["999900006", "999900018", "999900031"]);
        assert_eq!(range[9_090], "999999990");
        assert!(range.iter().all(|bsn| !passes(&broken(bsn))));
        assert!(!passes("000000000"));
    }

    #[test]
    fn numbers_differ_and_never_pass_for_a_bsn() {
        let numbers: Vec<u32> = (0..5_000).map(|index| never_a_bsn(200_000, index)).collect();
        assert!(numbers.is_sorted_by(|one, next| one < next));
        assert!(numbers.iter().all(|number| !passes(&format!("{number:09}"))));
    }
}
