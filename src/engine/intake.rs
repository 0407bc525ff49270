//! What becomes of the items of one page: decided and written in one transaction.

use super::crosswalk::stated;
use super::decide::{Decision, Seen, decide};
use super::payload::{Origin, Payload};
use super::prepare::{Cleared, Prepared, Preparer};
use super::reject::{rejection, row_key};
use super::seen::{seen, subject};
use super::{Engine, flow_id, flow_ids};
use crate::config::{Brake, Flow, Mode};
use crate::privacy::{Hash, Keyring, Purpose, Scope};
use crate::store::{
    EntryState, FlowId, FlowState, NewEntry, OpenRejection, Pause, RunCounts, StoreError, SubjectId, Tx,
};
use chrono::{DateTime, Utc};
use schakel_api::code::Code;
use schakel_api::contract::{Item, SeenFile};
use schakel_api::model::{Problem, Stream};
use schakel_api::value::Version;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// The page being taken in.
pub(super) struct Intake {
    pub(super) flow: Arc<Flow>,
    pub(super) id: FlowId,
    pub(super) run: i64,
    pub(super) revision: String,
    pub(super) now: DateTime<Utc>,
    pub(super) keyring: Arc<Keyring>,
    pub(super) deciding: Vec<FlowId>,
    /// The flows of the link that are in shadow.
    pub(super) shadow: Vec<FlowId>,
}

/// What a pass came to before this page, and what the brake must know.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Progress {
    /// Items that earlier pages held.
    pub(super) fetched: u64,
    /// Records that the target does not hold yet.
    pub(super) creations: i64,
    /// Records that the target holds, with another content.
    pub(super) changes: i64,
    /// What the flow knew when its changes became so many that this matters.
    pub(super) known: Option<i64>,
    /// Whether the brake is off for this pass.
    pub(super) unbraked: bool,
    /// Whether that is because somebody confirmed what the pass brings.
    pub(super) confirmed: bool,
    /// Whether the flow pauses, since the brake or somebody stopped it.
    pub(super) paused: bool,
    /// When the pass began, unless an earlier one had been broken off within it.
    pub(super) whole_since: Option<DateTime<Utc>>,
}

/// A page after everything that needs no store.
pub(super) struct PreparedPage {
    items: Vec<Prepared>,
    /// The pass ends here and gave the whole list.
    whole: bool,
}

/// The open rejections of the flow, by row.
pub(super) type Open = HashMap<Hash, OpenRejection>;

/// What became of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Unchanged,
    Stale,
    Rejected,
    /// Its entry waits in this state.
    Journalled(EntryState),
    Skipped,
    Blocked,
}

impl Intake {
    pub(super) fn new(engine: &Engine, flow: &Arc<Flow>, run: i64) -> Self {
        let link = engine.installation.links.iter().find(|link| link.name == flow.link);
        let flows = link.iter().flat_map(|link| &link.flows);
        Self {
            id: flow_id(flow),
            flow: Arc::clone(flow),
            run,
            revision: engine.installation.revision.clone(),
            now: engine.now(),
            keyring: engine.store.keyring(),
            deciding: flow_ids(&flow.deciding),
            shadow: flows.filter(|flow| flow.mode == Mode::Shadow).map(|flow| flow_id(flow)).collect(),
        }
    }

    /// Reads, maps and gates the items, without the store.
    pub(super) fn prepare(&self, items: Vec<Item>, position: Option<&str>, whole: bool) -> PreparedPage {
        let preparer = Preparer { flow: &self.flow, keyring: &self.keyring };
        PreparedPage { items: items.into_iter().map(|item| preparer.prepared(item, position)).collect(), whole }
    }

    /// Writes what the page means; the caller's transaction holds it together with the cursor.
    ///
    /// A file that could not be read before and now can closes its rejection.
    pub(super) fn write(
        &self,
        page: PreparedPage,
        files: &[SeenFile],
        progress: &mut Progress,
        tx: &mut Tx,
    ) -> Result<RunCounts, StoreError> {
        let mut counts = RunCounts::default();
        let mut open = tx.open_rejections(&self.id)?;
        let wrong = |prepared: &Prepared| match prepared {
            Prepared::Wrong { origin, .. } => Some(origin.key.clone()),
            Prepared::Skipped(_) | Prepared::Blocked | Prepared::Cleared(_) => None,
        };
        let wrong: HashSet<String> = page.items.iter().filter_map(wrong).collect();
        for file in files.iter().filter(|file| !wrong.contains(&file.key)) {
            let origin = Origin { key: file.key.clone(), handle: None, position: None };
            self.mend(tx, &mut open, &origin)?;
        }
        if !files.is_empty() && !open.is_empty() {
            self.mend_lines(tx, &mut open, files, &wrong, progress)?;
        }
        for prepared in page.items {
            self.meet(tx, &prepared)?;
            self.take(tx, &mut open, prepared, progress, &mut counts)?;
        }
        if page.whole {
            self.report_vanished(tx, &mut open)?;
        }
        self.brake(tx, progress)?;
        Ok(counts)
    }

    /// Writes what one item means, and counts it.
    pub(super) fn take(
        &self,
        tx: &mut Tx,
        open: &mut Open,
        prepared: Prepared,
        progress: &mut Progress,
        counts: &mut RunCounts,
    ) -> Result<Outcome, StoreError> {
        let observed = Version::observed(self.run.unsigned_abs(), progress.fetched);
        (progress.fetched, counts.fetched) = (progress.fetched + 1, counts.fetched + 1);
        let outcome = match prepared {
            Prepared::Blocked => Outcome::Blocked,
            Prepared::Skipped(origin) => {
                if let Some(origin) = origin {
                    self.mend(tx, open, &origin)?;
                }
                Outcome::Skipped
            }
            Prepared::Wrong { origin, content, problem, .. } => self.reject(tx, open, &origin, &content, &problem)?,
            Prepared::Cleared(cleared) => self.taken(tx, open, cleared, observed, progress)?,
        };
        *match outcome {
            Outcome::Unchanged => &mut counts.unchanged,
            Outcome::Stale => &mut counts.superseded,
            Outcome::Rejected => &mut counts.rejected,
            Outcome::Journalled(_) => &mut counts.journalled,
            Outcome::Skipped => &mut counts.skipped,
            Outcome::Blocked => &mut counts.blocked,
        } += 1;
        Ok(outcome)
    }

    pub(super) fn link_scope(&self) -> Result<&Scope, StoreError> {
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
    ) -> Result<Outcome, StoreError> {
        let scope = self.link_scope()?;
        let row_key = row_key(scope, origin);
        let content = scope.content(content);
        if let Some(known) = open.get(&row_key) {
            let same = known.content.as_ref() == Some(&content)
                && known.code == problem.code.as_str()
                && known.field == problem.field;
            if same {
                tx.touch_rejection(&known.id, self.now)?;
                return Ok(Outcome::Unchanged);
            }
        }
        let rejection = rejection(&self.flow, scope, &self.revision, origin, problem, Some(content))?;
        let id = tx.reject(rejection, self.now)?;
        let (code, field) = (problem.code.as_str().to_owned(), problem.field.clone());
        open.insert(row_key, OpenRejection { id, content: Some(content), code, field, after_delivery: false });
        Ok(Outcome::Rejected)
    }

    /// What a record means: compared with the owner of the catalogue, or journalled when there is something new.
    fn taken(
        &self,
        tx: &mut Tx,
        open: &mut Open,
        cleared: Cleared,
        observed: Version,
        progress: &mut Progress,
    ) -> Result<Outcome, StoreError> {
        let law = cleared.record.law();
        let scope = self
            .keyring
            .scope(&self.flow.link, Some(law))
            .ok_or(StoreError::Broken("the link has no keys of this law"))?;
        let subject = subject(tx, scope, &self.flow.link, &cleared.record, self.now)?;
        let identity = scope.lookup("identity", &cleared.record.identity(subject.as_str()));
        let values = cleared.record.values();
        let text = serde_json::to_string(&values).map_err(|_| StoreError::Broken("a record cannot be written"))?;
        if self.flow.to.is_none() {
            return self.compare(tx, open, &cleared.origin, &identity, scope.content(&text), &text);
        }
        let version = cleared.version.clone().unwrap_or(observed);
        let seen = seen(scope, subject, &text, &cleared.record, version);
        let known = tx.head(&self.id, &identity)?;
        if known.as_ref().is_some_and(|head| head.ambiguous) {
            let problem = Problem::new("", Code::MatchAmbiguous);
            return self.reject(tx, open, &cleared.origin, "ambiguous", &problem);
        }
        // Only what can be taken back can have a deletion that waits for it.
        let waiting = match cleared.record.lifecycle() {
            Some(_) => tx.waiting_deletion(&self.id, &identity)?,
            None => None,
        };
        let in_place = self.flow.target().is_some_and(|target| target.limits().in_place);
        let decision = decide(known.as_ref(), &seen, in_place);
        if let (Some(waiting), false) = (&waiting, seen.retraction) {
            // What the deletion waited for is here; unless it is newer, the deletion may go.
            tx.release(waiting, self.now, self.now)?;
        }
        let refused = match decision {
            Decision::PersonChanged => Problem::new("bsn", Code::PersonChanged),
            Decision::ChangedInPlace => Problem::new("", Code::ChangedInPlace),
            Decision::Unchanged(raised) => {
                if let Some(raised) = raised {
                    tx.set_head(&self.id, &identity, &raised, self.now)?;
                }
                self.mend(tx, open, &cleared.origin)?;
                return Ok(Outcome::Unchanged);
            }
            Decision::Stale => {
                self.mend(tx, open, &cleared.origin)?;
                return Ok(Outcome::Stale);
            }
            Decision::Journal(head) => {
                // A deletion that comes before what it deletes waits for it.
                let waits = seen.retraction && (known.is_none() || waiting.is_some());
                *if head.accepted.is_some() { &mut progress.changes } else { &mut progress.creations } += 1;
                if known.is_some() {
                    tx.supersede(&self.id, &identity, self.now)?;
                }
                self.mend(tx, open, &cleared.origin)?;
                if open.values().any(|open| open.after_delivery) {
                    tx.close_refused(&self.id, &identity, self.now)?;
                }
                tx.set_head(&self.id, &identity, &head, self.now)?;
                if let Some(pair) = stated(scope, &cleared.record)? {
                    tx.learn(&self.flow.link, &pair, self.now)?;
                }
                if self.flow.stream == Stream::Indication && seen.in_force {
                    tx.release_unseen(&seen.subject, &self.shadow, self.now)?;
                }
                let exempt = self.flow.pass.lets(law, cleared.referrer.as_deref());
                let payload = Payload {
                    values,
                    version: seen.version.clone(),
                    source: cleared.origin,
                    referrer: cleared.referrer,
                };
                let target = self.flow.target_system().unwrap_or_default();
                let place = self.place(tx, &seen.subject, exempt, waits)?;
                self.append(tx, scope, target, identity, seen, &payload, (place.0, place.1, waits))?;
                return Ok(Outcome::Journalled(place.0));
            }
        };
        self.reject(tx, open, &cleared.origin, &text, &refused)
    }

    /// Where an entry goes: unseen while the front office may not know of its person, else as the flow's mode says.
    fn place(
        &self,
        tx: &mut Tx,
        subject: &SubjectId,
        exempt: bool,
        waits: bool,
    ) -> Result<(EntryState, Option<DateTime<Utc>>), StoreError> {
        let hidden = self.flow.is_confidential() && !exempt && !tx.holds(subject, &self.deciding)?;
        Ok(match (hidden, self.flow.mode) {
            (true, _) => (EntryState::Unseen, None),
            (false, Mode::Shadow) => (EntryState::Shadow, None),
            (false, _) => (EntryState::Queued, (!waits).then_some(self.now)),
        })
    }

    #[expect(clippy::too_many_arguments, reason = "each is a part of the one entry that they make")]
    fn append(
        &self,
        tx: &mut Tx,
        scope: &Scope,
        target: String,
        identity: Hash,
        seen: Seen,
        payload: &Payload,
        (state, due, waits): (EntryState, Option<DateTime<Utc>>, bool),
    ) -> Result<(), StoreError> {
        let payload = serde_json::to_vec(payload).map_err(|_| StoreError::Broken("a record cannot be written"))?;
        let entry = NewEntry {
            flow: self.id.clone(),
            target,
            subject: seen.subject,
            identity,
            content: seen.content,
            version_kind: seen.version.kind(),
            version: seen.version.text().to_owned(),
            record: scope.seal(Purpose::Record, &payload)?,
            state,
            due,
            waits,
            run: self.run,
        };
        tx.append(entry, self.now).map(drop)
    }

    /// What the follower of the catalogue says beside its owner: a difference is told, and goes nowhere.
    fn compare(
        &self,
        tx: &mut Tx,
        open: &mut Open,
        origin: &Origin,
        identity: &Hash,
        content: Hash,
        text: &str,
    ) -> Result<Outcome, StoreError> {
        let mut owner = None;
        for flow in &self.deciding {
            if !tx.has_finished(flow)? {
                // Before the owner's list was read nothing can be said.
                return Ok(Outcome::Skipped);
            }
            owner = owner.or(tx.head(flow, identity)?);
        }
        if owner.as_ref().is_some_and(|head| head.content == Hash::NONE) {
            // What the owner says is read anew first.
            return Ok(Outcome::Skipped);
        }
        if owner.is_some_and(|head| head.content == content) {
            self.mend(tx, open, origin)?;
            return Ok(Outcome::Unchanged);
        }
        self.reject(tx, open, origin, text, &Problem::new("", Code::CatalogueDiffers))
    }

    /// Pauses the flow when the pass brings more than its brake lets through, also when somebody paused it meanwhile;
    /// nothing of this page is delivered then.
    fn brake(&self, tx: &mut Tx, progress: &mut Progress) -> Result<(), StoreError> {
        let state = tx.flow_state(&self.id)?;
        progress.paused = state.paused.is_some();
        let Progress { creations, changes, unbraked, .. } = *progress;
        if self.flow.mode != Mode::On || unbraked || matches!(state.paused, Some((_, Pause::Brake))) {
            return Ok(());
        }
        if changes > Brake::ALWAYS && progress.known.is_none() {
            // Counting walks everything that the flow knows, so it is done at most once in a pass.
            progress.known = Some(tx.count_known(&self.id)?);
        }
        if self.flow.brake.stops(creations, changes, progress.known.unwrap_or_default()) {
            tracing::error!(
                flow = self.flow.id,
                creations,
                changes,
                "more than the brake lets through; the flow pauses"
            );
            tx.set_flow_state(&self.id, FlowState { paused: Some((self.now, Pause::Brake)), ..state })?;
            progress.paused = true;
        }
        Ok(())
    }
}
