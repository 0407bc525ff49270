use super::columns::law;
use super::connection::Database;
use super::schema::keys;
use super::{StoreError, Tx};
use crate::privacy::{KeyUse, Keyring, MasterKey, WrappedKey};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use schakel_api::value::Law;
use uuid::Uuid;

/// The keyring of a store that may be new. A new one gets a key that later shows whether the master key is the same.
pub(super) fn open(connection: &mut Database, master: &MasterKey, now: DateTime<Utc>) -> Result<Keyring, StoreError> {
    if load(connection)?.is_empty() {
        insert(connection, &WrappedKey::random(master, "", None, KeyUse::Check)?, now)?;
    }
    check(connection, master)
}

/// The keyring of a store.
///
/// # Errors
/// [`StoreError::WrongKey`] unless this master key wrapped every key in it.
pub(super) fn check(connection: &mut Database, master: &MasterKey) -> Result<Keyring, StoreError> {
    let keys = load(connection)?;
    if !keys.iter().all(|key| key.unwraps(master)) {
        return Err(StoreError::WrongKey);
    }
    let mut keyring = Keyring::default();
    keyring.add(master, &keys)?;
    Ok(keyring)
}

impl Tx<'_> {
    /// Makes the keys that a link lacks, for each law and for what is known before the law is; gives all it has.
    pub(super) fn make_keys(
        &mut self,
        master: &MasterKey,
        link: &str,
        laws: &[Law],
        now: DateTime<Utc>,
    ) -> Result<Vec<WrappedKey>, StoreError> {
        let mut keys = load(self.connection)?;
        keys.retain(|key| key.link == link);
        for law in laws.iter().copied().map(Some).chain([None]) {
            for usage in KeyUse::SCOPE {
                if !keys.iter().any(|key| key.law == law && key.usage == usage) {
                    let key = WrappedKey::random(master, link, law, usage)?;
                    insert(self.connection, &key, now)?;
                    keys.push(key);
                }
            }
        }
        Ok(keys)
    }
}

/// Every key of a store, wrapped.
pub(super) fn load(connection: &mut Database) -> Result<Vec<WrappedKey>, StoreError> {
    keys::table
        .select((keys::id, keys::link, keys::law, keys::usage, keys::wrapped))
        .load::<(String, String, Option<String>, String, Vec<u8>)>(connection)?
        .into_iter()
        .map(|(id, link, name, usage, wrapped)| {
            Ok(WrappedKey {
                id: Uuid::parse_str(&id).map_err(|_| StoreError::Broken("a key has no id"))?,
                link,
                law: name.as_deref().map(law).transpose()?,
                usage: KeyUse::parse(&usage).ok_or(StoreError::Broken("no key has this use"))?,
                wrapped,
            })
        })
        .collect()
}

fn insert(connection: &mut Database, key: &WrappedKey, now: DateTime<Utc>) -> Result<(), StoreError> {
    diesel::insert_into(keys::table)
        .values((
            keys::id.eq(key.id.to_string()),
            keys::link.eq(&key.link),
            keys::law.eq(key.law.map(Law::as_str)),
            keys::usage.eq(key.usage.as_str()),
            keys::wrapped.eq(&key.wrapped),
            keys::created_at.eq(now.naive_utc()),
        ))
        .execute(connection)?;
    Ok(())
}
