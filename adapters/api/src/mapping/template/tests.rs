#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;
use crate::gate::{Withheld, clear};
use crate::mapping::TableRow;
use crate::testing::{cleared, context, plain, record_with, texts};
use crate::value::Version;
use serde_json::json;

fn field(name: &str) -> Source {
    Source::Field(name.to_owned())
}

fn line(to: &str, from: Source) -> Line {
    let to = OutPath::parse(to).unwrap();
    Line { to, from, form: Form::Text, null: false, scheme: None, table: None }
}

/// The body of a plain record with some changes.
fn body(stream: Stream, lines: Vec<Line>, changes: &[(&str, &str)]) -> Result<Value, Problem> {
    Template::new(stream, lines, false).body(&cleared(&record_with(stream, changes)))
}

#[test]
fn names_with_dots_make_objects_within_objects() {
    let lines = vec![
        line("client.bsn", field("bsn")),
        line("product.soort.categorie", field("product.category")),
        line("product.soort.code", field("product.code")),
        line("bron", Source::Fixed("regie".into())),
        line("sleutel", Source::Key),
        line("versie", Source::Version),
    ];
    let expected = json!({
        "client": {"bsn": "999900006"},
        "product": {"soort": {"categorie": "02", "code": "02A03"}},
        "bron": "regie", "sleutel": "key-1", "versie": "7",
    });
    assert_eq!(body(Stream::Indication, lines, &[]), Ok(expected));
}

#[test]
fn out_paths_are_names_and_at_most_one_list() {
    for text in ["a", "a.b.c", "a[].b", "a.b[].c.d"] {
        assert_eq!(OutPath::parse(text).map(|path| path.is_listed()), Some(text.contains("[]")), "{text}");
    }
    for text in ["", ".a", "a.", "a..b", "a[]", "[].a", "a[].b[].c", "a[].b[]", "a.[].b", "a[]b"] {
        assert_eq!(OutPath::parse(text), None, "{text}");
    }
}

#[test]
fn the_parts_of_a_request_become_a_list() {
    let mut values = plain(Stream::Request);
    values.push_part(texts(&[
        ("kind", "new"),
        ("product.category", "03"),
        ("size.volume", "2"),
        ("size.unit", "04"),
        ("size.frequency", "4"),
    ]));
    let record = Record::read(Stream::Request, &values).unwrap();
    let lines = vec![
        line("ref", field("reference")),
        line("regels[].product.categorie", field("parts[].product.category")),
        line("regels[].minuten", field("parts[].size.volume")),
        line("regels[].aanvrager", field("provider")),
    ];
    let body = Template::new(Stream::Request, lines, true).body(&cleared(&record)).unwrap();
    let expected = json!([{"product": {"categorie": "02"}}, {"product": {"categorie": "03"}, "minuten": "120"}]);
    assert_eq!(body, json!({"ref": "REQ-1", "regels": expected}));
}

#[test]
fn an_absent_value_is_left_out_or_null_as_the_line_says() {
    let null = Line { null: true, ..line("a", field("decision.number")) };
    assert_eq!(body(Stream::Indication, vec![null, line("b", field("decision.number"))], &[]), Ok(json!({"a": null})));
}

#[test]
fn a_number_is_written_as_it_is_or_not_at_all() {
    let number = |name: &str| vec![Line { form: Form::Number, ..line("n", field(name)) }];
    assert_eq!(body(Stream::Indication, number("size.volume"), &[]), Ok(json!({"n": 3})));
    for (id, written) in
        [("18446744073709551615", true), ("18446744073709551616", false), ("007", false), ("1e5", false), ("x", false)]
    {
        let body = body(Stream::Indication, number("id"), &[("id", id)]);
        match written {
            true => assert_eq!(body.map(|body| body.to_string()), Ok(format!("{{\"n\":{id}}}"))),
            false => assert_eq!(body, Err(Problem::new("id", Code::ValueInvalid)), "{id}"),
        }
    }
}

#[test]
fn two_lines_for_one_place_are_an_error_and_no_silent_loss() {
    for paths in [["a", "a.b"], ["a.b", "a"], ["a", "a"]] {
        let lines = paths.iter().map(|path| line(path, field("law"))).collect();
        assert_eq!(body(Stream::Start, lines, &[]), Err(Problem::new("law", Code::ValueInvalid)), "{paths:?}");
    }
    let lines = vec![line("a", field("law")), line("a[].b", field("parts[].kind"))];
    assert_eq!(body(Stream::Request, lines, &[]), Err(Problem::new("parts", Code::ValueInvalid)));
}

#[test]
fn a_provider_is_written_in_the_wanted_scheme_only() {
    let lines = || vec![Line { scheme: Some(Scheme::Agb), ..line("agb", field("provider")) }];
    assert_eq!(body(Stream::Start, lines(), &[]), Ok(json!({"agb": "12345678"})));
    let other = body(Stream::Start, lines(), &[("provider", "kvk:12345678")]);
    assert_eq!(other, Err(Problem::new("provider", Code::SchemeUnwanted)));
}

#[test]
fn hours_are_written_in_minutes_exactly() {
    let minutes = |changes: &[(&str, &str)]| {
        let lines = vec![line("n", field("size.volume")), line("u", field("size.unit"))];
        Template::new(Stream::Indication, lines, true).body(&cleared(&record_with(Stream::Indication, changes)))
    };
    assert_eq!(minutes(&[]), Ok(json!({"n": "180", "u": "01"})));
    assert_eq!(minutes(&[("size.unit", "82")]), Ok(json!({"n": "3", "u": "82"})));
    assert_eq!(minutes(&[("size.volume", "1666666")]), Ok(json!({"n": "99999960", "u": "01"})));
    let outgrown = minutes(&[("size.volume", "1666667")]);
    assert_eq!(outgrown, Err(Problem::new("size.volume", Code::ConversionInexact)));
}

/// A line of the product's code through a table that knows `02A03` in 2026 only.
fn coded(to: &str, name: &str, unknown: UnknownCode) -> Line {
    let mut table = Table::default();
    let [valid_from, valid_to] = ["2026-01-01", "2026-12-31"].map(|text| date(text).ok());
    table.add(TableRow { from: "02A03".into(), to: "HH".into(), valid_from, valid_to }).unwrap();
    Line { table: Some((Arc::new(table), unknown)), ..line(to, field(name)) }
}

#[test]
fn a_table_is_judged_on_the_first_day_of_the_record() {
    let code = |start, unknown| body(Stream::Start, vec![coded("c", "product.code", unknown)], &[("start", start)]);
    assert_eq!(code("2026-12-31", UnknownCode::Reject), Ok(json!({"c": "HH"})));
    let unknown = Err(Problem::new("product.code", Code::CodeUnknown));
    assert_eq!(code("2027-01-01", UnknownCode::Reject), unknown);
    assert_eq!(code("2027-01-01", UnknownCode::Pass), Ok(json!({"c": "02A03"})));
    assert_eq!(code("2027-01-01", UnknownCode::Value("?".into())), Ok(json!({"c": "?"})));
}

#[test]
fn a_habit_of_front_offices_goes_to_a_target_that_has_it_too() {
    let frequency = |line| body(Stream::Assignment, vec![line], &[("size.frequency", "per-four-weeks")]);
    let plain = frequency(line("f", field("size.frequency")));
    assert_eq!(plain, Err(Problem::new("size.frequency", Code::ConversionInexact)));
    let mut table = Table::default();
    let always = TableRow { from: "per-four-weeks".into(), to: "4W".into(), valid_from: None, valid_to: None };
    table.add(always).unwrap();
    let table = Some((Arc::new(table), UnknownCode::Reject));
    let mapped = frequency(Line { table, ..line("f", field("size.frequency")) });
    assert_eq!(mapped, Ok(json!({"f": "4W"})));
}

#[test]
fn a_part_is_judged_on_its_own_first_day() {
    let part = |start| {
        let mut values = plain(Stream::Request);
        values.push_part(texts(&[
            ("kind", "new"),
            ("product.category", "02"),
            ("product.code", "02A03"),
            ("start", start),
        ]));
        let record = Record::read(Stream::Request, &values).unwrap();
        let lines = vec![coded("r[].c", "parts[].product.code", UnknownCode::Reject)];
        Template::new(Stream::Request, lines, false).body(&cleared(&record))
    };
    assert_eq!(part("2026-02-01"), Ok(json!({"r": [{}, {"c": "HH"}]})));
    assert_eq!(part("2025-02-01"), Err(Problem::new("parts[].product.code", Code::CodeUnknown)));
}

#[test]
fn a_record_of_another_stream_is_not_written() {
    let template = Template::new(Stream::Stop, vec![line("law", field("law"))], false);
    let body = template.body(&cleared(&record_with(Stream::Start, &[])));
    assert_eq!(body, Err(Problem::new("", Code::ValueInvalid)));
}

#[test]
fn the_version_goes_out_as_the_source_wrote_it() {
    let moment = crate::value::moment("2026-01-02T09:00:00+01:00").unwrap();
    let version = Version::at(crate::value::VersionKind::Changed, moment, "2026-01-02 09:00");
    let withheld = Withheld::default();
    let context = context(&withheld);
    let cleared = clear(&record_with(Stream::Start, &[]), &version, &context).unwrap();
    let template = Template::new(Stream::Start, vec![line("v", Source::Version)], false);
    assert_eq!(template.body(&cleared), Ok(json!({"v": "2026-01-02 09:00"})));
}

#[test]
fn an_answer_gives_the_named_numbers_and_nothing_else() {
    let path = |text| Path::parse(text).unwrap();
    let template = Template::new(Stream::Indication, Vec::new(), false)
        .with_receipt("number", path("$.toewijzing.nummer"))
        .with_receipt("other", path("$.andere"));
    let ids = |answer: &[u8]| template.receipt(answer).ids;
    let number = vec![("number".to_owned(), "300201".to_owned())];
    assert_eq!(ids(br#"{"toewijzing": {"nummer": 300201, "naam": "x"}}"#), number);
    for answer in [&b""[..], b"<html>", b"[]", br#"{"toewijzing": {"nummer": []}}"#] {
        assert_eq!(ids(answer), Vec::new());
    }
}

#[test]
fn a_row_has_the_columns_of_the_lines_in_their_order() {
    let number = Line { form: Form::Number, ..line("omvang.volume", field("size.volume")) };
    let lines = vec![line("versie", Source::Version), number, line("besluit", field("decision.number"))];
    let template = Template::new(Stream::Indication, lines, false);
    assert_eq!(template.columns(), Ok(vec!["versie".into(), "omvang.volume".into(), "besluit".into()]));
    let cleared = cleared(&record_with(Stream::Indication, &[]));
    let row = template.row(&cleared).unwrap();
    let shown: Vec<_> = row.iter().map(|cell| (cell.field, cell.text.as_deref(), cell.form)).collect();
    let expected = [
        ("version", Some("7"), Form::Text),
        ("size.volume", Some("3"), Form::Number),
        ("decision.number", None, Form::Text),
    ];
    assert_eq!(shown, expected);
}

#[test]
fn a_row_that_cannot_be_written_names_the_field() {
    let number = Line { form: Form::Number, ..line("nummer", field("id")) };
    let template = Template::new(Stream::Indication, vec![number], false);
    let error = template.row(&cleared(&record_with(Stream::Indication, &[]))).err();
    assert_eq!(error, Some(Problem::new("id", Code::ValueInvalid)));
    let error = template.row(&cleared(&record_with(Stream::Start, &[]))).err();
    assert_eq!(error, Some(Problem::new("", Code::ValueInvalid)));
}

#[test]
fn a_row_has_no_list_and_no_column_twice() {
    let columns = |lines| Template::new(Stream::Request, lines, false).columns();
    let listed = columns(vec![line("regels[].soort", field("parts[].kind"))]);
    assert_eq!(listed, Err(NotFlat::List("regels".to_owned())));
    let twice = columns(vec![line("a.b", field("reference")), line("a.b", field("kind"))]);
    assert_eq!(twice, Err(NotFlat::Twice("a.b".to_owned())));
}
