//! What would be sent, shown without sending and without writing anything.

use crate::syncing::BSN;
use crate::world::{Ended, Office, World, indicated};
use serde_json::{Value, json};

const FLOW: &str = "indication";

/// A sample file of what the front office gives.
fn sample(world: &World) -> String {
    let mut rejected = indicated("IND-900002", BSN);
    rejected["product"]["code"] = "HH-NIEUW".into();
    let mut budget = indicated("IND-900003", BSN);
    budget["leveringsvorm"] = "PGB".into();
    let mut items = [indicated("IND-900001", BSN), rejected, budget];
    for item in &mut items {
        item["versie"] = 1.into();
    }
    let page = json!({ "items": items, "volgende": null });
    let path = world.path("sample.json");
    std::fs::write(&path, page.to_string()).unwrap();
    path.to_str().unwrap().to_owned()
}

fn outcomes(preview: &Value) -> Vec<&str> {
    preview["items"].as_array().unwrap().iter().map(|item| item["outcome"].as_str().unwrap()).collect()
}

/// Nothing was connected to, and there is no store.
async fn untouched(world: &World) {
    for office in [Office::Front, Office::Back] {
        assert_eq!(world.books(office).await["received"], 0);
    }
    assert!(!world.path("schakel.db").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sample_file_shows_the_shape_of_what_would_be_sent_and_no_value() {
    let world = World::with_persons(1).await;
    let file = sample(&world);
    let Ended { code, out, err } = world.command(&["preview", FLOW, "--file", &file, "--log", "trace"]);
    assert_eq!(code, 0, "{err}");
    insta::assert_snapshot!(out, @r#"
    1. would be sent
       bsn                    ***
       decision.date          2026-01-20
       delivery-form          zin
       end                    2027-01-31
       id                     ***
       law                    wmo
       product.category       ***
       product.code           ***
       provider               agb:42420001
       size.frequency         2
       size.unit              01
       size.volume            120
       start                  2026-02-01
       state                  in-force
       to the target: {
         "body": {
           "aanbieder_agb": "***",
           "besluitdatum": "***",
           "bron": "***",
           "bsn": "***",
           "einddatum": "***",
           "id": "***",
           "ingangsdatum": "***",
           "omvang": {
             "eenheid": "***",
             "frequentie": "***",
             "volume": "***"
           },
           "product": {
             "categorie": "***",
             "code": "***"
           },
           "status": "***",
           "versie": "***",
           "wet": "***"
         },
         "key": "***",
         "path": "***"
       }
    2. rejected: code-unknown product.code (number Z-2026-900002)
       functional administration must act: the code is not in the table: add a row that is valid on the record's date
    3. out of scope
    diemen/indication/regie>package: 1 would be sent, 1 rejected, 1 out of scope; nothing was sent or written
    "#);
    for secret in [BSN, "IND-9000", "01A03", "B-2026-90001"] {
        assert!(!out.contains(secret) && !err.contains(secret), "{secret} in {out}{err}");
    }
    untouched(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn values_are_shown_to_who_says_why_and_that_is_logged() {
    let world = World::with_persons(1).await;
    let file = sample(&world);
    let asked = ["preview", FLOW, "--file", &file, "--unmasked"];
    assert_eq!(world.command(&asked).code, 64);
    assert_eq!(world.command(&[&asked[..], &["--reason", BSN]].concat()).code, 64);
    let Ended { code, out, err } = world.command(&[&asked[..], &["--reason", "de tabel klopt niet"]].concat());
    assert_eq!(code, 0, "{err}");
    assert!(out.contains(BSN) && out.contains("/toewijzingen/IND-900001"), "{out}");
    assert!(err.contains("a preview shows personal data") && err.contains("diemen/indication/regie>package"), "{err}");
    assert!(!err.contains(BSN));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sample_message_is_read_as_the_source_would() {
    let world = World::with_persons(1).await;
    let file = world.path("M000.xml");
    std::fs::write(&file, crate::messages::stop("2026-07-01").replace("NAME", "M000")).unwrap();
    let file = file.to_str().unwrap();
    let (_, stop) = world.json(&["preview", "diemen/stop", "--file", file]);
    assert_eq!(outcomes(&stop), ["sent"]);
    let item = &stop["items"][0];
    assert_eq!((&item["fields"]["bsn"], &item["fields"]["reason"]), (&json!("***"), &json!("***")));
    assert_eq!(item["fields"]["end"], "2026-06-30");
    assert_eq!(item["target"]["body"]["bsn"], "***");
    assert_eq!(outcomes(&world.json(&["preview", "diemen/start", "--file", file]).1), ["skipped"]);
    std::fs::write(file, "<no message").unwrap();
    let (_, broken) = world.json(&["preview", "diemen/stop", "--file", file]);
    assert_eq!(broken["items"][0]["rejection"]["code"], "not-well-formed");
    untouched(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_source_itself_is_read_up_to_the_limit_and_nothing_private_is_shown() {
    let world = World::with_persons(40).await;
    let mark = world.simulator.mark();
    let (_, few) = world.json(&["preview", FLOW, "--limit", "3"]);
    assert_eq!(few["items"].as_array().unwrap().len(), 3);
    for flow in ["indication", "assignment", "request", "start", "diemen/stop"] {
        let Ended { code, out, err } = world.command(&["preview", flow, "--limit", "1000", "--log", "trace"]);
        assert_eq!(code, 0, "{err}");
        assert!(out.contains("would be sent"), "{out}");
        assert_eq!(out.contains("whether the front office knows the persons was not looked at"), flow != "indication");
        for text in [&out, &err] {
            assert!(!text.contains(&mark.text) && !text.contains(&mark.number.to_string()));
            let words = text.split(|character: char| !character.is_ascii_digit());
            assert_eq!(words.filter(|word| word.len() == 9 && word.starts_with("9999")).count(), 0, "a BSN in {text}");
        }
    }
    untouched(&world).await;
    world.control(Office::Front, json!({ "deny": true })).await;
    let denied = world.command(&["preview", FLOW]);
    assert_eq!((denied.code, denied.err.as_str()), (69, "schakel: diemen/regie denied access (not-authenticated)\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flow_that_is_not_known_or_not_the_only_one_is_told_with_those_there_are() {
    let world = World::with_persons(1).await;
    let wrong = world.command(&["preview", "toewijzing"]);
    assert_eq!(wrong.code, 64);
    assert!(wrong.err.contains("there is no such flow; there are diemen/indication/regie>package, "), "{}", wrong.err);
    let several = world.command(&["preview", "diemen/st"]);
    assert_eq!(
        several.err,
        "schakel: several flows have that in their name: diemen/start/messages>regie, diemen/stop/messages>regie\n"
    );
}
