use super::fields;
use crate::value::{AssignmentNumber, Bsn, Date, Delivery, Law, Product, Provider, StopReason};

fields! {
    /// A provider's report that delivery stopped (307). It is never derived, and closes nothing by itself.
    Stop {
        /// The law.
        law: Law, required, Service, "law", "wet", "-";
        /// The person.
        bsn: Bsn, required, Identifying, "bsn", "burgerservicenummer", "Bsn";
        /// Who delivered.
        provider: Provider, required, Service, "provider", "aanbieder", "Afzender";
        /// The assignment; absent when the care is task based (TR019).
        assignment: AssignmentNumber, optional, Identifying, "assignment", "toewijzingnummer", "ToewijzingNummer";
        /// The product, as in the assignment (IV075).
        product: Product, optional, Sensitive, "product", "product", "Product";
        /// The assignment's first day: not part of the key.
        assignment_start: Date, optional, Service, "assignment-start", "ingangsdatum toewijzing", "ToewijzingIngangsdatum";
        /// The first day of the delivery that stopped.
        start: Date, required, Service, "start", "begindatum", "Begindatum";
        /// Why it stopped: a code of its law.
        reason: StopReason, required, Sensitive, "reason", "reden beëindiging", "RedenBeeindiging";
        /// The last day of delivery.
        end: Date, required, Service, "end", "einddatum", "Einddatum";
        /// Whether it counts.
        state: Delivery, required, Service, "state", "status aanlevering", "StatusAanlevering";
    }
}
