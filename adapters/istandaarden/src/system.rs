//! An opened directory of messages, which several flows read.

use crate::directory::Directory;
use crate::message::Link;
use crate::shared::{Shared, lock};
use crate::source::MessageSource;
use schakel_api::contract::{Opening, Section, SettingError, Source, System};
use schakel_api::mapping::Projection;
use schakel_api::model::Stream;
use schemars::JsonSchema;
use serde::Deserialize;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
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

/// What messages hold that a front office takes.
const STREAMS: [Stream; 4] = [Stream::Assignment, Stream::Request, Stream::Start, Stream::Stop];

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
        if !STREAMS.contains(&stream) {
            let error = SettingError::new(section.span(), format!("no message holds the stream `{}`", stream.as_str()));
            errors.push(error.help(format!("there are: {}", STREAMS.map(Stream::as_str).join(", "))));
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        lock(&self.0.streams).insert(stream);
        Ok(Arc::new(MessageSource::new(Arc::clone(&self.0), stream)))
    }
}
