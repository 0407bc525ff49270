//! A source that is only looked at: page by page, and no cursor moves.

use crate::config::Flow;
use schakel_api::contract::{Cursor, Fault, FaultCode, FilesSeen, Page, SeenFile, Source};
use std::collections::HashSet;

/// Every file counts as new.
pub(crate) struct NothingSeen;

impl FilesSeen for NothingSeen {
    fn seen(&self, _: &SeenFile) -> bool {
        false
    }
}

/// The pages of a source from the very beginning.
pub(super) struct Pages<'a> {
    source: &'a dyn Source,
    system: String,
    /// `None` after the last page.
    cursor: Option<Cursor>,
    positions: HashSet<String>,
}

impl<'a> Pages<'a> {
    pub(super) fn of(flow: &'a Flow) -> Self {
        Self::new(&*flow.source, flow.source_system())
    }

    /// The pages of a source that belongs to this system.
    pub(super) fn new(source: &'a dyn Source, system: String) -> Self {
        Self { source, system, cursor: Some(Cursor::default()), positions: HashSet::new() }
    }

    /// The next page, and the cursor that it was read at.
    pub(super) async fn next(&mut self) -> Result<Option<(Cursor, Page)>, Fault> {
        let Some(cursor) = self.cursor.take() else { return Ok(None) };
        let page = self.source.fetch(&cursor, &NothingSeen).await?;
        if !page.complete {
            // Pages that lead to each other in a circle would be read for ever.
            if page.next.position.as_ref().is_none_or(|position| !self.positions.insert(position.clone())) {
                return Err(Fault::Broken { system: self.system.clone(), code: FaultCode::UnexpectedAnswer });
            }
            self.cursor = Some(page.next.clone());
        }
        Ok(Some((cursor, page)))
    }
}
