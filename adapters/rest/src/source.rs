use crate::client::Client;
use crate::mark::Mark;
use async_trait::async_trait;
use chrono::Duration;
use reqwest::Method;
use schakel_api::contract::{self, Cursor, Fault, FilesSeen, Item, Page, Section, SettingError};
use schakel_api::mapping::{Cell, FieldPath, PageSlot, Path, Projection, Slot};
use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

/// Where a flow's rows come from.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Settings {
    /// The path behind the base address.
    path: String,
    /// How the source is read.
    #[serde(default)]
    read: Read,
    /// How pages follow each other.
    paging: Paging,
}

/// How a source is read.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Read {
    /// What changed since the last time.
    #[default]
    Changes,
}

/// How pages follow each other.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Paging {
    /// Where a page tells what to ask for the next one; absent at the end.
    #[schemars(with = "String")]
    next: Spanned<String>,
    /// The query parameter that carries it, and the moment from which a pass starts.
    parameter: String,
    /// Where a row tells when it changed.
    #[schemars(with = "String")]
    since: Spanned<String>,
    /// How far a pass reaches back behind the last change seen, in seconds: what was still being written then.
    #[serde(default = "a_minute")]
    overlap_seconds: u32,
}

fn a_minute() -> u32 {
    60
}

/// Reads pages of rows.
pub(crate) struct Rest {
    client: Client,
    path: String,
    parameter: String,
    overlap: Duration,
    projection: Projection,
    next: PageSlot,
    since: Slot,
}

impl Rest {
    pub(crate) fn open(
        client: Client,
        section: &Section<'_>,
        projection: Option<Projection>,
    ) -> Result<Self, Vec<SettingError>> {
        let (settings, mut errors) = section.read_some::<Settings>();
        if projection.is_none() {
            errors.push(SettingError::new(section.span(), "`mapping` is missing"));
        }
        let (Some(settings), Some(mut projection)) = (settings, projection) else { return Err(errors) };
        let Read::Changes = settings.read;
        let paging = settings.paging;
        let next = Path::parse(paging.next.get_ref())
            .map_err(|bad| errors.push(SettingError::new(paging.next.span(), bad.to_string())));
        let since = FieldPath::parse(paging.since.get_ref(), projection.enclosing())
            .map_err(|bad| errors.push(SettingError::new(paging.since.span(), bad.to_string())));
        let (Ok(next), Ok(since), true) = (next, since, errors.is_empty()) else { return Err(errors) };
        Ok(Self {
            client,
            path: settings.path,
            parameter: paging.parameter,
            overlap: Duration::seconds(paging.overlap_seconds.into()),
            next: projection.page(next),
            since: projection.row(since),
            projection,
        })
    }
}

#[async_trait]
impl contract::Source for Rest {
    async fn fetch(&self, cursor: &Cursor, _: &dyn FilesSeen) -> Result<Page, Fault> {
        let from = match (&cursor.position, &cursor.mark) {
            (Some(position), _) => Some(position.clone()),
            (None, Some(mark)) => Some(Mark::behind(mark, self.overlap)),
            (None, None) => None,
        };
        let request = self.client.request(Method::GET, &self.path)?;
        let request = match &from {
            Some(from) => request.query(&[(self.parameter.as_str(), from.as_str())]),
            None => request,
        };
        let answer = self.client.send(request, false).await?;
        let page = self.projection.read(&answer.body).map_err(|_| self.client.broken())?;
        let reached = page
            .rows
            .iter()
            .filter_map(|row| row.get(self.since).text())
            .fold(cursor.reached.clone(), |reached, since| Mark::later(reached, since, answer.date));
        let position = match page.get(self.next) {
            Cell::Absent => None,
            Cell::Text(position) => Some(position.clone()),
            // Whatever it is, it is not the end.
            Cell::NotSingle => return Err(self.client.broken()),
        };
        if position.is_some() && position == cursor.position {
            // A page that points at itself would be read for ever.
            return Err(self.client.broken());
        }
        let complete = position.is_none();
        let next = match complete {
            true => Cursor { position: None, mark: reached.or_else(|| cursor.mark.clone()), reached: None },
            false => Cursor { position, mark: cursor.mark.clone(), reached },
        };
        let items = page.rows.into_iter().map(Item::Row).collect();
        Ok(Page { items, files: Vec::new(), next, complete })
    }
}
