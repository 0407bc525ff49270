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

/// A mistake in the installation's files: where, what, and what would be right.
#[derive(Debug, Clone)]
pub struct Diagnostic {
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

/// All mistakes that were found, in the order of files and lines.
#[derive(Debug, Default)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Notes a mistake in a file.
    pub fn add(&mut self, file: &File, error: SettingError) {
        let error = plain(error);
        let start = file.text.floor_char_boundary(error.span.start);
        let before = &file.text[..start];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        self.0.push(Diagnostic {
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

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many mistakes there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Where they are: file, line and column, in the order of [`Diagnostics::plain`].
    pub fn places(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|Diagnostic { name, line, column, .. }| format!("{name}:{line}:{column}"))
    }

    /// Sorts by file, line and column; the same mistake found twice (two flows, one table) is told once.
    pub(super) fn sort(&mut self) {
        let place = |diagnostic: &Diagnostic| {
            (diagnostic.name.clone(), diagnostic.line, diagnostic.column, diagnostic.message.clone())
        };
        self.0.sort_by_key(place);
        self.0.dedup_by_key(|diagnostic| place(diagnostic));
    }

    /// As programs read them.
    pub fn plain(&self) -> Vec<Plain<'_>> {
        self.0.iter().map(Diagnostic::plain).collect()
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
            let Plain { file, line, column, message, .. } = diagnostic.plain();
            writeln!(formatter, "{file}:{line}:{column}: {message}")?;
            let mut report = String::new();
            handler.render_report(&mut report, diagnostic)?;
            // The report begins with the message, which is told already.
            let excerpt = report.lines().skip_while(|line| line.trim_start().starts_with('×'));
            excerpt.skip_while(|line| line.starts_with("  │")).try_for_each(|line| writeln!(formatter, "{line}"))?;
        }
        let count = self.0.len();
        writeln!(formatter, "{count} {} in the settings", if count == 1 { "mistake" } else { "mistakes" })
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
        Some(Severity::Error)
    }

    fn help(&self) -> Option<Box<dyn fmt::Display + '_>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self.file.as_ref())
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(std::iter::once(LabeledSpan::underline(self.span.clone()))))
    }
}
