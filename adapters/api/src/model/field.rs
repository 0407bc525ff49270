use super::Values;
use crate::code::Code;
use crate::value::{Law, Scalar};
use std::collections::BTreeMap;

/// How private a field is. *Sensitive* passes, but never into a log, metric, audit entry or rejection text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Tells who it is about.
    Identifying,
    /// Says what is delivered, by whom and when.
    Service,
    /// Passes, and may appear nowhere else.
    Sensitive,
    /// Says something about the exchange only.
    Technical,
}

impl Class {
    /// The name in the manual.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identifying => "identifying",
            Self::Service => "service",
            Self::Sensitive => "sensitive",
            Self::Technical => "technical",
        }
    }
}

/// What a canonical text of a field looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grammar {
    /// Nine digits that pass the 11-test.
    Bsn,
    /// A provider scheme, a colon and a number of that scheme.
    Provider,
    /// Two digits of a law's list of categories.
    Category,
    /// One to five characters without control characters, not blank.
    ProductCode,
    /// So many visible characters at the most, no white space.
    Token(usize),
    /// 1 to 36 characters without control characters, not blank.
    Reference,
    /// One line of so many characters at the most, not blank.
    Line(usize),
    /// So few to so many digits.
    Digits(usize, usize),
    /// A decimal number with a point: so many digits before it and behind it at the most.
    Decimal(usize, usize),
    /// `yyyy-mm-dd`.
    Date,
    /// A moment in UTC (RFC 3339).
    Moment,
    /// One of these.
    OneOf(&'static [&'static str]),
}

impl Grammar {
    /// Whether a text has this shape.
    pub fn accepts(self, text: &str) -> bool {
        let length = text.chars().count();
        let plain = !text.chars().any(char::is_control) && !text.trim().is_empty();
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        match self {
            Self::Bsn => crate::value::Bsn::new(text).is_ok(),
            Self::Provider => crate::value::Provider::parse(text, None).is_ok(),
            Self::Category => digits && length == 2,
            Self::ProductCode => plain && length <= 5,
            Self::Token(most) => plain && length <= most && !text.chars().any(char::is_whitespace),
            Self::Reference => plain && length <= 36,
            Self::Line(most) => plain && length <= most,
            Self::Digits(least, most) => digits && (least..=most).contains(&length),
            Self::Decimal(before, behind) => decimal(text, before, behind),
            Self::Date => crate::value::date(text).is_ok(),
            Self::Moment => crate::value::moment(text).is_ok() && text.ends_with('Z'),
            Self::OneOf(texts) => texts.contains(&text),
        }
    }

    /// The shape in words, for the manual.
    pub fn describe(self) -> String {
        match self {
            Self::Bsn => "nine digits, 11-test".into(),
            Self::Provider => "scheme:number (agb, kvk, vestiging, local)".into(),
            Self::Category => "category of the law".into(),
            Self::ProductCode => "1 to 5 characters".into(),
            Self::Token(most) => format!("1 to {most} characters, no white space"),
            Self::Reference => "1 to 36 characters".into(),
            Self::Line(most) => format!("1 to {most} characters"),
            Self::Decimal(before, behind) => {
                format!("decimal number, {before} digits before the point, {behind} behind")
            }
            Self::Digits(least, most) if least == most => format!("{least} digits"),
            Self::Digits(least, most) => format!("{least} to {most} digits"),
            Self::Date => "yyyy-mm-dd".into(),
            Self::Moment => "moment in UTC".into(),
            Self::OneOf(texts) => texts.join(" | "),
        }
    }
}

fn decimal(text: &str, before: usize, behind: usize) -> bool {
    let number = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = number.split_once('.').map_or((number, None), |(whole, fraction)| (whole, Some(fraction)));
    let digits = |part: &str, most| (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole, before) && fraction.is_none_or(|fraction| digits(fraction, behind))
}

/// Whether a record must have a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requirement {
    /// Always there.
    Required,
    /// There when the record has it.
    Optional,
}

/// One text within a field's type: a scalar has one without a suffix, a composite several.
#[derive(Debug, Clone, Copy)]
pub struct Leaf {
    /// What comes after the field's name and a dot; empty for a scalar.
    pub suffix: &'static str,
    /// The Dutch name of the text; empty for a scalar, which has its field's.
    pub dutch: &'static str,
    /// The iStandaarden element within the field's; empty for a scalar.
    pub element: &'static str,
    /// The shape.
    pub grammar: Grammar,
    /// Whether the composite must have it.
    pub requirement: Requirement,
}

/// A row of the field table: everything there is to know about one text of a stream.
#[derive(Debug, Clone)]
pub struct FieldRow {
    /// The name in mappings, templates and settings; within the list it starts with `parts[].`.
    pub name: String,
    /// The name in the handbook and the console.
    pub dutch: String,
    /// The element of iWmo / iJw 3.2, or a dash.
    pub element: String,
    /// How private it is.
    pub class: Class,
    /// The shape of its canonical text.
    pub grammar: Grammar,
    /// Whether a record must have it.
    pub requirement: Requirement,
}

/// Something wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The field's name, or empty when it is about the whole record.
    pub field: String,
    /// What is wrong.
    pub code: Code,
}

impl Problem {
    /// A problem of a field.
    pub fn new(field: impl Into<String>, code: Code) -> Self {
        Self { field: field.into(), code }
    }
}

/// The texts from which one field is read.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    texts: &'a BTreeMap<String, String>,
    parts: &'a [BTreeMap<String, String>],
    law: Option<Law>,
}

impl<'a> Reader<'a> {
    /// Reads the values of a record; codes count under its law.
    pub fn new(values: &'a Values) -> Self {
        let law = values.get("law").and_then(|text| Law::parse(text, None).ok());
        Self { texts: values.fields(), parts: values.parts(), law }
    }

    /// One reader for each part.
    pub fn parts(self) -> impl Iterator<Item = Self> {
        self.parts.iter().map(move |texts| Self { texts, parts: &[], law: self.law })
    }

    /// The text of a field.
    pub fn text(&self, name: &str) -> Option<&'a str> {
        self.texts.get(name).map(String::as_str)
    }

    /// A scalar, absent when there is no text.
    pub fn scalar<T: Scalar>(&self, name: &str) -> Result<Option<T>, Problem> {
        self.text(name).map(|text| T::parse(text, self.law).map_err(|code| Problem::new(name, code))).transpose()
    }
}

/// What a stream's struct is made of: a scalar or a composite of scalars.
pub trait Field: Sized {
    /// The texts it consists of.
    const LEAVES: &'static [Leaf];

    /// Reads it; `None` when it is absent.
    ///
    /// # Errors
    /// The field that is wrong, and how.
    fn read(reader: &Reader<'_>, name: &str) -> Result<Option<Self>, Problem>;

    /// Writes its texts under `name`.
    fn write(&self, name: &str, texts: &mut BTreeMap<String, String>);
}

impl<T: Scalar> Field for T {
    const LEAVES: &'static [Leaf] =
        &[Leaf { suffix: "", dutch: "", element: "", grammar: T::GRAMMAR, requirement: Requirement::Required }];

    fn read(reader: &Reader<'_>, name: &str) -> Result<Option<Self>, Problem> {
        reader.scalar(name)
    }

    fn write(&self, name: &str, texts: &mut BTreeMap<String, String>) {
        texts.insert(name.to_owned(), self.text());
    }
}

/// The rows of one field: one for each leaf of its type.
pub(crate) fn rows<T: Field>(
    name: &str,
    dutch: &str,
    element: &str,
    class: Class,
    requirement: Requirement,
) -> impl Iterator<Item = FieldRow> {
    T::LEAVES.iter().map(move |leaf| FieldRow {
        name: join(name, ".", leaf.suffix),
        dutch: if leaf.dutch.is_empty() { dutch } else { leaf.dutch }.to_owned(),
        element: join(element, "/", leaf.element),
        class,
        grammar: leaf.grammar,
        requirement: match leaf.requirement {
            Requirement::Required => requirement,
            Requirement::Optional => Requirement::Optional,
        },
    })
}

fn join(before: &str, between: &str, after: &str) -> String {
    match after {
        "" => before.to_owned(),
        _ => format!("{before}{between}{after}"),
    }
}

/// That a record lacks a field: it is called by its first text, as in the field table.
pub(crate) fn missing<T: Field>(name: &str) -> Problem {
    let suffix = T::LEAVES.first().map_or("", |leaf| leaf.suffix);
    Problem::new(join(name, ".", suffix), Code::ValueMissing)
}

/// Keeps a problem and goes on, so that all mistakes of a record are found at once.
pub(crate) fn noted<T>(result: Result<T, Problem>, problems: &mut Vec<Problem>) -> Option<T> {
    result.map_err(|problem| problems.push(problem)).ok()
}

/// Declares a struct by its fields: `name: Type, required|optional|list, Class, "name", "Dutch", "element";`.
///
/// It yields the struct, its rows, and how it is read from and written to texts.
macro_rules! fields {
    ($(#[$about:meta])* $name:ident {
        $($(#[$doc:meta])* $field:ident: $type:ty, $mode:ident, $class:ident, $text:literal, $dutch:literal, $element:literal;)+
    }) => {
        $(#[$about])*
        ///
        /// `Debug` shows no value.
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name {
            $($(#[$doc])* pub $field: $crate::model::fields!(@type $mode $type),)+
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }

        impl $name {
            pub(crate) fn rows() -> Vec<$crate::model::FieldRow> {
                let mut rows = Vec::new();
                $($crate::model::fields!(@rows $mode rows, $type, $class, $text, $dutch, $element);)+
                rows
            }

            pub(crate) fn read_fields(
                reader: &$crate::model::Reader<'_>,
                problems: &mut Vec<$crate::model::Problem>,
            ) -> Option<Self> {
                $(let $field = $crate::model::fields!(@read $mode reader, problems, $type, $text);)+
                Some(Self { $($field: $field?,)+ })
            }

            pub(crate) fn write_fields(&self, values: &mut $crate::model::Values) {
                #[allow(unused_mut)]
                let mut texts = std::collections::BTreeMap::new();
                $($crate::model::fields!(@write $mode self.$field, texts, values, $text);)+
                for (name, text) in texts {
                    values.set(&name, text);
                }
            }
        }
    };

    (@type required $type:ty) => { $type };
    (@type optional $type:ty) => { Option<$type> };
    (@type list $type:ty) => { Vec<$type> };

    (@rows required $rows:ident, $type:ty, $class:ident, $text:literal, $dutch:literal, $element:literal) => {
        $rows.extend($crate::model::field::rows::<$type>(
            $text, $dutch, $element, $crate::model::Class::$class, $crate::model::Requirement::Required,
        ));
    };
    (@rows optional $rows:ident, $type:ty, $class:ident, $text:literal, $dutch:literal, $element:literal) => {
        $rows.extend($crate::model::field::rows::<$type>(
            $text, $dutch, $element, $crate::model::Class::$class, $crate::model::Requirement::Optional,
        ));
    };
    (@rows list $rows:ident, $type:ty, $class:ident, $text:literal, $dutch:literal, $element:literal) => {
        $rows.extend(<$type>::rows().into_iter().map(|mut row| {
            row.name = format!("{}[].{}", $text, row.name);
            row
        }));
    };

    (@read required $reader:ident, $problems:ident, $type:ty, $text:literal) => {{
        let read = <$type as $crate::model::Field>::read($reader, $text)
            .and_then(|value| value.ok_or_else(|| $crate::model::field::missing::<$type>($text)));
        $crate::model::field::noted(read, $problems)
    }};
    (@read optional $reader:ident, $problems:ident, $type:ty, $text:literal) => {
        $crate::model::field::noted(<$type as $crate::model::Field>::read($reader, $text), $problems)
    };
    (@read list $reader:ident, $problems:ident, $type:ty, $text:literal) => {{
        let mut inner = Vec::new();
        let parts: Vec<Option<$type>> = $reader.parts().map(|part| <$type>::read_fields(&part, &mut inner)).collect();
        $problems.extend(inner.into_iter().map(|problem| {
            $crate::model::Problem::new(format!("{}[].{}", $text, problem.field), problem.code)
        }));
        parts.into_iter().collect::<Option<Vec<$type>>>()
    }};

    (@write required $self:ident.$field:ident, $texts:ident, $values:ident, $text:literal) => {
        $crate::model::Field::write(&$self.$field, $text, &mut $texts);
    };
    (@write optional $self:ident.$field:ident, $texts:ident, $values:ident, $text:literal) => {
        if let Some(value) = &$self.$field {
            $crate::model::Field::write(value, $text, &mut $texts);
        }
    };
    (@write list $self:ident.$field:ident, $texts:ident, $values:ident, $text:literal) => {
        for part in &$self.$field {
            $values.push_part(part.texts());
        }
    };
}
pub(crate) use fields;
