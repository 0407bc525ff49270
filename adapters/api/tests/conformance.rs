//! The conformance suite finds what it is there to find: wrong adapters fail, each on its own check.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use async_trait::async_trait;
use schakel_api::code::Code;
use schakel_api::conformance::{Report, SourceCase, Subject, TargetCase, check};
use schakel_api::contract::{
    Adapter, Credentials, Cursor, Fault, FaultCode, FilesSeen, Item, Limits, Opening, Page, Receipt, Rendered, Repeat,
    Schemas, Section, SeenFile, SettingError, Source, Stamp, System, Target,
};
use schakel_api::gate::Cleared;
use schakel_api::mapping::{Projection, Template};
use schakel_api::model::{Problem, Record, Stream, Values};
use schakel_api::value::Law;
use schemars::{JsonSchema, schema_for};
use serde::Deserialize;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// What is wrong with an adapter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flaw {
    None,
    AnyName,
    AnySettings,
    ForgetsItems,
    GivesFilesAgain,
    CountsRenderings,
    OneOutcomeForAll,
    NamelessFaults,
}

/// An adapter of a drawer in memory: two items, in a file each, and room for records.
struct Drawer {
    flaw: Flaw,
    away: Arc<AtomicBool>,
}

struct Opened {
    flaw: Flaw,
    name: String,
    away: Arc<AtomicBool>,
    asked: AtomicUsize,
    rendered: AtomicUsize,
}

/// What can be set of a drawer.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only read")]
struct Settings {
    /// Which drawer.
    number: u32,
}

/// Nothing can be set of a flow.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Nothing {}

impl Adapter for Drawer {
    fn name(&self) -> &'static str {
        if self.flaw == Flaw::AnyName { "The Drawer" } else { "drawer" }
    }

    fn about(&self) -> &'static str {
        "A drawer in memory."
    }

    fn schemas(&self) -> Schemas {
        let flow = || Some(schema_for!(Nothing));
        Schemas { system: schema_for!(Settings), source: flow(), target: flow() }
    }

    fn open(&self, section: &Section<'_>, opening: Opening) -> Result<Arc<dyn System>, Vec<SettingError>> {
        if self.flaw != Flaw::AnySettings {
            section.read::<Settings>()?;
        }
        let (flaw, name, away) = (self.flaw, opening.system, Arc::clone(&self.away));
        Ok(Arc::new(Shared(Arc::new(Opened { flaw, name, away, asked: 0.into(), rendered: 0.into() }))))
    }
}

struct Shared(Arc<Opened>);

impl System for Shared {
    fn source(
        &self,
        _: Stream,
        section: &Section<'_>,
        _: Option<Projection>,
    ) -> Result<Arc<dyn Source>, Vec<SettingError>> {
        section.read::<Nothing>()?;
        Ok(self.0.clone())
    }

    fn target(
        &self,
        _: Stream,
        section: &Section<'_>,
        _: Option<Template>,
    ) -> Result<Arc<dyn Target>, Vec<SettingError>> {
        section.read::<Nothing>()?;
        Ok(self.0.clone())
    }
}

impl Opened {
    fn present(&self) -> Result<(), Fault> {
        let system = if self.flaw == Flaw::NamelessFaults { "?".to_owned() } else { self.name.clone() };
        match self.away.load(Ordering::Relaxed) {
            true => Err(Fault::Unavailable { system, code: FaultCode::NoConnection, retry_after: None }),
            false => Ok(()),
        }
    }
}

#[async_trait]
impl Source for Opened {
    fn sample(&self, _: &str, _: &[u8]) -> Result<Vec<Item>, Code> {
        Ok(vec![Item::Skipped])
    }

    async fn fetch(&self, cursor: &Cursor, seen: &dyn FilesSeen) -> Result<Page, Fault> {
        self.present()?;
        let asked = self.asked.fetch_add(1, Ordering::Relaxed);
        let number = usize::from(cursor.position.is_some());
        let file = SeenFile { key: format!("file-{number}"), fingerprint: "1".to_owned() };
        let known = seen.seen(&file) && self.flaw != Flaw::GivesFilesAgain;
        let forgotten = self.flaw == Flaw::ForgetsItems && asked % 2 == 1;
        let items = if known || forgotten { Vec::new() } else { vec![Item::Skipped] };
        let files = if known { Vec::new() } else { vec![file] };
        let next = Cursor { position: (number == 0).then(|| "second".to_owned()), ..Cursor::default() };
        Ok(Page { items, files, next, complete: number == 1, whole: false })
    }
}

#[async_trait]
impl Target for Opened {
    fn limits(&self) -> Limits {
        Limits { concurrency: 1, repeat: Repeat::Idempotent, incomplete: false, in_place: false }
    }

    fn render(&self, records: &[Cleared<Record>], stamp: &Stamp) -> Result<Rendered, Problem> {
        let mut bytes = vec![u8::try_from(records.len()).unwrap()];
        bytes.extend(stamp.reference.bytes());
        if self.flaw == Flaw::CountsRenderings {
            bytes.extend(self.rendered.fetch_add(1, Ordering::Relaxed).to_be_bytes());
        }
        Ok(Rendered::new(bytes))
    }

    async fn deliver(&self, rendered: &Rendered) -> Vec<Result<Receipt, Fault>> {
        let members = if self.flaw == Flaw::OneOutcomeForAll { 1 } else { rendered.bytes()[0] };
        (0..members).map(|_| self.present().map(|()| Receipt::default())).collect()
    }
}

/// What the suite says of a drawer with a flaw.
fn report(flaw: Flaw) -> Report {
    let away = Arc::new(AtomicBool::new(false));
    let drawer = Drawer { flaw, away: Arc::clone(&away) };
    let opening = Opening {
        system: "drawer-of-the-test".to_owned(),
        base: "/".into(),
        credentials: Credentials::default(),
        municipalities: Vec::new(),
        laws: vec![Law::Wmo],
    };
    let mut values = Values::new();
    let texts = [("law", "wmo"), ("bsn", "999900006"), ("provider", "agb:12345678"), ("start", "2026-01-05")];
    texts.into_iter().chain([("state", "delivered")]).for_each(|(name, text)| values.set(name, text));
    let record = Record::read(Stream::Start, &values).unwrap();
    let subject = Subject {
        adapter: &drawer,
        opening,
        system: "number = 1".to_owned(),
        source: Some(SourceCase { stream: Stream::Start, section: String::new(), projection: None }),
        target: Some(TargetCase {
            stream: Stream::Start,
            section: String::new(),
            template: None,
            records: vec![record.clone(), record],
        }),
        make_unreachable: Box::new(move || away.store(true, Ordering::Relaxed)),
    };
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(check(&subject))
}

#[test]
fn an_adapter_that_keeps_the_contract_passes() {
    let report = report(Flaw::None);
    assert_eq!(report.failed(), [""; 0], "{report}");
    assert_eq!(report.outcomes.len(), 7, "{report}");
}

#[test]
fn a_wrong_adapter_fails_on_its_own_check_and_no_other() {
    let cases = [
        (Flaw::AnyName, "describes-itself"),
        (Flaw::AnySettings, "refuses-unknown-settings"),
        (Flaw::ForgetsItems, "asking-twice-loses-nothing"),
        (Flaw::GivesFilesAgain, "seen-files-stay-seen"),
        (Flaw::CountsRenderings, "rendering-is-pure"),
        (Flaw::OneOutcomeForAll, "answers-for-each-member"),
        (Flaw::NamelessFaults, "faults-name-the-system"),
    ];
    for (flaw, name) in cases {
        let report = report(flaw);
        assert_eq!(report.failed(), [name], "{flaw:?}\n{report}");
    }
}
