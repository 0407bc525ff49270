//! What a server received, record by record.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashSet};

use serde::Serialize;
use serde_json::Value;

/// The version of a record: a counter or a text, which sorts behind any counter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Version {
    /// Counters compare as numbers.
    Number(i128),
    /// Texts compare byte by byte.
    Text(String),
}

impl Version {
    /// The version in a body; `None` where there is none, or one that is neither a whole number nor a text.
    pub(crate) fn of(body: &Value) -> Option<Self> {
        match body.get("versie")? {
            Value::Number(number) => {
                number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from)).map(Self::Number)
            }
            Value::String(text) => Some(Self::Text(text.clone())),
            _ => None,
        }
    }
}

/// What tells a record from another one: the resource and the rest of the path.
pub(crate) type Identity = (String, String);

/// One request that is to be booked.
#[derive(Debug)]
pub(crate) struct Put {
    pub(crate) identity: Identity,
    pub(crate) version: Version,
    pub(crate) body: Value,
    /// The idempotency key, where there is one.
    pub(crate) key: Option<String>,
}

/// The counters of a server.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Counts {
    /// Requests that took effect or were replays, answered or not.
    pub(crate) received: u64,
    /// Distinct identities.
    pub(crate) records: usize,
    /// Replays, and the same version of an identity once more under another key.
    pub(crate) duplicates: u64,
    /// Versions older than the newest one booked.
    pub(crate) out_of_order: u64,
    /// Requests that held what no request may hold.
    pub(crate) forbidden_values: u64,
    /// Assignments made although one was held that fits; in the back office only.
    pub(crate) second_assignments: u64,
}

/// One record as it stands in the books.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Record {
    resource: String,
    id: String,
    /// The newest version's body.
    body: Value,
    /// The versions, in the order in which they took effect.
    history: Vec<Value>,
    headers: BTreeMap<&'static str, String>,
    #[serde(skip)]
    newest: Version,
}

/// The books of one server.
#[derive(Debug, Default)]
pub(crate) struct Books {
    counts: Counts,
    records: BTreeMap<Identity, Record>,
    /// The idempotency keys seen.
    keys: HashSet<String>,
}

impl Books {
    /// Books a request. One whose key was seen is a replay: it is counted, and nothing else happens.
    pub(crate) fn book(&mut self, put: Put) {
        self.counts.received += 1;
        let Put { identity, version, body, key } = put;
        if let Some(key) = &key
            && !self.keys.insert(key.clone())
        {
            self.counts.duplicates += 1;
            return;
        }
        let raw = body.get("versie").cloned().unwrap_or_default();
        let headers: BTreeMap<&str, String> = key.map(|key| ("idempotency-key", key)).into_iter().collect();
        let Some(record) = self.records.get_mut(&identity) else {
            let (resource, id) = identity.clone();
            let record = Record { resource, id, body, history: vec![raw], headers, newest: version };
            self.records.insert(identity, record);
            return;
        };
        record.history.push(raw);
        match version.cmp(&record.newest) {
            Ordering::Less => {
                self.counts.out_of_order += 1;
                return;
            }
            // The same version with other content: what was observed later counts.
            Ordering::Equal => self.counts.duplicates += 1,
            Ordering::Greater => record.newest = version,
        }
        record.body = body;
        record.headers = headers;
    }

    /// Counts an assignment made although one was held that fits.
    pub(crate) fn second_assignment(&mut self) {
        self.counts.second_assignments += 1;
    }

    /// Counts a request that held what no request may hold.
    pub(crate) fn forbidden(&mut self) {
        self.counts.forbidden_values += 1;
    }

    /// The counters.
    pub(crate) fn counts(&self) -> Counts {
        Counts { records: self.records.len(), ..self.counts }
    }

    /// Every record, by resource and id.
    pub(crate) fn records(&self) -> Vec<Record> {
        self.records.values().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::{Value, json};

    use super::{Books, Counts, Put, Version};

    fn booked(puts: &[(&str, Value)]) -> (Counts, Value) {
        let mut books = Books::default();
        for (key, body) in puts {
            books.book(Put {
                identity: ("stops".to_owned(), "1".to_owned()),
                version: Version::of(body).unwrap(),
                body: body.clone(),
                key: Some((*key).to_owned()),
            });
        }
        (books.counts(), serde_json::to_value(books.records()).unwrap())
    }

    #[test]
    fn an_older_version_stands_in_the_history_and_changes_nothing() {
        let (counts, records) = booked(&[("a", json!({"versie": 10})), ("b", json!({"versie": 9}))]);
        assert_eq!(counts, Counts { received: 2, records: 1, out_of_order: 1, ..Counts::default() });
        assert_eq!(records[0]["body"], json!({"versie": 10}));
        assert_eq!(records[0]["history"], json!([10, 9]));
    }

    #[test]
    fn a_replay_does_not_touch_the_history_and_the_same_version_anew_does() {
        let one = json!({"versie": "a"});
        let (counts, records) = booked(&[("a", one.clone()), ("a", one.clone()), ("b", one)]);
        assert_eq!(counts, Counts { received: 3, records: 1, duplicates: 2, ..Counts::default() });
        assert_eq!(records[0]["history"], json!(["a", "a"]));
    }

    #[test]
    fn texts_compare_as_text_and_numbers_as_numbers() {
        let version = |value| Version::of(&json!({"versie": value})).unwrap();
        assert!(version(json!("10")) < version(json!("9")));
        assert!(version(json!(10)) > version(json!(9)));
        assert!(version(json!(u64::MAX)) < version(json!("0")));
        assert_eq!(Version::of(&json!({"versie": 1.5})), None);
    }
}
