use crate::cli::output::{count, table};
use crate::config::{Flow, Installation};
use crate::engine::NothingSeen;
use futures::future::join_all;
use schakel_api::contract::{Cursor, FaultCode, Source};
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a system answered.
#[derive(Serialize)]
pub(super) struct Asked {
    system: String,
    outcome: Outcome,
    /// How many rows or messages the pages held that were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<usize>,
}

/// What came of asking.
enum Outcome {
    Ok,
    Fault(FaultCode),
    /// It only takes records: there is nothing to ask without effect.
    NotTried,
}

impl Outcome {
    fn as_str(&self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Fault(code) => code.as_str(),
            Self::NotTried => "not-tried",
        }
    }
}

impl Serialize for Outcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl Asked {
    /// Whether it did not answer as it should.
    pub(super) fn is_away(&self) -> bool {
        matches!(self.outcome, Outcome::Fault(_))
    }
}

/// Asks every system of the flows that run for one page, all systems at once and each as long as its settings say.
pub(super) async fn ask(installation: &Installation) -> Vec<Asked> {
    let mut systems: BTreeMap<String, Vec<Arc<dyn Source>>> = BTreeMap::new();
    let flows = installation.links.iter().flat_map(|link| &link.flows);
    for flow in flows.filter(|flow| flow.mode.runs()) {
        sources(flow, &mut systems);
    }
    join_all(systems.into_iter().map(|(system, sources)| answer(system, sources))).await
}

/// The systems of a flow, each with what can be read from it.
fn sources(flow: &Flow, systems: &mut BTreeMap<String, Vec<Arc<dyn Source>>>) {
    systems.entry(flow.source_system()).or_default().push(Arc::clone(&flow.source));
    if let Some(system) = flow.target_system() {
        systems.entry(system).or_default();
    }
    if let (Some(system), Some(held)) = (flow.held_system(), &flow.held) {
        systems.entry(system).or_default().push(Arc::clone(&held.source));
    }
}

/// The first page of each of a system's sources, one after another; it is counted and dropped.
async fn answer(system: String, sources: Vec<Arc<dyn Source>>) -> Asked {
    let mut rows = sources.first().map(|_| 0);
    for source in sources {
        match source.fetch(&Cursor::default(), &NothingSeen).await {
            Ok(page) => rows = rows.map(|rows| rows + page.items.len()),
            Err(fault) => return Asked { system, outcome: Outcome::Fault(fault.code()), rows: None },
        }
    }
    let outcome = if rows.is_some() { Outcome::Ok } else { Outcome::NotTried };
    Asked { system, outcome, rows }
}

/// A line for each system.
pub(super) fn text(asked: &[Asked]) -> String {
    let line = |asked: &Asked| {
        let rows = asked.rows.map(|rows| count(rows, "row")).unwrap_or_default();
        vec![asked.system.clone(), asked.outcome.as_str().to_owned(), rows]
    };
    table(&["system", "outcome", "seen"], &asked.iter().map(line).collect::<Vec<_>>())
}
