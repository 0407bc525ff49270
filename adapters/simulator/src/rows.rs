//! The front office's indications as it serves them: JSON rows in order of change.

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Map, Value, json};

/// The fields of one row.
pub(crate) type Fields = Map<String, Value>;

/// From where a page is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum After {
    /// Behind the row with this sequence number.
    Sequence(u64),
    /// Rows changed at this moment or later.
    Moment(DateTime<Utc>),
}

impl After {
    /// Reads the parameter `gewijzigd_na`: a cursor that a page gave, or an RFC 3339 moment.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if let Some(sequence) = text.strip_prefix("na-") {
            return u64::from_str_radix(sequence, 16).ok().map(Self::Sequence);
        }
        DateTime::parse_from_rfc3339(text).ok().map(|moment| Self::Moment(moment.to_utc()))
    }
}

/// Every row, in order of change. A changed row moves to the end.
#[derive(Debug)]
pub(crate) struct Rows {
    by_sequence: BTreeMap<u64, Fields>,
    sequence_of: HashMap<String, u64>,
    /// The latest moment of change given out.
    latest: DateTime<Utc>,
}

impl Rows {
    /// No rows; the first change without a moment of its own comes after `before`.
    pub(crate) fn new(before: DateTime<Utc>) -> Self {
        Self { by_sequence: BTreeMap::new(), sequence_of: HashMap::new(), latest: before }
    }

    /// The rows behind `after`, at most `limit`, with the cursor to the next page where there is one.
    pub(crate) fn page(&self, after: Option<After>, limit: usize) -> Value {
        let first = match after {
            Some(After::Sequence(sequence)) => Bound::Excluded(sequence),
            _ => Bound::Unbounded,
        };
        let mut rows = self.by_sequence.range((first, Bound::Unbounded)).filter(|(_, row)| match after {
            Some(After::Moment(moment)) => changed_at(row).is_none_or(|changed| changed >= moment),
            _ => true,
        });
        let page: Vec<(&u64, &Fields)> = rows.by_ref().take(limit).collect();
        let next = page.last().filter(|_| rows.next().is_some()).map(|(sequence, _)| format!("na-{sequence:x}"));
        json!({
            "items": page.iter().map(|(_, row)| row).collect::<Vec<_>>(),
            "volgende": next,
            "totaal": self.by_sequence.len(),
        })
    }

    /// Merges `fields` into the row of that id (RFC 7396) or makes a row of exactly these fields; gives the row.
    ///
    /// The row gets a new moment of change and the next version unless `fields` holds them.
    pub(crate) fn change(&mut self, id: &str, fields: Fields) -> Fields {
        let next = self.by_sequence.last_key_value().map_or(1, |(sequence, _)| sequence + 1);
        let old = self.sequence_of.insert(id.to_owned(), next).and_then(|old| self.by_sequence.remove(&old));
        let version = old.as_ref().and_then(|row| row.get("versie")).and_then(Value::as_u64).unwrap_or(0) + 1;

        let given = |name| fields.get(name).cloned();
        let version = given("versie").unwrap_or_else(|| version.into());
        let changed = given("gewijzigd_op").unwrap_or_else(|| self.next_moment().into());

        let mut row = match old {
            Some(mut row) => {
                merge(&mut row, fields);
                row
            }
            None => fields,
        };
        row.insert("versie".to_owned(), version);
        row.insert("gewijzigd_op".to_owned(), changed);
        self.latest = changed_at(&row).map_or(self.latest, |moment| moment.max(self.latest));
        self.by_sequence.insert(next, row.clone());
        row
    }

    fn next_moment(&self) -> String {
        moment_text(self.latest + TimeDelta::microseconds(1_000_001))
    }
}

/// What the front office serves in order of change.
#[derive(Debug)]
pub(crate) struct Feeds {
    pub(crate) indications: Rows,
    pub(crate) answers: Rows,
}

/// The entries of a whole list behind the cursor `after`, at most `limit`, with the cursor to the next page where
/// there is one; `None` where the cursor is none that a page gave.
pub(crate) fn list_page(list: &[Value], after: Option<&str>, limit: usize) -> Option<Value> {
    let start = match after {
        None => 0,
        Some(text) => text.strip_prefix("vanaf-")?.parse::<usize>().ok()?,
    };
    let end = start.saturating_add(limit).min(list.len());
    let next = (end < list.len()).then(|| format!("vanaf-{end}"));
    Some(json!({"items": list.get(start..end).unwrap_or_default(), "volgende": next, "totaal": list.len()}))
}

/// A moment in the fixed format of the front office.
pub(crate) fn moment_text(moment: DateTime<Utc>) -> String {
    moment.to_rfc3339_opts(SecondsFormat::Micros, true)
}

fn changed_at(row: &Fields) -> Option<DateTime<Utc>> {
    let text = row.get("gewijzigd_op")?.as_str()?;
    DateTime::parse_from_rfc3339(text).ok().map(|moment| moment.to_utc())
}

fn merge(into: &mut Fields, fields: Fields) {
    for (name, value) in fields {
        match (into.get_mut(&name), value) {
            (_, Value::Null) => {
                into.remove(&name);
            }
            (Some(Value::Object(old)), Value::Object(new)) => merge(old, new),
            (_, value) => {
                into.insert(name, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use chrono::DateTime;
    use serde_json::{Value, json};

    use super::{After, Fields, Rows};

    fn fields(value: &Value) -> Fields {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn a_changed_row_moves_to_the_end_with_a_later_moment_and_the_next_version() {
        let mut rows = Rows::new(DateTime::UNIX_EPOCH);
        rows.change("a", fields(&json!({"id": "a", "client": {"bsn": "1", "naam": "x"}})));
        rows.change("b", fields(&json!({"id": "b"})));
        rows.change("a", fields(&json!({"id": "a", "client": {"bsn": "2"}})));

        let page = rows.page(None, 10);
        let ids: Vec<_> = page["items"].as_array().unwrap().iter().map(|row| &row["id"]).collect();
        assert_eq!(ids, ["b", "a"]);
        assert_eq!(page["items"][1]["client"], json!({"bsn": "2", "naam": "x"}));
        assert_eq!(page["items"][1]["versie"], 2);
        assert!(page["items"][1]["gewijzigd_op"].as_str() > page["items"][0]["gewijzigd_op"].as_str());
        assert_eq!(page["volgende"], Value::Null);
    }

    #[test]
    fn a_moment_gives_what_changed_then_or_later() {
        let mut rows = Rows::new(DateTime::UNIX_EPOCH);
        for id in ["a", "b", "c"] {
            rows.change(id, fields(&json!({"id": id})));
        }
        let moment = rows.page(None, 10)["items"][1]["gewijzigd_op"].as_str().unwrap().to_owned();
        let page = rows.page(After::parse(&moment), 10);
        assert_eq!(page["items"].as_array().unwrap().len(), 2);
        assert_eq!(After::parse("gisteren"), None);
    }
}
