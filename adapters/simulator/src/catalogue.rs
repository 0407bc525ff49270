//! The product catalogue: the back office owns it, and the front office keeps a list of its own by hand.

use chrono::{Datelike, NaiveDate};
use serde_json::{Value, json};

use crate::law::Law;
use crate::mark::Mark;
use crate::person::provider;
use crate::planted::Planted;
use crate::products::{PRODUCTS, Product, in_care};

/// Products that the front office calls otherwise than the owner.
const RENAMED: &[&str] = &["HH-PLUS", "AMB-PLUS"];
/// Products that the front office lets end on another day than the owner.
const SHORTENED: &[&str] = &["PV-BASIS", "GGZ-SPEC"];

/// One product as it can be assigned in a period.
#[derive(Debug, Clone)]
struct Entry {
    law: Law,
    /// Who may deliver it; `None` is everybody.
    provider: Option<u32>,
    category: &'static str,
    /// `None` when aspecific: a category without a product code.
    product: Option<&'static Product>,
    name: String,
    from: NaiveDate,
    to: Option<NaiveDate>,
}

/// The one thing that is wrong with a faulty entry of the owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    DateImpossible,
    StartMissing,
    EndBeforeStart,
    CategoryUnknown,
    ProviderInvalid,
}

impl Fault {
    /// With the code of the product that has it, behind the category.
    const ALL: [(Self, &'static str); 5] = [
        (Self::DateImpossible, "X01"),
        (Self::StartMissing, "X02"),
        (Self::EndBeforeStart, "X03"),
        (Self::CategoryUnknown, "X04"),
        (Self::ProviderInvalid, "X05"),
    ];

    /// The code of the rejection that it must become.
    const fn code(self) -> &'static str {
        match self {
            Self::DateImpossible => "date-invalid",
            Self::StartMissing => "value-missing",
            Self::EndBeforeStart => "end-before-start",
            Self::CategoryUnknown => "category-unknown",
            Self::ProviderInvalid => "provider-invalid",
        }
    }
}

/// The lists of both sides.
#[derive(Debug)]
pub(crate) struct Catalogue {
    /// What the back office serves: official codes, and tariffs, which must not pass.
    pub(crate) owner: Vec<Value>,
    /// What the front office serves: its own codes and words.
    pub(crate) follower: Vec<Value>,
    /// The owner's faulty entries, and where the follower differs.
    pub(crate) planted: Vec<Planted>,
}

impl Catalogue {
    /// The lists on a day.
    pub(crate) fn new(mark: &Mark, today: NaiveDate) -> Self {
        let entries = entries(today.year());
        let mut owner: Vec<Value> = entries.iter().map(|entry| owned(mark, entry)).collect();
        let follower = entries.iter().zip(1..).map(|(entry, number)| followed(mark, entry, number)).collect();
        let differs = RENAMED.iter().chain(SHORTENED).map(|local| planted(local, "catalogue-differs"));
        let mut planted: Vec<Planted> = differs.collect();
        for law in Law::ALL {
            for (fault, rest) in Fault::ALL {
                let (code, row) = faulty(mark, law, today.year(), fault, rest);
                planted.push(self::planted(&code, fault.code()));
                owner.push(row);
            }
        }
        for (row, number) in owner.iter_mut().zip(1..) {
            row["id"] = format!("PRD-{number:04}").into();
        }
        Self { owner, follower, planted }
    }
}

fn planted(id: &str, code: &str) -> Planted {
    Planted { stream: "catalogue".to_owned(), id: id.to_owned(), code: code.to_owned() }
}

/// Every product this year, some also last year under the same code, some of two providers only on other terms, and
/// every category by itself.
fn entries(year: i32) -> Vec<Entry> {
    let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
    let mut entries: Vec<Entry> = Vec::new();
    for (product, place) in PRODUCTS.iter().zip(0_u32..) {
        let (law, category) = (product.law, product.category);
        let aspecific = Entry {
            law,
            provider: None,
            category,
            product: None,
            name: format!("Categorie {category}, naar inzicht van de aanbieder"),
            from: day(year, 1, 1),
            to: None,
        };
        let to = (place % 4 == 0).then(|| day(year + 1, 12, 31));
        let now = Entry { product: Some(product), name: product.name.to_owned(), to, ..aspecific.clone() };
        if place % 3 == 0 {
            entries.push(Entry { from: day(year - 1, 1, 1), to: Some(day(year - 1, 12, 31)), ..now.clone() });
        }
        if place % 5 == 0 {
            for provider in [place, place + 3] {
                entries.push(Entry { provider: Some(provider), from: day(year, 4, 1), ..now.clone() });
            }
        }
        if entries.iter().all(|entry| entry.category != category) {
            entries.push(aspecific);
        }
        entries.push(now);
    }
    entries
}

/// The entry as the back office serves it; it gets its id later.
fn owned(mark: &Mark, entry: &Entry) -> Value {
    json!({
        "id": null,
        "wet": entry.law.name(),
        "aanbieder_agb": entry.provider.map(provider),
        "categorie": entry.category,
        "code": entry.product.map(|product| product.code),
        "naam": entry.name,
        "eenheid": entry.product.map(|product| product.unit.code()),
        "geldig_vanaf": entry.from.to_string(),
        "geldig_tot": entry.to.map(|to| to.to_string()),
        "tarief": {"bedrag": mark.number, "btw": mark.on("21%")},
        "budget": mark.on("1250000.00 EUR"),
        "grootboek": mark.on("4301"),
        "toelichting": mark.on("Alleen na overleg met de contractmanager"),
    })
}

/// The entry as the front office has it.
fn followed(mark: &Mark, entry: &Entry, number: u32) -> Value {
    let local = entry.product.map(|product| product.local);
    let is_in = |list: &[&str]| local.is_some_and(|local| list.contains(&local));
    let name = if is_in(RENAMED) { format!("{} (oud)", entry.name) } else { entry.name.clone() };
    let to = if is_in(SHORTENED) { entry.from.with_month(6) } else { entry.to };
    json!({
        "nummer": format!("P-{number:03}"),
        "wet": entry.law.name(),
        "aanbieder": entry.provider.map(provider),
        "categorie": entry.category,
        "productcode": local,
        "omschrijving": name,
        "meeteenheid": entry.product.map(|product| product.unit.word()),
        "begindatum": entry.from.to_string(),
        "einddatum": to.map(|to| to.to_string()),
        "prijs": mark.number,
        "opmerking": mark.on("Navragen bij het team"),
    })
}

/// A faulty entry of the owner, of which the front office has nothing, and its product code.
fn faulty(mark: &Mark, law: Law, year: i32, fault: Fault, rest: &str) -> (String, Value) {
    let own = in_care(law)[0].category;
    let code = format!("{own}{rest}");
    let category = if fault == Fault::CategoryUnknown { in_care(law.other())[0].category } else { own };
    let from = match fault {
        Fault::DateImpossible => Some(format!("{year}-13-01")),
        Fault::StartMissing => None,
        _ => Some(format!("{year}-02-01")),
    };
    let row = json!({
        "id": null,
        "wet": law.name(),
        "aanbieder_agb": (fault == Fault::ProviderInvalid).then_some("2420001"),
        "categorie": category,
        "code": code,
        "naam": "In voorbereiding",
        "eenheid": "04",
        "geldig_vanaf": from,
        "geldig_tot": (fault == Fault::EndBeforeStart).then(|| format!("{year}-01-31")),
        "tarief": {"bedrag": mark.number},
        "toelichting": mark.on("Nog niet gecontracteerd"),
    });
    (code, row)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use chrono::NaiveDate;

    use super::{RENAMED, SHORTENED, entries};

    #[test]
    fn no_entry_comes_twice_and_what_differs_is_one_entry_of_its_code() {
        let entries = entries(2026);
        let key = |entry: &super::Entry| {
            (entry.provider, entry.category, entry.product.map(|product| product.code), entry.from)
        };
        let keys: BTreeSet<(_, _, _, NaiveDate)> = entries.iter().map(key).collect();
        assert_eq!(keys.len(), entries.len());
        for local in RENAMED.iter().chain(SHORTENED) {
            let of_code = entries.iter().filter(|entry| entry.product.is_some_and(|product| product.local == *local));
            assert_eq!(of_code.count(), 1, "{local}");
        }
    }
}
