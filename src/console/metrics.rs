use super::report::{Reloads, Report};
use crate::engine::SystemState;
use chrono::{DateTime, Utc};
use metrics::{counter, describe_counter, describe_gauge, gauge};
use metrics_exporter_prometheus::PrometheusBuilder;

/// A metric: its name, and what it says.
type Metric = (&'static str, &'static str);

const INFO: Metric = ("schakel_info", "1, with the version of the program and the revision of its settings");
const READY: Metric = ("schakel_ready", "1 while it runs, 0 while it starts or stops");
const START: Metric = ("schakel_start_timestamp_seconds", "when the program started");
const STORE: Metric = ("schakel_store_up", "1 when the store answers and can be written to");
const RELOADS: Metric = ("schakel_reloads_total", "how often the settings were reloaded, by result: taken or refused");
const REJECTIONS: Metric = ("schakel_rejections_open", "rejections that somebody must look at");
const LAST_RUN: Metric = ("schakel_flow_last_run_timestamp_seconds", "when a flow last began to fetch");
const FAULTY: Metric = ("schakel_flow_last_run_failed", "1 when that run did not come to its end");
const FLOW_PAUSED: Metric = ("schakel_flow_paused", "1 while a flow pauses, by a command or by its brake");
const WAITING: Metric = ("schakel_flow_waiting_entries", "entries that wait to be delivered");
const OLDEST: Metric =
    ("schakel_flow_oldest_waiting_age_seconds", "how long the oldest of them waits; 0 when none does");
const UP: Metric =
    ("schakel_system_up", "1 unless the last exchange failed or delivery pauses; none before the first one");
const SUCCESS: Metric = ("schakel_system_last_success_timestamp_seconds", "when a system last answered as it should");
const PAUSED: Metric =
    ("schakel_system_paused_until_timestamp_seconds", "until when delivery pauses; none when it does not");
const EXCHANGES: Metric =
    ("schakel_system_exchanges_total", "exchanges with a system, by outcome: ok or the code of the fault");

/// Every metric, with its unit at the end of its name. The names are stable: dashboards and alarms hold them.
///
/// Those of a flow carry the label `flow`, those of a system `system`.
pub const METRICS: [(&str, &str); 15] = [
    INFO,
    READY,
    START,
    STORE,
    RELOADS,
    REJECTIONS,
    LAST_RUN,
    FAULTY,
    FLOW_PAUSED,
    WAITING,
    OLDEST,
    UP,
    SUCCESS,
    PAUSED,
    EXCHANGES,
];

/// A report as Prometheus reads it. The recorder is made for it: the program counts nothing twice.
pub(super) fn text(report: &Report, reloads: Reloads, started: DateTime<Utc>) -> String {
    let recorder = PrometheusBuilder::new().build_recorder();
    metrics::with_local_recorder(&recorder, || {
        for (name, about) in METRICS {
            match name.ends_with("_total") {
                true => describe_counter!(name, about),
                false => describe_gauge!(name, about),
            }
        }
        fill(report, reloads, started);
    });
    recorder.handle().render()
}

fn fill(report: &Report, reloads: Reloads, started: DateTime<Utc>) {
    let revision = report.revision.clone().unwrap_or_default();
    gauge!(INFO.0, "version" => env!("CARGO_PKG_VERSION"), "revision" => revision).set(1);
    gauge!(READY.0).set(flag(report.stage.is_ready()));
    gauge!(START.0).set(seconds(started));
    gauge!(STORE.0).set(flag(report.store));
    counter!(RELOADS.0, "result" => "taken").absolute(reloads.taken);
    counter!(RELOADS.0, "result" => "refused").absolute(reloads.refused);
    if let Some(rejections) = report.rejections {
        gauge!(REJECTIONS.0).set(number(rejections));
    }
    // What the store does not tell is left out: a nought would say that nothing waits.
    for flow in report.flows.iter().filter(|_| report.store) {
        let label = flow.flow.clone();
        gauge!(WAITING.0, "flow" => label.clone()).set(number(flow.waiting));
        gauge!(OLDEST.0, "flow" => label.clone()).set(number(flow.oldest_age_seconds.unwrap_or_default()));
        gauge!(FLOW_PAUSED.0, "flow" => label.clone()).set(flag(flow.runs && flow.paused.is_some()));
        // A flow that is off runs no more, which is no reason for an alarm.
        if let Some(moment) = flow.last_run.filter(|_| flow.runs) {
            gauge!(LAST_RUN.0, "flow" => label.clone()).set(seconds(moment));
            gauge!(FAULTY.0, "flow" => label).set(flag(flow.last_fault.is_some()));
        }
    }
    for system in &report.systems {
        let label = system.system.clone();
        if system.state != SystemState::Unknown {
            gauge!(UP.0, "system" => label.clone()).set(flag(system.state == SystemState::Up));
        }
        if let Some(moment) = system.last_success {
            gauge!(SUCCESS.0, "system" => label.clone()).set(seconds(moment));
        }
        if let Some(moment) = system.paused_until {
            gauge!(PAUSED.0, "system" => label.clone()).set(seconds(moment));
        }
        counter!(EXCHANGES.0, "system" => label.clone(), "outcome" => "ok").absolute(system.successes);
        for (code, count) in &system.faults {
            counter!(EXCHANGES.0, "system" => label.clone(), "outcome" => *code).absolute(*count);
        }
    }
}

fn flag(holds: bool) -> f64 {
    if holds { 1.0 } else { 0.0 }
}

fn seconds(moment: DateTime<Utc>) -> f64 {
    number(moment.timestamp())
}

/// As a metric holds it: exact up to 2^53, which no count reaches.
#[expect(clippy::cast_precision_loss, reason = "metrics are floating-point numbers")]
fn number(count: i64) -> f64 {
    count as f64
}
