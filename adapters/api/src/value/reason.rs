use super::{Law, Scalar};
use crate::code::Code;
use crate::model::Grammar;

/// What a stop reason says, whatever its code in either law.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StopMeaning {
    /// The client died: a provider's report, which closes nothing by itself.
    Death,
    /// Completed as planned.
    Completed,
    /// A pause: the only temporary stop (OP377).
    Temporary,
    /// Ended early by the client.
    ByClient,
    /// Ended early by the provider.
    ByProvider,
    /// Ended early by mutual agreement.
    ByAgreement,
    /// Moved to another municipality (Wmo only).
    Moved,
    /// Ended early by an external cause, moving included (Jeugdwet only).
    ExternalCause,
    /// Started by the municipality.
    ByMunicipality,
    /// Due to a change request.
    ChangeRequest,
    /// Switch to another provider.
    OtherProvider,
    /// Outflow to another legal domain.
    OtherDomain,
}

/// Why a delivery stopped (WMO588, JZ588): a code that counts under one law only.
///
/// Code 31 is *moved* in the Wmo and *completed* in the Jeugdwet, so a code never travels without its law.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct StopReason {
    code: &'static str,
    meaning: StopMeaning,
}

impl StopReason {
    /// # Errors
    /// [`Code::ReasonUnknown`] when the law's list does not have the code.
    pub fn new(law: Law, text: &str) -> Result<Self, Code> {
        use Law::{Jeugdwet, Wmo};
        use StopMeaning as Is;
        let (code, meaning) = match (law, text) {
            (_, "02") => ("02", Is::Death),
            (Wmo, "19") => ("19", Is::Completed),
            (_, "20") => ("20", Is::Temporary),
            (Wmo, "21") => ("21", Is::ByClient),
            (Wmo, "22") => ("22", Is::ByProvider),
            (Wmo, "23") => ("23", Is::ByAgreement),
            (Wmo, "31") => ("31", Is::Moved),
            (Jeugdwet, "31") => ("31", Is::Completed),
            (Jeugdwet, "32") => ("32", Is::ByClient),
            (Jeugdwet, "33") => ("33", Is::ByProvider),
            (Jeugdwet, "34") => ("34", Is::ByAgreement),
            (Jeugdwet, "35") => ("35", Is::ExternalCause),
            (_, "36") => ("36", Is::ByMunicipality),
            (_, "37") => ("37", Is::ChangeRequest),
            (_, "38") => ("38", Is::OtherProvider),
            (_, "39") => ("39", Is::OtherDomain),
            _ => return Err(Code::ReasonUnknown),
        };
        Ok(Self { code, meaning })
    }

    /// What the code says.
    pub fn meaning(&self) -> StopMeaning {
        self.meaning
    }
}

impl Scalar for StopReason {
    const GRAMMAR: Grammar = Grammar::Digits(2, 2);

    fn parse(text: &str, law: Option<Law>) -> Result<Self, Code> {
        Self::new(law.ok_or(Code::LawUnknown)?, text)
    }

    fn text(&self) -> String {
        self.code.to_owned()
    }
}

/// Why this version of an assignment or indication differs from the one before (WMO002, JZ002): 01 to 14.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ChangeReason(String);

impl Scalar for ChangeReason {
    const GRAMMAR: Grammar = Grammar::Digits(2, 2);

    fn parse(text: &str, _: Option<Law>) -> Result<Self, Code> {
        let listed = Self::GRAMMAR.accepts(text) && text.parse::<u8>().is_ok_and(|number| (1..=14).contains(&number));
        if listed { Ok(Self(text.to_owned())) } else { Err(Code::ReasonUnknown) }
    }

    fn text(&self) -> String {
        self.0.clone()
    }
}

/// Why a request was rejected (WJ759): 1 to 9.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RejectionReason(String);

impl RejectionReason {
    /// Whether another municipality is responsible (8): then it is named.
    pub fn is_residence(&self) -> bool {
        self.0 == "8"
    }
}

impl Scalar for RejectionReason {
    const GRAMMAR: Grammar = Grammar::OneOf(&["1", "2", "3", "4", "5", "6", "7", "8", "9"]);

    fn parse(text: &str, _: Option<Law>) -> Result<Self, Code> {
        if Self::GRAMMAR.accepts(text) { Ok(Self(text.to_owned())) } else { Err(Code::ReasonUnknown) }
    }

    fn text(&self) -> String {
        self.0.clone()
    }
}

/// Why a change is requested (WJ758).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RequestReason {
    /// 1: the client's situation changed.
    Situation,
    /// 2: the care plan changed.
    CarePlan,
}

impl Scalar for RequestReason {
    const GRAMMAR: Grammar = Grammar::OneOf(&["1", "2"]);

    fn parse(text: &str, _: Option<Law>) -> Result<Self, Code> {
        match text {
            "1" => Ok(Self::Situation),
            "2" => Ok(Self::CarePlan),
            _ => Err(Code::ReasonUnknown),
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Situation => "1",
            Self::CarePlan => "2",
        }
        .to_owned()
    }
}
