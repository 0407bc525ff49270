use super::indication::ordered;
use super::{Problem, fields};
use crate::value::{Count, Date, Id, Law, Provider, Score};

fields! {
    /// How a provider did on an indicator in a period.
    Performance {
        /// The law.
        law: Law, required, Service, "law", "wet", "-";
        /// Who is measured.
        provider: Provider, required, Service, "provider", "aanbieder", "-";
        /// The group of products that it is about.
        group: Id, required, Service, "group", "productgroep", "-";
        /// What is measured, by its name in the contract.
        indicator: Id, required, Service, "indicator", "indicator", "-";
        /// The first day of the period.
        start: Date, required, Service, "start", "begin periode", "-";
        /// The last day of the period.
        end: Date, required, Service, "end", "einde periode", "-";
        /// The score; it does not cross when it is of fewer observations than the smallest cell.
        score: Score, optional, Service, "score", "score", "-";
        /// The scale of the score, by its name in the contract.
        scale: Id, optional, Service, "scale", "schaal", "-";
        /// How many observations the score is of.
        observations: Count, required, Service, "observations", "aantal waarnemingen", "-";
    }
}

impl Performance {
    pub(crate) fn check(&self, problems: &mut Vec<Problem>) {
        ordered(Some(self.start), Some(self.end), "end", problems);
    }
}
