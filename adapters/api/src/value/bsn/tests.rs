#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;
use crate::testing::{LAWS, PERSON, test_bsn};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// The rule said in another way: the check digit is the weighted sum of the other eight, modulo eleven.
fn passes(number: u32) -> bool {
    let sum: u32 = (2..=9).map(|weight| weight * (number / 10_u32.pow(weight - 1) % 10)).sum();
    number != 0 && sum % 11 == number % 10
}

#[test]
fn the_test_range_holds_9091_numbers() {
    let made: BTreeSet<String> =
        (0..10_000).filter_map(test_bsn).filter(|bsn| ("999900006"..="999999990").contains(&bsn.as_str())).collect();
    let taken: BTreeSet<String> = (999_900_000..=999_999_999_u32)
        .map(|number| number.to_string())
        .filter(|text| Bsn::new(text).is_ok_and(|bsn| bsn.is_test()))
        .collect();
    assert_eq!(taken.len(), 9091);
    assert_eq!(taken, made);
}

#[test]
fn a_number_beside_the_test_range_is_no_test_number() {
    assert!(!Bsn::new("123456782").unwrap().is_test());
    let below = (999_800_000..999_900_006_u32).rev().find(|number| passes(*number)).unwrap();
    assert!(!Bsn::new(&below.to_string()).unwrap().is_test());
}

#[test]
fn one_wrong_digit_is_noticed() {
    for (at, wrong) in (0..9).flat_map(|at| (b'0'..=b'9').map(move |wrong| (at, wrong))) {
        let mut digits = PERSON.as_bytes().to_vec();
        if digits[at] != wrong {
            digits[at] = wrong;
            assert_eq!(Bsn::new(std::str::from_utf8(&digits).unwrap()), Err(Code::BsnInvalid));
        }
    }
}

#[test]
fn only_nine_digits_are_a_bsn() {
    for text in ["", "000000000", "99990000", "9999000061", " 999900006", "999900006 ", "9999-0000-6", "９99900006"] {
        assert_eq!(Bsn::new(text), Err(Code::BsnInvalid), "{text}");
    }
}

#[test]
fn neither_debug_nor_display_shows_a_digit() {
    let bsn = Bsn::new(PERSON).unwrap();
    for shown in [format!("{bsn}"), format!("{bsn:?}"), format!("{bsn:#?}"), format!("{:?}", Some(&bsn))] {
        assert!(!shown.contains(|character: char| character.is_ascii_digit()), "{shown}");
    }
}

#[test]
fn a_bsn_is_found_within_a_text() {
    for text in [
        "999900006",
        "dossier 999900006, wmo",
        "a999900006b",
        "1-999900006",
        "999900019 999900018",
        "999 900 006",
        "9999.00.006",
    ] {
        assert!(find_bsn(text), "{text}");
    }
    for text in ["", "99990000", "9999000061", "1999900006", "999900007", "999 900 0061", "000000000"] {
        assert!(!find_bsn(text), "{text}");
    }
}

proptest! {
    #[test]
    fn the_eleven_test_agrees_with_another_computation(number in 0_u32..1_000_000_000) {
        prop_assert_eq!(Bsn::new(&format!("{number:09}")).is_ok(), passes(number));
    }

    #[test]
    fn what_is_revealed_is_what_was_read(four in 0_u32..10_000) {
        if let Some(text) = test_bsn(four) {
            let bsn = Bsn::parse(&text, Some(LAWS[0])).unwrap();
            prop_assert_eq!(bsn.reveal(), text.as_str());
        }
    }
}
