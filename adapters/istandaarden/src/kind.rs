//! What a file is, as its root element tells.

use schakel_api::code::Code;
use schakel_api::model::Stream;
use schakel_api::value::Law;

/// What a message that is read holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// 301: assignments.
    Assignment,
    /// 305: deliveries that began.
    Start,
    /// 307: deliveries that stopped.
    Stop,
    /// 315: requests for an assignment.
    Request,
    /// 317: a request for change.
    Change,
}

/// A message that is read: its form, and the law that its namespace says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MessageKind {
    /// The law: iWmo or iJw.
    pub(crate) law: Law,
    /// What it holds.
    pub(crate) form: Form,
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A message that is read.
    Message(MessageKind),
    /// A return message or an answer: counted in the stream of what it answers, and passed by.
    PassedBy(Stream),
    /// 323 or 325: about money, and not looked into.
    Financial,
    /// No message of this release, or none at all.
    Defect(Code),
}

/// What comes before and after the family, release and message in a namespace.
const AUTHORITY: &str = "http://www.istandaarden.nl/";

impl Kind {
    /// What a file with this root element is. Only the namespaces of release 3.2 count, and families do not mix.
    pub(crate) fn of_root(namespace: &str, name: &str) -> Self {
        match Self::of_namespace(namespace) {
            Some(Self::Financial) => Self::Financial,
            Some(kind) if name == "Bericht" => kind,
            _ => Self::Defect(Code::NotThisRelease),
        }
    }

    fn of_namespace(namespace: &str) -> Option<Self> {
        let (law, number) = number(namespace)?;
        let read = |form| Some(Self::Message(MessageKind { law, form }));
        match number {
            "301" => read(Form::Assignment),
            "305" => read(Form::Start),
            "307" => read(Form::Stop),
            "315" => read(Form::Request),
            "317" => read(Form::Change),
            "302" => Some(Self::PassedBy(Stream::Assignment)),
            "306" => Some(Self::PassedBy(Stream::Start)),
            "308" => Some(Self::PassedBy(Stream::Stop)),
            "316" | "318" | "319" | "320" => Some(Self::PassedBy(Stream::Request)),
            "323" | "325" => Some(Self::Financial),
            _ => None,
        }
    }

    /// The stream in which the file counts; `None` when it belongs to none.
    pub(crate) fn stream(self) -> Option<Stream> {
        match self {
            Self::Message(message) => Some(match message.form {
                Form::Assignment => Stream::Assignment,
                Form::Start => Stream::Start,
                Form::Stop => Stream::Stop,
                Form::Request | Form::Change => Stream::Request,
            }),
            Self::PassedBy(stream) => Some(stream),
            Self::Financial | Self::Defect(_) => None,
        }
    }
}

/// The law and the number of the message that a namespace is of.
fn number(namespace: &str) -> Option<(Law, &str)> {
    let middle = namespace.strip_prefix(AUTHORITY)?.strip_suffix("/schema")?;
    match middle.strip_prefix("iwmo/3_2/wmo") {
        Some(number) => Some((Law::Wmo, number)),
        None => middle.strip_prefix("ijw/3_2/jw").map(|number| (Law::Jeugdwet, number)),
    }
}

impl MessageKind {
    /// The name of the law's family of messages.
    pub(crate) fn family(self) -> &'static str {
        match self.law {
            Law::Wmo => "iwmo",
            Law::Jeugdwet => "ijw",
        }
    }

    /// The namespace of the types that the messages of a family share.
    pub(crate) fn base_namespace(self) -> String {
        format!("{AUTHORITY}{}/3_2/basisschema/schema", self.family())
    }

    /// The BerichtCode (COD002). The numbers of both families interleave, so each is listed.
    pub(crate) fn code(self) -> &'static str {
        match (self.law, self.form) {
            (Law::Wmo, Form::Assignment) => "414",
            (Law::Wmo, Form::Start) => "418",
            (Law::Wmo, Form::Stop) => "420",
            (Law::Wmo, Form::Request) => "444",
            (Law::Wmo, Form::Change) => "480",
            (Law::Jeugdwet, Form::Assignment) => "436",
            (Law::Jeugdwet, Form::Start) => "438",
            (Law::Jeugdwet, Form::Stop) => "440",
            (Law::Jeugdwet, Form::Request) => "446",
            (Law::Jeugdwet, Form::Change) => "486",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(family: &str, release: &str, message: &str) -> Kind {
        Kind::of_root(&format!("http://www.istandaarden.nl/{family}/{release}/{message}/schema"), "Bericht")
    }

    #[test]
    fn each_message_counts_in_the_stream_of_its_kind() {
        let streams = [
            ("301", Some(Stream::Assignment)),
            ("302", Some(Stream::Assignment)),
            ("305", Some(Stream::Start)),
            ("306", Some(Stream::Start)),
            ("307", Some(Stream::Stop)),
            ("308", Some(Stream::Stop)),
            ("315", Some(Stream::Request)),
            ("316", Some(Stream::Request)),
            ("317", Some(Stream::Request)),
            ("318", Some(Stream::Request)),
            ("319", Some(Stream::Request)),
            ("320", Some(Stream::Request)),
            ("323", None),
            ("325", None),
        ];
        for (number, stream) in streams {
            for (family, prefix) in [("iwmo", "wmo"), ("ijw", "jw")] {
                assert_eq!(kind(family, "3_2", &format!("{prefix}{number}")).stream(), stream, "{prefix}{number}");
            }
        }
    }

    #[test]
    fn another_release_family_or_message_is_not_read() {
        let not = Kind::Defect(Code::NotThisRelease);
        assert_eq!(kind("iwmo", "2_4", "wmo301"), not);
        assert_eq!(kind("iwmo", "3_3", "wmo301"), not);
        assert_eq!(kind("iwmo", "3_2", "jw301"), not);
        assert_eq!(kind("ijw", "3_2", "wmo301"), not);
        assert_eq!(kind("iwlz", "3_2", "wlz301"), not);
        assert_eq!(kind("iwmo", "3_2", "wmo303"), not);
        assert_eq!(kind("iwmo", "3_2", "WMO301"), not);
        assert_eq!(kind("iwmo", "3_2", "wmo301x"), not);
        assert_eq!(Kind::of_root("", "Bericht"), not);
    }

    #[test]
    fn only_a_financial_message_is_known_by_its_namespace_alone() {
        let namespace = |number| format!("http://www.istandaarden.nl/ijw/3_2/jw{number}/schema");
        assert_eq!(Kind::of_root(&namespace("325"), "Iets"), Kind::Financial);
        assert_eq!(Kind::of_root(&namespace("301"), "Iets"), Kind::Defect(Code::NotThisRelease));
    }
}
