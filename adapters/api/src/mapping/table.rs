use crate::value::Date;
use std::collections::HashMap;

/// What to do with a code that a table does not have.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum UnknownCode {
    /// Stop the record.
    #[default]
    Reject,
    /// Take the code as it is.
    Pass,
    /// Take this instead.
    Value(String),
}

/// One row of a code table: a code, what it becomes, and the days on which that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRow {
    /// The code as the mapping meets it.
    pub from: String,
    /// What it becomes.
    pub to: String,
    /// The first day; `None` is always.
    pub valid_from: Option<Date>,
    /// The last day; `None` is for ever.
    pub valid_to: Option<Date>,
}

impl TableRow {
    fn counts_on(&self, day: Option<Date>) -> bool {
        match day {
            Some(day) => self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| day <= to),
            None => self.valid_from.is_none() && self.valid_to.is_none(),
        }
    }

    /// Whether some day lies in both rows' validity.
    fn overlaps(&self, other: &Self) -> bool {
        let begins = |row: &Self, end: Option<Date>| match (row.valid_from, end) {
            (Some(from), Some(end)) => from <= end,
            _ => true,
        };
        begins(self, other.valid_to) && begins(other, self.valid_to)
    }
}

/// A code table with validity.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table(HashMap<String, Vec<TableRow>>);

impl Table {
    /// Adds a row, and says whether another row says the same about its code on some of its days.
    ///
    /// # Errors
    /// The row again, when another row says something else about the same code on the same day.
    pub fn add(&mut self, row: TableRow) -> Result<bool, TableRow> {
        let rows = self.0.entry(row.from.clone()).or_default();
        let same_days = |other: &&TableRow| other.overlaps(&row);
        if rows.iter().filter(same_days).any(|other| other.to != row.to) {
            return Err(row);
        }
        let repeats = rows.iter().any(|other| same_days(&other));
        rows.push(row);
        Ok(repeats)
    }

    /// The rows, those of a code in the order in which they came.
    pub fn rows(&self) -> impl Iterator<Item = &TableRow> {
        self.0.values().flatten()
    }

    /// What a code becomes on a day; without a day only what always counts.
    pub fn get(&self, code: &str, day: Option<Date>) -> Option<&str> {
        let rows = self.0.get(code)?;
        rows.iter().find(|row| row.counts_on(day)).map(|row| row.to.as_str())
    }
}

#[cfg(test)]
mod tests;
