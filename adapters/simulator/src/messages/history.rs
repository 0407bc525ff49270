//! What happened to every assignment up to the first day of the simulation, message by message.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate, NaiveDateTime};

use super::{Assignment, Delivery, Message, Scribe};
use crate::indications::{Indication, Kind, Size};
use crate::law::Law;
use crate::products::{Frequency, Unit, in_money};

/// An assignment as it stands, and where its delivery is.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) assignment: Assignment,
    pub(crate) delivery: Progress,
}

/// Where the delivery of an assignment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    /// Nothing was reported yet.
    Waiting,
    /// It runs since this day.
    Running(NaiveDate),
    /// Nothing more comes of it.
    Over,
}

/// The messages of all assignments, and how each assignment stands after them.
///
/// `numbered` holds every indication with the number of its assignment.
pub(crate) fn write(scribe: &mut Scribe<'_>, numbered: &[(Indication, u32)]) -> (Vec<Message>, Vec<Case>) {
    let mut groups: BTreeMap<(u32, Law, u32), Vec<Assignment>> = BTreeMap::new();
    for (indication, number) in numbered {
        // The first person has a message of every indication, so that none of the laws is without.
        if indication.kind == Kind::InForce && (indication.person == 0 || scribe.random.chance(85)) {
            let assignment = assigned(scribe, indication, *number);
            let key = (assignment.person, assignment.law, assignment.provider);
            let group = groups.entry(key).or_default();
            if scribe.random.chance(4) {
                group.push(in_euros(scribe, &assignment));
            }
            group.push(assignment);
        }
    }

    let (mut messages, mut cases) = (Vec::new(), Vec::new());
    for assignments in groups.values() {
        messages.extend(assignments.iter().filter_map(|assignment| asked(scribe, assignment)));
        messages.push(scribe.assigned(assignments));
        if scribe.random.chance(6) {
            let dated = back(scribe.options.today, scribe.random.below(15));
            messages.push(scribe.change_requested(assignments, dated));
        }
        for assignment in assignments {
            cases.push(live(scribe, assignment, &mut messages));
        }
    }
    (messages, cases)
}

/// The assignment that the back office made of an indication.
fn assigned(scribe: &mut Scribe<'_>, indication: &Indication, number: u32) -> Assignment {
    let random = &mut scribe.random;
    let latest = back(scribe.options.today, 20 + random.below(5));
    let decided = back(indication.start, random.between(1, 14)).min(latest);
    let decided = moment(decided, random.below(36_000));
    let budget = indication.size.is_none() && indication.end.is_some() && random.chance(30);
    let reference = random.chance(10).then(|| scribe.reference());
    Assignment {
        number,
        law: indication.law,
        person: indication.person,
        provider: indication.provider,
        category: indication.product.category,
        code: indication.size.map(|_| indication.product.code),
        size: indication.size,
        budget,
        start: indication.start,
        end: indication.end,
        reference,
        decided,
        reason: None,
    }
}

/// An assignment beside `other` whose volume is an amount.
fn in_euros(scribe: &mut Scribe<'_>, other: &Assignment) -> Assignment {
    let product = in_money(other.law);
    Assignment {
        number: scribe.numbers.take(other.law),
        category: product.category,
        code: Some(product.code),
        size: Some(Size { volume: 0, unit: Unit::Euro, frequency: Frequency::Total }),
        budget: false,
        end: Some(other.start + Days::new(365)),
        reference: None,
        ..other.clone()
    }
}

/// The request that an assignment honours, or sometimes one of which nothing came yet.
fn asked(scribe: &mut Scribe<'_>, assignment: &Assignment) -> Option<Message> {
    let (reference, days) = match &assignment.reference {
        Some(reference) => (reference.clone(), scribe.random.between(3, 20)),
        None if scribe.random.chance(5) => (scribe.reference(), 0),
        None => return None,
    };
    Some(scribe.requested(assignment, &reference, back(assignment.decided.date(), days), None))
}

/// What happened to one assignment after its first message.
fn live(scribe: &mut Scribe<'_>, assignment: &Assignment, messages: &mut Vec<Message>) -> Case {
    let mut current = assignment.clone();
    let today = scribe.options.today;
    let roll = scribe.random.below(100);
    if roll < 16 {
        let since = (today - current.decided.date()).num_days();
        let days = scribe.random.between(1, u32::try_from(since).unwrap_or(1));
        let decided = current.decided.date() + Days::new(u64::from(days));
        current = if roll < 4 { deleted(&current, decided) } else { moved(scribe, &current, decided) };
        messages.push(scribe.assigned(std::slice::from_ref(&current)));
    }
    let begun = current.start <= back(today, 15) && scribe.random.chance(65);
    let delivery = match current.reason {
        Some("13") => Progress::Over,
        _ if begun => deliver(scribe, &current, messages),
        _ => Progress::Waiting,
    };
    Case { assignment: current, delivery }
}

fn deleted(current: &Assignment, decided: NaiveDate) -> Assignment {
    Assignment {
        end: Some(current.start),
        reason: Some("13"),
        reference: None,
        decided: moment(decided, 40_000),
        ..current.clone()
    }
}

/// The same assignment with another end date: longer, or where it was open, closed.
pub(crate) fn moved(scribe: &mut Scribe<'_>, current: &Assignment, decided: NaiveDate) -> Assignment {
    let days = Days::new(u64::from(scribe.random.between(30, 120)));
    let (reason, end) = match current.end {
        Some(end) => ("04", end + days),
        None => ("05", current.start.max(decided) + days),
    };
    Assignment {
        end: Some(end),
        reason: Some(reason),
        reference: None,
        decided: moment(decided, 40_000 + scribe.random.below(10_000)),
        ..current.clone()
    }
}

/// Start, and perhaps deletion or stop, of an assignment that began at least fifteen days ago.
fn deliver(scribe: &mut Scribe<'_>, assignment: &Assignment, messages: &mut Vec<Message>) -> Progress {
    let today = scribe.options.today;
    let mut begin = assignment.start + Days::new(u64::from(scribe.random.below(7)));
    // Before any stop is reported, which takes three days.
    let dated = after(begin, scribe.random.between(1, 2));
    let mut start = Delivery::start(assignment, begin);
    start.task_based = scribe.random.chance(3);
    messages.push(scribe.delivered(&start, dated));
    if start.task_based {
        return Progress::Over;
    }

    let roll = scribe.random.below(100);
    if roll < 6 {
        // Deleted and, half of the time, delivered again from another day: the old key is taken (TR074).
        messages.push(scribe.delivered(&start.deletion(), after(dated, 2)));
        if roll < 3 {
            return Progress::Over;
        }
        begin = after(begin, 1);
        messages.push(scribe.delivered(&Delivery::start(assignment, begin), after(dated, 3)));
    } else if roll < 40 {
        return stop(scribe, &start, messages);
    }
    debug_assert!(begin <= today, "a delivery does not begin after today");
    Progress::Running(begin)
}

/// One or more stops of a start.
fn stop(scribe: &mut Scribe<'_>, start: &Delivery<'_>, messages: &mut Vec<Message>) -> Progress {
    let today = scribe.options.today;
    let reasons = start.assignment.law.stop_reasons();
    let days = (today - start.begin).num_days() - 8;
    let mut end = after(start.begin, scribe.random.below(u32::try_from(days).unwrap_or(0) + 1));
    if scribe.random.chance(30) {
        messages.push(scribe.delivered(&start.clone().stop("20", end), after(end, 3)));
        if scribe.random.chance(50) {
            return Progress::Over;
        }
        end = after(end, 1);
    }
    let reason = if scribe.random.chance(5) { "02" } else { scribe.random.pick(reasons) };
    let last = start.clone().stop(reason, end);
    messages.push(scribe.delivered(&last, after(end, 3)));
    if scribe.random.chance(10) {
        messages.push(scribe.delivered(&last.deletion(), after(end, 5)));
    }
    Progress::Over
}

pub(crate) fn after(day: NaiveDate, days: u32) -> NaiveDate {
    day + Days::new(u64::from(days))
}

pub(crate) fn back(day: NaiveDate, days: u32) -> NaiveDate {
    day - Days::new(u64::from(days))
}

/// A moment on a working day: `seconds` after eight o'clock.
pub(crate) fn moment(day: NaiveDate, seconds: u32) -> NaiveDateTime {
    day.and_hms_opt(8, 0, 0).unwrap_or_default() + chrono::TimeDelta::seconds(i64::from(seconds % 50_000))
}
