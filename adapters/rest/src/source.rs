use crate::client::Client;
use crate::mark::Mark;
use async_trait::async_trait;
use chrono::Duration;
use reqwest::Method;
use schakel_api::code::Code;
use schakel_api::contract::{self, Cursor, Fault, FilesSeen, Item, Page, Reads, Section, SettingError};
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
    read: Reads,
    /// How pages follow each other; a whole list may come as one page.
    paging: Option<Paging>,
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
    /// Where a row tells when it changed; a source that gives the whole list each time needs none.
    #[schemars(with = "Option<String>")]
    since: Option<Spanned<String>>,
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
    reads: Reads,
    parameter: Option<String>,
    overlap: Duration,
    projection: Projection,
    next: Option<PageSlot>,
    since: Option<Slot>,
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
        let Settings { path, read, paging } = settings;
        if read == Reads::Changes && paging.as_ref().is_none_or(|paging| paging.since.is_none()) {
            let missing = if paging.is_none() { "`paging` is missing" } else { "`since` is missing in `paging`" };
            let error = SettingError::new(section.span(), missing);
            errors.push(error.help("changes are asked for since a moment; `read = \"snapshot\"` reads the whole list"));
        }
        let overlap = paging.as_ref().map_or(0, |paging| paging.overlap_seconds);
        let mut opened = Self {
            client,
            path,
            reads: read,
            parameter: None,
            overlap: Duration::seconds(overlap.into()),
            next: None,
            since: None,
            projection: projection.clone(),
        };
        if let Some(paging) = paging {
            let mut bad =
                |span, bad: schakel_api::mapping::BadPath| errors.push(SettingError::new(span, bad.to_string()));
            match Path::parse(paging.next.get_ref()) {
                Ok(path) => opened.next = Some(projection.page(path)),
                Err(error) => bad(paging.next.span(), error),
            }
            if let Some(since) = paging.since {
                match FieldPath::parse(since.get_ref(), projection.enclosing()) {
                    Ok(path) => opened.since = Some(projection.row(path)),
                    Err(error) => bad(since.span(), error),
                }
            }
            opened.parameter = Some(paging.parameter);
        }
        if errors.is_empty() { Ok(Self { projection, ..opened }) } else { Err(errors) }
    }

    /// What the query asks for: the next page, what changed since the mark, or everything.
    fn from(&self, cursor: &Cursor) -> Option<String> {
        match (&cursor.position, &cursor.mark) {
            (Some(position), _) => Some(position.clone()),
            (None, Some(mark)) if self.reads == Reads::Changes => Some(Mark::behind(mark, self.overlap)),
            (None, _) => None,
        }
    }
}

#[async_trait]
impl contract::Source for Rest {
    fn reads(&self) -> Reads {
        self.reads
    }

    fn sample(&self, _: &str, bytes: &[u8]) -> Result<Vec<Item>, Code> {
        let page = self.projection.read(bytes).map_err(|_| Code::NotWellFormed)?;
        Ok(page.rows.into_iter().map(Item::Row).collect())
    }

    async fn fetch(&self, cursor: &Cursor, _: &dyn FilesSeen) -> Result<Page, Fault> {
        let request = self.client.request(Method::GET, &self.path)?;
        let request = match (&self.parameter, self.from(cursor)) {
            (Some(parameter), Some(from)) => request.query(&[(parameter.as_str(), from.as_str())]),
            _ => request,
        };
        let answer = self.client.send(request, false).await?;
        let page = self.projection.read(&answer.body).map_err(|_| self.client.broken())?;
        if self.reads == Reads::Snapshot && !page.listed {
            // An empty list would say that everything vanished. Of changes many systems give nothing where there are none.
            return Err(self.client.broken());
        }
        let changed = page.rows.iter().filter_map(|row| row.get(self.since?).text());
        let reached = changed.fold(cursor.reached.clone(), |reached, since| Mark::later(reached, since, answer.date));
        let position = match self.next.map_or(&Cell::Absent, |next| page.get(next)) {
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
        let whole = complete && self.reads == Reads::Snapshot;
        Ok(Page { items, files: Vec::new(), next, complete, whole })
    }
}
