#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;
use proptest::prelude::*;

fn name(text: &str) -> Step {
    Step::Name(text.to_owned())
}

/// Where the parser stumbled, if it was over the syntax.
fn position(bad: &BadPath) -> Option<usize> {
    match bad {
        BadPath::Syntax { position, .. } => Some(*position),
        _ => None,
    }
}

#[test]
fn names_and_indexes_are_read_in_every_notation() {
    let steps = vec![name("client"), Step::Index(0), name("bsn")];
    let texts = ["$.client[0].bsn", "$['client'][0]['bsn']", "$[\"client\"][ 0 ].bsn", "$ .client [0] .bsn"];
    for text in texts {
        assert_eq!(Path::parse(text), Ok(Path(steps.clone())), "{text}");
    }
    assert_eq!(Path::parse("$"), Ok(Path(Vec::new())));
}

#[test]
fn a_quoted_name_may_hold_anything_but_an_escape() {
    for inside in ["a.b", "a b", "a]b", "[*]", "$", "", "@type", "it\"s"] {
        assert_eq!(Path::parse(&format!("$['{inside}'].x")), Ok(Path(vec![name(inside), name("x")])), "{inside}");
    }
    assert_eq!(Path::parse("$[\"it's\"]"), Ok(Path(vec![name("it's")])));
    assert_eq!(Path::parse("$['a\\'b']"), Err(BadPath::NotSingular));
}

#[test]
fn a_mistake_is_pointed_at() {
    let at = |text| (text, position(&Path::parse(text).unwrap_err()));
    let found = ["client", "$.client..", "$.a[", "$.a[?", "", "$.cliënt["].map(at);
    let expected = [("client", 1), ("$.client..", 11), ("$.a[", 4), ("$.a[?", 6), ("", 1), ("$.cliënt[", 9)];
    assert_eq!(found, expected.map(|(text, at)| (text, Some(at))));
    let [plain, enclosing] = ["$.a b", "$12.a b"].map(|text| FieldPath::parse(text, 12).unwrap_err());
    assert_eq!(position(&enclosing), position(&plain).map(|at| at + 2), "the number counts as well");
}

#[test]
fn a_fields_path_leads_to_one_value() {
    for text in ["$.a[*]", "$.*", "$..a", "$.a[0,1]", "$.a['b','c']", "$.a[0:2]", "$.a[?@.b]", "$.a[-1]"] {
        assert_eq!(Path::parse(text), Err(BadPath::NotSingular), "{text}");
    }
}

#[test]
fn rows_are_found_by_names_indexes_and_every() {
    let steps = vec![name("items"), Step::Every, name("lines"), Step::Every];
    for text in ["$.items[*].lines[*]", "$.items[ * ]['lines'].*"] {
        assert_eq!(Each::parse(text), Ok(Each(steps.clone())), "{text}");
    }
    for text in ["$..items", "$.items[?@.id]", "$.items[0:2]"] {
        assert_eq!(Each::parse(text), Err(BadPath::NotPlain), "{text}");
    }
}

#[test]
fn a_number_behind_the_dollar_names_an_enclosing_row() {
    let inner = Path(vec![name("id")]);
    assert_eq!(FieldPath::parse("$.id", 0), Ok(FieldPath { row: None, path: inner.clone() }));
    assert_eq!(FieldPath::parse("$1.id", 2), Ok(FieldPath { row: Some(0), path: inner.clone() }));
    assert_eq!(FieldPath::parse("$2['id']", 2), Ok(FieldPath { row: Some(1), path: inner }));
    for (text, enclosing) in [("$1.id", 0), ("$3.id", 2), ("$0.id", 2), ("$99999999999999999999.id", 2)] {
        assert_eq!(FieldPath::parse(text, enclosing), Err(BadPath::NoSuchRow), "{text}");
    }
    assert_eq!(FieldPath::parse("$1[*]", 1), Err(BadPath::NotSingular));
}

proptest! {
    #[test]
    fn any_text_is_a_path_or_a_mistake(text in any::<String>(), like in "\\$[12]?[.a\\[\\]'\"*0 \\\\]{0,12}") {
        for text in [text, like] {
            let _ = (Path::parse(&text), Each::parse(&text), FieldPath::parse(&text, 2));
        }
    }

    #[test]
    fn what_is_read_finds_what_the_standard_finds(text in "\\$(\\.[ab]|\\[[01]\\]|\\['[ab.]'\\]|\\[\\*\\]){0,4}") {
        let json = serde_json::json!({"a": [{"a": 1, "b": [2, 3]}, [4, {".": 5}]], "b": {"a": {"b": 6}}, ".": [7]});
        let mine = Each::parse(&text).unwrap().find(&json);
        let standard = JsonPath::parse(&text).unwrap().query(&json).all();
        // `[*]` finds the members of a list only: rows are never the fields of an object.
        if text.contains("[*]") {
            prop_assert!(mine.iter().all(|value| standard.contains(value)));
        } else {
            prop_assert_eq!(mine, standard);
        }
    }
}
