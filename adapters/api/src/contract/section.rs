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
        let mut removed: Vec<String> = Vec::new();
        loop {
            let error = match T::deserialize(Spanned::new(self.span.clone(), table.clone()).into_deserializer()) {
                Ok(settings) => return (Some(settings), errors),
                Err(error) => error,
            };
            let message = error.message().trim().to_owned();
            if let Some(key) = message.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
                if !removed.iter().any(|taken| taken == key) {
                    let span = error.span().unwrap_or(self.span.clone());
                    errors.push(SettingError::new(span, format!("`{key}` is missing")));
                }
                return (None, errors);
            }
            let span = error.span().unwrap_or(self.span.clone());
            errors.push(explained(span.clone(), &message));
            match remove_at(&mut table, &span) {
                Some(key) => removed.push(key),
                None => return (None, errors),
            }
        }
    }
}

/// Turns serde's words into ours, with a suggestion for a misspelt key.
fn explained(span: Range<usize>, message: &str) -> SettingError {
    let Some(rest) = message.strip_prefix("unknown field `") else {
        return SettingError::new(span, message);
    };
    let mut quoted = rest.split('`');
    let unknown = quoted.next().unwrap_or_default();
    let known: Vec<&str> = quoted.skip(1).step_by(2).collect();
    let error = SettingError::new(span, format!("no such setting: `{unknown}`"));
    match nearest(unknown, &known) {
        Some(known) => error.help(format!("did you mean `{known}`?")),
        None if known.is_empty() => error,
        None => error.help(format!("there are: {}", known.join(", "))),
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
