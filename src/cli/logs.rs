use super::exit::Failure;
use crate::config::{Diagnostics, NotLoaded};
use clap::ValueEnum;
use tracing_subscriber::EnvFilter;

/// How to log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum LogFormat {
    /// For people.
    Text,
    /// For programs: one object a line, with the fields of a closed list.
    Json,
}

/// Every field that a log line can have in JSON, and what it says. The names are stable.
///
/// A line holds names, codes and counts, never a value of a record. A failure is logged once, where it is handled.
pub const LOG_FIELDS: [(&str, &str); 26] = [
    ("timestamp", "when, in UTC (RFC 3339)"),
    ("level", "ERROR, WARN, INFO, DEBUG or TRACE"),
    ("message", "what happened, in words that do not change with the case"),
    ("target", "the part of the program that says it"),
    ("version", "the version of the program"),
    ("revision", "the revision of the settings"),
    ("link", "the name of a link"),
    ("flow", "the name of a flow: link, stream and the two systems"),
    ("system", "link and name of a system"),
    ("entry", "the id of an entry of the journal"),
    ("run", "the number of a run of a flow"),
    ("fault", "what a system did not do, with a code from a closed list"),
    ("error", "what went wrong in the program or on its machine"),
    ("address", "where the console listens"),
    ("mistakes", "how many mistakes the new settings have"),
    ("warnings", "how much in the settings is hardly meant"),
    ("places", "where the first of them are: file, line and column"),
    ("recovered", "how many attempts of an earlier life were open"),
    ("fetched", "how many items a source gave"),
    ("journalled", "how many of them are to be delivered"),
    ("rejected", "how many of them are rejections"),
    ("reason", "why somebody had values shown, in their words"),
    ("creations", "how many records of a pass the target does not hold yet"),
    ("changes", "how many records of a pass the target holds otherwise"),
    ("removed", "how many records were removed because nobody might know of their persons"),
    ("waiting", "how many entries are still to be delivered"),
];

/// So many places of mistakes are logged; `validate` tells them all.
const PLACES: usize = 5;

/// Where the first mistakes are. What stands there is not told: it may be anything.
pub(super) fn places(diagnostics: &Diagnostics) -> String {
    diagnostics.places().take(PLACES).collect::<Vec<_>>().join(", ")
}

/// Logs how many mistakes there are and where.
pub(super) fn wrong(diagnostics: &Diagnostics) {
    tracing::error!(mistakes = diagnostics.count(), places = places(diagnostics), "the settings are wrong");
}

/// Logs why a command could not do its work: where logs are for programs, no other line stands between them.
pub(super) fn failure(failure: &Failure) {
    if let Some(NotLoaded::Wrong(diagnostics)) = &failure.loading {
        wrong(diagnostics);
    } else {
        tracing::error!(error = failure.message, "ended by a failure");
    }
}

/// Logs to standard error from now on.
pub(super) fn start(format: LogFormat, level: &str) -> Result<(), Failure> {
    // Other libraries log what they send; they are heard on errors only, whatever level is asked for.
    let ours = ["schakel", "schakel_api", "schakel_files", "schakel_rest", "schakel_istandaarden"];
    let wanted = ours.iter().fold("error".to_owned(), |wanted, name| format!("{wanted},{name}={level}"));
    let filter =
        EnvFilter::try_new(wanted).map_err(|_| Failure::usage("--log takes error, warn, info, debug or trace"))?;
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false);
    match format {
        LogFormat::Text => logs.init(),
        LogFormat::Json => {
            logs.json().flatten_event(true).with_current_span(false).with_span_list(false).init();
        }
    }
    Ok(())
}
