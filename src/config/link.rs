use super::diagnostic::File;
use super::ends::Around;
use super::files::Files;
use super::flow::{Flow, flow};
use super::keys::{Keys, suggested};
use super::pass::Pass;
use super::systems::{Opened, Side, Systems};
use super::words::{self, text, wrong_type};
use chrono::TimeDelta;
use schakel_api::contract::{Adapter, Credentials, Opening, Section, SettingError};
use schakel_api::gate::Environment;
use schakel_api::model::{Direction, Stream};
use schakel_api::value::{Date, Law, Municipality, Scalar, date};
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// One municipality's front office and back office.
pub struct Link {
    /// Its name in settings, logs and commands.
    pub name: String,
    /// The laws that it handles.
    pub laws: Vec<Law>,
    /// What runs between its two sides.
    pub flows: Vec<Arc<Flow>>,
}

const LINK: Keys = Keys {
    required: &["name", "municipality", "laws", "front-office", "back-office", "flow"],
    optional: &["catalogue", "unseen-days"],
};
const MUNICIPALITY: Keys = Keys { required: &["code"], optional: &["from", "until"] };

/// Checks and opens a link. All mistakes are noted.
pub(super) fn link(
    files: &mut Files,
    file: &File,
    table: Spanned<DeTable<'_>>,
    environment: Option<Environment>,
    credentials: &Credentials,
    adapters: &[&dyn Adapter],
) -> Option<Link> {
    let (mut section, errors) = LINK.check(table);
    files.diagnostics.extend(file, errors);
    let name = section.take("name").and_then(|value| name(files, file, value));
    let laws = section.take("laws").map(|value| laws(files, file, value)).unwrap_or_default();
    let municipalities =
        section.take("municipality").map(|value| municipalities(files, file, value)).unwrap_or_default();
    // What is behind a name that is wrong is checked all the same.
    let shown = name.as_deref().unwrap_or_default();
    let opening = |system: &str, base| Opening {
        system: format!("{shown}/{system}"),
        base,
        credentials: credentials.clone(),
        municipalities: municipalities.clone(),
        laws: laws.clone(),
    };
    let mut systems = Systems::default();
    for (side, key) in [(Side::Front, "front-office"), (Side::Back, "back-office")] {
        let Some(value) = section.take(key) else {
            systems.incomplete();
            continue;
        };
        let DeValue::Table(table) = value.get_ref() else {
            systems.incomplete();
            files.diagnostics.add(file, wrong_type("a table of systems", &value));
            continue;
        };
        for (key, value) in table.clone() {
            let system = key.get_ref().to_string();
            if systems.has(&system) {
                files.diagnostics.add(file, SettingError::new(key.span(), "the other side has a system of this name"));
            }
            let opened =
                words::table(value).map_err(|error| files.diagnostics.add(file, error)).ok().and_then(|table| {
                    open(files, file, Section::new(table), opening(&system, files.base().to_owned()), adapters)
                });
            systems.add(system, side, opened);
        }
    }
    // One that is wrong is stood in for, so that no flow is said to lack it.
    let owner = section.take("catalogue").map(|value| owner(files, file, value).unwrap_or(Direction::BackToFront));
    let keep_unseen = section.take("unseen-days").map_or(UNSEEN, |value| unseen(files, file, &value));
    let around = Around { link: shown, laws: &laws, environment, systems: &systems, catalogue: owner, keep_unseen };
    let mut flows: Vec<Flow> = Vec::new();
    for table in section.take("flow").map(|value| tables(files, file, value, "`[[link.flow]]`")).unwrap_or_default() {
        let span = table.span();
        let Some(flow) = flow(files, file, table, &around) else { continue };
        if flows.iter().any(|other| other.id == flow.id) {
            files.diagnostics.add(file, twice(span));
        }
        flows.push(flow);
    }
    let of = |stream, carries: bool| -> Vec<String> {
        let flows = flows.iter().filter(|flow: &&Flow| flow.stream == stream && flow.to.is_some() == carries);
        flows.map(|flow| flow.id.clone()).collect()
    };
    let (indications, owners) = (of(Stream::Indication, true), of(Stream::Catalogue, true));
    for flow in &mut flows {
        flow.deciding = if flow.to.is_none() { owners.clone() } else { indications.clone() };
    }
    // What is wrong elsewhere may be why there is no such flow.
    if !files.diagnostics.has_mistakes() {
        nobody_is_known(files, file, &flows);
    }
    Some(Link { name: name?, laws, flows: flows.into_iter().map(Arc::new).collect() })
}

/// How long what is about persons whom the front office does not know is kept, unless the link says otherwise.
pub(crate) const UNSEEN: TimeDelta = TimeDelta::days(90);

fn unseen(files: &mut Files, file: &File, value: &Spanned<DeValue<'_>>) -> TimeDelta {
    let days = match value.get_ref() {
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).ok(),
        _ => None,
    };
    days.filter(|days| (1..=3650).contains(days)).map_or_else(
        || {
            files.diagnostics.add(file, SettingError::new(value.span(), "1 to 3650 days"));
            UNSEEN
        },
        TimeDelta::days,
    )
}

/// The front office may know only of persons of whom it holds an indication, and those come by a flow of indications.
fn nobody_is_known(files: &mut Files, file: &File, flows: &[Flow]) {
    let mut running = flows.iter().filter(|flow| flow.mode.runs());
    if running.clone().any(|flow| flow.stream == Stream::Indication) {
        return;
    }
    let waits = |flow: &&Flow| flow.is_confidential() && flow.pass == Pass::default();
    if let Some(flow) = running.find(waits) {
        let message = "what is about persons waits unseen, because no flow of indications runs in this link";
        let warning = SettingError::new(flow.mode_at.clone(), message);
        let help = "the front office may know only of persons of whom it holds an indication";
        files.diagnostics.warn(file, warning.help(help));
    }
}

/// From the side that owns the catalogue.
fn owner(files: &mut Files, file: &File, value: Spanned<DeValue<'_>>) -> Option<Direction> {
    let owner = text(value).and_then(|side| match side.get_ref().as_str() {
        "front-office" => Ok(Direction::FrontToBack),
        "back-office" => Ok(Direction::BackToFront),
        other => {
            let error = SettingError::new(side.span(), "the catalogue is owned by one of the two sides");
            Err(suggested(error, other, &["front-office", "back-office"]))
        }
    });
    owner.map_err(|error| files.diagnostics.add(file, error)).ok()
}

/// The tables of a list, which its double brackets make; what else is in it is noted.
pub(super) fn tables<'s>(
    files: &mut Files,
    file: &File,
    value: Spanned<DeValue<'s>>,
    written: &str,
) -> Vec<Spanned<DeTable<'s>>> {
    let (span, value) = (value.span(), value.into_inner());
    let DeValue::Array(list) = value else {
        let error = wrong_type("a list of tables", &Spanned::new(span, value));
        files.diagnostics.add(file, error.help(format!("write {written}")));
        return Vec::new();
    };
    if list.is_empty() {
        files.diagnostics.add(file, SettingError::new(span, format!("there is no {written}")));
    }
    list.into_iter()
        .filter_map(|value| words::table(value).map_err(|error| files.diagnostics.add(file, error)).ok())
        .collect()
}

fn twice(span: Range<usize>) -> SettingError {
    SettingError::new(span, "another flow carries this stream between the same systems")
}

fn name(files: &mut Files, file: &File, value: Spanned<DeValue<'_>>) -> Option<String> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let name = text(value).and_then(|name| match !name.get_ref().is_empty() && name.get_ref().bytes().all(plain) {
        true => Ok(name.into_inner()),
        false => Err(SettingError::new(name.span(), "a link's name holds small letters, digits and dashes")),
    });
    name.map_err(|error| files.diagnostics.add(file, error)).ok()
}

/// The items of a list that must not be empty.
fn items<'s>(files: &mut Files, file: &File, value: Spanned<DeValue<'s>>, what: &str) -> Vec<Spanned<DeValue<'s>>> {
    let span = value.span();
    let error = match value.into_inner() {
        DeValue::Array(list) if !list.is_empty() => return list.into_iter().collect(),
        DeValue::Array(_) => SettingError::new(span, format!("a link has at least one {what}")),
        other => wrong_type("a list", &Spanned::new(span, other)),
    };
    files.diagnostics.add(file, error);
    Vec::new()
}

fn laws(files: &mut Files, file: &File, value: Spanned<DeValue<'_>>) -> Vec<Law> {
    let items = items(files, file, value, "law");
    let law = |value: Spanned<DeValue<'_>>| {
        let name = text(value)?;
        Law::parse(name.get_ref(), None).map_err(|_| {
            suggested(SettingError::new(name.span(), "there is no such law"), name.get_ref(), &["wmo", "jeugdwet"])
        })
    };
    items.into_iter().filter_map(|value| law(value).map_err(|error| files.diagnostics.add(file, error)).ok()).collect()
}

fn municipalities(files: &mut Files, file: &File, value: Spanned<DeValue<'_>>) -> Vec<Municipality> {
    let items = items(files, file, value, "municipality");
    items.into_iter().filter_map(|value| municipality(files, file, value)).collect()
}

fn municipality(files: &mut Files, file: &File, value: Spanned<DeValue<'_>>) -> Option<Municipality> {
    let span = value.span();
    let table = words::table(value).map_err(|error| files.diagnostics.add(file, error)).ok()?;
    let (mut section, errors) = MUNICIPALITY.check(table);
    files.diagnostics.extend(file, errors);
    let code = section.take("code")?;
    let code = text(code).map_err(|error| files.diagnostics.add(file, error)).ok()?;
    let mut day = |key: &str| -> Option<Date> {
        let day = text(section.take(key)?).and_then(|text| {
            date(text.get_ref()).map_err(|_| SettingError::new(text.span(), "no date: write \"yyyy-mm-dd\""))
        });
        day.map_err(|error| files.diagnostics.add(file, error)).ok()
    };
    let (from, until) = (day("from"), day("until"));
    let municipality = Municipality::new(code.get_ref(), from, until);
    if municipality.is_none() {
        let error = match Municipality::new(code.get_ref(), None, None) {
            None => SettingError::new(code.span(), "a municipality has a CBS code of four digits")
                .help("for example `\"0384\"`, with its zero"),
            Some(_) => SettingError::new(span, "`until` lies before `from`"),
        };
        files.diagnostics.add(file, error);
    }
    municipality
}

fn open(
    files: &mut Files,
    file: &File,
    mut section: Section<'_>,
    opening: Opening,
    adapters: &[&dyn Adapter],
) -> Option<Opened> {
    let Some(named) = section.take("adapter") else {
        files.diagnostics.add(file, SettingError::new(section.span(), "`adapter` is missing"));
        return None;
    };
    let named = text(named).map_err(|error| files.diagnostics.add(file, error)).ok()?;
    let Some(adapter) = adapters.iter().find(|adapter| adapter.name() == named.get_ref()) else {
        let names: Vec<&str> = adapters.iter().map(|adapter| adapter.name()).collect();
        let error = SettingError::new(named.span(), format!("there is no adapter `{}`", named.get_ref()));
        files.diagnostics.add(file, suggested(error, named.get_ref(), &names));
        return None;
    };
    let running = adapter.open(&section, opening.clone());
    let running = running.map_err(|errors| files.diagnostics.extend(file, errors)).ok()?;
    // The second time finds the same mistakes, which were noted.
    let idle = adapter.open(&section, opening).ok()?;
    Some(Opened { running, idle })
}
