use super::{Law, Scalar};
use crate::code::Code;
use crate::model::Grammar;

/// A product category of 3.2 (WMO020, JZ020). The two laws' lists do not overlap.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Category(String);

impl Category {
    /// Reads a category of the law's list.
    ///
    /// # Errors
    /// [`Code::CategoryUnknown`] when the list does not have it.
    pub fn new(law: Law, text: &str) -> Result<Self, Code> {
        let listed = Self::GRAMMAR.accepts(text)
            && text.parse::<u8>().is_ok_and(|number| match law {
                Law::Wmo => (1..=18).contains(&number),
                Law::Jeugdwet => (31..=55).contains(&number) && number != 39,
            });
        if listed { Ok(Self(text.to_owned())) } else { Err(Code::CategoryUnknown) }
    }
}

impl Scalar for Category {
    const GRAMMAR: Grammar = Grammar::Category;

    fn parse(text: &str, law: Option<Law>) -> Result<Self, Code> {
        Self::new(law.ok_or(Code::LawUnknown)?, text)
    }

    fn text(&self) -> String {
        self.0.clone()
    }
}

/// A product code: one to five characters, agreed by municipality and provider (`LDT_ProductCode`).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ProductCode(String);

impl Scalar for ProductCode {
    const GRAMMAR: Grammar = Grammar::ProductCode;

    fn parse(text: &str, _: Option<Law>) -> Result<Self, Code> {
        if Self::GRAMMAR.accepts(text) { Ok(Self(text.to_owned())) } else { Err(Code::ValueInvalid) }
    }

    fn text(&self) -> String {
        self.0.clone()
    }
}

/// What is to be delivered: a category, and a code unless it is aspecific.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Product {
    /// The category.
    pub category: Category,
    /// The code; absent when the product is aspecific.
    pub code: Option<ProductCode>,
}
