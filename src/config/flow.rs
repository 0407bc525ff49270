use super::brake::Brake;
use super::diagnostic::File;
use super::ends::{Around, Ends, Held, To, held_records, source, target};
use super::files::Files;
use super::keys::{Keys, suggested};
use super::mode::Mode;
use super::pass::Pass;
use super::schedule::Schedule;
use super::systems::Side;
use super::words::text;
use crate::mapping::SourceMapping;
use chrono::TimeDelta;
use schakel_api::contract::{SettingError, Source, Target};
use schakel_api::gate::{Environment, NotWithheld, Withheld};
use schakel_api::model::{Direction, Requirement, Stream};
use schakel_api::value::{Law, Scalar};
use serde::Deserialize;
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;
use toml::de::DeTable;

const FLOW: Keys = Keys {
    required: &["stream", "mode", "schedule", "from"],
    optional: &["to", "withhold", "smallest-cell", "target-empty", "brake", "pass", "held"],
};

/// A stream switched on in a link: checked, and both ends opened.
pub struct Flow {
    /// Names it in store, logs and commands: link, stream and the two systems.
    pub id: String,
    /// The link's name.
    pub link: String,
    /// What it carries.
    pub stream: Stream,
    /// From the side of its source to the other.
    pub direction: Direction,
    /// Whether it runs.
    pub mode: Mode,
    /// Where in the settings file that is said.
    pub(crate) mode_at: Range<usize>,
    /// When it fetches.
    pub schedule: Schedule,
    /// What the installation is for.
    pub environment: Environment,
    /// The laws that the link handles.
    pub laws: Vec<Law>,
    /// The fields that it keeps back.
    pub withheld: Withheld,
    /// No number of persons or observations under this one crosses as it is.
    pub smallest_cell: u32,
    /// Whether the settings say that the target holds nothing yet, so that it need not be adopted first.
    pub target_empty: bool,
    /// How much may be new or changed in one pass.
    pub brake: Brake,
    /// Which requests pass about persons whom the front office does not know.
    pub pass: Pass,
    /// How long what is about such persons is kept.
    pub keep_unseen: TimeDelta,
    /// The system that it reads, by its name in the link.
    pub from: String,
    /// Where in the settings file that is said.
    pub(crate) from_at: Range<usize>,
    /// Where records come from.
    pub source: Arc<dyn Source>,
    /// How rows become records; `None` when the source makes records itself.
    pub mapping: Option<SourceMapping>,
    /// Where records go; `None` when they are only compared with what the owner of the catalogue says.
    pub to: Option<To>,
    /// What the target holds, where it can be read.
    pub held: Option<Held>,
    /// The flows of the link that decide about this one: those of indications, which say whom the front office knows,
    /// and for a follower of the catalogue those of its owner.
    pub deciding: Vec<String>,
}

impl Flow {
    /// The system that it delivers to, by a name that is unique in the installation.
    pub fn target_system(&self) -> Option<String> {
        self.to.as_ref().map(|to| format!("{}/{}", self.link, to.system))
    }

    /// What takes its records.
    pub fn target(&self) -> Option<&Arc<dyn Target>> {
        self.to.as_ref().map(|to| &to.target)
    }

    /// Whether what it carries may be known to the front office only of persons of whom that holds an indication.
    pub fn is_confidential(&self) -> bool {
        self.direction == Direction::BackToFront && self.stream.is_about_a_person()
    }

    /// The system that tells what its target holds, by a name that is unique in the installation.
    pub fn held_system(&self) -> Option<String> {
        self.held.as_ref().map(|held| format!("{}/{}", self.link, held.system))
    }

    /// The system that it reads, by a name that is unique in the installation.
    pub fn source_system(&self) -> String {
        format!("{}/{}", self.link, self.from)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
struct FlowSettings {
    mode: Option<Spanned<Mode>>,
    schedule: Option<Spanned<String>>,
    withhold: Vec<Spanned<String>>,
    smallest_cell: Option<Spanned<u32>>,
    target_empty: bool,
    brake: Brake,
    pass: Option<Spanned<Pass>>,
}

/// Checks and opens a flow. All mistakes are noted: also those behind a stream, system or mapping that is wrong itself.
pub(super) fn flow(files: &mut Files, file: &File, table: Spanned<DeTable<'_>>, around: &Around<'_>) -> Option<Flow> {
    let span = table.span();
    let (mut section, errors) = FLOW.check(table);
    let misspelt = !errors.is_empty();
    files.diagnostics.extend(file, errors);
    let (stream, from, to) = (section.take("stream"), section.take("from"), section.take("to"));
    let held = section.take("held");
    let (settings, errors) = section.read_some::<FlowSettings>();
    files.diagnostics.extend(file, errors);
    let settings = settings.unwrap_or_default();
    let schedule = settings.schedule.and_then(|line| schedule(files, file, &line));
    let stream_span = stream.as_ref().map_or(span.clone(), Spanned::span);
    let stream = stream.and_then(|named| {
        let stream = text(named).and_then(|named| named_stream(&named));
        stream.map_err(|error| files.diagnostics.add(file, error)).ok()
    });
    let direction = stream.and_then(|stream| direction(files, file, stream, &stream_span, around, to.is_some()));
    let follows = stream == Some(Stream::Catalogue) && to.is_none();
    if to.is_none() && !follows && !misspelt {
        files.diagnostics.add(file, SettingError::new(span.clone(), "`to` is missing"));
    }
    let smallest_cell = smallest_cell(files, file, settings.smallest_cell);
    let withheld = stream.and_then(|stream| withheld(files, file, stream, &settings.withhold));
    let mode = settings.mode.as_ref().map(|mode| *mode.get_ref());
    let ends = Ends { around, mode, sides: direction.map(Side::of) };
    let from_at = from.as_ref().map(Spanned::span);
    let from = from.and_then(|value| source(files, file, &ends, stream, value));
    let to = to.map(|value| target(files, file, &ends, stream, value));
    let held = held.map(|value| held_records(files, file, &ends, stream, value));
    let mapped = from.as_ref().is_some_and(|(_, _, mapping)| mapping.is_some());
    let pass = pass(files, file, stream, settings.pass, around.laws, mapped);
    let (from, source, mapping) = from?;
    let to = match to {
        Some(to) => Some(to?),
        None if follows => None,
        None => return None,
    };
    let held = match held {
        Some(held) => Some(held?),
        None => None,
    };
    let stream = stream?;
    let behind = to.as_ref().map(|to| format!(">{}", to.system)).unwrap_or_default();
    Some(Flow {
        id: format!("{}/{}/{from}{behind}", around.link, stream.as_str()),
        link: around.link.to_owned(),
        stream,
        direction: direction?,
        mode: mode?,
        mode_at: settings.mode?.span(),
        schedule: schedule?,
        environment: around.environment?,
        laws: around.laws.to_vec(),
        withheld: withheld?,
        smallest_cell,
        target_empty: settings.target_empty,
        brake: settings.brake,
        pass,
        keep_unseen: around.keep_unseen,
        from,
        from_at: from_at?,
        source,
        mapping,
        to,
        held,
        deciding: Vec::new(),
    })
}

/// From which side a flow comes. Only the catalogue's is the link's to say: what comes from its follower is compared.
fn direction(
    files: &mut Files,
    file: &File,
    stream: Stream,
    span: &Range<usize>,
    around: &Around<'_>,
    has_target: bool,
) -> Option<Direction> {
    if let Some(direction) = stream.direction() {
        return Some(direction);
    }
    let Some(owner) = around.catalogue else {
        let error = SettingError::new(span.clone(), "the link does not say which side owns the catalogue");
        files.diagnostics.add(file, error.help("write `catalogue = \"back-office\"` in `[[link]]`"));
        return None;
    };
    Some(if has_target { owner } else { owner.reverse() })
}

fn smallest_cell(files: &mut Files, file: &File, set: Option<Spanned<u32>>) -> u32 {
    let Some(set) = set else { return SMALLEST_CELL };
    if !(1..=1000).contains(set.get_ref()) {
        files.diagnostics.add(file, SettingError::new(set.span(), "a smallest cell is 1 to 1000"));
    } else if *set.get_ref() < SMALLEST_CELL {
        let message = format!("under {SMALLEST_CELL} the figures may tell who they are about");
        files.diagnostics.warn(file, SettingError::new(set.span(), message));
    }
    set.into_inner()
}

/// Numbers of persons under this one go out as "fewer than", unless a flow says otherwise.
const SMALLEST_CELL: u32 = 10;

fn pass(
    files: &mut Files,
    file: &File,
    stream: Option<Stream>,
    set: Option<Spanned<Pass>>,
    laws: &[Law],
    mapped: bool,
) -> Pass {
    let Some(set) = set else { return Pass::default() };
    let pass = set.get_ref();
    // Laws that are wrong themselves were noted.
    let foreign = pass.laws.iter().find(|law| !laws.is_empty() && !laws.contains(law));
    let message = if stream.is_some_and(|stream| stream != Stream::Request) {
        "`pass` is about requests only, and this flow carries another stream".to_owned()
    } else if mapped {
        "only messages tell who sent a person, so nothing that a mapping reads passes".to_owned()
    } else if pass.laws.is_empty() || pass.referrers.is_empty() {
        "`pass` lets nothing through without a law and a referrer".to_owned()
    } else if let Some(law) = foreign {
        format!("the link does not handle the law `{}`", law.text())
    } else {
        return set.into_inner();
    };
    files.diagnostics.add(file, SettingError::new(set.span(), message));
    set.into_inner()
}

fn schedule(files: &mut Files, file: &File, line: &Spanned<String>) -> Option<Schedule> {
    let schedule = Schedule::parse(line.get_ref());
    schedule
        .map_err(|bad| files.diagnostics.add(file, SettingError::new(line.span(), bad.to_string()).help(bad.help())))
        .ok()
}

/// The stream of this name.
pub(crate) fn named_stream(named: &Spanned<String>) -> Result<Stream, SettingError> {
    Stream::named(named.get_ref()).ok_or_else(|| {
        let error = SettingError::new(named.span(), format!("there is no stream `{}`", named.get_ref()));
        suggested(error, named.get_ref(), &Stream::ALL.map(Stream::as_str))
    })
}

fn withheld(files: &mut Files, file: &File, stream: Stream, named: &[Spanned<String>]) -> Option<Withheld> {
    for name in named {
        let Err((_, why)) = Withheld::new(stream, std::slice::from_ref(name.get_ref())) else { continue };
        let error = match why {
            NotWithheld::Unknown => {
                let optional = stream.rows().iter().filter(|row| row.requirement == Requirement::Optional);
                let known: Vec<&str> = optional.map(|row| row.name.as_str()).collect();
                let message = format!("the stream `{}` has no field `{}`", stream.as_str(), name.get_ref());
                suggested(SettingError::new(name.span(), message), name.get_ref(), &known)
            }
            NotWithheld::Required => {
                SettingError::new(name.span(), "this field cannot be withheld: no record is complete without it")
            }
        };
        files.diagnostics.add(file, error);
    }
    let names: Vec<String> = named.iter().map(|name| name.get_ref().clone()).collect();
    Withheld::new(stream, &names).ok()
}
