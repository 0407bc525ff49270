//! The world going on: a handful of changes in the front office and a handful of new messages.

use std::io;

use chrono::Days;
use serde_json::json;

use crate::answers::{self, Answer, Verdict};
use crate::exports::{Export, performance, utilization, waiting};
use crate::indications::{self, Indication, Kind};
use crate::messages::history::{Progress, back, moved};
use crate::messages::{Delivery, Message};
use crate::rows::{Feeds, Fields, Rows};
use crate::world::World;

/// The number of end dates that one step moves.
const MOVED: usize = 4;
/// The number of messages of each kind that one step writes, where there is something to write them about.
const WRITTEN: usize = 2;

/// What one step did.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Step {
    /// The ids of the indications that were changed or made.
    pub indications: Vec<String>,
    /// The names of the message files written; empty without a directory, or where it could not be written to.
    pub messages: Vec<String>,
    /// The ids of the answers that were changed or given.
    pub answers: Vec<String>,
    /// The names of the exports written, as with messages.
    pub exports: Vec<String>,
}

impl World {
    /// Takes one step. The rows change even where the messages cannot be written.
    pub(crate) fn step(&mut self, feeds: &mut Feeds) -> (Step, io::Result<()>) {
        self.steps += 1;
        let indications = self.change_indications(&mut feeds.indications);
        let answers = self.change_answers(&mut feeds.answers);
        let messages = self.next_messages();
        let laid_out = self.lay_out(messages);
        let exported: io::Result<Vec<_>> = self.next_exports().iter().map(|export| self.export(export)).collect();
        let (messages, exports, ending) = match (laid_out, exported) {
            (Ok(messages), Ok(exports)) => (messages, exports, Ok(())),
            (Ok(messages), Err(error)) => (messages, Vec::new(), Err(error)),
            (Err(error), exports) => (Vec::new(), exports.unwrap_or_default(), Err(error)),
        };
        let exports = exports.into_iter().flatten().collect();
        (Step { indications, messages, answers, exports }, ending)
    }

    /// Requests that came since are answered, one under investigation is rejected, one gets another reason.
    fn change_answers(&mut self, rows: &mut Rows) -> Vec<String> {
        let today = self.options.today;
        let mut random = self.random.fork("step answers", self.steps);
        let asked = std::mem::take(&mut self.asked);
        let mut given: Vec<Answer> = asked.iter().flat_map(|asked| answers::draw(&mut random, asked, today)).collect();
        let rejected = |open: &Answer| {
            let of_open = |other: &&Answer| other.about.reference == open.about.reference;
            self.answers.iter().filter(of_open).any(|other| other.verdict != Verdict::UnderInvestigation)
        };
        let open = self.answers.iter().find(|answer| answer.is_open() && !rejected(answer));
        given.extend(open.map(|open| open.rejected(&mut random, today)));

        let mut ids = Vec::new();
        let count = self.answers.len();
        let from = random.below(u32::try_from(count).unwrap_or(u32::MAX)) as usize;
        let other = (from..count).chain(0..from).find_map(|place| Some((place, self.answers[place].other_reason()?)));
        if let Some((place, reason)) = other {
            let answer = &mut self.answers[place];
            answer.verdict = Verdict::Rejected(reason);
            rows.change(&answer.id(), Fields::from_iter([("reden".to_owned(), json!(reason))]));
            ids.push(answer.id());
        }
        for mut answer in given {
            answer.number = u32::try_from(self.answers.len()).unwrap_or(u32::MAX) + 1;
            rows.change(&answer.id(), answer.row(&self.options));
            ids.push(answer.id());
            self.answers.push(answer);
        }
        ids
    }

    /// Figures of this month at one step, a waiting list at the next, and every other time scores too.
    fn next_exports(&self) -> Vec<Export> {
        let (random, mark, today, step) = (&self.random, &self.options.mark, self.options.today, self.steps);
        match step % 4 {
            1 | 3 => vec![utilization::next(random, mark, &self.persons, &self.cases, today, step)],
            2 => vec![waiting::next(random, mark, today, step)],
            _ => vec![waiting::next(random, mark, today, step), performance::next(random, mark, today, step)],
        }
    }

    fn change_indications(&mut self, rows: &mut Rows) -> Vec<String> {
        let today = self.options.today;
        let mut random = self.random.fork("step", self.steps);
        let count = self.indications.len();
        let from = random.below(u32::try_from(count).unwrap_or(u32::MAX)) as usize;
        let mut ids = Vec::new();

        let places = (from..count).chain(0..from);
        let in_force = places.filter(|place| self.indications[*place].kind == Kind::InForce);
        for place in in_force.take(MOVED).collect::<Vec<_>>() {
            let indication = &mut self.indications[place];
            let last = indication.end.unwrap_or_else(|| indication.start.max(today));
            let end = last + Days::new(u64::from(random.between(14, 90)));
            indication.end = Some(end);
            let fields = Fields::from_iter([("einddatum".to_owned(), json!(end.to_string()))]);
            rows.change(&indication.id(), fields);
            ids.push(indication.id());
        }

        // A new one for somebody who has one in force, from a day on which no other of theirs starts.
        let like: Option<&Indication> =
            self.indications.iter().skip(from).chain(&self.indications).find(|one| one.kind == Kind::InForce);
        if let Some((person, law)) = like.map(|like| (like.person, like.law)) {
            let number = u32::try_from(count).unwrap_or(u32::MAX) + 1;
            let new = indications::another(&mut random, person, law, number, today);
            rows.change(&new.id(), self.row(&new));
            ids.push(new.id());
            self.number_assignment(&new);
            self.indications.push(new);
        }
        ids
    }

    /// A few assignments extended, deliveries started and stopped, and care asked for.
    fn next_messages(&mut self) -> Vec<Message> {
        let mut cases = std::mem::take(&mut self.cases);
        let today = self.options.today;
        let steps = self.steps;
        let mut scribe = self.scribe("step messages");
        let mut messages = Vec::new();
        let from = scribe.random.below(u32::try_from(cases.len()).unwrap_or(u32::MAX)) as usize;
        cases.rotate_left(from);

        let waits = |progress: Progress| progress == Progress::Waiting;
        for case in cases.iter_mut().filter(|case| case.assignment.reason != Some("13")).take(WRITTEN) {
            let mut next = moved(&mut scribe, &case.assignment, today);
            // Steps share a day, so each decides later on it than the one before, and than all of history.
            let second = chrono::TimeDelta::seconds(i64::from(steps % 7_000));
            next.decided = today.and_hms_opt(22, 0, 0).unwrap_or_default() + second;
            messages.push(scribe.assigned(std::slice::from_ref(&next)));
            case.assignment = next;
        }
        for case in cases.iter_mut().filter(|case| matches!(case.delivery, Progress::Running(_))).take(WRITTEN) {
            if let Progress::Running(begin) = case.delivery {
                let reason = scribe.random.pick(case.assignment.law.stop_reasons());
                let stop = Delivery::start(&case.assignment, begin).stop(reason, back(today, 1));
                messages.push(scribe.delivered(&stop, today));
                case.delivery = Progress::Over;
            }
        }
        let begun = |day| day <= back(today, 1);
        for case in cases.iter_mut().filter(|case| waits(case.delivery) && begun(case.assignment.start)).take(WRITTEN) {
            let begin = back(today, 1);
            messages.push(scribe.delivered(&Delivery::start(&case.assignment, begin), today));
            case.delivery = Progress::Running(begin);
        }
        if let Some(case) = cases.first() {
            let reference = scribe.reference();
            messages.push(scribe.requested(&case.assignment, &reference, today, None));
        }
        self.cases = cases;
        messages
    }
}
