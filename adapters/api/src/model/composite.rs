//! Fields that consist of several texts.

use super::{Field, Grammar, Leaf, Problem, Reader, Requirement};
use crate::code::Code;
use crate::value::{Category, Count, Frequency, Product, ProductCode, Scalar, Size, Unit, Volume};
use std::collections::BTreeMap;

const fn leaf(
    suffix: &'static str,
    dutch: &'static str,
    element: &'static str,
    grammar: Grammar,
    requirement: Requirement,
) -> Leaf {
    Leaf { suffix, dutch, element, grammar, requirement }
}

impl Field for Product {
    const LEAVES: &'static [Leaf] = &[
        leaf("category", "productcategorie", "Categorie", Category::GRAMMAR, Requirement::Required),
        leaf("code", "productcode", "Code", ProductCode::GRAMMAR, Requirement::Optional),
    ];

    fn read(reader: &Reader<'_>, name: &str) -> Result<Option<Self>, Problem> {
        let category_name = format!("{name}.category");
        let category = reader.scalar(&category_name)?;
        let code = reader.scalar(&format!("{name}.code"))?;
        match (category, code) {
            (Some(category), code) => Ok(Some(Self { category, code })),
            (None, None) => Ok(None),
            (None, Some(_)) => Err(Problem::new(category_name, Code::ValueMissing)),
        }
    }

    fn write(&self, name: &str, texts: &mut BTreeMap<String, String>) {
        texts.insert(format!("{name}.category"), self.category.text());
        if let Some(code) = &self.code {
            texts.insert(format!("{name}.code"), code.text());
        }
    }
}

/// What `size.limit` says when the size is limited by an amount.
const AMOUNT: &str = "amount";

impl Field for Size {
    const LEAVES: &'static [Leaf] = &[
        leaf("volume", "volume", "Volume", Grammar::Digits(1, 8), Requirement::Optional),
        leaf("unit", "eenheid", "Eenheid", Unit::GRAMMAR, Requirement::Optional),
        leaf("frequency", "frequentie", "Frequentie", Frequency::GRAMMAR, Requirement::Optional),
        leaf("limit", "begrenzing", "-", Grammar::OneOf(&[AMOUNT]), Requirement::Optional),
    ];

    /// Unit 83 (euro) makes the volume an amount: the size is then [`Size::Amount`] and the volume is not looked at.
    fn read(reader: &Reader<'_>, name: &str) -> Result<Option<Self>, Problem> {
        let [volume_name, unit_name, frequency_name, limit_name] =
            ["volume", "unit", "frequency", "limit"].map(|part| format!("{name}.{part}"));
        if reader.text(&limit_name) == Some(AMOUNT) || reader.text(&unit_name) == Some("83") {
            return Ok(Some(Self::Amount));
        }
        let unit = reader.scalar::<Unit>(&unit_name)?;
        let frequency = reader.scalar::<Frequency>(&frequency_name)?;
        let number = reader
            .text(&volume_name)
            .map(|text| number(text).ok_or_else(|| Problem::new(&volume_name, Code::VolumeInvalid)))
            .transpose()?;
        match (number, unit, frequency) {
            (None, None, None) => Ok(Some(Self::Unlimited)),
            (Some(number), Some(unit), Some(frequency)) => Volume::new(number, unit, frequency)
                .map(|volume| Some(Self::Volume(volume)))
                .map_err(|code| Problem::new(volume_name, code)),
            (None, ..) => Err(Problem::new(volume_name, Code::SizeIncomplete)),
            (_, None, _) => Err(Problem::new(unit_name, Code::SizeIncomplete)),
            (.., None) => Err(Problem::new(frequency_name, Code::SizeIncomplete)),
        }
    }

    fn write(&self, name: &str, texts: &mut BTreeMap<String, String>) {
        match self {
            Self::Unlimited => {}
            Self::Amount => {
                texts.insert(format!("{name}.limit"), AMOUNT.to_owned());
            }
            Self::Volume(volume) => {
                texts.insert(format!("{name}.volume"), volume.number().to_string());
                texts.insert(format!("{name}.unit"), volume.unit().text());
                texts.insert(format!("{name}.frequency"), volume.frequency().text());
            }
        }
    }
}

impl Field for Count {
    const LEAVES: &'static [Leaf] = &[
        leaf("number", "aantal", "-", Grammar::Digits(1, 8), Requirement::Optional),
        leaf("fewer-than", "minder dan", "-", Grammar::Digits(1, 8), Requirement::Optional),
    ];

    fn read(reader: &Reader<'_>, name: &str) -> Result<Option<Self>, Problem> {
        let read = |name: &str| {
            reader.text(name).map(|text| number(text).ok_or_else(|| Problem::new(name, Code::ValueInvalid))).transpose()
        };
        let (number_name, limit_name) = (format!("{name}.number"), format!("{name}.fewer-than"));
        match (read(&number_name)?, read(&limit_name)?) {
            (Some(number), None) => Ok(Some(Self::Number(number))),
            (None, Some(limit)) => Ok(Some(Self::FewerThan(limit))),
            (None, None) => Ok(None),
            (Some(_), Some(_)) => Err(Problem::new(limit_name, Code::ValueUnwanted)),
        }
    }

    fn write(&self, name: &str, texts: &mut BTreeMap<String, String>) {
        match self {
            Self::Number(number) => texts.insert(format!("{name}.number"), number.to_string()),
            Self::FewerThan(limit) => texts.insert(format!("{name}.fewer-than"), limit.to_string()),
        };
    }
}

/// A whole number of at most eight digits.
fn number(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| digits && *number <= Volume::LARGEST)
}
