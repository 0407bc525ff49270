//! Makes messages about the persons of one simulation.

use chrono::NaiveDate;

use super::client::Client;
use super::message::{Envelope, Message};
use super::{Assignment, Delivery, assignment, declaration, request};
use crate::bsn::never_a_bsn;
use crate::law::Law;
use crate::options::Options;
use crate::person::{Person, provider};
use crate::random::Random;

/// Assignment numbers, drawn per law: the same number exists under both laws (TR332).
#[derive(Debug, Clone, Default)]
pub(crate) struct Numbers {
    next: [u32; 2],
}

impl Numbers {
    /// The next number of a law.
    pub(crate) fn take(&mut self, law: Law) -> u32 {
        let next = &mut self.next[law.index()];
        *next += 1;
        never_a_bsn(200_000, *next)
    }
}

/// A request that a provider made.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) reference: String,
    pub(crate) law: Law,
    pub(crate) provider: u32,
    /// Whether it is a 317.
    pub(crate) change: bool,
    /// Whether there is an assignment that honours it.
    pub(crate) honoured: bool,
    pub(crate) dated: NaiveDate,
}

/// Makes messages; every draw that they need comes from its own stream.
pub(crate) struct Scribe<'a> {
    pub(crate) options: &'a Options,
    pub(crate) persons: &'a [Person],
    pub(crate) random: Random,
    pub(crate) numbers: &'a mut Numbers,
    /// The number of requests made.
    pub(crate) requests: &'a mut u32,
    /// The requests made, in order.
    pub(crate) asked: &'a mut Vec<Asked>,
}

impl Scribe<'_> {
    /// A reference for a new request: unlike any other, and without nine digits in a row.
    pub(crate) fn reference(&mut self) -> String {
        *self.requests += 1;
        format!("Vz-{:06}-a{}", self.requests, self.random.below(1_000))
    }

    /// Envelope of a message about an assignment.
    pub(crate) fn envelope(&self, assignment: &Assignment, dated: NaiveDate) -> Envelope {
        Envelope {
            law: assignment.law,
            municipality: self.options.municipality.clone(),
            provider: provider(assignment.provider),
            dated: dated.min(self.options.today),
        }
    }

    /// A 301 with the assignments of one client at one provider; `rows` is not empty.
    pub(crate) fn assigned(&mut self, rows: &[Assignment]) -> Message {
        let dated = rows.iter().map(|row| row.decided.date()).max().unwrap_or(self.options.today);
        let bsn = self.persons[rows[0].person as usize].bsn.clone();
        self.assigned_to(rows, &bsn, dated, false)
    }

    /// A 301, or the 302 that came back on it, under a BSN that need not be the client's.
    pub(crate) fn assigned_to(&mut self, rows: &[Assignment], bsn: &str, dated: NaiveDate, returned: bool) -> Message {
        let envelope = self.envelope(&rows[0], dated);
        let client = client(self.options, self.persons, rows[0].person, returned);
        assignment::message(&mut self.random, &client, bsn, envelope, rows)
    }

    /// A 305 or 307.
    pub(crate) fn delivered(&mut self, delivery: &Delivery<'_>, dated: NaiveDate) -> Message {
        let envelope = self.envelope(delivery.assignment, dated);
        let client = client(self.options, self.persons, delivery.assignment.person, false);
        delivery.message(&mut self.random, &client, envelope)
    }

    /// A 315, after a referrer of a kind, or of any.
    pub(crate) fn requested(
        &mut self,
        wanted: &Assignment,
        reference: &str,
        dated: NaiveDate,
        referrer: Option<&'static str>,
    ) -> Message {
        let envelope = self.envelope(wanted, dated);
        let honoured = wanted.reference.as_deref() == Some(reference);
        self.remember(&envelope, wanted.provider, reference, honoured, false);
        let client = client(self.options, self.persons, wanted.person, false);
        request::for_assignment(&mut self.random, &client, envelope, wanted, reference, referrer)
    }

    /// A 317 on the assignments of one client at one provider; they are not empty.
    pub(crate) fn change_requested(&mut self, assignments: &[Assignment], dated: NaiveDate) -> Message {
        let reference = self.reference();
        let envelope = self.envelope(&assignments[0], dated);
        self.remember(&envelope, assignments[0].provider, &reference, false, true);
        let client = client(self.options, self.persons, assignments[0].person, false);
        let today = self.options.today;
        request::for_change(&mut self.random, &client, envelope, assignments, &reference, today)
    }

    fn remember(&mut self, envelope: &Envelope, provider: u32, reference: &str, honoured: bool, change: bool) {
        let (reference, law, dated) = (reference.to_owned(), envelope.law, envelope.dated);
        self.asked.push(Asked { reference, law, provider, change, honoured, dated });
    }

    /// A 319.
    pub(crate) fn answered(&mut self, about: &Assignment, dated: NaiveDate) -> Message {
        let reference = self.reference();
        let envelope = self.envelope(about, dated);
        request::answer(&mut self.random, envelope, &reference)
    }

    /// A 323 about a client and the next person, of whom the same is declared.
    pub(crate) fn declared(&mut self, assignment: &Assignment, dated: NaiveDate) -> Message {
        let envelope = self.envelope(assignment, dated);
        let client = client(self.options, self.persons, assignment.person, false);
        let bsns = [client.person.bsn.as_str(), client.relative.bsn.as_str()];
        declaration::message(&mut self.random, client.mark, envelope, &bsns, assignment)
    }
}

fn client<'a>(options: &'a Options, persons: &'a [Person], person: u32, returned: bool) -> Client<'a> {
    let person = person as usize;
    Client { person: &persons[person], relative: &persons[(person + 1) % persons.len()], mark: &options.mark, returned }
}
