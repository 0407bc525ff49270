#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;
use crate::value::date;

fn row(from: &str, to: &str, valid_from: &str, valid_to: &str) -> TableRow {
    let day = |text| date(text).ok();
    TableRow { from: from.to_owned(), to: to.to_owned(), valid_from: day(valid_from), valid_to: day(valid_to) }
}

fn table(rows: &[TableRow]) -> Table {
    let mut table = Table::default();
    for row in rows {
        table.add(row.clone()).unwrap();
    }
    table
}

#[test]
fn a_code_becomes_what_counts_on_the_day() {
    let table =
        table(&[row("a", "old", "", "2025-12-31"), row("a", "new", "2026-01-01", ""), row("b", "always", "", "")]);
    let get = |code, day| table.get(code, date(day).ok());
    assert_eq!(get("a", "2025-12-31"), Some("old"));
    assert_eq!(get("a", "2026-01-01"), Some("new"));
    assert_eq!(get("b", "1999-01-01"), Some("always"));
    assert_eq!(get("c", "2026-01-01"), None);
    assert_eq!(get("A", "2026-01-01"), None);
}

#[test]
fn between_two_periods_and_outside_one_a_code_is_unknown() {
    let table = table(&[row("a", "one", "2024-01-01", "2024-12-31"), row("a", "two", "2026-01-01", "2026-12-31")]);
    for day in ["2023-12-31", "2025-06-01", "2027-01-01"] {
        assert_eq!(table.get("a", date(day).ok()), None, "{day}");
    }
}

#[test]
fn without_a_day_only_what_always_counts_is_known() {
    let table = table(&[row("a", "dated", "2026-01-01", ""), row("b", "always", "", "")]);
    assert_eq!((table.get("a", None), table.get("b", None)), (None, Some("always")));
}

#[test]
fn two_rows_that_say_two_things_on_one_day_are_refused() {
    let periods =
        [("", ""), ("2026-01-01", ""), ("", "2026-01-01"), ("2026-01-01", "2026-01-01"), ("2025-01-01", "2026-06-30")];
    for (one, other) in periods.iter().flat_map(|one| periods.iter().map(move |other| (one, other))) {
        let mut table = Table::default();
        table.add(row("a", "one", one.0, one.1)).unwrap();
        let second = row("a", "other", other.0, other.1);
        assert_eq!(table.add(second.clone()), Err(second), "{one:?} and {other:?}");
        assert_eq!(table.get("a", date("2026-01-01").ok()), Some("one"));
        assert_eq!(table.add(row("b", "another code", "", "")), Ok(false));
    }
}

#[test]
fn periods_that_touch_do_not_overlap() {
    let mut table = table(&[row("a", "middle", "2026-01-01", "2026-12-31")]);
    assert_eq!(table.add(row("a", "before", "", "2025-12-31")), Ok(false));
    assert_eq!(table.add(row("a", "after", "2027-01-01", "")), Ok(false));
}

#[test]
fn a_row_that_says_again_what_counts_already_is_told_apart() {
    let mut table = table(&[row("a", "one", "2026-01-01", "2026-12-31")]);
    assert_eq!(table.add(row("a", "one", "2026-12-31", "")), Ok(true));
    assert_eq!(table.get("a", date("2027-01-01").ok()), Some("one"));
    assert_eq!(table.add(row("a", "one", "", "2025-12-31")), Ok(false));
}
