use crate::config::NotLoaded;
use crate::engine::{Ending, StartError};
use crate::store::StoreError;
use std::process::ExitCode;

/// How the program ends (sysexits.h).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0
    Done,
    /// 64: wrong arguments.
    Usage,
    /// 69: something waits for a system that is away.
    Unavailable,
    /// 70: a bug.
    Bug,
    /// 74: a file or the store.
    Io,
    /// 75: stopped while something waits.
    Stopped,
    /// 78: wrong settings.
    Settings,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Usage => 64,
            Exit::Unavailable => 69,
            Exit::Bug => 70,
            Exit::Io => 74,
            Exit::Stopped => 75,
            Exit::Settings => 78,
        })
    }
}

impl From<Ending> for Exit {
    fn from(ending: Ending) -> Self {
        match ending {
            Ending::Drained => Self::Done,
            Ending::Unavailable => Self::Unavailable,
            Ending::Waiting => Self::Stopped,
        }
    }
}

/// Why a command could not do its work.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) message: String,
    pub(crate) loading: Option<NotLoaded>,
}

impl Failure {
    fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into(), loading: None }
    }

    /// Wrong arguments.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// A system that is away or keeps us out.
    pub(crate) fn unavailable(message: impl Into<String>) -> Self {
        Self::new(Exit::Unavailable, message)
    }

    /// A file.
    pub(crate) fn io(what: &str, error: &std::io::Error) -> Self {
        Self::new(Exit::Io, format!("{what}: {}", error.kind()))
    }

    /// Something that should be impossible.
    pub(crate) fn bug(message: impl Into<String>) -> Self {
        Self::new(Exit::Bug, message)
    }
}

impl From<NotLoaded> for Failure {
    fn from(error: NotLoaded) -> Self {
        let exit = match error {
            NotLoaded::Unreadable { .. } => Exit::Io,
            NotLoaded::Wrong(_) => Exit::Settings,
        };
        Self { exit, message: error.to_string(), loading: Some(error) }
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Store(error) => error.into(),
            StartError::NotAdopted(_) => Self::new(Exit::Settings, error.to_string()),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let exit = match error {
            StoreError::WrongKey | StoreError::Url | StoreError::OtherEnvironment => Exit::Settings,
            StoreError::Broken(_) => Exit::Bug,
            _ => Exit::Io,
        };
        Self::new(exit, error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Diagnostics;
    use std::path::PathBuf;

    #[test]
    fn each_ending_has_its_number() {
        let numbers = [
            (Exit::Done, 0),
            (Exit::Usage, 64),
            (Exit::Unavailable, 69),
            (Exit::Bug, 70),
            (Exit::Io, 74),
            (Exit::Stopped, 75),
            (Exit::Settings, 78),
        ];
        for (exit, number) in numbers {
            assert_eq!(ExitCode::from(exit), ExitCode::from(number), "{exit:?}");
        }
    }

    #[test]
    fn what_still_waits_decides_how_a_run_ends() {
        let endings =
            [(Ending::Drained, Exit::Done), (Ending::Unavailable, Exit::Unavailable), (Ending::Waiting, Exit::Stopped)];
        for (ending, exit) in endings {
            assert_eq!(Exit::from(ending), exit);
        }
    }

    #[test]
    fn wrong_settings_are_told_apart_from_a_file_that_cannot_be_read() {
        let unreadable = NotLoaded::Unreadable { path: PathBuf::from("x.toml"), kind: std::io::ErrorKind::NotFound };
        let failure = Failure::from(unreadable);
        assert_eq!((failure.exit, failure.message.as_str()), (Exit::Io, "x.toml cannot be read: entity not found"));
        assert_eq!(Failure::from(NotLoaded::Wrong(Diagnostics::default())).exit, Exit::Settings);
    }

    #[test]
    fn the_key_to_the_store_is_a_setting_and_the_store_itself_a_file() {
        assert_eq!(Failure::from(StoreError::WrongKey).exit, Exit::Settings);
        assert_eq!(Failure::from(StoreError::Url).exit, Exit::Settings);
        assert_eq!(Failure::from(StoreError::Broken("x")).exit, Exit::Bug);
    }
}
