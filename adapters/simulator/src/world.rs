//! Everything that the simulation knows: persons, indications, assignments, and what is planted among them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::{fs, io};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::answers::{self, Answer};
use crate::bsn;
use crate::catalogue::Catalogue;
use crate::exports::{self, Export, performance, utilization, waiting};
use crate::holdings::Holdings;
use crate::indications::{self, Indication, Kind};
use crate::messages::history::{self, back};
use crate::messages::scribe::Numbers;
use crate::messages::{self, Asked, Assignment, Case, Fate, Message, Scribe, directory, strays};
use crate::options::Options;
use crate::person::Person;
use crate::planted::Planted;
use crate::random::Random;
use crate::row;
use crate::rows::{Feeds, Fields, Rows, moment_text};
use crate::strangers::{self, Stranger, Unseen};

/// The days over which the first changes of the front office are spread.
const PAST_DAYS: u32 = 240;

/// Numbers of files or of lines of files, by stream.
pub(crate) type Tally = BTreeMap<&'static str, u32>;

/// The simulated world; it changes only by [`step`](Self::step).
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) options: Options,
    pub(crate) random: Random,
    pub(crate) persons: Vec<Person>,
    pub(crate) indications: Vec<Indication>,
    pub(crate) cases: Vec<Case>,
    pub(crate) numbers: Numbers,
    pub(crate) requests: u32,
    /// The requests that nobody looked at yet.
    pub(crate) asked: Vec<Asked>,
    pub(crate) answers: Vec<Answer>,
    pub(crate) catalogue: Catalogue,
    /// What the back office holds without knowing of the front office's ids.
    pub(crate) holdings: Holdings,
    pub(crate) steps: u32,
    files: u32,
    assignment_of: HashMap<String, u32>,
    planted: BTreeSet<Planted>,
    skipped: Tally,
    blocked: Tally,
    unseen: Tally,
    strangers: Vec<Stranger>,
}

impl World {
    /// The world on its first day, and the front office's rows; writes the first messages and exports.
    pub(crate) fn create(options: Options) -> io::Result<(Self, Feeds)> {
        let random = Random::new(options.seed).fork("persons", options.persons);
        let persons: Vec<Person> =
            (0..options.persons).zip(bsn::test_range()).map(|(index, bsn)| Person::new(&random, index, &bsn)).collect();
        let mut indications = indications::draw(&random, &persons, options.today);
        indications::fill(&random, &persons, options.today, &mut indications, options.indications.unwrap_or_default());
        let mut numbers = Numbers::default();
        let assignment_of: HashMap<String, u32> =
            indications.iter().map(|indication| (indication.id(), numbers.take(indication.law))).collect();
        let strangers = strangers::draw(&random, &persons, &indications);
        let number = |indication: &Indication| assignment_of.get(&indication.id()).copied().unwrap_or_default();
        let counts = (options.held, options.ambiguous);
        let holdings = Holdings::draw(&random, &options.mark, &persons, &indications, counts, number);
        let catalogue = Catalogue::new(&options.mark, options.today);
        let mut world = Self {
            options,
            random,
            persons,
            indications,
            cases: Vec::new(),
            numbers,
            requests: 0,
            asked: Vec::new(),
            answers: Vec::new(),
            catalogue,
            holdings,
            steps: 0,
            files: 0,
            assignment_of,
            planted: BTreeSet::new(),
            skipped: Tally::new(),
            blocked: Tally::new(),
            unseen: Tally::new(),
            strangers,
        };
        world.planted.extend(world.catalogue.planted.iter().cloned());
        let indications = world.first_rows();
        if let Some(directory) = &world.options.messages {
            fs::create_dir_all(directory)?;
        }
        let messages = world.first_messages();
        world.lay_out(messages)?;
        let answers = world.first_answers();
        let (messages, unseen) = world.strange_messages();
        world.lay_out(messages)?;
        world.first_exports(&unseen)?;
        Ok((world, Feeds { indications, answers }))
    }

    /// The number that the back office answers for an indication: the same one each time, and the one in its messages.
    pub(crate) fn assignment_number(&self, indication: &str) -> u32 {
        let unknown = || {
            // FNV-1a: an id that the simulation did not make still has one number for ever.
            let hash = indication
                .bytes()
                .fold(0x811C_9DC5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
            bsn::never_a_bsn(100_000_000, hash % 400_000_000)
        };
        self.assignment_of.get(indication).copied().unwrap_or_else(unknown)
    }

    /// Every planted fault, sorted.
    pub(crate) fn planted(&self) -> Vec<Planted> {
        self.planted.iter().cloned().collect()
    }

    /// What must be counted as not for us, what as money, and what as none of the front office's business.
    pub(crate) fn passed_over(&self) -> [&Tally; 3] {
        [&self.skipped, &self.blocked, &self.unseen]
    }

    /// Whom the front office may not know of.
    pub(crate) fn unseen(&self) -> Unseen {
        Unseen::of(&self.strangers)
    }

    /// The front office's row of an indication.
    pub(crate) fn row(&self, indication: &Indication) -> Fields {
        let person = indication.person as usize;
        let relative = &self.persons[(person + 1) % self.persons.len()];
        row::row(&self.random, &self.options.mark, indication, &self.persons[person], relative)
    }

    /// A scribe for one purpose.
    pub(crate) fn scribe(&mut self, purpose: &str) -> Scribe<'_> {
        Scribe {
            options: &self.options,
            persons: &self.persons,
            random: self.random.fork(purpose, self.steps),
            numbers: &mut self.numbers,
            requests: &mut self.requests,
            asked: &mut self.asked,
        }
    }

    /// Writes messages to the directory, oldest first, and notes what must become of them; gives the file names.
    ///
    /// Without a directory there are no messages, and so there is nothing to note.
    pub(crate) fn lay_out(&mut self, mut messages: Vec<Message>) -> io::Result<Vec<String>> {
        let Some(directory) = self.options.messages.clone() else {
            return Ok(Vec::new());
        };
        // A few come late: order of arrival means nothing (OP080).
        let mut random = self.random.fork("late", self.steps);
        messages.sort_by_cached_key(|message| {
            let late = if random.chance(3) { random.between(1, 20) } else { 0 };
            history::after(message.envelope.dated, late)
        });
        let mut names = Vec::with_capacity(messages.len());
        for message in messages {
            self.files += 1;
            let identification = format!("B{:07}", self.files);
            let name = message.file_name(&identification);
            let manner = self.random.fork("manner", self.files);
            let document = message.document(manner, &self.options.mark, &identification);
            directory::lay_out(&directory, &name, &document)?;
            self.note(&message, &name);
            names.push(name);
        }
        Ok(names)
    }

    fn note(&mut self, message: &Message, name: &str) {
        let stream = message.kind.stream();
        match &message.fate {
            Fate::Passes => {}
            Fate::Rejected { id, code } => self.plant(stream, id, code),
            Fate::Truncated => self.plant(stream, name, "not-well-formed"),
            Fate::Skipped => *self.skipped.entry(stream).or_default() += 1,
            Fate::Blocked => *self.blocked.entry(stream).or_default() += 1,
            Fate::Unseen => *self.unseen.entry(stream).or_default() += 1,
        }
    }

    /// Draws the number of the assignment that becomes of an indication.
    pub(crate) fn number_assignment(&mut self, indication: &Indication) {
        let number = self.numbers.take(indication.law);
        self.assignment_of.insert(indication.id(), number);
    }

    /// The rows of all indications, changed one after the other up to the first day.
    fn first_rows(&mut self) -> Rows {
        let first = midnight(back(self.options.today, PAST_DAYS));
        let count = i64::try_from(self.indications.len()).unwrap_or(i64::MAX).max(1);
        let apart = i64::from(PAST_DAYS) * 86_400_000_000 / (count + 1);
        let mut random = self.random.fork("moments", 0);
        let mut rows = Rows::new(first);
        for (indication, place) in self.indications.iter().zip(0_i64..) {
            let jitter = i64::from(random.below(u32::try_from(apart / 2).unwrap_or(u32::MAX)));
            let changed = first + TimeDelta::microseconds(apart * place + jitter);
            let mut fields = self.row(indication);
            fields.insert("gewijzigd_op".to_owned(), moment_text(changed).into());
            rows.change(&indication.id(), fields);
            match indication.kind {
                Kind::Faulty(fault) => {
                    self.planted.insert(Planted {
                        stream: "indication".to_owned(),
                        id: indication.case_number(),
                        code: fault.code().to_owned(),
                    });
                }
                Kind::PersonalBudget => *self.skipped.entry("indication").or_default() += 1,
                Kind::InForce | Kind::Withdrawn => {}
            }
        }
        rows
    }

    /// The rows of the answers to the requests up to the day before yesterday, in order of decision.
    fn first_answers(&mut self) -> Rows {
        let yesterday = back(self.options.today, 1);
        let mut random = self.random.fork("answers", 0);
        let (old, new): (Vec<Asked>, _) =
            std::mem::take(&mut self.asked).into_iter().partition(|asked| asked.dated < yesterday);
        self.asked = new;
        let mut answers: Vec<Answer> =
            old.iter().flat_map(|asked| answers::draw(&mut random, asked, yesterday)).collect();
        answers.extend(answers::faulty(&mut random, yesterday));
        answers.sort_by_key(|answer| answer.decided);

        let mut rows = Rows::new(midnight(back(self.options.today, PAST_DAYS)));
        for (mut answer, number) in answers.into_iter().zip(1_u32..) {
            answer.number = number;
            let changed = midnight(answer.decided) + TimeDelta::milliseconds(28_800_000 + i64::from(number));
            let mut fields = answer.row(&self.options);
            fields.insert("gewijzigd_op".to_owned(), moment_text(changed).into());
            rows.change(&answer.id(), fields);
            if let Some(fault) = answer.fault {
                self.plant("answer", &answer.about.reference, fault.code());
            }
            self.answers.push(answer);
        }
        rows
    }

    /// The messages about strangers, and what of it is being delivered, with the BSN. They draw from counters of their
    /// own and nobody answers their requests, so that all else is as if they were not there.
    fn strange_messages(&self) -> (Vec<Message>, Vec<(Assignment, String)>) {
        let mut requests = messages::strangers::REQUESTS;
        let persons: Vec<Person> = self.strangers.iter().map(|stranger| stranger.person.clone()).collect();
        let mut scribe = Scribe {
            options: &self.options,
            persons: &persons,
            random: self.random.fork("strangers", 0),
            numbers: &mut Numbers::default(),
            requests: &mut requests,
            asked: &mut Vec::new(),
        };
        let (messages, running) = messages::strangers::write(&mut scribe, &self.strangers);
        let bsn = |assignment: &Assignment| persons[assignment.person as usize].bsn.clone();
        (messages, running.into_iter().map(|assignment| (assignment.clone(), bsn(&assignment))).collect())
    }

    fn first_exports(&mut self, unseen: &[(Assignment, String)]) -> io::Result<()> {
        let Some(directory) = self.options.exports.clone() else {
            return Ok(());
        };
        fs::create_dir_all(&directory)?;
        let (random, mark, today) = (&self.random, &self.options.mark, self.options.today);
        let mut exports = utilization::first(random, mark, &self.persons, &self.cases, unseen, today);
        exports.extend(waiting::first(random, mark, today));
        exports.extend(performance::first(random, mark, today));
        let half = utilization::next(random, mark, &self.persons, &self.cases, today, 0);
        exports.into_iter().try_for_each(|export| self.export(&export).map(drop))?;
        half.leave_half(&directory)
    }

    /// Writes an export and notes what must become of its lines; gives the file's name.
    ///
    /// Without a directory there are no exports, and so there is nothing to note.
    pub(crate) fn export(&mut self, export: &Export) -> io::Result<Option<String>> {
        let Some(directory) = &self.options.exports else {
            return Ok(None);
        };
        export.write(directory)?;
        let stream = export.stream;
        for (id, fate) in &export.fates {
            match fate {
                exports::Fate::Passes => {}
                exports::Fate::Rejected(code) => self.plant(stream, id, code),
                exports::Fate::Skipped => *self.skipped.entry(stream).or_default() += 1,
                exports::Fate::Unseen => *self.unseen.entry(stream).or_default() += 1,
            }
        }
        Ok(Some(export.name.clone()))
    }

    fn plant(&mut self, stream: &str, id: &str, code: &str) {
        self.planted.insert(Planted { stream: stream.to_owned(), id: id.to_owned(), code: code.to_owned() });
    }

    fn first_messages(&mut self) -> Vec<Message> {
        let numbered: Vec<(Indication, u32)> = self
            .indications
            .iter()
            .map(|indication| (indication.clone(), self.assignment_number(&indication.id())))
            .collect();
        let (mut messages, cases) = history::write(&mut self.scribe("history"), &numbered);
        messages.extend(strays::write(&mut self.scribe("strays"), &cases));
        self.cases = cases;
        messages
    }
}

/// The first moment of a day.
fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(chrono::NaiveTime::MIN).and_utc()
}
