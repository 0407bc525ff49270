//! Messages for tests, and what is read of them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use crate::kind::Kind;
use crate::message::{self, Link};
use crate::xml::Document;
use schakel_api::code::Code;
use schakel_api::contract::{Item, Native};
use schakel_api::model::{Record, Stream, Unreadable, Values};
use schakel_api::value::{Law, Municipality};

/// Diemen, for both laws; its code counts from 2020.
pub(crate) fn link() -> Link {
    let from = schakel_api::value::date("2020-01-01").ok();
    Link { municipalities: vec![Municipality::new("0384", from, None).unwrap()], laws: vec![Law::Wmo, Law::Jeugdwet] }
}

/// A message of iWmo between Diemen and provider 42420001: `m` and `b` are the prefixes.
pub(crate) fn wmo(number: u16, body: &str) -> String {
    let parties = match number {
        301 => "<m:Afzender>0384</m:Afzender><m:Ontvanger>42420001</m:Ontvanger>",
        _ => "<m:Afzender>42420001</m:Afzender><m:Ontvanger>0384</m:Ontvanger>",
    };
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n\
         <m:Bericht xmlns:b=\"http://www.istandaarden.nl/iwmo/3_2/basisschema/schema\" \
         xmlns:m=\"http://www.istandaarden.nl/iwmo/3_2/wmo{number}/schema\">\
         <m:Header>{parties}<m:BerichtIdentificatie><b:Identificatie>A 1</b:Identificatie>\
         <b:Dagtekening>2025-04-05</b:Dagtekening></m:BerichtIdentificatie></m:Header>\
         <m:Client><m:Bsn>999900006</m:Bsn>{body}</m:Client></m:Bericht>"
    )
}

/// A 301 with one assignment: number 101, and `more` behind the moment.
pub(crate) fn assigned(more: &str) -> String {
    wmo(
        301,
        &format!(
            "<m:ToegewezenProducten><m:ToegewezenProduct><m:ToewijzingNummer>101</m:ToewijzingNummer>\
             <m:Toewijzingsdatum>2025-01-02</m:Toewijzingsdatum><m:Toewijzingstijd>03:04:05</m:Toewijzingstijd>\
             <m:Ingangsdatum>2025-02-01</m:Ingangsdatum>{more}</m:ToegewezenProduct></m:ToegewezenProducten>"
        ),
    )
}

/// Reads a file as the source of its stream does.
pub(crate) fn try_read(file: &[u8]) -> Result<Vec<Item>, Code> {
    let document = Document::open(file)?;
    match Kind::of_root(document.namespace(), document.name()) {
        Kind::Message(kind) => message::read(document, kind, "file.xml", &link()),
        Kind::PassedBy(_) => Ok(vec![Item::Skipped]),
        Kind::Financial => Ok(vec![Item::Blocked]),
        Kind::Defect(code) => Err(code),
    }
}

/// The items of a message that can be read.
pub(crate) fn items(file: &str) -> Vec<Item> {
    try_read(file.as_bytes()).unwrap()
}

/// The records of a message that has nothing else.
pub(crate) fn natives(file: &str) -> Vec<Native> {
    let native = |item| match item {
        Item::Native(native) => native,
        other => panic!("no record: {other:?}"),
    };
    items(file).into_iter().map(native).collect()
}

/// The only record of a message.
pub(crate) fn native(file: &str) -> Native {
    let [native] = natives(file).try_into().unwrap();
    native
}

/// The text of a field of the only record.
pub(crate) fn field(file: &str, name: &str) -> Option<String> {
    native(file).values.get(name).map(str::to_owned)
}

/// What is wrong with the values, when read as a record: field and code.
pub(crate) fn problems(stream: Stream, values: &Values) -> Vec<(String, Code)> {
    match Record::read(stream, values) {
        Err(Unreadable::Problems(problems)) => {
            problems.into_iter().map(|problem| (problem.field, problem.code)).collect()
        }
        _ => Vec::new(),
    }
}
