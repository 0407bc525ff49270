use crate::testing::{items, natives, problems, wmo};
use schakel_api::code::Code;
use schakel_api::contract::Item;
use schakel_api::model::Stream;

fn start(number: &str, begin: &str, status: u8) -> String {
    format!(
        "<m:StartProduct>{number}<m:Product><b:Categorie>01</b:Categorie></m:Product>\
         <m:Begindatum>{begin}</m:Begindatum><m:StatusAanlevering>{status}</m:StatusAanlevering></m:StartProduct>"
    )
}

fn started(rows: &[String]) -> String {
    wmo(305, &format!("<m:StartProducten>{}</m:StartProducten>", rows.concat()))
}

const NUMBER: &str = "<m:ToewijzingNummer>007</m:ToewijzingNummer>";

#[test]
fn deletions_come_first_and_keep_their_position() {
    let file =
        started(&[start(NUMBER, "2025-04-01", 1), start(NUMBER, "2025-03-01", 3), start(NUMBER, "2025-02-01", 3)]);
    let order: Vec<_> = natives(&file).iter().map(|native| native.key.clone()).collect();
    assert_eq!(order, ["iwmo-418-42420001-A 1/2", "iwmo-418-42420001-A 1/3", "iwmo-418-42420001-A 1/1"]);
}

#[test]
fn the_version_is_the_day_of_the_message() {
    let natives = natives(&started(&[start(NUMBER, "2025-04-01", 1)]));
    assert_eq!(natives[0].version.text(), "2025-04-04T22:00:00.000000000Z");
    assert_eq!(natives[0].version.raw(), "2025-04-05");
}

#[test]
fn task_based_care_has_no_assignment_and_is_found_by_its_file() {
    let natives = natives(&started(&[start("", "2025-04-01", 1)]));
    assert_eq!(natives[0].values.get("assignment"), None);
    assert_eq!(natives[0].handle.as_deref(), Some("file.xml"));
    assert_eq!(problems(Stream::Start, &natives[0].values), []);
}

#[test]
fn a_status_that_the_rules_bar_is_a_defect() {
    for status in [2, 9] {
        let items = items(&started(&[start(NUMBER, "2025-04-01", 1), start(NUMBER, "2025-03-01", status)]));
        let defect = Item::Defect {
            key: "iwmo-418-42420001-A 1/2".to_owned(),
            handle: Some("7".to_owned()),
            code: Code::StateUnknown,
        };
        assert_eq!(items[1], defect);
    }
}

#[test]
fn a_stop_has_a_reason_of_its_law_and_an_end() {
    let stop = |reason: &str| {
        natives(&wmo(
            307,
            &format!(
                "<m:StopProducten><m:StopProduct>{NUMBER}<m:Begindatum>2025-04-01</m:Begindatum>\
                 <m:RedenBeeindiging>{reason}</m:RedenBeeindiging><m:Einddatum>2025-05-01</m:Einddatum>\
                 <m:StatusAanlevering>1</m:StatusAanlevering></m:StopProduct></m:StopProducten>"
            ),
        ))
    };
    assert_eq!(problems(Stream::Stop, &stop("31")[0].values), []);
    assert_eq!(problems(Stream::Stop, &stop("32")[0].values), [("reason".to_owned(), Code::ReasonUnknown)]);
    assert_eq!(stop("31")[0].values.get("end"), Some("2025-05-01"));
}
