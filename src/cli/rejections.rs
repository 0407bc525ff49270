use super::Common;
use super::exit::{Exit, Failure};
use super::output::{Output, table};
use crate::privacy::Purpose;
use crate::store::{Rejection, RejectionId, RejectionState, Store};
use chrono::{DateTime, SecondsFormat, Utc};
use clap::Subcommand;
use schakel_api::code::Code;
use serde::Serialize;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List the open ones, oldest first
    List {
        /// Only this link
        #[arg(long)]
        link: Option<String>,
    },
    /// Show one
    Show {
        /// Its id, as `list` prints it
        id: String,
    },
}

/// A rejection as people read it: what is wrong, by which number it can be found, and who must act.
#[derive(Debug, Serialize)]
pub(super) struct Listed {
    id: String,
    link: String,
    flow: String,
    pub(super) stream: String,
    /// The number by which people find it in the source.
    pub(super) handle: Option<String>,
    pub(super) code: String,
    field: String,
    actor: String,
    hint: &'static str,
    revision: String,
    opened_at: DateTime<Utc>,
    last_seen_at: DateTime<Utc>,
    closed_at: Option<DateTime<Utc>>,
}

/// Prints rejections.
pub(super) async fn rejections(common: &Common, command: &Command, output: Output) -> Result<Exit, Failure> {
    let (_, store) = common.looked_at()?;
    match command {
        Command::List { link } => {
            let listed = listed(&store, link.clone()).await?;
            output.print(&listed, |listed| list_text(listed))?;
        }
        Command::Show { id } => {
            let id = RejectionId::new(id);
            let found = store.read(move |tx| tx.rejection(&id)).await?;
            let found = found.ok_or_else(|| Failure::usage("there is no rejection with this id"))?;
            output.print(&unsealed(&store, found)?, show_text)?;
        }
    }
    Ok(Exit::Done)
}

/// The open rejections, with their handles.
pub(super) async fn listed(store: &Store, link: Option<String>) -> Result<Vec<Listed>, Failure> {
    let found = store.read(move |tx| tx.rejections(link.as_deref(), &[RejectionState::Open])).await?;
    found.into_iter().map(|rejection| unsealed(store, rejection)).collect()
}

fn unsealed(store: &Store, rejection: Rejection) -> Result<Listed, Failure> {
    let unreadable = || Failure::bug("a sealed value in the store cannot be opened");
    let open = |sealed: Vec<u8>| -> Result<String, Failure> {
        let plain = store.keyring().open(Purpose::Handle, &sealed).map_err(|_| unreadable())?;
        String::from_utf8(plain).map_err(|_| unreadable())
    };
    let rejected = rejection.rejected;
    let hint = Code::ALL.iter().find(|code| code.as_str() == rejected.code).map_or("", |code| code.hint());
    Ok(Listed {
        id: rejection.id.as_str().to_owned(),
        link: rejected.link,
        flow: rejected.flow.as_str().to_owned(),
        stream: rejected.stream.as_str().to_owned(),
        handle: rejected.handle.map(open).transpose()?,
        code: rejected.code,
        field: rejected.field,
        actor: rejected.actor,
        hint,
        revision: rejected.revision,
        opened_at: rejection.opened_at,
        last_seen_at: rejection.last_seen_at,
        closed_at: rejection.closed_at,
    })
}

fn moment(moment: DateTime<Utc>) -> String {
    moment.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn list_text(listed: &[Listed]) -> String {
    if listed.is_empty() {
        return "no open rejections\n".to_owned();
    }
    let rows: Vec<Vec<String>> = listed
        .iter()
        .map(|rejection| {
            let handle = rejection.handle.clone().unwrap_or_else(|| "-".to_owned());
            let (stream, code, field) = (rejection.stream.clone(), rejection.code.clone(), rejection.field.clone());
            let link = rejection.link.clone();
            vec![
                rejection.id.clone(),
                link,
                stream,
                handle,
                code,
                field,
                rejection.actor.clone(),
                moment(rejection.opened_at),
            ]
        })
        .collect();
    let table = table(&["id", "link", "stream", "number", "code", "field", "who must act", "since"], &rows);
    format!("{table}{} open rejections\n", listed.len())
}

fn show_text(rejection: &Listed) -> String {
    let closed = rejection.closed_at.map_or_else(|| "no".to_owned(), moment);
    let lines = [
        ("id", rejection.id.as_str()),
        ("link", &rejection.link),
        ("flow", &rejection.flow),
        ("stream", &rejection.stream),
        ("number", rejection.handle.as_deref().unwrap_or("-")),
        ("code", &rejection.code),
        ("field", &rejection.field),
        ("who must act", &rejection.actor),
        ("what to do", rejection.hint),
        ("revision", &rejection.revision),
        ("since", &moment(rejection.opened_at)),
        ("last seen", &moment(rejection.last_seen_at)),
        ("closed", &closed),
    ];
    lines.iter().map(|(name, value)| format!("{name:13} {value}").trim_end().to_owned() + "\n").collect()
}
