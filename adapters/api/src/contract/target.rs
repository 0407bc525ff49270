use super::Fault;
use crate::gate::Cleared;
use crate::model::{Problem, Record};
use crate::value::Moment;
use async_trait::async_trait;
use std::fmt;
use std::path::PathBuf;

/// What is drawn once for an attempt and stored with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// Our reference: the same for each repeat of the attempt.
    pub reference: String,
    /// The moment at which the attempt was made up.
    pub moment: Moment,
}

/// The exact bytes of an attempt, for this target only. `Debug` shows none of them.
#[derive(Clone, PartialEq, Eq)]
pub struct Rendered(Vec<u8>);

impl Rendered {
    /// Bytes that a target made.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Rendered {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Rendered({} bytes)", self.0.len())
    }
}

/// The other side took the record.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Receipt {
    /// The numbers that it gave, by name. They are sealed as soon as they are here.
    pub ids: Vec<(String, String)>,
}

/// What may happen when an attempt with an open outcome is repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// The same bytes under the same reference take effect once: repeat.
    Idempotent,
    /// It could take effect twice: a person decides.
    Blind,
}

/// How much a target takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How many attempts at once.
    pub concurrency: usize,
    /// What may happen on a repeat.
    pub repeat: Repeat,
    /// Whether it can hold a size that is to be completed by hand.
    pub incomplete: bool,
    /// Whether it takes another size, product, provider or start under one id.
    pub in_place: bool,
}

/// Takes the records of one flow. It takes nothing that the gate did not clear.
#[async_trait]
pub trait Target: Send + Sync {
    /// The folder in which it makes files; none unless it does.
    fn writes(&self) -> Option<PathBuf> {
        None
    }

    /// What it takes.
    fn limits(&self) -> Limits;

    /// Makes the exact bytes. It is pure: the same records and stamp give the same bytes.
    ///
    /// # Errors
    /// The field that cannot be written as the template wants.
    fn render(&self, records: &[Cleared<Record>], stamp: &Stamp) -> Result<Rendered, Problem>;

    /// Sends the bytes, and says for each record in them what became of it.
    async fn deliver(&self, rendered: &Rendered) -> Vec<Result<Receipt, Fault>>;
}
