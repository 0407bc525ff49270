use super::indication::ordered;
use super::{Problem, Stream, Values, fields};
use crate::value::{Category, Date, Law, Name, ProductCode, Provider, Unit};
use std::borrow::Cow;

fields! {
    /// A product that can be assigned, and when. Tariffs are no part of it.
    Catalogue {
        /// The law.
        law: Law, required, Service, "law", "wet", "-";
        /// Who may deliver it; absent when it counts for all.
        provider: Provider, optional, Service, "provider", "aanbieder", "-";
        /// The category.
        category: Category, required, Service, "category", "productcategorie", "Categorie";
        /// The code; absent when the product is aspecific.
        code: ProductCode, optional, Service, "code", "productcode", "Code";
        /// What people call it.
        name: Name, optional, Service, "name", "omschrijving", "-";
        /// In what it is counted.
        unit: Unit, optional, Service, "unit", "eenheid", "Eenheid";
        /// The first day on which it can be assigned.
        valid_from: Date, required, Service, "valid-from", "geldig vanaf", "-";
        /// The last day on which it can be assigned.
        valid_to: Date, optional, Service, "valid-to", "geldig tot en met", "-";
    }
}

impl Catalogue {
    /// A product that is counted in money (unit 83) has no unit: what it costs is no part of the catalogue.
    pub(crate) fn without_money(stream: Stream, values: &Values) -> Cow<'_, Values> {
        if stream != Stream::Catalogue || values.get("unit") != Some("83") {
            return Cow::Borrowed(values);
        }
        let mut bare = values.clone();
        bare.remove("unit");
        Cow::Owned(bare)
    }

    pub(crate) fn check(&self, problems: &mut Vec<Problem>) {
        ordered(Some(self.valid_from), self.valid_to, "valid-to", problems);
    }
}
