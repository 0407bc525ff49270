//! A record as CSV: a header and a row.

use crate::encoding::{BOM, Encoding};
use crate::settings::delimiter;
use crate::table;
use crate::to::{Decimal, Formulas, LineEnd, To};
use csv::Terminator;
use schakel_api::code::Code;
use schakel_api::contract::{Section, SettingError};
use schakel_api::mapping::{Form, OutCell, Template};
use schakel_api::model::Problem;
use toml::Spanned;

/// How a record is written as CSV.
#[derive(Debug)]
pub(crate) struct Csv {
    header: Vec<Vec<u8>>,
    delimiter: u8,
    encoding: Encoding,
    decimal: Decimal,
    terminator: Terminator,
    bom: bool,
    formulas: Formulas,
}

impl Csv {
    /// Checks what the settings say about CSV; `None` where something is wrong, which is noted.
    pub(crate) fn open(
        settings: &To,
        section: &Section<'_>,
        template: Option<&Template>,
        errors: &mut Vec<SettingError>,
    ) -> Option<Self> {
        fn value<T: Copy>(set: Option<&Spanned<T>>, otherwise: T) -> T {
            set.map_or(otherwise, |set| *set.get_ref())
        }
        let delimiter = delimiter(settings.delimiter.as_ref(), errors);
        if let Some(quote) = settings.delimiter.as_ref().filter(|_| delimiter == b'"') {
            errors.push(SettingError::new(quote.span(), "the quote is no delimiter"));
        }
        let encoding = value(settings.encoding.as_ref(), Encoding::Utf8);
        if let Some(bom) = settings.bom.as_ref().filter(|bom| *bom.get_ref() && encoding != Encoding::Utf8) {
            errors.push(SettingError::new(bom.span(), "only UTF-8 has a byte order mark"));
        }
        let columns =
            template?.columns().map_err(|bad| errors.push(SettingError::new(section.span(), bad.to_string())));
        let header: Option<Vec<_>> = columns.ok()?.iter().map(|name| encoding.bytes(name)).collect();
        if header.is_none() {
            errors.push(SettingError::new(section.span(), "Windows-1252 lacks a character of a column's name"));
        }
        Some(Self {
            header: header?,
            delimiter,
            encoding,
            decimal: value(settings.decimal.as_ref(), Decimal::Comma),
            terminator: match value(settings.line_end.as_ref(), LineEnd::Crlf) {
                LineEnd::Crlf => Terminator::CRLF,
                LineEnd::Lf => Terminator::Any(b'\n'),
            },
            bom: value(settings.bom.as_ref(), false),
            formulas: value(settings.formulas.as_ref(), Formulas::Refuse),
        })
    }

    /// A header and a row.
    ///
    /// # Errors
    /// The field that cannot be written.
    pub(crate) fn bytes(&self, row: &[OutCell<'_>]) -> Result<Vec<u8>, Problem> {
        let row = row.iter().map(|cell| self.field(cell)).collect::<Result<_, _>>()?;
        let rows = table::write(&[self.header.clone(), row], self.delimiter, self.terminator);
        let rows = rows.map_err(|code| Problem::new("", code))?;
        Ok(if self.bom { [BOM, &rows].concat() } else { rows })
    }

    fn field(&self, cell: &OutCell<'_>) -> Result<Vec<u8>, Problem> {
        let text = cell.text.as_deref().unwrap_or_default();
        if cell.form == Form::Text && self.formulas == Formulas::Refuse && is_formula(text) {
            return Err(Problem::new(cell.field, Code::FormulaLike));
        }
        let text = match (cell.form, self.decimal) {
            (Form::Number, Decimal::Comma) => text.replace('.', ","),
            (Form::Number, Decimal::Point) | (Form::Text, _) => text.to_owned(),
        };
        self.encoding.bytes(&text).ok_or_else(|| Problem::new(cell.field, Code::CharacterUnwritable))
    }
}

/// Whether a spreadsheet would compute a text instead of showing it (CSV injection). Quotes around it do not help, and
/// neither does white space before it.
fn is_formula(text: &str) -> bool {
    let text = text.trim_start();
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = text.strip_prefix(['+', '-']).is_some_and(|number| match number.split_once(['.', ',']) {
        Some((whole, decimals)) => is_digits(whole) && is_digits(decimals),
        None => is_digits(number),
    });
    text.starts_with(['=', '+', '-', '@']) && !is_number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_told_from_a_number() {
        for text in ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", " =1", "\t=1", "-", "+1.", "=-1", "--1"] {
            assert!(is_formula(text), "{text}");
        }
        for text in ["", "1", "-1", "+31", "-1,5", "-1.5", "a=b", "a-b", "1=1", "2026-01-05"] {
            assert!(!is_formula(text), "{text}");
        }
    }
}
