use super::words::plain;
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, Severity, SourceCode};
use schakel_api::contract::SettingError;
use serde::Serialize;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// A file of the installation, as it was read.
#[derive(Debug)]
pub struct File {
    /// The path as the settings name it, relative to the settings file.
    pub name: String,
    /// The text.
    pub text: String,
}

/// A mistake in the installation's files, or something in them that is hardly meant: where, what, and what would be
/// right.
#[derive(Debug, Clone)]
pub struct Diagnostic {
    severity: Severity,
    file: Arc<NamedSource<String>>,
    name: String,
    span: Range<usize>,
    line: usize,
    column: usize,
    message: String,
    help: Option<String>,
}

/// A diagnostic as programs read it. Lines and columns count from one.
#[derive(Debug, Serialize)]
pub struct Plain<'d> {
    file: &'d str,
    line: usize,
    column: usize,
    message: &'d str,
    help: Option<&'d str>,
}

/// All mistakes and warnings that were found, in the order of files and lines. With a mistake nothing runs; a warning
/// is about what runs and is hardly meant.
#[derive(Debug, Clone, Default)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Notes a mistake in a file.
    pub fn add(&mut self, file: &File, error: SettingError) {
        self.note(Severity::Error, file, error);
    }

    /// Notes something in a file that is hardly meant.
    pub fn warn(&mut self, file: &File, warning: SettingError) {
        self.note(Severity::Warning, file, warning);
    }

    fn note(&mut self, severity: Severity, file: &File, error: SettingError) {
        let error = plain(error);
        let start = file.text.floor_char_boundary(error.span.start);
        let before = &file.text[..start];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        self.0.push(Diagnostic {
            severity,
            file: Arc::new(NamedSource::new(&file.name, file.text.clone())),
            name: file.name.clone(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            span: start..file.text.ceil_char_boundary(error.span.end).max(start),
            message: error.message,
            help: error.help,
        });
    }

    /// Notes several mistakes in a file.
    pub fn extend(&mut self, file: &File, errors: impl IntoIterator<Item = SettingError>) {
        for error in errors {
            self.add(file, error);
        }
    }

    /// Notes several warnings about a file.
    pub fn warn_all(&mut self, file: &File, warnings: impl IntoIterator<Item = SettingError>) {
        for warning in warnings {
            self.warn(file, warning);
        }
    }

    /// Whether there is neither a mistake nor a warning.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether something is wrong, so that nothing can run.
    pub fn has_mistakes(&self) -> bool {
        self.of(Severity::Error).next().is_some()
    }

    /// Where the mistakes are: file, line and column, in the order of [`Diagnostics::mistakes`].
    pub fn places(&self) -> impl Iterator<Item = String> {
        self.of(Severity::Error).map(|diagnostic| diagnostic.plain().place())
    }

    /// Sorts by file, line and column; what was found twice (two flows, one table) is told once.
    pub(crate) fn sort(&mut self) {
        let place = |diagnostic: &Diagnostic| {
            (diagnostic.name.clone(), diagnostic.line, diagnostic.column, diagnostic.message.clone())
        };
        self.0.sort_by_key(place);
        self.0.dedup_by_key(|diagnostic| place(diagnostic));
    }

    /// What is wrong, as programs read it.
    pub fn mistakes(&self) -> Vec<Plain<'_>> {
        self.of(Severity::Error).map(Diagnostic::plain).collect()
    }

    /// How many mistakes there are.
    pub fn count(&self) -> usize {
        self.of(Severity::Error).count()
    }

    /// What is hardly meant, as programs read it.
    pub fn warnings(&self) -> Vec<Plain<'_>> {
        self.of(Severity::Warning).map(Diagnostic::plain).collect()
    }

    fn of(&self, severity: Severity) -> impl Iterator<Item = &Diagnostic> {
        self.0.iter().filter(move |diagnostic| diagnostic.severity == severity)
    }

    /// Logs how many warnings there are and where. What they say may quote the files, so that is `validate`'s to tell.
    pub(crate) fn log(&self) {
        let warnings = self.warnings();
        if !warnings.is_empty() {
            let places: Vec<String> = warnings.iter().map(Plain::place).collect();
            tracing::warn!(
                warnings = warnings.len(),
                places = places.join(" "),
                "`schakel validate` tells what is hardly meant in the settings"
            );
        }
    }
}

impl Plain<'_> {
    /// File, line and column, as compilers write them.
    fn place(&self) -> String {
        format!("{}:{}:{}", self.file, self.line, self.column)
    }
}

impl Diagnostic {
    fn plain(&self) -> Plain<'_> {
        Plain {
            file: &self.name,
            line: self.line,
            column: self.column,
            message: &self.message,
            help: self.help.as_deref(),
        }
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor()).with_width(120);
        for diagnostic in &self.0 {
            let told = diagnostic.plain();
            let warning = if diagnostic.severity == Severity::Warning { "warning: " } else { "" };
            writeln!(formatter, "{}: {warning}{}", told.place(), told.message)?;
            let mut report = String::new();
            handler.render_report(&mut report, diagnostic)?;
            // The report begins with the message, which is told already.
            let excerpt = report.lines().skip_while(|line| line.trim_start().starts_with(['×', '⚠']));
            excerpt.skip_while(|line| line.starts_with("  │")).try_for_each(|line| writeln!(formatter, "{line}"))?;
        }
        let count = |severity, noun: &str| match self.of(severity).count() {
            0 => None,
            1 => Some(format!("1 {noun}")),
            number => Some(format!("{number} {noun}s")),
        };
        let counts = [count(Severity::Error, "mistake"), count(Severity::Warning, "warning")];
        let counts: Vec<String> = counts.into_iter().flatten().collect();
        writeln!(formatter, "{} in the settings", counts.join(" and "))
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Diagnostic {}
impl std::error::Error for Diagnostics {}

impl miette::Diagnostic for Diagnostic {
    fn severity(&self) -> Option<Severity> {
        Some(self.severity)
    }

    fn help(&self) -> Option<Box<dyn fmt::Display + '_>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        // Of an empty file there is nothing to show.
        (!self.file.inner().is_empty()).then_some(self.file.as_ref() as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(std::iter::once(LabeledSpan::underline(self.span.clone()))))
    }
}
