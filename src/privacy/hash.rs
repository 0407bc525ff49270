use std::fmt;

/// A keyed hash (HMAC-SHA256): tells whether two texts are the same, and nothing else without the key.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hash([u8; 32]);

impl Hash {
    /// The hash of no text: it equals none that was computed.
    pub(crate) const NONE: Self = Self([0; 32]);

    /// The hash of these 32 bytes.
    pub(crate) fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The hash that these bytes are; `None` unless there are 32.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The hash as small letters: a key that nobody takes for a number, let alone a BSN.
    pub fn letters(&self) -> String {
        self.0.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|half| char::from(b'a' + half)).collect()
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Hash {
    /// The first four bytes: enough to tell hashes apart in a test.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, second, third, fourth, ..] = self.0;
        write!(formatter, "Hash({first:02x}{second:02x}{third:02x}{fourth:02x})")
    }
}
