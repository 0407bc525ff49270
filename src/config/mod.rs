//! The settings of an installation: read, checked and opened by the code that runs them, all mistakes at once.

mod brake;
mod diagnostic;
mod ends;
mod files;
mod flow;
mod http;
mod installation;
mod keys;
mod link;
pub(crate) mod manager;
mod mode;
mod pass;
mod schedule;
mod systems;
mod words;

pub use brake::Brake;
pub use diagnostic::{Diagnostic, Diagnostics, File, Plain};
pub use ends::{Held, To};
pub(crate) use files::Files;
pub use flow::Flow;
pub(crate) use flow::named_stream;
pub use http::HttpSettings;
pub use installation::{Installation, NotLoaded, StoreSettings};
pub(crate) use keys::{Keys, likeliest, suggested};
pub use link::Link;
pub(crate) use link::UNSEEN;
pub use mode::Mode;
pub use pass::{Pass, Referrer};
pub use schedule::{BadSchedule, Schedule};
pub(crate) use words::{table, text, within, wrong_type};

/// Where systemd puts credentials. Nothing else reads the environment, but for what [`manager`] does.
pub(crate) fn credentials_directory() -> Option<std::path::PathBuf> {
    std::env::var_os("CREDENTIALS_DIRECTORY").map(Into::into)
}

/// The name of the credential that opens the store, whatever else the settings say.
pub(crate) fn store_key_name(settings: &str) -> Option<String> {
    let table: toml::Table = settings.parse().ok()?;
    let key = table.get("store")?.get("key")?.as_str()?;
    // A name, not a path: it must not lead out of the directory.
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    (!key.starts_with('.') && key.bytes().all(plain)).then(|| key.to_owned())
}
