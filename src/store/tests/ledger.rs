//! Persons, heads, files seen and cursors.

use super::{LINK, World, at, bsn, flow, hash, head, someone};
use crate::store::{FlowId, Head};
use schakel_api::value::{Law, VersionKind};
use std::collections::HashMap;

#[tokio::test]
async fn a_person_is_one_random_id_per_link_and_law() {
    let world = World::new().await;
    world.store.prepare("muiden", &[Law::Wmo]).await.unwrap();
    let person = |link: &'static str, law, number| world.write(move |tx| tx.person(link, law, &bsn(number), at(0)));
    let first = person(LINK, Law::Wmo, 0).await;
    assert_eq!(person(LINK, Law::Wmo, 0).await, first);
    for other in [person(LINK, Law::Wmo, 1), person(LINK, Law::Jeugdwet, 0), person("muiden", Law::Wmo, 0)] {
        assert_ne!(other.await, first);
    }
}

#[tokio::test]
async fn a_head_is_what_was_set_last() {
    let world = World::new().await;
    let person = world.person(0).await;
    assert_eq!(world.read(|tx| tx.head(&flow(), &hash(1))).await, None);
    let first = head(person.clone(), 1);
    let second = Head {
        content: hash(2),
        version_kind: VersionKind::Sent,
        version: "later".to_owned(),
        in_force: false,
        before: true,
        accepted: Some(hash(1)),
        fixed: Some(hash(4)),
        ambiguous: true,
        subject: person,
    };
    for head in [first, second] {
        let (set, unset) = (head.clone(), head.clone());
        world.write(move |tx| tx.set_head(&flow(), &hash(1), &set, at(0))).await;
        world
            .write(move |tx| tx.set_head(&FlowId::new("other"), &hash(1), &Head { content: hash(9), ..unset }, at(0)))
            .await;
        assert_eq!(world.read(|tx| tx.head(&flow(), &hash(1))).await, Some(head));
    }
    assert_eq!(world.read(|tx| tx.head(&flow(), &hash(2))).await, None);
}

#[tokio::test]
async fn every_kind_of_version_is_read_as_it_was_written() {
    let world = World::new().await;
    for version_kind in [
        VersionKind::Decided,
        VersionKind::Assigned,
        VersionKind::Changed,
        VersionKind::Sent,
        VersionKind::Counter,
        VersionKind::Observed,
    ] {
        let read = world
            .write(move |tx| {
                let person = someone(tx, 0)?;
                tx.set_head(&flow(), &hash(1), &Head { version_kind, ..head(person, 1) }, at(0))?;
                tx.head(&flow(), &hash(1))
            })
            .await;
        assert_eq!(read.unwrap().version_kind, version_kind);
    }
}

#[tokio::test]
async fn a_file_is_seen_with_its_last_fingerprint_and_in_its_own_flow() {
    let world = World::new().await;
    for (file, fingerprint) in [(1, 10), (2, 20), (1, 11)] {
        world.write(move |tx| tx.mark_seen(&flow(), &hash(file), &hash(fingerprint), at(0))).await;
    }
    world.write(|tx| tx.mark_seen(&FlowId::new("other"), &hash(3), &hash(30), at(0))).await;
    let seen = world.read(|tx| tx.seen_files(&flow())).await;
    assert_eq!(seen, HashMap::from([(hash(1), hash(11)), (hash(2), hash(20))]));
}

#[tokio::test]
async fn a_cursor_is_what_was_set_last_in_its_own_flow() {
    let world = World::new().await;
    assert_eq!(world.read(|tx| tx.cursor(&flow())).await, None);
    for cursor in [b"first".as_slice(), b"second"] {
        world.write(move |tx| tx.set_cursor(&flow(), cursor, at(0))).await;
        world.write(|tx| tx.set_cursor(&FlowId::new("other"), b"other", at(0))).await;
        assert_eq!(world.read(|tx| tx.cursor(&flow())).await.as_deref(), Some(cursor));
    }
}
