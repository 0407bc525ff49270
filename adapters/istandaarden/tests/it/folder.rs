//! A directory of messages, the sources that read it, and what they have seen.

use schakel_api::contract::{
    Adapter, Credentials, Cursor, Fault, FilesSeen, Item, Native, Opening, Page, Section, SeenFile, SettingError,
    Source, System,
};
use schakel_api::model::{Record, Stream};
use schakel_api::value::{Law, Municipality};
use schakel_istandaarden::Istandaarden;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;
use toml::de::DeTable;

/// The streams that messages hold.
pub(crate) const STREAMS: [Stream; 4] = [Stream::Assignment, Stream::Request, Stream::Start, Stream::Stop];

#[derive(Default)]
struct Seen(Vec<SeenFile>);

impl FilesSeen for Seen {
    fn seen(&self, file: &SeenFile) -> bool {
        self.0.contains(file)
    }
}

/// A directory that some streams are read from, each by its own source.
pub(crate) struct Folder {
    directory: TempDir,
    sources: HashMap<Stream, Arc<dyn Source>>,
    seen: HashMap<Stream, Seen>,
}

/// A link of Diemen and Amsterdam, for both laws.
pub(crate) fn opening(base: &Path) -> Opening {
    Opening {
        system: "messages".to_owned(),
        base: base.to_owned(),
        credentials: Credentials::default(),
        municipalities: ["0384", "0363"].into_iter().filter_map(|code| Municipality::new(code, None, None)).collect(),
        laws: vec![Law::Wmo, Law::Jeugdwet],
    }
}

/// Opens a system with these settings.
pub(crate) fn open(settings: &str, base: &Path) -> Result<Arc<dyn System>, Vec<SettingError>> {
    Istandaarden.open(&Section::new(DeTable::parse(settings).unwrap()), opening(base))
}

/// Opens the source of a stream with these settings of the flow.
pub(crate) fn source(
    system: &dyn System,
    stream: Stream,
    settings: &str,
) -> Result<Arc<dyn Source>, Vec<SettingError>> {
    system.source(stream, &Section::new(DeTable::parse(settings).unwrap()), None)
}

impl Folder {
    /// An empty directory, read by these streams.
    pub(crate) fn new(streams: &[Stream]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let system = open("directory = \".\"", directory.path()).unwrap();
        let sources = streams.iter().map(|stream| (*stream, source(system.as_ref(), *stream, "").unwrap())).collect();
        Self { directory, sources, seen: HashMap::new() }
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Lays out a file.
    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> &Self {
        std::fs::write(self.path().join(name), bytes).unwrap();
        self
    }

    /// One page, of which nothing is remembered.
    pub(crate) async fn page(&self, stream: Stream, cursor: &Cursor) -> Result<Page, Fault> {
        let none = Seen::default();
        self.sources[&stream].fetch(cursor, self.seen.get(&stream).unwrap_or(&none)).await
    }

    /// A whole pass, after which the files of its pages are seen.
    pub(crate) async fn pass(&mut self, stream: Stream) -> Vec<Item> {
        let mut items = Vec::new();
        let mut cursor = Cursor::default();
        loop {
            let page = self.page(stream, &cursor).await.unwrap();
            items.extend(page.items);
            self.seen.entry(stream).or_default().0.extend(page.files);
            cursor = page.next;
            if page.complete {
                return items;
            }
        }
    }

    /// A whole pass of each stream, in the order of the streams.
    pub(crate) async fn passes(&mut self) -> Vec<Vec<Item>> {
        let mut items = Vec::new();
        for stream in STREAMS {
            items.push(self.pass(stream).await);
        }
        items
    }
}

/// The records among the items, each of which can be read.
pub(crate) fn records(stream: Stream, items: &[Item]) -> Vec<&Native> {
    let natives: Vec<&Native> = items
        .iter()
        .map(|item| match item {
            Item::Native(native) => native,
            other => panic!("no record: {other:?}"),
        })
        .collect();
    for native in &natives {
        let record = Record::read(stream, &native.values).unwrap();
        // What was read is what a target gets, so it is canonical already.
        assert_eq!(texts(&record.values()), texts(&native.values));
    }
    natives
}

/// Values as lines, to compare.
pub(crate) fn texts(values: &schakel_api::model::Values) -> Vec<String> {
    values.iter().map(|(name, text)| format!("{name} = {text}")).collect()
}
