use super::{Date, Law, Scalar};
use crate::code::Code;
use crate::model::Grammar;

/// In what a volume is counted (WJ756). Unit 83 (euro) is no unit here: it makes a size [`Size::Amount`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// 01
    Minute,
    /// 04
    Hour,
    /// 14: a stay of a day and a night.
    Etmaal,
    /// 16: half a day.
    Dagdeel,
    /// 82: a piece, output based.
    OutputPiece,
    /// 84: a piece, effort based.
    EffortPiece,
}

impl Scalar for Unit {
    const GRAMMAR: Grammar = Grammar::OneOf(&["01", "04", "14", "16", "82", "84"]);

    fn parse(text: &str, _: Option<Law>) -> Result<Self, Code> {
        match text {
            "01" => Ok(Self::Minute),
            "04" => Ok(Self::Hour),
            "14" => Ok(Self::Etmaal),
            "16" => Ok(Self::Dagdeel),
            "82" => Ok(Self::OutputPiece),
            "84" => Ok(Self::EffortPiece),
            _ => Err(Code::UnitUnknown),
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Minute => "01",
            Self::Hour => "04",
            Self::Etmaal => "14",
            Self::Dagdeel => "16",
            Self::OutputPiece => "82",
            Self::EffortPiece => "84",
        }
        .to_owned()
    }
}

/// Per what a volume counts (WMO757), and two habits of front offices that 3.2 has no code for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Frequency {
    /// 1
    Day,
    /// 2
    Week,
    /// 4
    Month,
    /// 6: in total over the validity.
    Total,
    /// No code in 3.2; passes only to a target with the same one.
    FourWeeks,
    /// No code in 3.2; passes only to a target with the same one.
    Year,
}

impl Scalar for Frequency {
    const GRAMMAR: Grammar = Grammar::OneOf(&["1", "2", "4", "6", "per-four-weeks", "per-year"]);

    fn parse(text: &str, _: Option<Law>) -> Result<Self, Code> {
        match text {
            "1" => Ok(Self::Day),
            "2" => Ok(Self::Week),
            "4" => Ok(Self::Month),
            "6" => Ok(Self::Total),
            "per-four-weeks" => Ok(Self::FourWeeks),
            "per-year" => Ok(Self::Year),
            _ => Err(Code::FrequencyUnknown),
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Day => "1",
            Self::Week => "2",
            Self::Month => "4",
            Self::Total => "6",
            Self::FourWeeks => "per-four-weeks",
            Self::Year => "per-year",
        }
        .to_owned()
    }
}

/// So much of a unit per frequency. The number is whole: two and a half hours are 150 minutes (`LDT_Volume`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Volume {
    number: u32,
    unit: Unit,
    frequency: Frequency,
}

impl Volume {
    /// The largest number: eight digits.
    pub const LARGEST: u32 = 99_999_999;

    /// # Errors
    /// [`Code::VolumeInvalid`] when the number has more than eight digits.
    pub fn new(number: u32, unit: Unit, frequency: Frequency) -> Result<Self, Code> {
        if number > Self::LARGEST {
            return Err(Code::VolumeInvalid);
        }
        Ok(Self { number, unit, frequency })
    }

    /// How many of the unit.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// The unit.
    pub fn unit(&self) -> Unit {
        self.unit
    }

    /// Per what.
    pub fn frequency(&self) -> Frequency {
        self.frequency
    }

    /// The same volume in another unit, where that is exact: hours in minutes, and whole hours of minutes.
    ///
    /// # Errors
    /// [`Code::ConversionInexact`] for every other pair of units, for minutes that are no whole hours, and for a
    /// number that outgrows eight digits. Nothing is ever rounded.
    pub fn in_unit(&self, unit: Unit) -> Result<Self, Code> {
        let number = match (self.unit, unit) {
            (same, wanted) if same == wanted => Some(self.number),
            (Unit::Hour, Unit::Minute) => self.number.checked_mul(60),
            (Unit::Minute, Unit::Hour) if self.number.is_multiple_of(60) => Some(self.number / 60),
            _ => None,
        };
        number.and_then(|number| Self::new(number, unit, self.frequency).ok()).ok_or(Code::ConversionInexact)
    }
}

/// How much is to be delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Size {
    /// A volume in a unit per frequency.
    Volume(Volume),
    /// Not limited in volume, as with an aspecific product.
    Unlimited,
    /// Limited by an amount of money, which is never read: to be completed by hand.
    Amount,
}

impl Size {
    /// Whether 3.2 allows this combination for care that ends on `end` (CS338, CS343).
    ///
    /// # Errors
    /// [`Code::SizeCombination`] for an etmaal, dagdeel or effort-based piece per day after 2020.
    pub fn allowed(&self, end: Option<Date>) -> Result<(), Code> {
        let Self::Volume(volume) = self else { return Ok(()) };
        let after_2020 = end.is_none_or(|end| end > Date::from_ymd_opt(2020, 12, 31).unwrap_or_default());
        let daily = volume.frequency == Frequency::Day;
        let coarse = matches!(volume.unit, Unit::Etmaal | Unit::Dagdeel | Unit::EffortPiece);
        if after_2020 && daily && coarse { Err(Code::SizeCombination) } else { Ok(()) }
    }

    /// Whether a decision of this size must have an end date: per week it must (CD076).
    pub fn needs_end(&self) -> bool {
        matches!(self, Self::Volume(volume) if volume.frequency == Frequency::Week)
    }
}

#[cfg(test)]
mod tests;
