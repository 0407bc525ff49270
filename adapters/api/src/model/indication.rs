use super::{Problem, Values, fields};
use crate::code::Code;
use crate::value::{
    Bsn, ChangeReason, Date, DeliveryForm, Id, IndicationState, Law, Product, Provider, Reference, Size,
};

fields! {
    /// One line of what the care team decided: one person, one product, one provider.
    Indication {
        /// Its identifier in the front office.
        id: Id, required, Identifying, "id", "indicatienummer", "-";
        /// The law it was decided under.
        law: Law, required, Service, "law", "wet", "-";
        /// The person.
        bsn: Bsn, required, Identifying, "bsn", "burgerservicenummer", "Bsn";
        /// Who is to deliver.
        provider: Provider, required, Service, "provider", "aanbieder", "Ontvanger";
        /// What is to be delivered.
        product: Product, required, Sensitive, "product", "product", "Product";
        /// Always in kind: a personal budget goes nowhere.
        delivery_form: DeliveryForm, required, Service, "delivery-form", "leveringsvorm", "-";
        /// How much.
        size: Size, required, Service, "size", "omvang", "Omvang";
        /// The planned first day.
        start: Date, required, Service, "start", "ingangsdatum", "Ingangsdatum";
        /// The planned last day.
        end: Date, optional, Service, "end", "einddatum", "Einddatum";
        /// The number of the decision.
        decision_number: Id, optional, Service, "decision.number", "beschikkingnummer", "BeschikkingNummer";
        /// The day of the decision.
        decision_date: Date, optional, Service, "decision.date", "besluitdatum", "Toewijzingsdatum";
        /// Why this version differs from the one before.
        change_reason: ChangeReason, optional, Sensitive, "change-reason", "reden wijziging", "RedenWijziging";
        /// Whether it counts.
        state: IndicationState, required, Service, "state", "status", "-";
        /// The indication that it takes the place of.
        replaces: Id, optional, Service, "replaces", "vervangt", "-";
        /// The provider's request that it answers.
        request: Reference, optional, Service, "request", "verzoek", "ReferentieAanbieder";
    }
}

impl Indication {
    /// Whether the values say that this is a personal budget, which is out of scope whatever else they hold.
    pub(crate) fn is_personal_budget(values: &Values) -> bool {
        values.get("delivery-form") == Some("pgb")
    }

    pub(crate) fn check(&self, problems: &mut Vec<Problem>) {
        ordered(Some(self.start), self.end, "end", problems);
        if let Err(code) = self.size.allowed(self.end) {
            problems.push(Problem::new("size.frequency", code));
        }
        if self.size.needs_end() && self.end.is_none() {
            problems.push(Problem::new("end", Code::EndMissing));
        }
    }
}

/// Notes an end before the start.
pub(crate) fn ordered(start: Option<Date>, end: Option<Date>, field: &str, problems: &mut Vec<Problem>) {
    if matches!((start, end), (Some(start), Some(end)) if end < start) {
        problems.push(Problem::new(field, Code::EndBeforeStart));
    }
}
