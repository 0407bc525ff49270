//! An indication as a JSON row of the front office, with everything around it that must not pass.

use serde_json::{Value, json};

use crate::bsn;
use crate::indications::{Fault, Indication, Kind};
use crate::mark::Mark;
use crate::person::{Person, provider};
use crate::random::Random;
use crate::rows::Fields;

/// The row of an indication; `relative` is another person, who stands in it as family.
pub(crate) fn row(random: &Random, mark: &Mark, indication: &Indication, person: &Person, relative: &Person) -> Fields {
    let mut random = random.fork("row", indication.number);
    let fault = match indication.kind {
        Kind::Faulty(fault) => Some(fault),
        _ => None,
    };
    let mut fields = Fields::new();
    let mut put = |name: &str, value: Value| fields.insert(name.to_owned(), value);

    put("id", indication.id().into());
    put("zaaknummer", indication.case_number().into());
    put("wet", indication.law.name().into());
    put("client", client(mark, person, fault));
    put("gezin", family(&mut random, mark, relative));
    put("aanbieder_naam", format!("Zorggroep {}", indication.provider + 1).into());
    put("aanbieder_contactpersoon", mark.on("S. de Boer").into());
    if fault != Some(Fault::ProviderMissing) {
        put("aanbieder_agb", provider(indication.provider).into());
    } else if let Some(absent) = absent(&mut random) {
        put("aanbieder_agb", absent);
    }

    let personal_budget = indication.kind == Kind::PersonalBudget;
    put("leveringsvorm", if personal_budget { "PGB" } else { "ZIN" }.into());
    put("status", if indication.kind == Kind::Withdrawn { "vervallen" } else { "actief" }.into());
    let mut product = json!({"categorie": indication.product.category});
    if let Some(size) = indication.size {
        let unknown = fault == Some(Fault::ProductUnknown);
        product["code"] = if unknown { "XX-ONBEKEND" } else { indication.product.local }.into();
        let unit = if fault == Some(Fault::UnitUnknown) { "kwartier" } else { size.unit.word() };
        put("eenheid", unit.into());
        put("frequentie", size.frequency.word().into());
        let money = || mark.on(&format!("{}.00 EUR", size.volume * 25)).into();
        put("volume", if fault == Some(Fault::Money) { money() } else { size.volume.into() });
    } else if random.chance(50) {
        for name in ["eenheid", "frequentie", "volume"] {
            put(name, Value::Null);
        }
    }
    put("product", product);

    let impossible = fault == Some(Fault::ImpossibleDate);
    let start = if impossible { "2026-02-30".to_owned() } else { indication.start.to_string() };
    put("ingangsdatum", start.into());
    if let Some(end) = indication.end {
        // An impossible start is the one fault of its row, so its end lies behind any reading of it.
        let end = if impossible { "2031-12-31".to_owned() } else { end.to_string() };
        put("einddatum", end.into());
    } else if let Some(absent) = absent(&mut random) {
        put("einddatum", absent);
    }
    put("besluitnummer", format!("B-2026-{:05}", indication.number).into());
    put("besluitdatum", indication.decided.to_string().into());
    put("versie", indication.version.into());

    put("toelichting", mark.on("Kan niet zelf het huis schoonhouden, wil rust").into());
    put("hulpvraag", mark.on("Hulp na ziekenhuisopname").into());
    put("verwijzer", json!({"soort": mark.on("huisarts"), "naam": mark.on("dr. Koster")}));
    put("tarief", mark.on("62.50 EUR").into());
    put("iban", mark.on("NL00 SIML 0000 0000 00").into());
    if personal_budget || random.chance(20) {
        put("budget", json!({"bedrag": mark.on("7400.00 EUR"), "opmerking": mark.on("in termijnen")}));
    }
    fields
}

fn client(mark: &Mark, person: &Person, fault: Option<Fault>) -> Value {
    let bsn = if fault == Some(Fault::Bsn) { bsn::broken(&person.bsn) } else { person.bsn.clone() };
    json!({
        "bsn": bsn,
        "naam": mark.on(&format!("{} {}", person.first_name, person.last_name)),
        "geboortedatum": mark.on(&person.birth_date.to_string()),
        "adres": {
            "straat": mark.on(&format!("{} {}", person.street, person.house)),
            "postcode": mark.on("1110 AA"),
            "plaats": mark.on(person.town),
        },
        "telefoon": mark.on("06 00 00 00 00"),
        "email": person.email(mark),
    })
}

fn family(random: &mut Random, mark: &Mark, relative: &Person) -> Value {
    let member = |relation: &str| {
        json!({
            "relatie": mark.on(relation),
            "naam": mark.on(&format!("{} {}", relative.first_name, relative.last_name)),
            "bsn": relative.bsn,
            "geboortedatum": mark.on(&relative.birth_date.to_string()),
        })
    };
    ["partner", "dochter"].into_iter().take(random.below(3) as usize).map(member).collect()
}

/// One of the three ways in which the front office leaves a value out; `None` is leaving the name out too.
fn absent(random: &mut Random) -> Option<Value> {
    match random.below(3) {
        0 => Some(Value::Null),
        1 => Some("".into()),
        _ => None,
    }
}
