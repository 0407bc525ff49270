#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::{KeyError, KeyUse, Keyring, MasterKey, Purpose, Scope, SealError, WrappedKey};
use schakel_api::value::Law;
use secrecy::SecretString;

fn master() -> MasterKey {
    MasterKey::parse(&SecretString::from(MasterKey::generate().unwrap())).unwrap()
}

fn keys(master: &MasterKey, link: &str, law: Option<Law>) -> Vec<WrappedKey> {
    KeyUse::SCOPE.map(|usage| WrappedKey::random(master, link, law, usage).unwrap()).into()
}

fn keyring(scopes: &[(&str, Option<Law>)]) -> Keyring {
    let master = master();
    let mut keyring = Keyring::default();
    for (link, law) in scopes {
        keyring.add(&master, &keys(&master, link, *law)).unwrap();
    }
    keyring
}

fn scope<'a>(keyring: &'a Keyring, link: &str, law: Option<Law>) -> &'a Scope {
    keyring.scope(link, law).unwrap()
}

#[test]
fn a_generated_key_parses_also_with_a_line_end() {
    let text = MasterKey::generate().unwrap() + "\n";
    assert!(MasterKey::parse(&SecretString::from(text)).is_ok());
}

#[test]
fn a_text_that_is_not_base64_of_32_bytes_is_no_key() {
    for text in ["", "secret", "c2VjcmV0", "AAAA AAAA"] {
        assert_eq!(MasterKey::parse(&SecretString::from(text)).err(), Some(KeyError::Shape), "{text}");
    }
}

#[test]
fn two_generated_keys_differ() {
    assert_ne!(MasterKey::generate().unwrap(), MasterKey::generate().unwrap());
}

#[test]
fn what_a_scope_seals_the_keyring_opens() {
    let keyring = keyring(&[("diemen", None), ("diemen", Some(Law::Wmo)), ("muiden", Some(Law::Wmo))]);
    for (link, law) in [("diemen", None), ("diemen", Some(Law::Wmo)), ("muiden", Some(Law::Wmo))] {
        let sealed = scope(&keyring, link, law).seal(Purpose::Record, b"plain").unwrap();
        assert_eq!(keyring.open(Purpose::Record, &sealed).unwrap(), b"plain");
    }
}

#[test]
fn a_scope_that_was_never_made_is_none() {
    let keyring = keyring(&[("diemen", Some(Law::Wmo))]);
    assert!(keyring.scope("diemen", Some(Law::Jeugdwet)).is_none());
    assert!(keyring.scope("diemen", None).is_none());
    assert!(keyring.scope("muiden", Some(Law::Wmo)).is_none());
}

#[test]
fn a_sealed_value_opens_for_its_own_purpose_only() {
    let keyring = keyring(&[("diemen", None)]);
    let sealed = scope(&keyring, "diemen", None).seal(Purpose::Handle, b"plain").unwrap();
    assert_eq!(keyring.open(Purpose::Origin, &sealed), Err(SealError::Closed));
}

#[test]
fn a_sealed_value_does_not_open_in_another_installation() {
    let sealed = scope(&keyring(&[("diemen", None)]), "diemen", None).seal(Purpose::Bsn, b"plain").unwrap();
    assert_eq!(keyring(&[("diemen", None)]).open(Purpose::Bsn, &sealed), Err(SealError::KeyMissing));
}

#[test]
fn a_sealed_value_with_any_byte_changed_or_missing_does_not_open() {
    let keyring = keyring(&[("diemen", None)]);
    let sealed = scope(&keyring, "diemen", None).seal(Purpose::Bsn, b"plain").unwrap();
    for at in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        assert!(keyring.open(Purpose::Bsn, &changed).is_err(), "byte {at}");
        assert!(keyring.open(Purpose::Bsn, &sealed[..at]).is_err(), "length {at}");
    }
}

#[test]
fn sealing_twice_gives_other_bytes_and_neither_holds_the_plain_text() {
    let keyring = keyring(&[("diemen", None)]);
    let scope = scope(&keyring, "diemen", None);
    let (first, second) = (scope.seal(Purpose::Bsn, b"plain").unwrap(), scope.seal(Purpose::Bsn, b"plain").unwrap());
    assert_ne!(first, second);
    assert!(!first.windows(5).any(|window| window == b"plain"));
}

#[test]
fn a_hash_is_the_same_for_the_same_text_and_differs_by_purpose_link_and_law() {
    let keyring = keyring(&[("diemen", Some(Law::Wmo)), ("diemen", Some(Law::Jeugdwet)), ("muiden", Some(Law::Wmo))]);
    let wmo = scope(&keyring, "diemen", Some(Law::Wmo));
    assert_eq!(wmo.lookup("bsn", "text"), wmo.lookup("bsn", "text"));
    assert_eq!(wmo.content("text"), wmo.content("text"));
    let others = [
        wmo.lookup("identity", "text"),
        wmo.lookup("bsn", "other"),
        wmo.content("text"),
        scope(&keyring, "diemen", Some(Law::Jeugdwet)).lookup("bsn", "text"),
        scope(&keyring, "muiden", Some(Law::Wmo)).lookup("bsn", "text"),
    ];
    assert!(!others.contains(&wmo.lookup("bsn", "text")));
}

#[test]
fn purpose_and_text_of_a_hash_do_not_run_together() {
    let keyring = keyring(&[("diemen", None)]);
    let scope = scope(&keyring, "diemen", None);
    assert_ne!(scope.lookup("ab", "c"), scope.lookup("a", "bc"));
}

#[test]
fn a_wrapped_key_unwraps_only_under_its_own_master_key_and_name() {
    let master_key = master();
    let key = || WrappedKey::random(&master_key, "diemen", Some(Law::Wmo), KeyUse::Seal).unwrap();
    assert!(key().unwraps(&master_key));
    assert!(!key().unwraps(&master()));
    assert!(!WrappedKey { link: "muiden".to_owned(), ..key() }.unwraps(&master_key));
    assert!(!WrappedKey { law: None, ..key() }.unwraps(&master_key));
    assert!(!WrappedKey { usage: KeyUse::Lookup, ..key() }.unwraps(&master_key));
    assert!(!WrappedKey { id: uuid::Uuid::new_v4(), ..key() }.unwraps(&master_key));
}

#[test]
fn a_scope_of_which_a_key_is_missing_is_left_out() {
    let master = master();
    let mut keys = keys(&master, "diemen", None);
    keys.pop();
    let mut keyring = Keyring::default();
    keyring.add(&master, &keys).unwrap();
    assert!(keyring.scope("diemen", None).is_none());
}
