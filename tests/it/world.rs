//! What the stories need: an installation on disk, two simulated systems, and the program as a child process.

use schakel_simulator::{Options, Simulator};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use tempfile::TempDir;

/// The token that both simulated systems demand.
const TOKEN: &str = "a-token-of-the-tests";

/// An installation with its simulated systems, gone when it is dropped.
pub struct World {
    pub directory: TempDir,
    pub simulator: Simulator,
}

/// Which simulated system.
#[derive(Clone, Copy)]
pub enum Office {
    Front,
    Back,
}

/// What a command ended with.
pub struct Ended {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl World {
    /// The example installation between two systems with so many persons.
    pub async fn with_persons(persons: u32) -> Self {
        Self::start(Options { persons, ..Options::default() }).await
    }

    /// The example installation, with the simulator as these options say; messages go to the example's folder.
    pub async fn start(options: Options) -> Self {
        let directory = TempDir::new().unwrap();
        copy(&repository().join("config"), directory.path());
        let messages = directory.path().join("messages");
        std::fs::create_dir_all(&messages).unwrap();
        let options = Options { token: TOKEN.to_owned(), messages: Some(messages), ..options };
        let simulator = Simulator::start(options).await.unwrap();
        let world = Self { directory, simulator };
        world.edit("schakel.toml", |text| {
            text.replace("https://regie.diemen.example", &world.simulator.front_url())
                .replace("https://pakket.diemen.example", &world.simulator.back_url())
        });
        std::fs::create_dir(world.path("credentials")).unwrap();
        for name in ["regie-token", "package-token"] {
            std::fs::write(world.path("credentials").join(name), TOKEN).unwrap();
        }
        let key = world.path("credentials/store-key");
        assert_eq!(world.command(&["keys", "init", key.to_str().unwrap()]).code, 0);
        world
    }

    /// A file of the installation.
    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Changes a file of the installation.
    pub fn edit(&self, name: &str, change: impl FnOnce(String) -> String) {
        let path = self.path(name);
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(path, change(text)).unwrap();
    }

    /// Leaves only the flows of these streams in the settings.
    pub fn keep_flows(&self, streams: &[&str]) {
        self.edit("schakel.toml", |text| {
            let mut parts = text.split("[[link.flow]]");
            let head = parts.next().unwrap().to_owned();
            let kept = parts.filter(|flow| streams.iter().any(|stream| flow.contains(&format!("stream = \"{stream}\""))));
            kept.fold(head, |text, flow| text + "[[link.flow]]" + flow)
        });
    }

    /// The program with these arguments and the installation's settings, not started yet.
    pub fn program(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_schakel"));
        command
            .args(arguments)
            .arg("--config")
            .arg(self.path("schakel.toml"))
            .arg("--credentials")
            .arg(self.path("credentials"))
            .env_remove("CREDENTIALS_DIRECTORY")
            .stdin(Stdio::null());
        command
    }

    /// Runs a command to its end.
    pub fn command(&self, arguments: &[&str]) -> Ended {
        self.program(arguments).output().unwrap().into()
    }

    /// Runs a command to its end and reads what it printed as JSON.
    pub fn json(&self, arguments: &[&str]) -> (i32, Value) {
        let ended = self.command(&[arguments, &["--format", "json"]].concat());
        let value = serde_json::from_str(&ended.out);
        (ended.code, value.unwrap_or_else(|_| panic!("no JSON: {}{}", ended.out, ended.err)))
    }

    /// `once`, which must end with 0.
    pub fn once(&self) -> Value {
        let (code, summary) = self.json(&["once"]);
        assert_eq!(code, 0, "{summary}");
        summary
    }

    /// Starts a command whose output is kept.
    pub fn spawn(&self, arguments: &[&str]) -> Child {
        self.program(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// The address of a simulated system.
    pub fn url(&self, office: Office) -> String {
        match office {
            Office::Front => self.simulator.front_url(),
            Office::Back => self.simulator.back_url(),
        }
    }

    /// The counters of a system's books.
    pub async fn books(&self, office: Office) -> Value {
        reqwest::get(self.url(office) + "/_books").await.unwrap().json().await.unwrap()
    }

    /// The records in a system's books, of one resource, by id.
    pub async fn booked(&self, office: Office, resource: &str) -> Vec<Value> {
        let all: Vec<Value> = reqwest::get(self.url(office) + "/_books/records").await.unwrap().json().await.unwrap();
        all.into_iter().filter(|record| record["resource"] == resource).collect()
    }

    /// Tells a system how to behave, and gives its state.
    pub async fn control(&self, office: Office, orders: Value) -> Value {
        let request = reqwest::Client::new().post(self.url(office) + "/_control").json(&orders);
        request.send().await.unwrap().json().await.unwrap()
    }

    /// Changes or makes a row of the front office.
    pub async fn indication(&self, fields: Value) {
        let request = reqwest::Client::new().post(self.url(Office::Front) + "/_indicaties").json(&fields);
        assert!(request.send().await.unwrap().status().is_success());
    }

    /// Changes the end date of an indication.
    pub async fn move_end(&self, id: &str, end: &str) {
        self.indication(json!({ "id": id, "einddatum": end })).await;
    }
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// Of all flows of a summary, the sum of one count.
pub fn sum(summary: &Value, count: &str) -> i64 {
    summary["flows"].as_array().unwrap().iter().map(|flow| flow[count].as_i64().unwrap()).sum()
}

/// The root of the repository.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folder with the official schemas and examples; `None`, said plainly, where it is not there.
pub fn official() -> Option<PathBuf> {
    let shared = std::env::var_os("SCHAKEL_SHARED").map_or_else(|| repository().join("../shared"), PathBuf::from);
    let folder = shared.join("istandaarden");
    if !folder.is_dir() {
        println!("SKIPPED: the official schemas and examples are not at {}", folder.display());
        return None;
    }
    Some(folder)
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}
