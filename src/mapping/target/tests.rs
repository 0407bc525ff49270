#![allow(clippy::unwrap_used)]

use super::super::testing::{Installed, PERSON};
use super::*;
use schakel_api::code::Code;
use schakel_api::gate::{Context, Environment, Withheld, clear};
use schakel_api::model::{Record, Values};
use schakel_api::value::{Law, Version};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const STATES: &str = "from;to;valid-from;valid-to\nin-force;actief;2026-01-01;\nin-force;lopend;;2025-12-31\n";

fn compiled(stream: Stream, body: &str) -> (Option<Template>, Vec<String>) {
    let text = format!("stream = \"{}\"\n{body}", stream.as_str());
    let mut installed = Installed::with(&[("m.toml", &text), ("states.csv", STATES)]);
    let file = installed.file("m.toml");
    let template = target_mapping(&mut installed.files, &file, Some(stream), &[Law::Wmo]);
    (template, installed.mistakes())
}

fn mistakes(body: &str) -> Vec<String> {
    compiled(Stream::Indication, body).1
}

/// What a mapping without mistakes writes of a record with these texts and parts.
fn body(
    stream: Stream,
    mapping: &str,
    texts: &[(&str, &str)],
    parts: &[&[(&str, &str)]],
) -> Result<Value, (String, Code)> {
    let (template, mistakes) = compiled(stream, mapping);
    assert_eq!(mistakes, Vec::<String>::new());
    let mut values = Values::new();
    for (name, text) in [("law", "wmo"), ("bsn", PERSON), ("provider", "agb:12345678")].iter().chain(texts) {
        values.set(name, *text);
    }
    for part in parts {
        values.push_part(
            part.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect::<BTreeMap<_, _>>(),
        );
    }
    let record = Record::read(stream, &values).unwrap();
    let withheld = Withheld::default();
    let context = Context {
        environment: Environment::Demo,
        laws: &[Law::Wmo],
        withheld: &withheld,
        key: "key-1",
        may_know: true,
        smallest_cell: 10,
        counterpart: Some("4711"),
    };
    let cleared = clear(&record, &Version::counter(7), &context).unwrap();
    template.unwrap().body(&cleared).map_err(|problem| (problem.field, problem.code))
}

fn indication(mapping: &str, start: &str) -> Result<Value, (String, Code)> {
    let texts = [
        ("id", "IND-1"),
        ("delivery-form", "zin"),
        ("state", "in-force"),
        ("product.category", "02"),
        ("size.volume", "3"),
        ("size.unit", "04"),
        ("size.frequency", "4"),
        ("start", start),
    ];
    body(Stream::Indication, mapping, &texts, &[])
}

#[test]
fn a_line_says_where_a_field_goes_and_how_it_is_written() {
    let mapping = r#"
        hours-as-minutes = true
        [body]
        "omvang.volume" = { from = "size.volume", as = "number" }
        "omvang.eenheid" = "size.unit"
        aanbieder = { from = "provider", scheme = "agb" }
        einde = { from = "end", absent = "null" }
        besluit = "decision.date"
        versie = { from = "version", as = "number" }
        sleutel = "key"
        bron = { value = "regie" }
        [body.product]
        soort = "product.category"
    "#;
    let expected = json!({
        "omvang": { "volume": 180, "eenheid": "01" }, "aanbieder": "12345678", "einde": null, "versie": 7,
        "sleutel": "key-1", "bron": "regie", "product": { "soort": "02" },
    });
    assert_eq!(indication(mapping, "2026-01-05"), Ok(expected));
}

#[test]
fn a_table_is_read_from_left_to_right_on_the_start_of_the_record() {
    let mapping = "[body]\nstatus = { from = \"state\", table = \"states.csv\" }";
    assert_eq!(indication(mapping, "2026-01-01"), Ok(json!({ "status": "actief" })));
    assert_eq!(indication(mapping, "2025-12-31"), Ok(json!({ "status": "lopend" })));
    let line = |rule: &str| format!("[body]\nx = {{ from = \"size.unit\", table = \"states.csv\"{rule} }}");
    assert_eq!(indication(&line(""), "2026-01-01"), Err(("size.unit".to_owned(), Code::CodeUnknown)));
    assert_eq!(indication(&line(", unknown = \"pass\""), "2026-01-01"), Ok(json!({ "x": "04" })));
    assert_eq!(indication(&line(", unknown = { value = \"?\" }"), "2026-01-01"), Ok(json!({ "x": "?" })));
}

#[test]
fn a_provider_in_another_scheme_is_not_written_as_if_it_were_in_this_one() {
    let mapping = "[body]\nkvk = { from = \"provider\", scheme = \"kvk\" }";
    assert_eq!(indication(mapping, "2026-01-05"), Err(("provider".to_owned(), Code::SchemeUnwanted)));
}

#[test]
fn the_parts_of_a_request_become_a_list() {
    let mapping = r#"
        [body]
        ref = "reference"
        "regels[].nummer" = "parts[].assignment"
        "regels[].omvang.volume" = { from = "parts[].size.volume", as = "number", absent = "null" }
        "regels[].bron" = { value = "315" }
    "#;
    let parts: [&[(&str, &str)]; 2] = [
        &[("kind", "unchanged"), ("assignment", "300201")],
        &[
            ("kind", "new"),
            ("product.category", "02"),
            ("start", "2026-02-01"),
            ("end", "2026-12-31"),
            ("size.volume", "3"),
            ("size.unit", "04"),
            ("size.frequency", "2"),
        ],
    ];
    let written =
        body(Stream::Request, mapping, &[("reference", "REQ-1"), ("kind", "change"), ("reason", "1")], &parts);
    let expected = json!({ "ref": "REQ-1", "regels": [
        { "nummer": "300201", "omvang": { "volume": null }, "bron": "315" },
        { "omvang": { "volume": 3 }, "bron": "315" },
    ] });
    assert_eq!(written, Ok(expected));
}

#[test]
fn a_receipt_names_what_is_read_of_the_answer() {
    let (template, mistakes) =
        compiled(Stream::Indication, "[body]\nid = \"id\"\n[receipt]\nnumber = \"$.a.nummer\"\n");
    assert_eq!(mistakes, Vec::<String>::new());
    let receipt = template.unwrap().receipt(br#"{"a": {"nummer": 300201, "naam": "x"}}"#);
    assert_eq!(receipt.ids, [("number".to_owned(), "300201".to_owned())]);
}

#[test]
fn each_mistake_is_told_once_where_it_stands() {
    for (line, mistake) in [
        ("x = \"strat\"", "3:5: the stream `indication` has no field `strat` (did you mean `start`?)"),
        (
            "x = \"zzz\"",
            "3:5: the stream `indication` has no field `zzz` (`schakel fields --stream indication` prints all of them)",
        ),
        ("x = 7", "3:5: expected a field's name or { from = \"…\" }, found a number"),
        ("x = { from = 7 }", "3:14: expected a text, found a number"),
        ("x = { from = \"id\", value = \"y\" }", "3:1: a line has either `from` or `value`"),
        ("x = { from = \"id\", as = \"nummer\" }", "3:25: there is no choice `nummer` here (did you mean `number`?)"),
        ("x = { from = \"id\", absnet = \"null\" }", "3:20: no such setting: `absnet` (did you mean `absent`?)"),
        ("x = { from = \"id\", scheme = \"agb\" }", "3:1: only a provider has a scheme"),
        (
            "x = { from = \"id\", unknown = \"pass\" }",
            "3:30: `unknown` is about codes that a table does not have, and this line has no `table`",
        ),
        ("x = { from = \"id\", table = \"state.csv\" }", "3:28: there is no such file (did you mean `states.csv`?)"),
        ("\"a[].b[].c\" = \"id\"", "3:1: a place is names with dots between, one of them at most with [] behind it"),
        ("x = \"id\"\n[recept]", "4:2: no such setting: `recept` (did you mean `receipt`?)"),
        (
            "x = \"id\"\n[receipt]\nnumber = \"nummer\"",
            "5:11: this is no JSONPath (for example `$.client.bsn` or `$['name with spaces']`)",
        ),
        ("x = \"id\"\n[receipt]\nnumber = 3", "5:10: expected a text, found a number"),
    ] {
        assert_eq!(mistakes(&format!("[body]\n{line}\n")), [format!("m.toml:{mistake}")], "{line}");
    }
    assert_eq!(mistakes("body = 3\n"), ["m.toml:2:8: expected a table, found a number"]);
    assert_eq!(mistakes("hours-as-minutes = \"yes\"\n[body]\n"), ["m.toml:2:20: expected true or false, found a text"]);
}

#[test]
fn a_field_of_a_list_goes_into_a_list() {
    let (_, mistakes) = compiled(Stream::Request, "[body]\nx = \"parts[].kind\"\n\"y[].z\" = \"parts[].kind\"\n");
    assert_eq!(
        mistakes,
        [
            "m.toml:3:5: a field of a list goes into a list (write [] behind the list's name on the left, for example `\"regels[].nummer\"`)"
        ]
    );
}
