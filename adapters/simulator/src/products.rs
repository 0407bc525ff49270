//! The products that the municipality buys, under the front office's own codes and the official ones.

use crate::law::Law;

/// What a volume counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Minute,
    Hour,
    HalfDay,
    Etmaal,
    Piece,
    Euro,
}

impl Unit {
    /// The word of the front office.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Minute => "minuut",
            Self::Hour => "uur",
            Self::HalfDay => "dagdeel",
            Self::Etmaal => "etmaal",
            Self::Piece => "stuk",
            Self::Euro => "euro",
        }
    }

    /// The official code (REFERENCE 4.1). A piece is the effort based one.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Minute => "01",
            Self::Hour => "04",
            Self::HalfDay => "16",
            Self::Etmaal => "14",
            Self::Piece => "84",
            Self::Euro => "83",
        }
    }

    /// The largest usual volume.
    pub(crate) const fn most(self) -> u32 {
        match self {
            Self::Minute => 600,
            Self::Hour => 24,
            Self::HalfDay => 9,
            Self::Etmaal => 7,
            Self::Piece | Self::Euro => 40,
        }
    }
}

/// Per what a volume counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Frequency {
    Day,
    Week,
    Month,
    Total,
}

impl Frequency {
    /// The words of the front office.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Day => "per dag",
            Self::Week => "per week",
            Self::Month => "per maand",
            Self::Total => "totaal",
        }
    }

    /// The official code (REFERENCE 4.2).
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Day => "1",
            Self::Week => "2",
            Self::Month => "4",
            Self::Total => "6",
        }
    }

    /// Whether a size must have an end date (REFERENCE 5.2); a total without one is no plan either.
    pub(crate) const fn needs_end(self) -> bool {
        matches!(self, Self::Week | Self::Total)
    }
}

/// One product.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Product {
    /// The front office's own code.
    pub(crate) local: &'static str,
    /// What people call it.
    pub(crate) name: &'static str,
    pub(crate) law: Law,
    /// The official category (REFERENCE 4.9).
    pub(crate) category: &'static str,
    /// The official code: at most five characters.
    pub(crate) code: &'static str,
    pub(crate) unit: Unit,
    pub(crate) frequency: Frequency,
}

const fn product(
    local: &'static str,
    name: &'static str,
    law: Law,
    category: &'static str,
    code: &'static str,
    unit: Unit,
    frequency: Frequency,
) -> Product {
    Product { local, name, law, category, code, unit, frequency }
}

/// Every product: local code, name, law, category, official code, unit, frequency.
pub(crate) const PRODUCTS: &[Product] = &[
    product("HH-BASIS", "Hulp bij het huishouden, basis", Law::Wmo, "01", "01A03", Unit::Minute, Frequency::Week),
    product("HH-PLUS", "Hulp bij het huishouden, plus", Law::Wmo, "01", "01A04", Unit::Hour, Frequency::Month),
    product("BG-IND", "Begeleiding individueel", Law::Wmo, "02", "02A03", Unit::Hour, Frequency::Week),
    product("BG-GROEP", "Begeleiding in een groep", Law::Wmo, "02", "02A11", Unit::HalfDay, Frequency::Week),
    product("PV-BASIS", "Persoonlijke verzorging", Law::Wmo, "03", "03A04", Unit::Minute, Frequency::Day),
    product("KV-ETMAAL", "Kortdurend verblijf", Law::Wmo, "04", "04A01", Unit::Etmaal, Frequency::Month),
    product("DB-OUDER", "Dagbesteding ouderen", Law::Wmo, "07", "07A01", Unit::HalfDay, Frequency::Month),
    product("VERVOER", "Vervoer naar de dagbesteding", Law::Wmo, "08", "08A03", Unit::Piece, Frequency::Month),
    product("BESCHERMD", "Beschermd wonen", Law::Wmo, "15", "15A01", Unit::Etmaal, Frequency::Week),
    product("WOON-AANP", "Woningaanpassing", Law::Wmo, "13", "13A01", Unit::Euro, Frequency::Total),
    product("DAGBEH", "Dagbehandeling", Law::Jw, "41", "41A03", Unit::HalfDay, Frequency::Week),
    product("VERBLIJF", "Verblijf", Law::Jw, "44", "44A05", Unit::Etmaal, Frequency::Month),
    product("AMB-BASIS", "Ambulante jeugdhulp, basis", Law::Jw, "45", "45A04", Unit::Hour, Frequency::Week),
    product("AMB-PLUS", "Ambulante jeugdhulp, plus", Law::Jw, "45", "45A05", Unit::Minute, Frequency::Month),
    product("CRISIS", "Crisisopvang", Law::Jw, "46", "46A01", Unit::Etmaal, Frequency::Total),
    product("GGZ-BASIS", "Jeugd-ggz, basis", Law::Jw, "51", "51A02", Unit::Minute, Frequency::Total),
    product("GGZ-SPEC", "Jeugd-ggz, specialistisch", Law::Jw, "54", "54A03", Unit::Minute, Frequency::Day),
    product("MAATWERK", "Maatwerk jeugd", Law::Jw, "50", "50A02", Unit::Euro, Frequency::Total),
];

/// The products of a law that are measured in care.
pub(crate) fn in_care(law: Law) -> Vec<&'static Product> {
    PRODUCTS.iter().filter(|product| product.law == law && product.unit != Unit::Euro).collect()
}

/// The product of a law that is measured in money.
pub(crate) fn in_money(law: Law) -> &'static Product {
    PRODUCTS.iter().find(|product| product.law == law && product.unit == Unit::Euro).unwrap_or(&PRODUCTS[0])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Frequency, PRODUCTS, Unit, in_money};
    use crate::law::Law;

    #[test]
    fn every_product_is_a_valid_combination_under_its_own_codes() {
        for product in PRODUCTS {
            assert!(product.code.starts_with(product.category), "{}", product.local);
            assert_eq!(product.category >= "31", product.law == Law::Jw, "{}", product.local);
            let counts_by_day = matches!(product.unit, Unit::Minute | Unit::Hour);
            assert!(product.frequency != Frequency::Day || counts_by_day, "{}", product.local);
        }
        let codes: BTreeSet<_> = PRODUCTS.iter().flat_map(|product| [product.local, product.code]).collect();
        assert_eq!(codes.len(), 2 * PRODUCTS.len());
        assert!(Law::ALL.into_iter().all(|law| in_money(law).unit == Unit::Euro));
    }
}
