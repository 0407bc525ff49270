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
    /// `yyyy-mm-dd`: the moment at which that day begins in the Netherlands.
    Day,
    /// `1.234,50`: points between thousands, a comma before the decimals.
    DecimalComma,
}

impl Format {
    const DATES: &'static [(&'static str, Self)] = &[
        ("yyyy-mm-dd", Self::Plain),
        ("dd-mm-yyyy", Self::DayFirst),
        ("yyyymmdd", Self::Digits),
        ("day-of-moment", Self::DayOfMoment),
    ];
    const NUMBERS: &'static [(&'static str, Self)] =
        &[("decimal-point", Self::Plain), ("decimal-comma", Self::DecimalComma)];
    const MOMENTS: &'static [(&'static str, Self)] =
        &[("rfc3339", Self::Plain), ("local", Self::Local), ("day", Self::Day)];

    /// The named formats for fields of this grammar.
    pub(crate) fn names(grammar: Grammar) -> &'static [(&'static str, Self)] {
        match grammar {
            Grammar::Date => Self::DATES,
            Grammar::Moment => Self::MOMENTS,
            Grammar::Digits(..) | Grammar::Decimal(..) => Self::NUMBERS,
            _ => &[],
        }
    }

    /// The canonical text of what a source wrote.
    pub(crate) fn canonical(self, grammar: Grammar, text: &str) -> Result<String, Code> {
        match grammar {
            Grammar::Date => self.date(text).map(|date| date.text()),
            Grammar::Moment => self.moment(text).map(|moment| moment.text()),
            Grammar::Digits(..) => self.number(text).map(whole),
            Grammar::Decimal(..) => self.number(text),
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
            Self::DayFirst | Self::Digits | Self::Local | Self::Day | Self::DecimalComma => Err(Code::DateInvalid),
        }
    }

    /// The number that a source wrote, with a point.
    fn number(self, text: &str) -> Result<String, Code> {
        if self != Self::DecimalComma {
            return Ok(text.to_owned());
        }
        let (thousands, decimals) = text.split_once(',').map_or((text, None), |(whole, rest)| (whole, Some(rest)));
        let mut groups = thousands.split('.');
        let first = groups.next().unwrap_or_default();
        // A point that does not stand between thousands is a decimal point, and then this is no such number.
        let grouped = groups.clone().all(|group| group.len() == 3) && (groups.count() == 0 || first.len() <= 3);
        if !grouped || decimals.is_some_and(|decimals| decimals.contains('.')) {
            return Err(Code::ValueInvalid);
        }
        let whole = thousands.replace('.', "");
        Ok(decimals.map_or(whole.clone(), |decimals| format!("{whole}.{decimals}")))
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
            Self::Day => date(text)
                .map(|day| local_moment(day.and_time(chrono::NaiveTime::MIN)))
                .map_err(|_| Code::MomentInvalid),
            _ => moment(text),
        }
    }
}

/// A whole number that was written with decimals which are all zero; any other stays as it is, and is none.
fn whole(text: String) -> String {
    match text.split_once('.') {
        Some((whole, decimals)) if !decimals.is_empty() && decimals.bytes().all(|byte| byte == b'0') => {
            whole.to_owned()
        }
        _ => text,
    }
}

#[cfg(test)]
mod tests;
