//! Reads and writes JSON over HTTP.
//!
//! The source follows an opaque cursor from page to page; the target puts one record at a time, under an idempotency
//! key that is the same for each repeat.

mod client;
mod mark;
mod source;
mod target;

use client::Client;
use schakel_api::contract::{
    Adapter, CredentialError, Opening, Schemas, Section, SettingError, Source, System, Target,
};
use schakel_api::mapping::{Projection, Template};
use schakel_api::model::Stream;
use schemars::{JsonSchema, schema_for};
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;
use toml::Spanned;
use url::Url;

/// The adapter `rest`.
#[derive(Debug)]
pub struct Rest;

/// A system that speaks JSON over HTTP.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Settings {
    /// The address that every path of a flow comes behind.
    #[schemars(with = "String")]
    base_url: Spanned<String>,
    /// How Schakel makes itself known.
    auth: Option<Auth>,
    /// How long to wait for an answer, in seconds.
    #[serde(default = "thirty")]
    #[schemars(with = "u64")]
    timeout_seconds: Spanned<u64>,
}

/// How Schakel makes itself known.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Auth {
    /// The name of the credential that goes along as a bearer token.
    #[schemars(with = "String")]
    bearer: Spanned<String>,
}

fn thirty() -> Spanned<u64> {
    Spanned::new(0..0, 30)
}

/// Whether paths can come behind it. A password would be a secret in the settings, and what comes behind a fragment
/// is sent to nobody.
fn is_address(url: &Url) -> bool {
    let bare = url.username().is_empty() && url.password().is_none();
    let open = url.query().is_none() && url.fragment().is_none();
    matches!(url.scheme(), "http" | "https") && url.has_host() && bare && open
}

impl Adapter for Rest {
    fn name(&self) -> &'static str {
        "rest"
    }

    fn about(&self) -> &'static str {
        "A system that gives and takes JSON over HTTP."
    }

    fn schemas(&self) -> Schemas {
        Schemas {
            system: schema_for!(Settings),
            source: Some(schema_for!(source::Settings)),
            target: Some(schema_for!(target::Settings)),
        }
    }

    fn open(&self, section: &Section<'_>, opening: Opening) -> Result<Arc<dyn System>, Vec<SettingError>> {
        let (settings, mut errors) = section.read_some::<Settings>();
        let Some(settings) = settings else { return Err(errors) };
        let base = Url::parse(settings.base_url.get_ref()).ok().filter(is_address);
        if base.is_none() {
            let error = SettingError::new(settings.base_url.span(), "this is no address");
            errors.push(error.help("for example `https://regie.diemen.example/api`"));
        }
        if !(1..=600).contains(settings.timeout_seconds.get_ref()) {
            errors.push(SettingError::new(settings.timeout_seconds.span(), "1 to 600 seconds"));
        }
        let token = settings.auth.map(|auth| {
            opening.credentials.get(auth.bearer.get_ref()).map_err(|error: CredentialError| {
                errors.push(SettingError::new(auth.bearer.span(), error.to_string()));
            })
        });
        let timeout = Duration::from_secs(*settings.timeout_seconds.get_ref());
        match (base, token.transpose()) {
            (Some(base), Ok(token)) if errors.is_empty() => Client::new(opening.system, base, token, timeout)
                .map(|client| Arc::new(Opened(client)) as Arc<dyn System>)
                .ok_or_else(|| vec![SettingError::new(section.span(), "no HTTP client can be made")]),
            _ => Err(errors),
        }
    }
}

struct Opened(Client);

impl System for Opened {
    fn source(
        &self,
        _: Stream,
        section: &Section<'_>,
        projection: Option<Projection>,
    ) -> Result<Arc<dyn Source>, Vec<SettingError>> {
        let source = source::Rest::open(self.0.clone(), section, projection)?;
        Ok(Arc::new(source))
    }

    fn target(
        &self,
        _: Stream,
        section: &Section<'_>,
        template: Option<Template>,
    ) -> Result<Arc<dyn Target>, Vec<SettingError>> {
        let target = target::Rest::open(self.0.clone(), section, template)?;
        Ok(Arc::new(target))
    }
}
