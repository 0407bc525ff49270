use chrono::{NaiveDate, NaiveDateTime};
use chrono_tz::Europe::Amsterdam;
use schakel_api::code::Code;
use schakel_api::model::Grammar;
use schakel_api::value::{Date, Moment, Scalar, date, local_moment, moment};

/// How a source writes a date or a moment, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// As canonical texts are.
    Plain,
    /// `dd-mm-yyyy`
    DayFirst,
    /// `yyyymmdd`
    Digits,
    /// The Dutch day of a moment with an offset (RFC 3339).
    DayOfMoment,
    /// `yyyy-mm-ddThh:mm:ss`, Dutch local time, with or without a fraction.
    Local,
}

impl Format {
    const DATES: &'static [(&'static str, Self)] = &[
        ("yyyy-mm-dd", Self::Plain),
        ("dd-mm-yyyy", Self::DayFirst),
        ("yyyymmdd", Self::Digits),
        ("day-of-moment", Self::DayOfMoment),
    ];
    const MOMENTS: &'static [(&'static str, Self)] = &[("rfc3339", Self::Plain), ("local", Self::Local)];

    /// The named formats for fields of this grammar.
    pub(crate) fn names(grammar: Grammar) -> &'static [(&'static str, Self)] {
        match grammar {
            Grammar::Date => Self::DATES,
            Grammar::Moment => Self::MOMENTS,
            _ => &[],
        }
    }

    /// The canonical text of what a source wrote.
    pub(crate) fn canonical(self, grammar: Grammar, text: &str) -> Result<String, Code> {
        match grammar {
            Grammar::Date => self.date(text).map(|date| date.text()),
            Grammar::Moment => self.moment(text).map(|moment| moment.text()),
            _ => Ok(text.to_owned()),
        }
    }

    fn date(self, text: &str) -> Result<Date, Code> {
        let digits = |length| text.len() == length && text.is_ascii();
        match self {
            Self::DayFirst if digits(10) => NaiveDate::parse_from_str(text, "%d-%m-%Y").map_err(|_| Code::DateInvalid),
            Self::Digits if digits(8) => NaiveDate::parse_from_str(text, "%Y%m%d").map_err(|_| Code::DateInvalid),
            Self::DayOfMoment => {
                moment(text).map(|moment| moment.with_timezone(&Amsterdam).date_naive()).map_err(|_| Code::DateInvalid)
            }
            Self::Plain => date(text),
            Self::DayFirst | Self::Digits | Self::Local => Err(Code::DateInvalid),
        }
    }

    /// The moment that a source wrote.
    pub(crate) fn moment(self, text: &str) -> Result<Moment, Code> {
        match self {
            Self::Local if !text.starts_with(|first: char| first.is_ascii_digit()) || text.find('-') != Some(4) => {
                Err(Code::MomentInvalid)
            }
            Self::Local => NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f")
                .map(local_moment)
                .map_err(|_| Code::MomentInvalid),
            _ => moment(text),
        }
    }
}

#[cfg(test)]
mod tests;
