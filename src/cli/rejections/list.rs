use super::{Listed, counted, in_words, listed, moment, states_in_words};
use crate::cli::Common;
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::{Output, table};
use crate::store::{NewRejection, RejectionState};
use chrono::{DateTime, Utc};
use clap::Args;
use serde::Serialize;
use std::collections::BTreeMap;

/// How many numbers of a group are shown.
const HANDLES: usize = 5;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    only: Only,

    /// One by one, the oldest first
    #[arg(long)]
    each: bool,
}

/// Which rejections: the open ones, unless it says otherwise.
#[derive(Debug, Default, Args)]
pub(in crate::cli) struct Only {
    /// Only this link
    #[arg(long)]
    pub(super) link: Option<String>,

    /// Only flows whose name holds this
    #[arg(long)]
    pub(super) flow: Option<String>,

    /// Only this code
    #[arg(long)]
    pub(super) code: Option<String>,

    /// Those that were parked
    #[arg(long)]
    pub(super) parked: bool,

    /// Those that were dismissed and whose fault is still there
    #[arg(long)]
    pub(super) dismissed: bool,
}

/// What is wrong in one way.
#[derive(Debug, Serialize)]
struct Group {
    link: String,
    flow: String,
    stream: String,
    code: String,
    field: String,
    /// The side that the rows came from.
    side: &'static str,
    actor: String,
    hint: &'static str,
    count: usize,
    oldest: DateTime<Utc>,
    /// The first numbers by which people find the rows in the source.
    handles: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Groups {
    groups: Vec<Group>,
    total: usize,
}

impl Only {
    /// In which states.
    pub(super) fn states(&self) -> Vec<RejectionState> {
        match (self.parked, self.dismissed) {
            (false, false) => vec![RejectionState::Open],
            (true, false) => vec![RejectionState::Parked],
            (false, true) => vec![RejectionState::Dismissed],
            (true, true) => vec![RejectionState::Parked, RejectionState::Dismissed],
        }
    }

    /// Whether a rejection of its link and state is among them.
    pub(super) fn holds(&self, rejected: &NewRejection) -> bool {
        let flow = self.flow.as_ref().is_none_or(|flow| rejected.flow.as_str().contains(flow));
        flow && self.code.as_ref().is_none_or(|code| rejected.code == *code)
    }
}

/// Lists rejections.
pub(super) async fn list(common: &Common, arguments: &Arguments, output: Output) -> Result<Exit, Failure> {
    let (installation, store) = common.looked_at()?;
    let found = listed(&store, &arguments.only, Some(&installation)).await?;
    let states = states_in_words(&arguments.only.states());
    if arguments.each {
        output.print(&found, |found| each_text(found, &states))?;
    } else {
        output.print(&grouped(found), |groups| groups_text(groups, &states))?;
    }
    Ok(Exit::Done)
}

/// The largest groups first; among equals the one that is longest there.
fn grouped(found: Vec<Listed>) -> Groups {
    let total = found.len();
    let mut groups: BTreeMap<_, Group> = BTreeMap::new();
    for listed in found {
        let Listed { link, flow, stream, side, handle, code, field, actor, hint, opened_at, .. } = listed;
        let cause = (flow.clone(), code.clone(), field.clone(), actor.clone());
        let group = groups.entry(cause).or_insert_with(|| Group {
            link,
            flow,
            stream,
            code,
            field,
            side,
            actor,
            hint,
            count: 0,
            oldest: opened_at,
            handles: Vec::new(),
        });
        group.count += 1;
        group.oldest = group.oldest.min(opened_at);
        if group.handles.len() < HANDLES {
            group.handles.extend(handle);
        }
    }
    let mut groups: Vec<Group> = groups.into_values().collect();
    groups.sort_by(|one, other| other.count.cmp(&one.count).then(one.oldest.cmp(&other.oldest)));
    Groups { groups, total }
}

fn groups_text(Groups { groups, total }: &Groups, states: &str) -> String {
    if groups.is_empty() {
        return format!("no {states} rejections\n");
    }
    let row = |group: &Group| {
        let mut handles = group.handles.join(", ");
        if group.count > group.handles.len() && !group.handles.is_empty() {
            handles += ", …";
        }
        let (code, field) = (group.code.clone(), group.field.clone());
        let actor = in_words(&group.actor).to_owned();
        vec![group.count.to_string(), group.flow.clone(), code, field, actor, moment(group.oldest), handles]
    };
    let rows: Vec<Vec<String>> = groups.iter().map(row).collect();
    let table = table(&["count", "flow", "code", "field", "who must act", "since", "numbers"], &rows);
    let hints: BTreeMap<&str, &str> = groups.iter().map(|group| (group.code.as_str(), group.hint)).collect();
    let hints = hints.iter().map(|(code, hint)| format!("{code}: {hint}")).collect::<Vec<_>>().join("\n");
    let total = counted(*total, &format!("{states} rejection"));
    format!("{table}\n{hints}\n\n{total}; `--each` lists them one by one\n")
}

fn each_text(listed: &[Listed], states: &str) -> String {
    if listed.is_empty() {
        return format!("no {states} rejections\n");
    }
    let row = |rejection: &Listed| {
        vec![
            rejection.id.clone(),
            rejection.link.clone(),
            rejection.stream.clone(),
            rejection.handle.clone().unwrap_or_else(|| "-".to_owned()),
            rejection.code.clone(),
            rejection.field.clone(),
            in_words(&rejection.actor).to_owned(),
            moment(rejection.opened_at),
        ]
    };
    let rows: Vec<Vec<String>> = listed.iter().map(row).collect();
    let table = table(&["id", "link", "stream", "number", "code", "field", "who must act", "since"], &rows);
    format!("{table}{}\n", counted(listed.len(), &format!("{states} rejection")))
}
