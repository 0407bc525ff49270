use super::Common;
use super::exit::{Exit, Failure};
use super::output::{Output, table};
use crate::store::FlowId;
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;

#[derive(Serialize)]
struct Status {
    flows: Vec<FlowStatus>,
    rejections: i64,
}

#[derive(Serialize)]
struct FlowStatus {
    flow: String,
    mode: &'static str,
    last_run: Option<DateTime<Utc>>,
    last_fault: Option<String>,
    waiting: i64,
    oldest: Option<DateTime<Utc>>,
}

/// Prints what waits and when each flow last ran. It can be asked while the daemon runs.
pub(super) async fn status(common: &Common, output: Output) -> Result<Exit, Failure> {
    let (installation, store) = common.looked_at()?;
    let (runs, waiting, rejections) =
        store.read(|tx| Ok((tx.last_runs()?, tx.waiting()?, tx.count_rejections()?))).await?;
    let flows = installation.links.iter().flat_map(|link| &link.flows).map(|flow| {
        let id = FlowId::new(&flow.id);
        let run = runs.iter().find(|run| run.flow == id);
        let waits = waiting.iter().filter(|waiting| waiting.flow == id);
        FlowStatus {
            flow: flow.id.clone(),
            mode: flow.mode.as_str(),
            last_run: run.map(|run| run.started_at),
            last_fault: run.and_then(|run| run.fault.clone()),
            waiting: waits.clone().map(|waiting| waiting.count).sum(),
            oldest: waits.map(|waiting| waiting.oldest).min(),
        }
    });
    let status = Status { flows: flows.collect(), rejections };
    output.print(&status, text)?;
    Ok(Exit::Done)
}

fn text(status: &Status) -> String {
    let moment = |moment: Option<DateTime<Utc>>| {
        moment.map_or_else(|| "-".to_owned(), |moment| moment.to_rfc3339_opts(SecondsFormat::Secs, true))
    };
    let rows: Vec<Vec<String>> = status
        .flows
        .iter()
        .map(|flow| {
            let fault = flow.last_fault.clone().unwrap_or_default();
            let (waiting, mode) = (flow.waiting.to_string(), flow.mode.to_owned());
            vec![flow.flow.clone(), mode, moment(flow.last_run), waiting, moment(flow.oldest), fault]
        })
        .collect();
    let table = table(&["flow", "mode", "last run", "waiting", "oldest", "fault"], &rows);
    format!("{table}{} open rejections\n", status.rejections)
}
