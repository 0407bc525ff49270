use crate::cli::exit::Failure;
use serde::{Deserialize, Serialize};

/// What a simulated system wrote down about what it received.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Books {
    pub(super) received: u64,
    pub(super) records: u64,
    pub(super) duplicates: u64,
    pub(super) out_of_order: u64,
    pub(super) forbidden_values: u64,
}

/// Asks a simulated system for its books.
pub(super) async fn books(url: &str) -> Result<Books, Failure> {
    let unreadable = |_| Failure::bug("the books of the simulated system cannot be read");
    // The systems are on this machine, whatever proxy it uses for others.
    let client = reqwest::Client::builder().no_proxy().build().map_err(unreadable)?;
    let answer = client.get(format!("{url}/_books")).send().await.map_err(unreadable)?;
    answer.json().await.map_err(unreadable)
}
