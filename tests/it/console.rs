//! What the daemon answers about itself over HTTP.

use crate::world::{Office, Running, World, until};
use schakel::console::METRICS;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A daemon that answers.
struct Asked {
    daemon: Running,
    address: String,
}

impl Asked {
    fn start(world: &World) -> Self {
        world.listens();
        let mut daemon = world.start_command(&["run"]);
        let address = daemon.console();
        Self { daemon, address }
    }

    async fn text(&self, path: &str) -> (u16, String) {
        let answer = reqwest::get(format!("{}{path}", self.address)).await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    async fn json(&self, path: &str) -> (u16, Value) {
        let (code, text) = self.text(path).await;
        (code, serde_json::from_str(&text).unwrap())
    }

    async fn ready(&self) {
        until("it is ready", async || self.text("/ready").await.0 == 200).await;
    }
}

/// A world in step whose back office then goes away, with changes for it.
async fn away() -> World {
    let world = World::with_persons(5).await;
    world.keep_flows(&["indication"]);
    world.once();
    world.never_fetches();
    for record in world.booked(Office::Back, "toewijzingen").await {
        world.move_end(record["id"].as_str().unwrap(), "2031-12-31").await;
    }
    world.control(Office::Back, json!({ "deny": true })).await;
    assert_eq!(world.hurried().0, 69);
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn health_tells_what_waits_and_which_system_is_away() {
    let world = away().await;
    let waiting = world.hurried().1["waiting"].clone();
    let asked = Asked::start(&world);
    asked.ready().await;
    assert_eq!(asked.text("/ping").await, (200, "pong\n".to_owned()));
    let denied = async || asked.json("/health").await.1["systems"][0]["state"] == "paused";
    until("the back office denies access", denied).await;

    let (code, health) = asked.json("/health").await;
    assert_eq!((code, &health["status"], &health["store"]), (200, &json!("attention"), &json!(true)), "{health}");
    let [package, front] = health["systems"].as_array().unwrap().as_slice() else { panic!("{health}") };
    assert_eq!((&package["system"], &package["directions"]), (&json!("diemen/package"), &json!(["target"])));
    assert_eq!((&package["last_fault"], &package["last_success"]), (&json!("not-authenticated"), &Value::Null));
    assert!(package["paused_until"].is_string());
    assert_eq!((&front["system"], &front["state"]), (&json!("diemen/regie"), &json!("unknown")));
    let flow = &health["flows"][0];
    assert_eq!((&flow["flow"], &flow["waiting"]), (&json!("diemen/indication/regie>package"), &waiting));
    assert!(flow["last_run"].is_string() && flow["oldest"].is_string() && flow["oldest_age_seconds"].is_i64());

    // The pause ends with a reload; the success is told with its moment.
    world.control(Office::Back, json!({ "deny": false })).await;
    world.edit("schakel.toml", |text| text + "\n");
    let (_, before) = asked.json("/version").await;
    asked.daemon.signal("HUP");
    until("nothing waits", async || asked.json("/health").await.1["flows"][0]["waiting"] == 0).await;
    let (_, health) = asked.json("/health").await;
    let package = &health["systems"][0];
    assert_eq!((&health["status"], &package["state"]), (&json!("ok"), &json!("up")), "{health}");
    assert!(package["last_success_age_seconds"].as_i64().unwrap() < 60);
    let (_, version) = asked.json("/version").await;
    assert_eq!((&version["name"], &version["version"]), (&json!("schakel"), &json!(env!("CARGO_PKG_VERSION"))));
    assert_eq!(version["revision"], health["revision"]);
    assert_ne!(version["revision"], before["revision"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_metrics_have_the_names_that_are_listed() {
    let world = away().await;
    let asked = Asked::start(&world);
    asked.ready().await;
    until("the back office denies access", async || asked.text("/metrics").await.1.contains("not-authenticated")).await;
    let denied = asked.text("/metrics").await.1;
    world.control(Office::Back, json!({ "deny": false })).await;
    asked.daemon.signal("HUP");
    let served = async || asked.text("/metrics").await.1.contains("schakel_system_last_success_timestamp_seconds{");
    until("the back office lets it in", served).await;
    let text = denied + &asked.text("/metrics").await.1;

    let values = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let names: BTreeSet<&str> = values.map(|line| line.split(['{', ' ']).next().unwrap()).collect();
    assert_eq!(names, METRICS.iter().map(|(name, _)| *name).collect());
    for line in [
        "schakel_store_up 1",
        "schakel_ready 1",
        "schakel_reloads_total{result=\"taken\"} 1",
        "schakel_system_up{system=\"diemen/package\"} 0",
        "schakel_system_up{system=\"diemen/package\"} 1",
    ] {
        assert!(text.lines().any(|told| told == line), "{line}\n{text}");
    }
    insta::assert_snapshot!(names.into_iter().collect::<Vec<_>>().join("\n"), @r"
    schakel_flow_last_run_failed
    schakel_flow_last_run_timestamp_seconds
    schakel_flow_oldest_waiting_age_seconds
    schakel_flow_paused
    schakel_flow_waiting_entries
    schakel_info
    schakel_ready
    schakel_rejections_open
    schakel_reloads_total
    schakel_start_timestamp_seconds
    schakel_store_up
    schakel_system_exchanges_total
    schakel_system_last_success_timestamp_seconds
    schakel_system_paused_until_timestamp_seconds
    schakel_system_up
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flow_that_pauses_asks_for_attention_and_one_that_is_off_tells_no_last_run() {
    let world = World::with_persons(5).await;
    world.keep_flows(&["indication", "answer"]);
    world.once();
    world.never_fetches();
    world.edit("schakel.toml", |text| {
        let (head, answers) = text.split_once("stream = \"answer\"").unwrap();
        format!("{head}stream = \"answer\"{}", answers.replacen("\"on\"", "\"off\"", 1))
    });
    let asked = Asked::start(&world);
    asked.ready().await;
    assert_eq!(asked.json("/health").await.1["status"], "ok");
    assert_eq!(world.command(&["pause", "diemen/indication"]).code, 0);
    let (_, health) = asked.json("/health").await;
    let told = |flow: usize| (health["flows"][flow]["mode"].clone(), health["flows"][flow]["paused"].clone());
    assert_eq!(health["status"], "attention", "{health}");
    assert_eq!((told(0), told(1)), ((json!("on"), json!("command")), (json!("off"), Value::Null)));
    let metrics = asked.text("/metrics").await.1;
    let flow = "{flow=\"diemen/indication/regie>package\"}";
    assert!(metrics.contains(&format!("schakel_flow_paused{flow} 1")), "{metrics}");
    let of = "{flow=\"diemen/answer/regie>package\"}";
    assert!(metrics.contains(&format!("schakel_flow_paused{of} 0")), "{metrics}");
    assert!(!metrics.contains(&format!("schakel_flow_last_run_timestamp_seconds{of}")), "{metrics}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_that_the_engine_refuses_counts_as_refused() {
    let world = World::with_persons(2).await;
    world.keep_flows(&["indication"]);
    world.never_fetches();
    world.edit("schakel.toml", |text| text.replace("mode = \"on\"", "mode = \"off\""));
    let mut asked = Asked::start(&world);
    asked.ready().await;
    let (_, before) = asked.json("/version").await;
    // Right in itself, but nobody compared the flow with what its target holds.
    world.edit("schakel.toml", |text| {
        text.replace("mode = \"off\"", "mode = \"on\"").replace("target-empty = true", "")
    });
    asked.daemon.signal("HUP");
    let told = asked.daemon.wait_for("the new settings are refused; the old ones stay");
    assert!(told.contains(before["revision"].as_str().unwrap()), "{told}");
    let refused = async || asked.text("/metrics").await.1.contains("schakel_reloads_total{result=\"refused\"} 1");
    until("the reload counts", refused).await;
    assert_eq!(asked.json("/version").await.1, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_that_stops_is_not_ready() {
    let world = away().await;
    world.control(Office::Back, json!({ "deny": false, "hold": true })).await;
    let mut asked = Asked::start(&world);
    until("a request is under way", async || world.control(Office::Back, json!({})).await["held"] != 0).await;
    asked.daemon.signal("TERM");
    asked.daemon.wait_for("stopping");
    let (code, ready) = asked.json("/ready").await;
    assert_eq!((code, &ready["stage"]), (503, &json!("stopping")));
    assert_eq!(asked.text("/ping").await.0, 200);
    world.control(Office::Back, json!({ "hold": false })).await;
    // What was denied before may wait for its time still.
    assert!([0, 75].contains(&asked.daemon.ended().code));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_taken_is_told_before_the_store_is_opened() {
    let world = World::with_persons(1).await;
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    world.edit("schakel.toml", |text| format!("{text}\n[http]\nlisten = \"{address}\"\n"));
    let ended = world.command(&["run"]);
    assert_eq!(ended.code, 74);
    assert_eq!(ended.err, format!("schakel: the address {address}: address in use\n"));
    assert!(!world.path("schakel.db").exists());
}
