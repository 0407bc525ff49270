//! The client block of a message, full of what must not pass.

use super::xml::{Element, code, group, marked, shared, spaced};
use crate::mark::Mark;
use crate::person::Person;
use crate::random::Random;

/// What is drawn about a person in one message.
pub(crate) struct Client<'a> {
    pub(crate) person: &'a Person,
    /// Another person, who stands in it as a relation.
    pub(crate) relative: &'a Person,
    pub(crate) mark: &'a Mark,
    /// Return messages close each class with a return code.
    pub(crate) returned: bool,
}

impl Client<'_> {
    /// The short form: BSN, birth date, gender and name, as in 305, 307 and 315.
    pub(crate) fn short(&self, bsn: &str) -> Vec<Element> {
        let mut elements = identity(self.person);
        elements.insert(0, code("Bsn", bsn));
        elements.push(shared("Naam", vec![self.surname(self.person), self.given(self.person), initials()]));
        elements
    }

    /// The long form of 301 and its return: what comes before the assignments.
    pub(crate) fn long(&self, random: &mut Random, bsn: &str) -> Vec<Element> {
        let mark = self.mark;
        let mut elements = identity(self.person);
        elements.insert(0, code("Bsn", bsn));
        elements.push(self.full_name(self.person));
        if random.chance(30) {
            let language = marked("Taal", mark, "Turks");
            elements.push(shared("Communicatie", vec![code("Vorm", "1"), language]));
        }
        if random.chance(20) {
            elements.push(code("JuridischeStatus", random.pick(&["01", "04", "11"])));
        }
        if random.chance(20) {
            elements.push(code("WettelijkeVertegenwoordiging", random.pick(&["06", "08", "09"])));
        }
        if random.chance(70) {
            elements.push(marked("Commentaar", mark, "Agressie < 1 jaar geleden & schulden, bel eerst"));
        }
        if random.chance(50) {
            elements.push(group("Relaties", vec![self.relation(random)]));
        }
        elements.push(group("Contactgegevens", vec![self.contact(random, self.person)]));
        elements
    }

    /// The return code that closes a class of a return message; nothing in any other message.
    pub(crate) fn return_codes(&self) -> Option<Element> {
        self.returned.then(|| group("RetourCodes", vec![code("RetourCode", "0200")]))
    }

    fn full_name(&self, person: &Person) -> Element {
        let partner =
            vec![marked("Achternaam", self.mark, "Vries"), code("Voorvoegsel", format!("d {}", self.mark.text))];
        shared(
            "Naam",
            vec![
                self.surname(person),
                group("Partnernaam", partner),
                self.given(person),
                initials(),
                code("NaamGebruik", "4"),
            ],
        )
    }

    fn surname(&self, person: &Person) -> Element {
        group("Geslachtsnaam", vec![marked("Achternaam", self.mark, person.last_name)])
    }

    fn given(&self, person: &Person) -> Element {
        marked("Voornamen", self.mark, person.first_name)
    }

    fn relation(&self, random: &mut Random) -> Element {
        let mut elements = vec![
            code("Nummer", format!("R1 {}", self.mark.text)),
            spaced("Volgorde", 1),
            code("Soort", random.pick(&["03", "10", "14"])),
        ];
        elements.extend(identity(self.relative));
        elements.push(self.full_name(self.relative));
        elements.push(self.contact(random, self.relative));
        elements.extend(self.return_codes());
        group("Relatie", elements)
    }

    fn contact(&self, random: &mut Random, person: &Person) -> Element {
        let mark = self.mark;
        let mut elements = vec![
            code("Soort", random.pick(&["01", "03"])),
            shared(
                "Adres",
                vec![
                    group("Huis", vec![spaced("Huisnummer", person.house)]),
                    // A mark has the length of a postcode; no digit or letter of a real one is needed.
                    code("Postcode", mark.text.clone()),
                    marked("Straatnaam", mark, person.street),
                    marked("Plaatsnaam", mark, person.town),
                    code("LandCode", "NL"),
                ],
            ),
        ];
        if random.chance(40) {
            elements.push(marked("Organisatie", mark, "Huize Rust & Vreugd"));
        }
        if random.chance(60) {
            let number = code("Telefoonnummer", format!("06{}", mark.number));
            let number = group("Telefoon01", vec![number, code("Landnummer", "0031")]);
            elements.push(shared("Telefoon", vec![number]));
        }
        if random.chance(60) {
            elements.push(code("Emailadres", person.email(mark)));
        }
        elements.extend(self.return_codes());
        group("Contact", elements)
    }
}

fn initials() -> Element {
    code("Voorletters", "AB")
}

fn identity(person: &Person) -> Vec<Element> {
    vec![shared("Geboortedatum", vec![spaced("Datum", person.birth_date)]), code("Geslacht", person.gender)]
}
