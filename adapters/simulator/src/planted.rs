//! What the simulation holds on purpose that must not come through.

use serde::Serialize;

/// One planted fault: a record or file that must become exactly one rejection.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Planted {
    /// The stream: such as `indication` or `waiting-list`.
    pub stream: String,
    /// What people find it by: a case number, an assignment number as integer text, the name of a file, the number of
    /// a line, the reference of a request, or the code of a product.
    pub id: String,
    /// The code of the rejection, such as `bsn-invalid`.
    pub code: String,
}
