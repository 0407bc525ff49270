//! One file for each record. A repeat gives the file again under the same name, by which the receiver knows it.

use crate::folder::MARKER;
use crate::name::NamePattern;
use crate::row::Csv;
use crate::to::{FileFormat, To};
use crate::written;
use async_trait::async_trait;
use schakel_api::code::Code;
use schakel_api::contract::{
    Fault, FaultCode, Limits, Receipt, Rendered, Repeat, Section, SettingError, Stamp, Target,
};
use schakel_api::gate::Cleared;
use schakel_api::mapping::Template;
use schakel_api::model::{Problem, Record};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use tokio::task::spawn_blocking;

/// Writes files.
pub(crate) struct FileTarget {
    system: String,
    directory: PathBuf,
    name: NamePattern,
    /// `None` writes JSON.
    csv: Option<Csv>,
    marker: bool,
    template: Template,
    limits: Limits,
}

impl FileTarget {
    /// Checks the settings of a target.
    ///
    /// # Errors
    /// All mistakes.
    pub(crate) fn open(
        system: String,
        directory: PathBuf,
        section: &Section<'_>,
        template: Option<Template>,
    ) -> Result<Self, Vec<SettingError>> {
        let (settings, mut errors) = section.read_some::<To>();
        if template.is_none() {
            errors.push(SettingError::new(section.span(), "`mapping` is missing"));
        }
        let Some(settings) = settings else { return Err(errors) };
        let name = NamePattern::parse(settings.name.get_ref())
            .map_err(|message| errors.push(SettingError::new(settings.name.span(), message)));
        if template.as_ref().is_some_and(Template::expects_answer) {
            errors
                .push(SettingError::new(section.span(), "a file gives no answer: leave [receipt] out of the mapping"));
        }
        let csv = match settings.format {
            FileFormat::Csv => Csv::open(&settings, section, template.as_ref(), &mut errors),
            FileFormat::Json => {
                settings.only_csv(&mut errors);
                None
            }
        };
        let limits = Limits {
            concurrency: 8,
            repeat: Repeat::Idempotent,
            incomplete: settings.incomplete,
            in_place: settings.in_place,
        };
        match (name, template) {
            (Ok(name), Some(template)) if errors.is_empty() => {
                Ok(Self { system, directory, name, csv, marker: settings.marker, template, limits })
            }
            _ => Err(errors),
        }
    }

    /// What kept a file from being written. Whatever it was, the file is not there, or the same bytes are written again.
    fn fault(&self, error: &io::Error) -> Fault {
        let system = self.system.clone();
        match error.kind() {
            ErrorKind::PermissionDenied => Fault::Denied { system, code: FaultCode::NotAuthorised },
            _ => Fault::Unavailable { system, code: FaultCode::NotReadable, retry_after: None },
        }
    }

    async fn put(&self, rendered: &Rendered) -> Result<Receipt, Fault> {
        let broken = || Fault::Broken { system: self.system.clone(), code: FaultCode::NotReadable };
        let (directory, marker, rendered) = (self.directory.clone(), self.marker, rendered.clone());
        let put = move || {
            let (name, bytes) = opened(rendered.bytes()).ok_or(ErrorKind::InvalidData)?;
            put(&directory, name, bytes, marker)
        };
        match spawn_blocking(put).await.map_err(|_| broken())? {
            Ok(()) => Ok(Receipt::default()),
            Err(error) if error.kind() == ErrorKind::InvalidData => Err(broken()),
            Err(error) => Err(self.fault(&error)),
        }
    }
}

fn put(directory: &Path, name: &str, bytes: &[u8], marker: bool) -> io::Result<()> {
    written::put(directory, name, bytes)?;
    if marker { written::put(directory, &format!("{name}{MARKER}"), b"") } else { Ok(()) }
}

/// The name and the bytes of a rendered file, which stand behind our reference.
fn opened(rendered: &[u8]) -> Option<(&str, &[u8])> {
    let mut parts = rendered.splitn(3, |byte| *byte == b'\n');
    let (_, name, bytes) = (parts.next()?, parts.next()?, parts.next()?);
    Some((std::str::from_utf8(name).ok()?, bytes))
}

#[async_trait]
impl Target for FileTarget {
    fn writes(&self) -> Option<PathBuf> {
        Some(self.directory.clone())
    }

    fn limits(&self) -> Limits {
        self.limits
    }

    fn render(&self, records: &[Cleared<Record>], stamp: &Stamp) -> Result<Rendered, Problem> {
        let [record] = records else { return Err(Problem::new("", Code::ValueInvalid)) };
        let bytes = match &self.csv {
            Some(csv) => csv.bytes(&self.template.row(record)?)?,
            None => format!("{}\n", self.template.body(record)?).into_bytes(),
        };
        let name = self.name.name(record.key(), stamp);
        let head = format!("{}\n{name}\n", stamp.reference.escape_default());
        Ok(Rendered::new([head.into_bytes(), bytes].concat()))
    }

    async fn deliver(&self, rendered: &Rendered) -> Vec<Result<Receipt, Fault>> {
        vec![self.put(rendered).await]
    }
}
