use super::{Assignment, Indication, Problem, Reader, Request, Start, Stop, Stream, Values};
use crate::code::Code;
use crate::value::{AssignmentNumber, Bsn, Date, Delivery, Law, Product, Provider, Scalar, Size, StopMeaning};

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
}

/// Why values make no record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreadable {
    /// A personal budget: counted, and goes nowhere.
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
        }
    };
}

impl Record {
    /// Makes the record of a stream from canonical texts.
    ///
    /// # Errors
    /// All that is wrong with them, or that they are out of scope.
    pub fn read(stream: Stream, values: &Values) -> Result<Self, Unreadable> {
        if stream == Stream::Indication && Indication::is_personal_budget(values) {
            return Err(Unreadable::OutOfScope);
        }
        let reader = Reader::new(values);
        let mut problems = Vec::new();
        let record = match stream {
            Stream::Indication => Indication::read_fields(&reader, &mut problems).map(Self::Indication),
            Stream::Assignment => Assignment::read_fields(&reader, &mut problems).map(Self::Assignment),
            Stream::Request => Request::read_fields(&reader, &mut problems).map(Self::Request),
            Stream::Start => Start::read_fields(&reader, &mut problems).map(Self::Start),
            Stream::Stop => Stop::read_fields(&reader, &mut problems).map(Self::Stop),
        };
        // Without its law no code can be read: that is one thing wrong and not several.
        problems.retain(|problem| problem.code != Code::LawUnknown || problem.field == "law");
        match &record {
            Some(Self::Indication(indication)) => indication.check(&mut problems),
            Some(Self::Assignment(assignment)) => assignment.check(&mut problems),
            Some(Self::Request(request)) => request.check(&mut problems),
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
        }
    }

    /// Its law.
    pub fn law(&self) -> Law {
        each!(self, record => record.law)
    }

    /// Whom it is about.
    pub fn bsn(&self) -> &Bsn {
        each!(self, record => &record.bsn)
    }

    /// How much it is about, where the stream says.
    pub fn size(&self) -> Option<&Size> {
        match self {
            Self::Indication(indication) => Some(&indication.size),
            Self::Assignment(assignment) => Some(&assignment.size),
            Self::Request(_) | Self::Start(_) | Self::Stop(_) => None,
        }
    }

    /// What tells this record from every other of its stream, law and link; `person` stands for the BSN.
    ///
    /// Names, birth date and the assignment's first day are in no identity (OP039). Two records with the same
    /// identity are versions of one thing.
    pub fn identity(&self, person: &str) -> String {
        let law = self.law().as_str();
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
        };
        let lengths = parts.iter().map(|part| format!("{}:{part}", part.len()));
        std::iter::once(format!("{} {law}", self.stream().as_str())).chain(lengths).collect::<Vec<_>>().join(" ")
    }

    /// Whether it takes back a start or stop (status 3). Such a deletion waits when it comes before what it deletes.
    pub fn is_retraction(&self) -> bool {
        match self {
            Self::Start(start) => start.state == Delivery::Deleted,
            Self::Stop(stop) => stop.state == Delivery::Deleted,
            Self::Indication(_) | Self::Assignment(_) | Self::Request(_) => false,
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
            Self::Indication(_) | Self::Assignment(_) | Self::Request(_) => None,
        }
    }
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
