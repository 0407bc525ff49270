//! The closed list of what can be wrong with a record, and who must act on it.

use serde::Serialize;

/// Who must act on a rejection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Actor {
    /// The people who work in the system that the record came from.
    Source,
    /// Functional administration: mappings and code tables.
    Administration,
    /// ICT: settings, files, connections.
    Ict,
}

/// Declares the codes: name, text, who must act, and a hint.
macro_rules! codes {
    ($($variant:ident = $text:literal, $actor:ident, $hint:literal;)+) => {
        /// Why a record was stopped: a rejection shows this code and never the value.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code {
            $(#[doc = $hint] $variant,)+
        }

        impl Code {
            /// Every code, in the order of the manual.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The code as people and programs read it.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// Who must act.
            pub fn actor(self) -> Actor {
                match self { $(Self::$variant => Actor::$actor,)+ }
            }

            /// What to do about it.
            pub fn hint(self) -> &'static str {
                match self { $(Self::$variant => $hint,)+ }
            }
        }
    };
}

codes! {
    ValueMissing = "value-missing", Source, "fill the field in the source";
    ValueInvalid = "value-invalid", Source, "the field does not have the shape it must have: correct it in the source";
    ValueNotSingle = "value-not-single", Administration, "the path leads to a list or an object: let it lead to one value";
    ValueUnwanted = "value-unwanted", Source, "the field says something that does not go with the other fields: empty it in the source";
    BsnInvalid = "bsn-invalid", Source, "the BSN fails the 11-test: correct it in the source";
    BsnEnvironment = "bsn-environment", Ict, "production takes no test BSN and other environments take only test BSNs";
    LawUnknown = "law-unknown", Administration, "the law is none of wmo and jeugdwet: complete the table of laws";
    LawForeign = "law-foreign", Ict, "the link does not handle this law: add it to its laws or leave these rows out";
    ProviderInvalid = "provider-invalid", Source, "the provider's number does not fit its scheme: correct it in the source";
    CategoryUnknown = "category-unknown", Source, "the law's list of product categories does not have this one";
    CodeUnknown = "code-unknown", Administration, "the code is not in the table: add a row that is valid on the record's date";
    ReasonUnknown = "reason-unknown", Source, "the law's list of reasons does not have this one";
    UnitUnknown = "unit-unknown", Administration, "the unit is none of 3.2: complete the table of units";
    FrequencyUnknown = "frequency-unknown", Administration, "the frequency is none of 3.2 nor a named extra: complete the table";
    VolumeInvalid = "volume-invalid", Source, "the volume must be a whole number of at most eight digits";
    SizeCombination = "size-combination", Source, "this unit may not be counted per day: correct the size in the source";
    SizeIncomplete = "size-incomplete", Source, "volume, unit and frequency go together: fill all three or none";
    CompleteByHand = "complete-by-hand", Source, "the size is limited by an amount, which does not cross: complete it by hand on the other side";
    ConversionInexact = "conversion-inexact", Administration, "the size cannot be expressed exactly in the unit that the target wants";
    StateUnknown = "state-unknown", Administration, "the state is not in the list: complete the table of states";
    DeliveryFormUnknown = "delivery-form-unknown", Administration, "the delivery form is none of zin and pgb: complete the table";
    DateInvalid = "date-invalid", Source, "no calendar has this date, or it is written in another form than the mapping says";
    MomentInvalid = "moment-invalid", Source, "this is no moment in the form that the mapping says";
    EndBeforeStart = "end-before-start", Source, "the end lies before the start: correct it in the source";
    EndMissing = "end-missing", Source, "a size per week needs an end date";
    PartsMissing = "parts-missing", Source, "a request without a product asks for nothing";
    VersionMissing = "version-missing", Source, "the field that tells versions apart is empty";
    KeyMissing = "key-missing", Source, "the field that tells rows apart is empty";
    PersonChanged = "person-changed", Source, "this id belonged to another BSN before: give the new person a new id";
    PersonNotKnown = "person-not-known", Source, "the front office holds no indication of this person under this law";
    ChangedInPlace = "changed-in-place", Source, "size, product, provider or start changed under one id: end this line and make a new one";
    LineVanished = "line-vanished", Source, "the line is not in the list any more, which ends nothing: end or withdraw it in the source";
    CatalogueDiffers = "catalogue-differs", Source, "the owner of the catalogue says otherwise: correct this side, or let the owner change it";
    MatchAmbiguous = "match-ambiguous", Administration, "several records of the target fit: say which with `schakel adopt --pairs`";
    SchemeUnwanted = "scheme-unwanted", Administration, "the target wants the provider's number in another scheme";
    NotWellFormed = "not-well-formed", Source, "the file is not well-formed: let it be written again";
    NotThisRelease = "not-this-release", Source, "only messages of iWmo and iJw 3.2 are read";
    TooLarge = "too-large", Source, "the file is larger than a message may be";
    Unreadable = "unreadable", Ict, "the file cannot be read: look at its rights";
    EntryUnreadable = "entry-unreadable", Ict, "an entry of the journal cannot be opened: look whether store and key are whole";
    EncodingInvalid = "encoding-invalid", Source, "the file is not in the encoding that the settings say: let it be written again";
    HeaderMissing = "header-missing", Source, "the file does not begin with a line of column names";
    ColumnMissing = "column-missing", Administration, "a column that the mapping names is not in the header, or more than once";
    FieldCount = "field-count", Source, "the row has more or fewer fields than the header: often a text with a delimiter and no quotes";
    CharacterUnwritable = "character-unwritable", Administration, "a character does not exist in the encoding that the target wants";
    FormulaLike = "formula-like", Source, "a spreadsheet would take this text for a formula: correct it, or let the flow write formulas";
    Refused = "refused", Administration, "the receiving system refused the record: look there for the reason";
    OutcomeUnknown = "outcome-unknown", Administration, "it is not known whether the receiving system took the record: look there";
}

impl std::fmt::Display for Code {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.as_str())
    }
}
