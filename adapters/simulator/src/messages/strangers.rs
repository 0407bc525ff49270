//! Messages about persons of whom the front office holds no indication: valid, and none of its business.

use super::history::{back, moment};
use super::{Assignment, Delivery, Fate, Message, Scribe};
use crate::bsn::never_a_bsn;
use crate::indications::Size;
use crate::law::Law;
use crate::person::PROVIDERS;
use crate::products::in_care;
use crate::strangers::Stranger;

/// Where the numbers of their assignments begin, far from all others.
const NUMBERS: u32 = 8_000_000;
/// Where the numbers of their requests begin.
pub(crate) const REQUESTS: u32 = 900_000;

/// The messages of every stranger, and the assignments that are still being delivered.
///
/// The persons of `scribe` are the strangers, in order. Every record comes once, so that each is counted once.
pub(crate) fn write(scribe: &mut Scribe<'_>, strangers: &[Stranger]) -> (Vec<Message>, Vec<Assignment>) {
    let (mut messages, mut running) = (Vec::new(), Vec::new());
    let mut count = 0;
    for (stranger, person) in strangers.iter().zip(0..) {
        for law in &stranger.laws {
            count += 1;
            let assignment = assignment(scribe, person, *law, count);
            let decided = assignment.decided.date();
            let reference = assignment.reference.clone().unwrap_or_default();
            // A GP sent the first one, whatever the draws.
            let referrer = if count == 1 { "02" } else { scribe.random.pick(&["02", "03", "04", "05"]) };
            messages.push(scribe.requested(&assignment, &reference, back(decided, 6), Some(referrer)));
            messages.push(scribe.assigned(std::slice::from_ref(&assignment)));
            let start = Delivery::start(&assignment, assignment.start);
            messages.push(scribe.delivered(&start, assignment.start));
            if count % 3 == 0 {
                messages
                    .push(scribe.change_requested(std::slice::from_ref(&assignment), back(scribe.options.today, 8)));
            }
            if count % 2 == 0 {
                let reason = scribe.random.pick(law.stop_reasons());
                let end = back(scribe.options.today, 5);
                messages.push(scribe.delivered(&start.stop(reason, end), end));
            } else {
                running.push(assignment);
            }
        }
    }
    let unseen = messages.into_iter().map(|message| message.fated(Fate::Unseen));
    (unseen.collect(), running)
}

fn assignment(scribe: &mut Scribe<'_>, person: u32, law: Law, count: u32) -> Assignment {
    let today = scribe.options.today;
    let reference = scribe.reference();
    let random = &mut scribe.random;
    let product = random.pick(&in_care(law));
    let volume = random.between(1, product.unit.most());
    let start = back(today, random.between(65, 200));
    Assignment {
        number: never_a_bsn(NUMBERS, count),
        law,
        person,
        provider: random.below(PROVIDERS),
        category: product.category,
        code: Some(product.code),
        size: Some(Size { volume, unit: product.unit, frequency: product.frequency }),
        budget: false,
        start,
        end: Some(today + chrono::Days::new(u64::from(random.between(30, 300)))),
        reference: Some(reference),
        decided: moment(back(start, random.between(2, 9)), random.below(36_000)),
        reason: None,
    }
}
