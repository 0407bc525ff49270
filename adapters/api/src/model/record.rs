use super::{
    Answer, Assignment, Catalogue, Indication, Performance, Problem, Reader, Request, Start, Stop, Stream, Utilization,
    Values, WaitingList,
};
use crate::code::Code;
use crate::value::{
    AssignmentNumber, Bsn, Date, Delivery, Frequency, Id, IndicationState, Law, Product, Provider, Scalar, Size,
    StopMeaning,
};

/// One canonical value of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// Of the stream `indication`.
    Indication(Indication),
    /// Of the stream `assignment`.
    Assignment(Assignment),
    /// Of the stream `request`.
    Request(Request),
    /// Of the stream `start`.
    Start(Start),
    /// Of the stream `stop`.
    Stop(Stop),
    /// Of the stream `answer`.
    Answer(Answer),
    /// Of the stream `utilization`.
    Utilization(Utilization),
    /// Of the stream `waiting-list`.
    WaitingList(WaitingList),
    /// Of the stream `performance`.
    Performance(Performance),
    /// Of the stream `catalogue`.
    Catalogue(Catalogue),
}

/// Whom or what a record is about. What is about one of them is delivered in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject<'r> {
    /// A person.
    Person(&'r Bsn),
    /// Something else, by a text that tells it from everything else of its stream and law.
    Thing(String),
}

/// Why values make no record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreadable {
    /// A personal budget, or an amount of money where a volume should be: counted, and goes nowhere.
    OutOfScope,
    /// What is wrong, in the order of the field table; never empty.
    Problems(Vec<Problem>),
}

/// Where a start or stop stands in the life cycle of one delivery (REFERENCE 7.3). It sorts what waits together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lifecycle {
    phase: u8,
    begin: Date,
    step: u8,
    end: Option<Date>,
}

/// Runs one expression for the struct within a record.
macro_rules! each {
    ($record:expr, $inner:ident => $run:expr) => {
        match $record {
            Record::Indication($inner) => $run,
            Record::Assignment($inner) => $run,
            Record::Request($inner) => $run,
            Record::Start($inner) => $run,
            Record::Stop($inner) => $run,
            Record::Answer($inner) => $run,
            Record::Utilization($inner) => $run,
            Record::WaitingList($inner) => $run,
            Record::Performance($inner) => $run,
            Record::Catalogue($inner) => $run,
        }
    };
}

impl Record {
    /// Makes the record of a stream from canonical texts.
    ///
    /// # Errors
    /// All that is wrong with them, or that they are out of scope.
    pub fn read(stream: Stream, values: &Values) -> Result<Self, Unreadable> {
        let out_of_scope = match stream {
            Stream::Indication => Indication::is_personal_budget(values),
            Stream::Utilization => Utilization::is_amount(values),
            _ => false,
        };
        if out_of_scope {
            return Err(Unreadable::OutOfScope);
        }
        let values = &Catalogue::without_money(stream, values);
        let reader = Reader::new(values);
        let mut problems = Vec::new();
        let record = match stream {
            Stream::Indication => Indication::read_fields(&reader, &mut problems).map(Self::Indication),
            Stream::Assignment => Assignment::read_fields(&reader, &mut problems).map(Self::Assignment),
            Stream::Request => Request::read_fields(&reader, &mut problems).map(Self::Request),
            Stream::Start => Start::read_fields(&reader, &mut problems).map(Self::Start),
            Stream::Stop => Stop::read_fields(&reader, &mut problems).map(Self::Stop),
            Stream::Answer => Answer::read_fields(&reader, &mut problems).map(Self::Answer),
            Stream::Utilization => Utilization::read_fields(&reader, &mut problems).map(Self::Utilization),
            Stream::WaitingList => WaitingList::read_fields(&reader, &mut problems).map(Self::WaitingList),
            Stream::Performance => Performance::read_fields(&reader, &mut problems).map(Self::Performance),
            Stream::Catalogue => Catalogue::read_fields(&reader, &mut problems).map(Self::Catalogue),
        };
        // Without its law no code can be read: that is one thing wrong and not several.
        problems.retain(|problem| problem.code != Code::LawUnknown || problem.field == "law");
        match &record {
            Some(Self::Indication(indication)) => indication.check(&mut problems),
            Some(Self::Assignment(assignment)) => assignment.check(&mut problems),
            Some(Self::Request(request)) => request.check(&mut problems),
            Some(Self::Answer(answer)) => answer.check(&mut problems),
            Some(Self::Utilization(utilization)) => utilization.check(&mut problems),
            Some(Self::WaitingList(waiting)) => waiting.check(&mut problems),
            Some(Self::Performance(performance)) => performance.check(&mut problems),
            Some(Self::Catalogue(product)) => product.check(&mut problems),
            // What the back office accepted is not judged again.
            Some(Self::Start(_) | Self::Stop(_)) | None => {}
        }
        match record {
            Some(record) if problems.is_empty() => Ok(record),
            _ => Err(Unreadable::Problems(problems)),
        }
    }

    /// Its canonical texts, by the rows of its stream.
    pub fn values(&self) -> Values {
        let mut values = Values::new();
        each!(self, record => record.write_fields(&mut values));
        values
    }

    /// Its stream.
    pub fn stream(&self) -> Stream {
        match self {
            Self::Indication(_) => Stream::Indication,
            Self::Assignment(_) => Stream::Assignment,
            Self::Request(_) => Stream::Request,
            Self::Start(_) => Stream::Start,
            Self::Stop(_) => Stream::Stop,
            Self::Answer(_) => Stream::Answer,
            Self::Utilization(_) => Stream::Utilization,
            Self::WaitingList(_) => Stream::WaitingList,
            Self::Performance(_) => Stream::Performance,
            Self::Catalogue(_) => Stream::Catalogue,
        }
    }

    /// Its law.
    pub fn law(&self) -> Law {
        each!(self, record => record.law)
    }

    /// The person that it is about, where it is about one.
    pub fn bsn(&self) -> Option<&Bsn> {
        match self {
            Self::Indication(Indication { bsn, .. })
            | Self::Assignment(Assignment { bsn, .. })
            | Self::Request(Request { bsn, .. })
            | Self::Start(Start { bsn, .. })
            | Self::Stop(Stop { bsn, .. })
            | Self::Utilization(Utilization { bsn, .. }) => Some(bsn),
            Self::Answer(_) | Self::WaitingList(_) | Self::Performance(_) | Self::Catalogue(_) => None,
        }
    }

    /// Whom or what it is about.
    ///
    /// Both answers to one request are about that request, so that "under investigation" goes before "rejected".
    pub fn subject(&self) -> Subject<'_> {
        match (self, self.bsn()) {
            (_, Some(bsn)) => Subject::Person(bsn),
            (Self::Answer(answer), None) => {
                Subject::Thing(joined("request", &[answer.provider.text(), answer.reference.text()]))
            }
            (_, None) => Subject::Thing(self.identity("")),
        }
    }

    /// How much it is about, where the stream says.
    pub fn size(&self) -> Option<&Size> {
        match self {
            Self::Indication(indication) => Some(&indication.size),
            Self::Assignment(assignment) => Some(&assignment.size),
            _ => None,
        }
    }

    /// What tells this record from every other of its stream, law and link; `person` stands for the BSN.
    ///
    /// Names, birth date and the assignment's first day are in no identity (OP039). Two records with the same
    /// identity are versions of one thing.
    pub fn identity(&self, person: &str) -> String {
        let parts: Vec<String> = match self {
            Self::Indication(indication) => vec![indication.id.text()],
            Self::Assignment(assignment) => vec![assignment.number.text()],
            Self::Request(request) => vec![request.provider.text(), request.reference.text()],
            Self::Start(start) => {
                delivery(&start.provider, person, start.assignment.as_ref(), start.product.as_ref(), start.start)
            }
            Self::Stop(stop) => {
                let mut parts =
                    delivery(&stop.provider, person, stop.assignment.as_ref(), stop.product.as_ref(), stop.start);
                parts.extend([stop.reason.text(), stop.end.text()]);
                parts
            }
            Self::Answer(answer) => vec![answer.provider.text(), answer.reference.text(), answer.answer.text()],
            Self::Utilization(used) => vec![used.assignment.text(), used.start.text(), used.end.text()],
            Self::WaitingList(list) => {
                let code = list.product.code.as_ref().map(Scalar::text).unwrap_or_default();
                vec![list.provider.text(), list.product.category.text(), code, list.measured.text()]
            }
            Self::Performance(score) => vec![
                score.provider.text(),
                score.group.text(),
                score.indicator.text(),
                score.start.text(),
                score.end.text(),
            ],
            Self::Catalogue(product) => {
                let provider = product.provider.as_ref().map(Scalar::text).unwrap_or_default();
                let code = product.code.as_ref().map(Scalar::text).unwrap_or_default();
                vec![provider, product.category.text(), code, product.valid_from.text()]
            }
        };
        identity(self.stream(), self.law(), &parts)
    }

    /// What of an indication may not change under one id, as one text; `None` for the other streams.
    ///
    /// An end, a state, a change reason and a new total may change (IV066, OP380); another size, product, provider or
    /// start is another line.
    pub fn fixed(&self) -> Option<String> {
        let Self::Indication(indication) = self else { return None };
        let size = match &indication.size {
            Size::Unlimited => "unlimited".to_owned(),
            Size::Amount => "amount".to_owned(),
            Size::Volume(volume) => {
                let number = (volume.frequency() != Frequency::Total).then(|| volume.number().to_string());
                joined("volume", &[volume.unit().text(), volume.frequency().text(), number.unwrap_or_default()])
            }
        };
        let Product { category, code } = &indication.product;
        let code = code.as_ref().map(Scalar::text).unwrap_or_default();
        let parts = [indication.provider.text(), category.text(), code, indication.start.text(), size];
        Some(joined("indication", &parts))
    }

    /// Whether it counts: it was neither withdrawn nor taken back.
    pub fn in_force(&self) -> bool {
        match self {
            Self::Indication(indication) => indication.state == IndicationState::InForce,
            _ => !self.is_retraction(),
        }
    }

    /// Without numbers under the smallest cell, and without what was computed from so few.
    #[must_use]
    pub(crate) fn coarsened(mut self, smallest: u32) -> Self {
        match &mut self {
            Self::WaitingList(list) => list.waiting = list.waiting.coarsened(smallest),
            Self::Performance(performance) => {
                performance.observations = performance.observations.coarsened(smallest);
                if performance.observations.is_small() {
                    performance.score = None;
                }
            }
            _ => {}
        }
        self
    }

    /// Whether it takes back a start or stop (status 3). Such a deletion waits when it comes before what it deletes.
    pub fn is_retraction(&self) -> bool {
        match self {
            Self::Start(start) => start.state == Delivery::Deleted,
            Self::Stop(stop) => stop.state == Delivery::Deleted,
            _ => false,
        }
    }

    /// Where a start or stop stands in the life cycle; `None` for the other streams.
    ///
    /// A stop is taken back before its start (TR071), and both before anything is delivered (IV008). A delivery's
    /// start comes before its temporary stop, that before its definitive one, and that before the next start.
    pub fn lifecycle(&self) -> Option<Lifecycle> {
        match self {
            Self::Start(start) => {
                let phase = if start.state == Delivery::Deleted { 1 } else { 2 };
                Some(Lifecycle { phase, begin: start.start, step: 0, end: None })
            }
            Self::Stop(stop) => {
                let phase = if stop.state == Delivery::Deleted { 0 } else { 2 };
                let step = if stop.reason.meaning() == StopMeaning::Temporary { 1 } else { 2 };
                Some(Lifecycle { phase, begin: stop.start, step, end: Some(stop.end) })
            }
            _ => None,
        }
    }
}

impl Assignment {
    /// The identity of the assignment with this number, as [`Record::identity`] gives it.
    pub fn identity_of(law: Law, number: &AssignmentNumber) -> String {
        identity(Stream::Assignment, law, &[number.text()])
    }
}

impl Indication {
    /// The identity of the indication with this id, as [`Record::identity`] gives it.
    pub fn identity_of(law: Law, id: &Id) -> String {
        identity(Stream::Indication, law, &[id.text()])
    }
}

fn identity(stream: Stream, law: Law, parts: &[String]) -> String {
    joined(&format!("{} {}", stream.as_str(), law.as_str()), parts)
}

/// Parts as one text, each after its length, so that no two lists of parts run together.
fn joined(before: &str, parts: &[String]) -> String {
    let lengths = parts.iter().map(|part| format!("{}:{part}", part.len()));
    std::iter::once(before.to_owned()).chain(lengths).collect::<Vec<_>>().join(" ")
}

/// The key of one delivery: a start has it, and its stops repeat it (TR382).
fn delivery(
    provider: &Provider,
    person: &str,
    assignment: Option<&AssignmentNumber>,
    product: Option<&Product>,
    start: Date,
) -> Vec<String> {
    let category = product.map(|product| product.category.text());
    let code = product.and_then(|product| product.code.as_ref()).map(Scalar::text);
    vec![
        provider.text(),
        person.to_owned(),
        assignment.map(Scalar::text).unwrap_or_default(),
        category.unwrap_or_default(),
        code.unwrap_or_default(),
        start.text(),
    ]
}

#[cfg(test)]
mod tests;
