#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;
use crate::testing::any_day;
use proptest::prelude::*;

/// The moment of a local text.
fn local(text: &str) -> String {
    let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").unwrap();
    local_moment(local).text()
}

#[test]
fn days_that_no_calendar_has_are_refused() {
    for text in ["2026-02-30", "2026-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "1900-02-29"] {
        assert_eq!(date(text), Err(Code::DateInvalid), "{text}");
    }
    assert!(date("2028-02-29").is_ok());
}

#[test]
fn a_date_has_one_shape() {
    let wrong =
        ["", "20260-01-01", "+2026-01-01", "-026-01-01", "2026-1-01", "2026/01/01", "01-01-2026", "2026-01-01Z"];
    for text in wrong.into_iter().chain(["2026-01-01 ", "2026-01-0１", "20260101", "2026-01-01T00:00:00"]) {
        assert_eq!(date(text), Err(Code::DateInvalid), "{text}");
    }
}

#[test]
fn a_moment_has_an_offset_and_becomes_utc() {
    assert_eq!(moment("2026-07-01T12:00:00+02:00").unwrap().text(), "2026-07-01T10:00:00Z");
    assert_eq!(moment("2026-07-01T12:00:00.25Z").unwrap().text(), "2026-07-01T12:00:00.250Z");
    for text in ["2026-07-01T12:00:00", "2026-07-01", "", "2026-02-30T12:00:00Z", "12026-07-01T12:00:00Z"] {
        assert_eq!(moment(text), Err(Code::MomentInvalid), "{text}");
    }
}

#[test]
fn a_moment_whose_text_would_not_sort_is_refused() {
    assert_eq!(moment("9999-12-31T23:30:00-01:00"), Err(Code::MomentInvalid));
    assert_eq!(moment("0000-01-01T00:30:00+01:00"), Err(Code::MomentInvalid));
}

#[test]
fn local_time_follows_summer_and_winter() {
    assert_eq!(local("2026-07-01 12:00:00"), "2026-07-01T10:00:00Z");
    assert_eq!(local("2026-01-01 12:00:00"), "2026-01-01T11:00:00Z");
}

#[test]
fn when_the_clock_goes_back_the_first_of_both_hours_is_meant() {
    assert_eq!(local("2026-10-25 01:59:59"), "2026-10-24T23:59:59Z");
    assert_eq!(local("2026-10-25 02:30:00"), "2026-10-25T00:30:00Z");
    assert_eq!(local("2026-10-25 03:00:00"), "2026-10-25T02:00:00Z");
}

#[test]
fn when_the_clock_goes_forward_the_missing_hour_counts_from_its_begin() {
    assert_eq!(local("2026-03-29 01:59:59"), "2026-03-29T00:59:59Z");
    assert_eq!(local("2026-03-29 02:00:00"), "2026-03-29T01:00:00Z");
    assert_eq!(local("2026-03-29 02:30:00"), "2026-03-29T01:30:00Z");
    assert_eq!(local("2026-03-29 03:00:00"), "2026-03-29T01:00:00Z");
}

proptest! {
    #[test]
    fn a_day_is_read_from_its_own_text(day in any_day()) {
        prop_assert_eq!(date(&day.text()), Ok(day));
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        let _ = (date(&text), moment(&text));
    }
}
