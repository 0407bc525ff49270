//! Messages of the back office in whatever order they come.

use crate::world::{Office, World, indicated};
use serde_json::{Value, json};

/// The person that all messages are about.
const BSN: &str = "999999990";

async fn received(world: &World) -> i64 {
    world.books(Office::Front).await["received"].as_i64().unwrap()
}

/// A world without messages that carries only starts and stops, of a person whom the front office knows.
async fn quiet() -> World {
    let world = World::with_persons(1).await;
    world.keep_flows(&["indication", "start", "stop"]);
    world.indication(indicated("IND-900001", BSN)).await;
    for file in std::fs::read_dir(world.path("messages")).unwrap() {
        std::fs::remove_file(file.unwrap().path()).unwrap();
    }
    world
}

const DELIVERED: u8 = 1;
const DELETED: u8 = 3;

/// A 305 about the one start of these stories: the day of the message, its status, and the assignment's first day, which
/// is not part of the key.
fn start(dated: &str, status: u8, first: &str) -> String {
    delivery(305, "Start", dated, first, &format!("<m:StatusAanlevering>{status}</m:StatusAanlevering>"))
}

/// A 307 about the stop of that start.
pub fn stop(dated: &str) -> String {
    let stopped = "<m:RedenBeeindiging>31</m:RedenBeeindiging><m:Einddatum>2026-06-30</m:Einddatum>\
                   <m:StatusAanlevering>1</m:StatusAanlevering>";
    delivery(307, "Stop", dated, "2026-02-01", stopped)
}

fn delivery(number: u16, kind: &str, dated: &str, first: &str, rest: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n\
         <m:Bericht xmlns:b=\"http://www.istandaarden.nl/iwmo/3_2/basisschema/schema\" \
         xmlns:m=\"http://www.istandaarden.nl/iwmo/3_2/wmo{number}/schema\"><m:Header>\
         <m:Afzender>42420001</m:Afzender><m:Ontvanger>0384</m:Ontvanger><m:BerichtIdentificatie>\
         <b:Identificatie>NAME</b:Identificatie><b:Dagtekening>{dated}</b:Dagtekening></m:BerichtIdentificatie>\
         </m:Header><m:Client><m:Bsn>{BSN}</m:Bsn><m:{kind}Producten><m:{kind}Product>\
         <m:ToewijzingNummer>101</m:ToewijzingNummer>\
         <m:Product><b:Categorie>01</b:Categorie><b:Code>01A03</b:Code></m:Product>\
         <m:ToewijzingIngangsdatum>{first}</m:ToewijzingIngangsdatum><m:Begindatum>2026-02-09</m:Begindatum>{rest}\
         </m:{kind}Product></m:{kind}Producten></m:Client></m:Bericht>"
    )
}

/// Lays out messages in the order in which they are read.
fn arrive(world: &World, messages: &[String]) {
    let folder = world.path("messages");
    let before = std::fs::read_dir(&folder).unwrap().count();
    for (at, message) in messages.iter().enumerate() {
        let name = format!("M{:03}", before + at);
        std::fs::write(folder.join(format!("{name}.xml")), message.replace("NAME", &name)).unwrap();
    }
}

/// What the front office holds of the one start: its versions in order of arrival, state and the assignment's first day.
async fn started(world: &World) -> (Value, Value, Value) {
    let starts = world.booked(Office::Front, "starts").await;
    let [start] = starts.as_slice() else { panic!("{} starts", starts.len()) };
    (start["history"].clone(), start["body"]["status"].clone(), start["body"]["ingangsdatum_toewijzing"].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_that_comes_before_its_start_is_booked_and_so_is_the_start() {
    let world = quiet().await;
    arrive(&world, &[stop("2026-07-01")]);
    world.once();
    assert_eq!(world.booked(Office::Front, "stops").await.len(), 1);
    arrive(&world, &[start("2026-02-10", DELIVERED, "2026-02-01")]);
    world.once();
    assert_eq!(world.booked(Office::Front, "starts").await.len(), 1);
    assert_eq!(received(&world).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_that_comes_first_waits_for_what_it_deletes() {
    let world = quiet().await;
    arrive(&world, &[start("2026-02-12", DELETED, "2026-02-01")]);
    for _ in 0..2 {
        let (code, summary) = world.json(&["once"]);
        assert_eq!((code, &summary["waiting"]), (75, &json!(1)));
        assert_eq!(received(&world).await, 0);
    }
    arrive(&world, &[start("2026-02-10", DELIVERED, "2026-02-01")]);
    world.once();
    assert_eq!(started(&world).await, (json!(["2026-02-12"]), json!("deleted"), json!("2026-02-01")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_that_still_waits_gives_way_to_a_later_delivery() {
    let world = quiet().await;
    arrive(&world, &[start("2026-02-12", DELETED, "2026-02-01")]);
    assert_eq!(world.json(&["once"]).0, 75);
    arrive(&world, &[start("2026-02-14", DELIVERED, "2026-02-01")]);
    world.once();
    assert_eq!(started(&world).await, (json!(["2026-02-14"]), json!("delivered"), json!("2026-02-01")));
}

#[tokio::test(flavor = "multi_thread")]
async fn within_a_day_a_start_in_force_is_deleted_first_and_any_other_delivered_first() {
    let (deleted, delivered) =
        (start("2026-03-02", DELETED, "2026-02-01"), start("2026-03-02", DELIVERED, "2026-02-03"));
    let orders = [[&deleted, &delivered], [&delivered, &deleted]];
    for (in_force, state, first) in [(true, "delivered", "2026-02-03"), (false, "deleted", "2026-02-01")] {
        for order in orders {
            for apart in [true, false] {
                let world = quiet().await;
                if in_force {
                    arrive(&world, &[start("2026-02-10", DELIVERED, "2026-02-01")]);
                    world.once();
                }
                for message in order {
                    arrive(&world, std::slice::from_ref(message));
                    if apart {
                        world.json(&["once"]);
                    }
                }
                world.once();
                let (_, now, day) = started(&world).await;
                let case = format!("in force: {in_force}, deletion first: {}, apart: {apart}", order[0] == &deleted);
                assert_eq!((now, day), (json!(state), json!(first)), "{case}");
                assert_eq!(world.books(Office::Front).await["out_of_order"], 0, "{case}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_of_several_days_count_by_their_days_in_whatever_order_they_lie_there() {
    let first = start("2026-02-10", DELIVERED, "2026-02-01");
    let deleted = start("2026-03-02", DELETED, "2026-02-01");
    let again = start("2026-03-02", DELIVERED, "2026-02-03");
    for order in [[&deleted, &first, &again], [&again, &deleted, &first], [&again, &first, &deleted]] {
        let world = quiet().await;
        arrive(&world, &order.map(Clone::clone));
        world.once();
        assert_eq!(started(&world).await, (json!(["2026-03-02"]), json!("delivered"), json!("2026-02-03")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_kind_is_told_by_a_flow_that_runs_when_others_are_off() {
    let world = quiet().await;
    world.edit("schakel.toml", |text| text.replacen("mode = \"on\"", "mode = \"off\"", 2));
    std::fs::write(world.path("messages/broken.xml"), "<no message").unwrap();
    let summary = world.once();
    assert_eq!(summary["flows"][0]["stream"], "stop");
    assert_eq!(summary["flows"][0]["rejected"], 1);
    std::fs::write(world.path("messages/broken.xml"), stop("2026-07-01")).unwrap();
    assert_eq!(world.once()["rejections"], 0, "a file that is mended closes its rejection");
}
