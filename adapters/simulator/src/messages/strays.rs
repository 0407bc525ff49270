//! The planted messages: faulty ones, and ones that are not ours or are about money.

use super::history::back;
use super::message::Message;
use super::{Assignment, Case, Delivery, Fate, Scribe};
use crate::bsn;
use crate::law::Law;
use crate::products::in_care;

/// Every planted message. `cases` holds at least one of each law.
pub(crate) fn write(scribe: &mut Scribe<'_>, cases: &[Case]) -> Vec<Message> {
    let mut messages = Vec::new();
    let some = u32::try_from(scribe.persons.len()).unwrap_or(0) / 1_000;
    for law in Law::ALL {
        let ours: Vec<&Assignment> =
            cases.iter().map(|case| &case.assignment).filter(|assignment| assignment.law == law).collect();
        if ours.is_empty() {
            continue;
        }
        for make in [
            faulty_bsn,
            faulty_end,
            faulty_category,
            faulty_reason,
            truncated,
            answer,
            declaration,
            elsewhere_assigned,
            elsewhere_started,
            elsewhere_stopped,
        ] {
            for _ in 0..1 + scribe.random.below(3) + some {
                let assignment = like(scribe, &ours);
                messages.push(make(scribe, &assignment));
            }
        }
        if law == Law::Jw {
            // The schemas of the returns exist for this law only.
            for _ in 0..1 + scribe.random.below(3) + some {
                let assignment = like(scribe, &ours);
                messages.push(returned(scribe, &assignment));
            }
        }
    }
    messages
}

/// An assignment like one of `ours`, closed and long begun, under a number of its own.
fn like(scribe: &mut Scribe<'_>, ours: &[&Assignment]) -> Assignment {
    let other = scribe.random.pick(ours);
    let start = back(scribe.options.today, scribe.random.between(60, 200));
    Assignment {
        number: scribe.numbers.take(other.law),
        start,
        end: Some(scribe.options.today),
        reference: None,
        reason: None,
        decided: back(start, 3).and_time(other.decided.time()),
        ..other.clone()
    }
}

fn rejected(assignment: &Assignment, code: &'static str) -> Fate {
    Fate::Rejected { id: assignment.number.to_string(), code }
}

fn faulty_bsn(scribe: &mut Scribe<'_>, assignment: &Assignment) -> Message {
    let bsn = bsn::broken(&scribe.persons[assignment.person as usize].bsn);
    let rows = std::slice::from_ref(assignment);
    let message = scribe.assigned_to(rows, &bsn, assignment.decided.date(), false);
    message.fated(rejected(assignment, "bsn-invalid"))
}

fn faulty_end(scribe: &mut Scribe<'_>, assignment: &Assignment) -> Message {
    let row = Assignment { end: Some(back(assignment.start, 4)), ..assignment.clone() };
    scribe.assigned(&[row]).fated(rejected(assignment, "end-before-start"))
}

fn faulty_category(scribe: &mut Scribe<'_>, assignment: &Assignment) -> Message {
    let foreign = in_care(assignment.law.other())[0];
    let row = Assignment { category: foreign.category, code: Some(foreign.code), ..assignment.clone() };
    let start = Delivery::start(&row, assignment.start);
    scribe.delivered(&start, assignment.start).fated(rejected(assignment, "category-unknown"))
}

fn faulty_reason(scribe: &mut Scribe<'_>, assignment: &Assignment) -> Message {
    let reason = assignment.law.foreign_stop_reason();
    let stop = Delivery::start(assignment, assignment.start).stop(reason, assignment.start);
    scribe.delivered(&stop, assignment.start).fated(rejected(assignment, "reason-unknown"))
}

fn truncated(scribe: &mut Scribe<'_>, assignment: &Assignment) -> Message {
    scribe.assigned(std::slice::from_ref(assignment)).fated(Fate::Truncated)
}

fn answer(scribe: &mut Scribe<'_>, assignment: &Assignment) -> Message {
    scribe.answered(assignment, assignment.start).fated(Fate::Skipped)
}

fn returned(scribe: &mut Scribe<'_>, assignment: &Assignment) -> Message {
    let bsn = scribe.persons[assignment.person as usize].bsn.clone();
    let rows = std::slice::from_ref(assignment);
    scribe.assigned_to(rows, &bsn, assignment.start, true).fated(Fate::Skipped)
}

fn declaration(scribe: &mut Scribe<'_>, assignment: &Assignment) -> Message {
    scribe.declared(assignment, assignment.start).fated(Fate::Blocked)
}

fn elsewhere_assigned(scribe: &mut Scribe<'_>, assignment: &Assignment) -> Message {
    let message = scribe.assigned(std::slice::from_ref(assignment));
    elsewhere(scribe, message)
}

fn elsewhere_started(scribe: &mut Scribe<'_>, assignment: &Assignment) -> Message {
    let message = scribe.delivered(&Delivery::start(assignment, assignment.start), assignment.start);
    elsewhere(scribe, message)
}

fn elsewhere_stopped(scribe: &mut Scribe<'_>, assignment: &Assignment) -> Message {
    let stop = Delivery::start(assignment, assignment.start).stop("20", assignment.start);
    let message = scribe.delivered(&stop, assignment.start);
    elsewhere(scribe, message)
}

/// The same message of the other municipality.
fn elsewhere(scribe: &Scribe<'_>, message: Message) -> Message {
    let mut message = message.fated(Fate::Skipped);
    message.envelope.municipality.clone_from(&scribe.options.other_municipality);
    message
}
