//! Flows as people name them.

use super::exit::Failure;
use crate::config::{Flow, Installation};
use std::sync::Arc;

/// The flow of that name; or the only one whose name begins so or, where none does, holds it.
pub(super) fn named<'i>(installation: &'i Installation, text: &str) -> Result<&'i Arc<Flow>, Failure> {
    let fits: [fn(&str, &str) -> bool; 3] =
        [|name, text| name == text, |name, text| name.starts_with(text), |name, text| name.contains(text)];
    for fits in fits {
        let mut found = installation.flows().filter(|flow| fits(&flow.id, text));
        if let Some(flow) = found.next() {
            let others: Vec<&str> = found.map(|flow| flow.id.as_str()).collect();
            if others.is_empty() {
                return Ok(flow);
            }
            let names = [&[flow.id.as_str()], others.as_slice()].concat().join(", ");
            return Err(Failure::usage(format!("several flows have that in their name: {names}")));
        }
    }
    let names = installation.flows().map(|flow| flow.id.as_str()).collect::<Vec<_>>().join(", ");
    Err(Failure::usage(format!("there is no such flow; there are {names}")))
}

/// The flows with these names; without any, all of them.
pub(super) fn all_named(installation: &Installation, texts: &[String]) -> Result<Vec<Arc<Flow>>, Failure> {
    match texts {
        [] => Ok(installation.flows().cloned().collect()),
        texts => texts.iter().map(|text| named(installation, text).cloned()).collect(),
    }
}
