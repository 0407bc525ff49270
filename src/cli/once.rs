use super::exit::{Exit, Failure};
use super::output::{Output, table};
use super::{Common, clock};
use crate::engine::{Engine, OnceOptions, Summary, once as run_once};
use clap::Args;
use std::time::Duration;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// How long to wait for what may be tried again later, in seconds
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u64).range(..300))]
    patience: u64,
}

/// Runs every flow now.
pub(super) async fn once(common: &Common, arguments: &Arguments, output: Output) -> Result<Exit, Failure> {
    let (installation, store) = common.opened()?;
    let engine = Engine::start(installation, store, clock()).await?;
    let options = OnceOptions { patience: Duration::from_secs(arguments.patience) };
    let (summary, ending) = run_once(&engine, options).await?;
    output.print(&summary, text)?;
    Ok(ending.into())
}

/// The summary for people.
pub(super) fn text(summary: &Summary) -> String {
    let rows: Vec<Vec<String>> = summary
        .flows
        .iter()
        .map(|flow| {
            let counts = [
                flow.fetched,
                flow.unchanged,
                flow.delivered,
                flow.superseded,
                flow.rejected,
                flow.waiting,
                flow.skipped,
                flow.blocked,
                flow.unseen,
                flow.shadow,
            ];
            let counts = counts.iter().map(ToString::to_string);
            let paused = flow.paused.then(|| "paused".to_owned());
            let fault = flow.fault.clone().or(paused).unwrap_or_default();
            std::iter::once(flow.flow.clone()).chain(counts).chain([fault]).collect()
        })
        .collect();
    let header = [
        "flow",
        "fetched",
        "unchanged",
        "delivered",
        "superseded",
        "rejected",
        "waiting",
        "skipped",
        "blocked",
        "unseen",
        "shadow",
        "fault",
    ];
    let waiting = match summary.waiting {
        0 => String::new(),
        count => format!("{count} still to be delivered\n"),
    };
    let rejections = match summary.rejections {
        0 => String::new(),
        count => format!("{count} open rejections: `schakel rejections list`\n"),
    };
    table(&header, &rows) + &waiting + &rejections
}
