//! One message: its kind, its header and what is known about it.

use chrono::NaiveDate;

use super::xml::{Element, Writer, code, group, shared, spaced};
use crate::law::Law;
use crate::mark::Mark;
use crate::random::Random;

/// The kind of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// 301: assignments.
    Assignment,
    /// 302: what the provider returned on a 301.
    AssignmentReturn,
    /// 305: deliveries that started.
    Start,
    /// 307: deliveries that stopped.
    Stop,
    /// 315: request for assignment.
    Request,
    /// 317: request for change.
    Change,
    /// 319: answer to a request.
    Answer,
    /// 323: declaration.
    Declaration,
}

impl Kind {
    /// The number in the names of namespace, schema and file.
    pub(crate) const fn number(self) -> u16 {
        match self {
            Self::Assignment => 301,
            Self::AssignmentReturn => 302,
            Self::Start => 305,
            Self::Stop => 307,
            Self::Request => 315,
            Self::Change => 317,
            Self::Answer => 319,
            Self::Declaration => 323,
        }
    }

    /// The message code of Vektis list COD002 (REFERENCE 1).
    const fn code(self, law: Law) -> &'static str {
        match (self, law) {
            (Self::Assignment, Law::Wmo) => "414",
            (Self::Assignment, Law::Jw) => "436",
            (Self::AssignmentReturn, Law::Wmo) => "415",
            (Self::AssignmentReturn, Law::Jw) => "437",
            (Self::Start, Law::Wmo) => "418",
            (Self::Start, Law::Jw) => "438",
            (Self::Stop, Law::Wmo) => "420",
            (Self::Stop, Law::Jw) => "440",
            (Self::Request, Law::Wmo) => "444",
            (Self::Request, Law::Jw) => "446",
            (Self::Change, Law::Wmo) => "480",
            (Self::Change, Law::Jw) => "486",
            (Self::Answer, Law::Wmo) => "482",
            (Self::Answer, Law::Jw) => "488",
            (Self::Declaration, Law::Wmo) => "484",
            (Self::Declaration, Law::Jw) => "490",
        }
    }

    /// The stream that a message of this kind is counted under.
    pub(crate) const fn stream(self) -> &'static str {
        match self {
            Self::Assignment | Self::AssignmentReturn | Self::Declaration => "assignment",
            Self::Start => "start",
            Self::Stop => "stop",
            Self::Request | Self::Change | Self::Answer => "request",
        }
    }

    /// Whether the municipality is the sender; a return keeps the parties of what it answers.
    const fn is_by_municipality(self) -> bool {
        matches!(self, Self::Assignment | Self::AssignmentReturn | Self::Answer)
    }
}

/// What must become of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Its records pass.
    Passes,
    /// Its one record becomes a rejection with this code, found by this id.
    Rejected { id: String, code: &'static str },
    /// It is cut off halfway; the rejection is found by its file name.
    Truncated,
    /// It is not for us and is only counted.
    Skipped,
    /// It is about money and is only counted.
    Blocked,
    /// The front office may not know of its person: its one record waits.
    Unseen,
}

/// Between whom and when a message went.
#[derive(Debug, Clone)]
pub(crate) struct Envelope {
    pub(crate) law: Law,
    /// CBS code of the municipality.
    pub(crate) municipality: String,
    /// AGB code of the provider.
    pub(crate) provider: String,
    /// Dagtekening.
    pub(crate) dated: NaiveDate,
}

/// One message before it has its identification.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) kind: Kind,
    pub(crate) envelope: Envelope,
    /// What stands behind the header.
    pub(crate) body: Vec<Element>,
    pub(crate) fate: Fate,
}

impl Message {
    /// A message whose records pass.
    pub(crate) fn new(kind: Kind, envelope: Envelope, body: Vec<Element>) -> Self {
        Self { kind, envelope, body, fate: Fate::Passes }
    }

    /// The same message with another fate.
    pub(crate) fn fated(self, fate: Fate) -> Self {
        Self { fate, ..self }
    }

    /// The name of its file.
    pub(crate) fn file_name(&self, identification: &str) -> String {
        format!("{}{}-{identification}.xml", self.envelope.law.name(), self.kind.number())
    }

    /// Its file, byte for byte.
    pub(crate) fn document(&self, random: Random, mark: &Mark, identification: &str) -> String {
        let law = self.envelope.law;
        let kind = self.kind.number();
        let mut children = vec![self.header(identification)];
        children.extend(self.body.iter().cloned());
        let mut document = Writer::new(random, mark, law, kind).document(law, kind, &children);
        if self.fate == Fate::Truncated {
            let half = (0..=document.len() * 2 / 3).rev().find(|place| document.is_char_boundary(*place));
            document.truncate(half.unwrap_or(0));
        }
        document
    }

    fn header(&self, identification: &str) -> Element {
        let Envelope { law, municipality, provider, dated } = &self.envelope;
        let (sender, receiver) =
            if self.kind.is_by_municipality() { (municipality, provider) } else { (provider, municipality) };
        let versions = || vec![code("BasisschemaXsdVersie", "1.0.0"), code("BerichtXsdVersie", "1.0.0")];
        let mut header = vec![
            code("BerichtCode", self.kind.code(*law)),
            spaced("BerichtVersie", 3),
            spaced("BerichtSubversie", 2),
            code("Afzender", sender),
            code("Ontvanger", receiver),
            shared("BerichtIdentificatie", vec![code("Identificatie", identification), spaced("Dagtekening", dated)]),
            shared("XsdVersie", versions()),
        ];
        if self.kind == Kind::AssignmentReturn {
            header.extend([
                code("IdentificatieRetour", format!("R{identification}")),
                spaced("DagtekeningRetour", dated),
                shared("XsdVersieRetour", versions()),
                group("RetourCodes", vec![code("RetourCode", "0200")]),
            ]);
        }
        group("Header", header)
    }
}
