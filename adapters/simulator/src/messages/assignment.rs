//! Assignments and their messages: 301, and 302 on the way back.

use chrono::{NaiveDate, NaiveDateTime};

use super::client::Client;
use super::message::{Envelope, Kind, Message};
use super::xml::{Element, code, group, marked, shared, spaced};
use crate::indications::Size;
use crate::law::Law;
use crate::mark::Mark;
use crate::products::Unit;
use crate::random::Random;

/// One version of an assignment.
#[derive(Debug, Clone)]
pub(crate) struct Assignment {
    pub(crate) number: u32,
    pub(crate) law: Law,
    pub(crate) person: u32,
    pub(crate) provider: u32,
    pub(crate) category: &'static str,
    /// `None` when aspecific.
    pub(crate) code: Option<&'static str>,
    /// `None` when aspecific.
    pub(crate) size: Option<Size>,
    /// Whether an aspecific one is limited by an amount.
    pub(crate) budget: bool,
    pub(crate) start: NaiveDate,
    pub(crate) end: Option<NaiveDate>,
    /// The request that it honours.
    pub(crate) reference: Option<String>,
    /// Toewijzingsdatum and -tijd, which tell versions apart.
    pub(crate) decided: NaiveDateTime,
    /// RedenWijziging, on a version that differs from the one before.
    pub(crate) reason: Option<&'static str>,
}

impl Assignment {
    fn row(&self, random: &mut Random, client: &Client<'_>) -> Element {
        let mark = client.mark;
        let mut elements = vec![number(random, self.number)];
        elements.extend(self.reference.as_ref().map(|reference| code("ReferentieAanbieder", reference)));
        elements.push(product(self.category, self.code));
        let fraction = if random.chance(10) { ".25" } else { "" };
        elements.extend([
            spaced("Toewijzingsdatum", self.decided.date()),
            spaced("Toewijzingstijd", format!("{}{fraction}", self.decided.time().format("%H:%M:%S"))),
            spaced("Ingangsdatum", self.start),
        ]);
        elements.extend(self.end.map(|end| spaced("Einddatum", end)));
        elements.extend(self.reason.map(|reason| code("RedenWijziging", reason)));
        elements.extend(self.size.map(|size| extent(mark, size)));
        elements.extend(self.budget.then(|| spaced("Budget", mark.number)));
        if random.chance(40) {
            elements.push(marked("Commentaar", mark, "Tarief 62,50 per uur, mantelzorger valt weg"));
        }
        elements.extend(client.return_codes());
        group("ToegewezenProduct", elements)
    }
}

/// The number of an assignment; an integer may have leading zeros.
pub(crate) fn number(random: &mut Random, number: u32) -> Element {
    let text = if random.chance(15) { format!("{number:09}") } else { number.to_string() };
    spaced("ToewijzingNummer", text)
}

/// The product of a row; without a code it is aspecific.
pub(crate) fn product(category: &str, local: Option<&str>) -> Element {
    let mut elements = vec![code("Categorie", category)];
    elements.extend(local.map(|local| code("Code", local)));
    shared("Product", elements)
}

/// The size of a row. With the unit euro the volume is an amount, and so it is the mark.
pub(crate) fn extent(mark: &Mark, size: Size) -> Element {
    let volume = if size.unit == Unit::Euro { mark.number } else { size.volume };
    shared(
        "Omvang",
        vec![spaced("Volume", volume), code("Eenheid", size.unit.code()), code("Frequentie", size.frequency.code())],
    )
}

/// A 301, or with a returning client a 302, with these rows of one client at one provider.
pub(crate) fn message(
    random: &mut Random,
    client: &Client<'_>,
    bsn: &str,
    envelope: Envelope,
    rows: &[Assignment],
) -> Message {
    let kind = if client.returned { Kind::AssignmentReturn } else { Kind::Assignment };
    let mut elements = client.long(random, bsn);
    let rows = rows.iter().map(|assignment| assignment.row(random, client)).collect();
    elements.push(group("ToegewezenProducten", rows));
    elements.extend(client.return_codes());
    Message::new(kind, envelope, vec![group("Client", elements)])
}
