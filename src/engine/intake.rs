//! What becomes of the items of one page: decided and written in one transaction.

use super::decide::{Decision, Seen, decide};
use super::payload::{Origin, Payload};
use super::{Engine, flow_id};
use crate::config::Flow;
use crate::privacy::{Hash, Keyring, Purpose, Scope};
use crate::store::{FlowId, NewEntry, NewRejection, OpenRejection, RunCounts, StoreError, Tx};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use chrono::{DateTime, Utc};
use schakel_api::code::{Actor, Code};
use schakel_api::contract::{Item, Native, SeenFile};
use schakel_api::gate::{Context, clear};
use schakel_api::model::{Direction, Problem, Record, Stream, Unreadable};
use schakel_api::value::{Bsn, Size, Version};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// An item after everything that needs no store.
enum Prepared {
    /// None of the flow's business; with where it came from when it might have been.
    Skipped(Option<Origin>),
    Blocked,
    /// It makes no record.
    Wrong {
        origin: Origin,
        content: String,
        problem: Problem,
    },
    /// The gate let it through.
    Cleared {
        origin: Origin,
        record: Box<Record>,
        version: Option<Version>,
    },
}

impl Prepared {
    fn wrong_key(&self) -> Option<&str> {
        match self {
            Self::Wrong { origin, .. } => Some(&origin.key),
            Self::Skipped(_) | Self::Blocked | Self::Cleared { .. } => None,
        }
    }
}

/// The page being taken in.
pub(super) struct Intake {
    flow: Arc<Flow>,
    id: FlowId,
    run: i64,
    revision: String,
    now: DateTime<Utc>,
    keyring: Arc<Keyring>,
}

impl Intake {
    pub(super) fn new(engine: &Engine, flow: &Arc<Flow>, run: i64) -> Self {
        Self {
            id: flow_id(flow),
            flow: Arc::clone(flow),
            run,
            revision: engine.installation.revision.clone(),
            now: engine.now(),
            keyring: engine.store.keyring(),
        }
    }

    /// Reads, maps and gates the items, without the store.
    pub(super) fn prepare(&self, items: Vec<Item>, position: Option<&str>) -> PreparedPage {
        PreparedPage(items.into_iter().map(|item| self.prepared(item, position)).collect())
    }

    fn prepared(&self, item: Item, position: Option<&str>) -> Prepared {
        let origin = |key: String, handle| Origin { key, handle, position: position.map(str::to_owned) };
        match item {
            Item::Skipped => Prepared::Skipped(None),
            Item::Blocked => Prepared::Blocked,
            Item::Defect { key, handle, code } => {
                Prepared::Wrong { content: key.clone(), origin: origin(key, handle), problem: Problem::new("", code) }
            }
            Item::Native(Native { key, handle, values, version, .. }) => {
                let content = serde_json::to_string(&values).unwrap_or_default();
                let outcome = Record::read(self.flow.stream, &values).map(|record| (record, Some(version)));
                self.judged(origin(key, handle), &content, outcome)
            }
            Item::Row(row) => {
                let content = row.content();
                let Some(mapping) = &self.flow.mapping else { return Prepared::Skipped(None) };
                let mapped = mapping.read(&row);
                let key = mapped.key.unwrap_or_else(|| self.key_of_content(&content));
                self.judged(origin(key, mapped.handle), &content, mapped.outcome)
            }
        }
    }

    /// A row without a key is told apart by what it holds, of which only a keyed hash is kept.
    fn key_of_content(&self, content: &str) -> String {
        let hash = self.keyring.scope(&self.flow.link, None).map(|scope| scope.content(content));
        hash.map(|hash| BASE64.encode(hash.as_bytes())).unwrap_or_default()
    }

    fn judged(
        &self,
        origin: Origin,
        content: &str,
        outcome: Result<(Record, Option<Version>), Unreadable>,
    ) -> Prepared {
        let wrong = |origin, problem| Prepared::Wrong { origin, content: content.to_owned(), problem };
        let (record, version) = match outcome {
            Ok(read) => read,
            Err(Unreadable::OutOfScope) => return Prepared::Skipped(Some(origin)),
            Err(Unreadable::Problems(problems)) => {
                let first = problems.into_iter().next();
                return wrong(origin, first.unwrap_or_else(|| Problem::new("", Code::ValueInvalid)));
            }
        };
        let origin = Origin { handle: origin.handle.filter(|handle| !holds(handle, record.bsn())), ..origin };
        if matches!(record.size(), Some(Size::Amount)) && !self.flow.target.limits().incomplete {
            return wrong(origin, Problem::new("size.limit", Code::CompleteByHand));
        }
        // The key at targets is part of a delivery, not of the question whether the record may pass.
        let context = Context {
            environment: self.flow.environment,
            laws: &self.flow.laws,
            withheld: &self.flow.withheld,
            key: "",
        };
        let observed = Version::observed(self.run.unsigned_abs(), 0);
        match clear(&record, version.as_ref().unwrap_or(&observed), &context) {
            Ok(cleared) => Prepared::Cleared { origin, record: Box::new(cleared.record().clone()), version },
            Err(problem) => wrong(origin, problem),
        }
    }

    /// Writes what the page means; the caller's transaction holds it together with the cursor.
    ///
    /// A file that could not be read before and now can closes its rejection.
    pub(super) fn write(
        &self,
        page: PreparedPage,
        files: &[SeenFile],
        seen_before: u64,
        tx: &mut Tx,
    ) -> Result<RunCounts, StoreError> {
        let mut counts = RunCounts::default();
        let mut open = tx.open_rejections(&self.id)?;
        let wrong: HashSet<String> = page.0.iter().filter_map(Prepared::wrong_key).map(str::to_owned).collect();
        for file in files.iter().filter(|file| !wrong.contains(&file.key)) {
            let origin = Origin { key: file.key.clone(), handle: None, position: None };
            self.mend(tx, &mut open, &origin)?;
        }
        for (at, prepared) in page.0.into_iter().enumerate() {
            counts.fetched += 1;
            let position = seen_before + u64::try_from(at).unwrap_or(u64::MAX);
            let counted = match prepared {
                Prepared::Skipped(origin) => {
                    if let Some(origin) = origin {
                        self.mend(tx, &mut open, &origin)?;
                    }
                    &mut counts.skipped
                }
                Prepared::Blocked => &mut counts.blocked,
                Prepared::Wrong { origin, content, problem } => {
                    match self.reject(tx, &mut open, &origin, &content, &problem)? {
                        true => &mut counts.rejected,
                        false => &mut counts.unchanged,
                    }
                }
                Prepared::Cleared { origin, record, version } => {
                    let observed = Version::observed(self.run.unsigned_abs(), position);
                    match self.journal(tx, &mut open, origin, &record, version.unwrap_or(observed))? {
                        Outcome::Unchanged => &mut counts.unchanged,
                        Outcome::Stale => &mut counts.superseded,
                        Outcome::Rejected => &mut counts.rejected,
                        Outcome::Journalled => &mut counts.journalled,
                    }
                }
            };
            *counted += 1;
        }
        Ok(counts)
    }

    fn link_scope(&self) -> Result<&Scope, StoreError> {
        self.keyring.scope(&self.flow.link, None).ok_or(StoreError::Broken("the link has no keys"))
    }

    /// Opens a rejection, unless the same fault of the same row is open already.
    fn reject(
        &self,
        tx: &mut Tx,
        open: &mut Open,
        origin: &Origin,
        content: &str,
        problem: &Problem,
    ) -> Result<bool, StoreError> {
        let scope = self.link_scope()?;
        let row_key = row_key(scope, origin);
        let content = scope.content(content);
        if let Some(known) = open.get(&row_key) {
            let same = known.content.as_ref() == Some(&content)
                && known.code == problem.code.as_str()
                && known.field == problem.field;
            if same {
                tx.touch_rejection(&known.id, self.now)?;
                return Ok(false);
            }
        }
        let rejection = rejection(&self.flow, scope, &self.revision, origin, problem, Some(content))?;
        let id = tx.reject(rejection, self.now)?;
        let (code, field) = (problem.code.as_str().to_owned(), problem.field.clone());
        open.insert(row_key, OpenRejection { id, content: Some(content), code, field, after_delivery: false });
        Ok(true)
    }

    fn journal(
        &self,
        tx: &mut Tx,
        open: &mut Open,
        origin: Origin,
        record: &Record,
        version: Version,
    ) -> Result<Outcome, StoreError> {
        let (link, law) = (&self.flow.link, record.law());
        let scope =
            self.keyring.scope(link, Some(law)).ok_or(StoreError::Broken("the link has no keys of this law"))?;
        let person = tx.person(link, law, record.bsn(), self.now)?;
        let identity = scope.lookup("identity", &record.identity(person.as_str()));
        let values = record.values();
        let text = serde_json::to_string(&values).map_err(|_| StoreError::Broken("a record cannot be written"))?;
        let seen = Seen { person, content: scope.content(&text), version, retraction: record.is_retraction() };
        let known = tx.head(&self.id, &identity)?;
        // Only what can be taken back can have a deletion that waits for it.
        let waiting = match record.lifecycle() {
            Some(_) => tx.waiting_deletion(&self.id, &identity)?,
            None => None,
        };
        let decision = decide(known.as_ref(), &seen);
        if let (Some(waiting), false) = (&waiting, seen.retraction) {
            // What the deletion waited for is here; unless it is newer, the deletion may go.
            tx.release(waiting, self.now, self.now)?;
        }
        let head = match decision {
            Decision::PersonChanged => {
                let problem = Problem::new("bsn", Code::PersonChanged);
                let rejected = self.reject(tx, open, &origin, &text, &problem)?;
                return Ok(if rejected { Outcome::Rejected } else { Outcome::Unchanged });
            }
            Decision::Unchanged(raised) => {
                if let Some(raised) = raised {
                    tx.set_head(&self.id, &identity, &raised, self.now)?;
                }
                self.mend(tx, open, &origin)?;
                return Ok(Outcome::Unchanged);
            }
            Decision::Stale => {
                self.mend(tx, open, &origin)?;
                return Ok(Outcome::Stale);
            }
            Decision::Journal(head) => head,
        };
        // A deletion that comes before what it deletes waits for it.
        let waits = seen.retraction && (known.is_none() || waiting.is_some());
        if known.is_some() {
            tx.supersede(&self.id, &identity, self.now)?;
        }
        self.mend(tx, open, &origin)?;
        if open.values().any(|open| open.after_delivery) {
            tx.close_refused(&self.id, &identity, self.now)?;
        }
        tx.set_head(&self.id, &identity, &head, self.now)?;
        let payload = Payload { values, version: seen.version.clone(), source: origin };
        let payload = serde_json::to_vec(&payload).map_err(|_| StoreError::Broken("a record cannot be written"))?;
        let entry = NewEntry {
            flow: self.id.clone(),
            target: self.flow.target_system(),
            person: seen.person,
            identity,
            content: seen.content,
            version_kind: seen.version.kind(),
            version: seen.version.text().to_owned(),
            record: scope.seal(Purpose::Record, &payload)?,
            due: (!waits).then_some(self.now),
            run: self.run,
        };
        tx.append(entry, self.now)?;
        Ok(Outcome::Journalled)
    }

    /// Closes the rejection of a row whose source was mended. What the other side refused stays open until the record
    /// itself changes.
    fn mend(&self, tx: &mut Tx, open: &mut Open, origin: &Origin) -> Result<(), StoreError> {
        if open.is_empty() {
            return Ok(());
        }
        match open.remove(&row_key(self.link_scope()?, origin)) {
            Some(mended) => tx.close_rejection(&mended.id, self.now),
            None => Ok(()),
        }
    }
}

/// Whether the digits of a text hold a person's BSN.
fn holds(text: &str, bsn: &Bsn) -> bool {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.contains(bsn.reveal())
}

/// A page after everything that needs no store.
pub(super) struct PreparedPage(Vec<Prepared>);

/// The open rejections of the flow, by row.
type Open = HashMap<Hash, OpenRejection>;

enum Outcome {
    Unchanged,
    Stale,
    Rejected,
    Journalled,
}

fn row_key(scope: &Scope, origin: &Origin) -> Hash {
    scope.lookup("row", &origin.key)
}

/// Who must act: people of the side that the record came from, functional administration or ICT.
fn actor(stream: Stream, code: Code) -> &'static str {
    match (code.actor(), stream.direction()) {
        (Actor::Source, Direction::FrontToBack) => "front-office",
        (Actor::Source, Direction::BackToFront) => "back-office",
        (Actor::Administration, _) => "functional-administration",
        (Actor::Ict, _) => "ict",
    }
}

/// A rejection of a row, with everything readable sealed.
pub(super) fn rejection(
    flow: &Flow,
    scope: &Scope,
    revision: &str,
    origin: &Origin,
    problem: &Problem,
    content: Option<Hash>,
) -> Result<NewRejection, StoreError> {
    let sealed_origin = serde_json::to_vec(origin).map_err(|_| StoreError::Broken("an origin cannot be written"))?;
    let handle = origin.handle.as_ref().map(|handle| scope.seal(Purpose::Handle, handle.as_bytes())).transpose()?;
    Ok(NewRejection {
        link: flow.link.clone(),
        flow: flow_id(flow),
        stream: flow.stream,
        row_key: row_key(scope, origin),
        identity: None,
        entry: None,
        content,
        code: problem.code.as_str().to_owned(),
        field: problem.field.clone(),
        actor: actor(flow.stream, problem.code).to_owned(),
        revision: revision.to_owned(),
        handle,
        origin: scope.seal(Purpose::Origin, &sealed_origin)?,
    })
}
