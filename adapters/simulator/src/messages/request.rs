//! Requests of providers and what is said to them: 315, 317 and 319.

use chrono::{Days, NaiveDate};

use super::assignment::{Assignment, extent, number, product};
use super::client::Client;
use super::message::{Envelope, Kind, Message};
use super::xml::{code, group, marked, shared, spaced};
use crate::law::Law;
use crate::random::Random;

/// A 315 that asks for what `wanted` would give, under `reference`, after a referrer of a kind, or of any.
pub(crate) fn for_assignment(
    random: &mut Random,
    client: &Client<'_>,
    envelope: Envelope,
    wanted: &Assignment,
    reference: &str,
    referrer: Option<&'static str>,
) -> Message {
    let mark = client.mark;
    let mut row = vec![code("ReferentieAanbieder", reference)];
    let decided = random.chance(40);
    if decided {
        row.push(spaced("BeschikkingNummer", 1_000 + random.below(9_000)));
    }
    row.push(product(wanted.category, wanted.code));
    if decided {
        row.push(spaced("BeschikkingIngangsdatum", wanted.start));
    }
    row.push(spaced("ToewijzingIngangsdatum", wanted.start));
    row.extend(wanted.end.map(|end| spaced("ToewijzingEinddatum", end)));
    row.extend(wanted.size.map(|size| extent(mark, size)));
    row.extend(wanted.budget.then(|| spaced("Budget", mark.number)));
    let kind = referrer.unwrap_or_else(|| random.pick(&["01", "02", "03", "04", "05", "06"]));
    row.push(shared("Verwijzer", vec![code("Type", kind), marked("Naam", mark, "dr. Koster")]));
    if random.chance(30) {
        row.push(code("Raamcontract", "2"));
    }
    if random.chance(50) {
        row.push(marked("Commentaar", mark, "Moeder is overbelast"));
    }

    let mut elements = client.short(&client.person.bsn);
    if envelope.law == Law::Jw && random.chance(50) {
        elements.push(code("GezagsdragerBekend", "1"));
    }
    if random.chance(60) {
        elements.push(marked("Commentaar", mark, "Ouders zijn gescheiden"));
    }
    elements.push(group("AangevraagdeProducten", vec![group("AangevraagdProduct", row)]));
    Message::new(Kind::Request, envelope, vec![group("Client", elements)])
}

/// A 317 on the assignments of one client at one provider: the first is to change, the others stay; sometimes
/// something new is asked for too.
pub(crate) fn for_change(
    random: &mut Random,
    client: &Client<'_>,
    envelope: Envelope,
    assignments: &[Assignment],
    reference: &str,
    today: NaiveDate,
) -> Message {
    let mark = client.mark;
    let (changed, unchanged) = assignments.split_at(1.min(assignments.len()));
    let mut request = vec![code("ReferentieAanbieder", reference), code("RedenVerzoek", random.pick(&["1", "2"]))];
    if !unchanged.is_empty() {
        let rows = unchanged.iter().map(|same| group("OngewijzigdProduct", vec![number(random, same.number)]));
        request.push(group("OngewijzigdeProducten", rows.collect()));
    }
    let from = today + Days::new(30);
    let to = today + Days::new(400);
    let rows = changed.iter().map(|assignment| {
        let mut row = vec![
            number(random, assignment.number),
            spaced("GewensteIngangsdatum", if assignment.budget { assignment.start } else { from }),
            spaced("Einddatum", to),
        ];
        row.extend(assignment.size.map(|size| extent(mark, size)));
        row.extend(assignment.budget.then(|| spaced("Budget", mark.number)));
        group("TeWijzigenProduct", row)
    });
    request.push(group("TeWijzigenProducten", rows.collect()));
    if random.chance(40)
        && let Some(assignment) = changed.first()
    {
        let row = vec![
            product(assignment.category, None),
            spaced("GewensteIngangsdatum", from),
            spaced("Einddatum", to),
            spaced("Budget", mark.number),
        ];
        request.push(group("NieuweProducten", vec![group("NieuwProduct", row)]));
    }
    let elements = vec![code("Bsn", &client.person.bsn), group("Verzoek", request)];
    Message::new(Kind::Change, envelope, vec![group("Client", elements)])
}

/// A 319 on a request: under investigation, or rejected.
pub(crate) fn answer(random: &mut Random, envelope: Envelope, reference: &str) -> Message {
    let mut elements = vec![code("ReferentieAanbieder", reference)];
    if random.chance(50) {
        elements.push(code("VerzoekAntwoord", "2"));
    } else {
        elements.push(code("VerzoekAntwoord", "1"));
        elements.push(code("RedenAfwijzingVerzoek", random.pick(&["2", "4", "7", "9"])));
    }
    Message::new(Kind::Answer, envelope, vec![group("Antwoord", elements)])
}
