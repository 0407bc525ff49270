//! How a rejection is made of what went wrong.

use super::flow_id;
use super::payload::Origin;
use crate::config::Flow;
use crate::privacy::{Hash, Purpose, Scope};
use crate::store::{NewRejection, StoreError};
use schakel_api::code::{Actor, Code};
use schakel_api::model::{Direction, Problem};

/// What tells a row from every other of its flow.
pub(super) fn row_key(scope: &Scope, origin: &Origin) -> Hash {
    scope.lookup("row", &origin.key)
}

/// Who must act: people of the side that the record came from, functional administration or ICT.
pub(crate) fn actor(direction: Direction, code: Code) -> &'static str {
    match (code.actor(), direction) {
        (Actor::Source, Direction::FrontToBack) => "front-office",
        (Actor::Source, Direction::BackToFront) => "back-office",
        (Actor::Administration, _) => "functional-administration",
        (Actor::Ict, _) => "ict",
    }
}

/// An origin, sealed.
pub(super) fn sealed_origin(scope: &Scope, origin: &Origin) -> Result<Vec<u8>, StoreError> {
    let plain = serde_json::to_vec(origin).map_err(|_| StoreError::Broken("an origin cannot be written"))?;
    Ok(scope.seal(Purpose::Origin, &plain)?)
}

/// What people find a row by, sealed.
pub(super) fn sealed_handle(scope: &Scope, origin: &Origin) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(origin.handle.as_ref().map(|handle| scope.seal(Purpose::Handle, handle.as_bytes())).transpose()?)
}

/// A rejection of a row, with everything readable sealed.
pub(super) fn rejection(
    flow: &Flow,
    scope: &Scope,
    revision: &str,
    origin: &Origin,
    problem: &Problem,
    content: Option<Hash>,
) -> Result<NewRejection, StoreError> {
    Ok(NewRejection {
        link: flow.link.clone(),
        flow: flow_id(flow),
        stream: flow.stream,
        row_key: row_key(scope, origin),
        identity: None,
        entry: None,
        content,
        code: problem.code.as_str().to_owned(),
        field: problem.field.clone(),
        actor: actor(flow.direction, problem.code).to_owned(),
        revision: revision.to_owned(),
        handle: sealed_handle(scope, origin)?,
        origin: sealed_origin(scope, origin)?,
    })
}
