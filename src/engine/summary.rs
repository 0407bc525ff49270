use super::fetch::Pass;
use crate::config::Flow;
use crate::store::{Outcome, StoreError, Tx};
use serde::Serialize;

/// What became of what one flow fetched.
///
/// `fetched` = `unchanged` + `delivered` + `superseded` + `rejected` + `waiting` + `skipped` + `blocked` + `unseen` +
/// `shadow`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FlowSummary {
    /// The flow.
    pub flow: String,
    /// Its stream.
    pub stream: String,
    /// Items that the source gave.
    pub fetched: i64,
    /// Known already, rejected ones included.
    pub unchanged: i64,
    /// Accepted by the other side.
    pub delivered: i64,
    /// Something newer took its place before it was sent.
    pub superseded: i64,
    /// Stopped, or refused by the other side.
    pub rejected: i64,
    /// Still to be delivered.
    pub waiting: i64,
    /// None of the flow's business.
    pub skipped: i64,
    /// Recognised as forbidden from the outside.
    pub blocked: i64,
    /// About persons of whom the front office holds no indication.
    pub unseen: i64,
    /// Would have been delivered if the flow were on.
    pub shadow: i64,
    /// Whether the flow pauses.
    pub paused: bool,
    /// What kept the source from being read to the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
}

/// What all flows came to.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Summary {
    /// Each flow.
    pub flows: Vec<FlowSummary>,
    /// What waits in the journal altogether, earlier runs included.
    pub waiting: i64,
    /// Rejections that are open.
    pub rejections: i64,
}

/// How a command that delivers ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Nothing waits.
    Drained,
    /// Something waits for a system that is away or denies access.
    Unavailable,
    /// Something waits for another reason.
    Waiting,
}

impl FlowSummary {
    /// What a pass came to by now.
    pub(super) fn of(tx: &mut Tx, flow: &Flow, pass: &Pass) -> Result<Self, StoreError> {
        let runs: Vec<i64> = pass.run.into_iter().collect();
        let Outcome { accepted, superseded, refused, unknown, waiting, shadow, unseen, parked } = tx.outcome(&runs)?;
        Ok(Self {
            flow: flow.id.clone(),
            stream: flow.stream.as_str().to_owned(),
            fetched: pass.counts.fetched,
            unchanged: pass.counts.unchanged,
            delivered: accepted,
            superseded: pass.counts.superseded + superseded,
            rejected: pass.counts.rejected + refused + unknown + parked,
            waiting,
            skipped: pass.counts.skipped,
            blocked: pass.counts.blocked,
            unseen,
            shadow,
            paused: pass.paused,
            fault: pass.fault.as_ref().map(|fault| fault.code().as_str().to_owned()),
        })
    }
}
