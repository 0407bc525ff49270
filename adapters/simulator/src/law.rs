//! The two laws, each with its message family.

/// A law, and with it the family of its messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Law {
    /// Wmo 2015; messages of iWmo.
    Wmo,
    /// Jeugdwet; messages of iJw.
    Jw,
}

impl Law {
    /// Both laws.
    pub(crate) const ALL: [Self; 2] = [Self::Wmo, Self::Jw];

    /// The name in the front office and at the start of a message file's name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Wmo => "WMO",
            Self::Jw => "JW",
        }
    }

    /// The name that canonical records have.
    pub(crate) const fn canonical(self) -> &'static str {
        match self {
            Self::Wmo => "wmo",
            Self::Jw => "jeugdwet",
        }
    }

    /// The law of a name, either the front office's or the canonical one.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|law| [law.name(), law.canonical()].contains(&name))
    }

    /// The message family, as in its namespaces.
    pub(crate) const fn family(self) -> &'static str {
        match self {
            Self::Wmo => "iwmo",
            Self::Jw => "ijw",
        }
    }

    /// The law's place in [`Self::ALL`].
    pub(crate) const fn index(self) -> usize {
        match self {
            Self::Wmo => 0,
            Self::Jw => 1,
        }
    }

    /// The other law.
    pub(crate) const fn other(self) -> Self {
        match self {
            Self::Wmo => Self::Jw,
            Self::Jw => Self::Wmo,
        }
    }

    /// The reasons with which a provider ends a delivery for good (REFERENCE 4.3), without death.
    pub(crate) const fn stop_reasons(self) -> &'static [&'static str] {
        match self {
            Self::Wmo => &["19", "21", "22", "23", "31", "38"],
            Self::Jw => &["31", "32", "33", "34", "35", "39"],
        }
    }

    /// A stop reason that only the other law knows.
    pub(crate) const fn foreign_stop_reason(self) -> &'static str {
        match self {
            Self::Wmo => "35",
            Self::Jw => "19",
        }
    }
}
