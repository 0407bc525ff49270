//! The settings of a flow's `to`.

use crate::encoding::Encoding;
use schakel_api::contract::SettingError;
use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

/// How a flow's records become files.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct To {
    /// What a file is called, with `{moment}` (UTC, as 20260105T080807), `{reference}` (of the attempt) or `{key}` (of
    /// the record) in it, such as `indicatie-{moment}-{reference}.csv`. With `{key}` alone a later version replaces a file
    /// that still stands there.
    #[schemars(with = "String")]
    pub(crate) name: Spanned<String>,
    /// What a file holds.
    pub(crate) format: FileFormat,
    /// What stands between two fields of CSV; a semicolon unless set.
    #[schemars(with = "Option<char>")]
    pub(crate) delimiter: Option<Spanned<char>>,
    /// The encoding of CSV; UTF-8 unless set. A record with a character that Windows-1252 lacks is stopped.
    #[schemars(with = "Option<Encoding>")]
    pub(crate) encoding: Option<Spanned<Encoding>>,
    /// What stands before the decimals of CSV's numbers; a comma unless set.
    #[schemars(with = "Option<Decimal>")]
    pub(crate) decimal: Option<Spanned<Decimal>>,
    /// How a line of CSV ends; crlf unless set.
    #[schemars(with = "Option<LineEnd>")]
    pub(crate) line_end: Option<Spanned<LineEnd>>,
    /// Whether CSV in UTF-8 begins with a byte order mark, by which spreadsheets know it.
    #[schemars(with = "Option<bool>")]
    pub(crate) bom: Option<Spanned<bool>>,
    /// What becomes of a text in CSV that a spreadsheet would take for a formula; refused unless set.
    #[schemars(with = "Option<Formulas>")]
    pub(crate) formulas: Option<Spanned<Formulas>>,
    /// Whether an empty file with .ready behind the name follows, when the file is whole.
    #[serde(default)]
    pub(crate) marker: bool,
    /// Whether the system can hold a size that is to be completed by hand.
    #[serde(default)]
    pub(crate) incomplete: bool,
    /// Whether the system takes another size, product, provider or start under one id.
    #[serde(default)]
    pub(crate) in_place: bool,
}

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum FileFormat {
    /// A line of column names and a row.
    Csv,
    /// A document.
    Json,
}

/// What stands before decimals.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
pub(crate) enum Decimal {
    /// A comma.
    #[serde(rename = ",")]
    Comma,
    /// A point.
    #[serde(rename = ".")]
    Point,
}

/// How a line ends.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum LineEnd {
    /// As RFC 4180 says.
    Crlf,
    /// With a line feed alone.
    Lf,
}

/// What becomes of a text that looks like a formula.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Formulas {
    /// The record is stopped: a changed text would be another value.
    Refuse,
    /// It is written as it is: no spreadsheet ever opens the file.
    Write,
}

impl To {
    /// Notes whatever is about CSV, where no CSV is written.
    pub(crate) fn only_csv(&self, errors: &mut Vec<SettingError>) {
        let Self {
            name: _,
            format: _,
            delimiter,
            encoding,
            decimal,
            line_end,
            bom,
            formulas,
            marker: _,
            incomplete: _,
            in_place: _,
        } = self;
        let spans = [
            delimiter.as_ref().map(Spanned::span),
            encoding.as_ref().map(Spanned::span),
            decimal.as_ref().map(Spanned::span),
            line_end.as_ref().map(Spanned::span),
            bom.as_ref().map(Spanned::span),
            formulas.as_ref().map(Spanned::span),
        ];
        for span in spans.into_iter().flatten() {
            errors.push(SettingError::new(span, "this is about CSV only"));
        }
    }
}
