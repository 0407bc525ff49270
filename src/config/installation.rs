use super::diagnostic::{Diagnostics, File};
use super::files::Files;
use super::flow::Flow;
use super::http::{HttpSettings, http};
use super::keys::Keys;
use super::link::{Link, link, tables};
use super::words::{table, text};
use crate::mapping::syntax_errors;
use crate::privacy::MasterKey;
use schakel_api::contract::{Adapter, Credentials, SettingError};
use schakel_api::gate::Environment;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

const ROOT: Keys = Keys { required: &["environment", "store", "link"], optional: &["http"] };
const STORE: Keys = Keys { required: &["url", "key"], optional: &[] };

/// Everything that the settings say, checked and opened.
pub struct Installation {
    /// What it is for.
    pub environment: Environment,
    /// Where the journal is kept.
    pub store: StoreSettings,
    /// Where it answers questions about itself, if anywhere.
    pub http: Option<HttpSettings>,
    /// The municipalities.
    pub links: Vec<Link>,
    /// Changes whenever any of the files does.
    pub revision: String,
    /// What is hardly meant, though it runs.
    pub warnings: Diagnostics,
    /// The settings file, in which later checks can point at what they find.
    pub(crate) settings: Arc<File>,
}

/// Where the journal is kept, and the key to it.
pub struct StoreSettings {
    /// The address of the database.
    pub url: String,
    /// Opens the keys in the store.
    pub key: MasterKey,
    /// Where in the settings file the address stands.
    pub(crate) url_at: Range<usize>,
    /// Where in the settings file the name of the key stands.
    pub(crate) key_at: Range<usize>,
}

impl StoreSettings {
    /// Whether these name the same store and open it with the same key.
    pub(crate) fn same(&self, other: &Self) -> bool {
        self.url == other.url && self.key.same(&other.key)
    }
}

/// Why an installation cannot run.
#[derive(Debug, thiserror::Error)]
pub enum NotLoaded {
    /// The settings file itself.
    #[error("{path} cannot be read: {kind}")]
    Unreadable {
        /// Its path.
        path: PathBuf,
        /// Why not.
        kind: std::io::ErrorKind,
    },
    /// Mistakes in the files.
    #[error("{0}")]
    Wrong(Diagnostics),
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Root {
    environment: Option<Environment>,
}

impl Installation {
    /// Reads the settings file and all files that it names, and opens every system without calling it.
    ///
    /// # Errors
    /// When the file cannot be read, or every mistake that was found.
    pub fn load(path: &Path, credentials: &Credentials, adapters: &[&dyn Adapter]) -> Result<Self, NotLoaded> {
        let base = path.parent().map(Path::to_owned).unwrap_or_default();
        let mut files = Files::new(&base);
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let Some(file) = files.text(&name) else {
            let kind = std::fs::read_to_string(path).map_or_else(|error| error.kind(), |_| std::io::ErrorKind::Other);
            return Err(NotLoaded::Unreadable { path: path.to_owned(), kind });
        };
        let loaded = read(&mut files, &file, credentials, adapters);
        // A file may be named where something is wrong.
        if !files.diagnostics.has_mistakes() {
            files.warn_of_unnamed();
        }
        files.diagnostics.sort();
        match loaded {
            Some((environment, store, http, links)) if !files.diagnostics.has_mistakes() => {
                let revision = files.revision();
                Ok(Self { environment, store, http, links, revision, warnings: files.diagnostics, settings: file })
            }
            _ => Err(NotLoaded::Wrong(files.diagnostics)),
        }
    }
}

impl Installation {
    /// Every flow of every link.
    pub fn flows(&self) -> impl Iterator<Item = &Arc<Flow>> {
        self.links.iter().flat_map(|link| &link.flows)
    }
}

fn read(
    files: &mut Files,
    file: &File,
    credentials: &Credentials,
    adapters: &[&dyn Adapter],
) -> Option<(Environment, StoreSettings, Option<HttpSettings>, Vec<Link>)> {
    let (table, errors) = DeTable::parse_recoverable(&file.text);
    if !errors.is_empty() {
        files.diagnostics.extend(file, syntax_errors(&errors));
        return None;
    }
    // What is missing is told at the top: nowhere else would be better.
    let (mut section, errors) = ROOT.check(Spanned::new(0..0, table.into_inner()));
    files.diagnostics.extend(file, errors);
    let (store, http_table, links) = (section.take("store"), section.take("http"), section.take("link"));
    let (root, errors) = section.read_some::<Root>();
    files.diagnostics.extend(file, errors);
    let environment = root.unwrap_or_default().environment;
    let store = store.and_then(|store| store_settings(files, file, store, credentials));
    let http = http_table.and_then(|table| http(files, file, table));
    let mut read = Vec::new();
    let mut names = BTreeSet::new();
    for table in links.map(|value| tables(files, file, value, "`[[link]]`")).unwrap_or_default() {
        let span = table.span();
        if let Some(link) = link(files, file, table, environment, credentials, adapters) {
            if !names.insert(link.name.clone()) {
                files.diagnostics.add(file, SettingError::new(span, "another link has this name"));
            }
            read.push(link);
        }
    }
    Some((environment?, store?, http, read))
}

fn store_settings(
    files: &mut Files,
    file: &File,
    value: Spanned<DeValue<'_>>,
    credentials: &Credentials,
) -> Option<StoreSettings> {
    let table = table(value).map_err(|error| files.diagnostics.add(file, error)).ok()?;
    let (mut section, errors) = STORE.check(table);
    files.diagnostics.extend(file, errors);
    let (url, key) = (section.take("url"), section.take("key"));
    let (url_at, key_at) = (url.as_ref().map(Spanned::span), key.as_ref().map(Spanned::span));
    let url = url.and_then(|value| {
        let url = text(value).and_then(|url| match url.get_ref().strip_prefix("sqlite:") {
            Some(path) => Ok(format!("sqlite:{}", files.base().join(path).display())),
            None => Err(SettingError::new(url.span(), "the store is a SQLite database")
                .help("for example `sqlite:/var/lib/schakel/schakel.db`")),
        });
        url.map_err(|error| files.diagnostics.add(file, error)).ok()
    });
    let key = key.and_then(|value| {
        let key = text(value).and_then(|name| {
            let secret = credentials.get(name.get_ref()).map_err(|error| error.to_string());
            secret
                .and_then(|secret| MasterKey::parse(&secret).map_err(|error| error.to_string()))
                .map_err(|message| SettingError::new(name.span(), message).help("`schakel keys init` makes one"))
        });
        key.map_err(|error| files.diagnostics.add(file, error)).ok()
    });
    Some(StoreSettings { url: url?, key: key?, url_at: url_at?, key_at: key_at? })
}

#[cfg(test)]
mod tests;
