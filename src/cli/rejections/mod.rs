mod decide;
mod list;
mod retry;
mod show;

use super::Common;
use super::exit::{Exit, Failure};
use super::output::Output;
use crate::config::Installation;
use crate::privacy::Purpose;
use crate::store::{NewRejection, Rejection, RejectionState, Store};
use chrono::{DateTime, SecondsFormat, Utc};
use clap::Subcommand;
pub(super) use list::Only;
use schakel_api::code::Code;
use schakel_api::model::Direction;
use serde::Serialize;

/// No id is abbreviated to fewer characters than this.
const SHORTEST: usize = 8;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List the open ones, grouped by what is wrong
    List(list::Arguments),
    /// Show one
    Show {
        /// Its id, as `list --each` prints it; the first characters do where no other id begins so
        id: String,
    },
    /// Read again under the present settings what they are about, and deliver it when nothing is wrong any more
    Retry(retry::Arguments),
    /// Set them aside with a note: they are known, and somebody works on them
    Park(decide::Park),
    /// Be done with them, for a reason: the same fault of the same row is not told again
    Dismiss(decide::Dismiss),
    /// Take back that they were parked or dismissed
    Reopen(decide::Reopen),
}

/// A rejection as people read it: what is wrong, by which number it can be found, and who must act.
#[derive(Debug, Serialize)]
pub(super) struct Listed {
    id: String,
    link: String,
    flow: String,
    pub(super) stream: String,
    /// The side that the row came from.
    side: &'static str,
    /// The number by which people find it in the source.
    pub(super) handle: Option<String>,
    pub(super) code: String,
    field: String,
    actor: String,
    hint: &'static str,
    revision: String,
    state: &'static str,
    opened_at: DateTime<Utc>,
    last_seen_at: DateTime<Utc>,
    closed_at: Option<DateTime<Utc>>,
}

/// Does what is asked about rejections.
pub(super) async fn rejections(common: &Common, command: &Command, output: Output) -> Result<Exit, Failure> {
    match command {
        Command::List(arguments) => list::list(common, arguments, output).await,
        Command::Show { id } => show::show(common, id, output).await,
        Command::Retry(arguments) => retry::retry(common, arguments, output).await,
        Command::Park(park) => park.decide(common, output).await,
        Command::Dismiss(dismiss) => dismiss.decide(common, output).await,
        Command::Reopen(reopen) => reopen.decide(common, output).await,
    }
}

/// The rejections of a selection, with their handles, the oldest first. Which side owns a catalogue, only the
/// installation knows.
pub(super) async fn listed(
    store: &Store,
    only: &Only,
    installation: Option<&Installation>,
) -> Result<Vec<Listed>, Failure> {
    let found = selected(store, only).await?;
    found.into_iter().map(|rejection| unsealed(store, rejection, installation)).collect()
}

/// The rejections of a selection, the oldest first.
async fn selected(store: &Store, only: &Only) -> Result<Vec<Rejection>, Failure> {
    let (link, states) = (only.link.clone(), only.states());
    let mut found = store.read(move |tx| tx.rejections(link.as_deref(), &states)).await?;
    found.retain(|rejection| only.holds(&rejection.rejected));
    Ok(found)
}

/// The rejection whose id begins so, open or closed.
async fn named(store: &Store, id: &str) -> Result<Rejection, Failure> {
    if id.len() < SHORTEST {
        return Err(Failure::usage(format!("an id is abbreviated to no fewer than {SHORTEST} characters")));
    }
    let beginning = id.to_lowercase();
    let mut found = store.read(move |tx| tx.rejections_named(&beginning)).await?;
    match (found.pop(), found.pop()) {
        (Some(rejection), None) => Ok(rejection),
        (Some(_), Some(_)) => {
            Err(Failure::usage(format!("several rejections have an id that begins with {id}: write more of it")))
        }
        (None, _) => Err(Failure::usage(format!("there is no rejection with the id {id}"))),
    }
}

/// The rejections with these ids, none of which may be closed.
async fn unclosed(store: &Store, ids: &[String]) -> Result<Vec<Rejection>, Failure> {
    let mut found: Vec<Rejection> = Vec::new();
    for id in ids {
        let rejection = named(store, id).await?;
        if rejection.closed_at.is_some() {
            return Err(Failure::usage(format!("the rejection {} is closed", rejection.id)));
        }
        if found.iter().all(|known| known.id != rejection.id) {
            found.push(rejection);
        }
    }
    Ok(found)
}

fn unsealed(store: &Store, rejection: Rejection, installation: Option<&Installation>) -> Result<Listed, Failure> {
    let handle = handle(store, &rejection.rejected)?;
    let side = side(&rejection.rejected, installation);
    let rejected = rejection.rejected;
    Ok(Listed {
        id: rejection.id.to_string(),
        link: rejected.link,
        flow: rejected.flow.to_string(),
        stream: rejected.stream.as_str().to_owned(),
        side,
        handle,
        hint: hint(&rejected.code),
        code: rejected.code,
        field: rejected.field,
        actor: rejected.actor,
        revision: rejected.revision,
        state: rejection.state.as_str(),
        opened_at: rejection.opened_at,
        last_seen_at: rejection.last_seen_at,
        closed_at: rejection.closed_at,
    })
}

/// The number by which people find it in the source.
fn handle(store: &Store, rejected: &NewRejection) -> Result<Option<String>, Failure> {
    rejected.handle.as_deref().map(|sealed| opened(store, Purpose::Handle, sealed)).transpose()
}

fn opened(store: &Store, purpose: Purpose, sealed: &[u8]) -> Result<String, Failure> {
    let unreadable = || Failure::bug("a sealed value in the store cannot be opened");
    let plain = store.keyring().open(purpose, sealed).map_err(|_| unreadable())?;
    String::from_utf8(plain).map_err(|_| unreadable())
}

fn hint(code: &str) -> &'static str {
    Code::ALL.iter().find(|known| known.as_str() == code).map_or("", |known| known.hint())
}

/// The side that the row came from.
fn side(rejected: &NewRejection, installation: Option<&Installation>) -> &'static str {
    let flows = installation.iter().flat_map(|installation| &installation.links).flat_map(|link| &link.flows);
    let of_flow = || flows.into_iter().find(|flow| flow.id == rejected.flow.as_str()).map(|flow| flow.direction);
    match rejected.stream.direction().or_else(of_flow) {
        Some(Direction::FrontToBack) => "front-office",
        Some(Direction::BackToFront) => "back-office",
        None => "unknown",
    }
}

/// A side, or who must act, in words.
pub(super) fn in_words(name: &str) -> &str {
    match name {
        "front-office" => "the front office",
        "back-office" => "the back office",
        "functional-administration" => "functional administration",
        "ict" => "ICT",
        other => other,
    }
}

/// States of rejections in words.
fn states_in_words(states: &[RejectionState]) -> String {
    states.iter().map(|state| state.as_str()).collect::<Vec<_>>().join(" or ")
}

fn moment(moment: DateTime<Utc>) -> String {
    moment.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn counted(count: usize, one: &str) -> String {
    format!("{count} {one}{}", if count == 1 { "" } else { "s" })
}
