//! What the daemon answers over HTTP about itself: states, names, codes, counts and moments, nothing of a record.
//!
//! | path | answer |
//! | --- | --- |
//! | `/ping` | 200 as long as the process lives |
//! | `/ready` | 200 while it runs, 503 while it starts or stops |
//! | `/health` | JSON: [`Report`]; 503 when the store cannot be written to or the daemon starts or stops |
//! | `/metrics` | the same for Prometheus: see [`METRICS`] |
//! | `/version` | JSON: name, version, revision of the settings |
//!
//! Nobody is asked who he is: it listens where the settings say, which is this machine alone unless they allow more.

mod metrics;
mod report;
mod server;

pub use metrics::METRICS;
pub use report::{FlowReport, Report, Stage, Status, SystemReport};
pub use server::Console;
