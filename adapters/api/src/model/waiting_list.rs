use super::indication::ordered;
use super::{Problem, fields};
use crate::value::{Basis, Count, Date, Days, Law, Product, Provider};

fields! {
    /// How many persons waited for a provider's product on a day.
    WaitingList {
        /// The law.
        law: Law, required, Service, "law", "wet", "-";
        /// For whom they waited.
        provider: Provider, required, Service, "provider", "aanbieder", "-";
        /// For what they waited.
        product: Product, required, Service, "product", "product", "Product";
        /// The day on which they were counted.
        measured: Date, required, Service, "measured", "peildatum", "-";
        /// How many waited.
        waiting: Count, required, Service, "waiting", "aantal wachtenden", "-";
        /// How many days a new client is expected to wait.
        expected: Days, optional, Service, "expected-days", "verwachte wachttijd in dagen", "-";
        /// The first day on which the provider takes nobody.
        stop_from: Date, optional, Service, "admission-stop.from", "instroomstop vanaf", "-";
        /// The last day on which the provider takes nobody.
        stop_until: Date, optional, Service, "admission-stop.until", "instroomstop tot en met", "-";
        /// Where the figures come from.
        basis: Basis, required, Service, "basis", "herkomst", "-";
    }
}

impl WaitingList {
    pub(crate) fn check(&self, problems: &mut Vec<Problem>) {
        ordered(self.stop_from, self.stop_until, "admission-stop.until", problems);
    }
}
