#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;
use crate::value::date;

const UNITS: [&str; 6] = ["01", "04", "16", "14", "84", "82"];

fn unit(text: &str) -> Unit {
    Unit::parse(text, None).unwrap()
}

fn volume(number: u32, unit_text: &str, frequency: &str) -> Volume {
    Volume::new(number, unit(unit_text), Frequency::parse(frequency, None).unwrap()).unwrap()
}

/// The combinations that 3.2 allows for care that ends after 2020: a row per unit; day, week, month and total.
#[test]
fn the_combinations_of_the_standard_pass_and_no_others() {
    let table = [("01", "oooo"), ("04", "oooo"), ("16", "-ooo"), ("14", "-ooo"), ("84", "-ooo"), ("82", "oooo")];
    for (unit, allowed) in table {
        for (frequency, allowed) in ["1", "2", "4", "6"].into_iter().zip(allowed.chars()) {
            let size = Size::Volume(volume(1, unit, frequency));
            for end in [None, date("2021-01-01").ok(), date("2026-12-31").ok()] {
                assert_eq!(size.allowed(end).is_ok(), allowed == 'o', "{unit} per {frequency}, until {end:?}");
            }
            assert_eq!(size.allowed(date("2020-12-31").ok()), Ok(()), "what ended before 2021 is left as it was");
        }
    }
}

#[test]
fn only_a_size_per_week_needs_an_end() {
    for (unit, frequency) in UNITS.into_iter().flat_map(|unit| ["1", "2", "4", "6", "per-year"].map(|per| (unit, per)))
    {
        assert_eq!(Size::Volume(volume(1, unit, frequency)).needs_end(), frequency == "2");
    }
    assert!(!Size::Unlimited.needs_end() && !Size::Amount.needs_end());
}

#[test]
fn the_habits_of_front_offices_and_absent_volumes_are_no_wrong_combinations() {
    for size in [Size::Unlimited, Size::Amount].into_iter().chain(
        UNITS.into_iter().flat_map(|unit| ["per-four-weeks", "per-year"].map(|per| Size::Volume(volume(1, unit, per)))),
    ) {
        assert_eq!(size.allowed(None), Ok(()));
    }
}

#[test]
fn codes_outside_the_lists_are_refused() {
    for text in ["83", "1", "4", "001", "00", "day", ""] {
        assert_eq!(Unit::parse(text, None), Err(Code::UnitUnknown), "{text}");
    }
    for text in ["3", "5", "0", "01", "week", ""] {
        assert_eq!(Frequency::parse(text, None), Err(Code::FrequencyUnknown), "{text}");
    }
}

#[test]
fn a_volume_has_at_most_eight_digits() {
    let new = |number| Volume::new(number, Unit::Minute, Frequency::Total);
    assert_eq!(new(99_999_999).unwrap().number(), 99_999_999);
    assert_eq!(new(100_000_000), Err(Code::VolumeInvalid));
    assert_eq!(new(0).unwrap().number(), 0);
}

#[test]
fn hours_become_minutes_and_whole_hours_of_minutes_hours() {
    assert_eq!(volume(2, "04", "2").in_unit(Unit::Minute), Ok(volume(120, "01", "2")));
    assert_eq!(volume(120, "01", "2").in_unit(Unit::Hour), Ok(volume(2, "04", "2")));
    assert_eq!(volume(150, "01", "2").in_unit(Unit::Hour), Err(Code::ConversionInexact));
}

#[test]
fn a_conversion_that_outgrows_eight_digits_is_refused() {
    assert_eq!(volume(1_666_666, "04", "6").in_unit(Unit::Minute), Ok(volume(99_999_960, "01", "6")));
    assert_eq!(volume(1_666_667, "04", "6").in_unit(Unit::Minute), Err(Code::ConversionInexact));
    assert_eq!(volume(99_999_999, "04", "6").in_unit(Unit::Minute), Err(Code::ConversionInexact));
}

#[test]
fn no_other_pair_of_units_converts() {
    for (from, to) in UNITS.into_iter().flat_map(|from| UNITS.map(|to| (from, to))) {
        let converted = volume(60, from, "4").in_unit(unit(to));
        match (from, to) {
            (from, to) if from == to => assert_eq!(converted, Ok(volume(60, from, "4"))),
            ("01", "04") | ("04", "01") => assert!(converted.is_ok()),
            _ => assert_eq!(converted, Err(Code::ConversionInexact), "{from} to {to}"),
        }
    }
}
