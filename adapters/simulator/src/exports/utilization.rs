//! What was delivered of assignments, month by month.

use chrono::{Datelike, Days, NaiveDate};

use super::csv::Csv;
use super::{Export, Fate, month};
use crate::bsn;
use crate::law::Law;
use crate::mark::Mark;
use crate::messages::history::{Progress, back};
use crate::messages::{Assignment, Case};
use crate::person::{Person, provider};
use crate::products::Unit;
use crate::random::Random;

const HEADER: &[&str] = &[
    "Regelnummer",
    "Toewijzingsnummer",
    "Wet",
    "Cliëntnummer",
    "Cliëntnaam",
    "Aanbieder AGB",
    "Begin periode",
    "Einde periode",
    "Geleverd volume",
    "Eenheid",
    "Geteld tot en met",
    "Status",
    "Tarief",
    "Bedrag",
    "Opmerking",
];

/// The number of months that the first exports are about.
const MONTHS: u32 = 3;

/// The number of deliveries that an export in between is about, at most.
const NEXT: usize = 8;

/// Where the numbers of the assignments of faulty lines begin, far from all others.
const FAULTY_NUMBERS: u32 = 6_000_000;

/// The one thing that is wrong with a faulty line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Bsn,
    AssignmentMissing,
    ImpossibleDate,
    EndBeforeStart,
    HalfVolume,
    UnitUnknown,
    StateUnknown,
}

impl Fault {
    const ALL: [Self; 7] = [
        Self::Bsn,
        Self::AssignmentMissing,
        Self::ImpossibleDate,
        Self::EndBeforeStart,
        Self::HalfVolume,
        Self::UnitUnknown,
        Self::StateUnknown,
    ];

    /// The code of the rejection that it must become.
    const fn code(self) -> &'static str {
        match self {
            Self::Bsn => "bsn-invalid",
            Self::AssignmentMissing => "value-missing",
            Self::ImpossibleDate => "date-invalid",
            Self::EndBeforeStart => "end-before-start",
            Self::HalfVolume => "volume-invalid",
            Self::UnitUnknown | Self::StateUnknown => "code-unknown",
        }
    }
}

/// One line: the figures of one assignment over one month.
#[derive(Debug, Clone)]
pub(crate) struct Figures {
    number: String,
    assignment: String,
    law: Law,
    bsn: String,
    provider: u32,
    start: String,
    end: String,
    volume: String,
    unit: &'static str,
    until: String,
    state: &'static str,
    fate: Fate,
}

/// The exports up to the first day: each is about a month, with the final figures of the month before it.
///
/// `unseen` holds assignments of persons whom the front office may not know of, with their BSN.
pub(crate) fn first(
    random: &Random,
    mark: &Mark,
    persons: &[Person],
    cases: &[Case],
    unseen: &[(Assignment, String)],
    today: NaiveDate,
) -> Vec<Export> {
    let mut exports = Vec::new();
    for before in (1..=MONTHS).rev() {
        let about = month(today, before);
        let written = (about.1 + Days::new(5)).min(today);
        let mut lines = Vec::new();
        if before < MONTHS {
            lines.extend(of_month(random, persons, cases, month(today, before + 1), None));
        }
        lines.extend(of_month(random, persons, cases, about, Some(back(about.1, 3))));
        if before == 1 {
            lines.extend(unseen.iter().filter_map(|(assignment, bsn)| {
                let line = figures(random, assignment, bsn, about, None, 0)?;
                Some(Figures { fate: Fate::Unseen, ..line })
            }));
            lines.extend(faulty(random, persons, cases, about));
        }
        exports.push(export(random, mark, written, 1, &lines));
    }
    exports
}

/// An export in between: how far this month is, for some of the deliveries that run.
pub(crate) fn next(
    random: &Random,
    mark: &Mark,
    persons: &[Person],
    cases: &[Case],
    today: NaiveDate,
    step: u32,
) -> Export {
    let about = month(today, 0);
    // The same ones each time, whatever the order of the cases, so that later figures replace earlier ones.
    let mut running: Vec<&Case> = cases.iter().filter(|case| delivers(case, about)).collect();
    running.sort_by_key(|case| (case.assignment.number, case.assignment.law));
    let lines: Vec<Figures> = running
        .iter()
        .take(NEXT)
        .filter_map(|case| {
            let bsn = &persons[case.assignment.person as usize].bsn;
            figures(random, &case.assignment, bsn, about, Some(today), step)
        })
        .collect();
    export(random, mark, today, step + 1, &lines)
}

/// The figures of everything delivered in a month: provisional ones up to a day, or final ones.
fn of_month(
    random: &Random,
    persons: &[Person],
    cases: &[Case],
    about: (NaiveDate, NaiveDate),
    until: Option<NaiveDate>,
) -> Vec<Figures> {
    let line =
        |case: &Case| figures(random, &case.assignment, &persons[case.assignment.person as usize].bsn, about, until, 0);
    cases.iter().filter(|case| delivers(case, about)).filter_map(line).collect()
}

fn delivers(case: &Case, (first, last): (NaiveDate, NaiveDate)) -> bool {
    let begun = matches!(case.delivery, Progress::Running(begin) if begin <= last);
    begun && case.assignment.end.is_none_or(|end| end >= first)
}

/// A line about an assignment; `None` where it is aspecific, and so has no unit.
fn figures(
    random: &Random,
    assignment: &Assignment,
    bsn: &str,
    (first, last): (NaiveDate, NaiveDate),
    until: Option<NaiveDate>,
    step: u32,
) -> Option<Figures> {
    let size = assignment.size?;
    let law = assignment.law;
    let mut random = random.fork(law.name(), assignment.number).fork("delivered", first.month());
    let provisional = random.between(1, 4 * size.unit.most());
    let volume = match until {
        None => provisional + random.below(3),
        Some(_) => provisional + step,
    };
    Some(Figures {
        number: format!("{}{}-{}", law.name(), assignment.number, first.format("%Y%m")),
        assignment: if random.chance(15) { format!("{:09}", assignment.number) } else { assignment.number.to_string() },
        law,
        bsn: bsn.to_owned(),
        provider: assignment.provider,
        start: day(first),
        end: day(last),
        volume: format!("{volume},00"),
        unit: word(size.unit),
        until: day(until.unwrap_or(last)),
        state: if until.is_some() { "voorlopig" } else { "definitief" },
        fate: if size.unit == Unit::Euro { Fate::Skipped } else { Fate::Passes },
    })
}

/// Faulty lines, one of each kind for each law.
fn faulty(random: &Random, persons: &[Person], cases: &[Case], about: (NaiveDate, NaiveDate)) -> Vec<Figures> {
    let mut lines = Vec::new();
    for law in Law::ALL {
        let in_care = |case: &&Case| case.assignment.size.is_some_and(|size| size.unit != Unit::Euro);
        let Some(case) = cases.iter().filter(|case| case.assignment.law == law).find(in_care) else { continue };
        let bsn = &persons[case.assignment.person as usize].bsn;
        for fault in Fault::ALL {
            let taken = u32::try_from(lines.len()).unwrap_or(u32::MAX);
            let number = bsn::never_a_bsn(FAULTY_NUMBERS, taken);
            let assignment = Assignment { number, ..case.assignment.clone() };
            lines.extend(figures(random, &assignment, bsn, about, None, 0).map(|line| line.with(fault, about)));
        }
    }
    lines
}

impl Figures {
    fn with(self, fault: Fault, (first, _): (NaiveDate, NaiveDate)) -> Self {
        let line = Self { fate: Fate::Rejected(fault.code()), ..self };
        match fault {
            Fault::Bsn => Self { bsn: bsn::broken(&line.bsn), ..line },
            Fault::AssignmentMissing => Self { assignment: String::new(), ..line },
            Fault::ImpossibleDate => Self { start: format!("31-02-{}", first.year()), ..line },
            Fault::EndBeforeStart => Self { end: day(back(first, 1)), until: String::new(), ..line },
            Fault::HalfVolume => Self { volume: "7,5".to_owned(), ..line },
            Fault::UnitUnknown => Self { unit: "kwartieren", ..line },
            Fault::StateUnknown => Self { state: "geschat", ..line },
        }
    }
}

fn export(random: &Random, mark: &Mark, written: NaiveDate, count: u32, lines: &[Figures]) -> Export {
    let name = format!("benutting-{written}-{count:02}.csv");
    let mut csv = Csv::new(';', HEADER);
    for (line, place) in lines.iter().zip(0..) {
        let mut random = random.fork(&name, place);
        let remark = match random.below(4) {
            // Whatever the draws, one remark goes on over a line end.
            _ if place == 0 => "Cliënt belde af;\r\nnieuwe afspraak",
            0 => "Is \"boos\" op de begeleider;\r\nmoeder ook",
            1 => "Betaalt € 19; maakt bezwaar",
            _ => "Geen indruk van zelfredzaamheid",
        };
        let amount = format!("{},00", mark.number);
        // Of money the volume is the amount.
        let volume = if line.fate == Fate::Skipped { &amount } else { &line.volume };
        csv.line(&[
            &line.number,
            &line.assignment,
            line.law.name(),
            &line.bsn,
            &mark.on("Zoë de Groot"),
            &provider(line.provider),
            &line.start,
            &line.end,
            volume,
            line.unit,
            &line.until,
            line.state,
            &mark.on("62,50"),
            &amount,
            &mark.on(remark),
        ]);
    }
    let fates = lines.iter().map(|line| (line.number.clone(), line.fate)).collect();
    Export { stream: "utilization", name, bytes: csv.windows_1252(), fates }
}

fn day(day: NaiveDate) -> String {
    day.format("%d-%m-%Y").to_string()
}

/// The word of the exports for a unit.
const fn word(unit: Unit) -> &'static str {
    match unit {
        Unit::Minute => "minuten",
        Unit::Hour => "uren",
        Unit::HalfDay => "dagdelen",
        Unit::Etmaal => "etmalen",
        Unit::Piece => "stuks",
        Unit::Euro => "euro",
    }
}
