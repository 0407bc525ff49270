#![allow(clippy::unwrap_used)]

use super::super::testing::pointed;
use super::*;
use proptest::prelude::*;

const HEAD: &str = "from;to;valid-from;valid-to\n";

fn day(text: &str) -> Option<Date> {
    date(text).ok()
}

/// Where the mistakes in a table are, and what they are.
fn mistakes(text: &str) -> Vec<(&str, String)> {
    read_table(text).err().unwrap_or_default().iter().map(|error| pointed(text, error)).collect()
}

/// Checks the mistakes in rows below the header.
fn check(rows: &str, expected: &[(&str, &str)]) {
    let text = format!("{HEAD}{rows}");
    let expected: Vec<(&str, String)> = expected.iter().map(|(at, message)| (*at, (*message).to_owned())).collect();
    assert_eq!(mistakes(&text), expected, "{text}");
}

#[test]
fn a_row_counts_from_its_first_day_to_its_last() {
    let table = read_table(&format!("{HEAD}uur;04;2025-01-01;2025-12-31\nuur;01;2026-01-01;\nstuk;84;;\n")).unwrap().0;
    for (on, code) in [
        ("2024-12-31", None),
        ("2025-01-01", Some("04")),
        ("2025-12-31", Some("04")),
        ("2026-01-01", Some("01")),
        ("2999-01-01", Some("01")),
    ] {
        assert_eq!(table.get("uur", day(on)), code, "{on}");
    }
    assert_eq!((table.get("uur", None), table.get("stuk", None)), (None, Some("84")));
}

#[test]
fn white_space_line_ends_and_quote_marks_do_not_count() {
    let table = read_table("from;to;valid-from;valid-to\r\n uur ;\t04;;\r\n\r\n\"per; week\";2;;\r\n").unwrap().0;
    assert_eq!((table.get("uur", None), table.get("per; week", None)), (Some("04"), Some("2")));
}

#[test]
fn what_is_wrong_in_a_row_is_pointed_at() {
    check("uur;04\n", &[("uur;04", "a row has four fields, this one has 2")]);
    check("uur;04;;;\n", &[("uur;04;;;", "a row has four fields, this one has 5")]);
    check("uur; 04;01-02-2026;\n", &[("01-02-2026", "valid-from is no date: write yyyy-mm-dd")]);
    check("uur;04;;2026-02-30 \n", &[("2026-02-30", "valid-to is no date: write yyyy-mm-dd")]);
    check("uur;04;2026-02-01;2026-01-31\n", &[("2026-01-31", "valid-to lies before valid-from")]);
    check("uur;;;\n", &[("", "a row needs both codes")]);
    check("\"uur\";04;x;\n", &[("\"uur\";04;x;", "valid-from is no date: write yyyy-mm-dd")]);
}

#[test]
fn rows_that_say_two_things_on_one_day_are_wrong() {
    let twice = "another row says something else about this code on the same days";
    check("uur;04;;2026-01-31\nuur;01;2026-01-31;\n", &[("uur", twice)]);
    check("uur;04;;\nuur;01;;\n", &[("uur", twice)]);
    check("uur;04;;2026-01-31\nuur;01;2026-02-01;\nstuk;04;;\n", &[]);
}

/// Where the warnings about rows below the header are, and what they say.
fn warnings(rows: &str) -> Vec<(String, String)> {
    let text = format!("{HEAD}{rows}");
    let warnings = read_table(&text).unwrap().1;
    warnings.iter().map(|warning| pointed(&text, warning)).map(|(at, told)| (at.to_owned(), told)).collect()
}

#[test]
fn rows_that_say_one_thing_twice_are_hardly_meant() {
    let twice = ("uur".to_owned(), "another row says the same about this code on these days".to_owned());
    assert_eq!(warnings("uur;04;;\nuur;04;;\nuur;04;2026-01-01;\n"), [twice.clone(), twice.clone()]);
    assert_eq!(warnings("uur;04;;2026-01-31\nuur;04;2026-01-31;\n"), [twice]);
    assert_eq!(warnings("uur;04;;2026-01-31\nuur;04;2026-02-01;\n"), []);
}

#[test]
fn days_that_no_row_of_a_code_covers_are_told_where_the_next_one_begins() {
    let gap = |at: &str, days: &str| (at.to_owned(), format!("no row covers this code from {days}"));
    let rows = "uur;04;2026-03-01;\nuur;04;;2025-12-31\nstuk;84;2026-06-01;\n";
    assert_eq!(warnings(rows), [gap("2026-03-01", "2026-01-01 to 2026-02-28")]);
    // A row that lies within another one leaves no gap.
    let rows = "uur;04;2024-01-01;2025-12-31\nuur;04;2024-02-01;2024-02-28\nuur;04;2026-01-02;\n";
    assert_eq!(warnings(rows)[1..], [gap("2026-01-02", "2026-01-01 to 2026-01-01")]);
}

#[test]
fn every_row_that_is_wrong_is_named() {
    check(
        "a;1\r\n\r\nb;2;;\r\nc;3;x;\r\n",
        &[("a;1", "a row has four fields, this one has 2"), ("x", "valid-from is no date: write yyyy-mm-dd")],
    );
}

#[test]
fn a_table_starts_with_its_header() {
    let missing = "a code table starts with its header".to_owned();
    assert_eq!(mistakes(""), [("", missing.clone())]);
    assert_eq!(mistakes("\n"), [("", missing.clone())]);
    assert_eq!(mistakes("uur;04;;\nstuk;84;;\n"), [("uur;04;;", missing.clone())]);
    let help = read_table("").unwrap_err().remove(0).help;
    assert_eq!(help.as_deref(), Some("its first line is `from;to;valid-from;valid-to`"));
    // Another delimiter is one mistake.
    assert_eq!(
        mistakes("from,to,valid-from,valid-to\nuur,04,,\nstuk,84,,\n"),
        [("from,to,valid-from,valid-to", missing)]
    );
}

proptest! {
    #[test]
    fn any_text_is_a_table_or_mistakes_within_it(text in any::<String>(), rows in "[ab;\"\r\n é0-9-]{0,60}") {
        for text in [text, format!("{HEAD}{rows}")] {
            for error in read_table(&text).err().unwrap_or_default() {
                prop_assert!(text.get(error.span.clone()).is_some(), "{:?}", error);
            }
        }
    }
}
