//! Rejections that are tried again: their source is read once more, under the present settings.

use crate::rejections::{
    NEW_CODE, coded, complete_the_table, done, id, indication_with_new_code, indications, retried, with_unknown_code,
};
use crate::syncing::{A, B, HANDLE, ID, code, end, history, in_step};
use crate::world::{Office, World};
use serde_json::json;

/// A world in which the back office refused end date [`B`] of [`ID`].
async fn with_refusal() -> World {
    let world = in_step().await;
    world.control(Office::Back, json!({ "refuse": 1 })).await;
    world.move_end(ID, B).await;
    world.once();
    assert_eq!(code(&world).as_deref(), Some("refused"));
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_completed_table_makes_right_is_delivered_after_a_retry() {
    let world = with_unknown_code().await;
    assert_eq!(retried(&world, &[&id(&world)])["outcome"], "rejected");
    complete_the_table(&world);
    let told = done(&world, &["rejections", "retry", &id(&world)]);
    assert!(told.contains("delivered soon"), "{told}");
    assert_eq!(code(&world), None);
    world.once();
    assert_eq!(history(&world).await, json!([1]));
}

#[tokio::test(flavor = "multi_thread")]
async fn rejections_of_one_code_are_retried_together_in_one_reading_of_the_source() {
    let world = indications().await;
    for number in 1..=4 {
        world.indication(coded(number, NEW_CODE)).await;
    }
    world.once();
    complete_the_table(&world);
    let before = world.books(Office::Back).await["received"].as_i64().unwrap();
    let ended = world.command(&["rejections", "retry", "--code", "code-unknown"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert_eq!(ended.out.matches("delivered soon").count(), 4, "{}", ended.out);
    assert_eq!(ended.err.lines().count(), 1, "one page was read: {}", ended.err);
    world.once();
    assert_eq!(world.books(Office::Back).await["received"], before + 4);
    assert_eq!(done(&world, &["rejections", "retry", "--code", "refused"]), "no open rejections to retry\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_is_looked_for_where_it_was_read_and_then_in_all_that_the_source_holds() {
    let world = indications().await;
    world.edit("schakel.toml", |text| text.replace("path = \"/indicaties\"", "path = \"/indicaties?limit=5\""));
    world.indication(indication_with_new_code()).await;
    for number in 1..=7 {
        world.indication(coded(number, "HH-BASIS")).await;
    }
    world.once();
    let pages = || {
        let ended = world.command(&["rejections", "retry", &id(&world)]);
        assert!(ended.out.contains("rejected again: code-unknown product.code"), "{}{}", ended.out, ended.err);
        ended.err.lines().count()
    };
    assert_eq!(pages(), 1);
    // What changed stands elsewhere in the list.
    world.indication(json!({ "id": ID, "toelichting": "nog eens bekeken" })).await;
    assert!(pages() > 3);
    complete_the_table(&world);
    assert_eq!(retried(&world, &[&id(&world)])["outcome"], "journalled");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_refused_is_sent_anew_after_a_retry() {
    let world = with_refusal().await;
    let id = id(&world);
    assert_eq!(world.json(&["rejections", "show", &id]).1["entry"], "refused");
    let told = retried(&world, &[&id]);
    assert_eq!(
        (&told["outcome"], &told["state"], &told["handle"]),
        (&json!("journalled"), &json!("queued"), &json!(HANDLE))
    );
    assert_eq!(code(&world), None);
    assert_eq!(world.json(&["rejections", "show", &id]).1["entry"], "parked");
    world.once();
    assert_eq!(end(&world).await, B);
    assert_eq!(world.books(Office::Back).await["duplicates"], 0, "it went under a reference of its own");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_written_for_the_target_is_written_after_a_retry_under_other_settings() {
    let world = indications().await;
    world.edit("mappings/package-indication.toml", |text| {
        let table = "\"product.code\" = { from = \"product.code\", table = \"tables/package.csv\" }";
        text.replace("\"product.code\" = \"product.code\"", table)
    });
    world.edit("tables/products.csv", |text| text + NEW_CODE + ";01A05;;\n");
    let known: String = std::fs::read_to_string(world.path("tables/products.csv")).unwrap();
    let known: String = known
        .lines()
        .skip(1)
        .filter_map(|line| line.split(';').nth(1))
        .fold(String::new(), |all, code| if code == "01A05" { all } else { all + code + ";" + code + ";;\n" });
    std::fs::write(world.path("tables/package.csv"), "from;to;valid-from;valid-to\n".to_owned() + &known).unwrap();
    world.indication(indication_with_new_code()).await;
    world.once();
    let (_, shown) = world.json(&["rejections", "show", &id(&world)]);
    assert_eq!((&shown["code"], &shown["entry"]), (&json!("code-unknown"), &json!("refused")));
    world.edit("tables/package.csv", |text| text + "01A05;01A05;;\n");
    assert_eq!(retried(&world, &[&id(&world)])["outcome"], "journalled");
    world.once();
    assert_eq!((history(&world).await, code(&world)), (json!([1]), None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_stands_when_the_source_is_wrong_at_the_retry() {
    let world = with_refusal().await;
    let id = id(&world);
    world.move_end(ID, "2025-12-31").await;
    let told = retried(&world, &[&id]);
    assert_eq!(
        (&told["outcome"], &told["code"], &told["field"]),
        (&json!("rejected"), &json!("end-before-start"), &json!("end"))
    );
    assert_eq!(world.json(&["rejections", "show", &id]).1["entry"], "refused");
    world.move_end(ID, B).await;
    world.once();
    assert_eq!(end(&world).await, A);
    assert_eq!(code(&world).as_deref(), Some("refused"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_says_what_the_source_does_not_hold_any_more_what_is_out_of_scope_and_what_cannot_be_reached() {
    let world = with_unknown_code().await;
    let id = id(&world);
    world.control(Office::Front, json!({ "unavailable": 1 })).await;
    let (exit, told) = world.json(&["rejections", "retry", &id]);
    assert_eq!((exit, &told[0]["outcome"], &told[0]["code"]), (69, &json!("unreachable"), &json!("busy")));
    world.edit("mappings/regie-indication.toml", |text| text.replace("key = \"$.id\"", "key = \"$.besluitnummer\""));
    assert_eq!(retried(&world, &[&id])["outcome"], "not-found");
    world.edit("mappings/regie-indication.toml", |text| text.replace("key = \"$.besluitnummer\"", "key = \"$.id\""));
    world.indication(json!({ "id": ID, "leveringsvorm": "PGB" })).await;
    assert_eq!(retried(&world, &[&id])["outcome"], "out-of-scope");
    assert_eq!(code(&world), None);
    let closed = world.command(&["rejections", "retry", &id]);
    assert_eq!((closed.code, closed.err), (64, format!("schakel: the rejection {id} is closed\n")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_moves_no_cursor_and_says_nothing_of_how_the_flow_is_doing() {
    let world = with_unknown_code().await;
    let (_, before) = world.json(&["status"]);
    complete_the_table(&world);
    assert!(done(&world, &["rejections", "retry", "--flow", "indication"]).contains("delivered soon"));
    let (_, after) = world.json(&["status"]);
    assert_eq!(before["flows"][0]["last_run"], after["flows"][0]["last_run"]);
    let summary = world.once();
    assert_eq!(
        (&summary["flows"][0]["delivered"], end(&world).await),
        (&json!(0), json!(A)),
        "delivered, and not counted to this run"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_could_not_be_read_is_read_again_when_it_is_mended() {
    let world = World::with_persons(1).await;
    world.keep_flows(&["start", "stop"]);
    for file in std::fs::read_dir(world.path("messages")).unwrap() {
        std::fs::remove_file(file.unwrap().path()).unwrap();
    }
    std::fs::write(world.path("messages/M000.xml"), crate::messages::stop("2026-07-01").replace("1</m:Status", "1<"))
        .unwrap();
    world.once();
    let (_, open) = world.json(&["rejections", "list", "--each"]);
    assert_eq!(open[0]["side"], "back-office");
    std::fs::write(world.path("messages/M000.xml"), crate::messages::stop("2026-07-01")).unwrap();
    let told = retried(&world, &[open[0]["id"].as_str().unwrap()]);
    assert_eq!(told["outcome"], "journalled", "{told}");
    assert_eq!(world.json(&["rejections", "list"]).1["total"], 0);
}
