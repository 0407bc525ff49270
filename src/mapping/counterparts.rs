use schakel_api::mapping::Table;
use schakel_api::model::Grammar;
use schakel_api::value::{Law, Scalar, Unit};
use std::collections::BTreeSet;

/// What the warnings of a mapping must know about what a target's field can hold.
pub(super) struct Held<'a> {
    /// The laws that the link handles.
    pub(super) laws: &'a [Law],
    /// Whether sizes in hours are written in minutes.
    pub(super) hours_as_minutes: bool,
}

/// The outcomes of a source's table that its field does not take, quoted; `None` when it takes all of them.
pub(super) fn not_taken(field: &str, table: &Table, takes: impl Fn(&str) -> bool) -> Option<String> {
    // Euro is no unit, and yet it says something: the size is limited by an amount, or the product has no unit.
    let euro = |code: &str| code == "83" && is_unit(field);
    quoted(table.rows().map(|row| row.to.as_str()).filter(|code| !takes(code) && !euro(code)))
}

/// The codes that a target's field can hold and its table has no row for, quoted; `None` when it has all of them, or
/// the field takes more than a closed list.
pub(super) fn lacking(field: &str, grammar: Grammar, table: &Table, held: &Held<'_>) -> Option<String> {
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
    quoted(codes.iter().filter(can_be_held).copied().filter(|code| !has_row(code)))
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
