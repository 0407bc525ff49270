use crate::client::Client;
use async_trait::async_trait;
use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use schakel_api::code::Code;
use schakel_api::contract::{self, Fault, Limits, Receipt, Rendered, Repeat, Section, SettingError, Stamp, nearest};
use schakel_api::gate::Cleared;
use schakel_api::mapping::{BadPattern, Pattern, Template};
use schakel_api::model::{Problem, Record, Stream};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::ops::Range;
use toml::Spanned;

/// Where a flow's records go.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Settings {
    /// How a record is written.
    #[serde(default)]
    method: Verb,
    /// The path behind the base address, with field names in braces.
    #[schemars(with = "String")]
    path: Spanned<String>,
    /// What a repeat under the same idempotency key does.
    repeat: Repeats,
    /// How many requests at once.
    #[serde(default = "sixteen")]
    #[schemars(with = "usize")]
    concurrency: Spanned<usize>,
    /// Whether the system can hold a size that is to be completed by hand.
    #[serde(default)]
    incomplete: bool,
    /// Whether the system takes another size, product, provider or start under one id.
    #[serde(default)]
    in_place: bool,
}

/// How a record is written.
#[derive(Debug, Default, Clone, Copy, Deserialize, JsonSchema)]
enum Verb {
    /// The path names the record.
    #[default]
    #[serde(rename = "PUT")]
    Put,
}

/// What a repeat under the same idempotency key does.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Repeats {
    /// It takes effect once.
    Idempotent,
    /// It could take effect twice, so a person decides.
    Blind,
}

fn sixteen() -> Spanned<usize> {
    Spanned::new(0..0, 16)
}

/// Puts records one by one.
pub(crate) struct Rest {
    client: Client,
    path: Pattern,
    template: Template,
    limits: Limits,
}

/// What is sent, to the byte.
#[derive(Serialize, Deserialize)]
struct Put {
    path: String,
    key: String,
    body: String,
}

impl Rest {
    pub(crate) fn open(
        client: Client,
        section: &Section<'_>,
        template: Option<Template>,
    ) -> Result<Self, Vec<SettingError>> {
        let (settings, mut errors) = section.read_some::<Settings>();
        if template.is_none() {
            errors.push(SettingError::new(section.span(), "`mapping` is missing"));
        }
        let Some(settings) = settings else { return Err(errors) };
        let Verb::Put = settings.method;
        if !(1..=256).contains(settings.concurrency.get_ref()) {
            errors.push(SettingError::new(settings.concurrency.span(), "1 to 256 requests at once"));
        }
        let Some(template) = template else { return Err(errors) };
        let path = Pattern::parse(template.stream(), settings.path.get_ref())
            .map_err(|bad| errors.push(bad_path(settings.path.span(), template.stream(), &bad)));
        let (Ok(path), true) = (path, errors.is_empty()) else { return Err(errors) };
        let repeat = match settings.repeat {
            Repeats::Idempotent => Repeat::Idempotent,
            Repeats::Blind => Repeat::Blind,
        };
        let concurrency = *settings.concurrency.get_ref();
        let Settings { incomplete, in_place, .. } = settings;
        Ok(Self { client, path, template, limits: Limits { concurrency, repeat, incomplete, in_place } })
    }

    async fn put(&self, rendered: &Rendered) -> Result<Receipt, Fault> {
        let put: Put = serde_json::from_slice(rendered.bytes()).map_err(|_| self.client.broken())?;
        let request = self
            .client
            .request(Method::PUT, &put.path)?
            .header(CONTENT_TYPE, "application/json")
            .header("idempotency-key", &put.key)
            .body(put.body);
        let answer = self.client.send(request, true).await?;
        Ok(self.template.receipt(&answer.body))
    }
}

/// Why a path cannot be used, with the field that was meant where its name is misspelt.
fn bad_path(span: Range<usize>, stream: Stream, bad: &BadPattern) -> SettingError {
    let error = SettingError::new(span, bad.to_string());
    let BadPattern::Unknown(name) = bad else { return error };
    let names: Vec<&str> = stream.required().filter(|name| *name != "bsn").collect();
    match nearest(name, &names) {
        Some(meant) => error.help(format!("did you mean `{{{meant}}}`?")),
        None => error,
    }
}

#[async_trait]
impl contract::Target for Rest {
    fn limits(&self) -> Limits {
        self.limits
    }

    fn render(&self, records: &[Cleared<Record>], stamp: &Stamp) -> Result<Rendered, Problem> {
        let [record] = records else { return Err(Problem::new("", Code::ValueInvalid)) };
        let body = self.template.body(record)?.to_string();
        let put = Put { path: self.path.path(record)?, key: stamp.reference.clone(), body };
        let bytes = serde_json::to_vec(&put).map_err(|_| Problem::new("", Code::ValueInvalid))?;
        Ok(Rendered::new(bytes))
    }

    async fn deliver(&self, rendered: &Rendered) -> Vec<Result<Receipt, Fault>> {
        vec![self.put(rendered).await]
    }
}
