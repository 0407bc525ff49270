-- One schema for SQLite and PostgreSQL: ids are UUIDs as text, moments are UTC, sealed values and hashes are bytes.

CREATE TABLE keys (
    id TEXT NOT NULL PRIMARY KEY,
    link TEXT NOT NULL,
    law TEXT,
    usage TEXT NOT NULL,
    wrapped BYTEA NOT NULL,
    created_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX keys_scope ON keys (link, COALESCE(law, ''), usage);

CREATE TABLE persons (
    id TEXT NOT NULL PRIMARY KEY,
    link TEXT NOT NULL,
    law TEXT NOT NULL,
    lookup BYTEA NOT NULL,
    bsn BYTEA NOT NULL,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (link, law, lookup)
);

CREATE TABLE heads (
    flow TEXT NOT NULL,
    identity BYTEA NOT NULL,
    subject TEXT NOT NULL,
    content BYTEA NOT NULL,
    version_kind TEXT NOT NULL,
    version TEXT NOT NULL,
    in_force BOOLEAN NOT NULL,
    before BOOLEAN NOT NULL,
    accepted BYTEA,
    fixed BYTEA,
    ambiguous BOOLEAN NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    PRIMARY KEY (flow, identity)
);
CREATE INDEX heads_subject ON heads (subject, flow);

-- Which assignments came of which indication. Both are known by the hash of their identity.
CREATE TABLE crosswalk (
    link TEXT NOT NULL,
    indication BYTEA NOT NULL,
    assignment BYTEA NOT NULL,
    indication_id BYTEA NOT NULL,
    assignment_number BYTEA NOT NULL,
    learned_at TIMESTAMP NOT NULL,
    PRIMARY KEY (link, indication, assignment)
);
CREATE INDEX crosswalk_assignment ON crosswalk (link, assignment);

-- What people decided about a flow: that it was adopted, that it pauses, that the brake is off for its next pass. And how
-- much was removed of what was about persons whom the front office does not know.
CREATE TABLE flows (
    flow TEXT NOT NULL PRIMARY KEY,
    adopted_at TIMESTAMP,
    paused_at TIMESTAMP,
    pause TEXT,
    confirmed BOOLEAN NOT NULL,
    removed BIGINT NOT NULL
);

-- The lines of a source that gives its whole list each time: one that a whole pass does not hold has vanished.
CREATE TABLE lines (
    flow TEXT NOT NULL,
    row_key BYTEA NOT NULL,
    run BIGINT NOT NULL,
    vanished BOOLEAN NOT NULL,
    handle BYTEA,
    origin BYTEA NOT NULL,
    PRIMARY KEY (flow, row_key)
);

-- What the installation is for: persons of one environment never meet those of another.
-- When it was last tried whether the store can be written to.
CREATE TABLE installation (
    environment TEXT NOT NULL PRIMARY KEY,
    touched_at TIMESTAMP
);

-- The journal. Only an entry that is still to be delivered has a moment at which it is due, and what is finished has
-- no record any more: the partial indexes stay as small as the work that is left, however long the history grows.
CREATE TABLE entries (
    id TEXT NOT NULL PRIMARY KEY,
    flow TEXT NOT NULL,
    target TEXT NOT NULL,
    subject TEXT NOT NULL,
    identity BYTEA NOT NULL,
    content BYTEA NOT NULL,
    version_kind TEXT NOT NULL,
    version TEXT NOT NULL,
    record BYTEA,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    due TIMESTAMP,
    waits BOOLEAN NOT NULL,
    attempt TEXT,
    fault TEXT,
    receipt BYTEA,
    run BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    CHECK (due IS NULL OR state IN ('queued', 'sending'))
);
CREATE INDEX entries_due ON entries (target, flow, due, id, subject) WHERE due IS NOT NULL;
CREATE INDEX entries_lane ON entries (target, subject, due) WHERE due IS NOT NULL;
CREATE INDEX entries_subject ON entries (subject, state) WHERE record IS NOT NULL;
CREATE INDEX entries_identity ON entries (flow, identity) WHERE record IS NOT NULL;
CREATE INDEX entries_attempt ON entries (attempt) WHERE due IS NOT NULL;
CREATE INDEX entries_run ON entries (run, state);

CREATE TABLE attempts (
    id TEXT NOT NULL PRIMARY KEY,
    target TEXT NOT NULL,
    moment TIMESTAMP NOT NULL,
    bytes BYTEA NOT NULL,
    deadline TIMESTAMP NOT NULL
);

CREATE TABLE rejections (
    id TEXT NOT NULL PRIMARY KEY,
    link TEXT NOT NULL,
    flow TEXT NOT NULL,
    stream TEXT NOT NULL,
    row_key BYTEA NOT NULL,
    identity BYTEA,
    entry TEXT REFERENCES entries (id),
    content BYTEA,
    code TEXT NOT NULL,
    field TEXT NOT NULL,
    revision TEXT NOT NULL,
    actor TEXT NOT NULL,
    state TEXT NOT NULL,
    note BYTEA,
    handle BYTEA,
    origin BYTEA NOT NULL,
    opened_at TIMESTAMP NOT NULL,
    last_seen_at TIMESTAMP NOT NULL,
    closed_at TIMESTAMP
);
CREATE UNIQUE INDEX rejections_open ON rejections (flow, row_key) WHERE closed_at IS NULL;

CREATE TABLE seen_files (
    flow TEXT NOT NULL,
    file BYTEA NOT NULL,
    fingerprint BYTEA NOT NULL,
    seen_at TIMESTAMP NOT NULL,
    PRIMARY KEY (flow, file)
);

CREATE TABLE cursors (
    flow TEXT NOT NULL PRIMARY KEY,
    cursor BYTEA NOT NULL,
    updated_at TIMESTAMP NOT NULL
);

CREATE TABLE runs (
    id BIGINT NOT NULL PRIMARY KEY,
    flow TEXT NOT NULL,
    started_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    fault TEXT,
    partial BOOLEAN NOT NULL,
    fetched BIGINT NOT NULL,
    unchanged BIGINT NOT NULL,
    superseded BIGINT NOT NULL,
    rejected BIGINT NOT NULL,
    skipped BIGINT NOT NULL,
    blocked BIGINT NOT NULL,
    journalled BIGINT NOT NULL
);
CREATE INDEX runs_flow ON runs (flow, id);
