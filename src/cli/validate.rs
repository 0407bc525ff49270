use super::Common;
use super::exit::{Exit, Failure};
use super::output::Output;
use serde::Serialize;

#[derive(Serialize)]
struct Valid {
    mistakes: Vec<()>,
    links: usize,
    flows: usize,
    revision: String,
}

/// Checks the installation with the code that runs it.
pub(super) fn validate(common: &Common, output: Output) -> Result<Exit, Failure> {
    let installation = common.installation()?;
    let valid = Valid {
        mistakes: Vec::new(),
        links: installation.links.len(),
        flows: installation.links.iter().map(|link| link.flows.len()).sum(),
        revision: installation.revision,
    };
    output.print(&valid, |valid| {
        let count = |number: usize, noun: &str| format!("{number} {noun}{}", if number == 1 { "" } else { "s" });
        let (links, flows) = (count(valid.links, "link"), count(valid.flows, "flow"));
        format!("nothing is wrong: {links}, {flows}, revision {}\n", valid.revision)
    })?;
    Ok(Exit::Done)
}
