//! Declarations: 323, money from end to end.

use chrono::{Datelike, Days, NaiveDate};

use super::assignment::{Assignment, number};
use super::message::{Envelope, Kind, Message};
use super::xml::{Element, code, group, shared, spaced};
use crate::mark::Mark;
use crate::random::Random;

/// A 323 over the month before its date, of one assignment's product for each of these clients.
pub(crate) fn message(
    random: &mut Random,
    mark: &Mark,
    envelope: Envelope,
    bsns: &[&str],
    assignment: &Assignment,
) -> Message {
    let last = envelope.dated.with_day(1).unwrap_or(envelope.dated) - Days::new(1);
    let first = last.with_day(1).unwrap_or(last);
    let clients = bsns
        .iter()
        .map(|bsn| {
            let delivery = performance(random, mark, assignment, first, last);
            group("Client", vec![code("Bsn", *bsn), group("Prestaties", vec![delivery])])
        })
        .collect();
    let declaration = vec![
        code("DeclaratieNummer", format!("D{}", random.below(1_000_000))),
        shared("DeclaratiePeriode", period(first, last)),
        spaced("DeclaratieDagtekening", envelope.dated),
        shared("TotaalIngediendBedrag", amount("TotaalBedrag", mark)),
        group("Clienten", clients),
    ];
    Message::new(Kind::Declaration, envelope, vec![group("Declaratie", declaration)])
}

fn performance(
    random: &mut Random,
    mark: &Mark,
    assignment: &Assignment,
    first: NaiveDate,
    last: NaiveDate,
) -> Element {
    let elements = vec![
        shared("ProductReferentie", vec![code("ReferentieNummer", format!("P{}", assignment.number))]),
        number(random, assignment.number),
        code("ProductCategorie", assignment.category),
        code("ProductCode", assignment.code.unwrap_or("ALLES")),
        shared("ProductPeriode", period(first, last)),
        spaced("GeleverdVolume", random.between(1, 40)),
        code("Eenheid", assignment.size.map_or("82", |size| size.unit.code())),
        spaced("ProductTarief", mark.number),
        shared("IngediendBedrag", amount("Bedrag", mark)),
    ];
    group("Prestatie", elements)
}

fn period(first: NaiveDate, last: NaiveDate) -> Vec<Element> {
    vec![spaced("Begindatum", first), spaced("Einddatum", last)]
}

fn amount(name: &'static str, mark: &Mark) -> Vec<Element> {
    vec![spaced(name, mark.number), code("DebetCredit", "D")]
}
