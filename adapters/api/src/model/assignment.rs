use super::indication::ordered;
use super::{Problem, fields};
use crate::value::{
    AssignmentNumber, AssignmentState, Bsn, ChangeReason, Date, Id, Law, Moment, Product, Provider, Reference, Size,
};

fields! {
    /// What the back office made of an indication: an order to one provider, with the number it issued.
    Assignment {
        /// Its number, unique within municipality and law (TR332).
        number: AssignmentNumber, required, Identifying, "number", "toewijzingnummer", "ToewijzingNummer";
        /// The law.
        law: Law, required, Service, "law", "wet", "-";
        /// The person.
        bsn: Bsn, required, Identifying, "bsn", "burgerservicenummer", "Bsn";
        /// The indication it came from, where known.
        indication: Id, optional, Identifying, "indication", "indicatienummer", "-";
        /// What became of it.
        state: AssignmentState, required, Service, "state", "status", "-";
        /// The code with which the back office refused it.
        refusal: Id, optional, Sensitive, "refusal", "afkeurcode", "RetourCode";
        /// Who is to deliver.
        provider: Provider, required, Service, "provider", "aanbieder", "Ontvanger";
        /// What; absent when it is generic.
        product: Product, optional, Sensitive, "product", "product", "Product";
        /// How much.
        size: Size, required, Service, "size", "omvang", "Omvang";
        /// The planned first day.
        start: Date, required, Service, "start", "ingangsdatum", "Ingangsdatum";
        /// The planned last day.
        end: Date, optional, Service, "end", "einddatum", "Einddatum";
        /// Why this version differs from the one before (IV099).
        change_reason: ChangeReason, optional, Sensitive, "change-reason", "reden wijziging", "RedenWijziging";
        /// When the municipality fixed this version.
        assigned: Moment, required, Service, "assigned", "toewijzingsmoment", "Toewijzingsdatum + Toewijzingstijd";
        /// The provider's request that it honours (IV097).
        request: Reference, optional, Service, "request", "verzoek", "ReferentieAanbieder";
    }
}

impl Assignment {
    pub(crate) fn check(&self, problems: &mut Vec<Problem>) {
        ordered(Some(self.start), self.end, "end", problems);
        if let Err(code) = self.size.allowed(self.end) {
            problems.push(Problem::new("size.frequency", code));
        }
    }
}
