//! An opened directory of messages, which several flows read.

use crate::directory::{Directory, Listed};
use crate::kind::Kind;
use crate::message::Link;
use crate::source::MessageSource;
use schakel_api::contract::{Opening, Section, SettingError, Source, System};
use schakel_api::mapping::Projection;
use schakel_api::model::Stream;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use toml::Spanned;

/// Reads copies of iWmo and iJw 3.2 messages from a directory.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Settings {
    /// The directory in which the back office leaves copies of the messages that it accepted. Files are left there.
    #[schemars(with = "PathBuf")]
    directory: Spanned<PathBuf>,
}

/// Which stream is read decides which messages count: a flow has no settings of its own.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct FlowSettings {}

/// A directory of messages and what its sources have in common.
pub(crate) struct MessageSystem(Arc<Shared>);

/// What the sources of one directory share.
pub(crate) struct Shared {
    /// The system's name, for faults.
    pub(crate) name: String,
    /// Where the messages are.
    pub(crate) directory: Directory,
    /// Whose messages they should be.
    pub(crate) link: Link,
    /// The streams that are read from here: the lowest reports the files that belong to no stream.
    streams: Mutex<BTreeSet<Stream>>,
    /// What the files are, by name, each for one state of the file: a file counts in one stream, and without this
    /// the sources of the others would open it on every fetch.
    kinds: Mutex<HashMap<String, (String, Kind)>>,
}

/// What a poisoned lock guards is as good as ever: each change to it is one step.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    /// What a file is, when it was looked at before in this state.
    pub(crate) fn known(&self, file: &Listed) -> Option<Kind> {
        let kinds = lock(&self.kinds);
        kinds.get(&file.key).filter(|(state, _)| *state == file.fingerprint()).map(|(_, kind)| *kind)
    }

    /// Remembers what a file is in this state.
    pub(crate) fn remember(&self, file: &Listed, kind: Kind) {
        lock(&self.kinds).insert(file.key.clone(), (file.fingerprint(), kind));
    }

    /// Forgets files that are gone; `present` is sorted.
    pub(crate) fn retain(&self, present: &[&str]) {
        lock(&self.kinds).retain(|key, _| present.binary_search(&key.as_str()).is_ok());
    }

    /// Whether a file counts in this stream. One that belongs to no stream counts in the lowest that is read.
    pub(crate) fn counts(&self, kind: Kind, stream: Stream) -> bool {
        match kind.stream() {
            Some(own) => own == stream,
            None => lock(&self.streams).first() == Some(&stream),
        }
    }
}

impl MessageSystem {
    /// Opens a directory.
    ///
    /// # Errors
    /// All mistakes in the settings: among them a directory that is not there.
    pub(crate) fn open(section: &Section<'_>, opening: Opening) -> Result<Self, Vec<SettingError>> {
        let settings: Settings = section.read()?;
        let span = settings.directory.span();
        let path = opening.base.join(settings.directory.into_inner());
        if !path.is_dir() {
            return Err(vec![SettingError::new(span, "there is no such directory, or it may not be looked at")]);
        }
        Ok(Self(Arc::new(Shared {
            name: opening.system,
            directory: Directory::new(path),
            link: Link { municipalities: opening.municipalities, laws: opening.laws },
            streams: Mutex::default(),
            kinds: Mutex::default(),
        })))
    }
}

impl System for MessageSystem {
    fn source(
        &self,
        stream: Stream,
        section: &Section<'_>,
        projection: Option<Projection>,
    ) -> Result<Arc<dyn Source>, Vec<SettingError>> {
        let mut errors = section.read::<FlowSettings>().err().unwrap_or_default();
        if projection.is_some() {
            errors.push(SettingError::new(section.span(), "messages need no mapping"));
        }
        if stream == Stream::Indication {
            let error = SettingError::new(section.span(), format!("no message holds the stream `{}`", stream.as_str()));
            errors.push(error.help("there are: assignment, request, start, stop"));
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        lock(&self.0.streams).insert(stream);
        Ok(Arc::new(MessageSource::new(Arc::clone(&self.0), stream)))
    }
}
