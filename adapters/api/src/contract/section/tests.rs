#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;
use serde::Deserialize;

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Settings {
    base_url: String,
    paging: Paging,
    #[serde(default)]
    read: Read,
    #[serde(default)]
    limit: u32,
    auth: Option<Auth>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Paging {
    next: String,
    #[serde(default)]
    overlap_seconds: u32,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Auth {
    bearer: String,
}

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Read {
    #[default]
    Changes,
    Snapshot,
}

/// The section that a text is.
fn section(text: &str) -> Section<'_> {
    let table = DeTable::parse(text).unwrap();
    Section::new(Spanned::new(0..text.len(), table.into_inner()))
}

/// The mistakes in a text: what they point at, what they say and what they advise.
fn mistakes(text: &str) -> Vec<(String, String, Option<String>)> {
    let errors = section(text).read::<Settings>().err().unwrap_or_default();
    errors.into_iter().map(|error| (text[error.span].to_owned(), error.message, error.help)).collect()
}

/// Checks the mistakes, without what they advise.
fn check(text: &str, expected: &[(&str, &str)]) {
    let found: Vec<(String, String)> = mistakes(text).into_iter().map(|(at, message, _)| (at, message)).collect();
    let expected: Vec<(String, String)> =
        expected.iter().map(|(at, message)| ((*at).to_owned(), (*message).to_owned())).collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn right_settings_are_read() {
    let text = "base-url = \"x\"\nread = \"snapshot\"\n[paging]\nnext = \"$.next\"\n";
    let settings: Settings = section(text).read().unwrap();
    assert_eq!(
        (settings.base_url.as_str(), settings.read, settings.paging.next.as_str()),
        ("x", Read::Snapshot, "$.next")
    );
}

#[test]
fn a_misspelt_key_is_pointed_at_with_a_suggestion() {
    let text = "base-url = \"x\"\npagign = {}\npaging = { next = \"n\", ovrlap-seconds = 3 }\n";
    let found = mistakes(text);
    let advice = |known| Some(format!("did you mean `{known}`?"));
    let expected = [
        ("pagign", "no such setting: `pagign`", advice("paging")),
        ("ovrlap-seconds", "no such setting: `ovrlap-seconds`", advice("overlap-seconds")),
    ];
    assert_eq!(found, expected.map(|(at, message, help)| (at.to_owned(), message.to_owned(), help)));
}

#[test]
fn a_key_like_no_other_is_answered_with_those_that_there_are() {
    let text = "base-url = \"x\"\nauth = { zzz = 1, bearer = \"b\" }\npaging = { next = \"n\" }\n";
    let [(at, _, help)] = &mistakes(text)[..] else { panic!("one mistake") };
    assert_eq!((at.as_str(), help.as_deref()), ("zzz", Some("there are: bearer")));
}

#[test]
fn all_mistakes_are_found_at_once() {
    let text = "base-url = 3\nlimit = \"many\"\ncolour = \"red\"\nread = \"twice\"\n\n[paging]\nnext = \"n\"\noverlap-seconds = -1\n";
    let found: Vec<String> = mistakes(text).into_iter().map(|(at, ..)| at).collect();
    let mut sorted = found.clone();
    sorted.sort();
    assert_eq!(sorted, ["\"many\"", "\"twice\"", "-1", "3", "colour"]);
}

#[test]
fn a_mistake_in_a_nested_table_points_into_it() {
    let message = "invalid type: integer `3`, expected a string";
    for text in [
        "base-url = \"x\"\npaging = { next = 3 }\n",
        "base-url = \"x\"\npaging.next = 3\n",
        "base-url = \"x\"\n[paging]\noverlap-seconds = 5\nnext = 3\n",
    ] {
        check(text, &[("3", message)]);
    }
}

#[test]
fn one_mistake_in_a_nested_table_does_not_hide_another() {
    for text in [
        "base-url = \"x\"\npaging = { next = 3, overlap-seconds = \"5\" }\n",
        "base-url = \"x\"\n[paging]\nnext = 3\noverlap-seconds = \"5\"\n",
    ] {
        let mut found: Vec<String> = mistakes(text).into_iter().map(|(at, ..)| at).collect();
        found.sort();
        assert_eq!(found, ["\"5\"", "3"]);
    }
}

#[test]
fn every_missing_key_is_named_where_it_should_stand() {
    let text = "limit = 1\n";
    check(text, &[(text, "`base-url` is missing"), (text, "`paging` is missing")]);
    let text = "paging = { overlap-seconds = 5 }\n";
    check(text, &[("{ overlap-seconds = 5 }", "`next` is missing"), (text, "`base-url` is missing")]);
    let text = "[auth]\n[paging]\n";
    let found: Vec<String> = mistakes(text).into_iter().map(|(_, message, _)| message).collect();
    assert_eq!(found, ["`bearer` is missing", "`next` is missing", "`base-url` is missing"]);
}

#[test]
fn what_is_wrong_is_not_missing_as_well() {
    check("base-url = 3\npaging = { next = \"n\" }\n", &[("3", "invalid type: integer `3`, expected a string")]);
}

#[test]
fn what_is_right_is_read_beside_mistakes() {
    let text = "base-url = \"x\"\nlimit = \"many\"\npaging = { next = \"n\" }\n";
    let (settings, errors) = section(text).read_some::<Settings>();
    assert_eq!((settings.unwrap().limit, errors.len()), (0, 1));
    let (settings, errors) = section("base-url = 1\npaging = { next = \"n\" }\n").read_some::<Settings>();
    assert!(settings.is_none() && errors.len() == 1);
    assert!(section("limit = 1\n").read_some::<Settings>().0.is_none());
}

#[test]
fn a_key_that_was_taken_out_is_not_read() {
    let text = "system = \"s\"\nbase-url = \"x\"\npaging = { next = \"n\" }\n";
    let mut section = section(text);
    let system = section.take("system").unwrap();
    assert_eq!((system.get_ref().as_str(), &text[system.span()]), (Some("s"), "\"s\""));
    assert_eq!(section.keys(), ["base-url", "paging"]);
    assert!(section.read::<Settings>().is_ok());
    assert!(section.take("system").is_none());
}

#[test]
fn the_nearest_name_is_suggested_only_when_it_is_near() {
    assert_eq!(nearest("directroy", &["directory", "delimiter"]), Some("directory"));
    assert_eq!(nearest("path", &["directory", "delimiter"]), None);
    assert_eq!(nearest("path", &[]), None);
}
