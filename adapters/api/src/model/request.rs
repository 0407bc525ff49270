use super::indication::ordered;
use super::{Problem, Values, fields};
use crate::code::Code;
use crate::value::{
    AssignmentNumber, Bsn, Date, Law, PartKind, Product, Provider, Reference, RequestKind, RequestReason, Size,
};
use std::collections::BTreeMap;

fields! {
    /// What a provider asks of the municipality: an assignment (315) or a change of the whole package (317).
    Request {
        /// The provider's reference, unique per provider and law (TR347).
        reference: Reference, required, Identifying, "reference", "referentie aanbieder", "ReferentieAanbieder";
        /// The law.
        law: Law, required, Service, "law", "wet", "-";
        /// The person.
        bsn: Bsn, required, Identifying, "bsn", "burgerservicenummer", "Bsn";
        /// Who asks.
        provider: Provider, required, Service, "provider", "aanbieder", "Afzender";
        /// What is asked for.
        kind: RequestKind, required, Service, "kind", "soort verzoek", "-";
        /// Why a change is asked for.
        reason: RequestReason, optional, Sensitive, "reason", "reden verzoek", "RedenVerzoek";
        /// The assignments and products that it is about.
        parts: Part, list, Service, "parts", "onderdelen", "-";
    }
}

fields! {
    /// One assignment or product within a request. A 317 is answered as a whole (OP344).
    Part {
        /// What is to become of it.
        kind: PartKind, required, Service, "kind", "soort onderdeel", "-";
        /// The assignment; absent for a new product.
        assignment: AssignmentNumber, optional, Identifying, "assignment", "toewijzingnummer", "ToewijzingNummer";
        /// The product, of a new part.
        product: Product, optional, Sensitive, "product", "product", "Product";
        /// How much.
        size: Size, required, Service, "size", "omvang", "Omvang";
        /// From when.
        start: Date, optional, Service, "start", "gewenste ingangsdatum", "GewensteIngangsdatum";
        /// Until when.
        end: Date, optional, Service, "end", "einddatum", "Einddatum";
    }
}

impl Part {
    /// Its texts by field name.
    pub(crate) fn texts(&self) -> BTreeMap<String, String> {
        let mut values = Values::new();
        self.write_fields(&mut values);
        values.fields().clone()
    }
}

impl Request {
    pub(crate) fn check(&self, problems: &mut Vec<Problem>) {
        if self.parts.is_empty() {
            problems.push(Problem::new("parts", Code::PartsMissing));
        }
        if self.kind == RequestKind::Change && self.reason.is_none() {
            problems.push(Problem::new("reason", Code::ValueMissing));
        }
        for part in &self.parts {
            part.check(problems);
        }
    }
}

impl Part {
    fn check(&self, problems: &mut Vec<Problem>) {
        ordered(self.start, self.end, "parts[].end", problems);
        if let Err(code) = self.size.allowed(self.end) {
            problems.push(Problem::new("parts[].size.frequency", code));
        }
        let known = matches!(self.kind, PartKind::Unchanged | PartKind::Change);
        if known && self.assignment.is_none() {
            problems.push(Problem::new("parts[].assignment", Code::ValueMissing));
        }
    }
}
