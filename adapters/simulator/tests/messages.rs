//! The message files are what a back-office package would lay out.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use schakel_simulator::{Options, Planted, Simulator};
use support::{mark, offices, options, plain, values};

/// The files of a simulation of so many persons, by name, and what is planted in them.
async fn written(persons: u32, seed: u64) -> (tempfile::TempDir, BTreeMap<String, String>, Vec<Planted>) {
    let directory = tempfile::tempdir().unwrap();
    let messages = directory.path().join("berichten");
    let simulator =
        Simulator::start(Options { persons, seed, messages: Some(messages.clone()), ..options() }).await.unwrap();
    let step = simulator.step().await;
    let files = read(&messages);
    assert!(!step.messages.is_empty() && step.messages.iter().all(|name| files.contains_key(name)));
    (directory, files, simulator.planted())
}

fn read(directory: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(directory).unwrap().map(Result::unwrap);
    entries.map(|entry| (entry.file_name().into_string().unwrap(), fs::read_to_string(entry.path()).unwrap())).collect()
}

/// The names of the files that are broken on purpose: cut off, or with a code of the other law.
fn broken(files: &BTreeMap<String, String>, planted: &[Planted]) -> BTreeSet<String> {
    let faults = planted
        .iter()
        .filter(|planted| ["assignment", "start", "stop"].contains(&planted.stream.as_str()))
        .filter(|planted| ["not-well-formed", "category-unknown", "reason-unknown"].contains(&planted.code.as_str()));
    faults
        .map(|fault| {
            let holds = |text: &String| {
                let stream = if fault.stream == "start" { "StartProduct>" } else { "StopProduct>" };
                text.contains(&fault.id) && text.contains(stream)
            };
            let named = files.keys().find(|name| **name == fault.id);
            named.or_else(|| files.iter().find(|(_, text)| holds(text)).map(|(name, _)| name)).unwrap().clone()
        })
        .collect()
}

/// The folder of the official schemas, where it is there and `xmllint` too.
fn schemas() -> Option<PathBuf> {
    let beside = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared"));
    let shared = std::env::var_os("SCHAKEL_SHARED").map_or(beside, PathBuf::from);
    let schemas = shared.join("istandaarden/xsd");
    let tool = Command::new("xmllint").arg("--version").output().is_ok();
    (schemas.is_dir() && tool).then_some(schemas)
}

#[tokio::test]
async fn every_message_is_valid_but_the_planted_ones() {
    let Some(schemas) = schemas() else {
        println!("SKIPPED: the schemas or xmllint are not here, so no message was validated");
        return;
    };
    for seed in 1..=3 {
        let (directory, files, planted) = written(200, seed).await;
        let broken = broken(&files, &planted);
        let kinds: BTreeSet<&str> = files.keys().filter_map(|name| name.split('-').next()).collect();
        for kind in &kinds {
            let law = if kind.starts_with("WMO") { "wmo" } else { "jw" };
            let schema = schemas.join(law).join(format!("{kind}.xsd"));
            let of_kind = files.keys().filter(|name| name.starts_with(kind));
            let (bad, good): (Vec<_>, Vec<_>) = of_kind.partition(|name| broken.contains(*name));
            let lint = |names: &[&String]| {
                let paths = names.iter().map(|name| directory.path().join("berichten").join(name));
                Command::new("xmllint").args(["--noout", "--schema"]).arg(&schema).args(paths).output().unwrap()
            };
            let output = lint(&good);
            assert!(output.status.success(), "{kind}: {}", String::from_utf8_lossy(&output.stderr));
            assert!(bad.iter().all(|name| !lint(&[name]).status.success()));
        }
        let all = ["301", "305", "307", "315", "317", "319", "323"];
        let expected = all.iter().flat_map(|kind| [format!("WMO{kind}"), format!("JW{kind}")]);
        for kind in expected.chain(["JW302".to_owned()]) {
            assert!(kinds.contains(kind.as_str()), "{kind} with seed {seed}");
        }
    }
}

#[tokio::test]
async fn every_fault_is_planted_in_messages() {
    let (_directory, files, planted) = written(60, 1).await;
    for (stream, code) in [
        ("assignment", "not-well-formed"),
        ("assignment", "bsn-invalid"),
        ("assignment", "end-before-start"),
        ("start", "category-unknown"),
        ("stop", "reason-unknown"),
    ] {
        let count = planted.iter().filter(|planted| planted.stream == stream && planted.code == code).count();
        assert!(count >= 2, "{stream} {code}");
    }
    let cut = planted.iter().filter(|planted| planted.code == "not-well-formed");
    assert!(cut.into_iter().all(|planted| !files[&planted.id].ends_with("Bericht>\r\n")));
}

#[tokio::test]
async fn the_same_seed_gives_the_same_files_and_another_seed_others() {
    let (_one, first, _) = written(40, 1).await;
    let (_two, second, _) = written(40, 1).await;
    let (_three, other, _) = written(40, 2).await;
    assert_eq!(first, second);
    assert_ne!(first, other);
}

#[tokio::test]
async fn every_file_is_whole_marked_and_in_the_form_demanded() {
    let (_directory, files, _) = written(60, 1).await;
    for (name, text) in &files {
        assert!(!name.starts_with('.'), "{name}");
        assert!(text.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n"), "{name}");
        assert!(!text.replace("\r\n", "").contains('\n'), "{name}");
        let person = ["Achternaam", "TotaalBedrag"].iter().any(|element| text.contains(element));
        let marked = text.contains(&mark().text) || text.contains(&mark().number.to_string());
        assert!(marked || !person, "{name}");
    }
}

#[tokio::test]
async fn what_is_not_for_us_or_about_money_is_counted_by_file() {
    let directory = tempfile::tempdir().unwrap();
    let simulator =
        Simulator::start(Options { messages: Some(directory.path().to_owned()), ..options() }).await.unwrap();
    let files = read(directory.path());
    let counts = offices(&simulator)[0].get("/_planted").await;

    let of = |kind: &str| files.keys().filter(|name| name.contains(kind)).count();
    let elsewhere =
        |kind| files.iter().filter(|(name, text)| name.contains(kind) && plain(text).contains(">0363<")).count();
    assert_eq!(counts["blocked"]["assignment"], of("323-"));
    assert_eq!(counts["skipped"]["request"], of("319-"));
    assert_eq!(counts["skipped"]["assignment"], of("302-") + elsewhere("301-"));
    assert_eq!(counts["skipped"]["start"], elsewhere("305-"));
    assert_eq!(counts["skipped"]["stop"], elsewhere("307-"));
}

#[tokio::test]
async fn no_key_comes_twice_on_a_day_and_no_version_of_an_assignment_twice() {
    let (_directory, files, planted) = written(400, 1).await;
    let (mut keys, mut versions) = (BTreeSet::new(), BTreeSet::new());
    for (name, text) in files.iter().filter(|(name, _)| planted.iter().all(|planted| planted.id != **name)) {
        let text = plain(text);
        let all = |element| values(&text, element);
        let one = |element| all(element).first().copied().unwrap_or_default();
        let number = |text: &str| text.parse::<u32>().unwrap_or_default();
        let (law, parties) = (&name[..2], (one("Afzender"), one("Ontvanger")));
        if name.contains("305-") || name.contains("307-") {
            let product = (one("Categorie"), one("Code"));
            let stop = (one("RedenBeeindiging"), one("Einddatum"));
            let key = (number(one("ToewijzingNummer")), product, one("Begindatum"), stop);
            let key = format!("{law} {parties:?} {} {key:?} on {}", one("Bsn"), one("Dagtekening"));
            assert!(keys.insert(key.clone()), "{key}");
        } else if name.contains("301-") {
            let moments = all("Toewijzingsdatum").into_iter().zip(all("Toewijzingstijd"));
            for (assignment, moment) in all("ToewijzingNummer").into_iter().zip(moments) {
                let version = format!("{law} {parties:?} {} at {moment:?}", number(assignment));
                assert!(versions.insert(version.clone()), "{version}");
            }
        }
    }
    assert!(keys.len() > 100 && versions.len() > 100);
}
