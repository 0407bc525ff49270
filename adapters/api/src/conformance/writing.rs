//! Checks of a target.

use super::{Subject, TargetCase};
use crate::contract::{Rendered, Repeat, Stamp, Target};
use crate::gate::{Cleared, Context, Environment, Withheld, clear};
use crate::model::Record;
use crate::value::{Moment, Version};
use std::sync::Arc;

/// The stamp of an attempt under a reference.
fn stamp(reference: &str) -> Stamp {
    Stamp { reference: reference.to_owned(), moment: Moment::UNIX_EPOCH }
}

/// The records of the case, through the gate of a demonstration.
fn cleared(subject: &Subject<'_>, case: &TargetCase) -> Result<Vec<Cleared<Record>>, String> {
    let withheld = Withheld::default();
    let laws = &subject.opening.laws;
    let through = |(at, record): (usize, &Record)| {
        let context = Context {
            environment: Environment::Demo,
            laws,
            withheld: &withheld,
            key: &format!("conformance-{at}"),
            may_know: true,
            smallest_cell: 10,
            counterpart: None,
        };
        clear(record, &Version::counter(1), &context)
            .map_err(|problem| format!("the gate stops record {at} of the subject: {}", problem.code))
    };
    case.records.iter().enumerate().map(through).collect()
}

fn render(target: &dyn Target, records: &[Cleared<Record>], reference: &str) -> Result<Rendered, String> {
    target.render(records, &stamp(reference)).map_err(|problem| format!("rendering fails: {}", problem.code))
}

/// A target and the bytes of an attempt for it.
pub(super) fn rendered(subject: &Subject<'_>, case: &TargetCase) -> Result<(Arc<dyn Target>, Rendered), String> {
    let target = subject.target(case)?;
    let rendered = render(&*target, &cleared(subject, case)?, "conformance-attempt")?;
    Ok((target, rendered))
}

/// Whoever repeats an attempt must send the same bytes, so nothing but records and stamp may decide them. An
/// idempotent target knows attempts apart by their reference, so that must be in the bytes.
pub(super) fn rendering(subject: &Subject<'_>, case: &TargetCase) -> Result<(), String> {
    let target = subject.target(case)?;
    let records = cleared(subject, case)?;
    let first = render(&*target, &records, "conformance-one")?;
    let same = |other: &Rendered| first.bytes() == other.bytes();
    let again = render(&*target, &records, "conformance-one")?;
    let elsewhere = render(&*subject.target(case)?, &records, "conformance-one")?;
    if !same(&again) || !same(&elsewhere) {
        return Err("the same records and stamp give other bytes".to_owned());
    }
    let other = render(&*target, &records, "conformance-other")?;
    match target.limits().repeat == Repeat::Idempotent && same(&other) {
        true => Err("the target is idempotent, but its bytes do not hold the reference".to_owned()),
        false => Ok(()),
    }
}

/// Members that did not succeed are rendered anew, alone, so each must have an outcome of its own.
pub(super) async fn answers(subject: &Subject<'_>, case: &TargetCase) -> Result<(), String> {
    let (target, rendered) = rendered(subject, case)?;
    let outcomes = target.deliver(&rendered).await;
    if outcomes.len() != case.records.len() {
        return Err(format!("{} outcomes for {} records", outcomes.len(), case.records.len()));
    }
    match outcomes.into_iter().find_map(Result::err) {
        Some(fault) => Err(format!("delivering fails: {fault}")),
        None => Ok(()),
    }
}
