use super::{handle, selected, unclosed};
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::{Output, table};
use crate::cli::rejections::Only;
use crate::cli::{Common, clock, flows};
use crate::config::Flow;
use crate::engine::{Engine, Reading, Reread};
use crate::store::{EntryState, FlowId, Rejection, RejectionId, Store, StoreError};
use clap::Args;
use schakel_api::contract::FaultCode;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(in crate::cli) struct Arguments {
    /// Their ids; the first characters do where no other id begins so
    #[arg(conflicts_with_all = ["code", "flow"])]
    ids: Vec<String>,

    /// All open ones with this code
    #[arg(long)]
    code: Option<String>,

    /// All open ones of this flow, by its name or a part of it that no other has
    #[arg(long)]
    flow: Option<String>,
}

/// What became of a rejection that was tried again.
#[derive(Debug, Serialize)]
struct Retried {
    id: String,
    flow: String,
    handle: Option<String>,
    #[serde(flatten)]
    became: Became,
}

#[derive(Debug, Clone, Serialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
enum Became {
    /// It is in the journal.
    Journalled {
        state: &'static str,
        paused: bool,
    },
    Unchanged,
    Rejected {
        code: String,
        field: String,
    },
    OutOfScope,
    NotFound,
    Unreachable {
        code: &'static str,
    },
    /// Its flow is off, or not in the settings any more: nothing was read.
    FlowOff,
}

/// Tries rejections again.
pub(super) async fn retry(common: &Common, arguments: &Arguments, output: Output) -> Result<Exit, Failure> {
    let installation = Arc::new(common.installation()?);
    let store = Store::open_beside(&installation.store.url, &installation.store.key)?;
    let mut rejections = if arguments.ids.is_empty() {
        let flow = arguments.flow.as_deref().map(|flow| flows::named(&installation, flow)).transpose()?;
        let only = Only { code: arguments.code.clone(), flow: flow.map(|flow| flow.id.clone()), ..Only::default() };
        selected(&store, &only).await?
    } else {
        unclosed(&store, &arguments.ids).await?
    };
    rejections.sort_by(|one, other| one.id.as_str().cmp(other.id.as_str()));
    let mut by_flow: BTreeMap<String, Vec<Rejection>> = BTreeMap::new();
    for rejection in rejections.clone() {
        by_flow.entry(rejection.rejected.flow.to_string()).or_default().push(rejection);
    }
    let engine = Engine::open(Arc::clone(&installation), store.clone(), clock()).await?;
    let mut became: HashMap<RejectionId, Became> = HashMap::new();
    for (id, rejections) in by_flow {
        let flow = installation.flows().find(|flow| flow.id == id && flow.mode.runs());
        // Of a flow that is off nothing would be delivered.
        let Some(flow) = flow else { continue };
        became.extend(again(&engine, flow, rejections, output).await?);
    }
    let mut retried = Vec::new();
    for rejection in rejections {
        let became = became.remove(&rejection.id).unwrap_or(Became::FlowOff);
        let (flow, handle) = (rejection.rejected.flow.to_string(), handle(&store, &rejection.rejected)?);
        retried.push(Retried { id: rejection.id.to_string(), flow, handle, became });
    }
    output.print(&retried, |retried| text(retried))?;
    let away = retried.iter().any(|retried| matches!(retried.became, Became::Unreachable { .. }));
    Ok(if away { Exit::Unavailable } else { Exit::Done })
}

/// Tries the rejections of one flow again.
async fn again(
    engine: &Engine,
    flow: &Arc<Flow>,
    rejections: Vec<Rejection>,
    output: Output,
) -> Result<Vec<(RejectionId, Became)>, StoreError> {
    let (wanted, id) = (rejections.len(), flow.id.clone());
    let tell = move |reading: Reading| {
        if output.is_text() {
            let Reading { pages, items, missing } = reading;
            eprintln!("{id}: {pages} pages with {items} items read, {missing} of {wanted} not found yet");
        }
    };
    let read = engine.reread(flow, rejections, &tell).await?;
    let id = FlowId::new(&flow.id);
    let paused = engine.store().read(move |tx| tx.flow_state(&id)).await?.paused.is_some();
    let became = |reread| match reread {
        Reread::Journalled(state) => Became::Journalled { state: state.as_str(), paused },
        Reread::Unchanged => Became::Unchanged,
        Reread::Rejected { code, field } => Became::Rejected { code, field },
        Reread::OutOfScope => Became::OutOfScope,
        Reread::NotFound => Became::NotFound,
        Reread::Unreachable(code) => Became::Unreachable { code: FaultCode::as_str(code) },
    };
    Ok(read.into_iter().map(|(id, reread)| (id, became(reread))).collect())
}

impl Became {
    fn in_words(&self) -> String {
        match self {
            Self::Journalled { state, .. } if *state == EntryState::Shadow.as_str() => {
                "journalled, and not delivered: its flow is in shadow".to_owned()
            }
            Self::Journalled { state, .. } if *state == EntryState::Unseen.as_str() => {
                "journalled, and waits until the front office knows the person".to_owned()
            }
            Self::Journalled { paused: true, .. } => "journalled, and waits: its flow pauses".to_owned(),
            Self::Journalled { .. } => "delivered soon".to_owned(),
            Self::Unchanged => "unchanged: there is nothing new to send".to_owned(),
            Self::Rejected { code, field } => format!("rejected again: {code} {field}").trim_end().to_owned(),
            Self::OutOfScope => "out of scope".to_owned(),
            Self::NotFound => "not found in the source any more".to_owned(),
            Self::Unreachable { code } => format!("the source cannot be reached ({code})"),
            Self::FlowOff => "not tried: its flow is off".to_owned(),
        }
    }
}

fn text(retried: &[Retried]) -> String {
    if retried.is_empty() {
        return "no open rejections to retry\n".to_owned();
    }
    let row = |retried: &Retried| {
        let number = retried.handle.clone().unwrap_or_else(|| "-".to_owned());
        vec![retried.id.clone(), retried.flow.clone(), number, retried.became.in_words()]
    };
    let rows: Vec<Vec<String>> = retried.iter().map(row).collect();
    table(&["id", "flow", "number", "what happened"], &rows)
}
