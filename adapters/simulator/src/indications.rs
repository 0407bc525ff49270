//! The indications of the front office: how they are drawn, and which hold a planted fault.

use std::collections::HashSet;

use chrono::{Days, NaiveDate};

use crate::law::Law;
use crate::person::{PROVIDERS, Person};
use crate::products::{Frequency, Product, Unit, in_care, in_money};
use crate::random::Random;

/// The one thing that is wrong with a faulty indication.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    Bsn,
    ProviderMissing,
    ProductUnknown,
    UnitUnknown,
    ImpossibleDate,
    EndBeforeStart,
    HalfDaysPerDay,
    Money,
}

impl Fault {
    const ALL: [Self; 8] = [
        Self::Bsn,
        Self::ProviderMissing,
        Self::ProductUnknown,
        Self::UnitUnknown,
        Self::ImpossibleDate,
        Self::EndBeforeStart,
        Self::HalfDaysPerDay,
        Self::Money,
    ];

    /// The code of the rejection that it must become.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Bsn => "bsn-invalid",
            Self::ProviderMissing => "value-missing",
            Self::ProductUnknown | Self::UnitUnknown => "code-unknown",
            Self::ImpossibleDate => "date-invalid",
            Self::EndBeforeStart => "end-before-start",
            Self::HalfDaysPerDay => "size-combination",
            Self::Money => "complete-by-hand",
        }
    }
}

/// What becomes of an indication.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Care in kind, in force and without a fault.
    InForce,
    /// Care in kind, withdrawn.
    Withdrawn,
    /// A personal budget, which goes nowhere.
    PersonalBudget,
    /// Care in kind with a planted fault.
    Faulty(Fault),
}

/// How much of a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) volume: u32,
    pub(crate) unit: Unit,
    pub(crate) frequency: Frequency,
}

/// One indication: one person, product and provider.
#[derive(Debug, Clone)]
pub(crate) struct Indication {
    /// Its place in the front office, from 1; id and case number follow from it.
    pub(crate) number: u32,
    pub(crate) person: u32,
    pub(crate) law: Law,
    pub(crate) provider: u32,
    pub(crate) product: &'static Product,
    /// `None` when aspecific: a category without a product code.
    pub(crate) size: Option<Size>,
    pub(crate) start: NaiveDate,
    pub(crate) end: Option<NaiveDate>,
    pub(crate) decided: NaiveDate,
    pub(crate) version: u32,
    pub(crate) kind: Kind,
}

impl Indication {
    /// The id in the front office.
    pub(crate) fn id(&self) -> String {
        format!("IND-{:06}", self.number)
    }

    /// The case number that people find it by.
    pub(crate) fn case_number(&self) -> String {
        format!("Z-2026-{:06}", self.number)
    }

    fn draw(random: &mut Random, person: u32, law: Law, product: &'static Product, today: NaiveDate) -> Self {
        let start = if random.chance(5) {
            today + Days::new(u64::from(random.between(1, 40)))
        } else {
            today - Days::new(u64::from(random.between(30, 500)))
        };
        let aspecific = random.chance(8);
        let volume = random.between(1, product.unit.most());
        let size = (!aspecific).then_some(Size { volume, unit: product.unit, frequency: product.frequency });
        let closed = size.is_some_and(|size| size.frequency.needs_end()) || random.chance(65);
        let end = start + Days::new(u64::from(random.between(90, 700)));
        let decided = (start - Days::new(u64::from(random.between(3, 30)))).min(today);
        Self {
            number: 0,
            person,
            law,
            provider: random.below(PROVIDERS),
            product,
            size,
            start,
            end: closed.then_some(end),
            decided,
            version: if random.chance(15) { random.between(2, 4) } else { 1 },
            kind: Kind::InForce,
        }
    }

    fn with(mut self, fault: Fault) -> Self {
        let product = match fault {
            Fault::Money => in_money(self.law),
            _ => self.product,
        };
        let (unit, frequency) = match fault {
            Fault::HalfDaysPerDay => (Unit::HalfDay, Frequency::Day),
            _ => (product.unit, product.frequency),
        };
        self.product = product;
        self.size = Some(Size { volume: self.size.map_or(3, |size| size.volume), unit, frequency });
        let end = self.end.unwrap_or(self.start + Days::new(100));
        self.end = Some(if fault == Fault::EndBeforeStart { self.start - Days::new(9) } else { end });
        self.kind = Kind::Faulty(fault);
        self
    }
}

/// One more indication of a person, in force and without a fault.
pub(crate) fn another(random: &mut Random, person: u32, law: Law, number: u32, today: NaiveDate) -> Indication {
    let product = random.pick(&in_care(law));
    Indication { number, version: 1, ..Indication::draw(random, person, law, product, today) }
}

/// Draws the indications of all persons, in the order of the front office.
///
/// The first person always has one in force under each law, so that there is somebody to write messages about.
pub(crate) fn draw(random: &Random, persons: &[Person], today: NaiveDate) -> Vec<Indication> {
    let mut indications: Vec<Indication> =
        persons.iter().flat_map(|person| of_person(random, person.index, today)).collect();

    let mut random = random.fork("faults", 0);
    let count = u32::try_from(persons.len()).unwrap_or(u32::MAX);
    let mut insert = |random: &mut Random, change: &dyn Fn(Indication) -> Indication| {
        let person = random.below(count);
        let law = random.pick(&Law::ALL);
        let indication = change(another(random, person, law, 0, today));
        let place = random.below(u32::try_from(indications.len()).unwrap_or(u32::MAX));
        indications.insert(place as usize, indication);
    };
    for fault in Fault::ALL {
        for _ in 0..2 + random.below(3) + count / 800 {
            insert(&mut random, &|indication| indication.with(fault));
        }
    }
    // However few the persons, one of them has a personal budget.
    insert(&mut random, &|indication| Indication { kind: Kind::PersonalBudget, ..indication });
    for (indication, number) in indications.iter_mut().zip(1..) {
        indication.number = number;
    }
    indications
}

/// The most indications that [`fill`] can bring the number to, for each person.
pub(crate) const MOST_EACH: u32 = 16;

/// Draws more indications behind these, until there are so many: one more of each person in turn, in force and of a
/// product that they do not have yet (TR302).
pub(crate) fn fill(
    random: &Random,
    persons: &[Person],
    today: NaiveDate,
    indications: &mut Vec<Indication>,
    least: u32,
) {
    let least = least as usize;
    let products: Vec<&'static Product> = Law::ALL.into_iter().flat_map(in_care).collect();
    let mut taken: HashSet<(u32, &str)> =
        indications.iter().map(|indication| (indication.person, indication.product.local)).collect();
    for turn in 0..products.len() {
        for person in persons {
            if indications.len() >= least {
                return;
            }
            let product = products[(person.index as usize + turn) % products.len()];
            if taken.insert((person.index, product.local)) {
                let number = u32::try_from(indications.len()).unwrap_or(u32::MAX) + 1;
                let mut random = random.fork("more indications", number);
                let drawn = Indication::draw(&mut random, person.index, product.law, product, today);
                indications.push(Indication { number, ..drawn });
            }
        }
    }
}

fn of_person(random: &Random, person: u32, today: NaiveDate) -> Vec<Indication> {
    let mut random = random.fork("indications", person);
    let first_law = if person > 0 && random.chance(35) { Law::Jw } else { Law::Wmo };
    let second_law = if person == 0 || random.chance(12) { first_law.other() } else { first_law };
    let first = random.below(1_000) as usize;
    let products = (in_care(first_law), in_care(second_law));
    let mut drawn = vec![Indication::draw(&mut random, person, first_law, products.0[first % products.0.len()], today)];
    if person == 0 || random.chance(45) {
        // The next one in the list, so that nobody has the same product twice over one period (TR302).
        let product = products.1[(first + 1) % products.1.len()];
        drawn.push(Indication::draw(&mut random, person, second_law, product, today));
    }
    if person > 0 {
        for indication in &mut drawn {
            indication.kind = match random.below(100) {
                0..6 => Kind::PersonalBudget,
                6..9 => Kind::Withdrawn,
                _ => Kind::InForce,
            };
        }
    }
    drawn
}
