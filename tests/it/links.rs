//! Several links in one installation: municipalities with packages of their own, a region that shares one, a merger.

use crate::world::{Office, World, indicated};
use serde_json::{Value, json};

const BSN: &str = "999999990";

/// A second municipality in the installation of the first, with a front office of its own.
async fn two(change: impl Fn(String, &World) -> String) -> (World, World) {
    let (one, other) = (World::with_persons(1).await, World::with_persons(1).await);
    one.keep_flows(&["indication"]);
    one.edit("schakel.toml", |text| {
        let (head, link) = text.split_once("[[link]]").unwrap();
        let second = link
            .replace("name = \"diemen\"", "name = \"weesp\"")
            .replace("0384", "0457")
            .replace(&one.simulator.front_url(), &other.simulator.front_url());
        format!("{head}[[link]]{link}\n[[link]]{}", change(second, &other))
    });
    (one, other)
}

async fn ids(world: &World) -> Vec<String> {
    let booked = world.booked(Office::Back, "toewijzingen").await;
    booked.iter().map(|record| record["body"]["id"].as_str().unwrap().to_owned()).collect()
}

fn flow<'s>(summary: &'s Value, link: &str) -> &'s Value {
    let flows = summary["flows"].as_array().unwrap();
    flows.iter().find(|flow| flow["flow"].as_str().unwrap().starts_with(link)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_municipalities_have_packages_of_different_kinds_and_a_stuck_one_holds_up_only_itself() {
    let (one, other) = two(|link, _| {
        link.replace(
            "[link.back-office.package]\nadapter = \"rest\"",
            "[link.back-office.package]\nadapter = \"files\"\ndirectory = \"naar-pakket\"\n\n\
             [link.back-office.unused]\nadapter = \"rest\"",
        )
        .replace(
            "method = \"PUT\"\npath = \"/toewijzingen/{id}\"\nmapping = \"mappings/package-indication.toml\"\nrepeat = \"idempotent\"",
            "name = \"indicatie-{reference}.csv\"\nformat = \"csv\"\nmapping = \"mappings/csv-indication.toml\"",
        )
        .replace("[link.flow.held]\nsystem = \"package\"", "[link.flow.held]\nsystem = \"unused\"")
    })
    .await;
    std::fs::create_dir(one.path("naar-pakket")).unwrap();
    let mapping = "stream = \"indication\"\n[body]\nnummer = \"id\"\nbsn = \"bsn\"\neinde = \"end\"\n";
    std::fs::write(one.path("mappings/csv-indication.toml"), mapping).unwrap();
    one.indication(indicated("IND-900001", BSN)).await;
    other.indication(indicated("IND-900002", BSN)).await;
    one.control(Office::Back, json!({ "deny": true })).await;

    let (code, summary) = one.hurried();
    assert_eq!(code, 69);
    assert!(flow(&summary, "diemen")["waiting"].as_i64() > Some(0));
    assert_eq!(flow(&summary, "weesp")["waiting"], 0);
    assert!(flow(&summary, "weesp")["delivered"].as_i64() > Some(0));
    let written: Vec<String> = std::fs::read_dir(one.path("naar-pakket"))
        .unwrap()
        .map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap())
        .collect();
    assert!(written.iter().any(|text| text.contains("IND-900002")));
    assert!(!written.iter().any(|text| text.contains("IND-900001")), "nothing of the other municipality");

    one.control(Office::Back, json!({ "deny": false })).await;
    one.once();
    assert!(ids(&one).await.contains(&"IND-900001".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_region_shares_one_back_office_and_the_same_number_of_two_front_offices_stays_apart() {
    let (one, other) = two(|link, _| link).await;
    one.edit("schakel.toml", |text| text.replace("/toewijzingen/{id}", "/toewijzingen/{key}"));
    one.indication(indicated("IND-900001", BSN)).await;
    other.indication(indicated("IND-900001", "999999989")).await;
    one.once();
    let booked = one.booked(Office::Back, "toewijzingen").await;
    let mut persons: Vec<&str> = booked
        .iter()
        .filter(|record| record["body"]["id"] == "IND-900001")
        .map(|record| record["body"]["bsn"].as_str().unwrap())
        .collect();
    persons.sort_unstable();
    assert_eq!(persons, ["999999989", BSN]);
    assert_eq!(other.books(Office::Back).await["received"], 0);
}

/// A 305 from a provider to a municipality on a day.
fn start(municipality: &str, dated: &str, number: u32) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n\
         <m:Bericht xmlns:b=\"http://www.istandaarden.nl/iwmo/3_2/basisschema/schema\" \
         xmlns:m=\"http://www.istandaarden.nl/iwmo/3_2/wmo305/schema\"><m:Header>\
         <m:Afzender>42420001</m:Afzender><m:Ontvanger>{municipality}</m:Ontvanger><m:BerichtIdentificatie>\
         <b:Identificatie>M{number}</b:Identificatie><b:Dagtekening>{dated}</b:Dagtekening></m:BerichtIdentificatie>\
         </m:Header><m:Client><m:Bsn>{BSN}</m:Bsn><m:StartProducten><m:StartProduct>\
         <m:ToewijzingNummer>{number}</m:ToewijzingNummer><m:Begindatum>{dated}</m:Begindatum>\
         <m:StatusAanlevering>1</m:StatusAanlevering></m:StartProduct></m:StartProducten></m:Client></m:Bericht>"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_merger_each_code_counts_on_its_days_and_the_link_goes_on() {
    let world = World::with_persons(1).await;
    world.keep_flows(&["indication", "start"]);
    for file in std::fs::read_dir(world.path("messages")).unwrap() {
        std::fs::remove_file(file.unwrap().path()).unwrap();
    }
    world.indication(indicated("IND-900001", BSN)).await;
    let arrives = |municipality: &str, dated: &str, number: u32| {
        let path = world.path("messages").join(format!("M{number}.xml"));
        std::fs::write(path, start(municipality, dated, number)).unwrap();
    };
    arrives("0384", "2026-02-10", 101);
    world.once();
    world.edit("schakel.toml", |text| {
        text.replace(
            "[{ code = \"0384\" }]",
            "[{ code = \"0384\", until = \"2026-06-30\" }, { code = \"1999\", from = \"2026-07-01\" }]",
        )
    });
    arrives("0384", "2026-06-30", 102);
    arrives("1999", "2026-07-01", 103);
    arrives("1999", "2026-06-30", 104);
    arrives("0384", "2026-07-01", 105);
    let summary = world.once();
    let starts = world.booked(Office::Front, "starts").await;
    let mut numbers: Vec<&str> =
        starts.iter().map(|record| record["body"]["toewijzingsnummer"].as_str().unwrap()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, ["101", "102", "103"]);
    let skipped = summary["flows"].as_array().unwrap().iter().find(|flow| flow["stream"] == "start").unwrap();
    assert_eq!(skipped["skipped"], 2, "a code that does not count on that day");
}
