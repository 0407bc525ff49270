use super::installation::{FROM, Installation, SETTINGS, TO, UNITS};
use insta::assert_snapshot;
use std::fmt::Write;

/// What is hardly meant: what, in which file, a text and the one in its place.
const WARNINGS: [(&str, &str, &str, &str); 9] = [
    ("a row twice", UNITS, "minuut;01;;\n", "minuut;01;;\nminuut;01;2026-01-01;\n"),
    ("days that no row covers", UNITS, "minuut;01;;\n", "minuut;01;;2024-12-31\nminuut;01;2025-02-01;\n"),
    ("a default for a required field", FROM, "unknown = \"reject\"", "unknown = { value = \"in-force\" }"),
    ("one value for every record", FROM, "product.category = \"$.categorie\"", "product.category = { value = \"02\" }"),
    ("codes that a field does not take", UNITS, "minuut;01;;", "minuut;1;;\nkwartier;2;;"),
    (
        "codes that a target does not know",
        TO,
        "nummer = \"id\"",
        "nummer = \"id\"\nstatus = { from = \"state\", table = \"tables/naar-status.csv\" }",
    ),
    ("nobody is ever known", SETTINGS, "mode = \"on\"", "mode = \"off\""),
    ("a smallest cell under ten", SETTINGS, "target-empty", "smallest-cell = 5\ntarget-empty"),
    ("a mapping and a table that nothing names", "mappings/oud.toml", "", ""),
];

fn installation(what: &str, file: &str, from: &str, to: &str) -> Installation {
    let installation = Installation::new();
    match what {
        "codes that a target does not know" => {
            installation.write("tables/naar-status.csv", "from;to;valid-from;valid-to\nin-force;actief;;\n");
        }
        "an empty target that holds something" => {
            let mapping = "stream = \"assignment\"\neach = \"$[*]\"\nkey = \"$.nummer\"\n\n[fields]\n\
                number = \"$.nummer\"\nlaw = { value = \"wmo\" }\nbsn = \"$.bsn\"\nprovider = \"$.aanbieder\"\n\
                product.category = \"$.categorie\"\nstart = \"$.begin\"\nstate = { value = \"assigned\" }\n\
                assigned = \"$.toegewezen\"\n";
            installation.write("mappings/gehouden.toml", mapping);
        }
        "a mapping and a table that nothing names" => {
            installation.write("mappings/oud.toml", "stream = \"stop\"\n");
            installation.write("tables/oud.csv", "999900006;geheim\n");
            installation.write("tables/LEESMIJ", "");
        }
        "nobody is ever known" => {
            return installation.with(file, from, to).with(
                SETTINGS,
                "pass = { laws = [\"wmo\"], referrers = [\"self\"] }\n",
                "",
            );
        }
        _ => {}
    }
    installation.with(file, from, to)
}

#[test]
fn what_is_hardly_meant_is_told_and_changes_nothing() {
    let mut all = String::new();
    for (what, file, from, to) in WARNINGS {
        let ended = installation(what, file, from, to).run(&["validate"]);
        assert_eq!(ended.code, 0, "{what}: {}", ended.err);
        assert!(ended.out.starts_with("nothing is wrong: "), "{what}");
        assert!(!ended.err.contains("geheim"), "a file that nobody names may hold anything");
        write!(all, "# {what}\n\n{}\n", ended.err).unwrap();
    }
    assert_snapshot!("warnings", all);
}

#[test]
fn mistakes_and_warnings_are_told_together_in_the_order_of_the_files() {
    let installation = Installation::new()
        .with(SETTINGS, "mode = \"on\"\n", "mode = \"aan\"\nsmallest-cell = 3\n")
        .with(UNITS, "minuut;01;;\n", "minuut;01;;\nminuut;01;;\n");
    assert_snapshot!("together", installation.run(&["validate"]).err);
    let (code, plain) = installation.validated(&[]);
    let counted = ["mistakes", "warnings"].map(|key| plain[key].as_array().unwrap().len());
    assert_eq!((code, counted), (78, [1, 2]));
}

#[test]
fn a_code_that_a_table_lacks_is_no_warning_when_the_rule_for_unknown_codes_takes_it() {
    let line = "nummer = \"id\"\nstatus = { from = \"state\", table = \"tables/naar-status.csv\", unknown = \"pass\" }";
    let installation = installation("codes that a target does not know", TO, "nummer = \"id\"", line);
    assert_eq!(installation.run(&["validate"]).err, "");
}

#[test]
fn a_fixed_value_of_a_closed_list_is_meant() {
    let from = "state = { from = \"$.status\", table = \"tables/toestand.csv\", unknown = \"reject\" }";
    let installation = Installation::new().with(FROM, from, "state = { value = \"in-force\" }");
    std::fs::remove_file(installation.path("tables/toestand.csv")).unwrap();
    assert_eq!(installation.run(&["validate"]).err, "");
}

#[test]
fn a_run_logs_where_the_warnings_are_and_not_what_they_say() {
    let installation = installation("a row twice", UNITS, "minuut;01;;\n", "minuut;01;;\nminuut;01;;\n");
    let ended = installation.run(&["once", "--patience", "0", "--log", "warn"]);
    let lines: Vec<&str> = ended.err.lines().filter(|line| line.contains("validate")).collect();
    assert_eq!(lines.len(), 1, "{}", ended.err);
    assert!(lines[0].contains("warnings=1") && lines[0].contains("tables/eenheden.csv:3:1"), "{}", lines[0]);
    assert!(!lines[0].contains("minuut"));
}
