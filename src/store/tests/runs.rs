//! Runs, and what became of what they journalled.

use super::{TARGET, World, at, entry, flow, someone};
use crate::store::{FlowId, NewEntry, Outcome, RunCounts, Waiting};

#[tokio::test]
async fn runs_are_numbered_upwards_across_flows_and_restarts() {
    let world = World::new().await;
    assert_eq!(world.write(|tx| tx.start_run(&flow(), at(0))).await, 1);
    assert_eq!(world.write(|tx| tx.start_run(&FlowId::new("other"), at(0))).await, 2);
    let world = world.reopen();
    assert_eq!(world.write(|tx| tx.start_run(&flow(), at(0))).await, 3);
}

#[tokio::test]
async fn what_pages_bring_adds_up_in_their_own_run() {
    let world = World::new().await;
    let page =
        RunCounts { fetched: 7, unchanged: 1, superseded: 2, rejected: 3, skipped: 4, blocked: 5, journalled: 6 };
    let runs = world
        .write(move |tx| {
            let run = tx.start_run(&flow(), at(0))?;
            tx.start_run(&FlowId::new("other"), at(0))?;
            tx.add_to_run(run, &page)?;
            tx.add_to_run(run, &page)?;
            tx.last_runs()
        })
        .await;
    let twice =
        RunCounts { fetched: 14, unchanged: 2, superseded: 4, rejected: 6, skipped: 8, blocked: 10, journalled: 12 };
    assert_eq!(runs.iter().map(|run| run.counts).collect::<Vec<_>>(), [twice, RunCounts::default()]);
}

#[tokio::test]
async fn the_last_run_of_each_flow_tells_how_it_ended() {
    let world = World::new().await;
    let runs = world
        .write(|tx| {
            let first = tx.start_run(&flow(), at(0))?;
            tx.finish_run(first, None, at(1))?;
            let other = tx.start_run(&FlowId::new("other"), at(2))?;
            tx.finish_run(other, Some("unavailable"), at(3))?;
            tx.start_run(&flow(), at(4))?;
            tx.last_runs()
        })
        .await;
    let told: Vec<_> =
        runs.into_iter().map(|run| (run.id, run.flow, run.started_at, run.ended_at, run.fault)).collect();
    assert_eq!(
        told,
        [(3, flow(), at(4), None, None), (2, FlowId::new("other"), at(2), Some(at(3)), Some("unavailable".to_owned())),]
    );
}

#[tokio::test]
async fn a_partial_run_says_nothing_of_how_its_flow_is_doing() {
    let world = World::new().await;
    let (runs, finished) = world
        .write(|tx| {
            let whole = tx.start_run(&flow(), at(0))?;
            tx.finish_run(whole, Some("unavailable"), at(1))?;
            let partial = tx.start_partial_run(&flow(), at(2))?;
            tx.finish_run(partial, None, at(3))?;
            Ok((tx.last_runs()?, tx.has_finished(&flow())?))
        })
        .await;
    assert_eq!(runs.into_iter().map(|run| (run.id, run.started_at)).collect::<Vec<_>>(), [(1, at(0))]);
    assert!(!finished);
}

#[tokio::test]
async fn the_outcome_counts_the_entries_of_the_asked_runs_only() {
    let world = World::new().await;
    let outcome = world
        .write(|tx| {
            let person = someone(tx, 0)?;
            let mut append =
                |identity, run| tx.append(NewEntry { run, ..entry(person.clone(), identity, Some(0)) }, at(0));
            let (accepted, refused, lost) = (append(1, 1)?, append(2, 1)?, append(3, 2)?);
            let (_superseded, sending) = (append(4, 2)?, append(5, 2)?);
            append(6, 2)?;
            append(7, 3)?;
            tx.supersede(&flow(), &super::hash(4), at(1))?;
            tx.begin(super::settle::attempt("a"), &[sending], at(1))?;
            tx.accept(&accepted, None, at(1))?;
            tx.refuse(&refused, "rejected", at(1))?;
            tx.lose(&lost, "timeout", at(1))?;
            Ok((tx.outcome(&[1, 2])?, tx.outcome(&[])?))
        })
        .await;
    let expected = Outcome { accepted: 1, superseded: 1, refused: 1, unknown: 1, waiting: 2, ..Outcome::default() };
    assert_eq!(outcome, (expected, Outcome::default()));
}

#[tokio::test]
async fn what_waits_is_told_per_flow_and_target_with_its_age_and_faults() {
    let world = World::new().await;
    let first = world.append(0, 1, 5, Some(5)).await;
    let second = world.append(0, 2, 3, Some(5)).await;
    world.append(0, 3, 9, None).await;
    let settled = world.append(0, 4, 0, Some(0)).await;
    let waiting = world
        .write(move |tx| {
            let person = someone(tx, 0)?;
            tx.append(NewEntry { target: "elsewhere".to_owned(), ..entry(person, 5, Some(0)) }, at(1))?;
            tx.postpone(&first, at(20), "unavailable", false, at(6))?;
            tx.postpone(&second, at(20), "denied", false, at(6))?;
            tx.accept(&settled, None, at(6))?;
            tx.waiting()
        })
        .await;
    let faults = vec![("denied".to_owned(), 1), ("unavailable".to_owned(), 1)];
    assert_eq!(
        waiting,
        [
            Waiting { flow: flow(), target: TARGET.to_owned(), count: 3, oldest: at(3), faults },
            Waiting { flow: flow(), target: "elsewhere".to_owned(), count: 1, oldest: at(1), faults: Vec::new() },
        ]
    );
}
