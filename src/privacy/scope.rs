use super::Hash;
use super::key::{Key, SealError};
use uuid::Uuid;

/// What a sealed value is for. A value that was sealed for one purpose does not open for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// A citizen service number.
    Bsn,
    /// A record in the journal.
    Record,
    /// The rendered bytes of an attempt.
    Attempt,
    /// What a target answered.
    Receipt,
    /// The source's own number, for people to find a rejected record by.
    Handle,
    /// Where a rejected record can be read again.
    Origin,
    /// How far a source was read.
    Cursor,
    /// The numbers of an indication and its assignment.
    Crosswalk,
    /// What somebody noted about a rejection.
    Note,
}

impl Purpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::Bsn => "bsn",
            Self::Record => "record",
            Self::Attempt => "attempt",
            Self::Receipt => "receipt",
            Self::Handle => "handle",
            Self::Origin => "origin",
            Self::Cursor => "cursor",
            Self::Crosswalk => "crosswalk",
            Self::Note => "note",
        }
    }
}

const LAYOUT: u8 = 1;
const KEY_ID: usize = 16;

/// The keys of one link and law, or of a link where no law is known.
pub struct Scope {
    pub(super) id: Uuid,
    pub(super) sealing: Key,
    pub(super) lookup: Key,
    pub(super) content: Key,
}

impl Scope {
    /// Seals: a byte for the layout, 16 for the key's id, 24 of nonce, then ciphertext and tag (XChaCha20-Poly1305).
    ///
    /// # Errors
    /// [`SealError::Random`] when the operating system gives no random bytes.
    pub fn seal(&self, purpose: Purpose, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let sealed = self.sealing.encrypt(purpose.as_str().as_bytes(), plain)?;
        Ok([&[LAYOUT], self.id.as_bytes().as_slice(), &sealed].concat())
    }

    /// The hash under which a text is looked up; other purposes give other hashes.
    pub fn lookup(&self, purpose: &str, text: &str) -> Hash {
        self.lookup.hash(&[purpose, text])
    }

    /// The hash that tells whether a content changed.
    pub fn content(&self, text: &str) -> Hash {
        self.content.hash(&[text])
    }

    /// Opens what [`Scope::seal`] gave, without the part that names the key.
    pub(super) fn open(&self, purpose: Purpose, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        self.sealing.decrypt(purpose.as_str().as_bytes(), sealed)
    }
}

/// Takes a sealed value apart: the id of the key, and what that key sealed.
pub(super) fn split(sealed: &[u8]) -> Result<(Uuid, &[u8]), SealError> {
    let (layout, rest) = sealed.split_first().ok_or(SealError::Layout)?;
    let (id, rest) = rest.split_first_chunk::<KEY_ID>().ok_or(SealError::Layout)?;
    if *layout == LAYOUT { Ok((Uuid::from_bytes(*id), rest)) } else { Err(SealError::Layout) }
}
