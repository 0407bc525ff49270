//! The commands, their output and exit codes.

mod adopt;
mod demo;
mod exit;
mod fields;
mod flows;
mod keys;
mod logs;
mod once;
mod output;
mod pause;
mod preview;
mod rejections;
mod run;
mod signals;
mod status;
mod teller;
mod validate;

pub use exit::Exit;
pub use logs::LOG_FIELDS;

use crate::config::{Installation, NotLoaded};
use crate::engine::Clock;
use crate::store::{Store, StoreError};
use chrono::Utc;
use clap::{Args, Parser, Subcommand};
use exit::Failure;
use logs::LogFormat;
use output::{Format, Output};
use schakel_api::contract::Credentials;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// Keeps a municipality's front office and back office for social care in step.
#[derive(Debug, Parser)]
#[command(name = "schakel", version, after_help = EXIT_CODES)]
struct Arguments {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 done, 64 wrong use, 69 a system is unavailable, 70 a bug, 74 a file or the store, \
75 stopped while something waits, 78 wrong settings";

/// What every command takes.
#[derive(Debug, Clone, Args)]
struct Common {
    /// The settings file
    #[arg(short, long, global = true, default_value = "/etc/schakel/schakel.toml")]
    config: PathBuf,

    /// The directory with credentials [default: $CREDENTIALS_DIRECTORY]
    #[arg(long, global = true)]
    credentials: Option<PathBuf>,

    /// How to print
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    format: Format,

    /// What to log
    // A closed list: a filter as the library takes it could ask other libraries for what they send.
    #[arg(long, global = true, value_parser = ["error", "warn", "info", "debug", "trace"])]
    log: Option<String>,

    /// How to log
    #[arg(long, global = true, value_enum, default_value_t = LogFormat::Text)]
    log_format: LogFormat,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run by the schedules: SIGTERM stops, SIGHUP reloads the settings
    Run(run::Arguments),
    /// Run every flow now, deliver what waits, and say what became of it
    Once(once::Arguments),
    /// Check settings, mappings, tables and the store, and name all mistakes at once
    Validate(validate::Arguments),
    /// Print the fields that can cross, per stream
    Fields(fields::Arguments),
    /// Compare what both sides of a flow hold, before it goes on
    Adopt(adopt::Arguments),
    /// Stop flows at once, also over a restart
    Pause(pause::Arguments),
    /// Let flows go on, and confirm what their brake stopped
    Resume(pause::Arguments),
    /// Send again what already crossed
    Resync(pause::ResyncArguments),
    /// Print what waits and when each flow last ran
    Status,
    /// What Schakel stopped and somebody must look at
    #[command(subcommand)]
    Rejections(rejections::Command),
    /// Show what would be sent, without sending and without writing anything
    Preview(preview::Arguments),
    /// The key to the store
    #[command(subcommand)]
    Keys(keys::Command),
    /// See it work: two simulated systems, kept in step
    Demo(demo::Arguments),
}

/// Runs the program.
pub fn main() -> ExitCode {
    quiet_panics();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage } else { Exit::Done }.into();
        }
    };
    let output = Output::new(arguments.common.format);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return output.failure(&Failure::io("no threads can be started", &error)).into(),
    };
    let log_format = arguments.common.log_format;
    let result = runtime.block_on(arguments.run(output));
    match result {
        Ok(exit) => exit,
        Err(failure) if log_format == LogFormat::Json => {
            logs::failure(&failure);
            failure.exit
        }
        Err(failure) => output.failure(&failure),
    }
    .into()
}

/// A panic tells where it happened, and nothing of what it was about: that could be a value of a record.
fn quiet_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        eprintln!("schakel: a bug at {place}");
    }));
}

impl Arguments {
    async fn run(self, output: Output) -> Result<Exit, Failure> {
        let default = match self.command {
            Command::Run(_) => "info",
            Command::Preview(_) | Command::Validate(_) => "warn",
            _ => "error",
        };
        self.common.log(default)?;
        match self.command {
            Command::Run(arguments) => run::run(&self.common, &arguments, output).await,
            Command::Once(arguments) => once::once(&self.common, &arguments, output).await,
            Command::Validate(arguments) => validate::validate(&self.common, &arguments, output).await,
            Command::Fields(arguments) => fields::fields(&arguments, output),
            Command::Adopt(arguments) => adopt::adopt(&self.common, &arguments, output).await,
            Command::Pause(arguments) => pause::pause(&self.common, &arguments, output).await,
            Command::Resume(arguments) => pause::resume(&self.common, &arguments, output).await,
            Command::Resync(arguments) => pause::resync(&self.common, &arguments, output).await,
            Command::Status => status::status(&self.common, output).await,
            Command::Rejections(command) => rejections::rejections(&self.common, &command, output).await,
            Command::Preview(arguments) => preview::preview(&self.common, &arguments, output).await,
            Command::Keys(command) => keys::keys(&self.common, command, output),
            Command::Demo(arguments) => demo::demo(&arguments, output).await,
        }
    }
}

impl Common {
    /// Logs go to standard error. They hold names, codes and counts, never a value of a record.
    fn log(&self, default: &str) -> Result<(), Failure> {
        logs::start(self.log_format, self.log.as_deref().unwrap_or(default))
    }

    fn credentials_directory(&self) -> Option<PathBuf> {
        self.credentials.clone().or_else(crate::config::credentials_directory)
    }

    fn credentials(&self) -> Credentials {
        Credentials::new(self.credentials_directory())
    }

    fn installation(&self) -> Result<Installation, NotLoaded> {
        self.installation_with(&self.credentials())
    }

    fn installation_with(&self, credentials: &Credentials) -> Result<Installation, NotLoaded> {
        Installation::load(&self.config, credentials, crate::adapters::ADAPTERS)
    }

    /// The installation, and the store as the one who works on it.
    fn opened(&self) -> Result<(Arc<Installation>, Store), Failure> {
        let installation = self.installation()?;
        installation.warnings.log();
        let store = Store::open(&installation.store.url, &installation.store.key)?;
        Ok((Arc::new(installation), store))
    }

    /// The installation, and the store as one who changes something small, perhaps beside the daemon. A store that is
    /// not there yet is made.
    fn beside(&self) -> Result<(Arc<Installation>, Store), Failure> {
        let installation = self.installation()?;
        let (url, key) = (&installation.store.url, &installation.store.key);
        let store = match Store::open_beside(url, key) {
            Err(StoreError::Unavailable(std::io::ErrorKind::NotFound)) => Store::open(url, key)?,
            opened => opened?,
        };
        Ok((Arc::new(installation), store))
    }

    /// The installation, and the store as one who only looks.
    fn looked_at(&self) -> Result<(Installation, Store), Failure> {
        let installation = self.installation()?;
        let store = Store::open_read(&installation.store.url, &installation.store.key)?;
        Ok((installation, store))
    }
}

/// The clock of the machine.
fn clock() -> Clock {
    Arc::new(Utc::now)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use super::quiet_panics;
    use std::process::Command;

    #[test]
    fn a_panic_tells_where_it_happened_and_nothing_of_what_it_was_about() {
        const ALONE: &str = "SCHAKEL_TEST_ALONE";
        // The hook is the process's, so the test runs itself once more in one of its own.
        if std::env::var_os(ALONE).is_some() {
            quiet_panics();
            panic!("{}", "999900006");
        }
        let name = "cli::tests::a_panic_tells_where_it_happened_and_nothing_of_what_it_was_about";
        let mut program = Command::new(std::env::current_exe().unwrap());
        let output = program.args([name, "--exact", "--nocapture"]).env(ALONE, "1").output().unwrap();
        let [said, printed] = [output.stderr, output.stdout].map(|bytes| String::from_utf8(bytes).unwrap());
        assert!(!output.status.success());
        assert!(said.contains("schakel: a bug at src/cli/mod.rs:"), "{said}");
        assert!(!(said + &printed).contains("999900006"));
    }
}
