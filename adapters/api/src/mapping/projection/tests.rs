#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;
use proptest::prelude::*;
use serde_json::json;

/// Reads rows at `each` and gives, per row, what stands at each of `fields`: `-` for absent, `*` for not single.
fn rows(each: &[&str], fields: &[&str], json: &str) -> Result<Vec<Vec<String>>, NotJson> {
    let mut projection = Projection::new(each.iter().map(|path| Each::parse(path).unwrap()).collect());
    let enclosing = projection.enclosing();
    let slots: Vec<Slot> =
        fields.iter().map(|path| projection.row(FieldPath::parse(path, enclosing).unwrap())).collect();
    let page = projection.read(json.as_bytes())?;
    Ok(page.rows.iter().map(|row| slots.iter().map(|slot| shown(row.get(*slot))).collect()).collect())
}

fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Absent => "-".to_owned(),
        Cell::NotSingle => "*".to_owned(),
        Cell::Text(text) => text.clone(),
    }
}

/// What stands at `$.v`, written so.
fn value(json: &str) -> String {
    rows(&[], &["$.v"], &format!("{{\"v\": {json}}}")).unwrap()[0][0].clone()
}

#[test]
fn each_row_gives_the_named_values() {
    let json = r#"{"items": [{"id": 1, "client": {"bsn": "x", "naam": "y"}}, {"id": 2}]}"#;
    assert_eq!(
        rows(&["$.items[*]"], &["$.id", "$.client.bsn"], json),
        Ok(vec![vec!["1".into(), "x".into()], vec!["2".into(), "-".into()]])
    );
}

#[test]
fn rows_within_rows_see_the_rows_around_them() {
    let json = r#"{"clients": [
        {"bsn": "A", "plans": [{"id": "P", "lines": [{"id": 1}, {"id": 2}]}, {"id": "Q", "lines": []}]},
        {"bsn": "B", "plans": [{"id": "R", "lines": [{"id": 3}]}]}
    ]}"#;
    let each = ["$.clients[*]", "$.plans[*]", "$.lines[*]"];
    let found = rows(&each, &["$1.bsn", "$2.id", "$.id"], json).unwrap();
    assert_eq!(found, [["A", "P", "1"], ["A", "P", "2"], ["B", "R", "3"]]);
}

#[test]
fn a_page_tells_where_the_next_one_is() {
    let mut projection = Projection::new(vec![Each::parse("$.items[*]").unwrap()]);
    let next = projection.page(Path::parse("$.paging.next").unwrap());
    let page = projection.read(br#"{"items": [1, 2], "paging": {"next": "abc", "size": 2}}"#).unwrap();
    assert_eq!((page.rows.len(), page.get(next).text()), (2, Some("abc")));
    assert_eq!(projection.read(b"{}").unwrap().get(next), &Cell::Absent);
}

#[test]
fn a_list_that_is_missing_is_no_empty_list() {
    let listed = |each: &[&str], json: &str| {
        let projection = Projection::new(each.iter().map(|path| Each::parse(path).unwrap()).collect());
        projection.read(json.as_bytes()).unwrap().listed
    };
    for there in ["{\"items\": []}", "{\"items\": [1]}"] {
        assert!(listed(&["$.items[*]"], there), "{there}");
    }
    for missing in ["{}", "[]", "null", "{\"items\": null}", "{\"items\": {}}", "{\"items\": \"x\"}", "{\"data\": []}"]
    {
        assert!(!listed(&["$.items[*]"], missing), "{missing}");
    }
    assert!(listed(&["$[*]"], "[]") && !listed(&["$[*]"], "{\"items\": []}"));
    assert!(listed(&["$.a.items[*]", "$.lines[*]"], "{\"a\": {\"items\": [{}]}}"), "of the outermost rows");
    assert!(listed(&["$"], "{}") && listed(&["$.one"], "{\"one\": {}}") && !listed(&["$.one"], "{\"one\": null}"));
}

#[test]
fn absent_null_empty_text_and_empty_object_are_one_thing() {
    for json in ["null", "\"\"", "{}", "{ }"] {
        assert_eq!(value(json), "-", "{json}");
    }
    assert_eq!(rows(&[], &["$.v", "$.v.w", "$.v[0]"], "{}").unwrap(), [["-", "-", "-"]]);
    assert_eq!(rows(&[], &["$.v.w"], r#"{"v": "text"}"#).unwrap(), [["-"]]);
    assert_eq!(value("\" \""), " ", "a blank is a text still");
}

#[test]
fn a_list_or_an_object_is_no_single_value() {
    for json in ["[]", "[1]", "{\"a\": 1}", "[[]]", "{\"a\": {}}"] {
        assert_eq!(value(json), "*", "{json}");
    }
    let found = rows(&[], &["$.v", "$.v.a", "$.v.b"], r#"{"v": {"a": 1}}"#).unwrap();
    assert_eq!(found, [["*", "1", "-"]]);
    assert_eq!(rows(&[], &["$.v", "$.v.a"], r#"{"v": {"c": 1}}"#).unwrap(), [["*", "-"]]);
    assert_eq!(rows(&[], &["$.v", "$.v[1]"], r#"{"v": [1, 2.50]}"#).unwrap(), [["*", "2.50"]]);
}

#[test]
fn numbers_are_kept_as_they_were_written() {
    for json in ["0", "-1", "36.50", "1.0", "1e3", "0.1", "18446744073709551616", "12345678901234567890.123456789"] {
        assert_eq!(value(json), json);
        assert_eq!(value(&format!(" {json} ")), json);
    }
    assert_eq!((value("true"), value("false")), ("true".to_owned(), "false".to_owned()));
    assert_eq!(value("\"caf\\u00e9 \\\"x\\\" \\ud83d\\ude00\""), "café \"x\" 😀");
}

#[test]
fn an_index_and_every_may_name_the_same_element() {
    let json = r#"{"a": [{"x": 1, "y": 2}, {"x": 3, "y": 4}]}"#;
    let found = rows(&["$.a[*]"], &["$.x"], json).unwrap();
    assert_eq!(found, [["1"], ["3"]]);
    let mut projection = Projection::new(vec![Each::parse("$.a[*]").unwrap()]);
    let slot = projection.row(FieldPath::parse("$.x", 0).unwrap());
    let first = projection.page(Path::parse("$.a[0].y").unwrap());
    let page = projection.read(json.as_bytes()).unwrap();
    let texts: Vec<_> = page.rows.iter().map(|row| row.get(slot).text()).collect();
    assert_eq!((texts, page.get(first).text()), (vec![Some("1"), Some("3")], Some("2")));
}

#[test]
fn what_no_path_names_is_not_even_decoded() {
    // A lone surrogate is an error where a text is read, and nothing at all where it is skipped.
    let bad = r#""\ud800""#;
    assert_eq!(value(r#""fine""#), "fine");
    assert_eq!(rows(&[], &["$.v"], &format!(r#"{{"v": {bad}}}"#)), Err(NotJson));
    let skipped = format!(r#"{{"w": {bad}, "v": 1, "x": [{bad}], "y": {{"v": {bad}}}}}"#);
    assert_eq!(rows(&[], &["$.v"], &skipped).unwrap(), [["1"]]);
}

#[test]
fn a_huge_or_deep_part_that_no_path_names_does_not_hinder() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let huge = format!("\"{}\"", "x".repeat(1 << 20));
    let json = format!(r#"{{"deep": {deep}, "huge": {huge}, "v": 1, "list": [{huge}, {{"v": 2}}]}}"#);
    assert_eq!(rows(&[], &["$.v", "$.list[1].v", "$.deep"], &json).unwrap(), [["1", "2", "*"]]);
}

#[test]
fn bytes_that_are_no_json_are_refused() {
    for json in ["", "{", "{\"v\": 1", "{\"v\": 1} x", "{\"v\": 01}", "{\"v\": .5}", "{v: 1}", "<xml/>", "{\"v\": nul}"]
    {
        assert_eq!(rows(&[], &["$.v"], json), Err(NotJson), "{json}");
    }
    let projection = Projection::new(Vec::new());
    assert_eq!(projection.read(b"\xff\xfe").map(|page| page.rows.len()), Err(NotJson));
}

#[test]
fn debug_shows_no_value() {
    let mut projection = Projection::new(vec![Each::parse("$[*]").unwrap()]);
    projection.row(FieldPath::parse("$.v", 0).unwrap());
    projection.page(Path::parse("$[0].v").unwrap());
    let page = projection.read(br#"[{"v": "secret-value"}]"#).unwrap();
    assert!(!format!("{page:?}{:#?}", page.rows).contains("secret"));
}

#[test]
fn rows_have_one_content_when_the_values_that_count_are_one() {
    let content = |json: &str| {
        let mut projection = Projection::new(Vec::new());
        let slots = ["$.a", "$.b"].map(|path| projection.row(FieldPath::parse(path, 0).unwrap()));
        projection.row(FieldPath::parse("$.c", 0).unwrap());
        projection.read(json.as_bytes()).unwrap().rows[0].content(slots.into_iter())
    };
    assert_eq!(content(r#"{"a": "1", "b": "2", "c": 3}"#), content(r#"{"b": "2", "a": "1"}"#));
    let pairs =
        [(r#"{"a": "1 1:2"}"#, r#"{"a": "1", "b": "2"}"#), (r#"{"a": "-"}"#, "{}"), (r#"{"a": "*"}"#, r#"{"a": [1]}"#)];
    for (one, other) in pairs {
        assert_ne!(content(one), content(other));
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_are_a_page_or_no_json(bytes in any::<Vec<u8>>(), like in "[\\[\\]{}\":,va0-9.e \\\\-]{0,40}") {
        let mut projection = Projection::new(vec![Each::parse("$.v[*]").unwrap(), Each::parse("$.a").unwrap()]);
        projection.row(FieldPath::parse("$1.v", 1).unwrap());
        projection.row(FieldPath::parse("$[0].a", 1).unwrap());
        projection.page(Path::parse("$.v").unwrap());
        let _ = projection.read(&bytes);
        let is_json = serde_json::from_str::<serde_json::Value>(&like).is_ok();
        // What is skipped is looked at less closely, but nothing well-formed is refused.
        prop_assert!(!is_json || projection.read(like.as_bytes()).is_ok());
    }

    #[test]
    fn texts_are_read_as_they_are(text in any::<String>(), number in any::<i64>()) {
        let json = json!({"v": text, "w": [{"n": number}], "x": text}).to_string();
        let expected = if text.is_empty() { "-".to_owned() } else { text };
        prop_assert_eq!(rows(&[], &["$.v", "$.w[0].n"], &json).unwrap(), vec![vec![expected, number.to_string()]]);
    }
}

/// A projection of these fields, of rows at `each`.
fn projection(each: &str, fields: &[&str]) -> Projection {
    let mut projection = Projection::new(vec![Each::parse(each).unwrap()]);
    for path in fields {
        projection.row(FieldPath::parse(path, 0).unwrap());
    }
    projection
}

#[test]
fn a_row_of_a_table_is_read_by_the_names_of_its_columns() {
    let columns = projection("$[*]", &["$.id", "$['a name']", "$.id"]).columns().unwrap();
    assert_eq!(columns.names().collect::<Vec<_>>(), ["id", "a name", "id"]);
    let header = ["other", "a name", "id", "other"].map(str::to_owned);
    let row = columns.within(&header).unwrap().row(|at| ["no", "", "1", "no"][at].to_owned());
    assert_eq!(row.0.iter().map(shown).collect::<Vec<_>>(), ["1", "-", "1"]);
    assert!(columns.within(&header[..2]).is_none(), "a column is missing");
    assert!(columns.within(&["id", "a name", "id"].map(str::to_owned)).is_none(), "a column is there twice");
}

#[test]
fn what_reads_no_table_has_no_columns() {
    for (each, field) in [("$.items[*]", "$.id"), ("$", "$.id"), ("$[*]", "$.client.bsn"), ("$[*]", "$[0]")] {
        assert!(projection(each, &[field]).columns().is_none(), "{each} {field}");
    }
}

#[test]
fn an_element_is_read_as_if_it_stood_in_a_list() {
    let element = |each: &str, json: &str| {
        let projection = projection(each, &["$.id"]);
        let rows = projection.element(json.as_bytes());
        rows.map(|rows| rows.iter().map(|row| shown(&row.0[0])).collect::<Vec<_>>())
    };
    assert_eq!(element("$[*]", "{\"id\": 1, \"x\": {}}"), Ok(vec!["1".to_owned()]));
    assert_eq!(element("$[*].items[*]", "{\"items\": [{\"id\": 1}, {}]}"), Ok(vec!["1".into(), "-".into()]));
    assert_eq!(element("$.items[*]", "{\"items\": [{\"id\": 1}]}"), Ok(vec![]));
    for json in ["", "{", "{} {}", "{}, {}"] {
        assert_eq!(element("$[*]", json), Err(NotJson), "{json}");
    }
    let is_list = |each, fields| projection(each, fields).is_list();
    assert!(is_list("$[*].items[*]", &["$.id"]) && !is_list("$.items[*]", &["$.id"]) && is_list("$", &[]));
}
