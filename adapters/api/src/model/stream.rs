use super::{
    Answer, Assignment, Catalogue, FieldRow, Indication, Performance, Request, Requirement, Start, Stop, Utilization,
    WaitingList,
};
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

impl Direction {
    /// The other way.
    #[must_use]
    pub fn reverse(self) -> Self {
        match self {
            Self::FrontToBack => Self::BackToFront,
            Self::BackToFront => Self::FrontToBack,
        }
    }
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
    /// What the care team answered to a request (319).
    Answer,
    /// How much was delivered.
    Utilization,
    /// How many wait.
    WaitingList,
    /// How providers do.
    Performance,
    /// What can be assigned.
    Catalogue,
}

static INDICATION: LazyLock<Vec<FieldRow>> = LazyLock::new(Indication::rows);
static ASSIGNMENT: LazyLock<Vec<FieldRow>> = LazyLock::new(Assignment::rows);
static REQUEST: LazyLock<Vec<FieldRow>> = LazyLock::new(Request::rows);
static START: LazyLock<Vec<FieldRow>> = LazyLock::new(Start::rows);
static STOP: LazyLock<Vec<FieldRow>> = LazyLock::new(Stop::rows);
static ANSWER: LazyLock<Vec<FieldRow>> = LazyLock::new(Answer::rows);
static UTILIZATION: LazyLock<Vec<FieldRow>> = LazyLock::new(Utilization::rows);
static WAITING_LIST: LazyLock<Vec<FieldRow>> = LazyLock::new(WaitingList::rows);
static PERFORMANCE: LazyLock<Vec<FieldRow>> = LazyLock::new(Performance::rows);
static CATALOGUE: LazyLock<Vec<FieldRow>> = LazyLock::new(Catalogue::rows);

impl Stream {
    /// Every stream, in the order of the manual.
    pub const ALL: [Self; 10] = [
        Self::Indication,
        Self::Assignment,
        Self::Request,
        Self::Start,
        Self::Stop,
        Self::Answer,
        Self::Utilization,
        Self::WaitingList,
        Self::Performance,
        Self::Catalogue,
    ];

    /// The name in settings, logs and commands.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Indication => "indication",
            Self::Assignment => "assignment",
            Self::Request => "request",
            Self::Start => "start",
            Self::Stop => "stop",
            Self::Answer => "answer",
            Self::Utilization => "utilization",
            Self::WaitingList => "waiting-list",
            Self::Performance => "performance",
            Self::Catalogue => "catalogue",
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
            Self::Answer => "antwoord",
            Self::Utilization => "benutting",
            Self::WaitingList => "wachtlijst",
            Self::Performance => "prestatie",
            Self::Catalogue => "productcatalogus",
        }
    }

    /// The stream of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stream| stream.as_str() == name)
    }

    /// Which way it runs; the catalogue runs from whichever side owns it in the link, so for it there is none.
    pub fn direction(self) -> Option<Direction> {
        match self {
            Self::Indication | Self::Answer => Some(Direction::FrontToBack),
            Self::Assignment
            | Self::Request
            | Self::Start
            | Self::Stop
            | Self::Utilization
            | Self::WaitingList
            | Self::Performance => Some(Direction::BackToFront),
            Self::Catalogue => None,
        }
    }

    /// The field that holds the day on which code tables are judged.
    pub fn judged_on(self) -> &'static str {
        match self {
            Self::WaitingList => "measured",
            Self::Catalogue => "valid-from",
            _ => "start",
        }
    }

    /// Whether each of its records is about a person.
    pub fn is_about_a_person(self) -> bool {
        self.row("bsn").is_some()
    }

    /// Its rows of the field table.
    pub fn rows(self) -> &'static [FieldRow] {
        match self {
            Self::Indication => &INDICATION,
            Self::Assignment => &ASSIGNMENT,
            Self::Request => &REQUEST,
            Self::Start => &START,
            Self::Stop => &STOP,
            Self::Answer => &ANSWER,
            Self::Utilization => &UTILIZATION,
            Self::WaitingList => &WAITING_LIST,
            Self::Performance => &PERFORMANCE,
            Self::Catalogue => &CATALOGUE,
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
