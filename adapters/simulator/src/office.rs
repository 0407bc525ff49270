//! What both servers have in common: the door, the books and the control.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::books::{Books, Put, Version};
use crate::control::{Control, Orders};
use crate::forbidden::{Forbidden, first_bsn};
use crate::options::Options;
use crate::rows::{Fields, list_page};
use crate::server::Cut;
use crate::shared::lock;
use crate::strangers::Unseen;

/// The longest body that is read, in bytes.
const LONGEST_BODY: usize = 4 << 20;

/// The number of rows on a page unless asked otherwise.
pub(crate) const PAGE: usize = 500;
/// The number of products on a page unless asked otherwise: few, so that there are pages.
pub(crate) const PRODUCT_PAGE: usize = 20;

/// The state that both servers have, each its own.
#[derive(Debug)]
pub(crate) struct Office {
    authorization: String,
    forbidden: Forbidden,
    /// A person's name, which refusals quote, as those of real systems do.
    name: String,
    control: Control,
    books: Mutex<Books>,
    /// Whom nothing may arrive about.
    unseen: Mutex<Unseen>,
}

impl Office {
    /// An office with empty books, where nothing may arrive about `unseen`.
    pub(crate) fn new(options: &Options, unseen: Unseen) -> Self {
        Self {
            authorization: format!("Bearer {}", options.token),
            forbidden: Forbidden::new(&options.mark),
            name: options.mark.on("mevrouw Jansen"),
            control: Control::default(),
            books: Mutex::default(),
            unseen: Mutex::new(unseen),
        }
    }

    /// Books a PUT to a resource and answers it with what `answer` makes of its body, or as the control says; where
    /// that is a reason to refuse, nothing is booked.
    ///
    /// The order decides what a client can observe: a refusal takes no effect; whatever has effect has it before
    /// the answer is held or lost.
    pub(crate) async fn put(
        &self,
        cut: &Cut,
        identity: (&str, &str),
        headers: &HeaderMap,
        body: &Bytes,
        answer: impl FnOnce(&Value) -> Result<Value, &'static str>,
    ) -> Response {
        let Some(body) = serde_json::from_slice::<Value>(body).ok().filter(Value::is_object) else {
            return refusal(StatusCode::BAD_REQUEST, "geen JSON-object");
        };
        if self.control.takes_refusal() {
            let text = body.to_string();
            let about = first_bsn(&text).unwrap_or("onbekend");
            let reason = format!("client met BSN {about} ({}) is niet bekend", self.name);
            return refusal(StatusCode::UNPROCESSABLE_ENTITY, &reason);
        }
        let Some(version) = Version::of(&body) else {
            return refusal(StatusCode::BAD_REQUEST, "versie ontbreekt of is geen geheel getal of tekst");
        };
        let answer = match answer(&body) {
            Ok(answer) => answer,
            Err(reason) => return refusal(StatusCode::CONFLICT, reason),
        };
        let key = headers.get("idempotency-key").and_then(|key| key.to_str().ok()).map(str::to_owned);
        let identity = (identity.0.to_owned(), identity.1.to_owned());
        self.books().book(Put { identity, version, body, key });

        if self.control.takes_lost_answer() {
            cut.now();
        } else {
            self.control.answer_time().await;
        }
        Json(answer).into_response()
    }

    /// Counts an assignment made although one was held that fits.
    pub(crate) fn second_assignment(&self) {
        self.books().second_assignment();
    }

    /// Takes note of the person of an indication.
    pub(crate) fn learn(&self, row: &Fields) {
        lock(&self.unseen).learn(row);
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        lock(&self.books)
    }
}

/// What most resources answer.
pub(crate) fn received() -> Value {
    json!({"status": "ontvangen"})
}

/// An answer that says no.
pub(crate) fn refusal(status: StatusCode, reason: &str) -> Response {
    (status, Json(json!({"fout": reason}))).into_response()
}

/// The routes of a server: its `own`, the books and the control, with the door before what is under `/api`.
pub(crate) fn routes(office: &Arc<Office>, own: Router) -> Router {
    let unknown = || async { refusal(StatusCode::NOT_FOUND, "onbekend pad") };
    let door = axum::middleware::from_fn_with_state(Arc::clone(office), door);
    Router::new()
        .route("/_books", get(counts))
        .route("/_books/records", get(records))
        .route("/_control", get(state).post(control))
        .with_state(Arc::clone(office))
        .merge(own)
        .fallback(unknown)
        .layer(door)
}

/// The door of `/api`: looks at what comes in, and lets in who may and when the control lets it.
async fn door(State(office): State<Arc<Office>>, request: Request, next: Next) -> Response {
    if !request.uri().path().starts_with("/api/") {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LONGEST_BODY).await else {
        return refusal(StatusCode::PAYLOAD_TOO_LARGE, "te groot");
    };
    let unseen = lock(&office.unseen).in_request(&parts.uri, &body);
    if unseen || office.forbidden.in_request(&parts.uri.to_string(), &parts.headers, &body) {
        office.books().forbidden();
    }
    let latency = office.control.latency();
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    let authorization = parts.headers.get(header::AUTHORIZATION).map(header::HeaderValue::as_bytes);
    if office.control.denies() || authorization != Some(office.authorization.as_bytes()) {
        return refusal(StatusCode::UNAUTHORIZED, "geen toegang");
    }
    if office.control.takes_unavailable() {
        return refusal(StatusCode::SERVICE_UNAVAILABLE, "even niet beschikbaar");
    }
    next.run(Request::from_parts(parts, Body::from(body))).await
}

async fn counts(State(office): State<Arc<Office>>) -> Response {
    Json(office.books().counts()).into_response()
}

async fn records(State(office): State<Arc<Office>>) -> Response {
    Json(office.books().records()).into_response()
}

async fn state(State(office): State<Arc<Office>>) -> Response {
    Json(office.control.state()).into_response()
}

async fn control(State(office): State<Arc<Office>>, body: Bytes) -> Response {
    match serde_json::from_slice::<Orders>(&body) {
        Ok(orders) => office.control.give(orders),
        Err(error) => return refusal(StatusCode::BAD_REQUEST, &error.to_string()),
    }
    Json(office.control.state()).into_response()
}

/// A page of a whole list: behind the cursor `na`, of so many entries as `limit` says, or `usual`.
pub(crate) fn whole_list(list: &[Value], query: &Parameters, usual: usize) -> Response {
    let limit = query.get("limit").map_or(Ok(usual), |limit| limit.parse());
    let after = query.get("na").map(String::as_str).filter(|text| !text.is_empty());
    match limit.ok().filter(|limit| *limit > 0).and_then(|limit| list_page(list, after, limit)) {
        Some(page) => Json(page).into_response(),
        None => refusal(StatusCode::BAD_REQUEST, "na is geen cursor of limit is geen positief getal"),
    }
}

/// The parameters of a query by name.
pub(crate) type Parameters = BTreeMap<String, String>;
pub(crate) type Query = axum::extract::Query<Parameters>;
