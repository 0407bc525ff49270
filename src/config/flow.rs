use super::diagnostic::File;
use super::files::Files;
use super::keys::{Keys, suggested};
use super::mode::Mode;
use super::schedule::Schedule;
use super::systems::{Side, Systems};
use super::words::{self, text};
use crate::mapping::{SourceMapping, any_rows, any_template, source_mapping, target_mapping};
use schakel_api::contract::{Section, SettingError, Source, Target};
use schakel_api::gate::{Environment, NotWithheld, Withheld};
use schakel_api::model::{Requirement, Stream};
use schakel_api::value::Law;
use serde::Deserialize;
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

const FLOW: Keys = Keys { required: &["stream", "mode", "schedule", "from", "to"], optional: &["withhold"] };

/// A stream switched on in a link: checked, and both ends opened.
pub struct Flow {
    /// Names it in store, logs and commands: link, stream and the two systems.
    pub id: String,
    /// The link's name.
    pub link: String,
    /// What it carries.
    pub stream: Stream,
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
    /// The system that it reads, by its name in the link.
    pub from: String,
    /// The system that it delivers to, by its name in the link.
    pub to: String,
    /// Where records come from.
    pub source: Arc<dyn Source>,
    /// How rows become records; `None` when the source makes records itself.
    pub mapping: Option<SourceMapping>,
    /// Where records go.
    pub target: Arc<dyn Target>,
}

/// What every flow of a link needs to know.
pub(super) struct Around<'a> {
    pub(super) link: &'a str,
    pub(super) laws: &'a [Law],
    pub(super) environment: Option<Environment>,
    pub(super) systems: &'a Systems,
}

impl Flow {
    /// The system that it delivers to, by a name that is unique in the installation.
    pub fn target_system(&self) -> String {
        format!("{}/{}", self.link, self.to)
    }

    /// The system that it reads, by a name that is unique in the installation.
    pub fn source_system(&self) -> String {
        format!("{}/{}", self.link, self.from)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct FlowSettings {
    mode: Option<Mode>,
    schedule: Option<Spanned<String>>,
    withhold: Vec<Spanned<String>>,
}

/// Checks and opens a flow. All mistakes are noted: also those behind a stream, system or mapping that is wrong itself.
pub(super) fn flow(files: &mut Files, file: &File, table: Spanned<DeTable<'_>>, around: &Around<'_>) -> Option<Flow> {
    let (mut section, errors) = FLOW.check(table);
    files.diagnostics.extend(file, errors);
    let (stream, from, to) = (section.take("stream"), section.take("from"), section.take("to"));
    let (settings, errors) = section.read_some::<FlowSettings>();
    files.diagnostics.extend(file, errors);
    let settings = settings.unwrap_or_default();
    let schedule = settings.schedule.and_then(|line| schedule(files, file, &line));
    let stream = stream.and_then(|named| {
        let stream = text(named).and_then(|named| named_stream(&named));
        stream.map_err(|error| files.diagnostics.add(file, error)).ok()
    });
    let withheld = stream.and_then(|stream| withheld(files, file, stream, &settings.withhold));
    let from = from.and_then(|value| source(files, file, around, stream, settings.mode, value));
    let to = to.and_then(|value| target(files, file, around, stream, settings.mode, value));
    let (from, source, mapping) = from?;
    let (to, target) = to?;
    let stream = stream?;
    Some(Flow {
        id: format!("{}/{}/{from}>{to}", around.link, stream.as_str()),
        link: around.link.to_owned(),
        stream,
        mode: settings.mode?,
        schedule: schedule?,
        environment: around.environment?,
        laws: around.laws.to_vec(),
        withheld: withheld?,
        from,
        to,
        source,
        mapping,
        target,
    })
}

/// Opens the end that records come from.
///
/// When the mapping is wrong the adapter checks its own settings with one that stands in for it. Such a flow never
/// runs: what is wrong was noted, and an installation with mistakes is not loaded.
fn source(
    files: &mut Files,
    file: &File,
    around: &Around<'_>,
    stream: Option<Stream>,
    mode: Option<Mode>,
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
    let side = stream.map(|stream| Side::of(stream.direction()).0);
    let system = around.systems.get(&name, side).map_err(|error| files.diagnostics.add(file, error)).ok()?;
    let source = system?.of(mode).source(stream?, &end.section, projection);
    let source = source.map_err(|errors| files.diagnostics.extend(file, errors)).ok()?;
    Some((name.into_inner(), source, mapping))
}

/// Opens the end that records go to, as [`source`] does the other.
fn target(
    files: &mut Files,
    file: &File,
    around: &Around<'_>,
    stream: Option<Stream>,
    mode: Option<Mode>,
    value: Spanned<DeValue<'_>>,
) -> Option<(String, Arc<dyn Target>)> {
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
    let side = stream.map(|stream| Side::of(stream.direction()).1);
    let system = around.systems.get(&name, side).map_err(|error| files.diagnostics.add(file, error)).ok()?;
    let target = system?.of(mode).target(stream?, &end.section, template);
    let target = target.map_err(|errors| files.diagnostics.extend(file, errors)).ok()?;
    Some((name.into_inner(), target))
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
