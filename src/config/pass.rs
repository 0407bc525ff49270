use schakel_api::value::Law;
use serde::Deserialize;

/// Who sent a person to a provider (COD327). It decides whether a request may pass, and goes nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Referrer {
    /// 01: the municipality.
    Municipality,
    /// 02: a general practitioner.
    GeneralPractitioner,
    /// 03: a youth doctor.
    YouthDoctor,
    /// 04: a certified institution.
    CertifiedInstitution,
    /// 05: a medical specialist.
    MedicalSpecialist,
    /// 06: nobody.
    #[serde(rename = "self")]
    Nobody,
    /// 08: a court or prosecutor.
    Court,
}

impl Referrer {
    /// The referrer with this code; `None` for one that the list does not have.
    pub fn of_code(code: &str) -> Option<Self> {
        Some(match code {
            "01" => Self::Municipality,
            "02" => Self::GeneralPractitioner,
            "03" => Self::YouthDoctor,
            "04" => Self::CertifiedInstitution,
            "05" => Self::MedicalSpecialist,
            "06" => Self::Nobody,
            "08" => Self::Court,
            _ => return None,
        })
    }
}

/// Which requests pass about persons of whom the front office holds no indication: those under one of these laws with
/// one of these referrers. None, unless the settings say so.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Pass {
    /// The laws.
    pub laws: Vec<Law>,
    /// The kinds of referrer.
    pub referrers: Vec<Referrer>,
}

impl Pass {
    /// Whether a request under this law with a referrer of this code passes.
    pub fn lets(&self, law: Law, referrer: Option<&str>) -> bool {
        let referrer = referrer.and_then(Referrer::of_code);
        self.laws.contains(&law) && referrer.is_some_and(|referrer| self.referrers.contains(&referrer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_named_laws_and_referrers_pass() {
        let pass = Pass { laws: vec![Law::Wmo], referrers: vec![Referrer::Nobody] };
        assert!(pass.lets(Law::Wmo, Some("06")));
        assert!(!pass.lets(Law::Jeugdwet, Some("06")));
        for referrer in [None, Some("02"), Some("07"), Some("")] {
            assert!(!pass.lets(Law::Wmo, referrer), "{referrer:?}");
        }
        assert!(!Pass::default().lets(Law::Wmo, Some("06")));
    }
}
