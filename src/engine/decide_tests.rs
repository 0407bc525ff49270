#![allow(clippy::unwrap_used, clippy::panic, clippy::struct_excessive_bools)]

use super::*;
use chrono::{DateTime, Utc};

const BOTH: [bool; 2] = [false, true];

fn person(number: u8) -> SubjectId {
    SubjectId::new(format!("person-{number}"))
}

fn content(number: u8) -> Hash {
    Hash::from_slice(&[number; 32]).unwrap()
}

fn version(kind: VersionKind, day: u32) -> Version {
    match kind {
        VersionKind::Counter => Version::counter(day.into()),
        VersionKind::Observed => Version::observed(day.into(), 0),
        kind => {
            let moment: DateTime<Utc> = format!("2026-01-{day:02}T00:00:00Z").parse().unwrap();
            Version::at(kind, moment, "")
        }
    }
}

const KINDS: [VersionKind; 6] = [
    VersionKind::Decided,
    VersionKind::Assigned,
    VersionKind::Changed,
    VersionKind::Sent,
    VersionKind::Counter,
    VersionKind::Observed,
];

/// A case of the table: the head is of day 5 and content 1.
#[derive(Debug, Clone, Copy)]
struct Case {
    head_kind: VersionKind,
    in_force: bool,
    before: bool,
    seen_kind: VersionKind,
    day: u32,
    same_person: bool,
    same_content: bool,
    retraction: bool,
}

#[derive(Debug, PartialEq)]
enum What {
    Unchanged,
    Raised,
    Stale,
    PersonChanged,
    Journal { before: bool },
}

impl Case {
    fn all() -> Vec<Self> {
        let mut all = Vec::new();
        for (head_kind, seen_kind) in KINDS.iter().flat_map(|head| KINDS.map(|seen| (*head, seen))) {
            for day in [4, 5, 6] {
                for bits in 0..32_u8 {
                    let bit = |at: u8| bits >> at & 1 == 1;
                    let (in_force, before, retraction) = (bit(0), bit(1), bit(2));
                    let (same_person, same_content) = (bit(3), bit(4));
                    all.push(Self {
                        head_kind,
                        in_force,
                        before,
                        seen_kind,
                        day,
                        same_person,
                        same_content,
                        retraction,
                    });
                }
            }
        }
        all
    }

    fn head(self) -> Head {
        Head {
            subject: person(1),
            content: content(1),
            version_kind: self.head_kind,
            version: version(self.head_kind, 5).text().to_owned(),
            in_force: self.in_force,
            before: self.before,
            accepted: Some(content(9)),
            fixed: Some(content(7)),
            ambiguous: false,
        }
    }

    fn seen(self) -> Seen {
        Seen {
            subject: person(if self.same_person { 1 } else { 2 }),
            content: content(if self.same_content { 1 } else { 2 }),
            version: version(self.seen_kind, self.day),
            retraction: self.retraction,
            in_force: !self.retraction,
            fixed: Some(content(7)),
        }
    }

    /// What the rules say, one after the other.
    fn expected(self) -> What {
        let newer = self.head_kind != self.seen_kind || self.day > 5;
        let older = !newer && self.day < 5;
        let follows_the_other = self.in_force == self.retraction;
        match self {
            _ if !self.same_person => What::PersonChanged,
            _ if self.same_content && newer => What::Raised,
            _ if self.same_content => What::Unchanged,
            _ if newer => What::Journal { before: self.in_force },
            _ if older => What::Stale,
            // Within one Dagtekening the last word is the delivery's for a key in force before, else the deletion's.
            Self { seen_kind: VersionKind::Sent, before, retraction, .. }
                if follows_the_other && before == retraction =>
            {
                What::Stale
            }
            // Otherwise the later observation wins.
            _ => What::Journal { before: self.before },
        }
    }
}

#[test]
fn every_case_is_decided_as_the_rules_say() {
    for case in Case::all() {
        let (head, seen) = (case.head(), case.seen());
        let what = match decide(Some(&head), &seen, false) {
            Decision::Unchanged(None) => What::Unchanged,
            Decision::Stale => What::Stale,
            Decision::PersonChanged => What::PersonChanged,
            Decision::ChangedInPlace => panic!("nothing fixed changed"),
            Decision::Unchanged(Some(raised)) => {
                let version = seen.version.text().to_owned();
                let before = head.in_force;
                assert_eq!(raised, Head { version, version_kind: case.seen_kind, before, ..head.clone() }, "{case:?}");
                What::Raised
            }
            Decision::Journal(next) => {
                let expected = Head {
                    subject: person(1),
                    content: content(2),
                    version_kind: case.seen_kind,
                    version: seen.version.text().to_owned(),
                    in_force: !case.retraction,
                    before: next.before,
                    accepted: head.accepted,
                    fixed: Some(content(7)),
                    ambiguous: false,
                };
                assert_eq!(next, expected, "{case:?}");
                What::Journal { before: next.before }
            }
        };
        assert_eq!(what, case.expected(), "{case:?}");
    }
}

/// A record without anything fixed.
fn plain(retraction: bool) -> Seen {
    Seen {
        subject: person(1),
        content: content(1),
        version: version(VersionKind::Changed, 5),
        retraction,
        in_force: !retraction,
        fixed: None,
    }
}

#[test]
fn what_may_not_change_under_one_id_is_told_unless_the_target_takes_it_or_it_is_old() {
    let first = Seen { fixed: Some(content(7)), ..plain(false) };
    let Decision::Journal(head) = decide(None, &first, false) else { panic!() };
    let other = |day, fixed| Seen {
        content: content(2),
        fixed: Some(content(fixed)),
        version: version(VersionKind::Changed, day),
        ..plain(false)
    };
    assert_eq!(decide(Some(&head), &other(6, 8), false), Decision::ChangedInPlace);
    assert!(matches!(decide(Some(&head), &other(6, 8), true), Decision::Journal(_)));
    assert!(matches!(decide(Some(&head), &other(6, 7), false), Decision::Journal(_)));
    assert_eq!(decide(Some(&head), &other(4, 8), false), Decision::Stale);
    let stranger = Seen { subject: person(2), ..other(6, 8) };
    assert_eq!(decide(Some(&head), &stranger, true), Decision::PersonChanged, "whatever the target takes");
}

#[test]
fn what_was_never_seen_is_journalled() {
    for (kind, retraction) in KINDS.iter().flat_map(|kind| BOTH.map(|retraction| (*kind, retraction))) {
        let seen = Seen { subject: person(1), content: content(2), version: version(kind, 5), ..plain(retraction) };
        let Decision::Journal(head) = decide(None, &seen, false) else { panic!("{kind:?} {retraction}") };
        let expected = Head {
            subject: person(1),
            content: content(2),
            version_kind: kind,
            version: seen.version.text().to_owned(),
            in_force: !retraction,
            before: false,
            accepted: None,
            fixed: None,
            ambiguous: false,
        };
        assert_eq!(head, expected);
    }
}

/// What arrives: the day, a content, and whether it is a deletion.
type Arrival = (u32, u8, bool);

const D0: Arrival = (1, 1, false);
const X1: Arrival = (2, 2, true);
const D1: Arrival = (2, 3, false);

/// The content of the head after these arrivals, and whether it is in force.
fn after(kind: VersionKind, arrivals: &[Arrival]) -> (Hash, bool) {
    let mut head: Option<Head> = None;
    for (day, number, retraction) in arrivals {
        let (version, retraction) = (version(kind, *day), *retraction);
        let seen = Seen { subject: person(1), content: content(*number), version, ..plain(retraction) };
        match decide(head.as_ref(), &seen, false) {
            Decision::Journal(next) | Decision::Unchanged(Some(next)) => head = Some(next),
            Decision::Unchanged(None) | Decision::Stale => {}
            Decision::PersonChanged | Decision::ChangedInPlace => panic!("one person, nothing fixed"),
        }
    }
    let head = head.unwrap();
    (head.content, head.in_force)
}

fn permutations(arrivals: &[Arrival]) -> Vec<Vec<Arrival>> {
    if arrivals.is_empty() {
        return vec![Vec::new()];
    }
    (0..arrivals.len())
        .flat_map(|first| {
            let mut rest = arrivals.to_vec();
            let first = rest.remove(first);
            permutations(&rest).into_iter().map(move |rest| [vec![first], rest].concat())
        })
        .collect()
}

#[test]
fn the_newest_version_counts_in_whatever_order_versions_arrive() {
    for kind in KINDS {
        for arrivals in permutations(&[(1, 1, false), (2, 2, false), (3, 3, false), (4, 4, false)]) {
            assert_eq!(after(kind, &arrivals), (content(4), true), "{kind:?} {arrivals:?}");
        }
    }
}

#[test]
fn of_one_version_the_later_observation_counts_but_for_a_deletion_within_a_day() {
    for kind in KINDS {
        assert_eq!(after(kind, &[(1, 1, false), (1, 2, false), (1, 1, false)]), (content(1), true), "{kind:?}");
    }
    for kind in KINDS.into_iter().filter(|kind| *kind != VersionKind::Sent) {
        for arrivals in permutations(&[X1, D1]) {
            let last = arrivals[1];
            assert_eq!(after(kind, &arrivals), (content(last.1), !last.2), "{kind:?} {arrivals:?}");
        }
    }
}

#[test]
fn a_key_in_force_takes_its_deletion_before_its_delivery_of_one_day() {
    for same_again in BOTH {
        let again = if same_again { (D1.0, D0.1, false) } else { D1 };
        for day in permutations(&[X1, again]) {
            let arrivals = [vec![D0], day].concat();
            assert_eq!(after(VersionKind::Sent, &arrivals), (content(again.1), true), "{arrivals:?}");
        }
    }
}

#[test]
fn any_other_key_takes_its_delivery_before_its_deletion_of_one_day() {
    let gone = (1, 9, true);
    for day in permutations(&[X1, D1]) {
        for arrivals in [day.clone(), [vec![gone], day].concat()] {
            assert_eq!(after(VersionKind::Sent, &arrivals), (content(X1.1), false), "{arrivals:?}");
        }
    }
}
