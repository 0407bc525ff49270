//! The program as a systemd service: the unit is right, and the service manager hears how the daemon is.

use crate::world::{Office, Running, World, repository};
use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use serde_json::json;
use std::os::unix::net::UnixDatagram;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

/// How long to wait at most for something that takes a moment.
const LONG: Duration = Duration::from_secs(30);

/// The socket of a service manager.
struct Manager(UnixDatagram);

impl Manager {
    /// Starts `run` as a service manager does, with this time between two signs of life at most.
    fn start(world: &World, watchdog: Duration) -> (Self, Running) {
        let path = world.path("notify");
        let socket = UnixDatagram::bind(&path).unwrap();
        let mut command = world.program(&["run"]);
        command.env("NOTIFY_SOCKET", path).env("WATCHDOG_USEC", watchdog.as_micros().to_string());
        (Self(socket), Running::start(&mut command))
    }

    /// The next message.
    fn hear(&self, timeout: Duration) -> Option<String> {
        let mut bytes = [0; 4096];
        self.0.set_read_timeout(Some(timeout)).unwrap();
        let length = self.0.recv(&mut bytes).ok()?;
        Some(String::from_utf8(bytes[..length].to_vec()).unwrap())
    }

    /// Waits for a message with this line.
    fn wait_for(&self, line: &str) -> String {
        let deadline = Instant::now() + LONG;
        loop {
            let message = self.hear(deadline.saturating_duration_since(Instant::now()).max(Duration::from_millis(1)));
            let message = message.unwrap_or_else(|| panic!("nothing says {line}"));
            if message.lines().any(|said| said == line) {
                return message;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_service_manager_hears_how_the_daemon_is() {
    let world = World::with_persons(1).await;
    world.never_fetches();
    let (manager, daemon) = Manager::start(&world, Duration::from_millis(400));
    let ready = manager.wait_for("READY=1");
    assert!(ready.contains("STATUS=running under revision "), "{ready}");
    let begun = Instant::now();
    for _ in 0..3 {
        manager.wait_for("WATCHDOG=1");
    }
    assert!(begun.elapsed() < Duration::from_secs(4), "a sign of life every 100 milliseconds");

    daemon.signal("HUP");
    let reloading = manager.wait_for("RELOADING=1");
    assert!(reloading.contains("MONOTONIC_USEC="), "{reloading}");
    manager.wait_for("READY=1");

    world.edit("schakel.toml", |text| text.replace("stream = \"stop\"", "stream = \"stpo\""));
    daemon.signal("HUP");
    manager.wait_for("RELOADING=1");
    let ready = manager.wait_for("READY=1");
    assert!(ready.contains("the new settings have 1 mistake"), "{ready}");

    daemon.signal("TERM");
    manager.wait_for("STOPPING=1");
    assert_eq!(daemon.ended().code, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_whose_store_hangs_gives_no_sign_of_life() {
    let world = World::with_persons(1).await;
    world.never_fetches();
    let (manager, daemon) = Manager::start(&world, Duration::from_millis(400));
    manager.wait_for("READY=1");
    manager.wait_for("WATCHDOG=1");
    // Another program keeps the database to itself: the writer cannot begin.
    let locked = lock(&world);
    while manager.hear(Duration::from_millis(1)).is_some() {}
    assert_eq!(manager.hear(Duration::from_secs(2)), None);
    drop(locked);
    manager.wait_for("WATCHDOG=1");
    drop(daemon);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_whose_store_takes_no_write_gives_no_sign_of_life() {
    let world = World::with_persons(1).await;
    world.never_fetches();
    let (manager, daemon) = Manager::start(&world, Duration::from_millis(400));
    manager.wait_for("READY=1");
    manager.wait_for("WATCHDOG=1");
    // As a full disk does: what changes nothing goes well.
    let mut store = SqliteConnection::establish(world.path("schakel.db").to_str().unwrap()).unwrap();
    let full = "CREATE TRIGGER full BEFORE UPDATE ON installation BEGIN SELECT RAISE(ABORT, 'full'); END";
    store.batch_execute(&format!("PRAGMA busy_timeout = 5000; {full}")).unwrap();
    while manager.hear(Duration::from_millis(1)).is_some() {}
    assert_eq!(manager.hear(Duration::from_secs(2)), None);
    store.batch_execute("DROP TRIGGER full").unwrap();
    manager.wait_for("WATCHDOG=1");
    drop(daemon);
}

/// A connection that has the write lock of the database.
fn lock(world: &World) -> SqliteConnection {
    let mut connection = SqliteConnection::establish(world.path("schakel.db").to_str().unwrap()).unwrap();
    connection.batch_execute("PRAGMA busy_timeout = 5000; BEGIN IMMEDIATE").unwrap();
    connection
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_service_manager_the_daemon_runs_as_well() {
    let world = World::with_persons(1).await;
    world.control(Office::Back, json!({ "hold": false })).await;
    let mut daemon = world.start_command(&["run"]);
    daemon.wait_for("running");
    daemon.signal("TERM");
    assert_eq!(daemon.ended().code, 0);
}

fn analyze(arguments: &[&str]) -> Output {
    Command::new("systemd-analyze").args(arguments).output().expect("systemd-analyze is there: tests/run installs it")
}

fn said(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned()).concat()
}

#[test]
fn the_unit_is_one_that_systemd_takes() {
    let unit = std::fs::read_to_string(repository().join("systemd/schakel.service")).unwrap();
    // Where the program is installed there is none yet.
    let unit = unit.replace("/usr/bin/schakel", env!("CARGO_BIN_EXE_schakel"));
    let directory = tempfile::TempDir::new().unwrap();
    let path = directory.path().join("schakel.service");
    std::fs::write(&path, unit).unwrap();
    let verified = analyze(&["verify", path.to_str().unwrap()]);
    assert!(verified.status.success(), "{}", said(&verified));
    assert_eq!(said(&verified), "");
}

#[test]
fn the_unit_leaves_the_daemon_little_to_do_harm_with() {
    let unit = repository().join("systemd/schakel.service");
    let rated = analyze(&["security", "--offline=true", "--threshold=20", unit.to_str().unwrap()]);
    let said = said(&rated);
    assert!(rated.status.success(), "{said}");
    let level = said.split("exposure level for schakel.service: ").nth(1).unwrap().split(' ').next().unwrap();
    assert!(level.parse::<f32>().unwrap() < 2.0, "{said}");
}

#[test]
fn every_command_line_of_the_unit_is_one_that_the_program_knows() {
    let unit = std::fs::read_to_string(repository().join("systemd/schakel.service")).unwrap();
    let lines = unit.lines().filter_map(|line| line.split_once("/usr/bin/schakel ").map(|(_, arguments)| arguments));
    let mut count = 0;
    for arguments in lines {
        let mut program = Command::new(env!("CARGO_BIN_EXE_schakel"));
        let ended = program.args(arguments.split(' ')).arg("--help").output().unwrap();
        assert!(ended.status.success(), "{arguments}");
        count += 1;
    }
    assert_eq!(count, 3, "before the start, the start, and before a reload");
}
