#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;
use crate::code::Code;
use crate::testing::{any_record, plain, record_with, texts};
use crate::value::Size;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// What reading says about the plain values of a stream with some changes: field and code.
fn problems(stream: Stream, changes: &[(&str, &str)]) -> Vec<(String, Code)> {
    let mut values = plain(stream);
    for (name, text) in changes {
        values.remove(name);
        values.set(name, *text);
    }
    match Record::read(stream, &values) {
        Ok(_) => Vec::new(),
        Err(Unreadable::OutOfScope) => panic!("out of scope"),
        Err(Unreadable::Problems(problems)) => {
            problems.into_iter().map(|problem| (problem.field, problem.code)).collect()
        }
    }
}

/// Checks that reading finds exactly these problems.
fn check(stream: Stream, changes: &[(&str, &str)], expected: &[(&str, Code)]) {
    let expected: Vec<(String, Code)> = expected.iter().map(|(field, code)| ((*field).to_owned(), *code)).collect();
    assert_eq!(problems(stream, changes), expected, "{} with {changes:?}", stream.as_str());
}

proptest! {
    #[test]
    fn every_record_reads_back_from_its_texts(
        records in (
            any_record(Stream::Indication), any_record(Stream::Assignment), any_record(Stream::Request),
            any_record(Stream::Start), any_record(Stream::Stop), any_record(Stream::Answer),
            any_record(Stream::Utilization), any_record(Stream::WaitingList), any_record(Stream::Performance),
            any_record(Stream::Catalogue),
        )
    ) {
        let (indication, assignment, request, start, stop, answer, utilization, waiting, performance, catalogue) = records;
        let about_persons = [indication, assignment, request, start, stop, utilization];
        for record in about_persons.into_iter().chain([answer, waiting, performance, catalogue]) {
            let values = record.values();
            let again = Record::read(record.stream(), &values);
            prop_assert_eq!(again.as_ref(), Ok(&record));
            prop_assert_eq!(again.unwrap().values(), values.clone());
            for (name, text) in values.iter() {
                let row = record.stream().row(&name);
                prop_assert!(row.is_some_and(|row| row.grammar.accepts(text)), "{} is not in the table so", name);
            }
            let there: BTreeSet<String> = values.iter().map(|(name, _)| name).collect();
            prop_assert!(record.stream().required().all(|name| there.contains(name)));
        }
    }
}

#[test]
fn every_plain_record_is_one() {
    for stream in Stream::ALL {
        assert_eq!(problems(stream, &[]), Vec::new());
        assert_eq!(Stream::named(stream.as_str()), Some(stream));
    }
    assert_eq!(Stream::named("toewijzing"), None);
}

#[test]
fn every_row_has_a_name_of_its_own_and_a_dutch_name() {
    for stream in Stream::ALL {
        let names: BTreeSet<&str> = stream.rows().iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names.len(), stream.rows().len(), "{}", stream.as_str());
        for row in stream.rows() {
            assert!(!row.dutch.is_empty() && !row.element.is_empty(), "{}", row.name);
            assert!(!row.grammar.describe().is_empty() && !row.grammar.accepts(""), "{}", row.name);
        }
    }
}

#[test]
fn no_row_is_about_the_person_or_about_money() {
    let forbidden = [
        "naam",
        "name",
        "adres",
        "address",
        "postcode",
        "woonplaats",
        "straat",
        "geboort",
        "birth",
        "geslacht",
        "gender",
        "telefoon",
        "phone",
        "mail",
        "contact",
        "tarief",
        "tariff",
        "bedrag",
        "amount",
        "budget",
        "prijs",
        "price",
        "euro",
        "kosten",
        "declarat",
        "factu",
        "diagnos",
        "toelichting",
        "commentaar",
        "comment",
        "opmerking",
        "verwijzer",
        "gezag",
    ];
    for row in Stream::ALL.iter().flat_map(|stream| stream.rows()) {
        // A product is called something, and the residence principle names a municipality.
        if (row.name.as_str(), row.dutch.as_str()) == ("name", "omschrijving") || row.name == "municipality" {
            continue;
        }
        let words = format!("{} {} {}", row.name, row.dutch, row.element).to_lowercase();
        assert_eq!(forbidden.into_iter().find(|word| words.contains(word)), None, "{}", row.name);
    }
}

#[test]
fn products_and_reasons_are_sensitive_and_persons_identifying() {
    let about_persons =
        Stream::ALL.into_iter().filter(|stream| stream.is_about_a_person() || *stream == Stream::Answer);
    for row in about_persons.flat_map(Stream::rows) {
        let sensitive = ["product", "reason", "refusal", "municipality"].iter().any(|word| row.name.contains(word));
        assert_eq!(row.class == Class::Sensitive, sensitive, "{}", row.name);
        if row.name == "bsn" {
            assert_eq!((row.class, row.requirement), (Class::Identifying, Requirement::Required));
        }
    }
}

#[test]
fn an_absent_required_field_is_missing_under_a_name_of_the_table() {
    for stream in Stream::ALL {
        for name in stream.required() {
            let found = problems(stream, &[(name, "")]);
            assert!(!found.is_empty(), "{} without {name}", stream.as_str());
            assert!(found.iter().all(|(field, _)| field == "parts" || stream.row(field).is_some()), "{found:?}");
        }
    }
    check(
        Stream::Indication,
        &[("product.category", ""), ("product.code", "")],
        &[("product.category", Code::ValueMissing)],
    );
    check(Stream::Indication, &[("product.category", "")], &[("product.category", Code::ValueMissing)]);
}

#[test]
fn all_that_is_wrong_is_found_at_once_in_the_order_of_the_table() {
    check(
        Stream::Indication,
        &[("id", "a b"), ("bsn", "999900007"), ("start", "2026-02-30"), ("size.unit", "day")],
        &[
            ("id", Code::ValueInvalid),
            ("bsn", Code::BsnInvalid),
            ("size.unit", Code::UnitUnknown),
            ("start", Code::DateInvalid),
        ],
    );
}

#[test]
fn codes_count_under_the_law_of_the_record() {
    check(Stream::Indication, &[("law", "jeugdwet")], &[("product.category", Code::CategoryUnknown)]);
    check(Stream::Stop, &[("reason", "35")], &[("reason", Code::ReasonUnknown)]);
    check(Stream::Stop, &[("reason", "35"), ("law", "jeugdwet"), ("product.category", "45")], &[]);
    let stopped =
        |law, category| record_with(Stream::Stop, &[("law", law), ("product.category", category), ("reason", "31")]);
    let meanings = [stopped("wmo", "02"), stopped("jeugdwet", "45")].map(|record| match record {
        Record::Stop(stop) => stop.reason.meaning(),
        _ => panic!("no stop"),
    });
    assert_ne!(meanings[0], meanings[1]);
}

#[test]
fn unit_83_makes_an_amount_whose_volume_is_never_looked_at() {
    for volume in ["", "1250", "12,50", "999999999999", "no number"] {
        let record = record_with(Stream::Indication, &[("size.unit", "83"), ("size.volume", volume)]);
        assert_eq!(record.size(), Some(&Size::Amount));
        let written: Vec<(String, String)> =
            record.values().iter().map(|(name, text)| (name, text.to_owned())).collect();
        let size: Vec<_> = written.iter().filter(|(name, _)| name.starts_with("size.")).collect();
        assert_eq!(size, [&("size.limit".to_owned(), "amount".to_owned())]);
    }
}

#[test]
fn volume_unit_and_frequency_go_together() {
    for (absent, others) in [
        ("size.volume", ["size.unit", "size.frequency"]),
        ("size.unit", ["size.volume", "size.frequency"]),
        ("size.frequency", ["size.volume", "size.unit"]),
    ] {
        check(Stream::Assignment, &[(absent, "")], &[(absent, Code::SizeIncomplete)]);
        let record = record_with(Stream::Assignment, &[(absent, ""), (others[0], ""), (others[1], "")]);
        assert_eq!(record.size(), Some(&Size::Unlimited));
    }
}

#[test]
fn a_volume_is_a_whole_number_of_at_most_eight_digits() {
    for text in ["2.5", "2,5", "-1", "+1", "1e3", "100000000", "99999999999", "٣"] {
        check(Stream::Indication, &[("size.volume", text)], &[("size.volume", Code::VolumeInvalid)]);
    }
    check(Stream::Indication, &[("size.volume", "99999999")], &[]);
}

#[test]
fn an_indication_per_week_has_an_end_and_no_end_lies_before_its_start() {
    check(Stream::Indication, &[("end", "")], &[("end", Code::EndMissing)]);
    check(Stream::Indication, &[("end", "2026-01-04")], &[("end", Code::EndBeforeStart)]);
    check(Stream::Indication, &[("end", "2026-01-05")], &[]);
    check(Stream::Assignment, &[("end", "2026-01-04")], &[("end", Code::EndBeforeStart)]);
    check(
        Stream::Indication,
        &[("size.unit", "14"), ("size.frequency", "1")],
        &[("size.frequency", Code::SizeCombination)],
    );
}

#[test]
fn a_personal_budget_is_out_of_scope_whatever_else_it_holds() {
    for bsn in ["999900006", "no number"] {
        let mut values = plain(Stream::Indication);
        values.set("delivery-form", "pgb");
        values.set("bsn", bsn);
        assert_eq!(Record::read(Stream::Indication, &values), Err(Unreadable::OutOfScope));
    }
}

#[test]
fn what_the_back_office_accepted_of_a_delivery_is_not_judged_again() {
    check(Stream::Stop, &[("end", "2025-01-01")], &[]);
    check(Stream::Start, &[("assignment", ""), ("product.category", ""), ("product.code", "")], &[]);
}

#[test]
fn a_request_asks_for_something_and_a_change_says_why() {
    let mut bare = Values::new();
    for (name, text) in plain(Stream::Request).fields() {
        bare.set(name, text);
    }
    let found = Record::read(Stream::Request, &bare);
    assert_eq!(found, Err(Unreadable::Problems(vec![Problem::new("parts", Code::PartsMissing)])));
    check(Stream::Request, &[("kind", "change")], &[("reason", Code::ValueMissing)]);

    let mut parts = bare;
    parts.push_part(texts(&[("kind", "change"), ("start", "2026-02-02"), ("end", "2026-02-01")]));
    parts.push_part(texts(&[("kind", "new"), ("size.volume", "1"), ("size.unit", "16"), ("size.frequency", "1")]));
    let expected = [
        ("parts[].end", Code::EndBeforeStart),
        ("parts[].assignment", Code::ValueMissing),
        ("parts[].size.frequency", Code::SizeCombination),
    ];
    let expected = expected.map(|(field, code)| Problem::new(field, code)).to_vec();
    assert_eq!(Record::read(Stream::Request, &parts), Err(Unreadable::Problems(expected)));
}

#[test]
fn a_field_within_the_parts_is_named_as_in_the_table() {
    let mut values = plain(Stream::Request);
    values.push_part(texts(&[("kind", "moved"), ("start", "tomorrow")]));
    let Err(Unreadable::Problems(problems)) = Record::read(Stream::Request, &values) else { panic!("read") };
    let found: Vec<(&str, Code)> = problems.iter().map(|problem| (problem.field.as_str(), problem.code)).collect();
    assert_eq!(found, [("parts[].kind", Code::StateUnknown), ("parts[].start", Code::DateInvalid)]);
}

#[test]
fn debug_shows_no_value() {
    for stream in Stream::ALL {
        let record = record_with(stream, &[]);
        let shown = format!("{record:?}{:?}", record.values());
        for (name, text) in
            record.values().iter().filter(|(_, text)| text.contains(|c: char| c.is_ascii_digit()) && text.len() > 4)
        {
            assert!(!shown.contains(text), "{name} in {shown}");
        }
    }
}

#[test]
fn removing_a_field_of_the_list_takes_it_from_every_part() {
    let mut values = plain(Stream::Request);
    values.push_part(texts(&[("kind", "new"), ("start", "2026-03-01")]));
    values.remove("parts[].start");
    assert!(values.parts().iter().all(|part| !part.contains_key("start") && part.contains_key("kind")));
}

#[test]
fn an_answer_says_why_exactly_when_it_says_no() {
    check(Stream::Answer, &[("reason", "")], &[("reason", Code::ValueMissing)]);
    check(Stream::Answer, &[("answer", "under-investigation")], &[("reason", Code::ValueUnwanted)]);
    check(Stream::Answer, &[("reason", "8")], &[("reason", Code::ReasonUnknown)]);
    check(Stream::Answer, &[("reason", "8"), ("law", "jeugdwet")], &[("municipality", Code::ValueMissing)]);
    check(Stream::Answer, &[("reason", "8"), ("law", "jeugdwet"), ("municipality", "0363")], &[]);
    check(Stream::Answer, &[("municipality", "0363")], &[("municipality", Code::ValueUnwanted)]);
}

#[test]
fn money_is_no_volume_and_no_unit_of_a_product() {
    let mut used = plain(Stream::Utilization);
    used.set("unit", "83");
    assert_eq!(Record::read(Stream::Utilization, &used), Err(Unreadable::OutOfScope));
    let product = record_with(Stream::Catalogue, &[("unit", "83")]);
    assert_eq!(product.values().get("unit"), None);
}

#[test]
fn a_count_is_a_number_or_a_limit_and_a_score_has_one_text() {
    check(Stream::WaitingList, &[("waiting.fewer-than", "10")], &[("waiting.fewer-than", Code::ValueUnwanted)]);
    check(Stream::WaitingList, &[("waiting.number", "")], &[("waiting.number", Code::ValueMissing)]);
    check(Stream::WaitingList, &[("waiting.number", "many")], &[("waiting.number", Code::ValueInvalid)]);
    for (written, text) in [("7.50", "7.5"), ("007", "7"), ("-0.0", "0"), ("-1.20", "-1.2")] {
        let record = record_with(Stream::Performance, &[("score", written)]);
        assert_eq!(record.values().get("score"), Some(text));
    }
    for wrong in ["7,5", "7.", ".5", "1e3", "7.55555"] {
        check(Stream::Performance, &[("score", wrong)], &[("score", Code::ValueInvalid)]);
    }
}
