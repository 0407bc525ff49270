use super::diagnostic::File;
use super::files::Files;
use super::flow::{Flow, flow};
use schakel_api::contract::{Adapter, Credentials, Opening, Section, SettingError, System, nearest};
use schakel_api::gate::Environment;
use schakel_api::model::Direction;
use schakel_api::value::{Date, Law, Municipality, date};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;
use toml::de::DeValue;

/// One municipality's front office and back office.
pub struct Link {
    /// Its name in settings, logs and commands.
    pub name: String,
    /// The laws that it handles.
    pub laws: Vec<Law>,
    /// What runs between its two sides.
    pub flows: Vec<Arc<Flow>>,
}

/// The systems of a link by name: on which side, and opened unless its settings are wrong.
pub(super) struct Systems(BTreeMap<String, (Side, Option<Arc<dyn System>>)>);

/// A side of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Front,
    Back,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct LinkSettings {
    name: Spanned<String>,
    municipality: Vec<Spanned<MunicipalitySettings>>,
    laws: Spanned<Vec<Law>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct MunicipalitySettings {
    code: String,
    from: Option<Spanned<String>>,
    until: Option<Spanned<String>>,
}

/// What every flow of a link needs to know.
pub(super) struct Around<'a> {
    pub(super) link: &'a str,
    pub(super) laws: &'a [Law],
    pub(super) environment: Option<Environment>,
    pub(super) systems: &'a Systems,
}

impl Side {
    fn name(self) -> &'static str {
        match self {
            Self::Front => "front office",
            Self::Back => "back office",
        }
    }
}

impl Systems {
    /// The system that a flow names, when it is there and on the right side.
    pub(super) fn get(&self, name: &Spanned<String>, side: Side) -> Result<Option<Arc<dyn System>>, SettingError> {
        match self.0.get(name.get_ref()) {
            Some((found, system)) if *found == side => Ok(system.clone()),
            Some((found, _)) => {
                let message = format!("this system is on the side of the {}", found.name());
                Err(SettingError::new(name.span(), message).help(format!("the stream needs one of the {}", side.name())))
            }
            None => {
                let names: Vec<&str> = self.0.keys().map(String::as_str).collect();
                let error = SettingError::new(name.span(), format!("the link has no system `{}`", name.get_ref()));
                Err(match nearest(name.get_ref(), &names) {
                    Some(name) => error.help(format!("did you mean `{name}`?")),
                    None => error.help(format!("there are: {}", names.join(", "))),
                })
            }
        }
    }
}

/// On which side a stream's source and target are.
pub(super) fn sides(direction: Direction) -> (Side, Side) {
    match direction {
        Direction::FrontToBack => (Side::Front, Side::Back),
        Direction::BackToFront => (Side::Back, Side::Front),
    }
}

/// Checks and opens a link. All mistakes are noted.
pub(super) fn link(
    files: &mut Files,
    file: &File,
    mut section: Section<'_>,
    environment: Option<Environment>,
    credentials: &Credentials,
    adapters: &[&dyn Adapter],
) -> Option<Link> {
    let offices = [(Side::Front, section.take("front-office")), (Side::Back, section.take("back-office"))];
    let flows = section.take("flow");
    let (settings, errors) = section.read_some::<LinkSettings>();
    files.diagnostics.extend(file, errors);
    let settings = settings?;
    let name = settings.name.get_ref().clone();
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if name.is_empty() || !name.bytes().all(plain) {
        let error = SettingError::new(settings.name.span(), "a link's name holds small letters, digits and dashes");
        files.diagnostics.add(file, error);
    }
    let laws = settings.laws.get_ref().clone();
    if laws.is_empty() {
        files.diagnostics.add(file, SettingError::new(settings.laws.span(), "a link handles at least one law"));
    }
    let municipalities: Vec<Municipality> =
        settings.municipality.into_iter().filter_map(|settings| municipality(files, file, settings)).collect();
    let opening = |system: &str, base| Opening {
        system: format!("{name}/{system}"),
        base,
        credentials: credentials.clone(),
        municipalities: municipalities.clone(),
        laws: laws.clone(),
    };
    let mut systems = Systems(BTreeMap::new());
    for (side, table) in offices {
        let Some(DeValue::Table(table)) = table.map(Spanned::into_inner) else {
            let message = format!("the link has no system of the {}", side.name());
            files.diagnostics.add(file, SettingError::new(section.span(), message));
            continue;
        };
        for (key, value) in table {
            let (system, span) = (key.get_ref().to_string(), value.span());
            let DeValue::Table(table) = value.into_inner() else {
                files.diagnostics.add(file, SettingError::new(span, "a system is a table"));
                continue;
            };
            if systems.0.contains_key(&system) {
                files.diagnostics.add(file, SettingError::new(key.span(), "the other side has a system of this name"));
            }
            let section = Section::new(Spanned::new(span, table));
            let opening = opening(&system, files.base().to_owned());
            let opened = open(files, file, section, opening, adapters);
            systems.0.insert(system, (side, opened));
        }
    }
    let around = Around { link: &name, laws: &laws, environment, systems: &systems };
    let mut opened: Vec<Arc<Flow>> = Vec::new();
    match flows.map(Spanned::into_inner) {
        Some(DeValue::Array(list)) => {
            for table in list {
                let span = table.span();
                let DeValue::Table(table) = table.into_inner() else { continue };
                let Some(flow) = flow(files, file, Section::new(Spanned::new(span.clone(), table)), &around) else {
                    continue;
                };
                if opened.iter().any(|other| other.id == flow.id) {
                    files.diagnostics.add(file, twice(span));
                }
                opened.push(Arc::new(flow));
            }
        }
        _ => files.diagnostics.add(file, SettingError::new(section.span(), "the link has no `[[link.flow]]`")),
    }
    Some(Link { name, laws, flows: opened })
}

fn twice(span: Range<usize>) -> SettingError {
    SettingError::new(span, "another flow carries this stream between the same systems")
}

fn open(
    files: &mut Files,
    file: &File,
    mut section: Section<'_>,
    opening: Opening,
    adapters: &[&dyn Adapter],
) -> Option<Arc<dyn System>> {
    let Some(named) = section.take("adapter") else {
        files.diagnostics.add(file, SettingError::new(section.span(), "`adapter` is missing"));
        return None;
    };
    let name = named.get_ref().as_str().unwrap_or_default();
    let Some(adapter) = adapters.iter().find(|adapter| adapter.name() == name) else {
        let names: Vec<&str> = adapters.iter().map(|adapter| adapter.name()).collect();
        let error = SettingError::new(named.span(), "there is no such adapter");
        files.diagnostics.add(file, error.help(format!("there are: {}", names.join(", "))));
        return None;
    };
    adapter.open(&section, opening).map_err(|errors| files.diagnostics.extend(file, errors)).ok()
}

fn municipality(files: &mut Files, file: &File, settings: Spanned<MunicipalitySettings>) -> Option<Municipality> {
    let span = settings.span();
    let settings = settings.into_inner();
    let mut day = |text: Option<Spanned<String>>| -> Option<Date> {
        let text = text?;
        date(text.get_ref())
            .map_err(|_| files.diagnostics.add(file, SettingError::new(text.span(), "no date: write yyyy-mm-dd")))
            .ok()
    };
    let (from, until) = (day(settings.from), day(settings.until));
    let municipality = Municipality::new(&settings.code, from, until);
    if municipality.is_none() {
        let error = SettingError::new(span, "a municipality has a CBS code of four digits, and `until` is not before `from`");
        files.diagnostics.add(file, error);
    }
    municipality
}
