use super::{FieldPath, Path, Projection, Slot, Table, UnknownCode};
use crate::code::Code;
use crate::contract::Receipt;
use crate::gate::Cleared;
use crate::model::{Problem, Record, Stream};
use crate::value::{Date, Frequency, Scalar, Scheme, Unit, Volume, date};
use serde_json::{Map, Number, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

mod row;

pub use row::{NotFlat, OutCell};

/// Where a line's value comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// A field of the stream, within the list with `parts[].` before it.
    Field(String),
    /// The version, as the source wrote it.
    Version,
    /// The record's key: stable for its identity.
    Key,
    /// What the crosswalk holds against the record.
    Counterpart,
    /// Always this text.
    Fixed(String),
}

/// How a value is written in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Form {
    /// As a text.
    #[default]
    Text,
    /// As a number.
    Number,
}

/// Where in the body a value goes: names, the last but one perhaps once a list (`regels[].nummer`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutPath {
    outer: Vec<String>,
    inner: Option<Vec<String>>,
}

impl OutPath {
    /// Reads names with dots between; at most one of them ends with `[]`.
    ///
    /// Returns `None` where a name is empty or a second list occurs.
    pub fn parse(text: &str) -> Option<Self> {
        let names = |part: &str| -> Option<Vec<String>> {
            part.split('.').map(|name| (!name.is_empty()).then(|| name.to_owned())).collect()
        };
        match text.split_once("[].") {
            None => Some(Self { outer: names(text)?, inner: None }).filter(|_| !text.contains("[]")),
            Some((_, inner)) if inner.contains("[]") => None,
            Some((outer, inner)) => Some(Self { outer: names(outer)?, inner: Some(names(inner)?) }),
        }
    }

    /// Whether it leads into a list.
    pub fn is_listed(&self) -> bool {
        self.inner.is_some()
    }
}

/// One line of a target mapping.
#[derive(Debug, Clone)]
pub struct Line {
    /// Where the value goes.
    pub to: OutPath,
    /// Where it comes from.
    pub from: Source,
    /// How it is written.
    pub form: Form,
    /// Whether an absent value is written as null rather than left out.
    pub null: bool,
    /// The provider's scheme that the target wants: the bare number is written.
    pub scheme: Option<Scheme>,
    /// A code table, and what to do with codes that it does not have.
    pub table: Option<(Arc<Table>, UnknownCode)>,
}

/// What a target writes: the body of one record.
#[derive(Debug, Clone)]
pub struct Template {
    stream: Stream,
    lines: Vec<Line>,
    /// Sizes in hours are written in minutes.
    hours_as_minutes: bool,
    /// What the answer says, by name.
    receipt: Vec<(String, Slot)>,
    answer: Projection,
}

impl Template {
    /// A template of lines.
    pub fn new(stream: Stream, lines: Vec<Line>, hours_as_minutes: bool) -> Self {
        Self { stream, lines, hours_as_minutes, receipt: Vec::new(), answer: Projection::new(Vec::new()) }
    }

    /// With a value to be read of the answer, such as the number that the other side gave.
    #[must_use]
    pub fn with_receipt(mut self, name: &str, path: Path) -> Self {
        let slot = self.answer.row(FieldPath::of_row(path));
        self.receipt.push((name.to_owned(), slot));
        self
    }

    /// What an answer says; nothing where it is not what the template expects.
    pub fn receipt(&self, answer: &[u8]) -> Receipt {
        let page = self.answer.read(answer).ok();
        let row = page.as_ref().and_then(|page| page.rows.first());
        let ids = self.receipt.iter().filter_map(|(name, slot)| {
            let text = row?.get(*slot).text()?;
            Some((name.clone(), text.to_owned()))
        });
        Receipt { ids: ids.collect() }
    }

    /// The stream that it writes.
    pub fn stream(&self) -> Stream {
        self.stream
    }

    /// The body of a record.
    ///
    /// # Errors
    /// The field that cannot be written so: a code without a counterpart, a provider in another scheme; a record of
    /// another stream as a whole.
    pub fn body(&self, cleared: &Cleared<Record>) -> Result<Value, Problem> {
        if cleared.record().stream() != self.stream {
            return Err(Problem::new("", Code::ValueInvalid));
        }
        let day = judged_on(cleared);
        let outer: BTreeMap<String, String> =
            cleared.values().iter().map(|(name, text)| (name, text.to_owned())).collect();
        let outer = self.sized(outer)?;
        let mut body = Map::new();
        for line in self.lines.iter().filter(|line| line.to.inner.is_none()) {
            let text = line.text(&outer, cleared, day)?;
            line.put(&mut body, &line.to.outer, text)?;
        }
        for part in cleared.values().parts() {
            let day = part.get("start").and_then(|text| date(text).ok());
            let part = part.iter().map(|(name, text)| (format!("parts[].{name}"), text.clone())).collect();
            let part = self.sized(part)?;
            let mut listed: BTreeMap<&[String], Map<String, Value>> = BTreeMap::new();
            for line in &self.lines {
                if let Some(inner) = &line.to.inner {
                    let text = line.text(&part, cleared, day)?;
                    line.put(listed.entry(&line.to.outer).or_default(), inner, text)?;
                }
            }
            for (path, object) in listed {
                push(&mut body, path, object)?;
            }
        }
        Ok(Value::Object(body))
    }

    /// The texts with hours expressed in minutes, where the target wants that.
    fn sized(&self, mut texts: BTreeMap<String, String>) -> Result<BTreeMap<String, String>, Problem> {
        if !self.hours_as_minutes {
            return Ok(texts);
        }
        for before in ["", "parts[]."] {
            let [number, unit] = ["volume", "unit"].map(|part| format!("{before}size.{part}"));
            if texts.get(&unit).is_some_and(|text| *text == Unit::Hour.text()) {
                let hours = texts.get(&number).and_then(|text| text.parse().ok()).unwrap_or(u32::MAX);
                let minutes = Volume::new(hours, Unit::Hour, Frequency::Total)
                    .and_then(|volume| volume.in_unit(Unit::Minute))
                    .map_err(|_| Problem::new(&number, Code::ConversionInexact))?
                    .number();
                texts.insert(number, minutes.to_string());
                texts.insert(unit, Unit::Minute.text());
            }
        }
        Ok(texts)
    }
}

/// The day on which tables are judged: the record's own start, measurement or valid-from date.
fn judged_on(cleared: &Cleared<Record>) -> Option<Date> {
    cleared.values().get(cleared.record().stream().judged_on()).and_then(|text| date(text).ok())
}

impl Line {
    fn text(
        &self,
        texts: &BTreeMap<String, String>,
        cleared: &Cleared<Record>,
        day: Option<Date>,
    ) -> Result<Option<String>, Problem> {
        let (name, found) = match &self.from {
            Source::Field(name) => (name.as_str(), texts.get(name).cloned()),
            Source::Version => ("version", Some(cleared.version().raw().to_owned())),
            Source::Key => ("key", Some(cleared.key().to_owned())),
            Source::Counterpart => ("counterpart", cleared.counterpart().map(str::to_owned)),
            Source::Fixed(text) => ("", Some(text.clone())),
        };
        let Some(text) = found else { return Ok(None) };
        let text = match self.scheme {
            None => text,
            Some(scheme) => match text.split_once(':') {
                Some((found, number)) if found == scheme.as_str() => number.to_owned(),
                _ => return Err(Problem::new(name, Code::SchemeUnwanted)),
            },
        };
        match &self.table {
            // 3.2 has no code for these: only a target whose table has a counterpart takes them.
            None if name.ends_with("size.frequency") && text.starts_with("per-") => {
                Err(Problem::new(name, Code::ConversionInexact))
            }
            None => Ok(Some(text)),
            Some((table, unknown)) => match (table.get(&text, day), unknown) {
                (Some(to), _) => Ok(Some(to.to_owned())),
                (None, UnknownCode::Pass) => Ok(Some(text)),
                (None, UnknownCode::Value(value)) => Ok(Some(value.clone())),
                (None, UnknownCode::Reject) => Err(Problem::new(name, Code::CodeUnknown)),
            },
        }
    }

    fn put(&self, body: &mut Map<String, Value>, path: &[String], text: Option<String>) -> Result<(), Problem> {
        let value = match text {
            None if self.null => Value::Null,
            None => return Ok(()),
            Some(text) => match self.form {
                Form::Text => Value::String(text),
                Form::Number => {
                    exact(&text).map(Value::Number).ok_or_else(|| Problem::new(self.field(), Code::ValueInvalid))?
                }
            },
        };
        let Some((last, before)) = path.split_last() else { return Ok(()) };
        let object = descend(body, before).ok_or_else(|| Problem::new(self.field(), Code::ValueInvalid))?;
        match object.insert(last.clone(), value) {
            None => Ok(()),
            // Two lines for one place: neither is silently lost.
            Some(_) => Err(Problem::new(self.field(), Code::ValueInvalid)),
        }
    }

    fn field(&self) -> &str {
        match &self.from {
            Source::Field(name) => name,
            Source::Version => "version",
            Source::Key => "key",
            Source::Counterpart => "counterpart",
            Source::Fixed(_) => "",
        }
    }
}

/// A number that says exactly what the text says: whole numbers beyond 64 bits would be rounded.
fn exact(text: &str) -> Option<Number> {
    text.parse::<Number>().ok().filter(|number| !number.is_f64() || text.contains('.'))
}

fn descend<'b>(body: &'b mut Map<String, Value>, path: &[String]) -> Option<&'b mut Map<String, Value>> {
    path.iter().try_fold(body, |object, name| {
        object.entry(name.clone()).or_insert_with(|| Value::Object(Map::new())).as_object_mut()
    })
}

fn push(body: &mut Map<String, Value>, path: &[String], object: Map<String, Value>) -> Result<(), Problem> {
    let list = path.split_last().and_then(|(last, before)| {
        let holder = descend(body, before)?;
        holder.entry(last.clone()).or_insert_with(|| Value::Array(Vec::new())).as_array_mut()
    });
    list.map(|list| list.push(Value::Object(object))).ok_or_else(|| Problem::new("parts", Code::ValueInvalid))
}

#[cfg(test)]
mod tests;
