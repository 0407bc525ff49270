use serde::de::{DeserializeOwned, IntoDeserializer};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A mistake in settings, at its position in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingError {
    /// Which bytes of the file.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What would be right, where that can be said.
    pub help: Option<String>,
}

impl SettingError {
    /// A mistake at a position.
    pub fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), help: None }
    }

    /// With what would be right.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// A table of settings that knows where each of its keys and values stands.
#[derive(Debug, Clone)]
pub struct Section<'s> {
    table: DeTable<'s>,
    span: Range<usize>,
}

impl<'s> Section<'s> {
    /// A table and where it stands.
    pub fn new(table: Spanned<DeTable<'s>>) -> Self {
        Self { span: table.span(), table: table.into_inner() }
    }

    /// Where the section stands.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// Takes a key out, with its value.
    pub fn take(&mut self, key: &str) -> Option<Spanned<DeValue<'s>>> {
        self.table.remove(key)
    }

    /// The keys that are left, in the order of the alphabet.
    pub fn keys(&self) -> Vec<String> {
        self.table.keys().map(|key| key.get_ref().to_string()).collect()
    }

    /// Reads the settings, and finds all mistakes at once.
    ///
    /// # Errors
    /// Every unknown key, wrong value and missing key, each where it stands.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Vec<SettingError>> {
        match self.read_some() {
            (Some(settings), errors) if errors.is_empty() => Ok(settings),
            (_, errors) => Err(errors),
        }
    }

    /// Reads what can be read: what is wrong is noted, taken out, and the rest read again. There are settings also
    /// beside mistakes, as long as every key that must be there is right.
    pub fn read_some<T: DeserializeOwned>(&self) -> (Option<T>, Vec<SettingError>) {
        let mut table = self.table.clone();
        let mut errors = Vec::new();
        let mut wrong: Vec<String> = Vec::new();
        let mut absent: Option<Absent> = None;
        loop {
            let error = match T::deserialize(Spanned::new(self.span.clone(), table.clone()).into_deserializer()) {
                Ok(settings) => return (absent.is_none().then_some(settings), errors),
                Err(error) => error,
            };
            let span = error.span().unwrap_or(self.span.clone());
            let message = error.message().trim();
            if span == NOWHERE {
                // It is the stand-in that does not fit: perhaps another kind of value does.
            } else if let Some(key) = message.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
                if !wrong.iter().any(|taken| taken == key) {
                    errors.push(SettingError::new(span.clone(), format!("`{key}` is missing")));
                }
                absent = Some(Absent { holder: span, key: key.to_owned(), tried: 0 });
            } else {
                let (error, meant) = explained(span.clone(), message);
                errors.push(error);
                // A key that was misspelt is not missing as well.
                wrong.extend(meant);
                match remove_at(&mut table, &span) {
                    Some(key) => wrong.push(key),
                    None => return (None, errors),
                }
                continue;
            }
            if !absent.as_mut().is_some_and(|absent| absent.stand_in(&mut table)) {
                return (None, errors);
            }
        }
    }
}

/// Where a value stands that is not in the file.
const NOWHERE: Range<usize> = usize::MAX..usize::MAX;

/// A key that is missing. Serde stops at the first of them; with something in its place it finds the next one.
struct Absent {
    holder: Range<usize>,
    key: String,
    tried: usize,
}

impl Absent {
    /// Puts a value of the next kind in its place; `false` when no kind is left.
    fn stand_in(&mut self, table: &mut DeTable<'_>) -> bool {
        const KINDS: [&str; 5] = ["x = ''", "x = 1", "x = true", "x = {}", "x = []"];
        let kind = KINDS.get(self.tried).and_then(|text| DeTable::parse(text).ok()?.into_inner().remove("x"));
        let Some(value) = kind else { return false };
        self.tried += 1;
        let key = Spanned::new(NOWHERE, self.key.clone().into());
        let value = Spanned::new(NOWHERE, value.into_inner());
        match table_at(table, &self.holder) {
            Some(holder) => holder.insert(key, value),
            None => table.insert(key, value),
        };
        true
    }
}

/// The table within a table that has this span.
fn table_at<'t, 's>(table: &'t mut DeTable<'s>, span: &Range<usize>) -> Option<&'t mut DeTable<'s>> {
    table.iter_mut().find_map(|(_, value)| {
        let found = value.span() == *span;
        match value.get_mut() {
            DeValue::Table(inner) => {
                if found {
                    Some(inner)
                } else {
                    table_at(inner, span)
                }
            }
            _ => None,
        }
    })
}

/// Turns serde's words into ours, with a suggestion for a misspelt key, and gives the key that was meant.
fn explained(span: Range<usize>, message: &str) -> (SettingError, Option<String>) {
    let Some(rest) = message.strip_prefix("unknown field `") else {
        return (SettingError::new(span, message), None);
    };
    let mut quoted = rest.split('`');
    let unknown = quoted.next().unwrap_or_default();
    let known: Vec<&str> = quoted.skip(1).step_by(2).collect();
    let error = SettingError::new(span, format!("no such setting: `{unknown}`"));
    match nearest(unknown, &known) {
        Some(known) => (error.help(format!("did you mean `{known}`?")), Some(known.to_owned())),
        None if known.is_empty() => (error, None),
        None => (error.help(format!("there are: {}", known.join(", "))), None),
    }
}

/// The known name that is most like a misspelt one, if any is like it.
pub fn nearest<'k>(unknown: &str, known: &[&'k str]) -> Option<&'k str> {
    known
        .iter()
        .map(|name| (strsim::jaro_winkler(unknown, name), *name))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, name)| name)
}

/// Takes out the deepest entry that an error points into, and gives its key.
fn remove_at(table: &mut DeTable<'_>, span: &Range<usize>) -> Option<String> {
    let within = |outer: Range<usize>| outer.start <= span.start && span.end <= outer.end;
    let found = table.iter().find(|(key, value)| within(key.span()) || within(value.span()) || touches(value, span));
    let (key, on_key) = found.map(|(key, _)| (key.get_ref().to_string(), within(key.span())))?;
    if !on_key
        && let Some(inner) = table.get_mut(key.as_str()).and_then(|value| match value.get_mut() {
            DeValue::Table(inner) => Some(inner),
            _ => None,
        })
        && let Some(deeper) = remove_at(inner, span)
    {
        return Some(deeper);
    }
    table.remove(key.as_str());
    Some(key)
}

/// Whether a position lies in something within a table: a table's own span covers its header only.
fn touches(value: &Spanned<DeValue<'_>>, span: &Range<usize>) -> bool {
    let DeValue::Table(table) = value.get_ref() else { return false };
    table.iter().any(|(key, value)| {
        [key.span(), value.span()].iter().any(|outer| outer.start <= span.start && span.end <= outer.end)
            || touches(value, span)
    })
}

#[cfg(test)]
mod tests;
