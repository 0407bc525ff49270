//! The assignments that the back office held before it heard of the front office's ids.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};

use crate::bsn;
use crate::indications::{Indication, Kind};
use crate::law::Law;
use crate::mark::Mark;
use crate::person::{Person, provider};
use crate::random::Random;

/// Where the numbers begin of the second ones of two that fit one indication.
const TWINS: u32 = 2_000_000;
/// Where the numbers begin of assignments that the back office makes although it holds one that fits.
const SECONDS: u32 = 4_000_000;

/// What an assignment and an indication must have in common to fit: law, BSN, provider, category, product code, start.
type Match = (Law, String, String, String, Option<String>, String);

/// One assignment that is held, and the indication that it was linked to.
#[derive(Debug)]
struct Holding {
    law: Law,
    number: u32,
    linked: Option<String>,
}

/// What became of an indication that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    /// It is the assignment with this number.
    Number(u32),
    /// It became an assignment with this number although one is held that fits.
    Second(u32),
    /// It names an assignment that belongs to another indication.
    Conflict,
    /// Nothing is held that it is about.
    New,
}

/// Every assignment held.
#[derive(Debug, Default)]
pub(crate) struct Holdings {
    held: Vec<Holding>,
    fitting: HashMap<Match, Vec<usize>>,
    /// The assignment that each indication became, where it was linked or is a second one.
    became: HashMap<String, u32>,
    seconds: u32,
    /// The rows of `GET /api/toewijzingen`.
    pub(crate) rows: Vec<Value>,
    /// The indications that one assignment fits, with its number.
    pub(crate) single: Vec<(String, u32)>,
    /// The indications that two assignments fit.
    pub(crate) ambiguous: Vec<String>,
}

impl Holdings {
    /// Draws so many indications of which one assignment is held, and so many of which two are, or as many as there are.
    ///
    /// `number` gives the number of the assignment of an indication.
    pub(crate) fn draw(
        random: &Random,
        mark: &Mark,
        persons: &[Person],
        indications: &[Indication],
        (single, ambiguous): (u32, u32),
        number: impl Fn(&Indication) -> u32,
    ) -> Self {
        let key = |indication: &Indication| of_indication(indication, &persons[indication.person as usize].bsn);
        let mut counts: BTreeMap<Match, u32> = BTreeMap::new();
        if single + ambiguous > 0 {
            for indication in indications {
                *counts.entry(key(indication)).or_default() += 1;
            }
        }
        // Where two indications are alike, no match would be single.
        let alone = |indication: &&Indication| counts.get(&key(indication)) == Some(&1);
        let mut eligible = indications.iter().filter(|indication| indication.kind == Kind::InForce).filter(alone);

        let mut holdings = Self::default();
        for indication in eligible.by_ref().take(ambiguous as usize) {
            let twin = u32::try_from(holdings.ambiguous.len()).unwrap_or(u32::MAX);
            for number in [number(indication), bsn::never_a_bsn(TWINS, twin)] {
                holdings.hold(random, mark, indication, key(indication), number);
            }
            holdings.ambiguous.push(indication.id());
        }
        for indication in eligible.take(single as usize) {
            let number = number(indication);
            holdings.hold(random, mark, indication, key(indication), number);
            holdings.single.push((indication.id(), number));
        }
        holdings.rows.sort_by_key(|row| row["toewijzingsnummer"].as_str().map(str::to_owned));
        holdings
    }

    fn hold(&mut self, random: &Random, mark: &Mark, indication: &Indication, key: Match, number: u32) {
        self.rows.push(row(random, mark, indication, &key.1, number));
        self.fitting.entry(key).or_default().push(self.held.len());
        self.held.push(Holding { law: indication.law, number, linked: None });
    }

    /// Takes an indication as it was sent: links it to the assignment that it names, or finds that one fits.
    pub(crate) fn take(&mut self, id: &str, body: &Value) -> Taken {
        if let Some(number) = self.became.get(id) {
            return Taken::Number(*number);
        }
        let law = body["wet"].as_str().and_then(Law::named);
        let named = named_number(body);
        let is_named =
            |holding: &&mut Holding| Some(holding.number) == named && law.is_none_or(|law| holding.law == law);
        if let Some(holding) = self.held.iter_mut().find(is_named) {
            if holding.linked.is_some() {
                return Taken::Conflict;
            }
            holding.linked = Some(id.to_owned());
            self.became.insert(id.to_owned(), holding.number);
            return Taken::Number(holding.number);
        }
        let fitting = of_body(body).and_then(|key| self.fitting.get(&key));
        if !fitting.is_some_and(|fitting| fitting.iter().any(|place| self.held[*place].linked.is_none())) {
            return Taken::New;
        }
        let number = bsn::never_a_bsn(SECONDS, self.seconds);
        self.seconds += 1;
        self.became.insert(id.to_owned(), number);
        Taken::Second(number)
    }
}

fn of_indication(indication: &Indication, bsn: &str) -> Match {
    (
        indication.law,
        bsn.to_owned(),
        provider(indication.provider),
        indication.product.category.to_owned(),
        indication.size.map(|_| indication.product.code.to_owned()),
        indication.start.to_string(),
    )
}

fn of_body(body: &Value) -> Option<Match> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let product = &body["product"];
    Some((
        Law::named(body["wet"].as_str()?)?,
        text(&body["bsn"])?,
        text(&body["aanbieder_agb"])?,
        text(&product["categorie"])?,
        text(&product["code"]),
        text(&body["ingangsdatum"])?,
    ))
}

/// The assignment number in a body: a number, or a text that may have leading zeros.
fn named_number(body: &Value) -> Option<u32> {
    match &body["toewijzingsnummer"] {
        Value::String(text) => text.parse().ok(),
        number => number.as_u64().and_then(|number| u32::try_from(number).ok()),
    }
}

/// The row of an assignment that is held, full of what must not pass.
fn row(random: &Random, mark: &Mark, indication: &Indication, bsn: &str, number: u32) -> Value {
    let mut random = random.fork("held", number);
    let text = if random.chance(15) { format!("{number:09}") } else { number.to_string() };
    let size = indication.size;
    json!({
        "toewijzingsnummer": text,
        "wet": indication.law.name(),
        "client": {
            "bsn": bsn,
            "naam": mark.on("Zoë de Groot"),
            "geboortedatum": mark.on("1912-10-31"),
            "adres": mark.on("Kerkweg 12"),
        },
        "aanbieder_agb": provider(indication.provider),
        "product": {
            "categorie": indication.product.category,
            "code": size.map(|_| indication.product.code),
        },
        "volume": size.map(|size| size.volume),
        "eenheid": size.map(|size| size.unit.code()),
        "frequentie": size.map(|size| size.frequency.code()),
        "ingangsdatum": indication.start.to_string(),
        "einddatum": indication.end.map(|end| end.to_string()),
        "tarief": mark.number,
        "budget": {"bedrag": mark.on("7400.00 EUR")},
        "commentaar": mark.on("Mantelzorger valt weg"),
        "verwijzer": mark.on("dr. Koster"),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::{Value, json};

    use super::{Holdings, Taken};
    use crate::indications;
    use crate::mark::Mark;
    use crate::options::Options;
    use crate::person::Person;
    use crate::random::Random;

    /// Holdings of one single and one ambiguous indication, and the bodies that Schakel would send of them.
    fn holdings() -> (Holdings, Value, Value) {
        let random = Random::new(1);
        let persons = [Person::new(&random, 0, "999900006"), Person::new(&random, 1, "999900018")];
        let drawn = indications::draw(&random, &persons, Options::default().today);
        let holdings =
            Holdings::draw(&random, &Mark::from_seed(1), &persons, &drawn, (1, 1), |one| 200_000 + one.number * 10);
        let body = |id: &str| {
            let indication = drawn.iter().find(|indication| indication.id() == id).unwrap();
            let (law, bsn, provider, category, code, start) =
                super::of_indication(indication, &persons[indication.person as usize].bsn);
            json!({"wet": law.canonical(), "bsn": bsn, "aanbieder_agb": provider, "ingangsdatum": start,
                "product": {"categorie": category, "code": code}})
        };
        let (single, ambiguous) = (body(&holdings.single[0].0), body(&holdings.ambiguous[0]));
        (holdings, single, ambiguous)
    }

    #[test]
    fn an_indication_that_names_its_assignment_is_linked_once() {
        let (mut holdings, mut body, _) = holdings();
        let number = holdings.single[0].1;
        body["toewijzingsnummer"] = format!("{number:09}").into();
        assert_eq!(holdings.take("IND-1", &body), Taken::Number(number));
        assert_eq!(holdings.take("IND-1", &body), Taken::Number(number));
        assert_eq!(holdings.take("IND-2", &body), Taken::Conflict);
    }

    #[test]
    fn an_indication_that_names_none_becomes_a_second_assignment_where_one_fits() {
        let (mut holdings, single, ambiguous) = holdings();
        let Taken::Second(number) = holdings.take("IND-1", &single) else { unreachable!() };
        assert_eq!(holdings.take("IND-1", &single), Taken::Number(number));
        assert!(matches!(holdings.take("IND-2", &ambiguous), Taken::Second(_)));
        let mut other = single.clone();
        other["ingangsdatum"] = "2019-01-01".into();
        assert_eq!(holdings.take("IND-3", &other), Taken::New);
    }

    #[test]
    fn nothing_fits_any_more_once_all_that_fit_are_linked() {
        let (mut holdings, _, ambiguous) = holdings();
        let numbers: Vec<u32> = holdings.held.iter().take(2).map(|holding| holding.number).collect();
        for (number, id) in numbers.iter().zip(["IND-1", "IND-2"]) {
            let mut body = ambiguous.clone();
            body["toewijzingsnummer"] = (*number).into();
            assert_eq!(holdings.take(id, &body), Taken::Number(*number));
        }
        assert_eq!(holdings.take("IND-3", &ambiguous), Taken::New);
    }
}
