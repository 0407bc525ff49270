//! Attempts and what became of them.

use super::{TARGET, World, at, flow, hash, head, someone};
use crate::store::{Attempt, Entry, EntryId, EntryState, FlowId, FlowState, Head, NewAttempt, Pause, StoreError, Tx};

pub(super) fn attempt(id: &str) -> NewAttempt {
    NewAttempt {
        id: id.to_owned(),
        target: TARGET.to_owned(),
        moment: at(100),
        bytes: b"sealed bytes".to_vec(),
        deadline: at(130),
    }
}

impl World {
    /// Appends `count` entries of person 0, identities 1 and up, with heads, and begins attempt `a` with them.
    async fn sending(&self, count: u8) -> Vec<EntryId> {
        let mut members = Vec::new();
        for identity in 1..=count {
            self.write(move |tx| {
                let person = someone(tx, 0)?;
                tx.set_head(&flow(), &hash(identity), &head(person, identity), at(0))
            })
            .await;
            members.push(self.append(0, identity, 0, Some(0)).await);
        }
        let begun = members.clone();
        self.write(move |tx| tx.begin(attempt("a"), &begun, at(100))).await;
        members
    }

    async fn entry(&self, id: &EntryId) -> Entry {
        let id = id.clone();
        self.read(move |tx| tx.entry(&id)).await.unwrap()
    }

    async fn attempt(&self) -> Option<Attempt> {
        self.read(|tx| tx.attempt("a")).await
    }

    async fn head(&self, identity: u8) -> Head {
        self.read(move |tx| tx.head(&flow(), &hash(identity))).await.unwrap()
    }
}

#[tokio::test]
async fn an_attempt_is_kept_before_it_is_made_and_its_entries_are_sending_until_its_deadline() {
    let world = World::new().await;
    let members = world.sending(2).await;
    for member in &members {
        let entry = world.entry(member).await;
        assert_eq!((entry.state, entry.attempts), (EntryState::Sending, 1));
        assert_eq!((entry.attempt.as_deref(), entry.due), (Some("a"), Some(at(130))));
    }
    let NewAttempt { id, target, moment, bytes, .. } = attempt("a");
    assert_eq!(world.attempt().await, Some(Attempt { id, target, moment, bytes }));
    assert_eq!(world.read(|tx| tx.attempt("b")).await, None);
}

#[tokio::test]
async fn an_attempt_with_an_entry_that_is_not_queued_any_more_is_not_begun() {
    let world = World::new().await;
    let sending = world.sending(1).await.remove(0);
    let queued = world.append(0, 2, 0, Some(0)).await;
    let members = [queued.clone(), sending];
    assert!(!world.write(move |tx| tx.begin(attempt("b"), &members, at(101))).await);
    assert_eq!(world.read(|tx| tx.attempt("b")).await, None);
    assert_eq!(world.entry(&queued).await.state, EntryState::Queued);
}

#[tokio::test]
async fn an_attempt_of_a_flow_that_pauses_is_not_begun() {
    let world = World::new().await;
    let queued = world.append(0, 1, 0, Some(0)).await;
    let pause =
        |paused| move |tx: &mut Tx<'_>| tx.set_flow_state(&flow(), FlowState { paused, ..FlowState::default() });
    let begin = |members: [EntryId; 1]| world.write(move |tx| tx.begin(attempt("a"), &members, at(101)));
    world.write(pause(Some((at(1), Pause::Command)))).await;
    assert!(!begin([queued.clone()]).await);
    assert_eq!((world.attempt().await, world.entry(&queued).await.state), (None, EntryState::Queued));
    world.write(pause(None)).await;
    assert!(begin([queued]).await);
}

#[tokio::test]
async fn an_entry_is_not_hidden_when_the_front_office_holds_something_meanwhile() {
    let world = World::new().await;
    let (queued, person) = (world.append(0, 1, 0, Some(0)).await, world.person(0).await);
    let hide = |id: EntryId| world.write(move |tx| tx.hide(&id, &[FlowId::new("deciding")], at(2)));
    let set = |in_force| {
        let head = Head { in_force, ..head(person.clone(), 9) };
        world.write(move |tx| tx.set_head(&FlowId::new("deciding"), &hash(9), &head, at(1)))
    };
    set(true).await;
    hide(queued.clone()).await;
    assert_eq!(world.entry(&queued).await.state, EntryState::Queued);
    set(false).await;
    hide(queued.clone()).await;
    assert_eq!(world.entry(&queued).await.state, EntryState::Unseen);
}

#[tokio::test]
async fn an_accepted_entry_leaves_its_record_and_the_head_knows() {
    let world = World::new().await;
    let members = world.sending(1).await;
    let id = members[0].clone();
    world.write(move |tx| tx.accept(&id, Some(b"receipt".to_vec()), at(101))).await;
    let entry = world.entry(&members[0]).await;
    assert_eq!((entry.state, entry.record, entry.due), (EntryState::Accepted, None, None));
    assert_eq!(entry.attempt.as_deref(), Some("a"), "it stays known under which reference");
    assert_eq!(world.head(1).await.accepted, Some(hash(1)));
}

#[tokio::test]
async fn the_bytes_of_an_attempt_go_with_its_last_open_entry() {
    let world = World::new().await;
    let [first, second, third] = world.sending(3).await.try_into().unwrap();
    world.write(move |tx| tx.accept(&first, None, at(101))).await;
    assert!(world.attempt().await.is_some());
    world.write(move |tx| tx.refuse(&second, "rejected", at(101))).await;
    assert!(world.attempt().await.is_some());
    world.write(move |tx| tx.postpone(&third, at(110), "unavailable", false, at(101))).await;
    assert_eq!(world.attempt().await, None);
}

#[tokio::test]
async fn a_postponed_entry_whose_outcome_is_open_keeps_its_attempt() {
    let world = World::new().await;
    let members = world.sending(1).await;
    let id = members[0].clone();
    world.write(move |tx| tx.postpone(&id, at(110), "timeout", true, at(101))).await;
    let entry = world.entry(&members[0]).await;
    assert_eq!((entry.state, entry.due), (EntryState::Sending, Some(at(110))));
    assert_eq!((entry.attempt.as_deref(), entry.fault.as_deref()), (Some("a"), Some("timeout")));
    assert!(world.attempt().await.is_some());
}

#[tokio::test]
async fn a_postponed_entry_that_did_not_arrive_is_queued_without_its_attempt() {
    let world = World::new().await;
    let members = world.sending(1).await;
    let id = members[0].clone();
    world.write(move |tx| tx.postpone(&id, at(110), "unavailable", false, at(101))).await;
    let entry = world.entry(&members[0]).await;
    assert_eq!((entry.state, entry.due, entry.attempts), (EntryState::Queued, Some(at(110)), 1));
    assert_eq!((entry.attempt, entry.fault.as_deref()), (None, Some("unavailable")));
    assert!(entry.record.is_some());
    let again = members.clone();
    world.write(move |tx| tx.begin(attempt("b"), &again, at(110))).await;
    assert_eq!(world.entry(&members[0]).await.attempts, 2);
}

#[tokio::test]
async fn a_refused_entry_leaves_its_record_and_is_work_for_somebody_only_while_its_head_holds_it() {
    let world = World::new().await;
    let members = world.sending(2).await;
    // Identity 2 has moved on meanwhile.
    world
        .write(|tx| {
            let person = someone(tx, 0)?;
            tx.set_head(&flow(), &hash(2), &head(person, 9), at(101))
        })
        .await;
    let mut held = Vec::new();
    for id in members.clone() {
        held.push(world.write(move |tx| tx.refuse(&id, "rejected", at(101))).await);
    }
    assert_eq!(held, [true, false]);
    let entry = world.entry(&members[0]).await;
    assert_eq!((entry.state, entry.record, entry.due), (EntryState::Refused, None, None));
    assert_eq!(entry.fault.as_deref(), Some("rejected"));
    assert_eq!(world.attempt().await, None);
}

#[tokio::test]
async fn a_lost_entry_keeps_record_and_attempt_and_waits_for_no_time() {
    let world = World::new().await;
    let members = world.sending(1).await;
    let id = members[0].clone();
    world.write(move |tx| tx.lose(&id, "timeout", at(101))).await;
    let entry = world.entry(&members[0]).await;
    assert_eq!((entry.state, entry.due, entry.fault.as_deref()), (EntryState::Unknown, None, Some("timeout")));
    assert!(entry.record.is_some() && world.attempt().await.is_some());
}

#[tokio::test]
async fn settling_an_entry_that_is_not_there_is_an_error() {
    let world = World::new().await;
    let none = || EntryId::new("none");
    let missing = Err(StoreError::Broken("an entry that is to change is not in the journal"));
    assert_eq!(world.store.write(move |tx| tx.accept(&none(), None, at(0))).await, missing);
    assert_eq!(world.store.write(move |tx| tx.refuse(&none(), "rejected", at(0)).map(drop)).await, missing);
    assert_eq!(world.store.write(move |tx| tx.lose(&none(), "timeout", at(0))).await, missing);
    assert_eq!(world.store.write(move |tx| tx.postpone(&none(), at(1), "timeout", true, at(0))).await, missing);
}

#[tokio::test]
async fn after_a_restart_what_was_being_sent_is_due_at_once() {
    let world = World::new().await;
    let sending = world.sending(2).await;
    let queued = world.append(0, 3, 0, Some(500)).await;
    let world = world.reopen();
    assert_eq!(world.write(|tx| tx.recover(at(105))).await, 2);
    assert_eq!(world.entry(&sending[0]).await.due, Some(at(105)));
    assert_eq!(world.entry(&sending[0]).await.attempt.as_deref(), Some("a"));
    assert_eq!(world.entry(&queued).await.due, Some(at(500)));
}
