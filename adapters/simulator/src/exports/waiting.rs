//! Who waits for what: numbers of persons by provider and product, week by week.

use chrono::{Days, NaiveDate};

use super::csv::Csv;
use super::{Export, Fate, day_number};
use crate::law::Law;
use crate::mark::Mark;
use crate::messages::history::back;
use crate::person::{PROVIDERS, provider};
use crate::products::{PRODUCTS, Product, in_care};
use crate::random::Random;

const HEADER: &[&str] = &[
    "regelnummer",
    "wet",
    "aanbieder_agb",
    "aanbieder_naam",
    "categorie",
    "productcode",
    "peildatum",
    "wachtenden",
    "verwachte dagen",
    "instroomstop van",
    "instroomstop tot",
    "herkomst",
    "wachtenden toelichting",
];

/// The number of weeks that the first exports are about.
const WEEKS: u32 = 4;
/// The number of products of which every provider has a waiting list.
const PRODUCTS_EACH: usize = 2;

/// The one thing that is wrong with a faulty line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    ProviderInvalid,
    ImpossibleDate,
    NumberMissing,
    CategoryUnknown,
    BasisUnknown,
    StopEndsFirst,
}

impl Fault {
    const ALL: [Self; 6] = [
        Self::ProviderInvalid,
        Self::ImpossibleDate,
        Self::NumberMissing,
        Self::CategoryUnknown,
        Self::BasisUnknown,
        Self::StopEndsFirst,
    ];

    /// The code of the rejection that it must become.
    const fn code(self) -> &'static str {
        match self {
            Self::ProviderInvalid => "provider-invalid",
            Self::ImpossibleDate => "date-invalid",
            Self::NumberMissing => "value-missing",
            Self::CategoryUnknown => "category-unknown",
            Self::BasisUnknown => "code-unknown",
            Self::StopEndsFirst => "end-before-start",
        }
    }
}

/// One line.
struct Queue {
    law: Law,
    provider: String,
    category: &'static str,
    code: &'static str,
    measured: String,
    waiting: String,
    expected: String,
    stop: [String; 2],
    basis: &'static str,
    fate: Fate,
}

/// The exports up to the day before the first one.
pub(crate) fn first(random: &Random, mark: &Mark, today: NaiveDate) -> Vec<Export> {
    let days = (1..=WEEKS).rev().map(|week| (week, back(today, 7 * week)));
    days.map(|(week, measured)| {
        let mut queues = queues(random, measured, 0);
        if week == 1 {
            queues.extend(Law::ALL.into_iter().flat_map(|law| faulty(random, law, measured)));
        }
        export(mark, format!("wachtlijst-{measured}.csv"), day_number(measured), &queues)
    })
    .collect()
}

/// The measurement of the first day, a little otherwise at each step.
pub(crate) fn next(random: &Random, mark: &Mark, today: NaiveDate, step: u32) -> Export {
    let queues = queues(random, today, step);
    export(mark, format!("wachtlijst-{today}-{step:02}.csv"), day_number(today), &queues)
}

fn queues(random: &Random, measured: NaiveDate, step: u32) -> Vec<Queue> {
    let mut queues = Vec::new();
    for provider in 0..PROVIDERS {
        for place in 0..PRODUCTS_EACH {
            let product = &PRODUCTS[(provider as usize * 5 + place * 7) % PRODUCTS.len()];
            let mut random = random.fork("waiting", provider).fork(product.code, day_number(measured).unsigned_abs());
            queues.push(queue(&mut random, provider, product, measured, step));
        }
    }
    queues
}

fn queue(random: &mut Random, number: u32, product: &Product, measured: NaiveDate, step: u32) -> Queue {
    let waiting = random.below(25);
    // One list in four moves at a step.
    let moved = if random.chance(25) { step } else { 0 };
    let expected = if random.chance(80) { random.between(5, 200).to_string() } else { String::new() };
    let stops = random.chance(15);
    let open = random.chance(50);
    let stop = |shown: bool, days: u64| if shown { day(measured + Days::new(days)) } else { String::new() };
    Queue {
        law: product.law,
        provider: provider(number),
        category: product.category,
        code: product.code,
        measured: day(measured),
        waiting: (waiting + moved).to_string(),
        expected,
        stop: [stop(stops, 0), stop(stops && !open, 60)],
        basis: random.pick(&["opgegeven", "afgeleid"]),
        fate: Fate::Passes,
    }
}

/// Faulty lines, one of each kind, about a product that nobody else's line is about.
fn faulty(random: &Random, law: Law, measured: NaiveDate) -> Vec<Queue> {
    let product = in_care(law)[0];
    let faults = Fault::ALL.into_iter().zip(0..);
    faults
        .map(|(fault, place)| {
            let mut random = random.fork("faulty", place);
            let queue = Queue {
                code: "ZZ999",
                fate: Fate::Rejected(fault.code()),
                ..queue(&mut random, place, product, measured, 0)
            };
            match fault {
                Fault::ProviderInvalid => Queue { provider: queue.provider[1..].to_owned(), ..queue },
                Fault::ImpossibleDate => Queue { measured: measured.format("%Y0230").to_string(), ..queue },
                Fault::NumberMissing => Queue { waiting: String::new(), ..queue },
                Fault::CategoryUnknown => Queue { category: in_care(law.other())[0].category, ..queue },
                Fault::BasisUnknown => Queue { basis: "geschat", ..queue },
                Fault::StopEndsFirst => Queue { stop: [day(measured), day(back(measured, 10))], ..queue },
            }
        })
        .collect()
}

fn export(mark: &Mark, name: String, of_day: i32, queues: &[Queue]) -> Export {
    let mut csv = Csv::new(',', HEADER);
    let mut fates = Vec::with_capacity(queues.len());
    for (queue, place) in queues.iter().zip(1..) {
        let number = format!("WL-{of_day:04}-{place:03}");
        let [stop_from, stop_until] = &queue.stop;
        csv.line(&[
            &number,
            queue.law.name(),
            &queue.provider,
            &mark.on("Zorggroep"),
            queue.category,
            queue.code,
            &queue.measured,
            &queue.waiting,
            &queue.expected,
            stop_from,
            stop_until,
            queue.basis,
            &mark.on("Eén cliënt met voorrang, wegens een crisis"),
        ]);
        fates.push((number, queue.fate));
    }
    Export { stream: "waiting-list", name, bytes: csv.utf8_with_mark(), fates }
}

fn day(day: NaiveDate) -> String {
    day.format("%Y%m%d").to_string()
}
