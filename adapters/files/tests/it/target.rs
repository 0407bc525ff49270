use crate::support::{line, open, target, template, with};
use proptest::prelude::*;
use schakel_api::code::Code;
use schakel_api::contract::{Cursor, Fault, FaultCode, Item, Rendered, Source, Stamp, Target};
use schakel_api::gate::{Cleared, Context, Environment, Withheld, clear};
use schakel_api::mapping::{Each, FieldPath, Form, Line, Projection, Template};
use schakel_api::model::{Problem, Record, Stream, Values};
use schakel_api::value::{Law, Version, moment};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

const TO: &str = "name = \"ind-{moment}-{reference}.csv\"\nformat = \"csv\"\n";
const NAME: &str = "ind-20260105T080807-ref-1.csv";

fn cleared(texts: &[(&str, &str)]) -> Cleared<Record> {
    let mut values = Values::new();
    let fixed = [("law", "wmo"), ("bsn", "999900006"), ("provider", "agb:12345678"), ("product.category", "02")];
    let size = [("size.volume", "3"), ("size.unit", "04"), ("size.frequency", "4")];
    let others = [("id", "IND-1"), ("delivery-form", "zin"), ("start", "2026-01-05"), ("state", "in-force")];
    fixed.into_iter().chain(size).chain(others).for_each(|(name, text)| values.set(name, text));
    for (name, text) in texts {
        values.remove(name);
        values.set(name, *text);
    }
    let record = Record::read(Stream::Indication, &values).unwrap();
    let withheld = Withheld::default();
    let context = Context {
        environment: Environment::Demo,
        laws: &[Law::Wmo],
        withheld: &withheld,
        key: "key-1",
        may_know: true,
        smallest_cell: 10,
        counterpart: None,
    };
    clear(&record, &Version::counter(7), &context).unwrap()
}

fn stamp(reference: &str) -> Stamp {
    Stamp { reference: reference.to_owned(), moment: moment("2026-01-05T09:08:07+01:00").unwrap() }
}

fn columns() -> Template {
    template(&[("id", "id"), ("client.bsn", "bsn"), ("besluit", "decision.number"), ("volume", "size.volume")])
}

fn render(target: &Arc<dyn Target>, texts: &[(&str, &str)]) -> Result<Rendered, Problem> {
    target.render(&[cleared(texts)], &stamp("ref-1"))
}

/// What stands in the file of a record with these texts.
async fn written(more: &str, template: Template, texts: &[(&str, &str)]) -> Vec<u8> {
    let directory = tempfile::tempdir().unwrap();
    let target = target(directory.path(), &format!("{TO}{more}"), template).unwrap();
    let rendered = render(&target, texts).unwrap();
    assert!(target.deliver(&rendered).await.remove(0).is_ok());
    std::fs::read(directory.path().join(NAME)).unwrap()
}

fn names(directory: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(directory).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn problem(field: &str, code: Code) -> Problem {
    Problem::new(field, code)
}

#[tokio::test]
async fn a_record_is_a_header_and_a_row_in_the_order_of_the_mapping() {
    let texts = [("decision.number", "a;\"b\"")];
    let text = "id;client.bsn;besluit;volume\r\nIND-1;999900006;\"a;\"\"b\"\"\";3\r\n";
    assert_eq!(written("", columns(), &texts).await, text.as_bytes());
    let text = "\u{FEFF}id,client.bsn,besluit,volume\nIND-1,999900006,,3\n";
    let more = "delimiter = \",\"\nline-end = \"lf\"\nbom = true\n";
    assert_eq!(written(more, columns(), &[]).await, text.as_bytes());
}

#[tokio::test]
async fn numbers_have_the_decimals_of_the_settings() {
    let number = || Template::new(Stream::Indication, vec![line("n", "decision.number", Form::Number)], false);
    let texts = [("decision.number", "-1.50")];
    assert_eq!(written("", number(), &texts).await, b"n\r\n-1,50\r\n");
    assert_eq!(written("decimal = \".\"", number(), &texts).await, b"n\r\n-1.50\r\n");
    let base = tempfile::tempdir().unwrap();
    let target = target(base.path(), TO, number()).unwrap();
    let refused = render(&target, &[("decision.number", "1,5")]).err();
    assert_eq!(refused, Some(problem("decision.number", Code::ValueInvalid)));
}

#[tokio::test]
async fn a_character_that_the_encoding_lacks_stops_the_record() {
    let more = "encoding = \"windows-1252\"\n";
    let bytes = written(more, template(&[("é", "id")]), &[("id", "José€")]).await;
    assert_eq!(bytes, b"\xE9\r\nJos\xE9\x80\r\n");
    let base = tempfile::tempdir().unwrap();
    let target = target(base.path(), &format!("{TO}{more}"), columns()).unwrap();
    assert_eq!(render(&target, &[("id", "Ćosić")]).err(), Some(problem("id", Code::CharacterUnwritable)));
}

#[tokio::test]
async fn a_text_that_a_spreadsheet_would_compute_stops_the_record() {
    let base = tempfile::tempdir().unwrap();
    let strict = target(base.path(), TO, columns()).unwrap();
    for text in ["=1+1", "+A1", "-A1", "@SUM(A1)"] {
        assert_eq!(render(&strict, &[("id", text)]).err(), Some(problem("id", Code::FormulaLike)), "{text}");
    }
    for text in ["-1", "+31", "A=1"] {
        assert!(render(&strict, &[("id", text)]).is_ok(), "{text}");
    }
    let bytes = written("formulas = \"write\"", template(&[("id", "id")]), &[("id", "=1+1")]).await;
    assert_eq!(bytes, b"id\r\n=1+1\r\n");
}

#[tokio::test]
async fn a_document_may_hold_what_a_row_cannot() {
    let directory = tempfile::tempdir().unwrap();
    let to = "name = \"{key}.json\"\nformat = \"json\"\nmarker = true\n";
    let target = target(directory.path(), to, template(&[("client.bsn", "bsn"), ("id", "id")])).unwrap();
    let rendered = render(&target, &[("id", "=1")]).unwrap();
    assert!(target.deliver(&rendered).await.remove(0).is_ok());
    let text = std::fs::read_to_string(directory.path().join("key-1.json")).unwrap();
    assert_eq!(text, "{\"client\":{\"bsn\":\"999900006\"},\"id\":\"=1\"}\n");
    assert_eq!(names(directory.path()), ["key-1.json", "key-1.json.ready"]);
}

#[tokio::test]
async fn a_repeat_gives_the_same_file() {
    let directory = tempfile::tempdir().unwrap();
    let target = target(directory.path(), TO, columns()).unwrap();
    let rendered = render(&target, &[]).unwrap();
    assert_eq!(rendered, render(&target, &[]).unwrap());
    // What a crash left of an earlier try.
    std::fs::write(directory.path().join(format!(".{NAME}.part")), "much more than the file will ever hold ".repeat(9))
        .unwrap();
    for _ in 0..2 {
        assert!(target.deliver(&rendered).await.remove(0).is_ok());
        assert_eq!(names(directory.path()), [NAME]);
        let text = std::fs::read_to_string(directory.path().join(NAME)).unwrap();
        assert_eq!(text, "id;client.bsn;besluit;volume\r\nIND-1;999900006;;3\r\n");
    }
    let mode = std::fs::metadata(directory.path().join(NAME)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
}

#[tokio::test]
async fn a_directory_that_is_away_is_an_ordinary_thing() {
    let directory = tempfile::tempdir().unwrap();
    let target = target(directory.path(), TO, columns()).unwrap();
    let rendered = render(&target, &[]).unwrap();
    std::fs::remove_dir_all(directory.path()).unwrap();
    let system = "package".to_owned();
    let fault = Fault::Unavailable { system, code: FaultCode::NotReadable, retry_after: None };
    assert_eq!(target.deliver(&rendered).await.remove(0).err(), Some(fault.clone()));
    // A name that is taken by something else: nothing is left behind.
    std::fs::create_dir_all(directory.path().join(NAME).join("in the way")).unwrap();
    assert_eq!(target.deliver(&rendered).await.remove(0).err(), Some(fault));
    assert_eq!(names(directory.path()), [NAME]);
}

#[tokio::test]
async fn bytes_that_are_no_file_are_written_nowhere() {
    let directory = tempfile::tempdir().unwrap();
    let target = target(directory.path(), TO, columns()).unwrap();
    let outcome = target.deliver(&Rendered::new(b"ref-1".to_vec())).await.remove(0);
    assert!(matches!(outcome, Err(Fault::Broken { .. })));
    assert_eq!(names(directory.path()), Vec::<String>::new());
}

/// A source of the columns `a` to `c`.
fn source(directory: &Path, more: &str) -> (Arc<dyn Source>, [schakel_api::mapping::Slot; 3]) {
    let mut projection = Projection::new(vec![Each::parse("$[*]").unwrap()]);
    let slots = ["$.a", "$.b", "$.c"].map(|path| projection.row(FieldPath::parse(path, 0).unwrap()));
    let section = format!("files = \"*.csv\"\nformat = \"csv\"\nready = {{ age-seconds = 0 }}\n{more}");
    let system = open("directory = \".\"", directory).unwrap();
    let source = with(&section, |section| system.source(Stream::Indication, section, Some(projection)));
    (source.unwrap(), slots)
}

/// A line that writes this text.
fn fixed(to: &str, text: &str) -> Line {
    Line { from: schakel_api::mapping::Source::Fixed(text.to_owned()), ..line(to, "id", Form::Text) }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_the_target_writes_the_source_reads(
        texts in prop::array::uniform3("([a-zé€ =+@;,\"\r\n\t]|-){0,8}"),
        delimiter in prop::sample::select(&[";", ",", "\\t", "|"][..]),
        encoding in prop::sample::select(&["utf-8", "windows-1252"][..]),
        ends in prop::sample::select(&["lf", "crlf"][..]),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let directory = tempfile::tempdir().unwrap();
        let lines = ["a", "b", "c"].iter().zip(&texts).map(|(to, text)| fixed(to, text)).collect();
        let dialect = format!("delimiter = \"{delimiter}\"\nencoding = \"{encoding}\"\n");
        let more = format!("{TO}{dialect}line-end = \"{ends}\"\nformulas = \"write\"\n");
        let target = target(directory.path(), &more, Template::new(Stream::Indication, lines, false)).unwrap();
        let rendered = render(&target, &[]).unwrap();
        runtime.block_on(target.deliver(&rendered)).remove(0).map_err(|fault| TestCaseError::fail(fault.to_string()))?;
        let (source, slots) = source(directory.path(), &dialect);
        let page = runtime.block_on(source.fetch(&Cursor::default(), &crate::support::Seen::default())).unwrap();
        let [Item::Row(row)] = page.items.as_slice() else { panic!("{} items", page.items.len()) };
        let read = slots.map(|slot| row.get(slot).text().unwrap_or_default().to_owned());
        prop_assert_eq!(read, texts);
    }
}
