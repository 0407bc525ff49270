use super::{Law, Scalar};
use crate::code::Code;
use crate::model::Grammar;
use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveDateTime, SecondsFormat, TimeZone, Utc};
use chrono_tz::Europe::Amsterdam;

/// A local date, without a time zone. Periods include both ends.
pub type Date = NaiveDate;

/// A moment in UTC.
pub type Moment = DateTime<Utc>;

/// Reads `yyyy-mm-dd` with a year of four digits.
///
/// # Errors
/// [`Code::DateInvalid`] for any other shape and for days that no calendar has.
pub fn date(text: &str) -> Result<Date, Code> {
    let shaped = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if !shaped {
        return Err(Code::DateInvalid);
    }
    NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| Code::DateInvalid)
}

/// Reads a moment with an offset (RFC 3339).
///
/// # Errors
/// [`Code::MomentInvalid`] for any other shape, and where the year in UTC has not four digits: its text would not sort.
pub fn moment(text: &str) -> Result<Moment, Code> {
    let moment = DateTime::parse_from_rfc3339(text).map_err(|_| Code::MomentInvalid)?.with_timezone(&Utc);
    if (0..=9999).contains(&moment.year()) { Ok(moment) } else { Err(Code::MomentInvalid) }
}

/// The moment that a clock in the Netherlands showed.
///
/// In the night that the clock goes back, an hour occurs twice: the first is meant. In the night that it goes
/// forward, an hour is missing: a time within it counts from the hour's begin.
pub fn local_moment(local: NaiveDateTime) -> Moment {
    let found = Amsterdam.from_local_datetime(&local).earliest();
    match found {
        Some(moment) => moment.with_timezone(&Utc),
        None => Utc.from_utc_datetime(&local.checked_sub_signed(Duration::hours(1)).unwrap_or(local)),
    }
}

impl Scalar for Date {
    const GRAMMAR: Grammar = Grammar::Date;

    fn parse(text: &str, _: Option<Law>) -> Result<Self, Code> {
        date(text)
    }

    fn text(&self) -> String {
        self.format("%Y-%m-%d").to_string()
    }
}

impl Scalar for Moment {
    const GRAMMAR: Grammar = Grammar::Moment;

    fn parse(text: &str, _: Option<Law>) -> Result<Self, Code> {
        moment(text)
    }

    fn text(&self) -> String {
        self.to_rfc3339_opts(SecondsFormat::AutoSi, true)
    }
}

#[cfg(test)]
mod tests;
