use std::fmt;
use uuid::Uuid;

/// Declares an id: a text that is never mixed up with another kind of id.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            /// The id of that text.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// Its text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    };
}

id! {
    /// A flow, as the settings name it: link, stream and systems.
    FlowId
}
id! {
    /// Whom or what records of a link and law are about. A person's is random and tells nothing about who it is; a
    /// thing's is the keyed hash of what tells it apart.
    SubjectId
}
id! {
    /// An entry of the journal (UUIDv7): ids sort in the order in which the entries were made.
    EntryId
}
id! {
    /// A rejection (UUIDv7).
    RejectionId
}

impl SubjectId {
    pub(super) fn random() -> Self {
        Self(Uuid::new_v4().to_string())
    }
}

impl EntryId {
    pub(super) fn next() -> Self {
        Self(Uuid::now_v7().to_string())
    }
}

impl RejectionId {
    pub(super) fn next() -> Self {
        Self(Uuid::now_v7().to_string())
    }
}
