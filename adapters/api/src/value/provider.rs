use super::{Law, Scalar};
use crate::code::Code;
use crate::model::Grammar;
use schemars::JsonSchema;
use serde::Deserialize;

/// What kind of number identifies a provider. Not every provider has an AGB code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Scheme {
    /// AGB code: eight digits.
    Agb,
    /// Number in the trade register (KVK): eight digits.
    Kvk,
    /// Number of an establishment in the trade register: twelve digits.
    Vestiging,
    /// The municipality's own number: up to twenty letters, digits, dots and dashes.
    Local,
}

impl Scheme {
    /// The name in settings and canonical texts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Agb => "agb",
            Self::Kvk => "kvk",
            Self::Vestiging => "vestiging",
            Self::Local => "local",
        }
    }

    fn accepts(self, number: &str) -> bool {
        let digits = |count| number.len() == count && number.bytes().all(|byte| byte.is_ascii_digit());
        match self {
            Self::Agb | Self::Kvk => digits(8),
            Self::Vestiging => digits(12),
            Self::Local => {
                (1..=20).contains(&number.len())
                    && number.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte))
            }
        }
    }
}

/// A care provider: a number and the scheme it belongs to. Its canonical text is `scheme:number`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Provider {
    scheme: Scheme,
    number: String,
}

impl Provider {
    /// # Errors
    /// [`Code::ProviderInvalid`] when the scheme has no such number.
    pub fn new(scheme: Scheme, number: &str) -> Result<Self, Code> {
        if scheme.accepts(number) { Ok(Self { scheme, number: number.to_owned() }) } else { Err(Code::ProviderInvalid) }
    }

    /// The kind of number.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The bare number.
    pub fn number(&self) -> &str {
        &self.number
    }
}

impl Scalar for Provider {
    const GRAMMAR: Grammar = Grammar::Provider;

    fn parse(text: &str, _: Option<Law>) -> Result<Self, Code> {
        let (scheme, number) = text.split_once(':').ok_or(Code::ProviderInvalid)?;
        let scheme = match scheme {
            "agb" => Scheme::Agb,
            "kvk" => Scheme::Kvk,
            "vestiging" => Scheme::Vestiging,
            "local" => Scheme::Local,
            _ => return Err(Code::ProviderInvalid),
        };
        Self::new(scheme, number)
    }

    fn text(&self) -> String {
        format!("{}:{}", self.scheme.as_str(), self.number)
    }
}
