//! The journal: what is appended, superseded, released and due.

use super::{TARGET, World, at, entry, flow, hash, someone};
use crate::store::{EntryId, EntryState, FlowId, NewAttempt, NewEntry};

#[tokio::test]
async fn an_appended_entry_is_queued_and_never_attempted() {
    let world = World::new().await;
    let person = world.person(0).await;
    let id = world.append(0, 1, 5, Some(7)).await;
    let new = entry(person, 1, Some(7));
    let read = world
        .read({
            let id = id.clone();
            move |tx| tx.entry(&id)
        })
        .await
        .unwrap();
    assert_eq!(read.id, id);
    assert_eq!((read.flow, read.target, read.subject), (new.flow, new.target, new.subject));
    assert_eq!((read.identity, read.content), (new.identity, new.content));
    assert_eq!((read.version_kind, read.version), (new.version_kind, new.version));
    assert_eq!((read.record, read.due, read.run), (Some(new.record), Some(at(7)), 1));
    assert_eq!((read.state, read.attempts, read.attempt, read.fault), (EntryState::Queued, 0, None, None));
    assert_eq!(read.created_at, at(5));
}

#[tokio::test]
async fn only_entries_of_the_identity_that_are_in_no_attempt_are_superseded() {
    let world = World::new().await;
    let sending = world.append(0, 1, 0, Some(0)).await;
    let queued = world.append(0, 1, 1, Some(0)).await;
    let waiting = world.append(0, 1, 2, None).await;
    let other = world.append(0, 2, 3, Some(0)).await;
    let elsewhere = world
        .write(|tx| {
            let person = someone(tx, 0)?;
            tx.append(NewEntry { flow: FlowId::new("other"), ..entry(person, 1, Some(0)) }, at(4))
        })
        .await;
    let superseded = world
        .write({
            let sending = sending.clone();
            move |tx| {
                tx.begin(super::settle::attempt("a"), &[sending], at(5))?;
                tx.supersede(&flow(), &hash(1), at(6))
            }
        })
        .await;
    assert_eq!(superseded, 2);
    for (id, state) in [
        (sending, EntryState::Sending),
        (queued, EntryState::Superseded),
        (waiting, EntryState::Superseded),
        (other, EntryState::Queued),
        (elsewhere, EntryState::Queued),
    ] {
        let entry = world.read(move |tx| tx.entry(&id)).await.unwrap();
        assert_eq!(entry.state, state);
        assert_eq!(entry.record.is_none(), state == EntryState::Superseded);
        assert_eq!(entry.due.is_none(), state == EntryState::Superseded);
    }
    assert_eq!(world.write(|tx| tx.supersede(&flow(), &hash(1), at(7))).await, 0);
}

#[tokio::test]
async fn a_deletion_waits_until_it_is_released() {
    let world = World::new().await;
    let person = world.person(0).await;
    world.append(0, 1, 0, Some(0)).await;
    let waiting = world.append(0, 2, 0, None).await;
    let find = |identity| world.read(move |tx| tx.waiting_deletion(&flow(), &hash(identity)));
    assert_eq!((find(1).await, find(2).await), (None, Some(waiting.clone())));
    let lane = || {
        let person = person.clone();
        world.read(move |tx| tx.lane(TARGET, &[flow()], &person))
    };
    assert_eq!(lane().await.len(), 1);
    world
        .write({
            let waiting = waiting.clone();
            move |tx| tx.release(&waiting, at(9), at(1))
        })
        .await;
    assert_eq!(find(2).await, None);
    assert_eq!(lane().await.last().map(|entry| (entry.id.clone(), entry.due)), Some((waiting, Some(at(9)))));
}

#[tokio::test]
async fn lanes_are_the_persons_with_something_due_at_the_target_and_the_longest_waiting_come_first() {
    let world = World::new().await;
    for (person, due) in
        [(0, Some(5)), (1, Some(3)), (0, Some(2)), (2, Some(4)), (3, Some(11)), (4, None), (1, Some(3))]
    {
        world.append(person, 1, 0, due).await;
    }
    world
        .write(|tx| {
            let person = someone(tx, 5)?;
            tx.append(NewEntry { target: "elsewhere".to_owned(), ..entry(person, 1, Some(0)) }, at(0))
        })
        .await;
    let lanes = |limit| world.read(move |tx| tx.lanes(TARGET, &[flow()], at(10), limit));
    let expected = [world.person(0).await, world.person(1).await, world.person(2).await];
    assert_eq!(lanes(10).await, expected);
    assert_eq!(lanes(2).await, expected[..2]);
    assert_eq!(lanes(0).await, []);
}

#[tokio::test]
async fn a_lane_is_what_a_person_is_still_to_get_at_the_target_in_the_order_of_the_journal() {
    let world = World::new().await;
    let person = world.person(0).await;
    let mut expected = Vec::new();
    for due in [30, 10, 20] {
        expected.push(world.append(0, 1, 0, Some(due)).await);
    }
    world.append(0, 2, 0, None).await;
    world.append(1, 1, 0, Some(0)).await;
    let accepted = world.append(0, 3, 0, Some(0)).await;
    world.write(move |tx| tx.accept(&accepted, None, at(1))).await;
    world
        .write({
            let first = expected[0].clone();
            move |tx| tx.begin(super::settle::attempt("a"), &[first], at(1))
        })
        .await;
    let lane = world.read(move |tx| tx.lane(TARGET, &[flow()], &person)).await;
    assert_eq!(lane.iter().map(|entry| &entry.id).collect::<Vec<_>>(), expected.iter().collect::<Vec<_>>());
    assert_eq!(lane[0].state, EntryState::Sending);
}

#[tokio::test]
async fn a_deferred_lane_has_nothing_due_before_and_keeps_what_is_due_later() {
    let world = World::new().await;
    let person = world.person(0).await;
    for due in [Some(1), Some(30), None] {
        world.append(0, 1, 0, due).await;
    }
    world.append(1, 1, 0, Some(1)).await;
    let deferred = person.clone();
    world.write(move |tx| tx.defer(TARGET, &deferred, at(20), at(5))).await;
    let other = world.person(1).await;
    assert_eq!(world.read(|tx| tx.lanes(TARGET, &[flow()], at(19), 10)).await, [other]);
    let lane = world.read(move |tx| tx.lane(TARGET, &[flow()], &person)).await;
    assert_eq!(lane.iter().map(|entry| entry.due).collect::<Vec<_>>(), [Some(at(20)), Some(at(30))]);
}

#[tokio::test]
async fn the_next_due_is_the_earliest_of_a_target_after_a_moment() {
    let world = World::new().await;
    let next = |after| world.read(move |tx| tx.next_due(TARGET, &[flow()], at(after)));
    assert_eq!(next(0).await, None);
    world.append(0, 1, 0, None).await;
    assert_eq!(next(0).await, None);
    world.append(0, 2, 0, Some(8)).await;
    let sending = world.append(0, 3, 0, Some(4)).await;
    assert_eq!(next(0).await, Some(at(4)));
    assert_eq!(next(4).await, Some(at(8)), "what is due already does not count");
    world
        .write(move |tx| tx.begin(NewAttempt { deadline: at(6), ..super::settle::attempt("a") }, &[sending], at(4)))
        .await;
    assert_eq!(next(0).await, Some(at(6)), "an attempt is looked at again at its deadline");
    assert_eq!(world.read(|tx| tx.next_due("elsewhere", &[flow()], at(0))).await, None);
}

#[test]
fn every_state_parses_from_its_own_name() {
    for name in ["queued", "sending", "stored", "accepted", "refused", "unknown", "superseded", "parked"] {
        assert_eq!(EntryState::parse(name).map(EntryState::as_str), Some(name));
    }
    assert_eq!(EntryState::parse("Queued"), None);
}

#[tokio::test]
async fn a_deletion_that_waits_goes_on_waiting_when_it_leaves_the_shadow_or_is_seen() {
    for state in [EntryState::Shadow, EntryState::Unseen] {
        let world = World::new().await;
        let person = world.person(0).await;
        let append = |identity, waits| {
            let entry = NewEntry { state, waits, ..entry(person.clone(), identity, None) };
            world.write(move |tx| tx.append(entry, at(0)))
        };
        let (waiting, other) = (append(1, true).await, append(2, false).await);
        let find = || world.read(|tx| tx.waiting_deletion(&flow(), &hash(1)));
        assert_eq!(find().await, Some(waiting.clone()), "{state:?}");
        let of = person.clone();
        world.write(move |tx| Ok((tx.release_shadow(&flow(), at(5))?, tx.release_unseen(&of, &[], at(5))?))).await;
        let now = |id: &EntryId| {
            let id = id.clone();
            world.read(move |tx| Ok(tx.entry(&id)?.map(|entry| (entry.state, entry.due))))
        };
        assert_eq!(now(&waiting).await, Some((EntryState::Queued, None)), "{state:?}");
        assert_eq!(now(&other).await, Some((EntryState::Queued, Some(at(5)))), "{state:?}");
        assert_eq!(find().await, Some(waiting), "{state:?}");
    }
}

#[tokio::test]
async fn what_is_unseen_for_too_long_is_removed_in_every_flow_of_its_link_and_in_no_other() {
    let world = World::new().await;
    let person = world.person(0).await;
    let append = |name: &'static str, now| {
        let unseen = NewEntry { state: EntryState::Unseen, flow: FlowId::new(name), ..entry(person.clone(), 1, None) };
        world.write(move |tx| tx.append(unseen, at(now)))
    };
    for (name, now) in [("diemen/start/old>front", 0), ("diemen/start/new>front", 0), ("diemen/start/new>front", 9)] {
        append(name, now).await;
    }
    append("diemen-west/start/back>front", 0).await;
    assert_eq!(world.write(|tx| tx.remove_unseen("diemen", at(5), at(10))).await, 2);
    let left = |name: &'static str| {
        let flow = FlowId::new(name);
        world.read(move |tx| Ok((tx.count_unseen(&flow)?, tx.flow_state(&flow)?.removed)))
    };
    assert_eq!(left("diemen/start/old>front").await, (0, 1));
    assert_eq!(left("diemen/start/new>front").await, (1, 1));
    assert_eq!(left("diemen-west/start/back>front").await, (1, 0));
    let links = world.read(|tx| tx.unseen_beside(&["diemen-west".to_owned()])).await;
    assert_eq!(links.into_iter().collect::<Vec<_>>(), ["diemen"]);
}

#[tokio::test]
async fn the_lanes_of_several_flows_are_merged_by_what_waits_longest() {
    let world = World::new().await;
    let other = FlowId::new("diemen/start");
    for (person, flow, due) in [(0, flow(), 3), (1, other.clone(), 1), (2, flow(), 2), (0, other.clone(), 4)] {
        let subject = world.person(person).await;
        let entry = NewEntry { flow, ..entry(subject, 1, Some(due)) };
        world.write(move |tx| tx.append(entry, at(0))).await;
    }
    let persons = [world.person(0).await, world.person(1).await, world.person(2).await];
    let [first, second, third] = &persons;
    let flows = [flow(), other];
    let lanes = |limit| {
        let flows = flows.clone();
        world.read(move |tx| tx.lanes(TARGET, &flows, at(9), limit))
    };
    assert_eq!(lanes(9).await, [second.clone(), third.clone(), first.clone()]);
    assert_eq!(lanes(2).await, [second.clone(), third.clone()]);
}
