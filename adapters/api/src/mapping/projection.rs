use super::path::{Each, FieldPath, Path, Step};
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use std::fmt;

mod columns;

pub use columns::{Columns, Picked};

/// Which value of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot(usize);

/// Which value of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageSlot(usize);

/// What stands at a path. Absent, null, `""` and `{}` are one thing: absent.
#[derive(Clone, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Absent,
    /// A text, a number as it was written, or `true` or `false`.
    Text(String),
    /// A list or an object, where one value was expected.
    NotSingle,
}

/// The named values of one row. `Debug` shows none of them.
#[derive(Clone, PartialEq, Eq)]
pub struct Row(Vec<Cell>);

/// What a page of JSON held at the paths that somebody named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The rows, in order.
    pub rows: Vec<Row>,
    /// Whether there was a place for rows. A list that is empty is one; where a list is missing nobody knows what it
    /// would hold.
    pub listed: bool,
    cells: Vec<Cell>,
}

/// The bytes are no JSON. It tells nothing about them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not JSON")]
pub struct NotJson;

/// Which paths are read of a page, and nothing else: what they do not name is skipped while reading.
#[derive(Debug, Clone)]
pub struct Projection {
    each: Vec<Each>,
    fields: Vec<FieldPath>,
    page: Vec<Path>,
    tree: Tree,
}

/// The named paths as one tree. A leaf keeps its whole value.
#[derive(Debug, Clone, Default)]
struct Tree {
    names: Vec<(String, Tree)>,
    indexes: Vec<(usize, Tree)>,
    every: Option<Box<Tree>>,
    leaf: bool,
}

impl Projection {
    /// Reads rows within rows: the first of `each` starts at the page, every next one at the row before it.
    pub fn new(each: Vec<Each>) -> Self {
        let mut tree = Tree::default();
        // A row counts also when nothing of it is named.
        tree.at_path(each.iter().flat_map(|each| each.0.iter()));
        Self { each, fields: Vec::new(), page: Vec::new(), tree }
    }

    /// How many rows enclose a row.
    pub fn enclosing(&self) -> usize {
        self.each.len().saturating_sub(1)
    }

    /// Names a value of each row.
    pub fn row(&mut self, field: FieldPath) -> Slot {
        let depth = field.row.map_or(self.each.len(), |row| row + 1);
        let steps = self.each.iter().take(depth).flat_map(|each| each.0.iter()).chain(field.path.0.iter());
        self.tree.at_path(steps).leaf = true;
        self.fields.push(field);
        Slot(self.fields.len() - 1)
    }

    /// Names a value of the page itself.
    pub fn page(&mut self, path: Path) -> PageSlot {
        self.tree.at_path(path.0.iter()).leaf = true;
        self.page.push(path);
        PageSlot(self.page.len() - 1)
    }

    /// Reads a page.
    ///
    /// # Errors
    /// When the bytes are no JSON.
    pub fn read(&self, bytes: &[u8]) -> Result<Page, NotJson> {
        let mut reader = serde_json::Deserializer::from_slice(bytes);
        let value = self.tree.deserialize(&mut reader).map_err(|_| NotJson)?;
        reader.end().map_err(|_| NotJson)?;
        let mut rows = Vec::new();
        self.collect(&[], &value, &mut rows);
        let cells = self.page.iter().map(|path| cell(path.find(&value))).collect();
        let listed = self.each.first().is_none_or(|each| each.has_place(&value));
        Ok(Page { rows, listed, cells })
    }

    /// Whether rows stand in a list that is the page itself, as in `$[*]`. One that names nothing reads any page.
    pub fn is_list(&self) -> bool {
        self.fields.is_empty() || self.each.first().is_some_and(|each| each.0.first() == Some(&Step::Every))
    }

    /// Reads one element of a page that is a list (JSON Lines): the rows that it gives, mostly one.
    ///
    /// # Errors
    /// When the bytes are no JSON.
    pub fn element(&self, bytes: &[u8]) -> Result<Vec<Row>, NotJson> {
        let tree = self.tree.at(0).unwrap_or_default();
        let mut reader = serde_json::Deserializer::from_slice(bytes);
        let value = tree.deserialize(&mut reader).map_err(|_| NotJson)?;
        reader.end().map_err(|_| NotJson)?;
        let mut rows = Vec::new();
        self.collect(&[], &Value::Array(vec![value]), &mut rows);
        Ok(rows)
    }

    fn collect(&self, enclosing: &[&Value], value: &Value, rows: &mut Vec<Row>) {
        let Some(each) = self.each.get(enclosing.len()) else {
            let cells = self.fields.iter().map(|field| {
                let row = field.row.or(enclosing.len().checked_sub(1)).and_then(|row| enclosing.get(row));
                cell(field.path.find(row.copied().unwrap_or(value)))
            });
            rows.push(Row(cells.collect()));
            return;
        };
        for row in each.find(value) {
            let mut within = enclosing.to_vec();
            within.push(row);
            self.collect(&within, row, rows);
        }
    }
}

impl Row {
    /// The value in a slot.
    pub fn get(&self, slot: Slot) -> &Cell {
        self.0.get(slot.0).unwrap_or(&Cell::Absent)
    }

    /// The values in these slots as one text, to be hashed: equal values give equal texts.
    pub fn content(&self, slots: impl Iterator<Item = Slot>) -> String {
        let texts = slots.map(|slot| match self.get(slot) {
            Cell::Absent => "-".to_owned(),
            Cell::NotSingle => "*".to_owned(),
            Cell::Text(text) => format!("{}:{text}", text.len()),
        });
        texts.collect::<Vec<_>>().join(" ")
    }
}

impl Page {
    /// The value in a slot.
    pub fn get(&self, slot: PageSlot) -> &Cell {
        self.cells.get(slot.0).unwrap_or(&Cell::Absent)
    }
}

impl Cell {
    /// The text, where there is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Absent | Self::NotSingle => None,
        }
    }
}

fn cell(value: Option<&Value>) -> Cell {
    match value {
        None | Some(Value::Null) => Cell::Absent,
        Some(Value::String(text)) if text.is_empty() => Cell::Absent,
        Some(Value::Object(object)) if object.is_empty() => Cell::Absent,
        Some(Value::String(text)) => Cell::Text(text.clone()),
        Some(_) => Cell::NotSingle,
    }
}

impl fmt::Debug for Cell {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Absent => "Absent",
            Self::Text(_) => "Text",
            Self::NotSingle => "NotSingle",
        })
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(&self.0).finish()
    }
}

impl Tree {
    /// The tree at the end of a path, which is made where it is not there yet.
    fn at_path<'s>(&mut self, mut steps: impl Iterator<Item = &'s Step>) -> &mut Self {
        let next = match steps.next() {
            None => return self,
            Some(Step::Every) => &mut **self.every.get_or_insert_default(),
            Some(Step::Name(name)) => branch(&mut self.names, name.clone()),
            Some(Step::Index(index)) => branch(&mut self.indexes, *index),
        };
        next.at_path(steps)
    }

    fn at(&self, index: usize) -> Option<Self> {
        let named = self.indexes.iter().find(|(at, _)| *at == index).map(|(_, tree)| tree);
        match (named, self.every.as_deref()) {
            (None, None) => None,
            (Some(tree), None) | (None, Some(tree)) => Some(tree.clone()),
            (Some(named), Some(every)) => Some(named.merged(every)),
        }
    }

    /// Both trees at once, for an element that an index and `[*]` both name.
    fn merged(&self, other: &Self) -> Self {
        let mut merged = self.clone();
        for (name, tree) in &other.names {
            let branch = branch(&mut merged.names, name.clone());
            *branch = branch.merged(tree);
        }
        for (index, tree) in &other.indexes {
            let branch = branch(&mut merged.indexes, *index);
            *branch = branch.merged(tree);
        }
        merged.every = match (merged.every.take(), other.every.clone()) {
            (Some(mine), Some(others)) => Some(Box::new(mine.merged(&others))),
            (mine, others) => mine.or(others),
        };
        merged.leaf |= other.leaf;
        merged
    }
}

fn branch<K: PartialEq>(branches: &mut Vec<(K, Tree)>, key: K) -> &mut Tree {
    let at = branches.iter().position(|(known, _)| *known == key).unwrap_or_else(|| {
        branches.push((key, Tree::default()));
        branches.len() - 1
    });
    &mut branches[at].1
}

/// Reads what the tree names. Where it names nothing, a value is skipped and null stands in its place. At a leaf a
/// number is kept as the text that was written, so that none is rounded; of a list or an object only the shape is
/// kept, since it is no single value.
impl<'de> DeserializeSeed<'de> for &Tree {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        if !self.leaf {
            return deserializer.deserialize_any(self);
        }
        let raw = <&RawValue>::deserialize(deserializer)?.get();
        match raw.as_bytes().first() {
            Some(b'n') => Ok(Value::Null),
            Some(b'"') => serde_json::from_str(raw).map(Value::String).map_err(D::Error::custom),
            Some(b'[' | b'{') => {
                serde_json::Deserializer::from_str(raw).deserialize_any(self).map_err(D::Error::custom)
            }
            _ => Ok(Value::String(raw.to_owned())),
        }
    }
}

impl<'de> Visitor<'de> for &Tree {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_str<E>(self, _: &str) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        loop {
            let read = match self.at(values.len()) {
                Some(tree) => list.next_element_seed(&tree)?,
                None => list.next_element::<IgnoredAny>()?.map(|_| Value::Null),
            };
            match read {
                Some(value) => values.push(value),
                None => return Ok(Value::Array(values)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let mut values = Map::new();
        let mut empty = true;
        while let Some(name) = object.next_key::<String>()? {
            empty = false;
            match self.names.iter().find(|(known, _)| *known == name) {
                Some((_, tree)) => {
                    let value = object.next_value_seed(tree)?;
                    values.insert(name, value);
                }
                None => {
                    object.next_value::<IgnoredAny>()?;
                }
            }
        }
        if self.leaf && !empty && values.is_empty() {
            // An object stands where one value was expected; its content is none of our business.
            return Ok(Value::Array(Vec::new()));
        }
        Ok(Value::Object(values))
    }
}

#[cfg(test)]
mod tests;
