//! A directory, a source of it, and what the source gave so far.

use schakel_api::code::Code;
use schakel_api::contract::{
    Adapter, Credentials, Cursor, Fault, FilesSeen, Item, Opening, Page, Section, SeenFile, SettingError, Source,
    System, Target,
};
use schakel_api::mapping::{Each, FieldPath, Form, Line, OutPath, Projection, Slot, Template};
use schakel_api::model::Stream;
use schakel_api::value::Law;
use schakel_files::Files;
use std::fs::{File, FileTimes};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};
use tempfile::TempDir;
use toml::Spanned;
use toml::de::DeTable;

/// Runs something with the section that a text is.
pub(crate) fn with<T>(text: &str, run: impl FnOnce(&Section<'_>) -> T) -> T {
    let table = DeTable::parse(text).unwrap().into_inner();
    run(&Section::new(Spanned::new(0..text.len(), table)))
}

/// Opens a system.
pub(crate) fn open(text: &str, base: &Path) -> Result<Arc<dyn System>, Vec<SettingError>> {
    let opening = Opening {
        system: "package".to_owned(),
        base: base.to_owned(),
        credentials: Credentials::default(),
        municipalities: Vec::new(),
        laws: vec![Law::Wmo],
    };
    with(text, |section| Files.open(section, opening))
}

/// Rows in which `$.id` and `$.naam` are read.
pub(crate) fn projection(each: &str) -> (Projection, [Slot; 2]) {
    let mut projection = Projection::new(vec![Each::parse(each).unwrap()]);
    let slots = ["$.id", "$.naam"].map(|path| projection.row(FieldPath::parse(path, 0).unwrap()));
    (projection, slots)
}

/// Where a template's line goes, and what it takes.
pub(crate) fn line(to: &str, from: &str, form: Form) -> Line {
    let from = schakel_api::mapping::Source::Field(from.to_owned());
    Line { to: OutPath::parse(to).unwrap(), from, form, null: false, scheme: None, table: None }
}

/// A template of these columns.
pub(crate) fn template(lines: &[(&str, &str)]) -> Template {
    let lines = lines.iter().map(|(to, from)| line(to, from, Form::Text)).collect();
    Template::new(Stream::Indication, lines, false)
}

/// A target in a directory.
pub(crate) fn target(base: &Path, section: &str, template: Template) -> Result<Arc<dyn Target>, Vec<SettingError>> {
    let system = open("directory = \".\"", base)?;
    with(section, |section| system.target(Stream::Indication, section, Some(template)))
}

#[derive(Default)]
pub(crate) struct Seen(Mutex<Vec<SeenFile>>);

impl FilesSeen for Seen {
    fn seen(&self, file: &SeenFile) -> bool {
        self.0.lock().unwrap().contains(file)
    }
}

/// A directory of files and a source of it.
pub(crate) struct Folder {
    pub(crate) directory: TempDir,
    pub(crate) source: Arc<dyn Source>,
    pub(crate) cursor: Cursor,
    pub(crate) seen: Seen,
    slots: [Slot; 2],
}

/// How long ago the files of a test were written.
const LONG_AGO: Duration = Duration::from_hours(1);

impl Folder {
    /// A directory with a folder `verwerkt`, and the source with this section; it reads `$.id` and `$.naam`.
    pub(crate) fn new(section: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        std::fs::create_dir(directory.path().join("verwerkt")).unwrap();
        let (projection, slots) = projection("$[*]");
        let system = open("directory = \".\"", directory.path()).unwrap();
        let source = with(section, |section| system.source(Stream::Indication, section, Some(projection)));
        Self { directory, source: source.unwrap(), cursor: Cursor::default(), seen: Seen::default(), slots }
    }

    /// A source of files of CSV with this more.
    pub(crate) fn csv(more: &str) -> Self {
        Self::new(&format!("files = \"*.csv\"\nformat = \"csv\"\n{more}"))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Writes a file, an hour ago.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> &Self {
        self.write_ago(name, content, LONG_AGO)
    }

    /// Writes a file, some time ago.
    pub(crate) fn write_ago(&self, name: &str, content: impl AsRef<[u8]>, ago: Duration) -> &Self {
        std::fs::write(self.path(name), content).unwrap();
        let times = FileTimes::new().set_modified(SystemTime::now() - ago);
        File::options().append(true).open(self.path(name)).unwrap().set_times(times).unwrap();
        self
    }

    /// The names in the directory, or in a folder of it.
    pub(crate) fn names(&self, folder: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.path(folder)).unwrap().map(|entry| entry.unwrap());
        let files = entries.filter(|entry| entry.file_type().unwrap().is_file());
        let mut names: Vec<String> = files.map(|entry| entry.file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// Fetches a page, and takes it in as the engine does.
    pub(crate) async fn page(&mut self) -> Result<Page, Fault> {
        let page = self.source.fetch(&self.cursor, &self.seen).await?;
        self.take_in(&page);
        Ok(page)
    }

    /// What the transaction of a page does.
    pub(crate) fn take_in(&mut self, page: &Page) {
        self.seen.0.lock().unwrap().extend(page.files.iter().cloned());
        self.cursor = page.next.clone();
    }

    /// Fetches a pass to its end: what it gave, and whether that was the whole list.
    pub(crate) async fn pass(&mut self) -> (Vec<String>, bool) {
        let mut shown = Vec::new();
        for _ in 0..100 {
            let page = self.page().await.unwrap();
            shown.extend(page.items.iter().map(|item| self.shown(item)));
            if page.complete {
                return (shown, page.whole);
            }
        }
        panic!("the pass does not end");
    }

    /// The items of a pass.
    pub(crate) async fn read(&mut self) -> Vec<String> {
        self.pass().await.0
    }

    /// An item: the id and the name, or what is wrong with what.
    pub(crate) fn shown(&self, item: &Item) -> String {
        match item {
            Item::Row(row) => self.slots.map(|slot| row.get(slot).text().unwrap_or("-")).join(" "),
            Item::Defect { key, code, .. } => format!("{key}: {code}"),
            Item::Native(_) | Item::Skipped | Item::Blocked => "?".to_owned(),
        }
    }

    /// What a sample gives.
    pub(crate) fn sample(&self, bytes: &[u8]) -> Result<Vec<String>, Code> {
        let items = self.source.sample("sample.csv", bytes)?;
        Ok(items.iter().map(|item| self.shown(item)).collect())
    }
}

impl Folder {
    /// Whether that many files were taken in.
    pub(crate) fn seen_all(&self, many: usize) -> bool {
        self.seen.0.lock().unwrap().len() >= many
    }
}
