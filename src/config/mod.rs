//! The settings of an installation: read, checked and opened by the code that runs them, all mistakes at once.

mod diagnostic;
mod files;
mod flow;
mod installation;
mod keys;
mod link;
mod schedule;
mod systems;
mod words;

pub use diagnostic::{Diagnostic, Diagnostics, File, Plain};
pub(crate) use files::Files;
pub(crate) use flow::named_stream;
pub use flow::{Flow, Mode};
pub use installation::{Installation, NotLoaded, StoreSettings};
pub(crate) use keys::{Keys, likeliest, suggested};
pub use link::Link;
pub use schedule::{BadSchedule, Schedule};
pub(crate) use words::{table, text, within, wrong_type};

/// Where systemd puts credentials. Nothing else reads the environment.
pub(crate) fn credentials_directory() -> Option<std::path::PathBuf> {
    std::env::var_os("CREDENTIALS_DIRECTORY").map(Into::into)
}
