use std::time::Duration;

/// What happened, from a closed list: no key, value or words of the other side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FaultCode {
    /// No connection could be made.
    NoConnection,
    /// The connection broke before the answer.
    ConnectionLost,
    /// No answer came in time.
    TimedOut,
    /// The system is overloaded or in maintenance (429, 503).
    Busy,
    /// The system failed (another 5xx).
    ServerError,
    /// The credentials were not accepted (401).
    NotAuthenticated,
    /// The credentials do not suffice (403).
    NotAuthorised,
    /// The system refused the record (another 4xx).
    NotAccepted,
    /// The answer is not what the settings say.
    UnexpectedAnswer,
    /// A directory or file cannot be read.
    NotReadable,
}

impl FaultCode {
    /// The code as people and programs read it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoConnection => "no-connection",
            Self::ConnectionLost => "connection-lost",
            Self::TimedOut => "timed-out",
            Self::Busy => "busy",
            Self::ServerError => "server-error",
            Self::NotAuthenticated => "not-authenticated",
            Self::NotAuthorised => "not-authorised",
            Self::NotAccepted => "not-accepted",
            Self::UnexpectedAnswer => "unexpected-answer",
            Self::NotReadable => "not-readable",
        }
    }
}

impl FaultCode {
    const ALL: [Self; 10] = [
        Self::NoConnection,
        Self::ConnectionLost,
        Self::TimedOut,
        Self::Busy,
        Self::ServerError,
        Self::NotAuthenticated,
        Self::NotAuthorised,
        Self::NotAccepted,
        Self::UnexpectedAnswer,
        Self::NotReadable,
    ];

    /// The code of that text.
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.as_str() == text)
    }

    /// Whether it says that a system is away or keeps us out.
    pub fn is_away(self) -> bool {
        !matches!(self, Self::NotAccepted | Self::UnexpectedAnswer)
    }
}

impl std::fmt::Display for FaultCode {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Why an exchange with another system failed, told apart by what the engine does next.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Nothing happened; try again later.
    #[error("{system} is not available ({code})")]
    Unavailable {
        /// The system.
        system: String,
        /// What happened.
        code: FaultCode,
        /// How long the system asks us to wait.
        retry_after: Option<Duration>,
    },
    /// Another try gives the same answer: a person must look at the record.
    #[error("{system} refused the record ({code})")]
    Refused {
        /// The system.
        system: String,
        /// What happened.
        code: FaultCode,
    },
    /// The system does not let us in.
    #[error("{system} denied access ({code})")]
    Denied {
        /// The system.
        system: String,
        /// What happened.
        code: FaultCode,
    },
    /// It may have happened.
    #[error("{system} gave no answer that tells the outcome ({code})")]
    Unknown {
        /// The system.
        system: String,
        /// What happened.
        code: FaultCode,
    },
    /// The adapter itself cannot go on.
    #[error("the adapter of {system} cannot go on ({code})")]
    Broken {
        /// The system.
        system: String,
        /// What happened.
        code: FaultCode,
    },
}

impl Fault {
    /// The system's name in the settings.
    pub fn system(&self) -> &str {
        match self {
            Self::Unavailable { system, .. }
            | Self::Refused { system, .. }
            | Self::Denied { system, .. }
            | Self::Unknown { system, .. }
            | Self::Broken { system, .. } => system,
        }
    }

    /// What happened.
    pub fn code(&self) -> FaultCode {
        match self {
            Self::Unavailable { code, .. }
            | Self::Refused { code, .. }
            | Self::Denied { code, .. }
            | Self::Unknown { code, .. }
            | Self::Broken { code, .. } => *code,
        }
    }
}

#[cfg(test)]
mod tests;
