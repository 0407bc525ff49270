//! Checks an installation as `run` would, and changes nothing.

mod connect;
mod store;

use super::Common;
use super::exit::{Exit, Failure};
use super::output::{Output, count};
use crate::config::Plain;
use clap::Args;
use connect::Asked;
use serde::Serialize;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Also ask each system for one page: nothing of it is kept, and nothing is delivered
    #[arg(long)]
    connect: bool,
}

#[derive(Serialize)]
struct Validated<'d> {
    mistakes: Vec<Plain<'d>>,
    warnings: Vec<Plain<'d>>,
    links: usize,
    flows: usize,
    revision: &'d str,
    #[serde(skip_serializing_if = "Option::is_none")]
    systems: Option<Vec<Asked>>,
}

/// Checks the installation with the code that runs it.
pub(super) async fn validate(common: &Common, arguments: &Arguments, output: Output) -> Result<Exit, Failure> {
    let installation = common.installation()?;
    let mut found = installation.warnings.clone();
    store::check(&installation, &mut found).await;
    found.sort();
    // Before anybody is asked: that may take a while.
    if output.is_text() && !found.is_empty() {
        eprint!("{found}");
    }
    let systems = match arguments.connect {
        true => Some(connect::ask(&installation).await),
        false => None,
    };
    let answer = Validated {
        mistakes: found.mistakes(),
        warnings: found.warnings(),
        links: installation.links.len(),
        flows: installation.links.iter().map(|link| link.flows.len()).sum(),
        revision: &installation.revision,
        systems,
    };
    output.print(&answer, text)?;
    let away = answer.systems.iter().flatten().any(Asked::is_away);
    Ok(match (found.has_mistakes(), away) {
        (true, _) => Exit::Settings,
        (false, true) => Exit::Unavailable,
        (false, false) => Exit::Done,
    })
}

/// What is not told as a mistake or warning.
fn text(validated: &Validated<'_>) -> String {
    let systems = validated.systems.as_deref().map(connect::text).unwrap_or_default();
    if !validated.mistakes.is_empty() {
        return systems;
    }
    let (links, flows) = (count(validated.links, "link"), count(validated.flows, "flow"));
    format!("{systems}nothing is wrong: {links}, {flows}, revision {}\n", validated.revision)
}
