//! The settings of a system and of a flow's `from`, checked.

use crate::encoding::Expected;
use crate::folder::{Folder, Ready};
use crate::reading::{Format, Reading};
use crate::sweep::Sweep;
use crate::table::Dialect;
use glob::Pattern;
use schakel_api::contract::{Reads, Section, SettingError};
use schakel_api::mapping::Projection;
use schemars::JsonSchema;
use serde::Deserialize;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use toml::Spanned;

/// A directory in which a system leaves or finds files.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Settings {
    /// The directory. It belongs to the other system and is never made by Schakel.
    #[schemars(with = "PathBuf")]
    pub(crate) directory: Spanned<PathBuf>,
}

/// Which files a flow reads, and how.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct From {
    /// Which files: a name in which `*` stands for any text and `?` for any character, such as `benutting-*.csv`.
    /// Hidden files and names that end with .part or .tmp never count. Files are read in order of name.
    #[schemars(with = "String")]
    files: Spanned<String>,
    /// What they hold.
    format: FileFormat,
    /// What stands between two fields of CSV; a semicolon unless set.
    #[schemars(with = "Option<char>")]
    delimiter: Option<Spanned<char>>,
    /// What stands around fields of CSV that hold a delimiter or line end; `"` unless set.
    #[schemars(with = "Option<char>")]
    quote: Option<Spanned<char>>,
    /// The encoding of the files.
    #[serde(default)]
    encoding: Expected,
    /// What says that a file is whole.
    #[serde(default)]
    ready: Ready,
    /// What happens to a file once all of it was taken in. A file with anything in it that cannot be read stays. Where
    /// two flows read the same files, let them stay: each flow clears away what it has read itself. A row that was
    /// rejected goes with its file: `rejections retry` and `resync` do not find it any more, so have the file made anew
    /// then, or move files and put one back. A flow in shadow clears nothing away.
    #[serde(default)]
    after: After,
    /// Whether a file holds changes or the whole list. Of whole lists only the newest counts.
    #[serde(default)]
    read: Reads,
    /// The largest that a file may be, in MiB.
    #[serde(default = "most_mib")]
    #[schemars(with = "u64")]
    largest_mib: Spanned<u64>,
}

fn most_mib() -> Spanned<u64> {
    Spanned::new(0..0, 256)
}

/// What files hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum FileFormat {
    /// A line of column names, and a row on each line.
    Csv,
    /// One document.
    Json,
    /// A document on each line.
    JsonLines,
}

/// What happens to a file once it was taken in.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum After {
    /// It stays.
    #[default]
    Keep,
    /// It is deleted.
    Delete,
    /// It goes to this folder, relative to the directory. Nothing there is ever overwritten.
    Move(#[schemars(with = "PathBuf")] Spanned<PathBuf>),
}

/// A flow's `from` without mistakes.
pub(crate) struct Checked {
    pub(crate) folder: Folder,
    pub(crate) reading: Reading,
    pub(crate) reads: Reads,
    pub(crate) sweep: Option<Sweep>,
    /// What changes when files would be read otherwise.
    pub(crate) revision: String,
}

impl Checked {
    /// Checks the settings of a source.
    ///
    /// # Errors
    /// All mistakes: among them a folder to move to that is not there.
    pub(crate) fn open(
        directory: &Path,
        section: &Section<'_>,
        projection: Option<Projection>,
    ) -> Result<Self, Vec<SettingError>> {
        let (settings, mut errors) = section.read_some::<From>();
        if projection.is_none() {
            errors.push(SettingError::new(section.span(), "`mapping` is missing"));
        }
        let (Some(settings), Some(projection)) = (settings, projection) else { return Err(errors) };
        let pattern = pattern(&settings.files, &mut errors);
        let format = format(&settings, &projection, section, &mut errors);
        let sweep = match &settings.after {
            After::Keep => None,
            After::Delete => Some(Sweep::Delete),
            After::Move(folder) => moved(directory, folder, &mut errors),
        };
        if !(1..=4096).contains(settings.largest_mib.get_ref()) {
            errors.push(SettingError::new(settings.largest_mib.span(), "1 to 4096 MiB"));
        }
        let (Some(pattern), Some(format), true) = (pattern, format, errors.is_empty()) else { return Err(errors) };
        let largest = settings.largest_mib.into_inner() * 1024 * 1024;
        let expected = settings.encoding;
        let revision = format!("{format:?} {expected:?} {largest}");
        let folder = Folder { directory: directory.to_owned(), pattern, ready: settings.ready };
        let reading = Reading { format, expected, largest, projection, document: Mutex::default() };
        Ok(Self { folder, reading, reads: settings.read, sweep, revision })
    }
}

fn pattern(files: &Spanned<String>, errors: &mut Vec<SettingError>) -> Option<Pattern> {
    let text = files.get_ref();
    let message = match Pattern::new(text) {
        Ok(_) if text.contains(['/', '\0']) => "files stand directly in the directory: no / here".to_owned(),
        Ok(_) if text.is_empty() => "a name, or a pattern with * and ?".to_owned(),
        Ok(pattern) => return Some(pattern),
        Err(error) => format!("this is no pattern: {} (at character {})", error.msg, error.pos + 1),
    };
    errors.push(SettingError::new(files.span(), message));
    None
}

fn format(
    settings: &From,
    projection: &Projection,
    section: &Section<'_>,
    errors: &mut Vec<SettingError>,
) -> Option<Format> {
    if settings.format != FileFormat::Csv {
        for character in [&settings.delimiter, &settings.quote].into_iter().flatten() {
            errors.push(SettingError::new(character.span(), "only CSV has delimiters and quotes"));
        }
    }
    match settings.format {
        FileFormat::Json => Some(Format::Json),
        FileFormat::JsonLines if projection.is_list() => Some(Format::JsonLines),
        FileFormat::JsonLines => {
            let error = SettingError::new(section.span(), "the mapping does not read a list");
            errors.push(error.help("the lines are read as one list: `each` begins with $[*]"));
            None
        }
        FileFormat::Csv => {
            let quote = settings.quote.as_ref();
            let dialect = Dialect {
                delimiter: delimiter(settings.delimiter.as_ref(), errors),
                quote: quote.map_or(b'"', |quote| separator(quote, errors)),
            };
            if let Some(quote) = quote.filter(|_| dialect.quote == dialect.delimiter) {
                errors.push(SettingError::new(quote.span(), "the delimiter is no quote"));
            }
            let columns = projection.columns();
            if columns.is_none() {
                let error = SettingError::new(section.span(), "the mapping does not read a table");
                errors.push(error.help("each = \"$[*]\", and a column is `$.name` or `$['a name']`"));
            }
            columns.map(|columns| Format::Csv(dialect, columns))
        }
    }
}

/// What stands between two fields: a semicolon unless set.
pub(crate) fn delimiter(set: Option<&Spanned<char>>, errors: &mut Vec<SettingError>) -> u8 {
    set.map_or(b';', |delimiter| separator(delimiter, errors))
}

/// A character that can separate: no letter, digit, space or line end, and the same byte in every encoding.
fn separator(character: &Spanned<char>, errors: &mut Vec<SettingError>) -> u8 {
    match u8::try_from(*character.get_ref()) {
        Ok(byte) if byte.is_ascii_punctuation() || byte == b'\t' => byte,
        _ => {
            errors.push(SettingError::new(character.span(), "a punctuation mark of ASCII or a tab"));
            b'\0'
        }
    }
}

fn moved(directory: &Path, folder: &Spanned<PathBuf>, errors: &mut Vec<SettingError>) -> Option<Sweep> {
    let path = directory.join(folder.get_ref());
    let message = match (directory.metadata(), path.metadata()) {
        (Ok(here), Ok(there)) if there.is_dir() && (here.dev(), here.ino()) == (there.dev(), there.ino()) => {
            "this is the directory itself"
        }
        (Ok(here), Ok(there)) if there.is_dir() && here.dev() != there.dev() => {
            "this folder lies in another file system: a move would be a copy"
        }
        (Ok(_), Ok(there)) if there.is_dir() => return Some(Sweep::Move(path)),
        _ => "there is no such folder, or it may not be looked at",
    };
    errors.push(SettingError::new(folder.span(), message));
    None
}
