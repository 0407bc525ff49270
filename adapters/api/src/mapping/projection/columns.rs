use super::{Cell, Projection, Row};
use crate::mapping::path::Step;

/// The columns of a table that a projection names. The rows of a table are read without making JSON of them first.
#[derive(Debug, Clone)]
pub struct Columns(Vec<String>);

/// Where the named columns are in one table.
#[derive(Debug, Clone)]
pub struct Picked(Vec<usize>);

impl Projection {
    /// The columns, when this is a projection of a table: its rows are at `$[*]`, and every path names a column
    /// (`$.column`).
    ///
    /// Returns `None` for any other.
    pub fn columns(&self) -> Option<Columns> {
        // One that names nothing reads any table.
        let is_table = self.fields.is_empty() || (self.each.len() == 1 && self.each[0].0 == [Step::Every]);
        let names = self.fields.iter().map(|field| match field.path.0.as_slice() {
            [Step::Name(name)] => Some(name.clone()),
            _ => None,
        });
        names.collect::<Option<_>>().filter(|_| is_table).map(Columns)
    }
}

impl Columns {
    /// The names, in no order and perhaps more than once.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Finds the columns in a header.
    ///
    /// Returns `None` when one is not there, or twice: then it cannot be known which value counts.
    pub fn within(&self, header: &[String]) -> Option<Picked> {
        let find = |name: &String| {
            let mut found = header.iter().enumerate().filter(|(_, column)| *column == name).map(|(at, _)| at);
            found.next().filter(|_| found.next().is_none())
        };
        self.0.iter().map(find).collect::<Option<_>>().map(Picked)
    }
}

impl Picked {
    /// The row of which `text` gives the text of a column, by its number from 0. What is not asked for stays unread.
    pub fn row(&self, text: impl Fn(usize) -> String) -> Row {
        let cell = |at: &usize| match text(*at) {
            text if text.is_empty() => Cell::Absent,
            text => Cell::Text(text),
        };
        Row(self.0.iter().map(cell).collect())
    }
}
