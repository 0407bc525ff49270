//! Reads and writes files of CSV, JSON or JSON Lines in a directory.
//!
//! - `settings`: the settings of a system and of a flow's `from`, checked;
//! - `folder`: which files there are, in what state, and whether they are whole yet;
//! - `reading`: from the bytes of a file to rows, `part` by part (`table` for CSV, `encoding` for texts);
//! - `source`: one flow's share of the directory, page by page;
//! - `overlap`: whether two flows may read the same files;
//! - `sweep`: what happens to a file once it was taken in;
//! - `to`: the settings of a flow's `to`;
//! - `target`: one file for each record (`row` is how CSV is written, `name` its name, `written` puts it there whole or not at all).
//!
//! Nothing that a file holds appears in an error, a log or `Debug` output, and no file's name in a log.

mod encoding;
mod folder;
mod name;
mod overlap;
mod part;
mod position;
mod reading;
mod row;
mod settings;
mod source;
mod sweep;
mod table;
mod target;
mod to;
mod written;

use schakel_api::contract::{Adapter, Opening, Schemas, Section, SettingError, Source, System, Target};
use schakel_api::mapping::{Projection, Template};
use schakel_api::model::Stream;
use schemars::schema_for;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

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
            target: Some(schema_for!(to::To)),
        }
    }

    fn open(&self, section: &Section<'_>, opening: Opening) -> Result<Arc<dyn System>, Vec<SettingError>> {
        let settings: settings::Settings = section.read()?;
        let span = settings.directory.span();
        let directory = opening.base.join(settings.directory.into_inner());
        if !directory.is_dir() {
            return Err(vec![SettingError::new(span, "there is no such directory, or it may not be looked at")]);
        }
        Ok(Arc::new(Opened { system: opening.system, directory, read: Mutex::default() }))
    }
}

struct Opened {
    system: String,
    directory: PathBuf,
    /// What its flows read so far, and whether they clear it away.
    read: Mutex<Vec<(String, bool)>>,
}

impl Opened {
    /// Notes what one more flow reads; `false` when one of two would clear away what the other may not have read yet.
    fn apart(&self, from: &settings::Checked) -> bool {
        let (pattern, clears) = (from.folder.pattern.as_str(), from.sweep.is_some());
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let apart = !read.iter().any(|(other, cleared)| (clears || *cleared) && overlap::meet(pattern, other));
        read.push((pattern.to_owned(), clears));
        apart
    }
}

impl System for Opened {
    fn source(
        &self,
        _: Stream,
        section: &Section<'_>,
        projection: Option<Projection>,
    ) -> Result<Arc<dyn Source>, Vec<SettingError>> {
        let from = settings::Checked::open(&self.directory, section, projection)?;
        if !self.apart(&from) {
            let message = "another flow reads files of these names, and one of the two clears them away";
            let error = SettingError::new(section.span(), message);
            return Err(vec![error.help("keep them (no `after`), or give the flows names that differ in `files`")]);
        }
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
