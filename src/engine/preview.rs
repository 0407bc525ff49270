//! What would be sent, without sending and without writing anything.

use super::pages::Pages;
use super::prepare::{Cleared, Prepared, Preparer};
use crate::config::Flow;
use crate::privacy::Keyring;
use chrono::{DateTime, Utc};
use schakel_api::contract::{Fault, Item, Rendered, Stamp};
use schakel_api::gate::{Context, clear};
use schakel_api::model::{Problem, Values};
use schakel_api::value::Version;

/// Stands for what a delivery would draw: our reference, and the record's key at the target.
const MADE_UP: &str = "preview";

/// What would become of an item.
pub(crate) enum Fate {
    /// These bytes, where the flow has a target; without one it is only compared.
    Sent(Option<Rendered>),
    Rejected(Problem),
    OutOfScope,
    Blocked,
    Skipped,
}

/// An item, and what would become of it.
pub(crate) struct Shown {
    /// What people find it by, of those that would be rejected.
    pub(crate) handle: Option<String>,
    /// The canonical texts, where a record could be made.
    pub(crate) values: Option<Values>,
    pub(crate) fate: Fate,
}

/// What the first items of a flow's source would become. The source is only read, and no cursor moves.
///
/// # Errors
/// What kept the source from being read.
pub(crate) async fn preview(flow: &Flow, limit: usize, now: DateTime<Utc>) -> Result<Vec<Shown>, Fault> {
    let (mut items, mut pages) = (Vec::new(), Pages::of(flow));
    while items.len() < limit
        && let Some((_, page)) = pages.next().await?
    {
        items.extend(page.items);
    }
    Ok(shown(flow, items, limit, now))
}

/// What these bytes would become if the source held them. Nothing is connected to.
pub(crate) fn sample(flow: &Flow, name: &str, bytes: &[u8], limit: usize, now: DateTime<Utc>) -> Vec<Shown> {
    match flow.source.sample(name, bytes) {
        Ok(items) => shown(flow, items, limit, now),
        Err(code) => vec![Shown { handle: None, values: None, fate: Fate::Rejected(Problem::new("", code)) }],
    }
}

fn shown(flow: &Flow, items: Vec<Item>, limit: usize, now: DateTime<Utc>) -> Vec<Shown> {
    // Keys tell rows apart in the store, which nothing of this comes near.
    let keyring = Keyring::default();
    let preparer = Preparer { flow, keyring: &keyring };
    items.into_iter().take(limit).map(|item| one(flow, preparer.prepared(item, None), now)).collect()
}

fn one(flow: &Flow, prepared: Prepared, now: DateTime<Utc>) -> Shown {
    let without = |fate| Shown { handle: None, values: None, fate };
    match prepared {
        Prepared::Blocked => without(Fate::Blocked),
        Prepared::Skipped(None) => without(Fate::Skipped),
        Prepared::Skipped(Some(_)) => without(Fate::OutOfScope),
        Prepared::Wrong { origin, problem, .. } => {
            Shown { handle: origin.handle, values: None, fate: Fate::Rejected(problem) }
        }
        Prepared::Cleared(cleared) => {
            let rendered = rendered(flow, &cleared, now);
            let (handle, fate) = match rendered {
                Ok(rendered) => (None, Fate::Sent(rendered)),
                Err(problem) => (cleared.origin.handle, Fate::Rejected(problem)),
            };
            Shown { handle, values: Some(cleared.record.values()), fate }
        }
    }
}

/// Passes the gate as a delivery does, and makes the bytes.
fn rendered(flow: &Flow, cleared: &Cleared, now: DateTime<Utc>) -> Result<Option<Rendered>, Problem> {
    let context = Context {
        environment: flow.environment,
        laws: &flow.laws,
        withheld: &flow.withheld,
        key: MADE_UP,
        // Whether the front office knows the person stands in the store.
        may_know: true,
        smallest_cell: flow.smallest_cell,
        counterpart: None,
    };
    let observed = Version::observed(0, 0);
    let version = cleared.version.as_ref().unwrap_or(&observed);
    let passed = clear(&cleared.record, version, &context)?;
    let Some(target) = flow.target() else { return Ok(None) };
    let stamp = Stamp { reference: MADE_UP.to_owned(), moment: now };
    target.render(&[passed], &stamp).map(Some)
}
