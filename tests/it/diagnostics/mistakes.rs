use super::installation::{FROM, Installation, REQUESTS, SETTINGS, TO, UNITS};
use insta::assert_snapshot;
use std::fmt::Write;

/// Mistakes that are a text in place of another: what, in which file, and the two texts.
const WRITTEN: [(&str, &str, &str, &str); 46] = [
    ("no TOML", SETTINGS, "[store]", "[store"),
    ("a misspelt setting", SETTINGS, "target-empty", "target-emtpy"),
    ("a setting that there is not", SETTINGS, "target-empty", "retries = 3\ntarget-empty"),
    ("a text in place of true or false", SETTINGS, "target-empty = true", "target-empty = \"ja\""),
    ("a required setting is missing", SETTINGS, "stream = \"request\"\n", ""),
    ("another environment than there is", SETTINGS, "\"demo\"", "\"productie\""),
    ("another database", SETTINGS, "sqlite:schakel.db", "postgres://localhost/schakel"),
    ("the store in a folder that is not there", SETTINGS, "sqlite:schakel.db", "sqlite:data/schakel.db"),
    ("a credential that is not there", SETTINGS, "bearer = \"regie-token\"", "bearer = \"regie-tokne\""),
    ("a CBS code without its zero", SETTINGS, "\"0384\"", "\"384\""),
    (
        "the end before the beginning",
        SETTINGS,
        "code = \"0384\"",
        "code = \"0384\", from = \"2026-01-01\", until = \"2025-12-31\"",
    ),
    ("a law that there is not", SETTINGS, "[\"wmo\"]", "[\"wmo\", \"jw\"]"),
    ("an adapter that there is not", SETTINGS, "\"istandaarden\"", "\"istandaard\""),
    ("a directory that is not there", SETTINGS, "directory = \"berichten\"", "directory = \"bericht\""),
    ("no address", SETTINGS, "http://127.0.0.1:9/pakket", "pakket.example"),
    ("a stream that there is not", SETTINGS, "\"indication\"", "\"indicatie\""),
    ("a system that there is not", SETTINGS, "system = \"pakket\"", "system = \"paket\""),
    ("a system of the wrong side", SETTINGS, "system = \"pakket\"", "system = \"regie\""),
    ("a mode that there is not", SETTINGS, "mode = \"on\"", "mode = \"aan\""),
    ("weekdays as numbers", SETTINGS, "* * Mon-Fri", "* * 1-5"),
    ("a day of the month and a weekday", SETTINGS, "* * Mon-Fri", "1 * Mon"),
    ("a day that never comes", SETTINGS, "* * Mon-Fri", "30 2 *"),
    ("a field that cannot be withheld", SETTINGS, "target-empty", "withhold = [\"bsn\"]\ntarget-empty"),
    ("a misspelt brake", SETTINGS, "changed-percent", "change-percent"),
    ("a smallest cell of nothing", SETTINGS, "target-empty", "smallest-cell = 0\ntarget-empty"),
    (
        "a stream that nobody passes in",
        SETTINGS,
        "target-empty",
        "pass = { laws = [\"wmo\"], referrers = [\"self\"] }\ntarget-empty",
    ),
    ("nobody who passes", SETTINGS, "referrers = [\"self\"]", "referrers = []"),
    ("a law that passes and that the link does not handle", SETTINGS, "{ laws = [\"wmo\"]", "{ laws = [\"jeugdwet\"]"),
    ("a BSN in an address", SETTINGS, "{id}", "{bsn}"),
    ("a field in an address that a record may lack", SETTINGS, "{id}", "{decision.number}"),
    ("a mapping that is not there", SETTINGS, "mappings/van-regie.toml", "mappings/van-rgie.toml"),
    ("the mapping of another stream", SETTINGS, "mappings/naar-pakket.toml", "mappings/verzoeken.toml"),
    ("a path that is no JSONPath", FROM, "$.client.bsn", "$.client..[bsn"),
    ("a path that leads to several values", FROM, "$.client.bsn", "$.client[*].bsn"),
    ("a misspelt field", FROM, "provider = {", "provder = {"),
    ("a required field is missing", FROM, "bsn = \"$.client.bsn\"\n", ""),
    (
        "the format of a date on a text",
        FROM,
        "id = \"$.id\"\nlaw",
        "id = { from = \"$.id\", format = \"dd-mm-yyyy\" }\nlaw",
    ),
    ("a default that the field does not take", FROM, "unknown = \"reject\"", "unknown = { value = \"geheim\" }"),
    (
        "the format of a fixed value",
        FROM,
        "state = {",
        "end = { value = \"2026-12-31\", format = \"dd-mm-yyyy\" }\nstate = {",
    ),
    ("a path and a fixed value", FROM, "law = { value = \"wmo\" }", "law = { value = \"wmo\", from = \"$.wet\" }"),
    ("a field of the target's that there is not", TO, "\"start\"", "\"startdatum\""),
    ("a field of a list outside a list", REQUESTS, "\"onderdelen[].soort\"", "\"onderdelen.soort\""),
    ("a table without its header", UNITS, "from;to;valid-from;valid-to\n", ""),
    (
        "a table with commas",
        UNITS,
        "from;to;valid-from;valid-to\nminuut;01;;\nuur;04;2024-01-01;",
        "from,to,valid-from,valid-to\nminuut,01,,",
    ),
    ("a day in another order", UNITS, "2024-01-01", "01-01-2024"),
    ("a row of too few fields", UNITS, "minuut;01;;", "minuut;01"),
];

/// Mistakes that take more: what, and what is done to the installation.
type Made = fn(&mut Installation);
const MADE: [(&str, Made); 13] = [
    ("a row that says something else on the same days", |installation| {
        append(installation, UNITS, "uur;01;2026-01-01;\n");
    }),
    ("a table in another encoding", |installation| {
        installation.write(UNITS, b"from;to;valid-from;valid-to\npati\xebnt;84;;\n");
    }),
    ("a table that is not there", |installation| std::fs::remove_file(installation.path(UNITS)).unwrap()),
    ("an empty credential", |installation| installation.write("credentials/regie-token", "\n")),
    ("a flow twice", |installation| {
        let text = std::fs::read_to_string(installation.path(SETTINGS)).unwrap();
        let at = text.rfind("[[link.flow]]").unwrap();
        append(installation, SETTINGS, &text[at..]);
    }),
    ("a link twice", |installation| {
        let text = std::fs::read_to_string(installation.path(SETTINGS)).unwrap();
        let at = text.find("[[link]]").unwrap();
        append(installation, SETTINGS, &text[at..]);
    }),
    ("a catalogue without an owner", |installation| {
        let flow = "\n[[link.flow]]\nstream = \"catalogue\"\nmode = \"off\"\nschedule = \"0 6 * * *\"\n\
            [link.flow.from]\nsystem = \"pakket\"\npath = \"/producten\"\nread = \"snapshot\"\n\
            mapping = \"mappings/producten.toml\"\n";
        append(installation, SETTINGS, flow);
        let mapping = "stream = \"catalogue\"\neach = \"$[*]\"\nkey = \"$.code\"\n[fields]\nlaw = \"$.wet\"\n\
            category = \"$.categorie\"\nvalid-from = \"$.vanaf\"\n";
        installation.write("mappings/producten.toml", mapping);
    }),
    ("what a target holds, with a mapping that is not there", |installation| {
        append(
            installation,
            SETTINGS,
            "\n[link.flow.held]\nsystem = \"regie\"\npath = \"/verzoeken\"\n\
            read = \"snapshot\"\nmapping = \"mappings/verzoek.toml\"\n",
        );
        let text = std::fs::read_to_string(installation.path(SETTINGS)).unwrap();
        installation.write(
            SETTINGS,
            text.replacen(
                "mode = \"on\"\nschedule = \"*/5 7-19 * * Mon-Fri\"\ntarget-empty = true\nbrake",
                "mode = \"off\"\nschedule = \"*/5 7-19 * * Mon-Fri\"\nbrake",
                1,
            ),
        );
    }),
    ("what a target holds, without a mapping", |installation| {
        let text = std::fs::read_to_string(installation.path(SETTINGS)).unwrap();
        let held =
            "[link.flow.held]\nsystem = \"pakket\"\npath = \"/toewijzingen\"\nread = \"snapshot\"\n\n[link.flow.to]";
        let text = text.replacen("[link.flow.to]", held, 1);
        installation.write(
            SETTINGS,
            text.replacen("target-empty = true\n", "target-empty = false\n", 1).replacen(
                "mode = \"on\"",
                "mode = \"shadow\"",
                1,
            ),
        );
    }),
    ("a flow that is on and was not adopted", |installation| {
        let text = std::fs::read_to_string(installation.path(SETTINGS)).unwrap();
        installation.write(SETTINGS, text.replacen("target-empty = true\n", "", 1));
    }),
    ("the store of another environment", |installation| {
        installation.make_store();
        let text = std::fs::read_to_string(installation.path(SETTINGS)).unwrap();
        installation.write(SETTINGS, text.replace("\"demo\"", "\"acceptance\""));
    }),
    ("the key of another store", |installation| {
        installation.make_store();
        installation.new_key();
    }),
    ("a file that is no store", |installation| installation.write("schakel.db", "a list of groceries")),
];

fn append(installation: &Installation, name: &str, more: &str) {
    let text = std::fs::read_to_string(installation.path(name)).unwrap();
    installation.write(name, text + more);
}

/// What `validate` says, which must be one mistake.
fn told(what: &str, installation: &Installation) -> String {
    let (code, plain) = installation.validated(&[]);
    assert_eq!((code, plain["mistakes"].as_array().unwrap().len()), (78, 1), "{what}: {plain:#}");
    assert_eq!(plain["warnings"].as_array().unwrap().len(), 0, "{what}: {plain:#}");
    let ended = installation.run(&["validate"]);
    assert_eq!((ended.code, ended.out.as_str()), (78, ""), "{what}");
    ended.err.strip_suffix("1 mistake in the settings\n").unwrap().to_owned()
}

#[test]
fn the_installation_is_right_before_anybody_makes_a_mistake() {
    let installation = Installation::new();
    let ended = installation.run(&["validate"]);
    assert_eq!((ended.code, ended.err.as_str()), (0, ""));
    assert!(!installation.path("schakel.db").exists());
    assert!(!installation.path("schakel.db.lock").exists());
}

#[test]
fn each_mistake_is_told_once_alone_and_where_it_stands() {
    let mut all = String::new();
    for (what, file, from, to) in WRITTEN {
        let installation = Installation::new().with(file, from, to);
        write!(all, "# {what}\n\n{}\n", told(what, &installation)).unwrap();
    }
    assert_snapshot!("written_mistakes", all);
}

#[test]
fn a_mistake_that_takes_more_than_a_slip_of_the_pen_is_told_once_and_alone() {
    let mut all = String::new();
    for (what, make) in MADE {
        let mut installation = Installation::new();
        make(&mut installation);
        write!(all, "# {what}\n\n{}\n", told(what, &installation)).unwrap();
    }
    assert_snapshot!("made_mistakes", all);
}

#[test]
fn a_store_knows_which_flows_were_adopted() {
    let installation = Installation::new();
    installation.make_store();
    assert_eq!(installation.run(&["validate"]).code, 0);
    let installation = installation.with(SETTINGS, "target-empty = true\n", "");
    let (code, plain) = installation.validated(&[]);
    let places: Vec<_> = plain["mistakes"].as_array().unwrap().iter().map(|mistake| &mistake["line"]).collect();
    assert_eq!((code, places), (78, vec![&serde_json::json!(27)]));
    // `run` goes by the same rule.
    assert_eq!(installation.run(&["once"]).code, 78);
}
