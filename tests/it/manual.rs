//! Plays a manual from start to end on a real installation, so that it cannot say what does not hold.
//!
//! | in the manual | what is done |
//! | --- | --- |
//! | a block `console` | each line `$ …` is run, and ends with 0 or with the number under `$ echo $?`; every other line is in what it printed, where `…` stands for any text |
//! | `<!-- edit: FILE append -->` and a block | its lines come behind those of the file |
//! | `<!-- edit: FILE new -->` and a block | the file holds its lines |
//! | `<!-- edit: FILE replace -->` and a block `diff` | lines with a minus make way for those with a plus; with the lines around them they are in the file once. Comments count for nothing |
//! | `<!-- edit: FILE everywhere -->` and a block `diff` | the same, wherever they are |
//! | `<!-- scene: NAME -->` | what people and other systems do, and what must hold by then, as the test says |
//!
//! Only paths, addresses and the numbers of the simulation are put in the place of those in the manual.

use crate::world::{Ended, Running, World, repository, until};
use std::collections::VecDeque;
use std::path::PathBuf;
use std::process::Command;

/// Every flow runs by its schedule.
const TIME_PASSES: &str = "time passes";

/// An installation, and its daemon as systemd has it.
pub struct Stage {
    pub world: World,
    daemon: Option<Running>,
    address: Option<String>,
    /// What stands in the manual, and what is put in its place.
    words: Vec<(String, String)>,
    said: Ended,
}

/// What a manual holds, in its order.
#[derive(Debug)]
enum Step {
    Run { line: usize, command: String, code: i32, printed: Vec<String> },
    Edit { line: usize, file: String, how: String, text: Vec<String> },
    Scene { line: usize, name: String },
}

/// The text of a manual.
pub fn text(name: &str) -> String {
    std::fs::read_to_string(repository().join("docs").join(name)).unwrap()
}

/// Plays a manual; `scene` does what it calls a scene.
pub async fn play(name: &str, stage: &mut Stage, mut scene: impl AsyncFnMut(&mut Stage, &str)) {
    let steps = steps(&text(name));
    assert!(steps.len() > 10, "{name} has steps");
    for step in steps {
        println!("{name}:{step:?}");
        match step {
            Step::Run { line, command, code, printed } => {
                stage.run(&command).await;
                let Ended { code: ended, out, err } = &stage.said;
                assert_eq!(*ended, code, "{name}:{line}: {command}\n{out}{err}");
                for expected in printed {
                    let expected = stage.put(&expected);
                    let found = out.lines().chain(err.lines()).any(|said| holds(said, &expected));
                    assert!(found, "{name}:{line}: nothing says {expected:?}:\n{out}{err}");
                }
            }
            Step::Edit { line, file, how, text } => stage.edit(&format!("{name}:{line}"), &file, &how, &text),
            Step::Scene { name, .. } if name == TIME_PASSES => stage.time_passes(),
            Step::Scene { line, name: event } => {
                println!("{name}:{line}");
                scene(stage, &event).await;
            }
        }
    }
}

/// What a manual holds.
fn steps(manual: &str) -> Vec<Step> {
    let mut lines: VecDeque<(usize, &str)> = (1..).zip(manual.lines()).collect();
    let (mut steps, mut edit) = (Vec::new(), None);
    while let Some((line, text)) = lines.pop_front() {
        if let Some(words) = text.strip_prefix("<!-- edit: ").and_then(|text| text.strip_suffix(" -->")) {
            let (file, how) = words.split_once(' ').unwrap();
            edit = Some((file.to_owned(), how.to_owned()));
        } else if let Some(name) = text.strip_prefix("<!-- scene: ").and_then(|text| text.strip_suffix(" -->")) {
            steps.push(Step::Scene { line, name: name.to_owned() });
        } else if let Some(language) = text.strip_prefix("```") {
            let mut block = Vec::new();
            loop {
                match lines.pop_front() {
                    Some((_, "```")) => break,
                    Some(line) => block.push(line),
                    None => panic!("line {line}: the block has no end"),
                }
            }
            if let Some((file, how)) = edit.take() {
                let text = block.into_iter().map(|(_, text)| text.to_owned()).collect();
                steps.push(Step::Edit { line, file, how, text });
            } else if language == "console" {
                console(&block, &mut steps);
            }
        }
    }
    assert!(edit.is_none(), "an edit without a block");
    steps
}

/// The commands of a block.
fn console(block: &[(usize, &str)], steps: &mut Vec<Step>) {
    let mut codes = false;
    for (line, text) in block {
        let last = steps.last_mut();
        match (text.strip_prefix("$ "), last) {
            (Some("echo $?"), _) => codes = true,
            (Some(command), _) => {
                codes = false;
                let (command, printed) = (command.to_owned(), Vec::new());
                steps.push(Step::Run { line: *line, command, code: 0, printed });
            }
            (None, Some(Step::Run { code, .. })) if codes => *code = text.parse().unwrap(),
            (None, Some(Step::Run { printed, .. })) => printed.extend((!text.is_empty()).then(|| (*text).to_owned())),
            (None, _) => panic!("line {line}: nothing is run before it"),
        }
    }
}

/// Whether a line holds a text, whatever the white space, with anything in the place of `…`.
fn holds(line: &str, text: &str) -> bool {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = plain(line);
    let mut rest = line.as_str();
    text.split('…').map(plain).all(|part| match rest.split_once(part.as_str()) {
        Some((_, behind)) => {
            rest = behind;
            true
        }
        None => false,
    })
}

impl Stage {
    /// An installation whose daemon does not run yet.
    pub fn new(world: World) -> Self {
        let said = Ended { code: 0, out: String::new(), err: String::new() };
        let mut stage = Self { world, daemon: None, address: None, words: Vec::new(), said };
        let state = stage.world.path("state");
        std::fs::create_dir(&state).unwrap();
        let installation = stage.world.path("").display().to_string();
        let installation = installation.trim_end_matches('/');
        stage.says("/var/lib/schakel", &state.display().to_string());
        for folder in ["/etc/schakel", "/srv/backoffice", "/srv/backup", "/root"] {
            stage.says(folder, installation);
        }
        stage
    }

    /// Puts what there is in the place of what the manual says.
    pub fn says(&mut self, manual: &str, there_is: &str) {
        self.words.insert(0, (manual.to_owned(), there_is.to_owned()));
    }

    fn put(&self, text: &str) -> String {
        self.words.iter().fold(text.to_owned(), |text, (manual, there_is)| text.replace(manual, there_is))
    }

    /// Starts the daemon, as systemd does.
    pub fn start(&mut self) {
        assert!(self.daemon.is_none(), "it runs already");
        let mut daemon = self.world.start_command(&["run"]);
        let settings = std::fs::read_to_string(self.world.path("schakel.toml")).unwrap();
        self.address = settings.contains("[http]").then(|| daemon.console());
        daemon.wait_for("running");
        self.daemon = Some(daemon);
    }

    /// Stops it; whether something waits is no matter.
    fn stop(&mut self) {
        let daemon = self.daemon.take().unwrap();
        daemon.signal("TERM");
        let ended = daemon.ended();
        assert!([0, 75].contains(&ended.code), "{}{}", ended.out, ended.err);
    }

    /// Checks the settings, and has the daemon take them when nothing is wrong.
    fn reload(&mut self) {
        self.said = self.world.command(&["validate", "--without-credentials"]);
        if self.said.code != 0 {
            self.said.code = 1;
            return;
        }
        let daemon = self.daemon.as_mut().unwrap();
        daemon.signal("HUP");
        daemon.wait_for("running under the new settings");
    }

    /// Has every flow run, as by its schedule.
    pub fn time_passes(&mut self) {
        let ran = self.daemon.is_some();
        if ran {
            self.stop();
        }
        let (code, summary) = self.world.json(&["once"]);
        assert!([0, 69, 75].contains(&code), "{summary}");
        if ran {
            self.start();
        }
    }

    async fn run(&mut self, line: &str) {
        let line = self.put(line);
        let words = words(&line);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        self.said = Ended { code: 0, out: String::new(), err: String::new() };
        match words[..] {
            ["schakel", ref arguments @ ..] => self.said = self.world.command(arguments),
            ["systemctl", "start" | "enable", .., "schakel"] => self.start(),
            ["systemctl", "stop", "schakel"] => self.stop(),
            ["systemctl", "restart", "schakel"] => {
                self.stop();
                self.start();
            }
            ["systemctl", "reload", "schakel"] => self.reload(),
            // The program hears it from the test.
            ["export", _] => {}
            ["curl", "-sf", url] => self.asked(url).await,
            [program @ ("cp" | "find" | "install"), ref arguments @ ..] => {
                self.said = Command::new(program).args(arguments).output().unwrap().into();
            }
            _ => panic!("no test runs {line}"),
        }
    }

    async fn asked(&mut self, url: &str) {
        let path = url.strip_prefix("http://127.0.0.1:7311").unwrap();
        let url = self.address.clone().unwrap() + path;
        // It logs that it runs a moment before it answers so.
        until("it answers well", async || reqwest::get(&url).await.unwrap().status().is_success()).await;
        self.said.out = reqwest::get(&url).await.unwrap().text().await.unwrap();
    }

    fn edit(&self, place: &str, file: &str, how: &str, text: &[String]) {
        let path = PathBuf::from(self.put(file));
        let path = if path.is_absolute() { path } else { self.world.path(file) };
        // A port of its own for each test.
        let text: Vec<String> = text.iter().map(|line| self.put(line).replace(":7311", ":0")).collect();
        let old = if how == "new" { String::new() } else { std::fs::read_to_string(&path).unwrap() };
        let old: Vec<&str> = old.lines().collect();
        let new = match how {
            "new" | "append" => old.iter().copied().chain(text.iter().map(String::as_str)).collect(),
            "replace" | "everywhere" => {
                let (new, count) = replaced(&old, &text);
                assert!(count == 1 || how == "everywhere" && count > 1, "{place}: {count} times in {file}");
                new
            }
            _ => panic!("{place}: no test edits by {how}"),
        };
        std::fs::write(path, new.join("\n") + "\n").unwrap();
    }
}

/// The lines after an edit, and how often it was made.
fn replaced<'t>(lines: &[&'t str], diff: &'t [String]) -> (Vec<&'t str>, usize) {
    let plain = |line: &str| line.split(" #").next().unwrap_or_default().trim_end().to_owned();
    let before: Vec<String> = diff
        .iter()
        .filter(|line| !line.starts_with('+'))
        .map(|line| plain(line.get(1..).unwrap_or_default()))
        .collect();
    let (mut new, mut count, mut at) = (Vec::new(), 0, 0);
    while at < lines.len() {
        let here = lines.get(at..at + before.len());
        if here.is_some_and(|here| here.iter().map(|line| plain(line)).eq(before.iter().cloned())) {
            let mut kept = lines[at..at + before.len()].iter();
            for line in diff {
                match line.split_at_checked(1) {
                    Some(("+", added)) => new.push(added),
                    Some(("-", _)) => drop(kept.next()),
                    _ => new.extend(kept.next()),
                }
            }
            (count, at) = (count + 1, at + before.len());
        } else {
            new.push(lines[at]);
            at += 1;
        }
    }
    (new, count)
}

/// The words of a command line; quotes keep together what is between them.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for character in line.chars() {
        match (quote, character) {
            (Some(open), character) if open == character => quote = None,
            (None, '\'' | '"') => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take()),
            (_, character) => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    words
}
