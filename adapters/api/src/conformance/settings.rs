//! Checks of what an adapter says about itself and of the settings it takes.

use super::{Subject, with_section, words};
use crate::contract::SettingError;
use schemars::Schema;
use serde_json::Value;

/// A name in kebab-case, one sentence, and a schema for everything that can be set.
pub(super) fn describes_itself(subject: &Subject<'_>) -> Result<(), String> {
    let (name, about, schemas) = (subject.adapter.name(), subject.adapter.about(), subject.adapter.schemas());
    let kebab =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    if !name.split('-').all(kebab) {
        return Err(format!("the name `{name}` is not in kebab-case"));
    }
    let sentence = about.strip_suffix('.').filter(|sentence| !sentence.contains(". ") && !sentence.contains('\n'));
    if !sentence.is_some_and(|sentence| sentence.starts_with(char::is_uppercase)) {
        return Err("what it is about must be one sentence, with a capital and a full stop".to_owned());
    }
    let has = [("source", schemas.source.is_some(), subject.source.is_some())];
    let has = has.into_iter().chain([("target", schemas.target.is_some(), subject.target.is_some())]);
    for (what, described, tried) in has {
        if described != tried {
            return Err(format!("it has a schema of a {what} or the subject has a case for one, but not both"));
        }
    }
    let all =
        [("system", Some(&schemas.system)), ("source", schemas.source.as_ref()), ("target", schemas.target.as_ref())];
    for (what, schema) in all {
        if let Some(open) = schema.and_then(open_table) {
            return Err(format!("the {what}'s schema takes unknown keys in {open}"));
        }
    }
    Ok(())
}

/// The first table of a schema that takes unknown keys, if there is one.
fn open_table(schema: &Schema) -> Option<String> {
    fn look(at: &str, schema: &Value) -> Option<String> {
        let is_table = schema.get("type").and_then(Value::as_str) == Some("object");
        if is_table && schema.get("additionalProperties") != Some(&Value::Bool(false)) {
            return Some(at.to_owned());
        }
        let inner = ["properties", "$defs"].into_iter().filter_map(|key| schema.get(key)?.as_object());
        inner.flatten().find_map(|(name, inner)| look(&format!("`{name}`"), inner))
    }
    look("the section itself", schema.as_value())
}

/// The key that nobody has.
const MISSPELT: &str = "misspelt-by-conformance";

/// A misspelt key is a mistake in every section, and the mistake stands at the key.
pub(super) fn refuses_unknown(subject: &Subject<'_>) -> Result<(), String> {
    let with_mistake = |text: &str| format!("{MISSPELT} = true\n{text}");
    let opened = with_section(&with_mistake(&subject.system), |section| {
        subject.adapter.open(section, subject.opening.clone()).err()
    })?;
    points_at_it("system", opened)?;
    let system = subject.open()?;
    if let Some(case) = &subject.source {
        let errors = with_section(&with_mistake(&case.section), |section| {
            system.source(case.stream, section, case.projection.clone()).err()
        })?;
        points_at_it("source", errors)?;
    }
    if let Some(case) = &subject.target {
        let errors = with_section(&with_mistake(&case.section), |section| {
            system.target(case.stream, section, case.template.clone()).err()
        })?;
        points_at_it("target", errors)?;
    }
    Ok(())
}

fn points_at_it(what: &str, errors: Option<Vec<SettingError>>) -> Result<(), String> {
    let errors = errors.ok_or_else(|| format!("a misspelt key in the {what}'s settings is taken"))?;
    match errors.iter().any(|error| error.span == (0..MISSPELT.len())) {
        true => Ok(()),
        false => Err(format!("a misspelt key in the {what}'s settings is not pointed at: {}", words(&errors))),
    }
}
