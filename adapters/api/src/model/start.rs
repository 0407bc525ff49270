use super::fields;
use crate::value::{AssignmentNumber, Bsn, Date, Delivery, Law, Product, Provider};

fields! {
    /// A provider's report that delivery really began (305).
    Start {
        /// The law.
        law: Law, required, Service, "law", "wet", "-";
        /// The person.
        bsn: Bsn, required, Identifying, "bsn", "burgerservicenummer", "Bsn";
        /// Who delivers.
        provider: Provider, required, Service, "provider", "aanbieder", "Afzender";
        /// The assignment; absent when the care is task based (TR019).
        assignment: AssignmentNumber, optional, Identifying, "assignment", "toewijzingnummer", "ToewijzingNummer";
        /// The product, as in the assignment (IV075).
        product: Product, optional, Sensitive, "product", "product", "Product";
        /// The assignment's first day: not part of the key.
        assignment_start: Date, optional, Service, "assignment-start", "ingangsdatum toewijzing", "ToewijzingIngangsdatum";
        /// The first day of delivery.
        start: Date, required, Service, "start", "begindatum", "Begindatum";
        /// Whether it counts.
        state: Delivery, required, Service, "state", "status aanlevering", "StatusAanlevering";
    }
}
