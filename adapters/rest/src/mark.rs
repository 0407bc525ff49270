use chrono::{DateTime, Duration, NaiveDateTime, SecondsFormat, Utc};
use schakel_api::value::{Moment, local_moment};

/// How far a source has been read: what its rows say about when they changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// A moment with an offset (RFC 3339).
    Moment(Moment),
    /// A Dutch local time without an offset.
    Local(NaiveDateTime),
    /// A counter.
    Number(u64),
}

/// How a local time is written.
const LOCAL: &str = "%Y-%m-%dT%H:%M:%S%.f";

impl Mark {
    /// Reads a mark; what is none of the three says nothing about how far the source was read.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let moment = DateTime::parse_from_rfc3339(text).map(|moment| Self::Moment(moment.with_timezone(&Utc))).ok();
        let local = || {
            let written = if text.len() == 10 { format!("{text}T00:00:00") } else { text.replacen(' ', "T", 1) };
            NaiveDateTime::parse_from_str(&written, LOCAL).map(Self::Local).ok()
        };
        moment.or_else(local).or_else(|| text.parse().map(Self::Number).ok())
    }

    /// Whether it lies after a moment. A counter never does.
    fn is_after(self, moment: Moment) -> bool {
        match self {
            Self::Moment(mark) => mark > moment,
            Self::Local(mark) => local_moment(mark) > moment,
            Self::Number(_) => false,
        }
    }

    /// The later of what was reached before and what a row says.
    ///
    /// A row that says it changed in the future of the source's own clock (`now`) moves nothing: every change until
    /// then would be passed over. Nor does a row that says it in another way than those before.
    pub(crate) fn later(reached: Option<String>, row: &str, now: Option<Moment>) -> Option<String> {
        let Some(mark) = Self::parse(row).filter(|mark| now.is_none_or(|now| !mark.is_after(now))) else {
            return reached;
        };
        let later = match (reached.as_deref().and_then(Self::parse), mark) {
            (None, _) => true,
            (Some(Self::Moment(one)), Self::Moment(other)) => other > one,
            (Some(Self::Local(one)), Self::Local(other)) => other > one,
            (Some(Self::Number(one)), Self::Number(other)) => other > one,
            _ => false,
        };
        if later { Some(row.to_owned()) } else { reached }
    }

    /// From where a pass asks: so far behind the mark, where it is a time.
    pub(crate) fn behind(text: &str, overlap: Duration) -> String {
        match Self::parse(text) {
            Some(Self::Moment(moment)) => (moment - overlap).to_rfc3339_opts(SecondsFormat::AutoSi, true),
            Some(Self::Local(local)) => {
                local.checked_sub_signed(overlap).unwrap_or(local).format("%Y-%m-%dT%H:%M:%S").to_string()
            }
            Some(Self::Number(_)) | None => text.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn later(reached: &str, row: &str) -> Option<String> {
        let now = DateTime::parse_from_rfc3339("2026-11-22T12:00:00Z").ok().map(|now| now.with_timezone(&Utc));
        Mark::later((!reached.is_empty()).then(|| reached.to_owned()), row, now)
    }

    #[test]
    fn the_latest_row_is_the_mark_whatever_their_order() {
        let (early, late) = ("2026-11-01T10:00:00+01:00", "2026-11-01T09:30:00Z");
        assert_eq!(later(early, late).as_deref(), Some(late));
        assert_eq!(later(late, early).as_deref(), Some(late));
        assert_eq!(later("9", "10").as_deref(), Some("10"));
        assert_eq!(later("2026-11-01T10:00:00", "2026-11-01T09:00:00").as_deref(), Some("2026-11-01T10:00:00"));
    }

    #[test]
    fn a_row_from_the_future_or_with_nonsense_moves_no_mark() {
        assert_eq!(later("2026-11-01T09:30:00Z", "2099-01-01T00:00:00Z").as_deref(), Some("2026-11-01T09:30:00Z"));
        assert_eq!(later("", "2099-01-01T00:00:00"), None);
        assert_eq!(later("2026-11-01T09:30:00Z", "yesterday").as_deref(), Some("2026-11-01T09:30:00Z"));
    }

    #[test]
    fn a_pass_reaches_back_behind_a_time_and_starts_at_a_counter() {
        let minute = Duration::minutes(1);
        assert_eq!(Mark::behind("2026-11-01T09:30:00.5Z", minute), "2026-11-01T09:29:00.500Z");
        assert_eq!(Mark::behind("2026-11-01T09:30:00", minute), "2026-11-01T09:29:00");
        assert_eq!(Mark::behind("2026-11-01 09:30:00", minute), "2026-11-01T09:29:00");
        assert_eq!(Mark::behind("2026-11-01", minute), "2026-10-31T23:59:00");
        assert_eq!(Mark::behind("17", minute), "17");
    }
}
