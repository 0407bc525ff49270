//! Nothing about a person's situation, no amount and no BSN is found in anything that Schakel writes.
//!
//! Every such value of the simulation carries a mark. The search goes over the database and its companions, every other
//! file of the installation, all output at trace level, and the arguments and environment of a running process.

use crate::world::{Ended, Office, Running, World, until};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What must not be found, in each form that it could be written in.
struct Search {
    needles: Vec<Needle>,
    /// The needles that begin with each two bytes: most places of a file begin none.
    beginning: Vec<Vec<usize>>,
}

struct Needle {
    /// What it is and how it is written: never the value itself.
    what: String,
    bytes: Vec<u8>,
}

/// Something that was written: a file or an output.
struct Place {
    name: String,
    bytes: Vec<u8>,
}

/// An installation and everything that its commands said.
struct Watched {
    world: World,
    said: Vec<Place>,
    search: Search,
    /// A mark, an amount and a BSN in each form, to be planted.
    planted: Search,
}

impl Search {
    fn new(values: &[(&str, String)]) -> Self {
        let needles: Vec<Needle> = values.iter().flat_map(|(what, value)| needles(what, value)).collect();
        let mut beginning = vec![Vec::new(); 1 << 16];
        for (at, needle) in needles.iter().enumerate() {
            beginning[pair(needle.bytes[0], needle.bytes[1])].push(at);
        }
        Self { needles, beginning }
    }

    /// What is found in these bytes.
    fn found(&self, bytes: &[u8]) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        for (at, two) in bytes.windows(2).enumerate() {
            for needle in self.beginning[pair(two[0], two[1])].iter().map(|needle| &self.needles[*needle]) {
                if bytes[at..].starts_with(&needle.bytes) {
                    found.insert(needle.what.as_str());
                }
            }
        }
        found
    }

    /// All that it looks for, one after the other.
    fn all(&self) -> Vec<u8> {
        self.needles.iter().flat_map(|needle| [b" ", needle.bytes.as_slice()].concat()).collect()
    }

    fn names(&self) -> BTreeSet<&str> {
        self.needles.iter().map(|needle| needle.what.as_str()).collect()
    }
}

fn pair(first: u8, second: u8) -> usize {
    usize::from(first) << 8 | usize::from(second)
}

/// A value as it is, in small letters, percent-encoded, and in base64.
fn needles(what: &str, value: &str) -> Vec<Needle> {
    let percent = |byte: u8| format!("%{byte:02X}");
    let encoded: String = value.bytes().map(percent).collect();
    let mut forms = vec![
        ("plain", value.to_owned()),
        ("small", value.to_lowercase()),
        ("percent", encoded.to_lowercase()),
        ("PERCENT", encoded),
    ];
    // In a longer text the value stands at any of three places in a group of three bytes. Of the signs at both ends,
    // those are left out that hold bits of what stands beside it.
    for before in 0..3 {
        let text = [&b"\0\0"[..before], value.as_bytes()].concat();
        let whole = BASE64.encode(&text);
        forms.push(("base64", whole[(before * 8).div_ceil(6)..text.len() * 8 / 6].to_owned()));
    }
    let needle = |(form, text): (&str, String)| Needle { what: format!("{what}, {form}"), bytes: text.into_bytes() };
    forms.into_iter().map(needle).collect()
}

impl Watched {
    async fn new() -> Self {
        let world = World::with_persons(30).await;
        let mark = world.simulator.mark();
        let (euros, cents) = (mark.number / 100, mark.number % 100);
        let mut values = vec![
            ("mark", mark.text.clone()),
            ("amount", mark.number.to_string()),
            ("amount with a point", format!("{euros}.{cents:02}")),
        ];
        let bsns = bsns(&world).await;
        let planted = Search::new(&[&values[..], &[("BSN", bsns[0].clone())]].concat());
        values.extend(bsns.into_iter().map(|bsn| ("BSN", bsn)));
        Self { world, said: Vec::new(), search: Search::new(&values), planted }
    }

    /// Runs a command at trace level; gives its exit code.
    fn command(&mut self, arguments: &[&str]) -> i32 {
        let ended = self.world.command(&[arguments, &["--log", "trace"]].concat());
        self.heard(&arguments.join(" "), ended)
    }

    /// Remembers what a command said.
    fn heard(&mut self, name: &str, ended: Ended) -> i32 {
        self.said.push(Place { name: format!("standard output of {name}"), bytes: ended.out.into_bytes() });
        self.said.push(Place { name: format!("standard error of {name}"), bytes: ended.err.into_bytes() });
        ended.code
    }

    /// Runs every command that only looks, side by side; gives the open rejections, of which it shows one of each code.
    fn look_around(&mut self) -> Vec<Value> {
        let (_, listed) = self.world.json(&["rejections", "list", "--each"]);
        let listed = listed.as_array().unwrap().clone();
        let text = |rejection: &Value, name: &str| rejection[name].as_str().unwrap().to_owned();
        let shown: BTreeMap<_, _> = listed.iter().map(|listed| (text(listed, "code"), text(listed, "id"))).collect();
        let mut commands = vec![
            vec!["status"],
            vec!["status", "--format", "json"],
            vec!["rejections", "list"],
            vec!["rejections", "list", "--format", "json"],
            vec!["rejections", "list", "--each"],
            vec!["rejections", "list", "--each", "--format", "json"],
            vec!["validate"],
            vec!["fields"],
        ];
        commands.extend(shown.values().map(|id| vec!["rejections", "show", id]));
        let start = |command: &Vec<&str>| self.world.start_command(&[command, &["--log", "trace"][..]].concat());
        let running: Vec<Running> = commands.iter().map(start).collect();
        for (command, running) in commands.iter().zip(running) {
            assert_eq!(self.heard(&command.join(" "), running.ended()), 0, "{command:?}");
        }
        listed
    }

    /// Everything that Schakel wrote up to now.
    fn places(&self) -> Vec<Place> {
        let mut places = files(self.world.directory.path());
        places.extend(self.said.iter().map(|said| Place { name: said.name.clone(), bytes: said.bytes.clone() }));
        places
    }

    fn assert_clean(&self, moment: &str) {
        for place in self.places() {
            let found = self.search.found(&place.bytes);
            assert!(found.is_empty(), "{moment}: {} holds {found:?}", place.name);
        }
    }

    /// Plants all that may not be there in a copy of each place, and finds it there.
    fn assert_search_finds(&self) {
        let copies = tempfile::TempDir::new().unwrap();
        for (at, mut place) in self.places().into_iter().enumerate() {
            place.bytes.extend(self.planted.all());
            std::fs::write(copies.path().join(format!("{at} {}", place.name)), place.bytes).unwrap();
        }
        let planted = files(copies.path());
        assert_eq!(planted.len(), self.places().len());
        for place in planted {
            assert_eq!(self.search.found(&place.bytes), self.planted.names(), "{}", place.name);
        }
    }

    /// Plants the same in a row of a copy of the database, and finds it before and after it moves out of the WAL.
    fn assert_search_finds_a_row(&self) {
        let copies = tempfile::TempDir::new().unwrap();
        for name in ["schakel.db", "schakel.db-wal"] {
            std::fs::copy(self.world.path(name), copies.path().join(name)).unwrap();
        }
        let mut database = SqliteConnection::establish(copies.path().join("schakel.db").to_str().unwrap()).unwrap();
        let text = String::from_utf8(self.planted.all()).unwrap();
        database
            .batch_execute(&format!("CREATE TABLE planted (text TEXT); INSERT INTO planted VALUES ('{text}');"))
            .unwrap();
        self.assert_row_found(copies.path(), "schakel.db-wal");
        drop(database);
        self.assert_row_found(copies.path(), "schakel.db");
    }

    fn assert_row_found(&self, directory: &Path, name: &str) {
        let bytes = std::fs::read(directory.join(name)).unwrap();
        assert_eq!(self.search.found(&bytes), self.planted.names(), "{name}");
    }

    async fn control(&self, orders: Value) {
        for office in [Office::Front, Office::Back] {
            self.world.control(office, orders.clone()).await;
        }
    }

    /// Starts a command that delivers, and waits until both systems hold answers back from it.
    async fn held(&self, command: &str) -> Running {
        let running = self.world.start_command(&[command, "--log", "trace"]);
        for office in [Office::Front, Office::Back] {
            let holds = async || self.world.control(office, json!({})).await["held"].as_u64().unwrap() > 0;
            until("the system holds an answer", holds).await;
        }
        running
    }
}

/// Every file below a directory, but for messages and exports: those are not Schakel's.
fn files(directory: &Path) -> Vec<Place> {
    let mut places = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !["messages", "exports"].iter().any(|theirs| path.ends_with(theirs)) {
            places.extend(files(&path));
        } else if path.is_file() {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            places.push(Place { name, bytes: std::fs::read(&path).unwrap() });
        }
    }
    places
}

/// Every BSN of the simulation, also those that fail the 11-test: of clients and family, in rows and in messages.
async fn bsns(world: &World) -> Vec<String> {
    let token = std::fs::read_to_string(world.path("credentials/regie-token")).unwrap();
    let request =
        reqwest::Client::new().get(world.url(Office::Front) + "/api/indicaties?limit=5000").bearer_auth(token);
    let mut texts = vec![request.send().await.unwrap().text().await.unwrap()];
    for message in std::fs::read_dir(world.path("messages")).unwrap() {
        let text = String::from_utf8(std::fs::read(message.unwrap().path()).unwrap()).unwrap();
        let pieces = text.split("<!--").map(|piece| piece.split_once("-->").map_or(piece, |(_, text)| text));
        texts.push(pieces.collect());
    }
    let digits = texts.iter().flat_map(|text| text.split(|sign: char| !sign.is_ascii_digit()));
    let bsns: BTreeSet<&str> = digits.filter(|digits| digits.len() == 9 && digits.starts_with("9999")).collect();
    assert!(bsns.len() > 30, "each person has one");
    bsns.into_iter().map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_mark_and_no_bsn_is_found_in_anything_that_schakel_writes() {
    let mut watched = Watched::new().await;

    // A journal full of work, of which some is under way, and a database in the middle of it.
    watched.control(json!({ "hold": true })).await;
    let once = watched.held("once").await;
    watched.assert_clean("with requests under way");
    once.signal("KILL");
    let killed = watched.heard("once, killed", once.ended());
    assert_eq!(killed, -1);
    assert!(watched.places().iter().any(|place| place.name == "schakel.db-wal" && !place.bytes.is_empty()));
    watched.assert_clean("after a kill");
    watched.assert_search_finds();
    watched.assert_search_finds_a_row();

    watched.control(json!({ "hold": false, "unavailable": -1 })).await;
    assert_eq!(watched.command(&["once", "--patience", "0"]), 69);
    let rejections = watched.look_around();
    assert!(rejections.iter().any(|rejection| rejection["handle"].as_str().unwrap().starts_with("Z-2026-")));
    watched.assert_clean("with both systems away");

    // Refusals, which quote a BSN and a name, and answers that get lost.
    watched.control(json!({ "unavailable": 0, "hold": true, "refuse": 3, "lose_answers": 2 })).await;
    watched.world.listens();
    let mut run = watched.held("run").await;
    let console = run.console();
    for path in ["ping", "ready", "health", "metrics", "version"] {
        let answer = reqwest::get(format!("{console}/{path}")).await.unwrap().bytes().await.unwrap();
        assert!(!answer.is_empty());
        watched.said.push(Place { name: format!("{path} of run"), bytes: answer.to_vec() });
    }
    for name in ["cmdline", "environ"] {
        let bytes = std::fs::read(format!("/proc/{}/{name}", run.id())).unwrap();
        assert!(!bytes.is_empty());
        watched.said.push(Place { name: format!("{name} of run"), bytes });
    }
    run.signal("TERM");
    watched.control(json!({ "hold": false })).await;
    watched.heard("run", run.ended());
    watched.world.simulator.step().await;
    for office in [Office::Back, Office::Front] {
        watched.world.control(office, json!({ "deny": true })).await;
        assert_eq!(watched.command(&["once", "--patience", "0"]), 69);
    }
    let rejections = watched.look_around();
    assert!(rejections.iter().any(|rejection| rejection["code"] == "refused"));
    watched.assert_clean("after refusals and faults");

    watched.control(json!({ "deny": false })).await;
    assert_eq!(watched.command(&["once"]), 0);
    watched.look_around();
    watched.assert_clean("after everything was delivered");
    watched.assert_search_finds();
    for office in [Office::Front, Office::Back] {
        let books = watched.world.books(office).await;
        assert!(books["received"].as_i64().unwrap() > 0);
        assert_eq!(books["forbidden_values"], 0, "{books}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_libraries_cannot_be_asked_to_log_what_they_send() {
    let world = World::with_persons(1).await;
    for level in ["trace,hyper=trace", "hyper=trace", "verbose"] {
        assert_eq!(world.command(&["once", "--log", level]).code, 64, "{level}");
    }
}
