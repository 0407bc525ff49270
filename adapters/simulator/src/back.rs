//! The back office: a package that receives indications and answers with assignment numbers.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::{get, put};
use serde_json::{Value, json};

use crate::holdings::Taken;
use crate::office::{Office, PAGE, PRODUCT_PAGE, Query, received, routes, whole_list};
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
        .route("/api/toewijzingen", get(held))
        .route("/api/toewijzingen/{id}", put(assign))
        .route("/api/antwoorden/{key}", put(answer))
        .route("/api/producten", get(products))
        .with_state(back);
    routes(office, own)
}

async fn held(State(back): State<Back>, axum::extract::Query(query): Query) -> Response {
    whole_list(&lock(&back.world).holdings.rows, &query, PAGE)
}

async fn products(State(back): State<Back>, axum::extract::Query(query): Query) -> Response {
    whole_list(&lock(&back.world).catalogue.owner, &query, PRODUCT_PAGE)
}

async fn answer(
    State(back): State<Back>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    Path(key): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    back.office.put(&cut, ("antwoorden", &key), &headers, &body, |_| Ok(received())).await
}

async fn assign(
    State(back): State<Back>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let answer = |body: &Value| {
        let mut world = lock(&back.world);
        let number = match world.holdings.take(&id, body) {
            Taken::Number(number) => number,
            Taken::Second(number) => {
                back.office.second_assignment();
                number
            }
            Taken::New => world.assignment_number(&id),
            Taken::Conflict => return Err("toewijzing hoort bij een andere indicatie"),
        };
        Ok(json!({"toewijzingsnummer": number.to_string()}))
    };
    back.office.put(&cut, ("toewijzingen", &id), &headers, &body, answer).await
}
