use super::{Listed, in_words, moment, named, opened, unsealed};
use crate::cli::Common;
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::Output;
use crate::privacy::Purpose;
use crate::store::EntryState;
use schakel_api::code::Code;
use serde::Serialize;

/// A rejection with all that is known about it.
#[derive(Debug, Serialize)]
struct Shown {
    #[serde(flatten)]
    listed: Listed,
    /// What somebody noted when they parked or dismissed it.
    note: Option<String>,
    /// What became of what was sent, of a rejection after delivery.
    entry: Option<&'static str>,
    /// What ends it, where that is for a person to find out.
    ways_out: &'static [&'static str],
}

/// When nobody but a person can find out what became of an attempt.
const WAYS_OUT: [&str; 2] = ["retry when it did not arrive", "dismiss when it did"];

/// Shows a rejection.
pub(super) async fn show(common: &Common, id: &str, output: Output) -> Result<Exit, Failure> {
    let (installation, store) = common.looked_at()?;
    let rejection = named(&store, id).await?;
    let note = rejection.note.as_deref().map(|note| opened(&store, Purpose::Note, note)).transpose()?;
    let entry = match rejection.rejected.entry.clone() {
        None => None,
        Some(id) => store.read(move |tx| tx.entry(&id)).await?.map(|entry| entry.state),
    };
    let unknown = entry == Some(EntryState::Unknown) && rejection.rejected.code == Code::OutcomeUnknown.as_str();
    let shown = Shown {
        listed: unsealed(&store, rejection, Some(&installation))?,
        note,
        entry: entry.map(EntryState::as_str),
        ways_out: if unknown { &WAYS_OUT } else { &[] },
    };
    output.print(&shown, text)?;
    Ok(Exit::Done)
}

fn text(shown: &Shown) -> String {
    let Shown { listed, note, entry, ways_out } = shown;
    let closed = listed.closed_at.map_or_else(|| "no".to_owned(), moment);
    let todo = match ways_out.is_empty() {
        true => listed.hint.to_owned(),
        false => format!("{}; {}", listed.hint, ways_out.join(", ")),
    };
    let lines = [
        ("id", listed.id.as_str()),
        ("link", &listed.link),
        ("flow", &listed.flow),
        ("stream", &listed.stream),
        ("came from", in_words(listed.side)),
        ("number", listed.handle.as_deref().unwrap_or("-")),
        ("code", &listed.code),
        ("field", &listed.field),
        ("who must act", in_words(&listed.actor)),
        ("what to do", &todo),
        ("entry", entry.unwrap_or("-")),
        ("revision", &listed.revision),
        ("state", listed.state),
        ("note", note.as_deref().unwrap_or("-")),
        ("since", &moment(listed.opened_at)),
        ("last seen", &moment(listed.last_seen_at)),
        ("closed", &closed),
    ];
    lines.iter().map(|(name, value)| format!("{name:13} {value}").trim_end().to_owned() + "\n").collect()
}
