//! Starts and stops of deliveries and their messages: 305 and 307.

use chrono::NaiveDate;

use super::assignment::{Assignment, number, product};
use super::client::Client;
use super::message::{Envelope, Kind, Message};
use super::xml::{Element, code, group, spaced};
use crate::random::Random;

/// StatusAanlevering (REFERENCE 4.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Delivered,
    Deleted,
}

/// One start or stop; the product and the assignment are the assignment's own.
#[derive(Debug, Clone)]
pub(crate) struct Delivery<'a> {
    pub(crate) assignment: &'a Assignment,
    /// Task based delivery has no assignment number.
    pub(crate) task_based: bool,
    /// Begindatum: the first day of delivery.
    pub(crate) begin: NaiveDate,
    /// RedenBeeindiging and Einddatum, of a stop.
    pub(crate) stopped: Option<(&'static str, NaiveDate)>,
    pub(crate) status: Status,
}

impl<'a> Delivery<'a> {
    /// A first delivered start.
    pub(crate) fn start(assignment: &'a Assignment, begin: NaiveDate) -> Self {
        Self { assignment, task_based: false, begin, stopped: None, status: Status::Delivered }
    }

    /// The stop of this start.
    pub(crate) fn stop(self, reason: &'static str, end: NaiveDate) -> Self {
        Self { stopped: Some((reason, end)), ..self }
    }

    /// What deletes this start or stop: the same key once more.
    pub(crate) fn deletion(self) -> Self {
        Self { status: Status::Deleted, ..self }
    }

    /// Its message, a 305 or a 307.
    pub(crate) fn message(&self, random: &mut Random, client: &Client<'_>, envelope: Envelope) -> Message {
        let (kind, list) = match self.stopped {
            None => (Kind::Start, "StartProducten"),
            Some(_) => (Kind::Stop, "StopProducten"),
        };
        let mut elements = client.short(&client.person.bsn);
        elements.push(group(list, vec![self.row(random)]));
        Message::new(kind, envelope, vec![group("Client", elements)])
    }

    fn row(&self, random: &mut Random) -> Element {
        let assignment = self.assignment;
        let mut elements = Vec::new();
        if !self.task_based {
            elements.push(number(random, assignment.number));
        }
        elements.push(product(assignment.category, assignment.code));
        if random.chance(90) {
            elements.push(spaced("ToewijzingIngangsdatum", assignment.start));
        }
        elements.push(spaced("Begindatum", self.begin));
        if let Some((reason, end)) = self.stopped {
            elements.push(code("RedenBeeindiging", reason));
            elements.push(spaced("Einddatum", end));
        }
        elements.push(code(
            "StatusAanlevering",
            match self.status {
                Status::Delivered => "1",
                Status::Deleted => "3",
            },
        ));
        group(if self.stopped.is_some() { "StopProduct" } else { "StartProduct" }, elements)
    }
}
