//! Elements of a message, and writing them out in the many ways that mean the same.

use std::fmt::{Display, Write};

use crate::law::Law;
use crate::mark::Mark;
use crate::random::Random;

/// One element, in the namespace of its message or, below a [`shared`] one, in that of the base schema.
#[derive(Debug, Clone)]
pub(crate) struct Element {
    name: &'static str,
    content: Content,
}

#[derive(Debug, Clone)]
enum Content {
    /// Elements of the same namespace.
    Group(Vec<Element>),
    /// Elements of the base schema.
    Shared(Vec<Element>),
    /// Text in which white space counts.
    Code(String),
    /// A date, time or integer, around which white space means nothing.
    Spaced(String),
    /// Text that carries the mark.
    Marked(String),
}

/// An element around elements of the same namespace.
pub(crate) fn group(name: &'static str, children: Vec<Element>) -> Element {
    Element { name, content: Content::Group(children) }
}

/// An element around elements of the base schema.
pub(crate) fn shared(name: &'static str, children: Vec<Element>) -> Element {
    Element { name, content: Content::Shared(children) }
}

/// An element with text in which white space counts.
pub(crate) fn code(name: &'static str, text: impl Into<String>) -> Element {
    Element { name, content: Content::Code(text.into()) }
}

/// An element with a date, time or integer.
pub(crate) fn spaced(name: &'static str, text: impl Display) -> Element {
    Element { name, content: Content::Spaced(text.to_string()) }
}

/// An element with `text` and the mark.
pub(crate) fn marked(name: &'static str, mark: &Mark, text: &str) -> Element {
    Element { name, content: Content::Marked(mark.on(text)) }
}

/// Writes one document: prefixes, white space, comments, character data sections and instructions vary.
pub(crate) struct Writer<'a> {
    random: Random,
    mark: &'a Mark,
    message_prefix: String,
    base_prefix: &'static str,
    text: String,
}

impl<'a> Writer<'a> {
    /// A writer for one document; `random` decides on its manner.
    pub(crate) fn new(mut random: Random, mark: &'a Mark, law: Law, kind: u16) -> Self {
        let usual = format!("{}{kind}:", law.name().to_lowercase());
        let (message_prefix, base_prefix) = match random.below(10) {
            0..7 if law == Law::Wmo => (usual, "iwmo:"),
            0..7 => (usual, "ijw:"),
            7 => ("b:".to_owned(), "basis:"),
            8 => (String::new(), "ns1:"),
            _ => ("ns0:".to_owned(), "x-1.a:"),
        };
        Self { random, mark, message_prefix, base_prefix, text: String::new() }
    }

    /// The whole document: UTF-8, CR/LF line ends, no byte order mark (OP192).
    pub(crate) fn document(mut self, law: Law, kind: u16, children: &[Element]) -> String {
        let family = law.family();
        let message = format!("{}{kind}", law.name().to_lowercase());
        self.line("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
        if self.random.chance(10) {
            self.line(&format!("<?opsteller naam=\"{}\"?>", self.mark.on("S. de Boer")));
        }
        if self.random.chance(10) {
            self.line(&format!("<!-- voor {} -->", self.mark.on("mevrouw Jansen")));
        }
        let declared = |prefix: &str| match prefix.strip_suffix(':') {
            Some(prefix) => format!("xmlns:{prefix}"),
            None => "xmlns".to_owned(),
        };
        let own = declared(&self.message_prefix);
        let base = declared(self.base_prefix);
        let unused =
            if self.random.chance(5) { format!(" xmlns:nota=\"urn:nota:{}\"", self.mark.text) } else { String::new() };
        let root = format!("{}Bericht", self.message_prefix);
        self.line(&format!(
            "<{root} {base}=\"http://www.istandaarden.nl/{family}/3_2/basisschema/schema\" \
             {own}=\"http://www.istandaarden.nl/{family}/3_2/{message}/schema\"{unused}>"
        ));
        for child in children {
            self.element(child, false, 1);
        }
        self.line(&format!("</{root}>"));
        self.text
    }

    fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push_str("\r\n");
    }

    fn element(&mut self, element: &Element, base: bool, depth: usize) {
        let prefix = if base { self.base_prefix } else { &self.message_prefix };
        let tag = format!("{prefix}{}", element.name);
        let indent = "\t".repeat(depth);
        let children = match &element.content {
            Content::Group(children) => Some((children, base)),
            Content::Shared(children) => Some((children, true)),
            _ => None,
        };
        if let Some((children, base)) = children {
            self.line(&format!("{indent}<{tag}>"));
            if self.random.chance(2) {
                let note = self.mark.on("gebeld met de dochter");
                self.line(&format!("{indent}\t<!-- {note} -->"));
            }
            for child in children {
                self.element(child, base, depth + 1);
            }
            self.line(&format!("{indent}</{tag}>"));
        } else {
            let text = self.value(&element.content);
            self.line(&format!("{indent}<{tag}>{text}</{tag}>"));
        }
    }

    /// The text of an element, in one of the ways that a parser must read alike.
    fn value(&mut self, content: &Content) -> String {
        let roll = self.random.below(100);
        let comment = format!("<!-- {} -->", self.mark.on("zie ook"));
        match content {
            Content::Group(_) | Content::Shared(_) => String::new(),
            Content::Spaced(text) => match roll {
                0..4 => format!(" {text} "),
                4..6 => format!("\r\n\t\t{text}\r\n"),
                6..8 => format!("{text}{comment}"),
                _ => escaped(text),
            },
            Content::Code(text) => match roll {
                0..3 => format!("<![CDATA[{text}]]>"),
                3..5 => format!("{comment}{}", escaped(text)),
                5..7 => split(text, &comment),
                7..9 => split(text, &format!("<?nota {}?>", self.mark.text)),
                9..11 => references(text),
                _ => escaped(text),
            },
            Content::Marked(text) => match roll {
                0..10 => format!("<![CDATA[{text}]]>"),
                10..15 => split(text, &comment),
                _ => escaped(text),
            },
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// `text` with `between` behind its first character.
fn split(text: &str, between: &str) -> String {
    let first = text.chars().next().map_or(0, char::len_utf8);
    let (head, tail) = text.split_at(first);
    format!("{}{between}{}", escaped(head), escaped(tail))
}

/// `text` in character references.
fn references(text: &str) -> String {
    text.chars().fold(String::new(), |mut references, character| {
        // Writing to a string does not fail.
        let _ = write!(references, "&#x{:X};", u32::from(character));
        references
    })
}
