use super::SealError;
use super::key::Key;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};

/// Why a text is no master key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The credential is not base64 of 32 bytes.
    #[error("the key must be base64 of 32 random bytes, as `keys init` writes it")]
    Shape,
    /// The operating system gave no random bytes.
    #[error("the system gives no random bytes")]
    Random,
}

/// The key that wraps all other keys. It lives in a credential, never in the store.
#[derive(Clone)]
pub struct MasterKey(pub(super) Key);

impl MasterKey {
    /// The text of a new key: base64 of 32 random bytes.
    ///
    /// # Errors
    /// [`KeyError::Random`] when the operating system gives no random bytes.
    pub fn generate() -> Result<String, KeyError> {
        let key = Key::random().map_err(|_: SealError| KeyError::Random)?;
        Ok(STANDARD.encode(key.expose()))
    }

    /// Reads a credential; white space around it is left out.
    ///
    /// # Errors
    /// [`KeyError::Shape`] unless it is base64 of 32 bytes.
    pub fn parse(text: &SecretString) -> Result<Self, KeyError> {
        let bytes = STANDARD.decode(text.expose_secret().trim()).map(Zeroizing::new).map_err(|_| KeyError::Shape)?;
        Key::from_slice(&bytes).map(Self).ok_or(KeyError::Shape)
    }

    /// Whether it is the same key. Only what is made of the keys is compared, so the time it takes tells nothing of them.
    pub(crate) fn same(&self, other: &Self) -> bool {
        self.0.hash(&[]) == other.0.hash(&[])
    }
}
