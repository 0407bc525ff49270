//! Rejections: one per row and fault.

use super::{LINK, World, at, flow, hash};
use crate::store::{FlowId, NewRejection, OpenRejection, Rejection, RejectionId, RejectionState};
use schakel_api::model::Stream;
use std::collections::HashMap;

pub(super) fn rejection(row: u8) -> NewRejection {
    NewRejection {
        link: LINK.to_owned(),
        flow: flow(),
        stream: Stream::Indication,
        row_key: hash(row),
        identity: Some(hash(row)),
        entry: None,
        content: Some(hash(row)),
        code: "code-unknown".to_owned(),
        field: "product.code".to_owned(),
        revision: "1".to_owned(),
        actor: "administration".to_owned(),
        handle: Some(b"sealed handle".to_vec()),
        origin: b"sealed origin".to_vec(),
    }
}

impl World {
    async fn reject(&self, rejection: NewRejection, now: i64) -> RejectionId {
        self.write(move |tx| tx.reject(rejection, at(now))).await
    }

    async fn open(&self, link: Option<&'static str>) -> Vec<RejectionId> {
        self.read(move |tx| tx.rejections(link, &[RejectionState::Open]))
            .await
            .into_iter()
            .map(|rejection| rejection.id)
            .collect()
    }
}

#[tokio::test]
async fn a_rejection_is_read_as_it_was_opened() {
    let world = World::new().await;
    let entry = world.append(0, 1, 0, Some(0)).await;
    let new = NewRejection { entry: Some(entry), ..rejection(1) };
    let id = world.reject(new.clone(), 1).await;
    let read = world
        .read({
            let id = id.clone();
            move |tx| tx.rejection(&id)
        })
        .await
        .unwrap();
    assert_eq!((read.id, read.rejected), (id, new));
    assert_eq!((read.opened_at, read.last_seen_at, read.closed_at), (at(1), at(1), None));
    assert_eq!(world.read(|tx| tx.rejection(&RejectionId::new("none"))).await, None);
}

#[tokio::test]
async fn a_row_has_one_open_rejection_and_a_new_one_closes_it() {
    let world = World::new().await;
    let first = world.reject(rejection(1), 1).await;
    let second = world.reject(NewRejection { content: None, field: String::new(), ..rejection(1) }, 2).await;
    let expected = OpenRejection {
        id: second.clone(),
        content: None,
        code: "code-unknown".to_owned(),
        field: String::new(),
        after_delivery: false,
    };
    assert_eq!(world.read(|tx| tx.open_rejections(&flow())).await, HashMap::from([(hash(1), expected)]));
    assert_eq!(world.open(None).await, [second]);
    assert_eq!(world.read(move |tx| tx.rejection(&first)).await.unwrap().closed_at, Some(at(2)));
}

#[tokio::test]
async fn a_fault_that_is_seen_again_is_the_same_rejection() {
    let world = World::new().await;
    let id = world.reject(rejection(1), 1).await;
    world
        .write({
            let id = id.clone();
            move |tx| tx.touch_rejection(&id, at(5))
        })
        .await;
    let read = world.read(move |tx| tx.rejection(&id)).await.unwrap();
    assert_eq!((read.opened_at, read.last_seen_at), (at(1), at(5)));
}

#[tokio::test]
async fn a_closed_rejection_is_open_no_more_and_keeps_its_moment() {
    let world = World::new().await;
    let id = world.reject(rejection(1), 1).await;
    for now in [2, 3] {
        world
            .write({
                let id = id.clone();
                move |tx| tx.close_rejection(&id, at(now))
            })
            .await;
    }
    assert_eq!(world.read(|tx| tx.open_rejections(&flow())).await, HashMap::new());
    assert_eq!(world.open(None).await, []);
    assert_eq!(world.read(move |tx| tx.rejection(&id)).await.unwrap().closed_at, Some(at(2)));
}

#[tokio::test]
async fn open_rejections_are_listed_oldest_first_for_a_link_or_for_all() {
    let world = World::new().await;
    let first = world.reject(rejection(2), 1).await;
    let elsewhere = NewRejection { link: "muiden".to_owned(), flow: FlowId::new("muiden"), ..rejection(1) };
    let second = world.reject(elsewhere, 2).await;
    let third = world.reject(rejection(1), 3).await;
    assert_eq!(world.open(None).await, [first.clone(), second.clone(), third.clone()]);
    assert_eq!(world.open(Some(LINK)).await, [first, third]);
    assert_eq!(world.open(Some("muiden")).await, [second]);
}

#[tokio::test]
async fn a_rejection_is_found_by_the_beginning_of_its_id_open_or_closed() {
    let world = World::new().await;
    let first = world.reject(rejection(1), 1).await;
    let second = world.reject(rejection(1), 2).await;
    let named = |beginning: &str| {
        let beginning = beginning.to_owned();
        world.read(move |tx| tx.rejections_named(&beginning))
    };
    let ids = |found: Vec<Rejection>| found.into_iter().map(|found| found.id).collect::<Vec<_>>();
    assert_eq!(ids(named(first.as_str()).await), std::slice::from_ref(&first));
    assert_eq!(ids(named(&second.as_str()[..30]).await), std::slice::from_ref(&second));
    assert_eq!(ids(named(&first.as_str()[..4]).await), [first.clone(), second]);
    assert_eq!(ids(named("%").await), []);
    assert_eq!(ids(named(&format!("{first}0")).await), []);
}
