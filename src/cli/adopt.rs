//! `adopt`: what both sides hold is compared before a flow goes on.

use super::exit::{Exit, Failure};
use super::output::{Output, table};
use super::{Common, clock, flows};
use crate::config::Flow;
use crate::engine::{AdoptError, Adoption, Engine};
use clap::Args;
use schakel_api::value::{AssignmentNumber, Scalar};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The flows, by their names as `status` prints them or a part of it [default: all with a section `held`]
    flows: Vec<String>,

    /// A file that says which assignments came of which indications: UTF-8, semicolons, header `indication;number`
    #[arg(long)]
    pairs: Option<PathBuf>,

    /// Write it down: what the target holds counts as delivered
    #[arg(long)]
    apply: bool,
}

/// Compares both sides of flows, and with `--apply` writes it down. Nothing is delivered.
pub(super) async fn adopt(common: &Common, arguments: &Arguments, output: Output) -> Result<Exit, Failure> {
    let pairs = arguments.pairs.as_deref().map(pairs).transpose()?.unwrap_or_default();
    let (installation, store) = common.beside()?;
    let mut chosen = flows::all_named(&installation, &arguments.flows)?;
    if arguments.flows.is_empty() {
        chosen.retain(|flow: &Arc<Flow>| flow.held.is_some());
    }
    if chosen.is_empty() {
        return Err(Failure::usage("no flow has a section `held`: name one, and give --pairs"));
    }
    let engine = Engine::open(Arc::clone(&installation), store, clock()).await?;
    let mut adoptions = Vec::new();
    for flow in chosen {
        let told = |read: usize| output.progress(&format!("{}: {read} items read", flow.id));
        let adoption = engine.adopt(&flow, &pairs, arguments.apply, &told).await;
        adoptions.push(adoption.map_err(failure)?);
    }
    output.print(&adoptions, |adoptions| text(adoptions))?;
    Ok(Exit::Done)
}

fn failure(error: AdoptError) -> Failure {
    match error {
        AdoptError::Store(error) => error.into(),
        AdoptError::Fault(fault) => Failure::unavailable(fault.to_string()),
        AdoptError::NothingToCompare(_) => Failure::usage(error.to_string()),
    }
}

/// Reads the file of pairs.
fn pairs(path: &Path) -> Result<HashMap<String, Vec<String>>, Failure> {
    let shown = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| Failure::io(&shown, &error))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(text.as_bytes());
    let header = reader.headers().map(|header| header.iter().map(str::trim).eq(["indication", "number"]));
    if !header.unwrap_or(false) {
        return Err(Failure::usage(format!("{shown}: the first line must be `indication;number`")));
    }
    let mut pairs: HashMap<String, Vec<String>> = HashMap::new();
    for (at, record) in reader.records().enumerate() {
        let line = at + 2;
        let record = record.map_err(|_| Failure::usage(format!("{shown}:{line}: a row has two fields")))?;
        match record.iter().map(str::trim).collect::<Vec<_>>()[..] {
            [indication, number] if !indication.is_empty() && !number.is_empty() => {
                let number = AssignmentNumber::parse(number, None)
                    .map_err(|_| Failure::usage(format!("{shown}:{line}: this is no number of an assignment")))?;
                pairs.entry(indication.to_owned()).or_default().push(number.text());
            }
            _ => return Err(Failure::usage(format!("{shown}:{line}: a row needs both numbers"))),
        }
    }
    Ok(pairs)
}

fn text(adoptions: &[Adoption]) -> String {
    let header = ["flow", "same", "different", "missing", "ambiguous", "only at the target", "rejected", "unreadable"];
    let row = |adoption: &Adoption| {
        let Adoption { same, different, missing, ambiguous, extra, rejected, unreadable, .. } = adoption;
        let counts = [same, different, missing, &ambiguous.len(), extra, rejected, unreadable];
        std::iter::once(adoption.flow.clone()).chain(counts.iter().map(ToString::to_string)).collect()
    };
    let mut text = table(&header, &adoptions.iter().map(row).collect::<Vec<_>>());
    for adoption in adoptions.iter().filter(|adoption| !adoption.ambiguous.is_empty()) {
        text.extend(["\nambiguous in ", &adoption.flow, ": ", &adoption.ambiguous.join(", "), "\n"]);
    }
    text += match adoptions.iter().all(|adoption| adoption.applied) {
        true => {
            "\nwritten down: what is the same counts as delivered; different and missing records are sent when the flow \
                 is on, ambiguous ones wait for `adopt --pairs`\n"
        }
        false => "\nnothing was written down; with --apply it is\n",
    };
    text
}
