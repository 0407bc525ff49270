//! Some of what the back office has is about persons whom the front office may not know of.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use reqwest::Method;
use schakel_simulator::{Options, Simulator};
use serde_json::{Value, json};
use support::{Office, offices, options, plain, values, windows_1252};
use tempfile::TempDir;

/// A law, under the front office's name, and a BSN.
type Person = (String, String);

async fn started(persons: u32) -> (TempDir, Simulator) {
    let directory = tempfile::tempdir().unwrap();
    let [messages, exports] = ["berichten", "exports"].map(|name| Some(directory.path().join(name)));
    let simulator = Simulator::start(Options { persons, messages, exports, ..options() }).await.unwrap();
    (directory, simulator)
}

/// Everybody of whom the front office holds an indication that crosses.
async fn known(front: &Office) -> BTreeSet<Person> {
    let faults = front.get("/_planted").await["rejections"].as_array().unwrap().clone();
    let faulty: BTreeSet<&str> = faults.iter().map(|fault| fault["id"].as_str().unwrap()).collect();
    let rows = front.list("/api/indicaties", "gewijzigd_na", 5_000).await;
    let crosses = |row: &&Value| {
        let text = |name: &str| row[name].as_str().unwrap();
        text("status") == "actief" && text("leveringsvorm") == "ZIN" && !faulty.contains(text("zaaknummer"))
    };
    let person =
        |row: &Value| (row["wet"].as_str().unwrap().to_owned(), row["client"]["bsn"].as_str().unwrap().to_owned());
    rows.iter().filter(crosses).map(person).collect()
}

/// Whom each sound record that the back office wrote is about, by stream; and which kinds of referrer their requests name.
async fn written(directory: &TempDir, front: &Office) -> BTreeMap<&'static str, Vec<(Person, Option<String>)>> {
    let faults = front.get("/_planted").await["rejections"].as_array().unwrap().clone();
    let faulty: BTreeSet<(&str, &str)> =
        faults.iter().map(|fault| (fault["stream"].as_str().unwrap(), fault["id"].as_str().unwrap())).collect();
    let mut records: BTreeMap<&str, Vec<(Person, Option<String>)>> = BTreeMap::new();
    for entry in fs::read_dir(directory.path().join("berichten")).unwrap() {
        let (name, path) = entry.map(|entry| (entry.file_name().into_string().unwrap(), entry.path())).unwrap();
        let (law, rest) = name.split_at(name.find(|letter: char| letter.is_ascii_digit()).unwrap());
        let (stream, row) = match &rest[..3] {
            "301" => ("assignment", "ToegewezenProduct"),
            "305" => ("start", "StartProduct"),
            "307" => ("stop", "StopProduct"),
            "315" => ("request", "AangevraagdProduct"),
            "317" => ("request", "Verzoek"),
            _ => continue,
        };
        let text = plain(&fs::read_to_string(path).unwrap());
        let number =
            values(&text, "ToewijzingNummer").first().map_or("", |number| number.trim_start_matches('0')).to_owned();
        let sender = values(&text, "Afzender").concat() + &values(&text, "Ontvanger").concat();
        if faulty.contains(&(stream, &number)) || faulty.contains(&(stream, &name)) || sender.contains("0363") {
            continue;
        }
        let person = (law.to_owned(), values(&text, "Bsn")[0].to_owned());
        let referrer = values(&text, "Type").first().map(|referrer| (*referrer).to_owned());
        let rows = values(&text, row).len();
        records.entry(stream).or_default().extend(vec![(person, referrer); rows]);
    }
    for entry in fs::read_dir(directory.path().join("exports")).unwrap().map(Result::unwrap) {
        if !entry.file_name().to_str().unwrap().starts_with("benutting-") {
            continue;
        }
        let text = windows_1252(&fs::read(entry.path()).unwrap());
        let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(text.as_bytes());
        for line in reader.deserialize().map(Result::<BTreeMap<String, String>, _>::unwrap) {
            if line["Eenheid"] != "euro" && !faulty.contains(&("utilization", &line["Regelnummer"])) {
                let person = (line["Wet"].clone(), line["Cliëntnummer"].clone());
                records.entry("utilization").or_default().push((person, None));
            }
        }
    }
    records
}

#[tokio::test]
async fn what_is_about_somebody_without_an_indication_is_counted_record_by_record() {
    for persons in [1, 60, 450] {
        let (directory, simulator) = started(persons).await;
        let [front, _] = offices(&simulator);
        for _ in 0..2 {
            let known = known(&front).await;
            let mut unseen = BTreeMap::new();
            let mut referrers = BTreeSet::new();
            for (stream, records) in written(&directory, &front).await {
                let strange: Vec<_> = records.into_iter().filter(|(person, _)| !known.contains(person)).collect();
                unseen.insert(stream.to_owned(), u32::try_from(strange.len()).unwrap());
                referrers
                    .extend(strange.into_iter().filter(|(person, _)| person.0 == "JW").filter_map(|(_, kind)| kind));
            }
            assert_eq!(unseen, simulator.unseen());
            assert_eq!(front.get("/_planted").await["unseen"], json!(unseen));
            assert_eq!(unseen.len(), 5);
            assert!(unseen.values().all(|count| *count > 0), "{unseen:?}");
            assert!(referrers.contains("02"));
            simulator.step().await;
        }
    }
}

#[tokio::test]
async fn some_are_known_under_the_other_law_and_some_have_only_what_does_not_cross() {
    let (directory, simulator) = started(450).await;
    let [front, _] = offices(&simulator);
    let known = known(&front).await;
    let rows = front.list("/api/indicaties", "gewijzigd_na", 5_000).await;
    let strangers: BTreeSet<String> = written(&directory, &front)
        .await
        .into_values()
        .flatten()
        .filter(|(person, _)| !known.contains(person))
        .map(|((_, bsn), _)| bsn)
        .collect();
    let elsewhere = strangers.iter().filter(|bsn| known.iter().any(|(_, other)| other == *bsn)).count();
    let held = |bsn: &String| rows.iter().any(|row| row["client"]["bsn"] == **bsn);
    let only_uncrossed = strangers.iter().filter(|bsn| held(bsn)).count() - elsewhere;
    assert!(elsewhere > 0 && only_uncrossed > 0 && strangers.iter().any(|bsn| !held(bsn)));
}

#[tokio::test]
async fn anything_about_a_stranger_is_forbidden_in_the_front_office_until_it_has_an_indication() {
    let (directory, simulator) = started(60).await;
    let [front, back] = offices(&simulator);
    let known = known(&front).await;
    let records = written(&directory, &front).await;
    let is_known = |bsn: &&String| known.iter().any(|(_, one)| one == *bsn);
    let bsn = records["start"].iter().map(|((_, bsn), _)| bsn).find(|bsn| !is_known(bsn)).unwrap();
    let put = async |office: &Office, path: &str, bsn: &str| {
        let body = json!({"versie": 1, "wet": "jeugdwet", "bsn": bsn});
        office.request(Method::PUT, path).json(&body).send().await.unwrap();
    };
    put(&front, "/api/starts/1", bsn).await;
    put(&front, "/api/benutting/1", bsn).await;
    put(&back, "/api/toewijzingen/1", bsn).await;
    assert_eq!((front.counts().await[4], back.counts().await[4]), (2, 0));

    let row = json!({"id": "NIEUW-1", "wet": "JW", "status": "actief", "leveringsvorm": "ZIN", "client": {"bsn": bsn}});
    front.post("/_indicaties", &row).await;
    put(&front, "/api/starts/2", bsn).await;
    assert_eq!(front.counts().await[4], 2);
}
