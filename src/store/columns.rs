//! From what a column holds to what it means.

use super::StoreError;
use crate::privacy::Hash;
use chrono::{DateTime, NaiveDateTime, Utc};
use schakel_api::value::{Law, Scalar, VersionKind};
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error, StrDeserializer};

/// A moment: columns hold them in UTC.
pub(super) fn utc(moment: NaiveDateTime) -> DateTime<Utc> {
    moment.and_utc()
}

/// A hash.
pub(super) fn hash(bytes: &[u8]) -> Result<Hash, StoreError> {
    Hash::from_slice(bytes).ok_or(StoreError::Broken("a hash has not 32 bytes"))
}

/// A hash that may be absent.
pub(super) fn maybe_hash(bytes: Option<&[u8]>) -> Result<Option<Hash>, StoreError> {
    bytes.map(hash).transpose()
}

/// The kind of a version, by its name.
pub(super) fn version_kind(name: &str) -> Result<VersionKind, StoreError> {
    let name: StrDeserializer<'_, Error> = name.into_deserializer();
    VersionKind::deserialize(name).map_err(|_| StoreError::Broken("no kind of version has this name"))
}

/// A law, by its name.
pub(super) fn law(name: &str) -> Result<Law, StoreError> {
    Law::parse(name, None).map_err(|_| StoreError::Broken("no law has this name"))
}

/// A count, which is never negative.
pub(super) fn count(number: i32) -> Result<u32, StoreError> {
    u32::try_from(number).map_err(|_| StoreError::Broken("a count is negative"))
}

/// The number of rows that a statement changed.
pub(super) fn rows(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
