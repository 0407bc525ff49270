#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;
use crate::adapters::ADAPTERS;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use tempfile::TempDir;

const FILES: [&str; 4] =
    ["schakel.toml", "mappings/regie-indication.toml", "mappings/package-indication.toml", "tables/units.csv"];

/// The example, with its credentials and its folder of messages.
struct Example(TempDir);

impl Example {
    fn new() -> Self {
        let directory = TempDir::new().unwrap();
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
        for folder in ["", "mappings", "tables"] {
            std::fs::create_dir_all(directory.path().join(folder)).unwrap();
            for entry in std::fs::read_dir(from.join(folder)).unwrap().map(Result::unwrap) {
                if entry.file_type().unwrap().is_file() {
                    std::fs::copy(entry.path(), directory.path().join(folder).join(entry.file_name())).unwrap();
                }
            }
        }
        for folder in ["messages", "exports", "credentials"] {
            std::fs::create_dir(directory.path().join(folder)).unwrap();
        }
        let key = MasterKey::generate().unwrap();
        for (name, secret) in [("store-key", key.as_str()), ("regie-token", "x"), ("package-token", "x")] {
            std::fs::write(directory.path().join("credentials").join(name), secret).unwrap();
        }
        Self(directory)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn load(&self) -> Result<Installation, NotLoaded> {
        let credentials = Credentials::new(Some(self.path("credentials")));
        Installation::load(&self.path("schakel.toml"), &credentials, ADAPTERS)
    }

    /// Loads it with other text in the settings, and gives what is wrong: the line as it is written without its comment,
    /// the column, the message.
    fn changed(&self, from: &str, to: &str) -> Vec<String> {
        let text = std::fs::read_to_string(self.path("schakel.toml")).unwrap();
        assert!(text.contains(from), "{from}");
        std::fs::write(self.path("schakel.toml"), text.replacen(from, to, 1)).unwrap();
        let mistakes = match self.load() {
            Ok(_) => Vec::new(),
            Err(NotLoaded::Wrong(diagnostics)) => {
                let plain = serde_json::to_value(diagnostics.mistakes()).unwrap();
                let told = plain.as_array().unwrap().iter().map(|told| {
                    let help = told["help"].as_str().map(|help| format!(" ({help})")).unwrap_or_default();
                    let [file, message] = ["file", "message"].map(|key| told[key].as_str().unwrap());
                    let text = std::fs::read_to_string(self.path(file)).unwrap();
                    let number = usize::try_from(told["line"].as_u64().unwrap()).unwrap();
                    let line = text.lines().nth(number - 1).unwrap_or_default();
                    let written = line.split_once(" #").map_or(line, |(written, _)| written).trim();
                    format!("{written} | {}: {message}{help}", told["column"])
                });
                told.collect()
            }
            Err(NotLoaded::Unreadable { .. }) => panic!("unreadable"),
        };
        std::fs::write(self.path("schakel.toml"), text).unwrap();
        mistakes
    }
}

#[test]
fn each_mistake_in_the_settings_is_told_once_where_it_stands() {
    let example = Example::new();
    let link = "[[link]]\nname = \"diemen\"";
    for (from, to, line, mistake) in [
        (
            "environment = \"demo\"",
            "",
            "# De instellingen van een installatie van Schakel.",
            "1: `environment` is missing",
        ),
        (
            "environment = \"demo\"",
            "environment = \"test\"",
            "environment = \"test\"",
            "15: there is no choice `test` here (there are: production, acceptance, demo)",
        ),
        (
            "environment = \"demo\"",
            "enviroment = \"demo\"",
            "enviroment = \"demo\"",
            "1: no such setting: `enviroment` (did you mean `environment`?)",
        ),
        ("[store]", "[stroe]", "[stroe]", "2: no such setting: `stroe` (did you mean `store`?)"),
        (
            "url = \"sqlite:schakel.db\"",
            "url = \"postgres://x\"",
            "url = \"postgres://x\"",
            "7: the store is a SQLite database (for example `sqlite:/var/lib/schakel/schakel.db`)",
        ),
        (
            "key = \"store-key\"",
            "key = \"regie-token\"",
            "key = \"regie-token\"",
            "7: the key must be base64 of 32 random bytes, as `keys init` writes it (`schakel keys init` makes one)",
        ),
        (
            link,
            "[[link]]\nname = \"Diemen\"",
            "name = \"Diemen\"",
            "8: a link's name holds small letters, digits and dashes",
        ),
        (link, "[[link]]\nname = [3]", "name = [3]", "8: expected a text, found a list"),
        (
            "\"0384\"",
            "\"384\"",
            "municipality = [{ code = \"384\" }]",
            "26: a municipality has a CBS code of four digits (for example `\"0384\"`, with its zero)",
        ),
        (
            "code = \"0384\"",
            "code = \"0384\", from = \"1-1-2026\"",
            "municipality = [{ code = \"0384\", from = \"1-1-2026\" }]",
            "41: no date: write \"yyyy-mm-dd\"",
        ),
        (
            "code = \"0384\"",
            "code = \"0384\", from = \"2026-01-01\", until = \"2025-01-01\"",
            "municipality = [{ code = \"0384\", from = \"2026-01-01\", until = \"2025-01-01\" }]",
            "17: `until` lies before `from`",
        ),
        (
            "\"wmo\", \"jeugdwet\"",
            "\"wmo\", \"jeugd\"",
            "laws = [\"wmo\", \"jeugd\"]",
            "16: there is no such law (did you mean `jeugdwet`?)",
        ),
        ("[\"wmo\", \"jeugdwet\"]", "[]", "laws = []", "8: a link has at least one law"),
        (
            "[link.front-office.regie]",
            "[link.front-ofice.regie]",
            "[link.front-ofice.regie]",
            "7: no such setting: `front-ofice` (did you mean `front-office`?)",
        ),
        (
            "base-url = \"https://regie",
            "base-urk = \"https://regie",
            "base-urk = \"https://regie.diemen.example/api\"",
            "1: no such setting: `base-urk` (did you mean `base-url`?)",
        ),
        ("adapter = \"rest\"", "", "[link.front-office.regie]", "1: `adapter` is missing"),
        (
            "adapter = \"rest\"",
            "adapter = \"soap\"",
            "adapter = \"soap\"",
            "11: there is no adapter `soap` (there are: files, istandaarden, rest)",
        ),
        (
            "directory = \"messages\"",
            "directory = \"berichten\"",
            "directory = \"berichten\"",
            "13: there is no such directory, or it may not be looked at",
        ),
        (
            "stream = \"indication\"",
            "stream = \"indicatie\"",
            "stream = \"indicatie\"",
            "10: there is no stream `indicatie` (did you mean `indication`?)",
        ),
        ("stream = \"indication\"", "", "[[link.flow]]", "1: `stream` is missing"),
        (
            "mode = \"on\"",
            "mode = \"aan\"",
            "mode = \"aan\"",
            "8: there is no choice `aan` here (there are: off, shadow, on)",
        ),
        (
            "* * Mon-Fri",
            "* * 1-5",
            "schedule = \"*/5 7-19 * * 1-5\"",
            "12: write weekdays as names (for example `Mon-Fri`)",
        ),
        (
            "[\"decision.number\"]",
            "[\"decision.nummer\"]",
            "withhold = [\"decision.nummer\"]",
            "13: the stream `indication` has no field `decision.nummer` (did you mean `decision.number`?)",
        ),
        (
            "[\"decision.number\"]",
            "[\"bsn\"]",
            "withhold = [\"bsn\"]",
            "13: this field cannot be withheld: no record is complete without it",
        ),
        ("system = \"regie\"", "sytem = \"regie\"", "sytem = \"regie\"", "1: no such setting (did you mean `system`?)"),
        ("system = \"regie\"", "", "[link.flow.from]", "1: `system` is missing"),
        (
            "mapping = \"mappings/regie-indication.toml\"",
            "maping = \"mappings/regie-indication.toml\"",
            "maping = \"mappings/regie-indication.toml\"",
            "1: no such setting (did you mean `mapping`?)",
        ),
        ("mapping = \"mappings/regie-indication.toml\"", "", "[link.flow.from]", "1: `mapping` is missing"),
        (
            "mappings/regie-indication.toml",
            "mappings/regie-indicatie.toml",
            "mapping = \"mappings/regie-indicatie.toml\"",
            "11: there is no such file (did you mean `mappings/regie-indication.toml`?)",
        ),
        (
            "mappings/regie-indication.toml",
            "mappings/package-stop.toml",
            "mapping = \"mappings/package-stop.toml\"",
            "11: there is no such file (did you mean `mappings/package-indication.toml`?)",
        ),
        (
            "read = \"changes\"",
            "read = \"everything\"",
            "read = \"everything\"",
            "8: there is no choice `everything` here (there are: changes, snapshot)",
        ),
        ("[link.flow.to]", "[link.flow.two]", "[link.flow.two]", "12: no such setting: `two` (did you mean `to`?)"),
        (
            "method = \"PUT\"",
            "method = \"POST\"",
            "method = \"POST\"",
            "10: there is no choice `POST` here (there are: PUT)",
        ),
        ("[[link]]", "[link]", "[link]", "1: expected a list of tables, found a table (write `[[link]]`)"),
    ] {
        assert_eq!(example.changed(from, to), [format!("{line} | {mistake}")], "{to}");
    }
}

#[test]
fn the_address_to_listen_at_is_one_of_this_machine() {
    let example = Example::new();
    let store = "[store]";
    let remote = "other machines can reach this address, and nobody is asked who he is \
                  (listen on `127.0.0.1`, or allow it with `allow-remote = true`)";
    for (listen, mistake) in [
        ("listen = \"127.0.0.1:7311\"", None),
        ("listen = \"[::1]:0\"", None),
        ("listen = \"0.0.0.0:7311\"\nallow-remote = true", None),
        ("listen = \"0.0.0.0:7311\"", Some(format!("10: {remote}"))),
        ("listen = \"10.1.2.3:7311\"\nallow-remote = false", Some(format!("10: {remote}"))),
        (
            "listen = \"127.0.0.1\"",
            Some("10: no address and port of this machine (for example `127.0.0.1:7311`)".into()),
        ),
        ("listen = 7311", Some("10: expected a text, found a number".into())),
        ("listn = \"127.0.0.1:7311\"", Some("1: no such setting: `listn` (did you mean `listen`?)".into())),
        ("", Some("1: `listen` is missing".into())),
        ("listen = \"0.0.0.0:1\"\nallow-remote = \"yes\"", Some("16: expected true or false, found a text".into())),
    ] {
        let told = example.changed(store, &format!("[http]\n{listen}\n\n{store}"));
        let told: Vec<&str> = told.iter().map(|told| told.split_once(" | ").unwrap().1).collect();
        assert_eq!(told, mistake.iter().map(String::as_str).collect::<Vec<_>>(), "{listen}");
    }
    let told = example.changed("[store]", "http = 3\n[store]");
    assert_eq!(told, ["http = 3 | 8: expected a table, found a number"]);
}

#[test]
fn what_a_flow_may_say_beside_what_it_must_is_checked_where_it_stands() {
    let example = Example::new();
    let stream = "stream = \"request\"";
    for (setting, mistake) in [
        ("smallest-cell = 11", None),
        ("smallest-cell = 1001", Some("17: a smallest cell is 1 to 1000")),
        ("smallest-cell = -1", Some("17: expected a whole number that is not negative, and this is none")),
        ("brake = { creations = 5, changed-percent = 3 }", None),
        ("brake = { creations = 5 }", None),
        ("brake = { percent = 3 }", Some("11: no such setting: `percent` (there are: creations, changed-percent)")),
        ("brake = 5", Some("9: expected a table, found a number")),
        ("pass = { laws = [\"wmo\"], referrers = [\"self\", \"court\"] }", None),
        ("pass = { laws = [\"wmo\"] }", Some("8: `referrers` is missing")),
        (
            "pass = { laws = [\"wmo\"], referrers = [\"courd\"] }",
            Some("39: there is no choice `courd` here (did you mean `court`?)"),
        ),
        (
            "held = { system = \"messages\" }",
            Some(
                "19: `messages` is a system of the back office, and this end needs one of the front office (there are: \
                 regie)",
            ),
        ),
    ] {
        let expected: Vec<String> = mistake.map(|mistake| format!("{setting} | {mistake}")).into_iter().collect();
        assert_eq!(example.changed(stream, &format!("{stream}\n{setting}")), expected, "{setting}");
    }
}

#[test]
fn what_a_link_may_say_is_checked_where_it_stands() {
    let example = Example::new();
    let (owner, days) = ("catalogue = \"back-office\"", "unseen-days = 90");
    for (known, setting, mistake) in [
        (
            owner,
            "catalogue = \"backoffice\"",
            Some("13: the catalogue is owned by one of the two sides (did you mean `back-office`?)"),
        ),
        (days, "unseen-days = 30", None),
        (days, "unseen-days = 0", Some("15: 1 to 3650 days")),
        (days, "unseen-days = \"30\"", Some("15: 1 to 3650 days")),
    ] {
        let expected: Vec<String> = mistake.map(|mistake| format!("{setting} | {mistake}")).into_iter().collect();
        assert_eq!(example.changed(known, setting), expected, "{setting}");
    }
}

#[test]
fn the_follower_of_the_catalogue_needs_no_target_and_every_other_flow_does() {
    let example = Example::new();
    assert!(example.load().is_ok(), "the last flow of the example is the follower's");
    let flow = "[[link.flow]]\nstream = \"indication\"\nmode = \"off\"\nschedule = \"0 6 * * *\"\n\
                from = { system = \"regie\", path = \"/p\", read = \"snapshot\", mapping = \"mappings/m.toml\" }\n";
    let systems = "[link.front-office.regie]";
    let told = example.changed(systems, &format!("{flow}{systems}"));
    assert!(told.contains(&"[[link.flow]] | 1: `to` is missing".to_owned()), "{told:#?}");
}

#[test]
fn a_target_may_take_changes_in_place_and_a_source_may_give_the_whole_list() {
    let example = Example::new();
    let place = "repeat = \"idempotent\"";
    assert_eq!(example.changed(place, &format!("{place}\nin-place = true")), Vec::<String>::new());
    let told = example.changed(place, &format!("{place}\nin-place = 1"));
    assert_eq!(told, ["in-place = 1 | 12: expected true or false, found a number"]);
    assert_eq!(example.changed("read = \"changes\"", "read = \"snapshot\""), Vec::<String>::new());
}

#[test]
fn a_mistake_hides_none_of_those_behind_it() {
    let example = Example::new();
    // The stream, a mapping and what the adapter reads, all in one flow.
    let to =
        "stream = \"indicatie\"\nmode = 3\nschedule = \"x\"\n\n[link.flow.from]\nsystem = \"regio\"\nmapping = 4\n\n";
    let from = "stream = \"indication\"\nmode = \"on\" ";
    let told = example.changed(from, &format!("{to}[[link.flow]]\n{from}"));
    let places: Vec<&str> = told.iter().map(|told| told.split(": ").next().unwrap()).collect();
    let expected = [
        "[[link.flow]] | 1",
        "stream = \"indicatie\" | 10",
        "mode = 3 | 8",
        "schedule = \"x\" | 12",
        "system = \"regio\" | 10",
        "mapping = 4 | 11",
    ];
    assert_eq!(places, expected, "{told:#?}");
    // The name of a link and the settings of its systems and flows.
    let told = example.changed("name = \"diemen\"\nmunicipality", "name = 3\nmuncipality");
    assert_eq!(told.len(), 2, "{told:#?}");
}

#[test]
fn a_file_of_another_encoding_is_named_where_it_is_asked_for() {
    let example = Example::new();
    std::fs::write(example.path("tables/units.csv"), b"from;to;valid-from;valid-to\npati\xebnt;84;;\n").unwrap();
    let told = example.changed("demo", "demo");
    let line = "size.unit = { from = \"$.eenheid\", table = \"tables/units.csv\" }";
    let other = "unit = { from = \"$.meeteenheid\", table = \"tables/units.csv\" }";
    let not = "this file is not written in UTF-8";
    assert_eq!(told, [format!("{line} | 43: {not}"), format!("{other} | 42: {not}")]);
}

#[test]
fn the_revision_changes_with_every_file() {
    let example = Example::new();
    let mut revisions = BTreeSet::from([example.load().ok().unwrap().revision]);
    for name in FILES {
        let text = std::fs::read_to_string(example.path(name)).unwrap();
        std::fs::write(example.path(name), text + "\n").unwrap();
        assert!(revisions.insert(example.load().ok().unwrap().revision), "{name}");
    }
}

/// Whatever is wrong, it is told, and at a place that the file has.
fn check(example: &Example) {
    let diagnostics = match example.load() {
        Ok(_) | Err(NotLoaded::Unreadable { .. }) => return,
        Err(NotLoaded::Wrong(diagnostics)) => diagnostics,
    };
    assert!(diagnostics.has_mistakes());
    assert!(diagnostics.to_string().contains("in the settings"));
    for told in serde_json::to_value(diagnostics.mistakes()).unwrap().as_array().unwrap() {
        let text = std::fs::read_to_string(example.path(told["file"].as_str().unwrap())).unwrap();
        let number = |key: &str| usize::try_from(told[key].as_u64().unwrap()).unwrap();
        let line = text.split('\n').nth(number("line") - 1);
        assert!(line.is_some_and(|line| number("column") <= line.chars().count() + 1), "{told}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_bytes_in_a_file_are_told_and_never_a_panic(name in select(&FILES[..]), bytes in any::<Vec<u8>>()) {
        let example = Example::new();
        std::fs::write(example.path(name), bytes).unwrap();
        check(&example);
    }

    #[test]
    fn any_change_of_a_file_is_told_where_it_is(
        name in select(&FILES[..]),
        at in any::<Index>(),
        taken in 0_usize..30,
        put in "[a-z$.=;\"\\[\\]{}é \r\n0-9]{0,12}",
    ) {
        let example = Example::new();
        let text = std::fs::read_to_string(example.path(name)).unwrap();
        let at = text.floor_char_boundary(at.index(text.len()));
        let end = text.ceil_char_boundary((at + taken).min(text.len()));
        std::fs::write(example.path(name), format!("{}{put}{}", &text[..at], &text[end..])).unwrap();
        check(&example);
    }
}
