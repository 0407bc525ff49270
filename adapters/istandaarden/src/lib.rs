//! Reads copies of iWmo and iJw 3.2 messages from a directory.
//!
//! Schakel stands beside the message traffic, not in it: the back office leaves copies of what it accepted, and this
//! adapter reads them where they are. It never moves, deletes, answers or makes a message.
//!
//! - `kind`: what a file is, as its root element tells, and which stream it counts in;
//! - `directory`: which files there are, and which of them a source has not read yet;
//! - `source`: one flow's share of the directory, page by page;
//! - `xml`: the few elements that are read of a message; everything else is skipped while reading;
//! - `message`: the header, and whose business the message is;
//! - `assignment`, `delivery`, `request`: the records of 301, of 305 and 307, and of 315 and 317;
//! - `texts`: the canonical texts that those have in common.
//!
//! Nothing that a file holds appears in an error, a log or `Debug` output.

mod assignment;
mod delivery;
mod directory;
mod envelope;
mod kind;
mod message;
mod request;
mod shared;
mod source;
mod system;
mod texts;
mod xml;

#[cfg(test)]
mod testing;

use schakel_api::contract::{Adapter, Opening, Schemas, Section, SettingError, System};
use schemars::schema_for;
use std::sync::Arc;

/// Speaks to a back office by the copies of the messages that it accepted. It has a source only.
#[derive(Debug, Clone, Copy, Default)]
pub struct Istandaarden;

impl Adapter for Istandaarden {
    fn name(&self) -> &'static str {
        "istandaarden"
    }

    fn about(&self) -> &'static str {
        "A directory with copies of the iWmo and iJw 3.2 messages that the back office accepted."
    }

    fn schemas(&self) -> Schemas {
        Schemas { system: schema_for!(system::Settings), source: Some(schema_for!(system::FlowSettings)), target: None }
    }

    fn open(&self, section: &Section<'_>, opening: Opening) -> Result<Arc<dyn System>, Vec<SettingError>> {
        Ok(Arc::new(system::MessageSystem::open(section, opening)?))
    }
}
