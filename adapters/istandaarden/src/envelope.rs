//! What every kind of message has: a header, and records in it.

use crate::texts::Texts;
use crate::xml::{Element, Shape, base_text, group, text};
use schakel_api::code::Code;
use schakel_api::model::Values;
use schakel_api::value::{Law, Version, find_bsn};

/// What is read of a header.
pub(crate) const HEADER: Shape = group(
    "Header",
    &[
        text("Afzender"),
        text("Ontvanger"),
        group("BerichtIdentificatie", &[base_text("Identificatie"), base_text("Dagtekening")]),
    ],
);

/// What all records of a message have in common.
pub(crate) struct Envelope {
    pub(crate) law: Law,
    pub(crate) bsn: Option<String>,
    pub(crate) provider: String,
    /// The version of records that have no moment of their own: the day of the message.
    pub(crate) sent: Version,
}

/// A record as it stands in a message.
pub(crate) struct Draft {
    /// Its place among the message's records, from 1.
    pub(crate) position: usize,
    /// What people find it by.
    pub(crate) handle: Option<String>,
    /// Its values and version, or why there are none.
    pub(crate) record: Result<(Values, Version), Code>,
    /// The kind of referrer, of a request that has one.
    pub(crate) referrer: Option<String>,
}

impl Envelope {
    /// Texts with what every record of the message has.
    pub(crate) fn texts(&self) -> Texts {
        let mut texts = Texts::default();
        texts.set("law", Some(self.law.as_str()));
        texts.set("bsn", self.bsn.clone());
        texts.set("provider", Some(format!("agb:{}", self.provider)));
        texts
    }
}

/// A free text that people find something by, unless it holds a BSN.
pub(crate) fn shown(text: &str) -> Option<String> {
    (!text.is_empty() && !find_bsn(text)).then(|| text.to_owned())
}

/// The rows within an element, each with its position from 1.
pub(crate) fn rows<'e>(element: Option<&'e Element>, name: &'e str) -> impl Iterator<Item = (usize, &'e Element)> {
    element.into_iter().flat_map(move |element| element.all(name)).enumerate().map(|(at, row)| (at + 1, row))
}
