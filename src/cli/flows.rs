//! How people name a flow on the command line.

use super::exit::Failure;
use crate::config::{Flow, Installation};
use std::sync::Arc;

/// The flow with this name, or the only one whose name holds this text.
///
/// # Errors
/// Which flows there are, when none or several are meant.
pub(super) fn named(installation: &Installation, text: &str) -> Result<Arc<Flow>, Failure> {
    let exact = installation.flows().find(|flow| flow.id == text);
    let mut alike = installation.flows().filter(|flow| flow.id.contains(text));
    match (exact, alike.next(), alike.next()) {
        (Some(flow), ..) | (None, Some(flow), None) => Ok(Arc::clone(flow)),
        (None, found, _) => {
            let names: Vec<&str> = installation
                .flows()
                .filter(|flow| found.is_none() || flow.id.contains(text))
                .map(|flow| flow.id.as_str())
                .collect();
            let what = if found.is_none() { "no flow has this name" } else { "several flows have this in their name" };
            Err(Failure::usage(format!("{what}; there are: {}", names.join(", "))))
        }
    }
}

/// The flows with these names; without any, all of them.
pub(super) fn all_named(installation: &Installation, texts: &[String]) -> Result<Vec<Arc<Flow>>, Failure> {
    match texts {
        [] => Ok(installation.flows().cloned().collect()),
        texts => texts.iter().map(|text| named(installation, text)).collect(),
    }
}
