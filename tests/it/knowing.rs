//! Who may know: what is about a person reaches the front office only when it holds an indication of that person.

use crate::world::{Office, World, indicated, sum};
use serde_json::{Value, json};

const BSN: &str = "999999990";
const ID: &str = "IND-900001";

/// A world of indications, starts and requests, with a message about a person whom the front office does not know.
async fn stranger() -> World {
    let world = World::with_persons(1).await;
    world.keep_flows(&["indication", "request", "start"]);
    for file in std::fs::read_dir(world.path("messages")).unwrap() {
        std::fs::remove_file(file.unwrap().path()).unwrap();
    }
    world.once();
    message(
        &world,
        "start",
        305,
        "<m:StartProducten><m:StartProduct><m:ToewijzingNummer>101</m:ToewijzingNummer>\
        <m:Begindatum>2026-02-09</m:Begindatum><m:StatusAanlevering>1</m:StatusAanlevering>\
        </m:StartProduct></m:StartProducten>",
    );
    world
}

/// A request by a provider, of somebody whom a general practitioner sent.
const REQUEST: &str = "<m:AangevraagdeProducten><m:AangevraagdProduct><m:ReferentieAanbieder>R-1</m:ReferentieAanbieder>\
    <m:Product><b:Categorie>01</b:Categorie><b:Code>01A03</b:Code></m:Product>\
    <m:ToewijzingIngangsdatum>2026-03-01</m:ToewijzingIngangsdatum>\
    <m:Verwijzer><m:Type>02</m:Type></m:Verwijzer></m:AangevraagdProduct></m:AangevraagdeProducten>";

fn message(world: &World, name: &str, number: u16, body: &str) {
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n\
         <m:Bericht xmlns:b=\"http://www.istandaarden.nl/iwmo/3_2/basisschema/schema\" \
         xmlns:m=\"http://www.istandaarden.nl/iwmo/3_2/wmo{number}/schema\"><m:Header>\
         <m:Afzender>42420001</m:Afzender><m:Ontvanger>0384</m:Ontvanger><m:BerichtIdentificatie>\
         <b:Identificatie>{name}</b:Identificatie><b:Dagtekening>2026-02-10</b:Dagtekening></m:BerichtIdentificatie>\
         </m:Header><m:Client><m:Bsn>{BSN}</m:Bsn>{body}</m:Client></m:Bericht>"
    );
    std::fs::write(world.path("messages").join(format!("{name}.xml")), text).unwrap();
}

async fn starts(world: &World) -> usize {
    world.booked(Office::Front, "starts").await.len()
}

fn flow(status: &Value, stream: &str) -> Value {
    let flows = status["flows"].as_array().unwrap();
    flows.iter().find(|flow| flow["flow"].as_str().unwrap().contains(stream)).unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_about_a_stranger_waits_unseen_until_the_front_office_holds_an_indication() {
    let world = stranger().await;
    let summary = world.once();
    assert_eq!((sum(&summary, "unseen"), sum(&summary, "delivered"), starts(&world).await), (1, 0, 0));
    assert_eq!(sum(&world.once(), "unseen"), 0, "it is known, and waits");
    assert_eq!(flow(&world.json(&["status"]).1, "start")["unseen"], 1);
    world.indication(indicated(ID, BSN)).await;
    world.once();
    assert_eq!(starts(&world).await, 1);
    assert_eq!(flow(&world.json(&["status"]).1, "start")["unseen"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_indication_under_another_law_or_one_that_was_withdrawn_tells_nothing() {
    let world = stranger().await;
    let mut youth = indicated("IND-900002", BSN);
    youth["wet"] = "JW".into();
    youth["product"] = json!({ "categorie": "45", "code": "AMB-BASIS" });
    world.indication(youth).await;
    let mut withdrawn = indicated("IND-900003", BSN);
    withdrawn["status"] = "vervallen".into();
    world.indication(withdrawn).await;
    world.once();
    assert_eq!(starts(&world).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_whose_last_indication_is_withdrawn_is_a_stranger_again() {
    let world = stranger().await;
    world.indication(indicated(ID, BSN)).await;
    world.control(Office::Front, json!({ "unavailable": 1000 })).await;
    // The indication is read, and its start waits for a front office that is away.
    world.control(Office::Front, json!({ "unavailable": 0 })).await;
    world.once();
    assert_eq!(starts(&world).await, 1);
    world.indication(json!({ "id": ID, "status": "vervallen" })).await;
    message(
        &world,
        "later",
        305,
        "<m:StartProducten><m:StartProduct><m:ToewijzingNummer>102</m:ToewijzingNummer>\
        <m:Begindatum>2026-02-09</m:Begindatum><m:StatusAanlevering>1</m:StatusAanlevering>\
        </m:StartProduct></m:StartProducten>",
    );
    world.once();
    assert_eq!(starts(&world).await, 1);
    assert_eq!(flow(&world.json(&["status"]).1, "start")["unseen"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_passes_for_the_laws_and_referrers_that_its_flow_names() {
    let world = stranger().await;
    message(&world, "request", 315, REQUEST);
    assert_eq!(sum(&world.once(), "unseen"), 2, "the start and the request");
    assert_eq!(world.booked(Office::Front, "verzoeken").await.len(), 0);

    let world = stranger().await;
    world.edit("schakel.toml", |text| {
        text.replacen(
            "stream = \"request\"",
            "stream = \"request\"\npass = { laws = [\"wmo\"], referrers = [\"general-practitioner\"] }",
            1,
        )
    });
    message(&world, "request", 315, REQUEST);
    assert_eq!(sum(&world.once(), "unseen"), 1, "the start only");
    let requests = world.booked(Office::Front, "verzoeken").await;
    assert_eq!(requests.len(), 1);
    assert!(!requests[0].to_string().contains("02\""), "the referrer is no field: {}", requests[0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waited_unseen_for_too_long_is_removed_and_counted() {
    let world = stranger().await;
    world.edit("schakel.toml", |text| text.replace("unseen-days = 90", "unseen-days = 1"));
    world.once();
    // The store of somebody who waited longer than a day.
    world.age("entries", "updated_at", 2);
    world.once();
    let start = flow(&world.json(&["status"]).1, "start");
    assert_eq!((&start["unseen"], &start["removed"]), (&json!(0), &json!(1)));
    world.indication(indicated(ID, BSN)).await;
    world.once();
    assert_eq!(starts(&world).await, 0);
}
