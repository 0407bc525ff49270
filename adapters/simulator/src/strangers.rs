//! Persons whom the front office has no indication of under a law: what they get came by a GP or a court.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::Uri;
use serde_json::Value;

use crate::bsn;
use crate::forbidden::{bsns, percent_decoded};
use crate::indications::{Indication, Kind};
use crate::law::Law;
use crate::person::Person;
use crate::random::Random;
use crate::rows::Fields;

/// A person, and the laws under which the front office may not know of them.
#[derive(Debug, Clone)]
pub(crate) struct Stranger {
    pub(crate) person: Person,
    pub(crate) laws: Vec<Law>,
}

/// Draws strangers: persons of whom the front office knows nothing at all, persons whom it knows under the other law
/// only, and persons of whom it has only what does not cross: a personal budget, or what was withdrawn.
pub(crate) fn draw(random: &Random, persons: &[Person], indications: &[Indication]) -> Vec<Stranger> {
    let few = 2 + persons.len() / 400;
    let in_force = indications.iter().filter(|indication| indication.kind == Kind::InForce);
    let known: BTreeSet<(u32, Law)> = in_force.map(|indication| (indication.person, indication.law)).collect();
    let unknown_under = |person: &Person| -> Vec<Law> {
        // The Jeugdwet first: that is where most of them come from.
        Law::ALL.into_iter().rev().filter(|law| !known.contains(&(person.index, *law))).collect()
    };
    let stranger = |person: &Person| Stranger { person: person.clone(), laws: unknown_under(person) };
    let of_laws = |count: usize| persons.iter().map(stranger).filter(move |one| one.laws.len() == count).take(few);

    let count = u32::try_from(persons.len()).unwrap_or(u32::MAX);
    let new = (count..).zip(bsn::test_range().into_iter().skip(persons.len()).take(few));
    let new = new.map(|(index, bsn)| stranger(&Person::new(random, index, &bsn)));
    new.chain(of_laws(1)).chain(of_laws(2)).collect()
}

/// The BSNs of strangers, each with the laws under which nothing about it may arrive.
#[derive(Debug, Clone, Default)]
pub(crate) struct Unseen(BTreeMap<String, Vec<Law>>);

impl Unseen {
    /// Nothing about these may arrive.
    pub(crate) fn of(strangers: &[Stranger]) -> Self {
        Self(strangers.iter().map(|stranger| (stranger.person.bsn.clone(), stranger.laws.clone())).collect())
    }

    /// Whether a request is about a stranger: it holds their BSN, and no law under which they are known.
    pub(crate) fn in_request(&self, uri: &Uri, body: &[u8]) -> bool {
        let text = String::from_utf8_lossy(body);
        let json: Value = serde_json::from_str(&text).unwrap_or_default();
        let law = json["wet"].as_str().and_then(Law::named);
        let strange = |bsn: &str| self.0.get(bsn).is_some_and(|laws| law.is_none_or(|law| laws.contains(&law)));
        // Written anew, a JSON body has its digits free of escapes.
        let texts = [percent_decoded(&uri.to_string()), percent_decoded(&text), text.into_owned(), json.to_string()];
        texts.iter().any(|text| bsns(text).any(strange))
    }

    /// Lets the front office know of the person of its row, where that is an indication that crosses.
    pub(crate) fn learn(&mut self, row: &Fields) {
        let text = |name: &str| row.get(name).and_then(Value::as_str);
        let crosses = text("status") == Some("actief") && text("leveringsvorm") == Some("ZIN");
        let bsn = row.get("client").and_then(|client| client["bsn"].as_str());
        if let (true, Some(law), Some(bsn)) = (crosses, text("wet").and_then(Law::named), bsn)
            && let Some(laws) = self.0.get_mut(bsn)
        {
            laws.retain(|unseen| *unseen != law);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::Unseen;
    use crate::law::Law;

    fn unseen() -> Unseen {
        Unseen([("999900006".to_owned(), vec![Law::Jw]), ("999900018".to_owned(), Law::ALL.to_vec())].into())
    }

    fn arrives(uri: &str, body: &str) -> bool {
        unseen().in_request(&uri.parse().unwrap(), body.as_bytes())
    }

    #[test]
    fn a_stranger_under_one_law_may_arrive_under_the_other() {
        assert!(arrives("/api/starts/1", r#"{"wet":"jeugdwet","bsn":"999900006"}"#));
        assert!(arrives("/api/starts/1", r#"{"bsn":999900006}"#));
        assert!(!arrives("/api/starts/1", r#"{"wet":"wmo","bsn":"999900006"}"#));
        assert!(arrives("/api/starts/1", r#"{"wet":"wmo","bsn":"999900018"}"#));
        assert!(arrives("/api/starts/99990001%38", r#"{"wet":"wmo"}"#));
        assert!(!arrives("/api/starts/1", r#"{"wet":"jeugdwet","bsn":"999900031","nummer":"1999900018"}"#));
    }

    #[test]
    fn a_row_that_crosses_makes_a_stranger_known_under_its_law() {
        let mut unseen = unseen();
        let mut learn = |state: &str, form: &str| {
            let row = json!({"wet": "JW", "client": {"bsn": "999900018"}, "status": state, "leveringsvorm": form});
            unseen.learn(row.as_object().unwrap());
            unseen.0["999900018"].len()
        };
        assert_eq!(learn("vervallen", "ZIN"), 2);
        assert_eq!(learn("actief", "PGB"), 2);
        assert_eq!(learn("actief", "ZIN"), 1);
    }
}
