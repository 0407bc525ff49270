use super::diagnostic::File;
use super::files::Files;
use super::keys::Keys;
use super::words::table;
use schakel_api::contract::SettingError;
use serde::Deserialize;
use std::net::SocketAddr;
use toml::Spanned;
use toml::de::DeValue;

const HTTP: Keys = Keys { required: &["listen"], optional: &["allow-remote"] };

/// Where the daemon answers questions about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HttpSettings {
    /// An address of this machine and a port; port 0 is any that is free.
    pub listen: SocketAddr,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
struct Read {
    listen: Option<Spanned<String>>,
    allow_remote: bool,
}

/// Checks the section `[http]`. All mistakes are noted.
pub(super) fn http(files: &mut Files, file: &File, value: Spanned<DeValue<'_>>) -> Option<HttpSettings> {
    let table = table(value).map_err(|error| files.diagnostics.add(file, error)).ok()?;
    let (section, errors) = HTTP.check(table);
    files.diagnostics.extend(file, errors);
    let (read, errors) = section.read_some::<Read>();
    // What stands there and is wrong may have been meant to allow it.
    let allowed = !errors.is_empty() || read.as_ref().is_some_and(|read| read.allow_remote);
    files.diagnostics.extend(file, errors);
    let listen = read?.listen?;
    address(&listen, allowed)
        .map_err(|error| files.diagnostics.add(file, error))
        .ok()
        .map(|listen| HttpSettings { listen })
}

fn address(listen: &Spanned<String>, allow_remote: bool) -> Result<SocketAddr, SettingError> {
    let address: SocketAddr = listen.get_ref().parse().map_err(|_| {
        SettingError::new(listen.span(), "no address and port of this machine").help("for example `127.0.0.1:7311`")
    })?;
    match address.ip().is_loopback() || allow_remote {
        true => Ok(address),
        false => Err(SettingError::new(
            listen.span(),
            "other machines can reach this address, and nobody is asked who he is",
        )
        .help("listen on `127.0.0.1`, or allow it with `allow-remote = true`")),
    }
}
