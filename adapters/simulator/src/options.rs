//! What a simulation is started with.

use std::path::PathBuf;

use chrono::NaiveDate;

use crate::mark::Mark;

/// The most persons a simulation can have: the test range holds 9,091 BSNs.
pub const MOST_PERSONS: u32 = 9_000;

/// What a simulation is started with. Equal options give equal data.
#[derive(Debug, Clone)]
pub struct Options {
    /// The number of persons, 1 up to and including [`MOST_PERSONS`].
    pub persons: u32,
    /// What all data follow from, beside the number of persons.
    pub seed: u64,
    /// The number of indications in the front office at the least; `None` is a usual number of them. At most sixteen
    /// for each person.
    pub indications: Option<u32>,
    /// The number of indications of which the back office holds an assignment without knowing so, or as many as there
    /// are in force.
    pub held: u32,
    /// The number of indications of which it holds two that fit.
    pub ambiguous: u32,
    /// CBS code of the municipality: four digits.
    pub municipality: String,
    /// CBS code of a municipality whose messages lie among ours by mistake: four digits.
    pub other_municipality: String,
    /// The directory to write message files to, made when missing; `None` writes none.
    pub messages: Option<PathBuf>,
    /// The directory to write exports to, made when missing; `None` writes none.
    pub exports: Option<PathBuf>,
    /// The bearer token that both servers demand.
    pub token: String,
    /// What stands in every client-profile and money value.
    pub mark: Mark,
    /// The day of the simulation: no record changed, and no message was sent, after it when the simulation starts.
    pub today: NaiveDate,
    /// Port of the front office on loopback; 0 takes a free one.
    pub front_port: u16,
    /// Port of the back office on loopback; 0 takes a free one.
    pub back_port: u16,
}

impl Default for Options {
    /// 2000 persons of seed 1 in Diemen (0384), no files, on a fixed day so that runs can be compared.
    fn default() -> Self {
        Self {
            persons: 2_000,
            seed: 1,
            indications: None,
            held: 0,
            ambiguous: 0,
            municipality: "0384".to_owned(),
            other_municipality: "0363".to_owned(),
            messages: None,
            exports: None,
            token: "simulator".to_owned(),
            mark: Mark::from_seed(1),
            today: NaiveDate::from_ymd_opt(2026, 11, 1).unwrap_or_default(),
            front_port: 0,
            back_port: 0,
        }
    }
}
