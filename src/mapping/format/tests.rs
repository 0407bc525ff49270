use super::*;

fn date_in(format: Format, text: &str) -> Result<String, Code> {
    format.canonical(Grammar::Date, text)
}

fn moment_in(format: Format, text: &str) -> Result<String, Code> {
    format.canonical(Grammar::Moment, text)
}

#[test]
fn a_date_is_read_as_its_format_says_and_in_no_other_way() {
    let written = [
        (Format::Plain, "2026-03-01"),
        (Format::DayFirst, "01-03-2026"),
        (Format::Digits, "20260301"),
        (Format::DayOfMoment, "2026-03-01T12:00:00Z"),
    ];
    for (format, _) in written {
        for (other, text) in written {
            let expected = if format == other { Ok("2026-03-01".to_owned()) } else { Err(Code::DateInvalid) };
            assert_eq!(date_in(format, text), expected, "{format:?} {text}");
        }
    }
}

#[test]
fn a_day_that_no_calendar_has_is_refused() {
    for (format, text) in [
        (Format::Plain, "2026-02-30"),
        (Format::DayFirst, "30-02-2026"),
        (Format::DayFirst, "1-3-2026"),
        (Format::Digits, "20260230"),
        (Format::Digits, "2026031"),
        (Format::DayOfMoment, "2026-02-30T12:00:00Z"),
        (Format::Local, "2026-03-01"),
    ] {
        assert_eq!(date_in(format, text), Err(Code::DateInvalid), "{format:?} {text}");
    }
}

#[test]
fn the_day_of_a_moment_is_the_dutch_one() {
    for (text, day) in [
        ("2026-01-31T22:59:59Z", "2026-01-31"),
        ("2026-01-31T23:00:00Z", "2026-02-01"),
        ("2026-06-30T22:00:00Z", "2026-07-01"),
        ("2026-06-30T22:00:00+02:00", "2026-06-30"),
    ] {
        assert_eq!(date_in(Format::DayOfMoment, text).as_deref(), Ok(day), "{text}");
    }
}

#[test]
fn a_moment_has_an_offset_or_is_local() {
    assert_eq!(moment_in(Format::Plain, "2026-03-01T12:00:00+01:00"), moment_in(Format::Local, "2026-03-01T12:00:00"));
    assert_eq!(moment_in(Format::Local, "2026-07-01T12:00:00.5"), moment_in(Format::Plain, "2026-07-01T10:00:00.5Z"));
    assert_eq!(moment_in(Format::Plain, "2026-03-01T12:00:00"), Err(Code::MomentInvalid));
    assert_eq!(moment_in(Format::Local, "2026-03-01T12:00:00Z"), Err(Code::MomentInvalid));
}

#[test]
fn only_dates_moments_and_numbers_have_formats() {
    assert_eq!(Format::names(Grammar::Date).len(), 4);
    assert_eq!(Format::names(Grammar::Moment).len(), 3);
    assert!(Format::names(Grammar::Bsn).is_empty());
}

#[test]
fn a_number_with_a_decimal_comma_is_the_same_number_and_whole_when_its_decimals_are_zero() {
    let read = |grammar, text: &str| Format::DecimalComma.canonical(grammar, text);
    let digits = Grammar::Digits(1, 8);
    for (written, number) in [("12,00", "12"), ("1.250", "1250"), ("1.234,0", "1234"), ("7", "7"), ("7,5", "7.5")] {
        assert_eq!(read(digits, written).as_deref(), Ok(number), "{written}");
    }
    let decimal = Grammar::Decimal(6, 4);
    assert_eq!(read(decimal, "7,50").as_deref(), Ok("7.50"));
    assert_eq!(read(decimal, "-1.234,5").as_deref(), Ok("-1234.5"));
    for wrong in ["7.5", "1,2.3", "12.34,5", "1234.567"] {
        assert_eq!(read(decimal, wrong), Err(Code::ValueInvalid), "{wrong}");
    }
    assert_eq!(Format::Plain.canonical(digits, "12.00").as_deref(), Ok("12"));
}

#[test]
fn a_day_is_the_moment_at_which_it_begins_here() {
    let read = |text: &str| Format::Day.canonical(Grammar::Moment, text);
    assert_eq!(read("2026-07-01").as_deref(), Ok("2026-06-30T22:00:00Z"));
    assert_eq!(read("2026-01-01").as_deref(), Ok("2025-12-31T23:00:00Z"));
    assert_eq!(read("01-07-2026"), Err(Code::MomentInvalid));
}
