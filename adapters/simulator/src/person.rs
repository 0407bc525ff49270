//! The persons and the providers that all records are about.

use chrono::{Days, NaiveDate};

use crate::mark::Mark;
use crate::random::Random;

const FIRST_NAMES: &[&str] =
    &["Anna", "Bram", "Cornelia", "Dirk", "Elif", "Frans", "Griet", "Hamza", "Ilse", "Jan", "Klaas", "Zoë"];
const LAST_NAMES: &[&str] =
    &["Bakker", "Dijkstra", "El Amrani", "de Groot", "Hoekstra", "Jansen", "Kaya", "Mulder", "Visser", "Wit"];
const STREETS: &[&str] = &["Dorpsstraat", "Kerkweg", "Molenpad", "Ringdijk", "Hartveld", "Schoolplein"];
const TOWNS: &[&str] = &["Diemen", "Weesp", "Duivendrecht"];

/// One person. Every text of it carries the mark where it is served or written.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) index: u32,
    pub(crate) bsn: String,
    pub(crate) first_name: &'static str,
    pub(crate) last_name: &'static str,
    pub(crate) birth_date: NaiveDate,
    pub(crate) gender: &'static str,
    pub(crate) street: &'static str,
    pub(crate) house: u32,
    pub(crate) town: &'static str,
}

impl Person {
    /// The person of an index; the BSN is the same whatever the stream of numbers.
    pub(crate) fn new(random: &Random, index: u32, bsn: &str) -> Self {
        let mut random = random.fork("person", index);
        // Before 1920, so that a birth date is told apart from every other date.
        let birth_date = NaiveDate::from_ymd_opt(1880, 1, 1).unwrap_or_default();
        Self {
            index,
            bsn: bsn.to_owned(),
            first_name: random.pick(FIRST_NAMES),
            last_name: random.pick(LAST_NAMES),
            birth_date: birth_date + Days::new(u64::from(random.below(14_000))),
            gender: random.pick(&["0", "1", "2"]),
            street: random.pick(STREETS),
            house: random.between(1, 400),
            town: random.pick(TOWNS),
        }
    }

    /// The e-mail address, with the mark.
    pub(crate) fn email(&self, mark: &Mark) -> String {
        format!("{}.{}@post.example", self.first_name.to_lowercase(), mark.text)
    }
}

/// The number of providers.
pub(crate) const PROVIDERS: u32 = 24;

/// The AGB code of a provider: eight digits with a leading zero, so that reading it as a number spoils it.
pub(crate) fn provider(index: u32) -> String {
    format!("{:08}", 2_420_001 + 37 * (index % PROVIDERS))
}
