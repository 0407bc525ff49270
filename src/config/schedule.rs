use chrono::{DateTime, Duration, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Europe::Amsterdam;
use std::str::FromStr;

/// When a flow runs: a cron line of five fields, in Dutch local time.
#[derive(Debug, Clone)]
pub struct Schedule(cron::Schedule);

/// Why a line is no schedule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadSchedule {
    /// Not five fields.
    #[error("a schedule has five fields: minute, hour, day of month, month, weekday")]
    Fields,
    /// Numbers mean other days to other people.
    #[error("write weekdays as names")]
    NumericWeekday,
    /// Both would have to hold at once, which hardly anybody means.
    #[error("a day of the month and a weekday do not go together")]
    BothDays,
    /// No day is such a day.
    #[error("there is no such day, so the flow would never run")]
    Never,
    /// A field that cron does not know.
    #[error("this is no cron schedule")]
    Syntax,
}

impl BadSchedule {
    /// What would be right.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Fields | Self::Syntax => "for example `*/5 7-19 * * Mon-Fri`",
            Self::NumericWeekday => "for example `Mon-Fri`",
            Self::BothDays => "leave one of the two `*`",
            Self::Never => "look at the day of the month and the month",
        }
    }
}

impl Schedule {
    /// Reads a cron line.
    ///
    /// # Errors
    /// Why it is none.
    pub fn parse(line: &str) -> Result<Self, BadSchedule> {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [_, _, day, _, weekday] = fields[..] else { return Err(BadSchedule::Fields) };
        if weekday.bytes().any(|byte| byte.is_ascii_digit()) {
            return Err(BadSchedule::NumericWeekday);
        }
        if day != "*" && weekday != "*" {
            return Err(BadSchedule::BothDays);
        }
        let schedule = cron::Schedule::from_str(&format!("0 {line}")).map(Self).map_err(|_| BadSchedule::Syntax)?;
        // Any moment will do: what occurs at all occurs again and again.
        schedule.next(DateTime::UNIX_EPOCH).map(|_| schedule).ok_or(BadSchedule::Never)
    }

    /// The first run after a moment.
    ///
    /// In the night that the clock goes back each local time counts once, the first time it occurs; in the night that
    /// it goes forward the runs of the missing hour take place when it would have ended.
    pub fn next(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        // Seen from the hour before, so that a run within a missing hour is not skipped with it.
        let wall = after.with_timezone(&Amsterdam).naive_local() - Duration::hours(1);
        let runs = self.0.after(&Utc.from_utc_datetime(&wall));
        runs.take(10_000).map(|run| moment(run.naive_utc())).find(|run| *run > after)
    }
}

/// The moment at which clocks show this time, or at which the hour that they skip ends.
fn moment(wall: NaiveDateTime) -> DateTime<Utc> {
    let found = Amsterdam.from_local_datetime(&wall).earliest();
    let moment = found.or_else(|| {
        let next_hour = wall.date().and_time(wall.time()) + Duration::minutes(60 - i64::from(minute(wall)));
        Amsterdam.from_local_datetime(&next_hour).earliest()
    });
    moment.map_or_else(|| Utc.from_utc_datetime(&wall), |moment| moment.with_timezone(&Utc))
}

fn minute(wall: NaiveDateTime) -> u32 {
    use chrono::Timelike;
    wall.time().minute()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn next(line: &str, after: &str) -> String {
        let after = after.parse::<DateTime<Utc>>().unwrap();
        Schedule::parse(line).unwrap().next(after).unwrap().to_rfc3339()
    }

    #[test]
    fn a_run_follows_dutch_local_time() {
        assert_eq!(next("0 7 * * Mon-Fri", "2026-11-22T12:00:00Z"), "2026-11-23T06:00:00+00:00");
        assert_eq!(next("0 7 * * Mon-Fri", "2026-07-10T12:00:00Z"), "2026-07-13T05:00:00+00:00");
        assert_eq!(next("*/5 * * * *", "2026-07-10T12:01:00Z"), "2026-07-10T12:05:00+00:00");
    }

    #[test]
    fn a_local_time_fires_once_in_the_night_that_the_clock_goes_back() {
        assert_eq!(next("30 2 * * *", "2026-10-24T23:00:00Z"), "2026-10-25T00:30:00+00:00");
        assert_eq!(next("30 2 * * *", "2026-10-25T00:30:00Z"), "2026-10-26T01:30:00+00:00");
    }

    #[test]
    fn a_run_in_the_skipped_hour_fires_at_its_end() {
        assert_eq!(next("30 2 * * *", "2026-03-29T00:00:00Z"), "2026-03-29T01:00:00+00:00");
        assert_eq!(next("30 2 * * *", "2026-03-29T01:00:00Z"), "2026-03-30T00:30:00+00:00");
    }

    #[test]
    fn lines_that_people_misread_are_refused() {
        let bad = |line| Schedule::parse(line).unwrap_err();
        assert_eq!(bad("* * * * 1-5"), BadSchedule::NumericWeekday);
        assert_eq!(bad("0 7 1 * Mon"), BadSchedule::BothDays);
        assert_eq!(bad("0 7 * *"), BadSchedule::Fields);
        assert_eq!(bad("61 7 * * *"), BadSchedule::Syntax);
        assert_eq!(bad("0 7 30 2 *"), BadSchedule::Never);
    }
}
