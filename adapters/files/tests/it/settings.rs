use crate::support::{open, projection, target, template, with};
use schakel_api::contract::{Adapter, SettingError};
use schakel_api::mapping::{Path, Projection, Template};
use schakel_api::model::Stream;
use schakel_files::Files;

const FROM: &str = "files = \"*.csv\"\nformat = \"csv\"\n";
const TO: &str = "name = \"{reference}.csv\"\nformat = \"csv\"\n";

/// What mistakes point at, and what they say.
fn shown(text: &str, errors: Vec<SettingError>) -> Vec<(String, String)> {
    let at = |error: SettingError| {
        let at = if error.span == (0..text.len()) { "section" } else { &text[error.span] };
        (at.to_owned(), error.message)
    };
    let mut shown: Vec<_> = errors.into_iter().map(at).collect();
    shown.sort();
    shown
}

fn expected(mistakes: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut expected: Vec<_> = mistakes.iter().map(|(at, words)| ((*at).to_owned(), (*words).to_owned())).collect();
    expected.sort();
    expected
}

/// Checks the mistakes of a source's section.
fn from(text: &str, projection: Option<Projection>, mistakes: &[(&str, &str)]) {
    let base = tempfile::tempdir().unwrap();
    std::fs::create_dir(base.path().join("verwerkt")).unwrap();
    let system = open("directory = \".\"", base.path()).unwrap();
    let errors = with(text, |section| system.source(Stream::Indication, section, projection).err());
    assert_eq!(shown(text, errors.unwrap_or_default()), expected(mistakes), "{text}");
}

fn table(text: &str, mistakes: &[(&str, &str)]) {
    from(text, Some(projection("$[*]").0), mistakes);
}

/// Checks the mistakes of a target's section.
fn to(text: &str, template: Template, mistakes: &[(&str, &str)]) {
    let errors = target(&std::env::temp_dir(), text, template).err();
    assert_eq!(shown(text, errors.unwrap_or_default()), expected(mistakes), "{text}");
}

fn plain() -> Template {
    template(&[("id", "id")])
}

#[test]
fn right_settings_open() {
    table(FROM, &[]);
    for more in ["after = \"keep\"", "after = { move = \"verwerkt\" }", "ready = \"manifest\"", "largest-mib = 4096"] {
        table(&format!("{FROM}{more}"), &[]);
    }
    to(TO, plain(), &[]);
    to(&format!("{TO}encoding = \"windows-1252\"\ndecimal = \".\"\nline-end = \"lf\"\nmarker = true\n"), plain(), &[]);
}

#[test]
fn a_directory_that_is_not_there_is_pointed_at() {
    let base = tempfile::tempdir().unwrap();
    let text = "directory = \"uitwisseling\"";
    let words = "there is no such directory, or it may not be looked at";
    assert_eq!(shown(text, open(text, base.path()).err().unwrap()), expected(&[("\"uitwisseling\"", words)]));
    std::fs::create_dir(base.path().join("uitwisseling")).unwrap();
    assert!(open(text, base.path()).is_ok());
}

#[test]
fn the_mistakes_of_a_source_are_found_at_once() {
    let text = "files = \"in/*.csv\"\nformat = \"csv\"\ndelimiter = \"a\"\nquote = \"é\"\nlargest-mib = 0\nfile = 1\n";
    let separator = "a punctuation mark of ASCII or a tab";
    table(
        text,
        &[
            ("\"in/*.csv\"", "files stand directly in the directory: no / here"),
            ("\"a\"", separator),
            ("\"é\"", separator),
            ("\"é\"", "the delimiter is no quote"),
            ("0", "1 to 4096 MiB"),
            ("file", "no such setting: `file`"),
        ][..],
    );
    let text = FROM.replace("*.csv", "[a.csv");
    table(&text, &[("\"[a.csv\"", "this is no pattern: invalid range pattern (at character 1)")]);
    table(&format!("{FROM}delimiter = '\"'\nquote = '\"'\n"), &[("'\"'", "the delimiter is no quote")]);
    from(FROM, None, &[("section", "`mapping` is missing")]);
}

#[test]
fn a_choice_that_is_none_is_pointed_at() {
    for wrong in ["ready = \"later\"", "ready = { age-seconds = -1 }", "after = \"move\"", "after = { move = 1 }"] {
        let text = format!("{FROM}{wrong}");
        let base = tempfile::tempdir().unwrap();
        let system = open("directory = \".\"", base.path()).unwrap();
        let source = with(&text, |section| system.source(Stream::Indication, section, Some(projection("$[*]").0)));
        let errors = source.err().unwrap();
        assert!(errors.iter().any(|error| error.span.start > FROM.len()), "{wrong}: {errors:?}");
    }
}

#[test]
fn no_flow_clears_away_what_another_reads() {
    let base = tempfile::tempdir().unwrap();
    let system = open("directory = \".\"", base.path()).unwrap();
    let opened = |files: &str, more: &str| {
        let text = format!("{}{more}", FROM.replace("*.csv", files));
        let source = with(&text, |section| system.source(Stream::Indication, section, Some(projection("$[*]").0)));
        source.map(|source| source.clears()).map_err(|errors| errors.into_iter().map(|error| error.message).collect())
    };
    let mistake = vec!["another flow reads files of these names, and one of the two clears them away".to_owned()];
    let here = vec![base.path().join(".")];
    assert_eq!(opened("a-*.csv", ""), Ok(Vec::new()));
    assert_eq!(opened("*-1.csv", ""), Ok(Vec::new()), "both keep them");
    assert_eq!(opened("b-?.csv", "after = \"delete\""), Err::<Vec<_>, _>(mistake.clone()));
    assert_eq!(opened("c.csv", "after = \"delete\""), Ok(here));
    assert_eq!(opened("*.csv", ""), Err(mistake));
}

#[test]
fn a_folder_to_move_to_is_never_made() {
    let words = "there is no such folder, or it may not be looked at";
    table(&format!("{FROM}after = {{ move = \"gedaan\" }}\n"), &[("\"gedaan\"", words)]);
    table(&format!("{FROM}after = {{ move = \".\" }}\n"), &[("\".\"", "this is the directory itself")]);
    if std::path::Path::new("/proc/self").is_dir() {
        let words = "this folder lies in another file system: a move would be a copy";
        table(&format!("{FROM}after = {{ move = \"/proc/self\" }}\n"), &[("\"/proc/self\"", words)]);
    }
}

#[test]
fn a_mapping_that_reads_no_table_is_a_mistake_for_csv() {
    let words = "the mapping does not read a table";
    from(FROM, Some(projection("$.items[*]").0), &[("section", words)]);
    let mut deep = projection("$[*]").0;
    deep.row(schakel_api::mapping::FieldPath::parse("$.client.bsn", 0).unwrap());
    from(FROM, Some(deep), &[("section", words)]);
    from("files = \"*\"\nformat = \"json\"", Some(projection("$.items[*]").0), &[]);
    let lines = "files = \"*\"\nformat = \"json-lines\"";
    from(lines, Some(projection("$.items[*]").0), &[("section", "the mapping does not read a list")]);
    let words = "only CSV has delimiters and quotes";
    from(&format!("{lines}\nquote = \"'\""), Some(projection("$[*].items[*]").0), &[("\"'\"", words)]);
}

#[test]
fn the_mistakes_of_a_target_are_found_at_once() {
    let text =
        "name = \"{id}.csv\"\nformat = \"csv\"\ndelimiter = '\"'\nencoding = \"windows-1252\"\nbom = true\nnaam = 1\n";
    to(
        text,
        plain(),
        &[
            ("\"{id}.csv\"", "there are: {moment}, {reference} and {key}"),
            ("'\"'", "the quote is no delimiter"),
            ("true", "only UTF-8 has a byte order mark"),
            ("naam", "no such setting: `naam`"),
        ],
    );
    let text = TO.replace("\"csv\"", "\"json\"") + "bom = true\n";
    to(&text, plain(), &[("true", "this is about CSV only")]);
}

#[test]
fn a_mapping_that_writes_no_row_is_a_mistake_for_csv() {
    to(TO, template(&[("regels[].id", "id")]), &[("section", "a row holds no list: `regels`")]);
    to(TO, template(&[("id", "id"), ("id", "bsn")]), &[("section", "two lines go to the column `id`")]);
    let words = "Windows-1252 lacks a character of a column's name";
    to(&format!("{TO}encoding = \"windows-1252\"\n"), template(&[("ć", "id")]), &[("section", words)]);
    let answer = plain().with_receipt("number", Path::parse("$.nummer").unwrap());
    to(TO, answer, &[("section", "a file gives no answer: leave [receipt] out of the mapping")]);
}

#[test]
fn the_schemas_tell_the_choices() {
    let schemas = Files.schemas();
    let source = serde_json::to_string(&schemas.source.unwrap()).unwrap();
    for word in ["age-seconds", "manifest", "json-lines", "windows-1252", "snapshot", "move"] {
        assert!(source.contains(&format!("\"{word}\"")), "{word}");
    }
    let target = serde_json::to_string(&schemas.target.unwrap()).unwrap();
    for word in ["crlf", "refuse", ",", "marker"] {
        assert!(target.contains(&format!("\"{word}\"")), "{word}");
    }
}
