//! Checks an installation as `run` would, and changes nothing.

mod connect;
mod folders;
mod store;

use super::Common;
use super::exit::{Exit, Failure};
use super::logs::{self, LogFormat};
use super::output::{Output, count};
use crate::config::{Diagnostics, Plain};
use crate::privacy::MasterKey;
use clap::Args;
use connect::Asked;
use schakel_api::contract::Credentials;
use serde::Serialize;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Also ask each system for one page: nothing of it is kept, and nothing is delivered
    #[arg(long)]
    connect: bool,

    /// Look at no credential, nor at the store that one of them opens: for who may not read them
    #[arg(long, conflicts_with = "connect")]
    without_credentials: bool,
}

#[derive(Serialize)]
struct Validated<'d> {
    mistakes: Vec<Plain<'d>>,
    warnings: Vec<Plain<'d>>,
    links: usize,
    flows: usize,
    revision: &'d str,
    /// Whether the credentials were looked at, and the store that one of them opens.
    credentials: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    systems: Option<Vec<Asked>>,
}

/// Checks the installation with the code that runs it.
pub(super) async fn validate(common: &Common, arguments: &Arguments, output: Output) -> Result<Exit, Failure> {
    let keyed = !arguments.without_credentials;
    let credentials = if keyed { common.credentials() } else { stand_in()? };
    let installation = common.installation_with(&credentials)?;
    let mut found = installation.warnings.clone();
    store::check(&installation, keyed, &mut found).await;
    folders::check(&installation, &mut found);
    found.sort();
    // Before anybody is asked: that may take a while.
    tell(&found, common.log_format, output);
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
        credentials: keyed,
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

/// A key that opens nothing, and does as a token.
fn stand_in() -> Result<Credentials, Failure> {
    let key = MasterKey::generate().map_err(|_| Failure::bug("the machine gives no random bytes"))?;
    Ok(Credentials::stand_in(key.into()))
}

/// Tells what was found on standard error: as an object a line where logs are for programs.
fn tell(found: &Diagnostics, log_format: LogFormat, output: Output) {
    match log_format {
        LogFormat::Json => {
            found.log();
            if found.has_mistakes() {
                logs::wrong(found);
            }
        }
        LogFormat::Text if output.is_text() && !found.is_empty() => eprint!("{found}"),
        LogFormat::Text => {}
    }
}

/// What is not told as a mistake or warning.
fn text(validated: &Validated<'_>) -> String {
    let systems = validated.systems.as_deref().map(connect::text).unwrap_or_default();
    if !validated.mistakes.is_empty() {
        return systems;
    }
    let (links, flows) = (count(validated.links, "link"), count(validated.flows, "flow"));
    let unseen = if validated.credentials { "" } else { "; credentials and store were not looked at" };
    format!("{systems}nothing is wrong: {links}, {flows}, revision {}{unseen}\n", validated.revision)
}
