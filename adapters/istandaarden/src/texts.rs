//! The canonical texts of a record, or of one part of a request.

use crate::xml::{Element, Shape, base_text, group};
use schakel_api::model::Values;
use std::collections::BTreeMap;

/// `Product`, a type of the base schema.
pub(crate) const PRODUCT: Shape = group("Product", &[base_text("Categorie"), base_text("Code")]);

/// `Omvang`, a type of the base schema.
pub(crate) const SIZE: Shape = group("Omvang", &[base_text("Volume"), base_text("Eenheid"), base_text("Frequentie")]);

/// Texts by field name.
#[derive(Default)]
pub(crate) struct Texts(BTreeMap<String, String>);

impl Texts {
    /// Sets a field. What is absent or empty leaves it absent; what cannot be read goes in as it stands, so that
    /// reading the record names the field and what is wrong with it.
    pub(crate) fn set(&mut self, name: &str, text: Option<impl Into<String>>) {
        if let Some(text) = text.map(Into::into).filter(|text| !text.is_empty()) {
            self.0.insert(name.to_owned(), text);
        }
    }

    /// Sets the product of the element that has a [`PRODUCT`].
    pub(crate) fn product(&mut self, element: &Element) {
        self.set("product.category", element.string("Product/Categorie"));
        self.set("product.code", element.string("Product/Code"));
    }

    /// Sets the size of the element that has a [`SIZE`] or a `Budget`. Unit 83 is the euro: its volume is an amount,
    /// like the budget's, and goes no further.
    pub(crate) fn size(&mut self, element: &Element) {
        let unit = element.string("Omvang/Eenheid");
        if element.find("Budget").is_some() || unit.as_deref() == Some("83") {
            self.set("size.limit", Some("amount"));
            return;
        }
        self.set("size.volume", element.integer("Omvang/Volume"));
        self.set("size.unit", unit);
        self.set("size.frequency", element.string("Omvang/Frequentie"));
    }

    /// As one part of a request.
    pub(crate) fn into_part(self) -> BTreeMap<String, String> {
        self.0
    }

    /// As a record.
    pub(crate) fn into_values(self) -> Values {
        let mut values = Values::new();
        for (name, text) in self.0 {
            values.set(&name, text);
        }
        values
    }
}
