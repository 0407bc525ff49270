use super::{counted, unclosed};
use crate::cli::Common;
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::Output;
use crate::engine::end_entry;
use crate::privacy::Purpose;
use crate::store::{Rejection, RejectionState, Store, StoreError, Tx};
use chrono::Utc;
use clap::Args;
use schakel_api::value::find_bsn;
use serde::Serialize;

#[derive(Debug, Args)]
pub(in crate::cli) struct Park {
    #[command(flatten)]
    which: Which,

    /// What is known about them, `-` to read it from standard input; it is kept sealed
    #[arg(long)]
    note: String,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Dismiss {
    #[command(flatten)]
    which: Which,

    /// Why nothing more need be done, `-` to read it from standard input; it is kept sealed
    #[arg(long)]
    reason: String,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Reopen {
    #[command(flatten)]
    which: Which,
}

#[derive(Debug, Args)]
struct Which {
    /// Their ids; the first characters do where no other id begins so
    #[arg(required = true)]
    ids: Vec<String>,
}

/// What somebody decided about a rejection.
#[derive(Debug, Serialize)]
struct Decided {
    id: String,
    /// Closed when its source was mended in the meantime.
    state: &'static str,
}

impl Park {
    pub(super) async fn decide(&self, common: &Common, output: Output) -> Result<Exit, Failure> {
        self.which.decide(common, RejectionState::Parked, Some(&self.note), output).await
    }
}

impl Dismiss {
    pub(super) async fn decide(&self, common: &Common, output: Output) -> Result<Exit, Failure> {
        self.which.decide(common, RejectionState::Dismissed, Some(&self.reason), output).await
    }
}

impl Reopen {
    pub(super) async fn decide(&self, common: &Common, output: Output) -> Result<Exit, Failure> {
        self.which.decide(common, RejectionState::Open, None, output).await
    }
}

/// What somebody says, from standard input where the argument is a dash: other users can see arguments.
fn words(argument: &str) -> Result<String, Failure> {
    let said = match argument {
        "-" => std::io::read_to_string(std::io::stdin()).map_err(|error| Failure::io("standard input", &error))?,
        said => said.to_owned(),
    };
    match said.trim() {
        "" => Err(Failure::usage("say in words why")),
        said if find_bsn(said) => Err(Failure::usage("leave the BSN out: the rejection knows whom it is about")),
        said => Ok(said.to_owned()),
    }
}

impl Which {
    async fn decide(
        &self,
        common: &Common,
        state: RejectionState,
        note: Option<&str>,
        output: Output,
    ) -> Result<Exit, Failure> {
        let note = note.map(words).transpose()?;
        let note = note.as_deref();
        let installation = common.installation()?;
        let store = Store::open_beside(&installation.store.url, &installation.store.key)?;
        let rejections = unclosed(&store, &self.ids).await?;
        let notes: Vec<Option<Vec<u8>>> =
            rejections.iter().map(|rejection| sealed(&store, rejection, note)).collect::<Result<_, _>>()?;
        let write = move |tx: &mut Tx| {
            let mut decided = Vec::new();
            for (rejection, note) in rejections.into_iter().zip(notes) {
                let open = tx.decide_rejection(&rejection.id, state, note)?;
                if open && state == RejectionState::Dismissed {
                    end_entry(tx, &rejection, Utc::now())?;
                }
                let state = if open { state.as_str() } else { "closed" };
                decided.push(Decided { id: rejection.id.to_string(), state });
            }
            Ok(decided)
        };
        let decided = store.write(write).await?;
        output.print(&decided, |decided| text(decided, state))?;
        Ok(Exit::Done)
    }
}

fn sealed(store: &Store, rejection: &Rejection, note: Option<&str>) -> Result<Option<Vec<u8>>, StoreError> {
    let Some(note) = note else { return Ok(None) };
    let keyring = store.keyring();
    let scope = keyring.scope(&rejection.rejected.link, None).ok_or(StoreError::Broken("the link has no keys"))?;
    Ok(Some(scope.seal(Purpose::Note, note.trim().as_bytes())?))
}

fn text(decided: &[Decided], state: RejectionState) -> String {
    let closed = decided.iter().filter(|decided| decided.state != state.as_str()).count();
    let became = match state {
        RejectionState::Open => "open again",
        state => state.as_str(),
    };
    let decided = format!("{} {became}\n", counted(decided.len() - closed, "rejection"));
    match closed {
        0 => decided,
        _ => format!("{decided}{} closed in the meantime: the source was mended\n", counted(closed, "rejection")),
    }
}
