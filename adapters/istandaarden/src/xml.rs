//! Reads the few elements of a message that a shape names, and skips everything else while reading.
//!
//! Elements are known by namespace and local name at their place, never by prefix. Release 3.2 has no DOCTYPE, so
//! none is taken; without one, nothing in a file can grow or lead outside it.

use quick_xml::Error;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesDecl, BytesRef, BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;
use schakel_api::code::Code;
use std::io::BufRead;

/// How deep elements may stand within one another; the deepest of 3.2 is at nine.
const DEEPEST: usize = 64;

/// An element that is read: where it is, whose namespace it has and what is kept of it.
#[derive(Debug)]
pub(crate) struct Shape {
    name: &'static str,
    base: bool,
    many: bool,
    content: Content,
}

#[derive(Debug, Clone, Copy)]
enum Content {
    /// All character data.
    Text,
    /// Nothing: only that the element is there.
    Presence,
    /// These elements.
    Group(&'static [Shape]),
}

/// An element whose text is kept.
pub(crate) const fn text(name: &'static str) -> Shape {
    Shape { name, base: false, many: false, content: Content::Text }
}

/// An element of the base schema whose text is kept.
pub(crate) const fn base_text(name: &'static str) -> Shape {
    Shape { name, base: true, many: false, content: Content::Text }
}

/// An element of which only the presence is known.
pub(crate) const fn presence(name: &'static str) -> Shape {
    Shape { name, base: false, many: false, content: Content::Presence }
}

/// An element of which these elements are kept.
pub(crate) const fn group(name: &'static str, shapes: &'static [Shape]) -> Shape {
    Shape { name, base: false, many: false, content: Content::Group(shapes) }
}

/// An element that may occur more than once.
pub(crate) const fn many(name: &'static str, shapes: &'static [Shape]) -> Shape {
    Shape { name, base: false, many: true, content: Content::Group(shapes) }
}

/// An element that was read. It has no `Debug`: its texts are a person's.
pub(crate) struct Element {
    name: &'static str,
    text: String,
    children: Vec<Element>,
}

impl Element {
    fn new(name: &'static str) -> Self {
        Self { name, text: String::new(), children: Vec::new() }
    }

    /// The element at a path of names, with slashes between them.
    pub(crate) fn find(&self, path: &str) -> Option<&Self> {
        path.split('/').try_fold(self, |element, name| element.all(name).next())
    }

    /// The elements of that name directly within this one, in order.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// A text as it stands: in strings and codes, white space counts.
    pub(crate) fn string(&self, path: &str) -> Option<String> {
        self.find(path).map(|element| element.text.clone())
    }

    /// A date or time: the white space around it means nothing (XSD `whiteSpace="collapse"`).
    pub(crate) fn collapsed(&self, path: &str) -> Option<String> {
        self.find(path).map(|element| element.text.trim_matches([' ', '\t', '\r', '\n']).to_owned())
    }

    /// A whole number without white space, plus sign and leading zeros; what is none stays as it is.
    pub(crate) fn integer(&self, path: &str) -> Option<String> {
        let text = self.collapsed(path)?;
        let digits = text.strip_prefix('+').unwrap_or(&text);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(text);
        }
        let significant = digits.trim_start_matches('0');
        Some(if significant.is_empty() { "0" } else { significant }.to_owned())
    }
}

/// A file that was read up to the start of its root element.
pub(crate) struct Document<R> {
    walker: Walker<R>,
    namespace: String,
    name: String,
}

impl<R: BufRead> Document<R> {
    /// Reads up to the start of the root element, and no further.
    ///
    /// # Errors
    /// [`Code::NotWellFormed`] for what is no XML, is not in UTF-8 (OP192) or has a DOCTYPE, [`Code::Unreadable`] when
    /// reading fails.
    pub(crate) fn open(source: R) -> Result<Self, Code> {
        let mut walker = Walker::new(source);
        match walker.next_outside()? {
            Token::Open => Ok(Self { namespace: walker.namespace.clone(), name: walker.name.clone(), walker }),
            Token::Close | Token::End => Err(Code::NotWellFormed),
        }
    }

    /// The root element's namespace.
    pub(crate) fn namespace(&self) -> &str {
        &self.namespace
    }

    /// The root element's local name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Reads what these shapes name of the root element, and the file to its end.
    ///
    /// # Errors
    /// As [`Document::open`], and [`Code::ValueInvalid`] when there are two of what can be there once, or elements
    /// within a text: then it cannot be known which value counts.
    pub(crate) fn read(mut self, base: &str, shapes: &'static [Shape]) -> Result<Element, Code> {
        let mut root = Element::new("Bericht");
        self.walker.children(&Spaces { message: &self.namespace, base }, shapes, &mut root)?;
        match self.walker.next_outside()? {
            Token::End => Ok(root),
            Token::Open | Token::Close => Err(Code::NotWellFormed),
        }
    }
}

/// The two namespaces that occur in a message.
struct Spaces<'a> {
    message: &'a str,
    base: &'a str,
}

/// What comes next in a file, beside text.
enum Token {
    Open,
    Close,
    End,
}

/// Goes through a file, one token at a time.
struct Walker<R> {
    reader: NsReader<R>,
    buffer: Vec<u8>,
    depth: usize,
    /// Of the element that was opened last.
    namespace: String,
    /// Of the element that was opened last.
    name: String,
}

impl<R: BufRead> Walker<R> {
    fn new(source: R) -> Self {
        let mut reader = NsReader::from_reader(source);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_comments = true;
        Self { reader, buffer: Vec::new(), depth: 0, namespace: String::new(), name: String::new() }
    }

    /// The next token. Text before it goes to `kept`, and is otherwise only looked at for its form.
    fn next(&mut self, mut kept: Option<&mut String>) -> Result<Token, Code> {
        let mut keep = |text: &str| kept.iter_mut().for_each(|kept| kept.push_str(text));
        loop {
            self.buffer.clear();
            let (space, event) =
                self.reader.read_resolved_event_into(&mut self.buffer).map_err(|error| code(&error))?;
            match event {
                Event::Start(start) | Event::Empty(start) => {
                    self.depth += 1;
                    if self.depth > DEEPEST || !well_formed(&start) {
                        return Err(Code::NotWellFormed);
                    }
                    let namespace = match space {
                        ResolveResult::Bound(namespace) => namespace.into_inner(),
                        ResolveResult::Unbound => "",
                        ResolveResult::Unknown(_) => return Err(Code::NotWellFormed),
                    };
                    namespace.clone_into(&mut self.namespace);
                    start.local_name().into_inner().clone_into(&mut self.name);
                    return Ok(Token::Open);
                }
                Event::End(_) => {
                    self.depth = self.depth.checked_sub(1).ok_or(Code::NotWellFormed)?;
                    return Ok(Token::Close);
                }
                Event::Eof if self.depth == 0 => return Ok(Token::End),
                Event::Eof | Event::DocType(_) => return Err(Code::NotWellFormed),
                Event::Text(text) => keep(&text.xml10_content()),
                Event::CData(text) => keep(&text.xml10_content()),
                Event::GeneralRef(reference) => keep(resolved(&reference)?.encode_utf8(&mut [0; 4])),
                Event::Decl(declaration) if !is_utf8(&declaration) => return Err(Code::NotWellFormed),
                Event::Decl(_) | Event::Comment(_) | Event::PI(_) => {}
            }
        }
    }

    /// The next token outside the root element, where there is no text.
    fn next_outside(&mut self) -> Result<Token, Code> {
        let mut text = String::new();
        let token = self.next(Some(&mut text))?;
        if text.trim().is_empty() { Ok(token) } else { Err(Code::NotWellFormed) }
    }

    /// Reads what the shapes name of the element that was opened last, up to its end.
    fn children(&mut self, spaces: &Spaces<'_>, shapes: &'static [Shape], into: &mut Element) -> Result<(), Code> {
        while let Token::Open = self.next(None)? {
            let named = |shape: &&Shape| {
                let space = if shape.base { spaces.base } else { spaces.message };
                shape.name == self.name && space == self.namespace
            };
            let Some(shape) = shapes.iter().find(named) else {
                self.skip()?;
                continue;
            };
            if !shape.many && into.find(shape.name).is_some() {
                return Err(Code::ValueInvalid);
            }
            let mut element = Element::new(shape.name);
            match shape.content {
                Content::Text => match self.next(Some(&mut element.text))? {
                    Token::Close => {}
                    Token::Open | Token::End => return Err(Code::ValueInvalid),
                },
                Content::Presence => self.skip()?,
                Content::Group(shapes) => self.children(spaces, shapes, &mut element)?,
            }
            into.children.push(element);
        }
        Ok(())
    }

    /// Skips the element that was opened last, up to its end.
    fn skip(&mut self) -> Result<(), Code> {
        let outside = self.depth - 1;
        while self.depth > outside {
            self.next(None)?;
        }
        Ok(())
    }
}

/// What went wrong, without the parser's words: they hold pieces of the file.
fn code(error: &Error) -> Code {
    match error {
        Error::Io(_) => Code::Unreadable,
        _ => Code::NotWellFormed,
    }
}

/// Whether a start tag has a name, and attributes with a value, each once.
fn well_formed(start: &BytesStart<'_>) -> bool {
    !start.local_name().into_inner().is_empty() && start.attributes().all(|attribute| attribute.is_ok())
}

/// The character that a reference stands for: without a DOCTYPE there are but five with a name.
fn resolved(reference: &BytesRef<'_>) -> Result<char, Code> {
    let by_number = reference.resolve_char_ref().map_err(|_| Code::NotWellFormed)?;
    let by_name = || resolve_predefined_entity(reference)?.chars().next();
    by_number.or_else(by_name).ok_or(Code::NotWellFormed)
}

/// Whether a declaration names no encoding, or the one that messages are in (OP192).
fn is_utf8(declaration: &BytesDecl<'_>) -> bool {
    match declaration.encoding() {
        None => true,
        Some(Ok(encoding)) => encoding.eq_ignore_ascii_case("utf-8"),
        Some(Err(_)) => false,
    }
}

#[cfg(test)]
mod tests;
