//! What the simulation holds on purpose that must not come through.

use serde::Serialize;

/// One planted fault: a record or file that must become exactly one rejection.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Planted {
    /// The stream: `indication`, `assignment`, `request`, `start` or `stop`.
    pub stream: String,
    /// What people find it by: a case number, an assignment number as integer text, or a file name.
    pub id: String,
    /// The code of the rejection, such as `bsn-invalid`.
    pub code: String,
}
