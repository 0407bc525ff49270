//! The front office: a regiesysteem that serves indications and receives what became of them.

use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use serde_json::json;

use crate::office::{Office, PAGE, PRODUCT_PAGE, Parameters, Query, received, refusal, routes, whole_list};
use crate::rows::{After, Feeds, Fields, Rows};
use crate::server::Cut;
use crate::shared::{lock, take_step};
use crate::world::World;

/// The most rows on a page that can be asked for.
const LARGEST_PAGE: usize = 5_000;

/// What can be put under a key, beside assignments.
const RESOURCES: &[&str] = &["verzoeken", "starts", "stops", "benutting", "wachtlijsten", "prestaties", "producten"];

/// What the front office works with.
#[derive(Debug, Clone)]
pub(crate) struct Front {
    pub(crate) office: Arc<Office>,
    pub(crate) world: Arc<Mutex<World>>,
    pub(crate) feeds: Arc<Mutex<Feeds>>,
}

/// The routes of the front office.
pub(crate) fn router(front: Front) -> Router {
    let office = Arc::clone(&front.office);
    let own = Router::new()
        .route("/api/indicaties", get(indications))
        .route("/api/antwoorden", get(answers))
        .route("/api/producten", get(products))
        .route("/api/toewijzingen/{law}/{number}", put(assignment))
        .route("/api/{resource}/{key}", put(record))
        .route("/_indicaties", post(change))
        .route("/_planted", get(planted))
        .route("/_step", post(step))
        .with_state(front);
    routes(&office, own)
}

async fn indications(State(front): State<Front>, axum::extract::Query(query): Query) -> Response {
    changes(&lock(&front.feeds).indications, &query)
}

async fn answers(State(front): State<Front>, axum::extract::Query(query): Query) -> Response {
    changes(&lock(&front.feeds).answers, &query)
}

async fn products(State(front): State<Front>, axum::extract::Query(query): Query) -> Response {
    whole_list(&lock(&front.world).catalogue.follower, &query, PRODUCT_PAGE)
}

fn changes(rows: &Rows, query: &Parameters) -> Response {
    let limit = query.get("limit").map_or(Ok(PAGE), |limit| limit.parse());
    let after = query.get("gewijzigd_na").filter(|text| !text.is_empty()).map(|text| After::parse(text));
    match (limit, after) {
        (Ok(limit @ 1..), None | Some(Some(_))) => {
            Json(rows.page(after.flatten(), limit.min(LARGEST_PAGE))).into_response()
        }
        (Err(_) | Ok(0), _) => refusal(StatusCode::BAD_REQUEST, "limit is geen positief getal"),
        (_, Some(None)) => refusal(StatusCode::BAD_REQUEST, "gewijzigd_na is geen moment en geen cursor"),
    }
}

async fn assignment(
    State(front): State<Front>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    Path((law, number)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let id = format!("{law}/{number}");
    front.office.put(&cut, ("toewijzingen", &id), &headers, &body, |_| Ok(received())).await
}

async fn record(
    State(front): State<Front>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    Path((resource, key)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if !RESOURCES.contains(&resource.as_str()) {
        return refusal(StatusCode::NOT_FOUND, "onbekend pad");
    }
    front.office.put(&cut, (&resource, &key), &headers, &body, |_| Ok(received())).await
}

async fn change(State(front): State<Front>, body: Bytes) -> Response {
    let fields: Option<Fields> = serde_json::from_slice(&body).ok();
    let id = fields.as_ref().and_then(|fields| fields.get("id")?.as_str().map(str::to_owned));
    match fields.zip(id) {
        Some((fields, id)) => {
            let row = lock(&front.feeds).indications.change(&id, fields);
            front.office.learn(&row);
            Json(row).into_response()
        }
        None => refusal(StatusCode::BAD_REQUEST, "geen JSON-object met een id"),
    }
}

async fn planted(State(front): State<Front>) -> Response {
    let world = lock(&front.world);
    let [skipped, blocked, unseen] = world.passed_over();
    let rejections = world.planted();
    Json(json!({"rejections": rejections, "skipped": skipped, "blocked": blocked, "unseen": unseen})).into_response()
}

async fn step(State(front): State<Front>) -> Response {
    match take_step(front.world, front.feeds).await {
        (step, Ok(())) => Json(step).into_response(),
        (_, Err(_)) => refusal(StatusCode::INTERNAL_SERVER_ERROR, "bestanden zijn niet te schrijven"),
    }
}
