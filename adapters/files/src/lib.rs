//! Reads and writes files of CSV, JSON or JSON Lines in a directory.
//!
//! - `settings`: the settings of a system and of a flow's `from`, checked;
//! - `folder`: which files there are, in what state, and whether they are whole yet;
//! - `reading`: from the bytes of a file to rows, part by part (`table` for CSV, `encoding` for texts);
//! - `source`: one flow's share of the directory, page by page;
//! - `sweep`: what happens to a file once it was taken in;
//! - `target`: one file for each record (`row` is how CSV is written, `name` its name, `written` puts it there whole or not at all).
//!
//! Nothing that a file holds appears in an error, a log or `Debug` output, and no file's name in a log.

mod encoding;
mod folder;
mod name;
mod position;
mod reading;
mod row;
mod settings;
mod source;
mod sweep;
mod table;
mod target;
mod written;

use schakel_api::contract::{Adapter, Opening, Schemas, Section, SettingError, Source, System, Target};
use schakel_api::mapping::{Projection, Template};
use schakel_api::model::Stream;
use schemars::schema_for;
use std::path::PathBuf;
use std::sync::Arc;

/// Speaks to a system by the files that it leaves and takes in a directory.
#[derive(Debug, Clone, Copy, Default)]
pub struct Files;

impl Adapter for Files {
    fn name(&self) -> &'static str {
        "files"
    }

    fn about(&self) -> &'static str {
        "A directory in which a system leaves or finds files of CSV or JSON."
    }

    fn schemas(&self) -> Schemas {
        Schemas {
            system: schema_for!(settings::Settings),
            source: Some(schema_for!(settings::From)),
            target: Some(schema_for!(target::Settings)),
        }
    }

    fn open(&self, section: &Section<'_>, opening: Opening) -> Result<Arc<dyn System>, Vec<SettingError>> {
        let settings: settings::Settings = section.read()?;
        let span = settings.directory.span();
        let directory = opening.base.join(settings.directory.into_inner());
        if !directory.is_dir() {
            return Err(vec![SettingError::new(span, "there is no such directory, or it may not be looked at")]);
        }
        Ok(Arc::new(Opened { system: opening.system, directory }))
    }
}

struct Opened {
    system: String,
    directory: PathBuf,
}

impl System for Opened {
    fn source(
        &self,
        _: Stream,
        section: &Section<'_>,
        projection: Option<Projection>,
    ) -> Result<Arc<dyn Source>, Vec<SettingError>> {
        let from = settings::Checked::open(&self.directory, section, projection)?;
        Ok(Arc::new(source::FileSource::new(self.system.clone(), from)))
    }

    fn target(
        &self,
        _: Stream,
        section: &Section<'_>,
        template: Option<Template>,
    ) -> Result<Arc<dyn Target>, Vec<SettingError>> {
        let target = target::FileTarget::open(self.system.clone(), self.directory.clone(), section, template)?;
        Ok(Arc::new(target))
    }
}
