use super::{Form, Line, Template, exact, judged_on};
use crate::code::Code;
use crate::gate::Cleared;
use crate::model::{Problem, Record};
use std::collections::{BTreeMap, BTreeSet};

/// Why a template writes no rows of a table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotFlat {
    /// A line goes into a list.
    #[error("a row holds no list: `{0}`")]
    List(String),
    /// Two lines go to one column.
    #[error("two lines go to the column `{0}`")]
    Twice(String),
}

/// One field of a row. It has no `Debug`: its text may be a person's.
pub struct OutCell<'t> {
    /// The field of the stream that it comes from; empty for a fixed text.
    pub field: &'t str,
    /// The text; `None` where there is nothing to write.
    pub text: Option<String>,
    /// How it is written.
    pub form: Form,
}

impl Template {
    /// The columns of the table that it writes, in the order of the mapping's lines.
    ///
    /// # Errors
    /// The first line that has no place of its own in a row.
    pub fn columns(&self) -> Result<Vec<String>, NotFlat> {
        let mut known = BTreeSet::new();
        let column = |line: &Line| {
            let name = line.to.outer.join(".");
            match (line.to.is_listed(), known.insert(name.clone())) {
                (true, _) => Err(NotFlat::List(name)),
                (false, false) => Err(NotFlat::Twice(name)),
                (false, true) => Ok(name),
            }
        };
        self.lines.iter().map(column).collect()
    }

    /// The row of a record: a field for each of the columns.
    ///
    /// # Errors
    /// As [`Template::body`].
    pub fn row(&self, cleared: &Cleared<Record>) -> Result<Vec<OutCell<'_>>, Problem> {
        if cleared.record().stream() != self.stream {
            return Err(Problem::new("", Code::ValueInvalid));
        }
        let day = judged_on(cleared);
        let texts: BTreeMap<String, String> =
            cleared.values().iter().map(|(name, text)| (name, text.to_owned())).collect();
        let texts = self.sized(texts)?;
        let mut row = Vec::new();
        for line in &self.lines {
            let cell = OutCell { field: line.field(), text: line.text(&texts, cleared, day)?, form: line.form };
            if cell.form == Form::Number && cell.text.as_deref().is_some_and(|text| exact(text).is_none()) {
                return Err(Problem::new(cell.field, Code::ValueInvalid));
            }
            row.push(cell);
        }
        Ok(row)
    }

    /// Whether it reads something of the answer.
    pub fn expects_answer(&self) -> bool {
        !self.receipt.is_empty()
    }
}
