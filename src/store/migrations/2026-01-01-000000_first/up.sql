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
    person TEXT NOT NULL REFERENCES persons (id),
    content BYTEA NOT NULL,
    version_kind TEXT NOT NULL,
    version TEXT NOT NULL,
    in_force BOOLEAN NOT NULL,
    before BOOLEAN NOT NULL,
    rejected BOOLEAN NOT NULL,
    accepted BYTEA,
    updated_at TIMESTAMP NOT NULL,
    PRIMARY KEY (flow, identity)
);

-- The journal. Only an entry that is still to be delivered has a moment at which it is due, and what is finished has
-- no record any more: the partial indexes stay as small as the work that is left, however long the history grows.
CREATE TABLE entries (
    id TEXT NOT NULL PRIMARY KEY,
    flow TEXT NOT NULL,
    target TEXT NOT NULL,
    person TEXT NOT NULL REFERENCES persons (id),
    identity BYTEA NOT NULL,
    content BYTEA NOT NULL,
    version_kind TEXT NOT NULL,
    version TEXT NOT NULL,
    record BYTEA,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    due TIMESTAMP,
    attempt TEXT,
    fault TEXT,
    receipt BYTEA,
    run BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    CHECK (due IS NULL OR state IN ('queued', 'sending'))
);
CREATE INDEX entries_due ON entries (target, due, id, person) WHERE due IS NOT NULL;
CREATE INDEX entries_lane ON entries (target, person, due) WHERE due IS NOT NULL;
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
    fetched BIGINT NOT NULL,
    unchanged BIGINT NOT NULL,
    superseded BIGINT NOT NULL,
    rejected BIGINT NOT NULL,
    skipped BIGINT NOT NULL,
    blocked BIGINT NOT NULL,
    journalled BIGINT NOT NULL
);
CREATE INDEX runs_flow ON runs (flow, id);
