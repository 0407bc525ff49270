use super::diagnostic::{Diagnostics, File};
use super::files::Files;
use super::link::{Link, link};
use crate::mapping::syntax_error;
use crate::privacy::MasterKey;
use schakel_api::contract::{Adapter, Credentials, Section, SettingError};
use schakel_api::gate::Environment;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Everything that the settings say, checked and opened.
pub struct Installation {
    /// What it is for.
    pub environment: Environment,
    /// Where the journal is kept.
    pub store: StoreSettings,
    /// The municipalities.
    pub links: Vec<Link>,
    /// Changes whenever any of the files does.
    pub revision: String,
}

/// Where the journal is kept, and the key to it.
pub struct StoreSettings {
    /// The address of the database.
    pub url: String,
    /// Opens the keys in the store.
    pub key: MasterKey,
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

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Root {
    environment: Environment,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct StoreTable {
    url: Spanned<String>,
    key: Spanned<String>,
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
        files.diagnostics.sort();
        match loaded {
            Some((environment, store, links)) if files.diagnostics.is_empty() => {
                Ok(Self { environment, store, links, revision: files.revision() })
            }
            _ => Err(NotLoaded::Wrong(files.diagnostics)),
        }
    }
}

fn read(
    files: &mut Files,
    file: &File,
    credentials: &Credentials,
    adapters: &[&dyn Adapter],
) -> Option<(Environment, StoreSettings, Vec<Link>)> {
    let (table, errors) = DeTable::parse_recoverable(&file.text);
    if !errors.is_empty() {
        files.diagnostics.extend(file, errors.iter().map(syntax_error));
        return None;
    }
    let mut section = Section::new(table);
    let (store, links) = (section.take("store"), section.take("link"));
    let (root, errors) = section.read_some::<Root>();
    files.diagnostics.extend(file, errors);
    let store = store_settings(files, file, store, credentials);
    let mut read = Vec::new();
    let mut names = BTreeSet::new();
    match links.map(Spanned::into_inner) {
        Some(DeValue::Array(list)) if !list.is_empty() => {
            for table in list {
                let span = table.span();
                if let DeValue::Table(table) = table.into_inner() {
                    let environment = root.as_ref().map(|root| root.environment);
                    let section = Section::new(Spanned::new(span.clone(), table));
                    if let Some(link) = link(files, file, section, environment, credentials, adapters) {
                        if !names.insert(link.name.clone()) {
                            files.diagnostics.add(file, SettingError::new(span, "another link has this name"));
                        }
                        read.push(link);
                    }
                }
            }
        }
        _ => files.diagnostics.add(file, SettingError::new(0..0, "there is no `[[link]]`")),
    }
    Some((root?.environment, store?, read))
}

fn store_settings(
    files: &mut Files,
    file: &File,
    store: Option<Spanned<DeValue<'_>>>,
    credentials: &Credentials,
) -> Option<StoreSettings> {
    let Some(store) = store else {
        files.diagnostics.add(file, SettingError::new(0..0, "`[store]` is missing"));
        return None;
    };
    let span = store.span();
    let DeValue::Table(table) = store.into_inner() else {
        files.diagnostics.add(file, SettingError::new(span, "`store` is a table"));
        return None;
    };
    let (settings, errors) = Section::new(Spanned::new(span, table)).read_some::<StoreTable>();
    files.diagnostics.extend(file, errors);
    let settings = settings?;
    let Some(path) = settings.url.get_ref().strip_prefix("sqlite:") else {
        let error = SettingError::new(settings.url.span(), "the store is a SQLite database");
        files.diagnostics.add(file, error.help("for example `sqlite:/var/lib/schakel/schakel.db`"));
        return None;
    };
    let url = format!("sqlite:{}", files.base().join(path).display());
    let key = credentials
        .get(settings.key.get_ref())
        .map_err(|error| error.to_string())
        .and_then(|secret| MasterKey::parse(&secret).map_err(|error| error.to_string()));
    match key {
        Ok(key) => Some(StoreSettings { url, key }),
        Err(message) => {
            let error = SettingError::new(settings.key.span(), message);
            files.diagnostics.add(file, error.help("`schakel keys init` makes one"));
            None
        }
    }
}
