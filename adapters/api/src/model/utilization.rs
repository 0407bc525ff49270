use super::indication::ordered;
use super::{Problem, Values, fields};
use crate::value::{AssignmentNumber, Bsn, Date, Figures, Law, Provider, Quantity, Unit};

fields! {
    /// How much of an assignment was delivered in a period. Later figures replace earlier ones.
    Utilization {
        /// The assignment.
        assignment: AssignmentNumber, required, Identifying, "assignment", "toewijzingnummer", "ToewijzingNummer";
        /// The law.
        law: Law, required, Service, "law", "wet", "-";
        /// The person.
        bsn: Bsn, required, Identifying, "bsn", "burgerservicenummer", "Bsn";
        /// Who delivered.
        provider: Provider, optional, Service, "provider", "aanbieder", "-";
        /// The first day of the period.
        start: Date, required, Service, "start", "begin periode", "-";
        /// The last day of the period.
        end: Date, required, Service, "end", "einde periode", "-";
        /// How much was delivered, in the assignment's unit.
        volume: Quantity, required, Service, "volume", "geleverd volume", "-";
        /// The assignment's unit.
        unit: Unit, required, Service, "unit", "eenheid", "Eenheid";
        /// The last day that the figure covers.
        until: Date, optional, Service, "until", "bijgewerkt tot en met", "-";
        /// Whether the figure may still change.
        state: Figures, required, Service, "state", "status", "-";
    }
}

impl Utilization {
    /// Whether the values say that the volume is an amount: money goes nowhere, whatever else they hold.
    pub(crate) fn is_amount(values: &Values) -> bool {
        values.get("unit") == Some("83")
    }

    pub(crate) fn check(&self, problems: &mut Vec<Problem>) {
        ordered(Some(self.start), Some(self.end), "end", problems);
        ordered(Some(self.start), self.until, "until", problems);
    }
}
