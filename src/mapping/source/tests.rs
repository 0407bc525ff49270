#![allow(clippy::unwrap_used, clippy::needless_pass_by_value, clippy::unnecessary_wraps)]

use super::super::testing::{Installed, PERSON};
use super::*;
use proptest::prelude::*;
use serde_json::{Value, json};

/// A mapping of indications that is right.
const MAPPING: &str = r#"stream = "indication"
each = "$.items[*]"
key = "$.id"
handle = "$.zaak"
version = { from = "$.versie", kind = "counter" }

[fields]
id = "$.id"
law = { value = "wmo" }
bsn = "$.bsn"
provider = { from = "$.agb", scheme = "agb" }
product.category = "$.categorie"
delivery-form = { value = "zin" }
size.volume = "$.volume"
size.unit = { from = "$.eenheid", table = "units.csv" }
size.frequency = "$.frequentie"
start = "$.begin"
end = "$.eind"
state = { value = "in-force" }
"#;

const UNITS: &str = "from;to;valid-from;valid-to\nuur;04;;2025-12-31\nuur;01;2026-01-01;\neuro;83;;\n";

/// The mapping with another line in place of one of its own.
fn with(line: &str, other: &str) -> String {
    assert!(MAPPING.contains(line), "{line}");
    MAPPING.replace(line, other)
}

fn installed(mapping: &str) -> Installed {
    Installed::with(&[("m.toml", mapping), ("units.csv", UNITS)])
}

/// What is wrong with a mapping.
fn mistakes(mapping: &str) -> Vec<String> {
    let mut installed = installed(mapping);
    let file = installed.file("m.toml");
    let (compiled, _) = source_mapping(&mut installed.files, &file, Some(Stream::Indication));
    let mistakes = installed.mistakes();
    assert!(compiled.is_some() || !mistakes.is_empty());
    mistakes
}

/// What a right mapping makes of a page.
fn read_page(mapping: &str, page: &Value) -> Vec<Mapped> {
    let mut installed = installed(mapping);
    let file = installed.file("m.toml");
    let (compiled, projection) = source_mapping(&mut installed.files, &file, Some(Stream::Indication));
    assert_eq!(installed.mistakes(), Vec::<String>::new());
    let compiled = compiled.unwrap();
    let page = projection.read(page.to_string().as_bytes()).unwrap();
    page.rows.iter().map(|row| compiled.read(row)).collect()
}

/// A row that is right, with some other values.
fn row(changes: Value) -> Value {
    let mut row = json!({
        "id": "IND-1", "zaak": "Z-1", "versie": 3, "bsn": PERSON, "agb": "12345678", "categorie": "02", "volume": 90,
        "eenheid": "uur", "frequentie": "2", "begin": "2026-01-05", "eind": "2026-12-31",
    });
    row.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    row
}

fn read(mapping: &str, changes: Value) -> Mapped {
    read_page(mapping, &json!({ "items": [row(changes)] })).remove(0)
}

/// A text of the record, or the first thing that is wrong.
fn text(mapped: &Mapped, field: &str) -> Result<Option<String>, String> {
    match &mapped.outcome {
        Ok((record, _)) => Ok(record.values().get(field).map(str::to_owned)),
        Err(Unreadable::OutOfScope) => Err("out of scope".to_owned()),
        Err(Unreadable::Problems(problems)) => Err(problems
            .iter()
            .map(|problem| format!("{} {}", problem.field, problem.code))
            .collect::<Vec<_>>()
            .join(", ")),
    }
}

fn found(text: &str) -> Result<Option<String>, String> {
    Ok(Some(text.to_owned()))
}

#[test]
fn a_row_becomes_a_record_with_its_version() {
    let mapped = read(MAPPING, json!({}));
    assert_eq!((mapped.key.as_deref(), mapped.handle.as_deref()), (Some("IND-1"), Some("Z-1")));
    assert_eq!(text(&mapped, "provider"), found("agb:12345678"));
    assert_eq!(text(&mapped, "size.volume"), found("90"));
    let (_, version) = mapped.outcome.unwrap();
    assert_eq!(version, Some(Version::counter(3)));
}

#[test]
fn a_table_is_judged_on_the_start_of_the_record() {
    for (start, unit) in [("2025-12-31", "04"), ("2026-01-01", "01")] {
        assert_eq!(text(&read(MAPPING, json!({ "begin": start })), "size.unit"), found(unit), "{start}");
    }
    let unreadable = read(MAPPING, json!({ "begin": "soon" }));
    assert_eq!(text(&unreadable, "size.unit"), Err("size.unit code-unknown, start date-invalid".to_owned()));
}

#[test]
fn a_code_that_the_table_does_not_have_is_rejected_passed_or_replaced() {
    let line = "table = \"units.csv\" }";
    let rule = |rule: &str| with(line, &format!("table = \"units.csv\", unknown = {rule} }}"));
    let piece = json!({ "eenheid": "84" });
    let rejected = Err("size.unit code-unknown".to_owned());
    assert_eq!(text(&read(MAPPING, piece.clone()), "size.unit"), rejected);
    assert_eq!(text(&read(&rule("\"reject\""), piece.clone()), "size.unit"), rejected);
    assert_eq!(text(&read(&rule("\"pass\""), piece.clone()), "size.unit"), found("84"));
    assert_eq!(text(&read(&rule("{ value = \"16\" }"), piece), "size.unit"), found("16"));
}

#[test]
fn a_size_in_euros_becomes_one_without_a_volume_whatever_that_says() {
    for amount in [json!(125_000), json!("€ 1.250,00"), json!([1])] {
        let mapped = read(MAPPING, json!({ "eenheid": "euro", "volume": amount }));
        assert_eq!(text(&mapped, "size.limit"), found("amount"));
        assert_eq!(text(&mapped, "size.volume"), Ok(None));
    }
}

#[test]
fn a_personal_budget_goes_nowhere_whatever_else_is_wrong_with_it() {
    let mapping = with("delivery-form = { value = \"zin\" }", "delivery-form = \"$.vorm\"");
    let mapped = read(&mapping, json!({ "vorm": "pgb", "bsn": "123", "eenheid": "uurtje", "begin": "soon" }));
    assert_eq!(text(&mapped, "id"), Err("out of scope".to_owned()));
}

#[test]
fn what_is_absent_empty_or_not_single_is_told_apart() {
    assert_eq!(text(&read(MAPPING, json!({ "eind": "  " })), "end"), Err("end end-missing".to_owned()));
    assert_eq!(text(&read(MAPPING, json!({ "bsn": null })), "bsn"), Err("bsn value-missing".to_owned()));
    assert_eq!(text(&read(MAPPING, json!({ "bsn": [PERSON] })), "bsn"), Err("bsn value-not-single".to_owned()));
    assert_eq!(text(&read(MAPPING, json!({ "frequentie": " 4 " })), "size.frequency"), found("4"));
}

#[test]
fn a_row_without_its_key_is_one_fault() {
    for key in [json!(null), json!(""), json!(" "), json!([1])] {
        let mapped = read(&with("key = \"$.id\"", "key = \"$.nummer\""), json!({ "nummer": key, "bsn": "123" }));
        assert_eq!(mapped.key, None);
        assert_eq!(text(&mapped, "id"), Err("key key-missing".to_owned()));
    }
}

#[test]
fn a_handle_that_holds_a_bsn_is_refused() {
    for (handle, kept) in [("Z-1", true), (PERSON, false), ("dossier 999900006/2", false)] {
        let mapped = read(MAPPING, json!({ "zaak": handle }));
        assert_eq!(mapped.handle.is_some(), kept, "{handle}");
        assert!(mapped.outcome.is_ok());
    }
}

#[test]
fn versions_are_moments_counters_or_what_is_seen_last() {
    let line = "version = { from = \"$.versie\", kind = \"counter\" }\n";
    let version =
        |mapping: &str, raw: Value| read(mapping, json!({ "versie": raw })).outcome.map(|(_, version)| version);
    assert_eq!(version(&with(line, ""), json!(1)), Ok(None));
    assert_eq!(version(MAPPING, json!("00012")), Ok(Some(Version::counter(12))));
    let wrong = |code| Err(Unreadable::Problems(vec![Problem::new("version", code)]));
    assert_eq!(version(MAPPING, json!(null)), wrong(Code::VersionMissing));
    assert_eq!(version(MAPPING, json!(" ")), wrong(Code::VersionMissing));
    assert_eq!(version(MAPPING, json!(-1)), wrong(Code::ValueInvalid));
    for kind in ["decided", "assigned", "changed"] {
        let mapping = with("kind = \"counter\"", &format!("kind = \"{kind}\", format = \"local\""));
        let read = version(&mapping, json!("2026-07-01T12:00:00")).unwrap().unwrap();
        assert_eq!((read.kind().as_str(), read.text()), (kind, "2026-07-01T10:00:00.000000000Z"));
        assert_eq!(read.raw(), "2026-07-01T12:00:00");
        assert_eq!(version(&mapping, json!("2026-07-01")), wrong(Code::MomentInvalid));
    }
}

#[test]
fn a_row_within_a_row_reads_of_both() {
    let mapping = with("each = \"$.items[*]\"", "each = [\"$.items[*]\", \"$.regels[*]\"]");
    let mapping = mapping.replace("bsn = \"$.bsn\"", "bsn = \"$1.bsn\"");
    let mut inner = [row(json!({ "bsn": null })), row(json!({ "bsn": null, "id": "IND-2" }))];
    for inner in &mut inner {
        inner.as_object_mut().unwrap().remove("bsn");
    }
    let page =
        json!({ "items": [{ "bsn": PERSON, "regels": inner }, { "bsn": "999900018", "regels": [row(json!({}))] }] });
    let read = read_page(&mapping, &page);
    let texts = |field| read.iter().map(|mapped| text(mapped, field).unwrap().unwrap()).collect::<Vec<_>>();
    assert_eq!(texts("bsn"), [PERSON, PERSON, "999900018"]);
    assert_eq!(texts("id"), ["IND-1", "IND-2", "IND-1"]);
}

#[test]
fn a_mark_at_the_start_of_a_file_does_not_count() {
    let marked = |text: &str| format!("\u{feff}{text}");
    let mut installed = Installed::with(&[("m.toml", &marked(&with("start", "strat"))), ("units.csv", &marked(UNITS))]);
    let file = installed.file("m.toml");
    let _ = source_mapping(&mut installed.files, &file, Some(Stream::Indication));
    let expected = "m.toml:17:1: the stream `indication` has no field `strat` (did you mean `start`?)";
    assert_eq!(installed.mistakes(), [expected]);
}

#[test]
fn each_mistake_is_told_once_where_it_stands() {
    let help = "for example `$.client.bsn` or `$['name with spaces']`";
    for (line, other, mistake) in [
        ("bsn = \"$.bsn\"", "bsn = \"$.client[\"", format!("10:16: this is no JSONPath ({help})")),
        ("bsn = \"$.bsn\"", "bsn = \"$.client..bsn\"", "10:7: a field's path must lead to one value: only names and indexes".into()),
        ("bsn = \"$.bsn\"", "bsn = \"$1.bsn\"", "10:7: there is no enclosing row with this number".into()),
        ("bsn = \"$.bsn\"", "bsm = \"$.bsn\"", "10:1: the stream `indication` has no field `bsm` (did you mean `bsn`?)".into()),
        ("bsn = \"$.bsn\"", "", "7:1: the field `bsn` is missing, which every indication has".into()),
        ("bsn = \"$.bsn\"", "bsn = 7", "10:7: expected a path or { from = \"$.…\" }, found a number".into()),
        ("bsn = \"$.bsn\"", "bsn = { form = \"$.bsn\" }", "10:9: no such setting: `form` (did you mean `from`?)".into()),
        ("bsn = \"$.bsn\"", "bsn = { from = 7 }", "10:16: expected a text, found a number".into()),
        ("bsn = \"$.bsn\"", "bsn = { from = \"$.bsn\", value = \"x\" }", "10:1: a line has either `from` or `value`".into()),
        ("bsn = \"$.bsn\"", "bsn = { from = \"$.bsn\", scheme = \"agb\" }", "10:1: only a provider has a scheme".into()),
        ("bsn = \"$.bsn\"", "bsn = { from = \"$.bsn\", format = \"local\" }", "10:34: only a date, a moment or a number has a format".into()),
        ("scheme = \"agb\"", "scheme = \"abg\"", "11:39: there is no choice `abg` here (did you mean `agb`?)".into()),
        ("start = \"$.begin\"", "start = { from = \"$.begin\", format = \"yyyymd\" }", "17:38: there is no such format (did you mean `yyyymmdd`?)".into()),
        ("state = { value = \"in-force\" }", "state = { value = \"actief\" }", "19:19: the field does not take this value (in-force | deleted)".into()),
        ("table = \"units.csv\"", "table = \"unit.csv\"", "15:43: there is no such file (did you mean `units.csv`?)".into()),
        ("table = \"units.csv\"", "unknown = \"pass\"", "15:45: `unknown` is about codes that a table does not have, and this line has no `table`".into()),
        ("table = \"units.csv\"", "table = \"units.csv\", unknown = \"drop\"", "15:66: there is no such rule for unknown codes (there are: \"reject\", \"pass\" and { value = \"…\" })".into()),
        ("each = \"$.items[*]\"", "each = \"items\"", format!("2:9: this is no JSONPath ({help})")),
        ("each = \"$.items[*]\"", "each = [\"$.items[*]\", 3]", "2:23: expected a text, found a number".into()),
        ("each = \"$.items[*]\"", "", "1:1: `each` is missing".into()),
        ("key = \"$.id\"", "kye = \"$.id\"", "3:1: no such setting: `kye` (did you mean `key`?)".into()),
        ("[fields]", "[feilds]", "7:2: no such setting: `feilds` (did you mean `fields`?)".into()),
        ("kind = \"counter\"", "kind = \"sent\"", "5:39: a version is of the kind decided, assigned, changed or counter (leave `version` out to go by what is seen last)".into()),
        ("kind = \"counter\"", "kind = \"teller\"", "5:39: there is no choice `teller` here (there are: decided, assigned, changed, sent, counter, observed)".into()),
        ("stream = \"indication\"", "stream = \"indicatie\"", "1:10: there is no stream `indicatie` (did you mean `indication`?)".into()),
        ("stream = \"indication\"", "stream = \"indication", "1:21: this is no TOML: invalid basic string, expected `\"`".into()),
    ] {
        assert_eq!(mistakes(&with(line, other)), [format!("m.toml:{mistake}")], "{other}");
    }
}

#[test]
fn one_mistake_hides_no_other() {
    let mapping = with("each = \"$.items[*]\"", "each = \"items\"")
        .replace("key = \"$.id\"", "")
        .replace("\"$.bsn\"", "\"bsn\"")
        .replace("kind = \"counter\"", "kind = 3")
        .replace("\"$.versie\"", "4")
        .replace("\"units.csv\"", "\"unit.csv\", unknown = 5")
        .replace("start =", "strat =");
    let places: Vec<String> = mistakes(&mapping)
        .iter()
        .map(|mistake| mistake.split(':').skip(1).take(2).collect::<Vec<_>>().join(":"))
        .collect();
    assert_eq!(places, ["1:1", "2:9", "5:20", "5:30", "10:8", "15:43", "15:65", "17:1"]);
}

#[test]
fn a_mapping_under_the_wrong_flow_is_one_mistake() {
    let mut installed = installed(MAPPING);
    let file = installed.file("m.toml");
    let _ = source_mapping(&mut installed.files, &file, Some(Stream::Start));
    let expected = "m.toml:1:10: this mapping is of the stream `indication`, and the flow that names it of `start`";
    assert_eq!(installed.mistakes(), [expected]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_change_makes_a_mapping_or_mistakes(
        at in any::<prop::sample::Index>(),
        taken in 0_usize..20,
        put in "[a-z$.=\"\\[\\]{}é \n0-9]{0,12}",
    ) {
        let at = MAPPING.floor_char_boundary(at.index(MAPPING.len()));
        let end = MAPPING.ceil_char_boundary((at + taken).min(MAPPING.len()));
        mistakes(&format!("{}{put}{}", &MAPPING[..at], &MAPPING[end..]));
    }
}
