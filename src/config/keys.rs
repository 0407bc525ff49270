use schakel_api::contract::{Section, SettingError, nearest};
use std::ops::Range;
use toml::Spanned;
use toml::de::DeTable;

/// The keys of one kind of table in the settings.
///
/// They are judged before the table is read, so that a key that is there and wrong is never called missing as well.
pub(crate) struct Keys {
    /// Those that it must have.
    pub(crate) required: &'static [&'static str],
    /// Those that it may have.
    pub(crate) optional: &'static [&'static str],
}

impl Keys {
    /// A table without the keys that it should not have, and what is wrong with its keys.
    ///
    /// A key that is unknown and looks like one that is missing is that one misspelt: one mistake, not two.
    pub(crate) fn check<'s>(&self, table: Spanned<DeTable<'s>>) -> (Section<'s>, Vec<SettingError>) {
        let span = table.span();
        let mut table = table.into_inner();
        let known: Vec<&str> = self.required.iter().chain(self.optional).copied().collect();
        let mut misspelt = Vec::new();
        let mut errors = Vec::new();
        let unknown: Vec<(String, Range<usize>)> = table
            .keys()
            .filter(|key| !known.contains(&key.get_ref().as_ref()))
            .map(|key| (key.get_ref().to_string(), key.span()))
            .collect();
        for (name, at) in unknown {
            table.remove(name.as_str());
            misspelt.extend(likeliest(&name, &known));
            errors.push(suggested(SettingError::new(at, format!("no such setting: `{name}`")), &name, &known));
        }
        for name in self.required {
            if !table.contains_key(*name) && !misspelt.contains(name) {
                errors.push(SettingError::new(span.clone(), format!("`{name}` is missing")));
            }
        }
        (Section::new(Spanned::new(span, table)), errors)
    }
}

/// With the known name that is most like a misspelt one, or all that there are.
pub(crate) fn suggested(error: SettingError, misspelt: &str, known: &[&str]) -> SettingError {
    match likeliest(misspelt, known) {
        Some(name) => error.help(format!("did you mean `{name}`?")),
        None if known.is_empty() => error,
        None => error.help(format!("there are: {}", known.join(", "))),
    }
}

/// The known name that somebody meant: of those that are alike, the one with the fewest slips of the pen between.
pub(crate) fn likeliest<'k>(misspelt: &str, known: &[&'k str]) -> Option<&'k str> {
    let slips = |name: &str| strsim::osa_distance(misspelt, name);
    // Of short names likeness says little: one slip in three letters is much.
    let alike = known.iter().copied().filter(|name| slips(name) <= 1 || nearest(misspelt, &[name]).is_some());
    alike.min_by_key(|name| slips(name))
}
