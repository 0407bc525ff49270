//! Which records of a source are what a target holds already. Pure.

use schakel_api::model::{Assignment, Indication, Record};
use schakel_api::value::{AssignmentState, IndicationState, Scalar};
use std::collections::{BTreeMap, HashMap};

/// What a record of the source is at the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Match {
    /// The target holds it as it is.
    Same(Vec<String>),
    /// The target holds it, with another content.
    Different(Vec<String>),
    /// Several records of the target fit, or one that fits several records of the source.
    Ambiguous,
    /// The target does not hold it.
    Missing,
}

/// The matches of a source's records in their order, and how many records of the target none of them is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Matches {
    pub(crate) of: Vec<Match>,
    pub(crate) extra: usize,
}

/// Numbers of assignments by the id of their indication, as somebody wrote them down.
pub(crate) type Pairs = HashMap<String, Vec<String>>;

/// Compares what both sides hold. Of indications the target holds assignments, of every other stream the same records.
///
/// An indication and an assignment are one where somebody said so (`pairs`), where the assignment names the indication,
/// or else where person, law, provider, product and start are the same for these two only. A withdrawn indication that
/// the target does not hold asks for nothing, so it counts as the same.
///
/// `held` is `None` when the target's list cannot be read: then only what somebody wrote down counts. Where it can, a
/// number that is not in it is a slip of the pen, and the indication waits as ambiguous.
pub(crate) fn matches(source: &[&Record], held: Option<&[Record]>, pairs: &Pairs) -> Matches {
    let (listed, held) = (held.is_some(), held.unwrap_or_default());
    let target = Target::new(held);
    let mut taken = vec![0_usize; held.len()];
    let candidates: Vec<(Vec<usize>, bool)> = source.iter().map(|record| target.candidates(record, pairs)).collect();
    for (found, certain) in &candidates {
        if *certain || found.len() == 1 {
            for at in found {
                taken[*at] += 1;
            }
        }
    }
    let of = source.iter().zip(&candidates).map(|(record, (found, certain))| {
        let said = said(record, pairs);
        match (found.as_slice(), certain) {
            ([], _) if !said.is_empty() && listed => Match::Ambiguous,
            ([], _) if !said.is_empty() => Match::Same(said),
            ([], _) if is_withdrawn(record) => Match::Same(Vec::new()),
            ([], _) => Match::Missing,
            ([one], false) if taken[*one] > 1 => Match::Ambiguous,
            ([_, _, ..], false) => Match::Ambiguous,
            (found, _) => {
                let numbers = found.iter().filter_map(|at| number(&held[*at])).collect();
                match found.iter().any(|at| says_the_same(record, &held[*at])) {
                    true => Match::Same(numbers),
                    false => Match::Different(numbers),
                }
            }
        }
    });
    let of: Vec<Match> = of.collect();
    let met: std::collections::HashSet<usize> = candidates.iter().flat_map(|(found, _)| found).copied().collect();
    Matches { of, extra: held.iter().enumerate().filter(|(at, record)| counts(record) && !met.contains(at)).count() }
}

/// What a target holds, by what it can be found by.
struct Target {
    indications: HashMap<String, Vec<usize>>,
    numbers: HashMap<String, Vec<usize>>,
    cares: HashMap<String, Vec<usize>>,
    identities: HashMap<String, Vec<usize>>,
}

impl Target {
    fn new(held: &[Record]) -> Self {
        let mut target = Self {
            indications: HashMap::new(),
            numbers: HashMap::new(),
            cares: HashMap::new(),
            identities: HashMap::new(),
        };
        for (at, record) in held.iter().enumerate().filter(|(_, record)| counts(record)) {
            target.identities.entry(identity(record)).or_default().push(at);
            let Record::Assignment(assignment) = record else { continue };
            let number = format!("{} {}", assignment.law.as_str(), assignment.number.text());
            target.numbers.entry(number).or_default().push(at);
            match &assignment.indication {
                Some(id) => {
                    let id = format!("{} {}", assignment.law.as_str(), id.text());
                    target.indications.entry(id).or_default().push(at);
                }
                None => target.cares.entry(assigned_care(assignment)).or_default().push(at),
            }
        }
        target
    }

    /// The records that one of the source may be, and whether that is certain.
    fn candidates(&self, record: &Record, pairs: &Pairs) -> (Vec<usize>, bool) {
        let find = |map: &HashMap<String, Vec<usize>>, key: &str| map.get(key).cloned().unwrap_or_default();
        let Record::Indication(indication) = record else { return (find(&self.identities, &identity(record)), true) };
        let law = indication.law.as_str();
        let said = said(record, pairs);
        if !said.is_empty() {
            let named = said.iter().flat_map(|number| find(&self.numbers, &format!("{law} {number}")));
            return (named.collect(), true);
        }
        let known = find(&self.indications, &format!("{law} {}", indication.id.text()));
        if !known.is_empty() {
            return (known, true);
        }
        (find(&self.cares, &indicated_care(indication)), false)
    }
}

/// The numbers that somebody wrote down for an indication.
fn said(record: &Record, pairs: &Pairs) -> Vec<String> {
    match record {
        Record::Indication(indication) => pairs.get(&indication.id.text()).cloned().unwrap_or_default(),
        _ => Vec::new(),
    }
}

fn number(record: &Record) -> Option<String> {
    match record {
        Record::Assignment(assignment) => Some(assignment.number.text()),
        _ => None,
    }
}

/// Whether what a target holds still counts there.
fn counts(record: &Record) -> bool {
    match record {
        Record::Assignment(Assignment { state, .. }) => {
            !matches!(state, AssignmentState::Deleted | AssignmentState::Refused)
        }
        _ => true,
    }
}

fn is_withdrawn(record: &Record) -> bool {
    matches!(record, Record::Indication(Indication { state: IndicationState::Deleted, .. }))
}

/// What tells a record from every other, for comparing within this process.
fn identity(record: &Record) -> String {
    record.identity(record.bsn().map(schakel_api::value::Bsn::reveal).unwrap_or_default())
}

fn indicated_care(indication: &Indication) -> String {
    let code = indication.product.code.as_ref().map(Scalar::text).unwrap_or_default();
    let Indication { law, bsn, provider, product, start, .. } = indication;
    [law.text(), bsn.text(), provider.text(), product.category.text(), code, start.text()].join(" ")
}

fn assigned_care(assignment: &Assignment) -> String {
    let Assignment { law, bsn, provider, product, start, .. } = assignment;
    let category = product.as_ref().map(|product| product.category.text()).unwrap_or_default();
    let code = product.as_ref().and_then(|product| product.code.as_ref()).map(Scalar::text).unwrap_or_default();
    [law.text(), bsn.text(), provider.text(), category, code, start.text()].join(" ")
}

/// Whether the target says what the source says, as far as the target's list goes.
fn says_the_same(record: &Record, held: &Record) -> bool {
    if let (Record::Indication(indication), Record::Assignment(assignment)) = (record, held) {
        let Indication { size, end, state, .. } = indication;
        return *state == IndicationState::InForce && *size == assignment.size && *end == assignment.end;
    }
    let (ours, theirs) = (record.values(), held.values());
    let ours: BTreeMap<String, &str> = ours.iter().collect();
    theirs.iter().all(|(name, text)| ours.get(&name) == Some(&text))
}

#[cfg(test)]
#[path = "matching_tests.rs"]
mod tests;
