//! The seven official example messages of iWmo 3.2, and messages of iJw of our own: from the folder of a back office to
//! the books of the front offices.

use crate::world::{Ended, Office, World, official, repository};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The municipalities that the official messages are of. The installation of the first one runs both links.
const MUNICIPALITIES: [&str; 2] = ["0384", "0363"];

/// The flows of messages, and that of indications, which says whom the front office knows.
const FLOWS: [&str; 5] = ["indication", "assignment", "request", "start", "stop"];

/// The person of the official messages.
const PERSON: &str = "999900006";

/// What the official messages become: at which municipality, of which resource, and the whole body.
const BOOKED: &str = r#"[
["0384", "toewijzingen", {
    "nummer": "101", "wet": "wmo", "bsn": "999900006", "status": "sent", "aanbieder_agb": "42420001",
    "product": {"categorie": "01", "code": "01A01"}, "omvang": {"volume": 10, "eenheid": "01", "frequentie": "1"},
    "ingangsdatum": "2023-01-01", "einddatum": "2023-12-31", "toegewezen_op": "2023-08-13T10:34:56Z",
    "verzoek": "42420002", "versie": "2023-08-13T12:34:56"}],
["0384", "verzoeken", {
    "referentie": "42420001", "wet": "wmo", "bsn": "999900006", "aanbieder_agb": "42420001", "soort": "new",
    "onderdelen": [{"soort": "new", "product": {"categorie": "01", "code": "ABCDE"},
        "omvang": {"volume": 4, "eenheid": "14", "frequentie": "4"},
        "ingangsdatum": "2023-06-01", "einddatum": "2023-06-30"}],
    "versie": "2023-07-15"}],
["0384", "verzoeken", {
    "referentie": "42420002", "wet": "wmo", "bsn": "999900006", "aanbieder_agb": "42420001", "soort": "new",
    "onderdelen": [{"soort": "new", "product": {"categorie": "02", "code": "BCDEF"},
        "omvang": {"volume": 4, "eenheid": "14", "frequentie": "4"},
        "ingangsdatum": "2023-06-01", "einddatum": "2023-06-30"}],
    "versie": "2023-07-15"}],
["0384", "verzoeken", {
    "referentie": "9003", "wet": "wmo", "bsn": "999900006", "aanbieder_agb": "65656055", "soort": "change",
    "reden": "1",
    "onderdelen": [
        {"soort": "unchanged", "toewijzingsnummer": "10071"},
        {"soort": "change", "toewijzingsnummer": "10072", "ingangsdatum": "2023-04-02", "einddatum": "2023-12-31"},
        {"soort": "new", "product": {"categorie": "01", "code": "01A12"},
            "omvang": {"volume": 20, "eenheid": "14", "frequentie": "4"},
            "ingangsdatum": "2023-04-02", "einddatum": "2023-12-31"}],
    "versie": "2023-04-02"}],
["0363", "starts", {
    "wet": "wmo", "bsn": "999900006", "aanbieder_agb": "65656055", "toewijzingsnummer": "300201",
    "product": {"categorie": "01", "code": "01A11"}, "ingangsdatum_toewijzing": "2025-04-01",
    "begindatum": "2025-04-03", "status": "delivered", "versie": "2025-04-05"}],
["0363", "starts", {
    "wet": "wmo", "bsn": "999900006", "aanbieder_agb": "65656055", "toewijzingsnummer": "300202",
    "product": {"categorie": "01", "code": "01A12"}, "ingangsdatum_toewijzing": "2025-04-01",
    "begindatum": "2025-04-04", "status": "delivered", "versie": "2025-04-05"}],
["0363", "stops", {
    "wet": "wmo", "bsn": "999900006", "aanbieder_agb": "65656055", "toewijzingsnummer": "300201",
    "product": {"categorie": "01", "code": "01A11"}, "ingangsdatum_toewijzing": "2025-04-01",
    "begindatum": "2025-04-03", "reden": "31", "einddatum": "2025-07-18", "status": "delivered",
    "versie": "2025-07-21"}],
["0363", "stops", {
    "wet": "wmo", "bsn": "999900006", "aanbieder_agb": "65656055", "toewijzingsnummer": "300202",
    "product": {"categorie": "01", "code": "01A12"}, "ingangsdatum_toewijzing": "2025-04-01",
    "begindatum": "2025-04-15", "reden": "31", "einddatum": "2025-07-18", "status": "delivered",
    "versie": "2025-07-21"}]
]"#;

/// Two municipalities, whose back office leaves its messages in one folder.
struct Region([World; 2]);

impl Region {
    /// A region without messages, whose front offices know this person.
    async fn knowing(bsn: &str) -> Self {
        let [one, other] = [World::with_persons(1).await, World::with_persons(1).await];
        one.keep_flows(&FLOWS);
        for world in [&one, &other] {
            knows(world, "WMO", bsn).await;
        }
        std::fs::create_dir(one.path("official")).unwrap();
        one.edit("schakel.toml", |text| {
            let text = text.replace("directory = \"messages\"", "directory = \"official\"");
            let (head, link) = text.split_once("[[link]]").unwrap();
            let second = link
                .replace("name = \"diemen\"", "name = \"amsterdam\"")
                .replace(MUNICIPALITIES[0], MUNICIPALITIES[1])
                .replace(&one.simulator.front_url(), &other.simulator.front_url())
                .replace(&one.simulator.back_url(), &other.simulator.back_url());
            format!("{head}[[link]]{link}\n[[link]]{second}")
        });
        Self([one, other])
    }

    /// Lays the official messages in the folder, each text changed.
    fn receive(&self, examples: &Path, change: impl Fn(String) -> String) {
        for number in [301, 305, 307, 315, 317, 319, 323] {
            let name = format!("WMO{number}.xml");
            let text = std::fs::read_to_string(examples.join(&name)).unwrap();
            std::fs::write(self.0[0].path("official").join(name), change(text)).unwrap();
        }
    }

    fn once(&self) -> Value {
        self.0[0].once()
    }

    /// What the front offices booked.
    async fn booked(&self) -> Vec<Value> {
        let mut booked = Vec::new();
        for (world, municipality) in self.0.iter().zip(MUNICIPALITIES) {
            booked.extend(bodies(world, municipality).await);
        }
        sorted(booked)
    }

    /// How many requests to write each server received, the front offices first.
    async fn received(&self) -> Vec<i64> {
        let mut received = Vec::new();
        for office in [Office::Front, Office::Back] {
            for world in &self.0 {
                received.push(world.books(office).await["received"].as_i64().unwrap());
            }
        }
        received
    }
}

/// Makes an indication of a person under a law in the front office.
async fn knows(world: &World, law: &str, bsn: &str) {
    let product = match law {
        "WMO" => json!({ "categorie": "01", "code": "HH-BASIS" }),
        _ => json!({ "categorie": "45", "code": "AMB-BASIS" }),
    };
    let indication = json!({
        "id": "IND-OFFICIAL", "zaaknummer": "Z-OFFICIAL", "wet": law, "client": { "bsn": bsn },
        "aanbieder_agb": "42420001", "product": product, "leveringsvorm": "ZIN", "volume": 2, "eenheid": "uur",
        "frequentie": "per week", "ingangsdatum": "2023-01-01", "einddatum": "2027-12-31",
        "besluitdatum": "2022-12-01", "status": "actief",
    });
    world.indication(indication).await;
}

/// Everything that a front office booked: where, of which resource, and the body.
async fn bodies(world: &World, municipality: &str) -> Vec<Value> {
    let mut bodies = Vec::new();
    for resource in ["toewijzingen", "verzoeken", "starts", "stops"] {
        let records = world.booked(Office::Front, resource).await;
        bodies.extend(records.into_iter().map(|record| json!([municipality, resource, record["body"]])));
    }
    let records = world.books(Office::Front).await["records"].as_u64();
    assert_eq!(records, Some(bodies.len() as u64), "another resource was written to");
    sorted(bodies)
}

fn sorted(mut values: Vec<Value>) -> Vec<Value> {
    values.sort_by_cached_key(Value::to_string);
    values
}

fn expected(text: &str) -> Vec<Value> {
    sorted(serde_json::from_str(text).unwrap())
}

/// Compares one by one, so that a failure shows the record that it is about.
fn assert_booked(booked: &[Value], expected: &[Value]) {
    for (booked, expected) in booked.iter().zip(expected) {
        assert_eq!(booked, expected);
    }
    assert_eq!(booked.len(), expected.len());
}

/// Of the flows that read messages: fetched, delivered, skipped and blocked. All else must be nought.
fn counts(summary: &Value) -> Value {
    let flows = summary["flows"].as_array().unwrap().iter().filter(|flow| flow["stream"] != "indication");
    let counts = flows.map(|flow| {
        for nought in ["unchanged", "superseded", "rejected", "waiting"] {
            assert_eq!(flow[nought], 0, "{nought} {flow}");
        }
        let name = flow["flow"].as_str().unwrap().to_owned();
        (name, json!([flow["fetched"], flow["delivered"], flow["skipped"], flow["blocked"]]))
    });
    Value::Object(counts.collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_official_messages_are_booked_by_their_municipalities_and_nothing_else_is() {
    let Some(folder) = official() else { return };
    let region = Region::knowing(PERSON).await;
    region.receive(&folder.join("examples/wmo"), |text| text);
    let summary = region.once();
    assert_booked(&region.booked().await, &expected(BOOKED));
    // Each link reads the whole folder: it skips the messages of the other one and the answer (319), and knows the
    // declaration (323) for one without looking into it.
    let expected = json!({
        "diemen/assignment/messages>regie": [2, 1, 0, 1],
        "diemen/request/messages>regie": [4, 3, 1, 0],
        "diemen/start/messages>regie": [1, 0, 1, 0],
        "diemen/stop/messages>regie": [1, 0, 1, 0],
        "amsterdam/assignment/messages>regie": [2, 0, 1, 1],
        "amsterdam/request/messages>regie": [3, 0, 3, 0],
        "amsterdam/start/messages>regie": [2, 2, 0, 0],
        "amsterdam/stop/messages>regie": [2, 2, 0, 0],
    });
    assert_eq!(counts(&summary), expected);
    assert_eq!(region.0[0].booked(Office::Front, "toewijzingen").await[0]["id"], "wmo/101");
    for world in &region.0 {
        let known = world.booked(Office::Back, "toewijzingen").await;
        assert!(known.iter().any(|record| record["id"] == "IND-OFFICIAL"), "the front office knows the person");
        assert_eq!(world.books(Office::Front).await["forbidden_values"], 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_official_messages_are_booked_once() {
    let Some(folder) = official() else { return };
    let region = Region::knowing(PERSON).await;
    region.receive(&folder.join("examples/wmo"), |text| text);
    region.once();
    let received = region.received().await;
    assert_eq!(received[..2], [4, 4]);
    region.once();
    assert_eq!(region.received().await, received);
}

#[tokio::test(flavor = "multi_thread")]
async fn copies_with_another_value_are_booked_with_that_value() {
    let Some(folder) = official() else { return };
    // What is replaced in the messages is replaced in what is expected: also at which municipality.
    let cases: [(&str, &[(&str, &str)]); 4] = [
        ("person", &[(PERSON, "999900018")]),
        ("number", &[("300201", "300217"), ("9003", "9117"), ("10072", "20046")]),
        ("date", &[("2025-04-03", "2025-04-02"), ("2023-08-13", "2023-08-14"), ("2023-06-30", "2023-07-31")]),
        ("municipality", &[("0384", "0363")]),
    ];
    for (what, replacements) in cases {
        let replaced =
            |text: &str| replacements.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
        let region = Region::knowing(&replaced(PERSON)).await;
        region.receive(&folder.join("examples/wmo"), |text| {
            replaced(&text).replace("<iwmo:Identificatie>", "<iwmo:Identificatie>C")
        });
        region.once();
        let booked = region.booked().await;
        assert_ne!(booked, expected(BOOKED), "{what}");
        assert_booked(&booked, &expected(&replaced(BOOKED)));
    }
}

/// What our own messages of iJw become.
const BOOKED_YOUTH: &str = r#"[
["0384", "toewijzingen", {
    "nummer": "201", "wet": "jeugdwet", "bsn": "999900018", "status": "shortened", "aanbieder_agb": "42420001",
    "product": {"categorie": "45", "code": "45A04"}, "omvang": {"volume": 120, "eenheid": "01", "frequentie": "2"},
    "ingangsdatum": "2026-02-01", "einddatum": "2026-07-31", "reden_wijziging": "05",
    "toegewezen_op": "2026-01-15T08:30:00.125Z", "verzoek": "Vraag & 7", "versie": "2026-01-15T09:30:00.125"}],
["0384", "toewijzingen", {
    "nummer": "202", "wet": "jeugdwet", "bsn": "999900018", "status": "deleted", "aanbieder_agb": "42420001",
    "omvang": {"begrensd_door": "amount"}, "ingangsdatum": "2026-02-01", "einddatum": "2026-02-01",
    "reden_wijziging": "13", "toegewezen_op": "2026-07-15T07:30:00Z", "versie": "2026-07-15T09:30:00"}],
["0384", "toewijzingen", {
    "nummer": "203", "wet": "jeugdwet", "bsn": "999900018", "status": "sent", "aanbieder_agb": "42420001",
    "product": {"categorie": "54"}, "ingangsdatum": "2026-02-01",
    "toegewezen_op": "2026-01-15T22:59:59Z", "versie": "2026-01-15T23:59:59"}],
["0384", "verzoeken", {
    "referentie": "Vraag & 7", "wet": "jeugdwet", "bsn": "999900018", "aanbieder_agb": "42420001", "soort": "new",
    "onderdelen": [{"soort": "new", "product": {"categorie": "45", "code": "45A04"},
        "omvang": {"begrensd_door": "amount"}, "ingangsdatum": "2026-02-01", "einddatum": "2026-07-31"}],
    "versie": "2026-01-05"}],
["0384", "verzoeken", {
    "referentie": "Vraag 8", "wet": "jeugdwet", "bsn": "999900018", "aanbieder_agb": "42420001", "soort": "change",
    "reden": "2",
    "onderdelen": [
        {"soort": "unchanged", "toewijzingsnummer": "203"},
        {"soort": "change", "toewijzingsnummer": "201", "omvang": {"volume": 3, "eenheid": "04", "frequentie": "2"},
            "ingangsdatum": "2026-05-01", "einddatum": "2026-09-30"},
        {"soort": "new", "product": {"categorie": "42"}, "omvang": {"begrensd_door": "amount"},
            "ingangsdatum": "2026-05-01", "einddatum": "2026-09-30"}],
    "versie": "2026-04-01"}],
["0384", "starts", {
    "wet": "jeugdwet", "bsn": "999900018", "aanbieder_agb": "42420001", "toewijzingsnummer": "201",
    "product": {"categorie": "45", "code": "45A04"}, "ingangsdatum_toewijzing": "2026-02-01",
    "begindatum": "2026-02-09", "status": "delivered", "versie": "2026-02-10"}],
["0384", "starts", {
    "wet": "jeugdwet", "bsn": "999900018", "aanbieder_agb": "42420001", "product": {"categorie": "54"},
    "begindatum": "2026-02-03", "status": "delivered", "versie": "2026-02-10"}],
["0384", "stops", {
    "wet": "jeugdwet", "bsn": "999900018", "aanbieder_agb": "42420001", "toewijzingsnummer": "201",
    "product": {"categorie": "45", "code": "45A04"}, "ingangsdatum_toewijzing": "2026-02-01",
    "begindatum": "2026-02-09", "reden": "31", "einddatum": "2026-07-31", "status": "delivered",
    "versie": "2026-08-01"}]
]"#;

const YOUTH: [&str; 5] = ["JW301", "JW305", "JW307", "JW315", "JW317"];

fn youth(message: &str) -> PathBuf {
    repository().join(format!("adapters/istandaarden/tests/messages/{message}.xml"))
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_of_youth_care_are_booked_by_a_link_of_that_law() {
    let world = World::with_persons(1).await;
    world.keep_flows(&FLOWS);
    knows(&world, "JW", "999900018").await;
    std::fs::create_dir(world.path("youth")).unwrap();
    for message in YOUTH {
        std::fs::copy(youth(message), world.path("youth").join(format!("{message}.xml"))).unwrap();
    }
    world.edit("schakel.toml", |text| {
        text.replace("directory = \"messages\"", "directory = \"youth\"")
            .replace("laws = [\"wmo\", \"jeugdwet\"]", "laws = [\"jeugdwet\"]")
    });
    // One start takes back another that never came: it waits, and everything else is delivered.
    let (code, summary) = world.json(&["once", "--patience", "0"]);
    assert_eq!((code, &summary["waiting"]), (75, &json!(1)), "{summary}");
    assert_booked(&bodies(&world, MUNICIPALITIES[0]).await, &expected(BOOKED_YOUTH));
    assert_eq!(world.books(Office::Front).await["forbidden_values"], 0);
}

#[test]
fn messages_of_youth_care_follow_the_official_schemas() {
    let Some(folder) = official() else { return };
    for message in YOUTH {
        let schema = folder.join(format!("xsd/jw/{message}.xsd"));
        let lint =
            Command::new("xmllint").args(["--noout", "--nonet", "--schema"]).arg(schema).arg(youth(message)).output();
        let Ok(output) = lint else {
            println!("SKIPPED: there is no xmllint");
            return;
        };
        let ended = Ended::from(output);
        assert_eq!(ended.code, 0, "{}", ended.err);
    }
}
