#![allow(clippy::unwrap_used)]

use crate::testing::{assigned, field, items, native, problems};
use schakel_api::code::Code;
use schakel_api::contract::Item;
use schakel_api::model::Stream;

fn size(volume: &str, unit: &str) -> String {
    format!(
        "<m:Omvang><b:Volume>{volume}</b:Volume><b:Eenheid>{unit}</b:Eenheid><b:Frequentie>4</b:Frequentie></m:Omvang>"
    )
}

#[test]
fn the_moment_of_assignment_is_dutch_local_time() {
    let native = native(&assigned(""));
    assert_eq!(native.values.get("assigned"), Some("2025-01-02T02:04:05Z"));
    assert_eq!(native.version.text(), "2025-01-02T02:04:05.000000000Z");
    assert_eq!(native.version.raw(), "2025-01-02T03:04:05");
    let summer = assigned("").replace("2025-01-02", " 2025-07-02").replace("03:04:05", "03:04:05.25 ");
    assert_eq!(field(&summer, "assigned").as_deref(), Some("2025-07-02T01:04:05.250Z"));
}

#[test]
fn fractions_of_a_second_tell_versions_apart() {
    let version = |time: &str| native(&assigned("").replace("03:04:05", time)).version.text().to_owned();
    assert_eq!(version("03:04:05.1"), "2025-01-02T02:04:05.100000000Z");
    assert!(version("03:04:05.1") < version("03:04:05.123456789999"));
}

#[test]
fn a_moment_that_no_clock_shows_is_a_defect_of_the_assignment() {
    for time in ["3:04:05", "24:00:00", "03:04:60", "03:04", "03:04:05.", "03:04:05Z", "03:04:05+01:00", "", "ä3:04:0"]
    {
        let defect = Item::Defect {
            key: "iwmo-414-0384-A 1/1".to_owned(),
            handle: Some("101".to_owned()),
            code: Code::MomentInvalid,
        };
        assert_eq!(items(&assigned("").replace("03:04:05", time)), [defect], "{time}");
    }
}

#[test]
fn equal_dates_delete_with_reason_13_or_01_only() {
    let state = |end: &str, reason: &str| {
        let more = format!("<m:Einddatum>{end}</m:Einddatum><m:RedenWijziging>{reason}</m:RedenWijziging>");
        field(&assigned(&more), "state").unwrap()
    };
    assert_eq!(state("2025-02-01", "13"), "deleted");
    assert_eq!(state(" 2025-02-01", "01"), "deleted");
    assert_eq!(state("2025-02-02", "13"), "sent");
    assert_eq!(state("2025-02-01", "14"), "sent");
    assert_eq!(state("2025-02-01", "05"), "shortened");
    assert_eq!(field(&assigned(""), "state").as_deref(), Some("sent"));
}

#[test]
fn of_a_budget_only_the_presence_is_read() {
    let native = native(&assigned("<m:Budget>123456</m:Budget>"));
    assert_eq!(native.values.get("size.limit"), Some("amount"));
    assert!(native.values.iter().all(|(_, text)| !text.contains("123456")));
}

#[test]
fn a_volume_in_euros_is_an_amount_and_not_kept() {
    let native = native(&assigned(&size("123456", "83")));
    assert_eq!(native.values.get("size.limit"), Some("amount"));
    assert_eq!(native.values.get("size.volume"), None);
    assert!(native.values.iter().all(|(_, text)| !text.contains("123456")));
}

#[test]
fn what_cannot_be_read_is_named_by_the_record() {
    let problem = |file: &str| problems(Stream::Assignment, &native(file).values);
    let wrong = |from: &str, to: &str| problem(&assigned("").replace(from, to));
    assert_eq!(problem(&assigned("")), []);
    assert_eq!(wrong("999900006", "999900007"), [("bsn".to_owned(), Code::BsnInvalid)]);
    assert_eq!(wrong(">999900006", "> 999900006"), [("bsn".to_owned(), Code::BsnInvalid)]);
    assert_eq!(wrong("42420001", "4242000"), [("provider".to_owned(), Code::ProviderInvalid)]);
    assert_eq!(wrong("2025-02-01", "2025-02-30"), [("start".to_owned(), Code::DateInvalid)]);
    let more = |more: &str| problem(&assigned(more));
    let category = "<m:Product><b:Categorie>45</b:Categorie></m:Product>";
    assert_eq!(more(category), [("product.category".to_owned(), Code::CategoryUnknown)]);
    let reason = "<m:RedenWijziging>15</m:RedenWijziging>";
    assert_eq!(more(reason), [("change-reason".to_owned(), Code::ReasonUnknown)]);
    assert_eq!(more(&size("1.5", "04")), [("size.volume".to_owned(), Code::VolumeInvalid)]);
}

#[test]
fn a_reference_is_kept_to_the_letter() {
    let more = "<m:ReferentieAanbieder> Ref&amp;1 </m:ReferentieAanbieder>";
    assert_eq!(field(&assigned(more), "request").as_deref(), Some(" Ref&1 "));
}
