//! What is hardly meant in a mapping, though it runs.

use schakel_api::contract::SettingError;
use schakel_api::mapping::Table;
use schakel_api::model::{Grammar, Stream};
use schakel_api::value::{Law, Scalar, Unit};
use std::collections::BTreeSet;
use std::ops::Range;

/// What the warnings of a mapping must know about what a target's field can hold.
pub(super) struct Held<'a> {
    /// The laws that the link handles.
    pub(super) laws: &'a [Law],
    /// Whether sizes in hours are written in minutes.
    pub(super) hours_as_minutes: bool,
}

/// That a default stands in for codes that a table does not have, in a field that every record needs.
pub(super) fn taken_for_another(stream: Stream, rule: Range<usize>) -> SettingError {
    SettingError::new(rule, "a code that the table does not have is taken for another").help(format!(
        "every {} needs this field, and nobody hears of such codes; `unknown = \"reject\"` tells them",
        stream.as_str()
    ))
}

/// That a field that every record needs always has this value.
pub(super) fn same_for_all(stream: Stream, field: &str, value: Range<usize>) -> SettingError {
    SettingError::new(value, format!("every {} gets the same `{field}`", stream.as_str()))
        .help("write `from` to take it from where the source tells it")
}

/// That a source's table gives what its field does not take; `None` when it takes all of them.
pub(super) fn not_taken(
    field: &str,
    grammar: Grammar,
    table: &Table,
    named: Range<usize>,
    takes: impl Fn(&str) -> bool,
) -> Option<SettingError> {
    // Euro is no unit, and yet it says something: the size is limited by an amount, or the product has no unit.
    let euro = |code: &str| code == "83" && is_unit(field);
    let codes = quoted(table.rows().map(|row| row.to.as_str()).filter(|code| !takes(code) && !euro(code)))?;
    let warning = SettingError::new(named, format!("the table gives what the field does not take: {codes}"));
    Some(warning.help(format!("the field takes: {}", grammar.describe())))
}

/// That a target's table has no row for codes that the field can hold; `None` when it has all of them, or the field
/// takes more than a closed list.
pub(super) fn lacking(
    field: &str,
    grammar: Grammar,
    table: &Table,
    named: Range<usize>,
    held: &Held<'_>,
) -> Option<SettingError> {
    let Grammar::OneOf(codes) = grammar else { return None };
    let can_be_held = |code: &&&str| match **code {
        // A personal budget goes nowhere.
        "pgb" => false,
        // What 3.2 has no code for goes only to a target that has one.
        code if code.starts_with("per-") => false,
        code if field == "law" => held.laws.iter().any(|law| law.text() == code),
        code if is_unit(field) && held.hours_as_minutes => code != Unit::Hour.text(),
        _ => true,
    };
    let has_row = |code: &str| table.rows().any(|row| row.from == code);
    let codes = quoted(codes.iter().filter(can_be_held).copied().filter(|code| !has_row(code)))?;
    let warning = SettingError::new(named, format!("the table has no row for {codes}"));
    Some(warning.help("a record that holds it is rejected; `unknown = \"pass\"` would write it as it is"))
}

fn is_unit(field: &str) -> bool {
    field == "unit" || field.ends_with("size.unit")
}

/// Each once, in the order of the alphabet.
fn quoted<'c>(codes: impl Iterator<Item = &'c str>) -> Option<String> {
    let codes: BTreeSet<&str> = codes.collect();
    let codes: Vec<String> = codes.into_iter().map(|code| format!("`{code}`")).collect();
    (!codes.is_empty()).then(|| codes.join(", "))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use schakel_api::mapping::TableRow;

    fn table(codes: &[(&str, &str)]) -> Table {
        let mut table = Table::default();
        for (from, to) in codes {
            let row = TableRow { from: (*from).into(), to: (*to).into(), valid_from: None, valid_to: None };
            table.add(row).unwrap();
        }
        table
    }

    fn lacks(field: &str, codes: &[(&str, &str)], hours_as_minutes: bool) -> Option<String> {
        let held = Held { laws: &[Law::Wmo], hours_as_minutes };
        let grammar = Stream::Indication.row(field).unwrap().grammar;
        lacking(field, grammar, &table(codes), 0..0, &held).map(|warning| warning.message)
    }

    #[test]
    fn a_target_needs_no_code_for_what_it_never_gets() {
        assert_eq!(lacks("law", &[("wmo", "WMO")], false), None);
        assert_eq!(lacks("delivery-form", &[("zin", "ZIN")], false), None);
        let frequencies = [("1", "d"), ("2", "w"), ("4", "m"), ("6", "t")];
        assert_eq!(lacks("size.frequency", &frequencies, false), None);
        let units = [("01", "m"), ("14", "e"), ("16", "d"), ("82", "s"), ("84", "s")];
        assert_eq!(lacks("size.unit", &units, true), None);
        assert_eq!(lacks("size.unit", &units, false).as_deref(), Some("the table has no row for `04`"));
        assert_eq!(lacks("product.code", &[], false), None, "not a closed list");
    }

    #[test]
    fn euro_and_a_personal_budget_are_no_codes_without_counterpart() {
        let given = |field: &str, codes: &[(&str, &str)]| {
            let grammar = Stream::Indication.row(field).unwrap().grammar;
            not_taken(field, grammar, &table(codes), 0..0, |code| grammar.accepts(code)).map(|warning| warning.message)
        };
        assert_eq!(given("size.unit", &[("uur", "04"), ("euro", "83")]), None);
        assert_eq!(given("delivery-form", &[("ZIN", "zin"), ("PGB", "pgb")]), None);
        let told = given("size.unit", &[("uur", "4"), ("dag", "14"), ("euro", "83")]);
        assert_eq!(told.as_deref(), Some("the table gives what the field does not take: `4`"));
    }
}
