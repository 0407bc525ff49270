use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// A record as canonical texts by field name: what mappings make, targets render and the journal seals.
///
/// `Debug` shows names, never values.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Values {
    fields: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    parts: Vec<BTreeMap<String, String>>,
}

impl Values {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The text of a field outside the list.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }

    /// Sets a field; an empty text leaves it absent.
    pub fn set(&mut self, name: &str, text: impl Into<String>) {
        let text = text.into();
        if !text.is_empty() {
            self.fields.insert(name.to_owned(), text);
        }
    }

    /// Takes a field away, within the parts too.
    pub fn remove(&mut self, name: &str) {
        self.fields.remove(name);
        if let Some(inner) = name.strip_prefix("parts[].") {
            for part in &mut self.parts {
                part.remove(inner);
            }
        }
    }

    /// The parts of a request; empty for every other stream.
    pub fn parts(&self) -> &[BTreeMap<String, String>] {
        &self.parts
    }

    /// Adds a part: texts by field name, without the `parts[].` before it.
    pub fn push_part(&mut self, part: BTreeMap<String, String>) {
        self.parts.push(part);
    }

    /// Each field name with its text; within parts the name starts with `parts[].`.
    pub fn iter(&self) -> impl Iterator<Item = (String, &str)> {
        let outer = self.fields.iter().map(|(name, text)| (name.clone(), text.as_str()));
        let inner = self.parts.iter().flatten();
        outer.chain(inner.map(|(name, text)| (format!("parts[].{name}"), text.as_str())))
    }

    pub(crate) fn fields(&self) -> &BTreeMap<String, String> {
        &self.fields
    }
}

impl fmt::Debug for Values {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.iter().map(|(name, _)| name)).finish()
    }
}
