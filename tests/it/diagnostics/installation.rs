//! A small installation that is right, and the files of which tests make mistakes in.

use crate::world::Ended;
use serde_json::Value;
use std::path::PathBuf;
use std::process::Command;
use tempfile::TempDir;

pub const SETTINGS: &str = "schakel.toml";
pub const FROM: &str = "mappings/van-regie.toml";
pub const TO: &str = "mappings/naar-pakket.toml";
pub const REQUESTS: &str = "mappings/verzoeken.toml";
pub const UNITS: &str = "tables/eenheden.csv";

const FILES: [(&str, &str); 6] = [
    (
        SETTINGS,
        r#"environment = "demo"

[store]
url = "sqlite:schakel.db"
key = "store-key"

[[link]]
name = "diemen"
municipality = [{ code = "0384" }]
laws = ["wmo"]

[link.front-office.regie]
adapter = "rest"
base-url = "http://127.0.0.1:9/regie"
auth = { bearer = "regie-token" }

[link.back-office.pakket]
adapter = "rest"
base-url = "http://127.0.0.1:9/pakket"

[link.back-office.berichten]
adapter = "istandaarden"
directory = "berichten"

[[link.flow]]
stream = "indication"
mode = "on"
schedule = "*/5 7-19 * * Mon-Fri"
target-empty = true

[link.flow.from]
system = "regie"
path = "/indicaties"
mapping = "mappings/van-regie.toml"
paging = { next = "$.volgende", parameter = "na", since = "$.gewijzigd" }

[link.flow.to]
system = "pakket"
path = "/toewijzingen/{id}"
mapping = "mappings/naar-pakket.toml"
repeat = "idempotent"

[[link.flow]]
stream = "request"
mode = "on"
schedule = "*/5 7-19 * * Mon-Fri"
target-empty = true
brake = { creations = 500, changed-percent = 10 }
pass = { laws = ["wmo"], referrers = ["self"] }

[link.flow.from]
system = "berichten"

[link.flow.to]
system = "regie"
path = "/verzoeken/{key}"
mapping = "mappings/verzoeken.toml"
repeat = "idempotent"
"#,
    ),
    (
        FROM,
        r#"stream = "indication"
each = "$.items[*]"
key = "$.id"
version = { from = "$.versie", kind = "counter" }

[fields]
id = "$.id"
law = { value = "wmo" }
bsn = "$.client.bsn"
provider = { from = "$.agb", scheme = "agb" }
product.category = "$.categorie"
delivery-form = { value = "zin" }
size.volume = "$.volume"
size.unit = { from = "$.eenheid", table = "tables/eenheden.csv" }
size.frequency = "$.frequentie"
start = { from = "$.begin", format = "dd-mm-yyyy" }
state = { from = "$.status", table = "tables/toestand.csv", unknown = "reject" }
"#,
    ),
    (
        TO,
        r#"stream = "indication"

[body]
nummer = "id"
bsn = "bsn"
aanbieder = { from = "provider", scheme = "agb" }
categorie = "product.category"
begin = "start"
eind = { from = "end", absent = "null" }
bron = { value = "regie" }
"#,
    ),
    (
        REQUESTS,
        r#"stream = "request"

[body]
referentie = "reference"
"onderdelen[].soort" = "parts[].kind"
"#,
    ),
    (UNITS, "from;to;valid-from;valid-to\nminuut;01;;\nuur;04;2024-01-01;\neuro;83;;\n"),
    ("tables/toestand.csv", "from;to;valid-from;valid-to\nactief;in-force;;\nvervallen;deleted;;\n"),
];

/// An installation on disk, gone when it is dropped.
pub struct Installation(TempDir);

impl Installation {
    pub fn new() -> Self {
        let installation = Self(TempDir::new().unwrap());
        for folder in ["mappings", "tables", "berichten", "credentials"] {
            std::fs::create_dir(installation.path(folder)).unwrap();
        }
        for (name, text) in FILES {
            installation.write(name, text);
        }
        installation.write("credentials/regie-token", "a-token");
        installation.new_key();
        installation
    }

    /// With another text in place of one that a file holds.
    pub fn with(self, name: &str, from: &str, to: &str) -> Self {
        let text = std::fs::read_to_string(self.path(name)).unwrap();
        assert!(text.contains(from), "{name}: {from}");
        self.write(name, text.replacen(from, to, 1));
        self
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), text).unwrap();
    }

    /// Makes the key to the store, or another one.
    pub fn new_key(&self) {
        let key = self.path("credentials/store-key");
        // Perhaps there is none yet.
        let _ = std::fs::remove_file(&key);
        let made = Command::new(env!("CARGO_BIN_EXE_schakel")).args(["keys", "init"]).arg(&key).output().unwrap();
        assert!(made.status.success());
    }

    pub fn run(&self, arguments: &[&str]) -> Ended {
        let mut command = Command::new(env!("CARGO_BIN_EXE_schakel"));
        command.args(arguments).arg("--config").arg(self.path(SETTINGS));
        command.arg("--credentials").arg(self.path("credentials"));
        command.env_remove("CREDENTIALS_DIRECTORY").output().unwrap().into()
    }

    /// What `validate` says, as programs read it.
    pub fn validated(&self, arguments: &[&str]) -> (i32, Value) {
        let ended = self.run(&[&["validate", "--format", "json"], arguments].concat());
        assert_eq!(ended.err, "");
        (ended.code, serde_json::from_str(&ended.out).unwrap())
    }

    /// Makes the store, as a run does that reaches nobody.
    pub fn make_store(&self) {
        assert_eq!(self.run(&["once", "--patience", "0"]).code, 69);
        assert!(self.path("schakel.db").exists());
    }
}
