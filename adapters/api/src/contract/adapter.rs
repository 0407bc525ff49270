use super::{Credentials, Section, SettingError, Source, Target};
use crate::mapping::{Projection, Template};
use crate::model::Stream;
use crate::value::{Law, Municipality};
use schemars::Schema;
use std::path::PathBuf;
use std::sync::Arc;

/// What a system is opened with beside its own settings.
#[derive(Debug, Clone)]
pub struct Opening {
    /// The name of the system in the settings.
    pub system: String,
    /// Relative paths start here: the folder of the settings file.
    pub base: PathBuf,
    /// The installation's secrets.
    pub credentials: Credentials,
    /// The codes of the link's municipality.
    pub municipalities: Vec<Municipality>,
    /// The laws that the link handles.
    pub laws: Vec<Law>,
}

/// The JSON schemas of an adapter's settings.
#[derive(Debug, Clone)]
pub struct Schemas {
    /// Of a system.
    pub system: Schema,
    /// Of a flow's `from`, when the adapter has a source.
    pub source: Option<Schema>,
    /// Of a flow's `to`, when the adapter has a target.
    pub target: Option<Schema>,
}

/// Speaks to one kind of system.
pub trait Adapter: Send + Sync {
    /// The name in settings.
    fn name(&self) -> &'static str;

    /// What it speaks to, in one sentence.
    fn about(&self) -> &'static str;

    /// Its settings.
    fn schemas(&self) -> Schemas;

    /// Opens a system: its client, credentials and limits. Nothing is sent yet.
    ///
    /// # Errors
    /// All mistakes in the settings.
    fn open(&self, section: &Section<'_>, opening: Opening) -> Result<Arc<dyn System>, Vec<SettingError>>;
}

/// An opened system, which gives a flow its source or target.
pub trait System: Send + Sync {
    /// The source of a flow. An adapter that makes records itself takes no projection, every other must have one.
    ///
    /// # Errors
    /// All mistakes in the settings.
    fn source(
        &self,
        stream: Stream,
        section: &Section<'_>,
        projection: Option<Projection>,
    ) -> Result<Arc<dyn Source>, Vec<SettingError>> {
        let _ = (stream, projection);
        Err(vec![SettingError::new(section.span(), "nothing can be read from this kind of system")])
    }

    /// The target of a flow.
    ///
    /// # Errors
    /// All mistakes in the settings.
    fn target(
        &self,
        stream: Stream,
        section: &Section<'_>,
        template: Option<Template>,
    ) -> Result<Arc<dyn Target>, Vec<SettingError>> {
        let _ = (stream, template);
        Err(vec![SettingError::new(section.span(), "nothing can be delivered to this kind of system")])
    }
}
