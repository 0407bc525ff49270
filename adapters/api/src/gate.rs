//! The gate: the only way from a record to something that may be delivered.

use crate::code::Code;
use crate::model::{FieldRow, Problem, Record, Requirement, Stream, Unreadable, Values};
use crate::value::{Law, Version};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What an installation is for. It decides which persons may occur in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Environment {
    /// Real persons: test BSNs are refused.
    Production,
    /// Test persons only.
    Acceptance,
    /// Test persons only, simulated systems.
    Demo,
}

/// Fields that a flow keeps back. Settings narrow what crosses, never widen it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Withheld(Vec<String>);

impl Withheld {
    /// Withholds these fields of a stream.
    ///
    /// # Errors
    /// The position in `names` of the first that is no field of the stream, or without which a record is not complete,
    /// says something else, or cannot be told from others.
    pub fn new(stream: Stream, names: &[String]) -> Result<Self, (usize, NotWithheld)> {
        for (at, name) in names.iter().enumerate() {
            match stream.row(name) {
                None => return Err((at, NotWithheld::Unknown)),
                Some(row) if row.requirement == Requirement::Required || is_needed(stream, name) => {
                    return Err((at, NotWithheld::Required));
                }
                Some(_) => {}
            }
        }
        Ok(Self(names.to_vec()))
    }
}

/// Whether an optional field is needed all the same. Without the texts of its size a record would say that the care is
/// not limited; without parts of its key a start or stop could not be told from others (REFERENCE 7.1).
fn is_needed(stream: Stream, name: &str) -> bool {
    if name.split('.').any(|part| part == "size") {
        return true;
    }
    match stream {
        Stream::Start | Stream::Stop => ["assignment", "product.category", "product.code"].contains(&name),
        Stream::Request => name == "reason" || name.starts_with("parts[]."),
        Stream::Indication => ["end", "product.category"].contains(&name),
        Stream::Assignment => name == "product.category",
        Stream::Answer => true,
        Stream::Utilization => false,
        Stream::WaitingList => !["expected-days", "admission-stop.from", "admission-stop.until"].contains(&name),
        Stream::Performance => !["score", "scale"].contains(&name),
        Stream::Catalogue => ["provider", "code"].contains(&name),
    }
}

/// Why a field cannot be withheld.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotWithheld {
    /// The stream has no such field.
    Unknown,
    /// No record is complete without it.
    Required,
}

/// What the gate must know beside the record.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// What the installation is for.
    pub environment: Environment,
    /// The laws that the link handles.
    pub laws: &'a [Law],
    /// The fields that the flow keeps back.
    pub withheld: &'a Withheld,
    /// The record's key at targets: stable for its identity, and telling nothing about it.
    pub key: &'a str,
    /// Whether the receiving side may know about the person: the front office, when it holds an indication of theirs.
    pub may_know: bool,
    /// No number of persons or observations under this one crosses as it is.
    pub smallest_cell: u32,
    /// What the crosswalk says about the record, for targets.
    pub counterpart: Option<&'a str>,
}

/// A record that the gate let through. There is no other way to make one, and no way to change it.
#[derive(Debug, PartialEq, Eq)]
pub struct Cleared<R> {
    record: R,
    values: Values,
    version: Version,
    key: String,
    counterpart: Option<String>,
}

impl Cleared<Record> {
    /// The record, without what was withheld.
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// Its canonical texts: what a target may render.
    pub fn values(&self) -> &Values {
        &self.values
    }

    /// Its version.
    pub fn version(&self) -> &Version {
        &self.version
    }

    /// Its key at targets: stable for its identity, and telling nothing about it.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// What the crosswalk holds against it: of an indication the number of its newest assignment, of an assignment the
    /// id of its indication.
    pub fn counterpart(&self) -> Option<&str> {
        self.counterpart.as_deref()
    }
}

/// Lets a record through, or says why not. It is pure: the same record and context give the same answer.
///
/// A number under the smallest cell goes through as "fewer than".
///
/// # Errors
/// The first thing that is wrong: a BSN of the wrong environment, a law that the link does not handle, a person of whom
/// the receiving side may not know, a field outside the closed list or against its grammar, the person's BSN in a field
/// that is not for it (an identifier crosses and is kept in places where no BSN may be), or a record that is not whole
/// without what is withheld.
pub fn clear(record: &Record, version: &Version, context: &Context<'_>) -> Result<Cleared<Record>, Problem> {
    let bsn = record.bsn();
    if bsn.is_some_and(|bsn| bsn.is_test() == (context.environment == Environment::Production)) {
        return Err(Problem::new("bsn", Code::BsnEnvironment));
    }
    if !context.laws.contains(&record.law()) {
        return Err(Problem::new("law", Code::LawForeign));
    }
    if bsn.is_some() && !context.may_know {
        return Err(Problem::new("bsn", Code::PersonNotKnown));
    }
    let holds = |text: &str| bsn.is_some_and(|bsn| text.contains(bsn.reveal()));
    if holds(version.raw()) {
        return Err(Problem::new("version", Code::ValueInvalid));
    }
    let stream = record.stream();
    let mut values = record.clone().coarsened(context.smallest_cell).values();
    for name in &context.withheld.0 {
        values.remove(name);
    }
    for (name, text) in values.iter() {
        let row: Option<&FieldRow> = stream.row(&name);
        let leaks = name != "bsn" && holds(text);
        if leaks || !row.is_some_and(|row| row.grammar.accepts(text)) {
            return Err(Problem::new(name, Code::ValueInvalid));
        }
    }
    let record = Record::read(stream, &values).map_err(|unreadable| match unreadable {
        Unreadable::OutOfScope => Problem::new("delivery-form", Code::DeliveryFormUnknown),
        Unreadable::Problems(problems) => {
            problems.into_iter().next().unwrap_or_else(|| Problem::new("", Code::ValueInvalid))
        }
    })?;
    let counterpart = context.counterpart.map(str::to_owned);
    Ok(Cleared { record, values, version: version.clone(), key: context.key.to_owned(), counterpart })
}

#[cfg(test)]
mod tests;
