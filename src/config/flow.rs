use super::diagnostic::File;
use super::files::Files;
use super::link::{Around, sides};
use super::schedule::Schedule;
use crate::mapping::{SourceMapping, source_mapping, target_mapping};
use schakel_api::contract::{Section, SettingError, Source, Target};
use schakel_api::gate::{Environment, NotWithheld, Withheld};
use schakel_api::model::Stream;
use schakel_api::value::Law;
use serde::Deserialize;
use std::sync::Arc;
use toml::Spanned;
use toml::de::DeValue;

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

/// Whether a flow runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Checked, and nothing else.
    Off,
    /// It fetches and delivers.
    On,
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

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct FlowSettings {
    mode: Mode,
    schedule: Spanned<String>,
    #[serde(default)]
    withhold: Vec<Spanned<String>>,
}

/// Checks and opens a flow. All mistakes are noted.
pub(super) fn flow(files: &mut Files, file: &File, mut section: Section<'_>, around: &Around<'_>) -> Option<Flow> {
    let (stream, from, to) = (section.take("stream"), section.take("from"), section.take("to"));
    let (settings, errors) = section.read_some::<FlowSettings>();
    files.diagnostics.extend(file, errors);
    let schedule = settings.as_ref().and_then(|settings| {
        Schedule::parse(settings.schedule.get_ref())
            .map_err(|bad| {
                let error = SettingError::new(settings.schedule.span(), bad.to_string()).help(bad.help());
                files.diagnostics.add(file, error);
            })
            .ok()
    });
    let stream = named_stream(files, file, &section, stream)?;
    let withheld = settings.as_ref().and_then(|settings| withheld(files, file, stream, &settings.withhold));
    let (source_side, target_side) = sides(stream.direction());
    let from = end(files, file, &section, from, "from").and_then(|mut end| {
        let mapping = end.mapping.take().map(|named| (named.span(), compiled(files, file, &named, |files, text| {
            source_mapping(files, text, stream)
        })));
        let system = around.systems.get(&end.system, source_side).map_err(|error| files.diagnostics.add(file, error));
        let (mapping, projection) = match mapping {
            None => (None, None),
            Some((_, compiled)) => compiled.map(|(mapping, projection)| (Some(mapping), Some(projection)))?,
        };
        let source = system.ok()??.source(stream, &end.section, projection);
        let source = source.map_err(|errors| files.diagnostics.extend(file, errors)).ok()?;
        Some((end.system.into_inner(), source, mapping))
    });
    let to = end(files, file, &section, to, "to").and_then(|mut end| {
        let template = end.mapping.take().map(|named| {
            compiled(files, file, &named, |files, text| target_mapping(files, text, stream))
        });
        let system = around.systems.get(&end.system, target_side).map_err(|error| files.diagnostics.add(file, error));
        let template = match template {
            None => None,
            Some(template) => Some(template?),
        };
        let target = system.ok()??.target(stream, &end.section, template);
        let target = target.map_err(|errors| files.diagnostics.extend(file, errors)).ok()?;
        Some((end.system.into_inner(), target))
    });
    let (from, source, mapping) = from?;
    let (to, target) = to?;
    Some(Flow {
        id: format!("{}/{}/{from}-{to}", around.link, stream.as_str()),
        link: around.link.to_owned(),
        stream,
        mode: settings?.mode,
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

/// What the daemon reads of `from` and `to`; the rest is the adapter's own.
struct End<'s> {
    system: Spanned<String>,
    mapping: Option<Spanned<String>>,
    section: Section<'s>,
}

fn end<'s>(
    files: &mut Files,
    file: &File,
    flow: &Section<'_>,
    table: Option<Spanned<DeValue<'s>>>,
    name: &str,
) -> Option<End<'s>> {
    let span = table.as_ref().map_or(flow.span(), Spanned::span);
    let Some(DeValue::Table(table)) = table.map(Spanned::into_inner) else {
        files.diagnostics.add(file, SettingError::new(span, format!("`{name}` is missing")));
        return None;
    };
    let mut section = Section::new(Spanned::new(span.clone(), table));
    let mut text = |key: &str| -> Option<Spanned<String>> {
        let value = section.take(key)?;
        let text = value.get_ref().as_str().map(str::to_owned);
        if text.is_none() {
            files.diagnostics.add(file, SettingError::new(value.span(), format!("`{key}` is a text")));
        }
        Some(Spanned::new(value.span(), text?))
    };
    let (system, mapping) = (text("system"), text("mapping"));
    if system.is_none() {
        files.diagnostics.add(file, SettingError::new(span, "`system` is missing"));
    }
    Some(End { system: system?, mapping, section })
}

/// Reads a mapping file and compiles it.
fn compiled<T>(
    files: &mut Files,
    file: &File,
    named: &Spanned<String>,
    compile: impl FnOnce(&mut Files, &File) -> Option<T>,
) -> Option<T> {
    match files.text(named.get_ref()) {
        Some(text) => compile(files, &text),
        None => {
            files.diagnostics.add(file, SettingError::new(named.span(), "this file cannot be read"));
            None
        }
    }
}

fn named_stream(
    files: &mut Files,
    file: &File,
    flow: &Section<'_>,
    named: Option<Spanned<DeValue<'_>>>,
) -> Option<Stream> {
    let Some(named) = named else {
        files.diagnostics.add(file, SettingError::new(flow.span(), "`stream` is missing"));
        return None;
    };
    let stream = named.get_ref().as_str().and_then(Stream::named);
    if stream.is_none() {
        let names = Stream::ALL.map(Stream::as_str).join(", ");
        let error = SettingError::new(named.span(), "there is no such stream").help(format!("there are: {names}"));
        files.diagnostics.add(file, error);
    }
    stream
}

fn withheld(files: &mut Files, file: &File, stream: Stream, named: &[Spanned<String>]) -> Option<Withheld> {
    let names: Vec<String> = named.iter().map(|name| name.get_ref().clone()).collect();
    match Withheld::new(stream, &names) {
        Ok(withheld) => Some(withheld),
        Err((at, why)) => {
            let message = match why {
                NotWithheld::Unknown => "the stream has no field of this name",
                NotWithheld::Required => "no record is complete without this field",
            };
            files.diagnostics.add(file, SettingError::new(named[at].span(), message));
            None
        }
    }
}
