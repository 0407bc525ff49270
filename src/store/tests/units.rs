//! Units of work: what is kept, what is rolled back, and who is answered when.

use super::{LINK, World, at, bsn, flow};
use crate::store::{FlowId, Store, StoreError};
use diesel::connection::SimpleConnection;
use futures::future::join_all;
use futures::join;
use schakel_api::value::Law;
use std::sync::mpsc;

async fn cursor(world: &World, flow: &str) -> Option<Vec<u8>> {
    let flow = FlowId::new(flow);
    world.read(move |tx| tx.cursor(&flow)).await
}

#[tokio::test]
async fn a_failing_and_a_panicking_unit_are_rolled_back_alone() {
    let world = World::new().await;
    let (release, held) = mpsc::channel::<()>();
    let write = |flow: &'static str| world.store.write(move |tx| tx.set_cursor(&FlowId::new(flow), b"here", at(0)));
    // The first unit holds the writer until the others are queued, so that they share a commit.
    let (first, before, failing, panicking, after, ()) = join!(
        world.store.write(move |_| held.recv().map_err(|_| StoreError::Broken("nobody let go"))),
        write("before"),
        world.store.write(|tx| {
            tx.set_cursor(&FlowId::new("failing"), b"here", at(0))?;
            Err::<(), _>(StoreError::Broken("of itself"))
        }),
        world.store.write(|tx| -> Result<(), StoreError> {
            tx.set_cursor(&FlowId::new("panicking"), b"here", at(0))?;
            panic!("on purpose")
        }),
        write("after"),
        async { release.send(()).unwrap() },
    );
    assert_eq!((first, before, after), (Ok(()), Ok(()), Ok(())));
    assert_eq!(failing, Err(StoreError::Broken("of itself")));
    assert_eq!(panicking, Err(StoreError::Broken("a unit of work panicked")));
    for (flow, kept) in [("before", true), ("failing", false), ("panicking", false), ("after", true)] {
        assert_eq!(cursor(&world, flow).await.is_some(), kept, "{flow}");
    }
}

#[tokio::test]
async fn two_hundred_concurrent_writes_are_all_kept_and_see_each_other() {
    let world = World::new().await;
    let runs = join_all((0..200).map(|_| world.store.write(|tx| tx.start_run(&flow(), at(0))))).await;
    let mut runs: Vec<i64> = runs.into_iter().map(Result::unwrap).collect();
    runs.sort_unstable();
    assert_eq!(runs, (1..=200).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_read_sees_what_a_write_before_it_answered() {
    let world = World::new().await;
    for value in 0..20_u8 {
        world.write(move |tx| tx.set_cursor(&flow(), &[value], at(0))).await;
        assert_eq!(world.read(|tx| tx.cursor(&flow())).await, Some(vec![value]));
    }
}

#[tokio::test]
async fn a_read_cannot_write() {
    let world = World::new().await;
    let written = world.store.read(|tx| tx.set_cursor(&flow(), b"here", at(0))).await;
    assert_eq!(written, Err(StoreError::Database("attempt to write a readonly database".to_owned())));
}

#[tokio::test]
async fn a_panicking_read_is_an_error_and_readers_go_on() {
    let world = World::new().await;
    for _ in 0..8 {
        let read = world.store.read(|_| -> Result<(), StoreError> { panic!("on purpose") }).await;
        assert_eq!(read, Err(StoreError::Broken("a unit of work panicked")));
    }
    assert_eq!(world.read(|tx| tx.cursor(&flow())).await, None);
}

#[tokio::test]
async fn on_a_full_disk_only_what_was_answered_is_kept_and_later_writes_work() {
    let world = World::new().await;
    let limit = |pages: &'static str| world.store.write(move |tx| Ok(tx.connection.batch_execute(pages)?));
    limit("PRAGMA max_page_count = 60").await.unwrap();
    let write = |flow: usize, bytes: usize| {
        world.store.write(move |tx| tx.set_cursor(&FlowId::new(flow.to_string()), &vec![7; bytes], at(0)))
    };
    let answers = join_all((0..10).map(|number| write(number, if number == 5 { 2_000_000 } else { 10 }))).await;
    assert_eq!(answers[5], Err(StoreError::Database("database or disk is full".to_owned())));
    for (number, answer) in answers.iter().enumerate() {
        assert_eq!(cursor(&world, &number.to_string()).await.is_some(), answer.is_ok(), "{number}");
    }
    limit("PRAGMA max_page_count = 1000000").await.unwrap();
    write(5, 2_000_000).await.unwrap();
}

#[tokio::test]
async fn a_transaction_that_ends_within_a_unit_fails_the_whole_group() {
    let world = World::new().await;
    let (release, held) = mpsc::channel::<()>();
    let (_, before, ending, ()) = join!(
        world.store.write(move |_| held.recv().map_err(|_| StoreError::Broken("nobody let go"))),
        world.store.write(|tx| tx.set_cursor(&FlowId::new("before"), b"here", at(0))),
        // As SQLite does by itself after some errors.
        world.store.write(|tx| Ok(tx.connection.batch_execute("ROLLBACK")?)),
        async { release.send(()).unwrap() },
    );
    assert!(before.is_err() && ending.is_err());
    assert_eq!(cursor(&world, "before").await, None);
    world.write(|tx| tx.set_cursor(&flow(), b"here", at(0))).await;
}

#[tokio::test]
async fn dropping_the_last_handle_finishes_what_is_queued() {
    let world = World::new().await;
    let (release, held) = mpsc::channel::<()>();
    let store = world.store.clone();
    let mut queued = Box::pin(async move {
        join!(
            store.write(move |_| held.recv().map_err(|_| StoreError::Broken("nobody let go"))),
            store.write(|tx| tx.set_cursor(&flow(), b"here", at(0))),
        )
    });
    assert!(futures::poll!(&mut queued).is_pending());
    // Whoever asked goes away; the work was queued and is done.
    drop(queued);
    release.send(()).unwrap();
    let world = world.reopen();
    assert_eq!(world.read(|tx| tx.cursor(&flow())).await, Some(b"here".to_vec()));
}

#[tokio::test]
async fn a_link_without_keys_has_no_persons() {
    let world = World::new().await;
    let person = world.store.write(|tx| tx.person("muiden", Law::Wmo, &bsn(0), at(0))).await;
    assert_eq!(person, Err(StoreError::Broken("a link and law have no keys")));
}

#[tokio::test]
async fn preparing_again_keeps_the_keys_and_adds_what_lacks() {
    let world = World::new().await;
    let hash = |law| world.store.keyring().scope("muiden", law).map(|scope| scope.content("text"));
    let (first, second) = join!(world.store.prepare("muiden", &[Law::Wmo]), world.store.prepare("muiden", &[]));
    assert_eq!((first, second), (Ok(()), Ok(())));
    let before = (hash(Some(Law::Wmo)), hash(None));
    assert!(before.0.is_some() && before.1.is_some() && hash(Some(Law::Jeugdwet)).is_none());
    world.store.prepare("muiden", &[Law::Jeugdwet]).await.unwrap();
    assert!(hash(Some(Law::Jeugdwet)).is_some());
    assert_eq!((hash(Some(Law::Wmo)), hash(None)), before);
}

#[tokio::test]
async fn keys_that_another_process_made_are_taken_in() {
    let world = World::new().await;
    let beside = Store::open_beside(&world.url(), &world.master).unwrap();
    beside.prepare("muiden", &[Law::Wmo]).await.unwrap();
    let known = || world.store.keyring().scope("muiden", Some(Law::Wmo)).is_some();
    assert!(!known());
    world.store.reload_keys().await.unwrap();
    assert!(known() && world.store.keyring().scope(LINK, Some(Law::Wmo)).is_some());
}
