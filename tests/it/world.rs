//! What the stories need: an installation on disk, two simulated systems, and the program as a child process.

use schakel_simulator::{Options, Simulator};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::{Duration, Instant};
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

/// How long to wait at most for something that takes a moment, or for the next minute of a schedule.
const LONG: Duration = Duration::from_mins(2);

/// A command under way; it is killed when this is dropped.
pub struct Running {
    child: Child,
    lines: Receiver<Line>,
    said: Vec<Line>,
}

/// A line that a command printed.
enum Line {
    Out(String),
    Err(String),
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
        let [messages, exports] = ["messages", "exports"].map(|name| directory.path().join(name));
        for folder in [&messages, &exports] {
            std::fs::create_dir_all(folder).unwrap();
        }
        let (messages, exports) = (Some(messages), Some(exports));
        let options = Options { token: TOKEN.to_owned(), messages, exports, ..options };
        let simulator = Simulator::start(options).await.unwrap();
        let world = Self { directory, simulator };
        world.edit("schakel.toml", |text| {
            text.replace("https://regie.diemen.example", &world.simulator.front_url())
                .replace("https://pakket.diemen.example", &world.simulator.back_url())
                // Files of the simulator appear whole.
                .replace("system = \"exports\"\n", "system = \"exports\"\nready = { age-seconds = 0 }\n")
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
            let kept =
                parts.filter(|flow| streams.iter().any(|stream| flow.contains(&format!("stream = \"{stream}\""))));
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
            .env_remove("NOTIFY_SOCKET")
            .stdin(Stdio::null());
        command
    }

    /// Makes everything in a column of the store so many days older.
    pub fn age(&self, table: &str, column: &str, days: u32) {
        use diesel::connection::SimpleConnection;
        use diesel::{Connection, SqliteConnection};
        let path = self.path("schakel.db");
        let mut database = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
        let older = format!("UPDATE {table} SET {column} = datetime({column}, '-{days} days')");
        database.batch_execute(&older).unwrap();
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

    /// `once` that waits for no second attempt; gives its exit code and summary.
    pub fn hurried(&self) -> (i32, Value) {
        self.json(&["once", "--patience", "0"])
    }

    /// Starts a command that goes on beside the test.
    pub fn start_command(&self, arguments: &[&str]) -> Running {
        Running::start(&mut self.program(arguments))
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

    /// Every record in a system's books as it stands there now, to be compared with those of another world.
    ///
    /// Without the path: the keys in it are different in each store.
    pub async fn bodies(&self, office: Office) -> Vec<String> {
        let all: Vec<Value> = reqwest::get(self.url(office) + "/_books/records").await.unwrap().json().await.unwrap();
        let mut bodies: Vec<String> =
            all.iter().map(|record| format!("{} {}", record["resource"], record["body"])).collect();
        bodies.sort();
        bodies
    }

    /// The numbers of the assignments that the back office holds and that fit an indication of the front office.
    pub async fn held_by(&self, id: &str) -> Vec<String> {
        let get = async |url: String| -> Value {
            let request = reqwest::Client::new().get(url).bearer_auth(TOKEN);
            request.send().await.unwrap().json().await.unwrap()
        };
        let rows = get(self.url(Office::Front) + "/api/indicaties?limit=5000").await;
        let ours = rows["items"].as_array().unwrap().iter().find(|row| row["id"] == id).unwrap().clone();
        let (mut numbers, mut after) = (Vec::new(), String::new());
        loop {
            let page = get(format!("{}/api/toewijzingen?na={after}", self.url(Office::Back))).await;
            let fits = |row: &&Value| {
                let same = |field: &str| row[field] == ours[field];
                row["client"]["bsn"] == ours["client"]["bsn"]
                    && same("wet")
                    && same("aanbieder_agb")
                    && same("ingangsdatum")
                    && row["product"]["categorie"] == ours["product"]["categorie"]
            };
            let fitting = page["items"].as_array().unwrap().iter().filter(fits);
            numbers.extend(fitting.map(|row| row["toewijzingsnummer"].as_str().unwrap().to_owned()));
            match page["volgende"].as_str() {
                Some(next) => next.clone_into(&mut after),
                None => return numbers,
            }
        }
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

    /// Has the program answer over HTTP, on a port that is free.
    pub fn listens(&self) {
        self.edit("schakel.toml", |text| text + "\n[http]\nlisten = \"127.0.0.1:0\"\n");
    }

    /// How many flows have begun to read, as `status` says; none while there is no store yet.
    pub fn begun(&self) -> usize {
        let status = self.command(&["status", "--format", "json"]).out;
        let status: Value = serde_json::from_str(&status).unwrap_or_default();
        let flows = status["flows"].as_array();
        flows.map_or(0, |flows| flows.iter().filter(|flow| !flow["last_run"].is_null()).count())
    }

    /// Has no flow fetch by its schedule while a test lasts.
    pub fn never_fetches(&self) {
        self.edit("schakel.toml", |text| text.replace("*/5 7-19 * * Mon-Fri", "0 3 1 1 *"));
    }

    /// Changes the end date of an indication.
    pub async fn move_end(&self, id: &str, end: &str) {
        self.indication(json!({ "id": id, "einddatum": end })).await;
    }
}

impl Running {
    /// Starts a command and listens to what it prints.
    pub fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (sender, lines) = mpsc::channel();
        listen(child.stdout.take().unwrap(), sender.clone(), Line::Out);
        listen(child.stderr.take().unwrap(), sender, Line::Err);
        Self { child, lines, said: Vec::new() }
    }

    /// Waits until it prints a line that holds this text, and gives the line.
    pub fn wait_for(&mut self, text: &str) -> String {
        let deadline = Instant::now() + LONG;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let line = self.lines.recv_timeout(left).unwrap_or_else(|_| panic!("no line says {text:?}"));
            let found = line.text().contains(text).then(|| line.text().to_owned());
            self.said.push(line);
            if let Some(found) = found {
                return found;
            }
        }
    }

    /// The address that it answers at.
    pub fn console(&mut self) -> String {
        let line = self.wait_for("the console listens");
        let (_, address) = line.split_once("127.0.0.1:").unwrap();
        let port: String = address.chars().take_while(char::is_ascii_digit).collect();
        format!("http://127.0.0.1:{port}")
    }

    /// The id of its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal: `TERM`, `KILL`.
    pub fn signal(&self, name: &str) {
        let status = Command::new("kill").arg(format!("-{name}")).arg(self.id().to_string()).status();
        assert!(status.unwrap().success());
    }

    /// Waits for its end. The code of a command that a signal ended is -1.
    pub fn ended(mut self) -> Ended {
        let deadline = Instant::now() + LONG;
        // Both channels close when the command ends.
        while let Ok(line) = self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            self.said.push(line);
        }
        assert!(Instant::now() < deadline, "the command does not end");
        let (mut out, mut err) = (String::new(), String::new());
        for line in &self.said {
            match line {
                Line::Out(line) => out.extend([line, "\n"]),
                Line::Err(line) => err.extend([line, "\n"]),
            }
        }
        Ended { code: self.child.wait().unwrap().code().unwrap_or(-1), out, err }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Line {
    fn text(&self) -> &str {
        match self {
            Self::Out(text) | Self::Err(text) => text,
        }
    }
}

fn listen(from: impl Read + Send + 'static, to: Sender<Line>, line: fn(String) -> Line) {
    std::thread::spawn(move || {
        for text in BufReader::new(from).lines().map_while(Result::ok) {
            // Nobody listens any more when the test is over.
            let _ = to.send(line(text));
        }
    });
}

/// Waits until the condition holds.
pub async fn until(what: &str, condition: impl AsyncFn() -> bool) {
    let deadline = Instant::now() + LONG;
    while !condition().await {
        assert!(Instant::now() < deadline, "{what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
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

/// A row of an indication in force, of the Wmo, that ends on 2027-01-31.
pub fn indicated(id: &str, bsn: &str) -> Value {
    json!({
        "id": id, "zaaknummer": format!("Z-2026-{}", id.trim_start_matches("IND-")), "wet": "WMO",
        "client": { "bsn": bsn }, "aanbieder_agb": "42420001",
        "product": { "categorie": "01", "code": "HH-BASIS" }, "leveringsvorm": "ZIN",
        "volume": 120, "eenheid": "minuut", "frequentie": "per week",
        "ingangsdatum": "2026-02-01", "einddatum": "2027-01-31", "besluitnummer": "B-2026-90001",
        "besluitdatum": "2026-01-20", "status": "actief",
    })
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

/// Copies a folder with all that is in it.
pub fn copy(from: &Path, to: &Path) {
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
