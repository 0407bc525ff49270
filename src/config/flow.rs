use super::brake::Brake;
use super::diagnostic::File;
use super::files::Files;
use super::keys::{Keys, suggested};
use super::mode::Mode;
use super::pass::Pass;
use super::schedule::Schedule;
use super::systems::{Side, Systems};
use super::words::{self, text};
use crate::mapping::{SourceMapping, any_rows, any_template, source_mapping, target_mapping};
use chrono::TimeDelta;
use schakel_api::contract::{Section, SettingError, Source, Target};
use schakel_api::gate::{Environment, NotWithheld, Withheld};
use schakel_api::model::{Direction, Requirement, Stream};
use schakel_api::value::Law;
use serde::Deserialize;
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

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

/// Where the records of a flow go.
pub struct To {
    /// The system, by its name in the link.
    pub system: String,
    /// What takes the records.
    pub target: Arc<dyn Target>,
}

/// What the target of a flow holds already.
pub struct Held {
    /// The system, by its name in the installation.
    pub system: String,
    /// Gives its rows.
    pub source: Arc<dyn Source>,
    /// How rows become records: of an indication's target these are assignments, of any other the flow's own stream.
    pub mapping: SourceMapping,
}

/// What every flow of a link needs to know.
pub(super) struct Around<'a> {
    pub(super) link: &'a str,
    pub(super) laws: &'a [Law],
    pub(super) environment: Option<Environment>,
    pub(super) systems: &'a Systems,
    /// From the side that owns the catalogue.
    pub(super) catalogue: Option<Direction>,
    pub(super) keep_unseen: TimeDelta,
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

    /// The system that it reads, by a name that is unique in the installation.
    pub fn source_system(&self) -> String {
        format!("{}/{}", self.link, self.from)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
struct FlowSettings {
    mode: Option<Mode>,
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
    let pass = pass(files, file, stream, settings.pass);
    let withheld = stream.and_then(|stream| withheld(files, file, stream, &settings.withhold));
    let ends = Ends { around, mode: settings.mode, sides: direction.map(Side::of) };
    let from = from.and_then(|value| source(files, file, &ends, stream, value));
    let to = to.map(|value| target(files, file, &ends, stream, value));
    let held = held.map(|value| held_records(files, file, &ends, stream, value));
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
        mode: settings.mode?,
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
        files.diagnostics.add(file, SettingError::new(set.span(), "a smallest cell of 1 to 1000"));
    }
    set.into_inner()
}

/// Numbers of persons under this one go out as "fewer than", unless a flow says otherwise.
const SMALLEST_CELL: u32 = 10;

fn pass(files: &mut Files, file: &File, stream: Option<Stream>, set: Option<Spanned<Pass>>) -> Pass {
    let Some(set) = set else { return Pass::default() };
    if stream.is_some_and(|stream| stream != Stream::Request) {
        files.diagnostics.add(file, SettingError::new(set.span(), "only requests pass by their referrer"));
    }
    set.into_inner()
}

/// What both ends of a flow are opened with.
struct Ends<'a> {
    around: &'a Around<'a>,
    mode: Option<Mode>,
    /// The sides of its source and its target.
    sides: Option<(Side, Side)>,
}

/// Opens the end that records come from.
fn source(
    files: &mut Files,
    file: &File,
    ends: &Ends<'_>,
    stream: Option<Stream>,
    value: Spanned<DeValue<'_>>,
) -> Option<(String, Arc<dyn Source>, Option<SourceMapping>)> {
    opened_source(files, file, ends, ends.sides.map(|(from, _)| from), stream, value)
}

/// Opens what the target holds: what the back office made of indications are assignments.
fn held_records(
    files: &mut Files,
    file: &File,
    ends: &Ends<'_>,
    stream: Option<Stream>,
    value: Spanned<DeValue<'_>>,
) -> Option<Held> {
    let span = value.span();
    let held = stream.map(|stream| if stream == Stream::Indication { Stream::Assignment } else { stream });
    let (name, source, mapping) = opened_source(files, file, ends, ends.sides.map(|(_, to)| to), held, value)?;
    let system = format!("{}/{name}", ends.around.link);
    match mapping {
        Some(mapping) => Some(Held { system, source, mapping }),
        None => {
            files.diagnostics.add(file, SettingError::new(span, "what a target holds is read with a mapping"));
            None
        }
    }
}

/// Opens a source on one side of the link.
///
/// When the mapping is wrong the adapter checks its own settings with one that stands in for it. Such a flow never
/// runs: what is wrong was noted, and an installation with mistakes is not loaded.
fn opened_source(
    files: &mut Files,
    file: &File,
    ends: &Ends<'_>,
    side: Option<Side>,
    stream: Option<Stream>,
    value: Spanned<DeValue<'_>>,
) -> Option<(String, Arc<dyn Source>, Option<SourceMapping>)> {
    let end = end(files, file, value)?;
    let (mapping, projection) = match end.mapping {
        Mapping::None => (None, None),
        Mapping::Wrong => (None, Some(any_rows())),
        Mapping::In(name) => match files.named(name.get_ref(), file, name.span()) {
            None => (None, Some(any_rows())),
            Some(text) => {
                let (mapping, projection) = source_mapping(files, &text, stream);
                (mapping, Some(projection))
            }
        },
    };
    let name = end.system?;
    let system = ends.around.systems.get(&name, side).map_err(|error| files.diagnostics.add(file, error)).ok()?;
    let source = system?.of(ends.mode).source(stream?, &end.section, projection);
    let source = source.map_err(|errors| files.diagnostics.extend(file, errors)).ok()?;
    Some((name.into_inner(), source, mapping))
}

/// Opens the end that records go to, as [`source`] does the other.
fn target(
    files: &mut Files,
    file: &File,
    ends: &Ends<'_>,
    stream: Option<Stream>,
    value: Spanned<DeValue<'_>>,
) -> Option<To> {
    let end = end(files, file, value)?;
    let template = match end.mapping {
        Mapping::None => None,
        Mapping::Wrong => stream.map(any_template),
        Mapping::In(name) => match files.named(name.get_ref(), file, name.span()) {
            None => stream.map(any_template),
            Some(text) => target_mapping(files, &text, stream).or(stream.map(any_template)),
        },
    };
    let name = end.system?;
    let side = ends.sides.map(|(_, to)| to);
    let system = ends.around.systems.get(&name, side).map_err(|error| files.diagnostics.add(file, error)).ok()?;
    let target = system?.of(ends.mode).target(stream?, &end.section, template);
    let target = target.map_err(|errors| files.diagnostics.extend(file, errors)).ok()?;
    Some(To { system: name.into_inner(), target })
}

/// What the daemon reads of `from` and `to`; the rest is the adapter's own.
struct End<'s> {
    system: Option<Spanned<String>>,
    mapping: Mapping,
    section: Section<'s>,
}

/// Whether an end has a mapping.
enum Mapping {
    None,
    /// It has one, and the setting is wrong.
    Wrong,
    /// In this file.
    In(Spanned<String>),
}

fn end<'s>(files: &mut Files, file: &File, value: Spanned<DeValue<'s>>) -> Option<End<'s>> {
    let table = words::table(value).map_err(|error| files.diagnostics.add(file, error)).ok()?;
    let span = table.span();
    let mut table = table.into_inner();
    let mut text_of = |key: &'static str| -> Option<Result<Spanned<String>, SettingError>> {
        match table.remove(key) {
            Some(value) => Some(text(value)),
            None => misspelt(&mut table, key)
                .map(|span| Err(SettingError::new(span, "no such setting").help(format!("did you mean `{key}`?")))),
        }
    };
    let (system, mapping) = (text_of("system"), text_of("mapping"));
    let system = system.unwrap_or_else(|| Err(SettingError::new(span.clone(), "`system` is missing")));
    let mapping = match mapping {
        None => Mapping::None,
        Some(Ok(name)) => Mapping::In(name),
        Some(Err(error)) => {
            files.diagnostics.add(file, error);
            Mapping::Wrong
        }
    };
    let system = system.map_err(|error| files.diagnostics.add(file, error)).ok();
    Some(End { system, mapping, section: Section::new(Spanned::new(span, table)) })
}

/// Takes out a key that is a slip of the pen away from one that is missing. The adapter does not know that one, and
/// could not suggest it.
fn misspelt(table: &mut DeTable<'_>, missing: &str) -> Option<Range<usize>> {
    let near = |name: &str| strsim::osa_distance(name, missing) <= 2;
    let (name, span) =
        table.keys().find(|key| near(key.get_ref())).map(|key| (key.get_ref().to_string(), key.span()))?;
    table.remove(name.as_str());
    Some(span)
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
            NotWithheld::Required => SettingError::new(name.span(), "no record is complete without this field"),
        };
        files.diagnostics.add(file, error);
    }
    let names: Vec<String> = named.iter().map(|name| name.get_ref().clone()).collect();
    Withheld::new(stream, &names).ok()
}
