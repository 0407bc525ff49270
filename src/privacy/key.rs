use super::Hash;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretBox};
use sha2::Sha256;

const NONCE: usize = 24;

/// Why something could not be sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The bytes are not in the layout that sealing makes.
    #[error("the sealed value is not in a known layout")]
    Layout,
    /// The key that sealed it is not in the keyring.
    #[error("the sealed value names a key that is not in the keyring")]
    KeyMissing,
    /// Another key, another purpose, or changed bytes.
    #[error("the sealed value does not open")]
    Closed,
    /// The operating system gave no random bytes.
    #[error("the system gives no random bytes")]
    Random,
}

/// 32 random bytes, zeroed when dropped.
pub(crate) struct Key(SecretBox<[u8; 32]>);

impl Key {
    /// A new key from the operating system.
    pub(crate) fn random() -> Result<Self, SealError> {
        let mut bytes = Zeroizing::new([0; 32]);
        getrandom::fill(bytes.as_mut()).map_err(|_| SealError::Random)?;
        Ok(Self::new(&bytes))
    }

    /// The key of these bytes; `None` unless there are 32.
    pub(crate) fn from_slice(bytes: &[u8]) -> Option<Self> {
        <&[u8; 32]>::try_from(bytes).ok().map(Self::new)
    }

    fn new(bytes: &[u8; 32]) -> Self {
        Self(SecretBox::init_with_mut(|key: &mut [u8; 32]| key.copy_from_slice(bytes)))
    }

    /// The 32 bytes, for wrapping.
    pub(super) fn expose(&self) -> &[u8; 32] {
        self.0.expose_secret()
    }

    /// A random nonce of 24 bytes and the ciphertext with its tag (XChaCha20-Poly1305).
    pub(super) fn encrypt(&self, context: &[u8], plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(|_| SealError::Random)?;
        let payload = Payload { msg: plain, aad: context };
        let cipher = self.cipher().encrypt(&XNonce::from(nonce), payload).map_err(|_| SealError::Layout)?;
        Ok([nonce.as_slice(), &cipher].concat())
    }

    /// What [`Key::encrypt`] took under the same context.
    pub(super) fn decrypt(&self, context: &[u8], sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let (nonce, cipher) = sealed.split_first_chunk::<NONCE>().ok_or(SealError::Layout)?;
        let payload = Payload { msg: cipher, aad: context };
        self.cipher().decrypt(&XNonce::from(*nonce), payload).map_err(|_| SealError::Closed)
    }

    /// HMAC-SHA256 over the parts, each after its length, so that no two lists of parts run together.
    pub(super) fn hash(&self, parts: &[&str]) -> Hash {
        // HMAC takes its key as one block of the hash function, filled up with zeros (RFC 2104).
        let mut block = Zeroizing::new([0; 64]);
        block[..32].copy_from_slice(self.expose());
        let mut mac = Hmac::<Sha256>::new((&*block).into());
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        Hash::new(mac.finalize().into_bytes().into())
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(self.expose().into())
    }
}

impl Clone for Key {
    fn clone(&self) -> Self {
        Self::new(self.expose())
    }
}
