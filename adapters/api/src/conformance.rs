//! What every adapter must show, whatever it speaks to.
//!
//! An adapter's own tests say what is special about it; this suite says what the engine counts on. Whoever writes an
//! adapter makes a [`Subject`] of it, with settings that work and something at the other end, and calls [`check`]:
//!
//! | check | what it shows |
//! | --- | --- |
//! | `describes-itself` | a name in kebab-case, one sentence about it, schemas that refuse unknown keys |
//! | `refuses-unknown-settings` | a misspelt key is a mistake, and is pointed at |
//! | `asking-twice-loses-nothing` | one cursor gives at least the same items again, and following the cursors ends |
//! | `seen-files-stay-seen` | a file that was read is not read again |
//! | `rendering-is-pure` | the same records and stamp give the same bytes |
//! | `answers-for-each-member` | as many outcomes as records |
//! | `faults-name-the-system` | a fault says which system it is about |
//!
//! Checks of a source are left out for an adapter that has none, and those of a target likewise. Each check opens the
//! system anew, and none changes what is at the other end, except that the target is delivered to once, and that the
//! system cannot be reached after the last check.

mod reading;
mod settings;
mod writing;

use crate::contract::{Adapter, Cursor, Opening, Section, SettingError, Source, System, Target};
use crate::mapping::{Projection, Template};
use crate::model::{Record, Stream};
use std::fmt;
use std::sync::Arc;
use toml::Spanned;
use toml::de::DeTable;

/// An adapter and what it needs to be tried: a system that is there and answers.
pub struct Subject<'a> {
    /// The adapter.
    pub adapter: &'a dyn Adapter,
    /// What a system is opened with.
    pub opening: Opening,
    /// The settings of the system (TOML), without `adapter`.
    pub system: String,
    /// Something to read; needed when the adapter has a source.
    pub source: Option<SourceCase>,
    /// Something to deliver; needed when the adapter has a target.
    pub target: Option<TargetCase>,
    /// Takes the system away, so that nothing can be read or delivered any more.
    pub make_unreachable: Box<dyn Fn() + Send + Sync + 'a>,
}

/// Something to read: at least one item, on more than one page where the adapter has pages.
pub struct SourceCase {
    /// The stream.
    pub stream: Stream,
    /// The settings of the flow's `from` (TOML), without `system` and `mapping`.
    pub section: String,
    /// What is read of a row, for an adapter that makes no records itself.
    pub projection: Option<Projection>,
}

/// Something to deliver.
pub struct TargetCase {
    /// The stream.
    pub stream: Stream,
    /// The settings of the flow's `to` (TOML), without `system` and `mapping`.
    pub section: String,
    /// What is written, for an adapter that needs to be told.
    pub template: Option<Template>,
    /// The records of one attempt, about persons of the test range: as many as the target takes at once.
    pub records: Vec<Record>,
}

/// What became of each check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The name of each check that was made, with what is wrong, if anything.
    pub outcomes: Vec<(&'static str, Result<(), String>)>,
}

impl Report {
    /// The names of the checks that found something wrong.
    pub fn failed(&self) -> Vec<&'static str> {
        self.outcomes.iter().filter(|(_, outcome)| outcome.is_err()).map(|(name, _)| *name).collect()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, outcome) in &self.outcomes {
            match outcome {
                Ok(()) => writeln!(formatter, "{name}: ok")?,
                Err(words) => writeln!(formatter, "{name}: {words}")?,
            }
        }
        Ok(())
    }
}

/// Makes every check that applies to the subject, in the order of the table above.
pub async fn check(subject: &Subject<'_>) -> Report {
    let mut outcomes = vec![
        ("describes-itself", settings::describes_itself(subject)),
        ("refuses-unknown-settings", settings::refuses_unknown(subject)),
    ];
    if let Some(case) = &subject.source {
        outcomes.push(("asking-twice-loses-nothing", reading::asking_twice(subject, case).await));
        outcomes.push(("seen-files-stay-seen", reading::seen_files(subject, case).await));
    }
    if let Some(case) = &subject.target {
        outcomes.push(("rendering-is-pure", writing::rendering(subject, case)));
        outcomes.push(("answers-for-each-member", writing::answers(subject, case).await));
    }
    outcomes.push(("faults-name-the-system", faults(subject).await));
    Report { outcomes }
}

/// A system that is away is an ordinary thing: it must be told apart from the others, in closed words only.
async fn faults(subject: &Subject<'_>) -> Result<(), String> {
    // Opened and rendered beforehand: what fails must be the exchange.
    let source = subject.source.as_ref().map(|case| subject.source(case)).transpose()?;
    let delivery = match &subject.target {
        Some(case) => Some(writing::rendered(subject, case)?),
        None => None,
    };
    (subject.make_unreachable)();
    let mut faults = Vec::new();
    if let Some(source) = source {
        let read = source.fetch(&Cursor::default(), &reading::Seen::default()).await;
        faults.push(read.err().ok_or("reading from a system that cannot be reached succeeds")?);
    }
    if let Some((target, rendered)) = delivery {
        for outcome in target.deliver(&rendered).await {
            faults.push(outcome.err().ok_or("delivering to a system that cannot be reached succeeds")?);
        }
    }
    // Beside the system a fault holds codes of closed lists only, so nothing else can leak.
    match faults.iter().find(|fault| fault.system() != subject.opening.system) {
        Some(fault) => Err(format!("a fault is about `{}`, not about `{}`", fault.system(), subject.opening.system)),
        None => Ok(()),
    }
}

impl Subject<'_> {
    /// Opens the system with the settings that work.
    fn open(&self) -> Result<Arc<dyn System>, String> {
        with_section(&self.system, |section| self.adapter.open(section, self.opening.clone()))?
            .map_err(|errors| format!("the system's settings are refused: {}", words(&errors)))
    }

    fn source(&self, case: &SourceCase) -> Result<Arc<dyn Source>, String> {
        let system = self.open()?;
        with_section(&case.section, |section| system.source(case.stream, section, case.projection.clone()))?
            .map_err(|errors| format!("the source's settings are refused: {}", words(&errors)))
    }

    fn target(&self, case: &TargetCase) -> Result<Arc<dyn Target>, String> {
        let system = self.open()?;
        with_section(&case.section, |section| system.target(case.stream, section, case.template.clone()))?
            .map_err(|errors| format!("the target's settings are refused: {}", words(&errors)))
    }
}

/// Runs something with the section that a text is.
fn with_section<T>(text: &str, run: impl FnOnce(&Section<'_>) -> T) -> Result<T, String> {
    let table =
        DeTable::parse(text).map_err(|error| format!("the subject's settings are no TOML: {}", error.message()))?;
    Ok(run(&Section::new(Spanned::new(0..text.len(), table.into_inner()))))
}

fn words(errors: &[SettingError]) -> String {
    errors.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join("; ")
}
