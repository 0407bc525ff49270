//! The exports are what a back-office package would write: files in three forms, full of what must not pass.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use schakel_simulator::{Options, Planted, Simulator};
use serde_json::Value;
use support::{mark, offices, options, windows_1252};

type Files = BTreeMap<String, Vec<u8>>;
type Line = BTreeMap<String, String>;

/// The exports of a simulation after so many steps, what is planted in them, and what is to be counted.
async fn written(steps: u32) -> (Files, Vec<Planted>, Value) {
    let directory = tempfile::tempdir().unwrap();
    let exports = directory.path().join("exports");
    let simulator =
        Simulator::start(Options { persons: 400, exports: Some(exports.clone()), ..options() }).await.unwrap();
    let mut named = BTreeSet::new();
    let first = read(&exports);
    for _ in 0..steps {
        named.extend(simulator.step().await.exports);
    }
    let files = read(&exports);
    assert_eq!(files.keys().filter(|name| !first.contains_key(*name)).cloned().collect::<BTreeSet<_>>(), named);
    assert!(first.iter().all(|(name, bytes)| files[name] == *bytes), "a file is never changed");
    (files, simulator.planted(), offices(&simulator)[0].get("/_planted").await)
}

fn read(directory: &Path) -> Files {
    let entries = fs::read_dir(directory).unwrap().map(Result::unwrap);
    entries.map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())).collect()
}

fn named(files: &Files, start: &str) -> Vec<Vec<u8>> {
    files.iter().filter(|(name, _)| name.starts_with(start)).map(|(_, bytes)| bytes.clone()).collect()
}

fn lines(text: &str, separator: u8) -> Vec<Line> {
    let mut reader = csv::ReaderBuilder::new().delimiter(separator).from_reader(text.as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

fn utilization(files: &Files) -> Vec<Vec<Line>> {
    named(files, "benutting-").iter().map(|bytes| lines(&windows_1252(bytes), b';')).collect()
}

/// The ids of the lines that are planted with a code of a stream.
fn codes(planted: &[Planted], stream: &str) -> BTreeMap<String, String> {
    let of_stream = planted.iter().filter(|planted| planted.stream == stream);
    of_stream.map(|planted| (planted.id.clone(), planted.code.clone())).collect()
}

#[tokio::test]
async fn utilization_is_windows_1252_with_quoted_line_ends_and_decimal_commas() {
    let (files, planted, _) = written(0).await;
    for bytes in named(&files, "benutting-") {
        assert!(bytes.windows(13).any(|part| part == b"Cli\xEBntnummer;"), "the header is not in Windows-1252");
        assert!(String::from_utf8(bytes.clone()).is_err());
        assert!(!windows_1252(&bytes).replace("\r\n", "").contains('\n'));
    }
    let faults = codes(&planted, "utilization");
    let all: Vec<Line> = utilization(&files).into_iter().flatten().collect();
    assert!(all.iter().any(|line| line["Opmerking"].contains("\r\n")));
    for line in &all {
        assert!(line["Opmerking"].contains(&mark().text) && line["Bedrag"] == format!("{},00", mark().number));
        let fault = faults.get(&line["Regelnummer"]).map(String::as_str);
        assert_eq!(!line["Geleverd volume"].ends_with(",00"), fault == Some("volume-invalid"));
        assert_eq!(line["Begin periode"].len(), "01-10-2026".len());
    }
    for code in ["bsn-invalid", "value-missing", "date-invalid", "end-before-start", "volume-invalid", "code-unknown"] {
        assert!(faults.values().filter(|fault| *fault == code).count() >= 2, "{code}");
    }
    let planted_lines = all.iter().filter(|line| faults.contains_key(&line["Regelnummer"])).count();
    assert_eq!(planted_lines, faults.len(), "each fault is one line");
}

#[tokio::test]
async fn later_files_hold_later_figures_first_provisional_and_then_final() {
    let (files, ..) = written(3).await;
    let mut states: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let files = utilization(&files);
    assert!(files.len() >= 5);
    for file in files {
        let numbers: BTreeSet<&String> = file.iter().map(|line| &line["Regelnummer"]).collect();
        assert_eq!(numbers.len(), file.len(), "no line comes twice in a file");
        for line in &file {
            let key = ["Wet", "Toewijzingsnummer", "Begin periode"].map(|name| line[name].trim_start_matches('0'));
            assert!(line["Regelnummer"].starts_with(&line["Wet"]) || key[1].is_empty());
            states.entry(line["Regelnummer"].clone()).or_default().push(line["Status"].clone());
        }
    }
    let settled = states.values().filter(|states| **states == ["voorlopig", "definitief"]).count();
    assert!(settled > 20, "{settled}");
    assert!(states.values().any(|states| **states == ["voorlopig", "voorlopig"]), "a step counts on");
}

#[tokio::test]
async fn lines_in_euros_are_counted_as_skipped() {
    let (files, _, counts) = written(2).await;
    let euros = utilization(&files).into_iter().flatten().filter(|line| line["Eenheid"] == "euro").count();
    assert!(euros > 0);
    assert_eq!(counts["skipped"]["utilization"], euros);
}

#[tokio::test]
async fn waiting_lists_have_a_byte_order_mark_and_numbers_on_both_sides_of_ten() {
    let (files, planted, _) = written(2).await;
    let faults = codes(&planted, "waiting-list");
    let (mut small, mut large, mut keys, mut faulty) = (0, 0, BTreeSet::new(), 0);
    let files = named(&files, "wachtlijst-");
    assert_eq!(files.len(), 5);
    for bytes in files {
        let text = String::from_utf8(bytes).unwrap();
        for line in lines(text.strip_prefix('\u{FEFF}').unwrap(), b',') {
            assert!(line["wachtenden toelichting"].contains(&mark().text));
            if faults.contains_key(&line["regelnummer"]) {
                faulty += 1;
                continue;
            }
            let key = ["wet", "aanbieder_agb", "categorie", "productcode", "peildatum"].map(|name| line[name].clone());
            assert!(keys.insert(key));
            let waiting: u32 = line["wachtenden"].parse().unwrap();
            *(if waiting < 10 { &mut small } else { &mut large }) += 1;
        }
    }
    assert!(small > 20 && large > 20);
    assert_eq!(faulty, faults.len());
    for code in
        ["provider-invalid", "date-invalid", "value-missing", "category-unknown", "code-unknown", "end-before-start"]
    {
        assert!(faults.values().filter(|fault| *fault == code).count() >= 2, "{code}");
    }
}

#[tokio::test]
async fn performance_is_a_line_per_score_with_observations_on_both_sides_of_ten() {
    let (files, planted, _) = written(4).await;
    let faults = codes(&planted, "performance");
    let (mut small, mut large, mut faulty) = (0, 0, 0);
    let files = named(&files, "prestaties-");
    assert_eq!(files.len(), 3);
    for line in files.iter().flat_map(|bytes| std::str::from_utf8(bytes).unwrap().lines()) {
        let line: Value = serde_json::from_str(line).unwrap();
        assert!(line["toelichting"].as_str().unwrap().contains(&mark().text));
        assert_eq!(line["boete"], mark().number);
        faulty += u32::from(faults.contains_key(line["regelnummer"].as_str().unwrap()));
        *(if line["waarnemingen"].as_u64().unwrap() < 10 { &mut small } else { &mut large }) += 1;
    }
    assert!(small > 10 && large > 20);
    assert_eq!(faulty as usize, faults.len());
    for code in ["provider-invalid", "value-missing", "value-invalid", "date-invalid", "end-before-start"] {
        assert!(faults.values().filter(|fault| *fault == code).count() >= 2, "{code}");
    }
}

#[tokio::test]
async fn one_export_is_half_written_under_a_hidden_name() {
    let (files, ..) = written(1).await;
    let hidden: Vec<&String> = files.keys().filter(|name| name.starts_with('.')).collect();
    assert_eq!(hidden.len(), 1);
    assert!(!files[hidden[0]].ends_with(b"\r\n"));
}

#[tokio::test]
async fn the_same_seed_gives_the_same_exports() {
    assert_eq!(written(4).await, written(4).await);
}

#[tokio::test]
async fn without_a_directory_nothing_is_planted_in_exports() {
    let simulator = Simulator::start(options()).await.unwrap();
    let step = simulator.step().await;
    assert_eq!(step.exports, Vec::<String>::new());
    let exported = ["utilization", "waiting-list", "performance"];
    assert!(simulator.planted().iter().all(|planted| !exported.contains(&planted.stream.as_str())));
}
