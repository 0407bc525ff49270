//! The back office: a package that receives indications and answers with assignment numbers.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::{get, put};
use serde_json::json;

use crate::office::{Office, Query, routes, whole_list};
use crate::server::Cut;
use crate::shared::lock;
use crate::world::World;

#[derive(Debug, Clone)]
struct Back {
    office: Arc<Office>,
    world: Arc<Mutex<World>>,
}

/// The routes of the back office.
pub(crate) fn router(office: &Arc<Office>, world: Arc<Mutex<World>>) -> Router {
    let back = Back { office: Arc::clone(office), world };
    let own = Router::new()
        .route("/api/toewijzingen/{id}", put(assign))
        .route("/api/antwoorden/{key}", put(answer))
        .route("/api/producten", get(products))
        .with_state(back);
    routes(office, own)
}

async fn products(State(back): State<Back>, axum::extract::Query(query): Query) -> Response {
    whole_list(&lock(&back.world).catalogue.owner, &query)
}

async fn answer(
    State(back): State<Back>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    Path(key): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    back.office.put(&cut, ("antwoorden", &key), &headers, &body, json!({"status": "ontvangen"})).await
}

async fn assign(
    State(back): State<Back>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let number = lock(&back.world).assignment_number(&id).to_string();
    let answer = json!({"toewijzingsnummer": number});
    back.office.put(&cut, ("toewijzingen", &id), &headers, &body, answer).await
}
