use super::{Problem, fields};
use crate::code::Code;
use crate::value::{AnswerKind, Law, MunicipalityCode, Provider, Reference, RejectionReason};

fields! {
    /// What the care team answered to a provider's request (319). An approval is no answer but an assignment (IV097).
    Answer {
        /// The provider's reference of the request: of one product of a 315, or of a whole 317.
        reference: Reference, required, Identifying, "reference", "referentie aanbieder", "ReferentieAanbieder";
        /// The law.
        law: Law, required, Service, "law", "wet", "-";
        /// Who asked.
        provider: Provider, required, Service, "provider", "aanbieder", "Ontvanger";
        /// What was answered.
        answer: AnswerKind, required, Service, "answer", "antwoord", "VerzoekAntwoord";
        /// Why the request was rejected.
        reason: RejectionReason, optional, Sensitive, "reason", "reden afwijzing", "RedenAfwijzingVerzoek";
        /// The municipality that is responsible instead.
        municipality: MunicipalityCode, optional, Sensitive, "municipality", "verantwoordelijke gemeente", "Woonplaatsbeginsel/Gemeente";
    }
}

impl Answer {
    /// A reason is given exactly when the request is rejected (CD085), and another municipality exactly when the reason
    /// is the residence principle, which only the Jeugdwet knows (CD086, TR377).
    pub(crate) fn check(&self, problems: &mut Vec<Problem>) {
        match (self.answer, &self.reason) {
            (AnswerKind::Rejected, None) => problems.push(Problem::new("reason", Code::ValueMissing)),
            (AnswerKind::UnderInvestigation, Some(_)) => problems.push(Problem::new("reason", Code::ValueUnwanted)),
            (AnswerKind::Rejected, Some(_)) | (AnswerKind::UnderInvestigation, None) => {}
        }
        let residence = self.reason.as_ref().is_some_and(RejectionReason::is_residence);
        if residence && self.law != Law::Jeugdwet {
            problems.push(Problem::new("reason", Code::ReasonUnknown));
        } else if residence && self.municipality.is_none() {
            problems.push(Problem::new("municipality", Code::ValueMissing));
        } else if !residence && self.municipality.is_some() {
            problems.push(Problem::new("municipality", Code::ValueUnwanted));
        }
    }
}
