use super::diagnostic::File;
use super::files::Files;
use super::mode::Mode;
use super::systems::{Side, Systems};
use super::words::{self, text};
use crate::mapping::{SourceMapping, any_rows, any_template, source_mapping, target_mapping};
use chrono::TimeDelta;
use schakel_api::contract::{Section, SettingError, Source, Target};
use schakel_api::gate::Environment;
use schakel_api::model::{Direction, Stream};
use schakel_api::value::Law;
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Where the records of a flow go.
pub struct To {
    /// The system, by its name in the link.
    pub system: String,
    /// What takes the records.
    pub target: Arc<dyn Target>,
    /// Where in the settings file that is said.
    pub(crate) at: Range<usize>,
}

/// What the target of a flow holds already.
pub struct Held {
    /// The system, by its name in the link.
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

/// What both ends of a flow are opened with.
pub(super) struct Ends<'a> {
    pub(super) around: &'a Around<'a>,
    pub(super) mode: Option<Mode>,
    /// The sides of its source and its target.
    pub(super) sides: Option<(Side, Side)>,
}

/// Opens the end that records come from.
pub(super) fn source(
    files: &mut Files,
    file: &File,
    ends: &Ends<'_>,
    stream: Option<Stream>,
    value: Spanned<DeValue<'_>>,
) -> Option<(String, Arc<dyn Source>, Option<SourceMapping>)> {
    let span = value.span();
    let (system, source, mapping) = opened_source(files, file, ends, ends.sides.map(|(from, _)| from), stream, value)?;
    if ends.mode == Some(Mode::Shadow) && !source.clears().is_empty() {
        let error = SettingError::new(span, "a flow in shadow clears no files away: nothing of them was delivered");
        files.diagnostics.add(file, error.help("leave `after` out until the flow is on"));
    }
    Some((system, source, mapping))
}

/// Opens what the target holds: what the back office made of indications are assignments.
pub(super) fn held_records(
    files: &mut Files,
    file: &File,
    ends: &Ends<'_>,
    stream: Option<Stream>,
    value: Spanned<DeValue<'_>>,
) -> Option<Held> {
    let span = value.span();
    let held = stream.map(|stream| if stream == Stream::Indication { Stream::Assignment } else { stream });
    let told = files.diagnostics.mistakes().len();
    let (system, source, mapping) = opened_source(files, file, ends, ends.sides.map(|(_, to)| to), held, value)?;
    if !source.clears().is_empty() {
        let error =
            SettingError::new(span.clone(), "what a target holds is looked at only: nothing of it is cleared away");
        files.diagnostics.add(file, error.help("leave `after` out"));
    }
    // A mapping that is wrong is no mapping that is missing.
    if mapping.is_none() && files.diagnostics.mistakes().len() == told {
        files.diagnostics.add(file, SettingError::new(span, "what a target holds is read with a mapping"));
    }
    Some(Held { system, source, mapping: mapping? })
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
pub(super) fn target(
    files: &mut Files,
    file: &File,
    ends: &Ends<'_>,
    stream: Option<Stream>,
    value: Spanned<DeValue<'_>>,
) -> Option<To> {
    let at = value.span();
    let end = end(files, file, value)?;
    let template = match end.mapping {
        Mapping::None => None,
        Mapping::Wrong => stream.map(any_template),
        Mapping::In(name) => match files.named(name.get_ref(), file, name.span()) {
            None => stream.map(any_template),
            Some(text) => target_mapping(files, &text, stream, ends.around.laws)
                // The address of a flow is about the flow's stream, also when its mapping is of another.
                .filter(|template| stream.is_none_or(|stream| stream == template.stream()))
                .or(stream.map(any_template)),
        },
    };
    let name = end.system?;
    let side = ends.sides.map(|(_, to)| to);
    let system = ends.around.systems.get(&name, side).map_err(|error| files.diagnostics.add(file, error)).ok()?;
    let target = system?.of(ends.mode).target(stream?, &end.section, template);
    let target = target.map_err(|errors| files.diagnostics.extend(file, errors)).ok()?;
    Some(To { system: name.into_inner(), target, at })
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
