use super::{Assignment, FieldRow, Indication, Request, Requirement, Start, Stop};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// Which way a stream runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// From the front office to the back office.
    FrontToBack,
    /// From the back office to the front office.
    BackToFront,
}

/// One kind of record in its one direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Stream {
    /// What the care team decided.
    Indication,
    /// What the back office made of it (301).
    Assignment,
    /// What a provider asks for (315, 317).
    Request,
    /// That delivery began (305).
    Start,
    /// That delivery stopped (307).
    Stop,
}

static INDICATION: LazyLock<Vec<FieldRow>> = LazyLock::new(Indication::rows);
static ASSIGNMENT: LazyLock<Vec<FieldRow>> = LazyLock::new(Assignment::rows);
static REQUEST: LazyLock<Vec<FieldRow>> = LazyLock::new(Request::rows);
static START: LazyLock<Vec<FieldRow>> = LazyLock::new(Start::rows);
static STOP: LazyLock<Vec<FieldRow>> = LazyLock::new(Stop::rows);

impl Stream {
    /// Every stream, in the order of the manual.
    pub const ALL: [Self; 5] = [Self::Indication, Self::Assignment, Self::Request, Self::Start, Self::Stop];

    /// The name in settings, logs and commands.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Indication => "indication",
            Self::Assignment => "assignment",
            Self::Request => "request",
            Self::Start => "start",
            Self::Stop => "stop",
        }
    }

    /// The name in the handbook.
    pub fn dutch(self) -> &'static str {
        match self {
            Self::Indication => "indicatie",
            Self::Assignment => "toewijzing",
            Self::Request => "verzoek",
            Self::Start => "startbericht",
            Self::Stop => "stopbericht",
        }
    }

    /// The stream of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stream| stream.as_str() == name)
    }

    /// Which way it runs.
    pub fn direction(self) -> Direction {
        match self {
            Self::Indication => Direction::FrontToBack,
            Self::Assignment | Self::Request | Self::Start | Self::Stop => Direction::BackToFront,
        }
    }

    /// Its rows of the field table.
    pub fn rows(self) -> &'static [FieldRow] {
        match self {
            Self::Indication => &INDICATION,
            Self::Assignment => &ASSIGNMENT,
            Self::Request => &REQUEST,
            Self::Start => &START,
            Self::Stop => &STOP,
        }
    }

    /// The row of that name.
    pub fn row(self, name: &str) -> Option<&'static FieldRow> {
        self.rows().iter().find(|row| row.name == name)
    }

    /// The names of the fields that every record has, outside the list.
    pub fn required(self) -> impl Iterator<Item = &'static str> {
        self.rows()
            .iter()
            .filter(|row| row.requirement == Requirement::Required && !row.name.contains("[]"))
            .map(|row| row.name.as_str())
    }
}
