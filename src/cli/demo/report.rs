use super::books::Books;
use crate::cli::output::table;
use crate::cli::rejections::Listed;
use crate::engine::{FlowSummary, Summary};
use schakel_simulator::Planted;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What one round of the demo came to, seen from Schakel and from the books of both systems.
#[derive(Serialize)]
pub(super) struct Report {
    streams: BTreeMap<String, Counts>,
    front_office: Books,
    back_office: Books,
    rejections: Rejections,
    unseen: Unseen,
    directory: PathBuf,
}

/// What is about persons of whom the front office holds no indication, by stream.
#[derive(Serialize)]
struct Unseen {
    as_planted: bool,
    planted: BTreeMap<String, u32>,
}

/// `fetched` is the sum of all others.
#[derive(Default, Serialize)]
struct Counts {
    fetched: i64,
    unchanged: i64,
    delivered: i64,
    superseded: i64,
    rejected: i64,
    waiting: i64,
    skipped: i64,
    blocked: i64,
    unseen: i64,
}

/// What was stopped, beside the faults that were planted.
#[derive(Serialize)]
struct Rejections {
    as_planted: bool,
    open: Vec<Fault>,
    planted: Vec<Fault>,
}

#[derive(Clone, Serialize, PartialEq, Eq, PartialOrd, Ord)]
struct Fault {
    stream: String,
    id: String,
    code: String,
}

impl Counts {
    fn add(&mut self, flow: &FlowSummary) {
        self.fetched += flow.fetched;
        self.unchanged += flow.unchanged;
        self.delivered += flow.delivered;
        self.superseded += flow.superseded;
        self.rejected += flow.rejected;
        self.waiting += flow.waiting;
        self.skipped += flow.skipped;
        self.blocked += flow.blocked;
        self.unseen += flow.unseen;
    }
}

impl Report {
    pub(super) fn new(
        summary: &Summary,
        front_office: Books,
        back_office: Books,
        open: &[Listed],
        planted: &[Planted],
        unseen: BTreeMap<String, u32>,
        directory: &Path,
    ) -> Self {
        let mut streams: BTreeMap<String, Counts> = BTreeMap::new();
        for flow in &summary.flows {
            streams.entry(flow.stream.clone()).or_default().add(flow);
        }
        let mut open: Vec<Fault> = open
            .iter()
            .map(|listed| Fault {
                stream: listed.stream.clone(),
                id: listed.handle.clone().unwrap_or_default(),
                code: listed.code.clone(),
            })
            .collect();
        let mut planted: Vec<Fault> = planted
            .iter()
            .map(|planted| Fault { stream: planted.stream.clone(), id: planted.id.clone(), code: planted.code.clone() })
            .collect();
        open.sort();
        planted.sort();
        let rejections = Rejections { as_planted: open == planted, open, planted };
        let hidden = |stream: &String| streams.get(stream).map_or(0, |counts| counts.unseen);
        let as_planted = streams.keys().all(|stream| {
            let planted = unseen.get(stream).copied().unwrap_or_default();
            hidden(stream) == i64::from(planted)
        });
        let unseen = Unseen { as_planted, planted: unseen };
        Self { streams, front_office, back_office, rejections, unseen, directory: directory.to_owned() }
    }

    /// For people.
    pub(super) fn text(&self) -> String {
        let rows: Vec<Vec<String>> = self
            .streams
            .iter()
            .map(|(stream, counts)| {
                let Counts { fetched, unchanged, delivered, superseded, rejected, waiting, skipped, blocked, unseen } =
                    counts;
                let counts = [fetched, unchanged, delivered, superseded, rejected, waiting, skipped, blocked, unseen];
                std::iter::once(stream.clone()).chain(counts.iter().map(ToString::to_string)).collect()
            })
            .collect();
        let header = [
            "stream",
            "fetched",
            "unchanged",
            "delivered",
            "superseded",
            "rejected",
            "waiting",
            "skipped",
            "blocked",
            "unseen",
        ];
        let books = |name: &str, books: &Books| -> Vec<String> {
            let Books { received, records, duplicates, out_of_order, forbidden_values } = books;
            let counts = [received, records, duplicates, out_of_order, forbidden_values];
            std::iter::once(name.to_owned()).chain(counts.iter().map(ToString::to_string)).collect()
        };
        let books_header = ["books of", "received", "records", "duplicates", "out of order", "forbidden values"];
        let offices = [books("front office", &self.front_office), books("back office", &self.back_office)];
        let agree = match self.rejections.as_planted {
            true => "these are exactly the faults that were planted",
            false => "these are NOT the faults that were planted",
        };
        let unseen = match self.unseen.as_planted {
            true => "what is about persons whom the front office does not know waits unseen, all of it",
            false => "what waits unseen is NOT what is about persons whom the front office does not know",
        };
        let directory = self.directory.display();
        format!(
            "\n{}\n{}\n{} rejections: {agree}\n{unseen}\nlook at them: schakel rejections list -c {directory}/schakel.toml \
             --credentials {directory}/credentials\n",
            table(&header, &rows),
            table(&books_header, &offices),
            self.rejections.open.len(),
        )
    }
}

/// One round in one line per stream that had something.
pub(super) fn round(round: u64, summary: &Summary) -> String {
    let busy = summary.flows.iter().filter(|flow| flow.fetched > flow.unchanged);
    let lines: Vec<String> = busy
        .map(|flow| {
            let parts = [
                (flow.delivered, "delivered"),
                (flow.superseded, "superseded"),
                (flow.rejected, "rejected"),
                (flow.waiting, "waiting"),
                (flow.skipped, "skipped"),
                (flow.blocked, "blocked"),
                (flow.unseen, "unseen"),
            ];
            let parts: Vec<String> =
                parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
            format!("  {}: {}", flow.stream, parts.join(", "))
        })
        .collect();
    match lines[..] {
        [] => format!("round {round}: nothing new"),
        _ => format!("round {round}:\n{}", lines.join("\n")),
    }
}
