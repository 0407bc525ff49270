use super::metrics;
use super::report::{Reloads, Report, Stage, Status};
use crate::engine::Engine;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use chrono::{DateTime, Utc};
use serde_json::json;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, watch};
use tokio::task::JoinHandle;

/// The listener, and what it shows. It ends when this is dropped.
pub struct Console {
    address: SocketAddr,
    shown: watch::Sender<Shown>,
    serving: JoinHandle<()>,
}

/// What there is to show.
#[derive(Clone)]
struct Shown {
    stage: Stage,
    engine: Option<Engine>,
    reloads: Reloads,
}

struct Shared {
    shown: watch::Receiver<Shown>,
    started: DateTime<Utc>,
    /// Who asks waits for who asked before: the store has better things to do than to be looked at by many.
    looking: Mutex<()>,
}

impl Console {
    /// Listens, and shows that the daemon starts.
    ///
    /// # Errors
    /// When the address cannot be used.
    pub async fn start(listen: SocketAddr, started: DateTime<Utc>) -> std::io::Result<Self> {
        let listener = TcpListener::bind(listen).await?;
        let address = listener.local_addr()?;
        let start = Shown { stage: Stage::Starting, engine: None, reloads: Reloads::default() };
        let (shown, watched) = watch::channel(start);
        let shared = Shared { shown: watched, started, looking: Mutex::default() };
        let router = Router::new()
            .route("/ping", get(|| async { "pong\n" }))
            .route("/ready", get(ready))
            .route("/health", get(health))
            .route("/metrics", get(metrics_text))
            .route("/version", get(version))
            .with_state(Arc::new(shared));
        let serving = tokio::spawn(async move {
            // It goes on past connections that fail, and ends only when this task is ended.
            let _ = axum::serve(listener, router).await;
        });
        tracing::info!(%address, "the console listens");
        Ok(Self { address, shown, serving })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Shows what the daemon does.
    pub fn stage(&self, stage: Stage) {
        self.shown.send_modify(|shown| shown.stage = stage);
    }

    /// Shows an engine that runs, anew after each reload.
    pub fn running(&self, engine: &Engine) {
        self.shown.send_modify(|shown| {
            shown.reloads.taken += u64::from(shown.engine.is_some());
            shown.stage = Stage::Running;
            shown.engine = Some(engine.clone());
        });
    }

    /// Shows that new settings were wrong.
    pub fn refused(&self) {
        self.shown.send_modify(|shown| {
            shown.reloads.refused += 1;
            shown.stage = Stage::Running;
        });
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        self.serving.abort();
        // Whoever still asks holds the store no longer.
        self.shown.send_modify(|shown| shown.engine = None);
    }
}

impl Shared {
    fn shown(&self) -> Shown {
        self.shown.borrow().clone()
    }

    async fn report(&self) -> (Report, Reloads) {
        let _alone = self.looking.lock().await;
        let shown = self.shown();
        (Report::of(shown.engine.as_ref(), shown.stage).await, shown.reloads)
    }
}

async fn ready(State(shared): State<Arc<Shared>>) -> Response {
    let stage = shared.shown.borrow().stage;
    let code = if stage.is_ready() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (code, Json(json!({ "stage": stage }))).into_response()
}

async fn health(State(shared): State<Arc<Shared>>) -> Response {
    let (report, _) = shared.report().await;
    let code = match report.status {
        Status::Ok | Status::Attention => StatusCode::OK,
        Status::Failing => StatusCode::SERVICE_UNAVAILABLE,
    };
    (code, Json(report)).into_response()
}

async fn metrics_text(State(shared): State<Arc<Shared>>) -> Response {
    let (report, reloads) = shared.report().await;
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    (kind, metrics::text(&report, reloads, shared.started)).into_response()
}

async fn version(State(shared): State<Arc<Shared>>) -> Response {
    let revision = shared.shown.borrow().engine.as_ref().map(|engine| engine.installation().revision.clone());
    let (name, version) = (env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
    Json(json!({ "name": name, "version": version, "revision": revision })).into_response()
}
