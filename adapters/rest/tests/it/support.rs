//! A system, sources and targets at a server of the test.

use schakel_api::contract::{
    Adapter, Credentials, Cursor, Fault, FilesSeen, Opening, Page, Section, SeenFile, SettingError, Source, System,
    Target,
};
use schakel_api::gate::{Cleared, Context, Environment, Withheld, clear};
use schakel_api::mapping::{Each, FieldPath, Form, Line, OutPath, Path, Projection, Template};
use schakel_api::model::{Record, Stream, Values};
use schakel_api::value::{Law, Version};
use schakel_rest::Rest;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};
use toml::Spanned;
use toml::de::DeTable;
use wiremock::{MockServer, ResponseTemplate};

/// The secret of the credential `token`.
pub(crate) const SECRET: &str = "s3cr3t-t0ken";

/// The section of a source that follows a cursor.
pub(crate) const FROM: &str = "path = \"/indicaties\"
paging = { next = \"$.volgende\", parameter = \"gewijzigd_na\", since = \"$.gewijzigd_op\" }
";

/// The section of a target.
pub(crate) const TO: &str = "path = \"/toewijzingen/{id}\"\nrepeat = \"idempotent\"\n";

/// The directory with the credential `token`.
static CREDENTIALS: LazyLock<PathBuf> = LazyLock::new(|| {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("credentials");
    std::fs::create_dir_all(&directory).unwrap();
    std::fs::write(directory.join("token"), format!("{SECRET}\n")).unwrap();
    directory
});

/// What the adapter is opened with: one credential, `token`.
pub(crate) fn opening() -> Opening {
    Opening {
        system: "package".to_owned(),
        base: CREDENTIALS.clone(),
        credentials: Credentials::new(Some(CREDENTIALS.clone())),
        municipalities: Vec::new(),
        laws: vec![Law::Wmo],
    }
}

/// Runs something with the section that a text is.
pub(crate) fn with<T>(text: &str, run: impl FnOnce(&Section<'_>) -> T) -> T {
    let table = DeTable::parse(text).unwrap().into_inner();
    run(&Section::new(Spanned::new(0..text.len(), table)))
}

/// Opens a system.
pub(crate) fn open(text: &str) -> Result<Arc<dyn System>, Vec<SettingError>> {
    with(text, |section| Rest.open(section, opening()))
}

/// The system at a server, with a token.
pub(crate) fn system(server: &MockServer) -> Arc<dyn System> {
    open(&format!("base-url = \"{}/api\"\nauth = {{ bearer = \"token\" }}\n", server.uri())).unwrap()
}

/// Rows at `$.items[*]`, of which the id is read.
pub(crate) fn projection() -> Projection {
    let mut projection = Projection::new(vec![Each::parse("$.items[*]").unwrap()]);
    projection.row(FieldPath::parse("$.id", 0).unwrap());
    projection
}

/// A source at a server.
pub(crate) fn source(server: &MockServer) -> Arc<dyn Source> {
    with(FROM, |section| system(server).source(Stream::Indication, section, Some(projection()))).unwrap()
}

/// A source of the whole list at a server.
pub(crate) fn snapshot(server: &MockServer) -> Arc<dyn Source> {
    let from = "path = \"/indicaties\"\nread = \"snapshot\"\n";
    with(from, |section| system(server).source(Stream::Indication, section, Some(projection()))).unwrap()
}

struct Nothing;

impl FilesSeen for Nothing {
    fn seen(&self, _: &SeenFile) -> bool {
        false
    }
}

/// Fetches the page after a cursor.
pub(crate) async fn fetch(source: &Arc<dyn Source>, cursor: &Cursor) -> Result<Page, Fault> {
    source.fetch(cursor, &Nothing).await
}

/// A body with the id, the BSN and the volume, and an answer with a number.
pub(crate) fn template() -> Template {
    let line = |to: &str, from: &str, form| Line {
        to: OutPath::parse(to).unwrap(),
        from: schakel_api::mapping::Source::Field(from.to_owned()),
        form,
        null: false,
        scheme: None,
        table: None,
    };
    let lines = vec![
        line("id", "id", Form::Text),
        line("client.bsn", "bsn", Form::Text),
        line("omvang.volume", "size.volume", Form::Number),
    ];
    Template::new(Stream::Indication, lines, false).with_receipt("number", Path::parse("$.nummer").unwrap())
}

/// A target at a server.
pub(crate) fn target(server: &MockServer) -> Arc<dyn Target> {
    with(TO, |section| system(server).target(Stream::Indication, section, Some(template()))).unwrap()
}

/// An indication.
pub(crate) fn record(id: &str) -> Record {
    let mut values = Values::new();
    let texts = [("law", "wmo"), ("bsn", "999900006"), ("provider", "agb:12345678"), ("product.category", "02")];
    let size = [("size.volume", "3"), ("size.unit", "04"), ("size.frequency", "4")];
    let others = [("id", id), ("delivery-form", "zin"), ("start", "2026-01-05"), ("state", "in-force")];
    texts.into_iter().chain(size).chain(others).for_each(|(name, text)| values.set(name, text));
    Record::read(Stream::Indication, &values).unwrap()
}

/// A cleared indication.
pub(crate) fn cleared(id: &str) -> Cleared<Record> {
    let withheld = Withheld::default();
    let context = Context {
        environment: Environment::Demo,
        laws: &[Law::Wmo],
        withheld: &withheld,
        key: "key-1",
        may_know: true,
        smallest_cell: 10,
        counterpart: None,
    };
    clear(&record(id), &Version::counter(7), &context).unwrap()
}

/// An answer with rows that changed at these moments, and where the next page is.
pub(crate) fn page(rows: &[(&str, &str)], next: Option<&str>) -> ResponseTemplate {
    let items: Vec<_> =
        rows.iter().map(|(id, changed)| serde_json::json!({"id": id, "gewijzigd_op": changed})).collect();
    ResponseTemplate::new(200).set_body_json(serde_json::json!({"items": items, "volgende": next}))
}
