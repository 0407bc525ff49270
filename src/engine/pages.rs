//! A source that is only looked at: page by page, and no cursor moves.

use crate::config::Flow;
use schakel_api::contract::{Cursor, Fault, FaultCode, FilesSeen, Page, SeenFile};
use std::collections::HashSet;

/// Every file counts as new.
pub(super) struct NothingSeen;

impl FilesSeen for NothingSeen {
    fn seen(&self, _: &SeenFile) -> bool {
        false
    }
}

/// The pages of a flow's source from the very beginning.
pub(super) struct Pages<'a> {
    flow: &'a Flow,
    /// `None` after the last page.
    cursor: Option<Cursor>,
    positions: HashSet<String>,
}

impl<'a> Pages<'a> {
    pub(super) fn new(flow: &'a Flow) -> Self {
        Self { flow, cursor: Some(Cursor::default()), positions: HashSet::new() }
    }

    /// The next page, and the cursor that it was read at.
    pub(super) async fn next(&mut self) -> Result<Option<(Cursor, Page)>, Fault> {
        let Some(cursor) = self.cursor.take() else { return Ok(None) };
        let page = self.flow.source.fetch(&cursor, &NothingSeen).await?;
        if !page.complete {
            // Pages that lead to each other in a circle would be read for ever.
            if page.next.position.as_ref().is_none_or(|position| !self.positions.insert(position.clone())) {
                return Err(Fault::Broken { system: self.flow.source_system(), code: FaultCode::UnexpectedAnswer });
            }
            self.cursor = Some(page.next.clone());
        }
        Ok(Some((cursor, page)))
    }
}
