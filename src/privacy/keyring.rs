use super::MasterKey;
use super::key::{Key, SealError};
use super::scope::{Purpose, Scope, split};
use schakel_api::value::Law;
use secrecy::zeroize::Zeroizing;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// What a key in the store does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum KeyUse {
    /// Seals values.
    Seal,
    /// Makes the hashes under which things are looked up.
    Lookup,
    /// Makes the hashes that tell contents apart.
    Content,
    /// Does nothing but show that the master key is the right one.
    Check,
}

impl KeyUse {
    /// The uses that a scope is made of.
    pub(crate) const SCOPE: [Self; 3] = [Self::Seal, Self::Lookup, Self::Content];

    /// The name in the store.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Seal => "seal",
            Self::Lookup => "lookup",
            Self::Content => "content",
            Self::Check => "check",
        }
    }

    /// The use of that name.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        [Self::Seal, Self::Lookup, Self::Content, Self::Check].into_iter().find(|usage| usage.as_str() == name)
    }
}

/// A key as the store keeps it: readable only with the master key, and only under its own name.
pub(crate) struct WrappedKey {
    /// What sealed values call it.
    pub(crate) id: Uuid,
    /// The link that it serves.
    pub(crate) link: String,
    /// The law that it serves; `None` for what is known before the law is.
    pub(crate) law: Option<Law>,
    /// What it does.
    pub(crate) usage: KeyUse,
    /// The nonce and the wrapped 32 bytes.
    pub(crate) wrapped: Vec<u8>,
}

impl WrappedKey {
    /// A new random key, wrapped.
    pub(crate) fn random(master: &MasterKey, link: &str, law: Option<Law>, usage: KeyUse) -> Result<Self, SealError> {
        let key = Key::random()?;
        let mut wrapped = Self { id: Uuid::new_v4(), link: link.to_owned(), law, usage, wrapped: Vec::new() };
        wrapped.wrapped = master.0.encrypt(&wrapped.context(), key.expose())?;
        Ok(wrapped)
    }

    /// Whether this master key wrapped it.
    pub(crate) fn unwraps(&self, master: &MasterKey) -> bool {
        self.unwrap_key(master).is_ok()
    }

    fn unwrap_key(&self, master: &MasterKey) -> Result<Key, SealError> {
        let bytes = master.0.decrypt(&self.context(), &self.wrapped).map(Zeroizing::new)?;
        Key::from_slice(&bytes).ok_or(SealError::Layout)
    }

    /// The key's name, each part after its length: a wrapped key that is moved to another row does not open.
    fn context(&self) -> Vec<u8> {
        let parts =
            [self.id.as_bytes(), self.usage.as_str().as_bytes(), self.link.as_bytes(), law_text(self.law).as_bytes()];
        parts
            .iter()
            .flat_map(|part| (part.len() as u64).to_be_bytes().into_iter().chain(part.iter().copied()))
            .collect()
    }
}

fn law_text(law: Option<Law>) -> &'static str {
    law.map_or("", Law::as_str)
}

/// Every scope of an installation.
#[derive(Clone, Default)]
pub struct Keyring {
    links: HashMap<String, HashMap<Option<Law>, Arc<Scope>>>,
    sealing: HashMap<Uuid, Arc<Scope>>,
}

impl Keyring {
    /// The keys of a link and law, or of a link where no law is known; `None` when they were never made.
    pub fn scope(&self, link: &str, law: Option<Law>) -> Option<&Scope> {
        self.links.get(link)?.get(&law).map(Arc::as_ref)
    }

    /// Opens a sealed value, which names its key.
    ///
    /// # Errors
    /// [`SealError`] when the layout, the key or the purpose is another one, or the bytes were changed.
    pub fn open(&self, purpose: Purpose, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let (id, sealed) = split(sealed)?;
        self.sealing.get(&id).ok_or(SealError::KeyMissing)?.open(purpose, sealed)
    }

    /// Adds the scopes that these keys make. A scope of which a key is missing is left out.
    pub(crate) fn add(&mut self, master: &MasterKey, keys: &[WrappedKey]) -> Result<(), SealError> {
        for seal in keys.iter().filter(|key| key.usage == KeyUse::Seal) {
            let other =
                |usage| keys.iter().find(|key| key.usage == usage && key.link == seal.link && key.law == seal.law);
            let (Some(lookup), Some(content)) = (other(KeyUse::Lookup), other(KeyUse::Content)) else { continue };
            let scope = Arc::new(Scope {
                id: seal.id,
                sealing: seal.unwrap_key(master)?,
                lookup: lookup.unwrap_key(master)?,
                content: content.unwrap_key(master)?,
            });
            self.sealing.insert(seal.id, Arc::clone(&scope));
            self.links.entry(seal.link.clone()).or_default().insert(seal.law, scope);
        }
        Ok(())
    }
}
