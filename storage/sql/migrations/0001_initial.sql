-- The first schema. What the tables are for is said in ../schema.sql.

CREATE TABLE counters (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    case_id INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    number_key BLOB NOT NULL CHECK (length(number_key) = 16)
) STRICT;

CREATE TABLE inbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    bot_id INTEGER NOT NULL,
    update_id INTEGER NOT NULL,
    payload TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    handled INTEGER NOT NULL DEFAULT 0 CHECK (handled IN (0, 1)),
    error TEXT,
    UNIQUE (bot_id, update_id)
) STRICT;
CREATE INDEX inbox_waiting ON inbox (seq) WHERE handled = 0;
CREATE INDEX inbox_failed ON inbox (received_at) WHERE error IS NOT NULL;
CREATE INDEX inbox_done ON inbox (received_at) WHERE handled = 1 AND error IS NULL;

CREATE TABLE people (
    id INTEGER PRIMARY KEY,
    telegram_id INTEGER NOT NULL UNIQUE,
    language TEXT NOT NULL,
    language_chosen INTEGER NOT NULL CHECK (language_chosen IN (0, 1)),
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE drafts (
    person_id INTEGER PRIMARY KEY REFERENCES people (id),
    updated_at INTEGER NOT NULL,
    due_at INTEGER,
    draft TEXT NOT NULL
) STRICT;
CREATE INDEX drafts_due ON drafts (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX drafts_updated ON drafts (updated_at);

CREATE TABLE incidents (
    id INTEGER PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    lat REAL NOT NULL,
    lon REAL NOT NULL,
    weight REAL NOT NULL,
    cell INTEGER NOT NULL,
    reporters INTEGER NOT NULL,
    area_code TEXT,
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    name TEXT,
    depth_first TEXT,
    depth_last TEXT,
    depth_max TEXT,
    depth_by INTEGER,
    lower_by INTEGER,
    causes TEXT NOT NULL,
    faults TEXT NOT NULL,
    passability TEXT,
    photos INTEGER NOT NULL,
    approximate INTEGER NOT NULL CHECK (approximate IN (0, 1)),
    unsure INTEGER NOT NULL CHECK (unsure IN (0, 1)),
    asked_at INTEGER,
    asked INTEGER NOT NULL,
    ended_at INTEGER,
    merged_into INTEGER REFERENCES incidents (id) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE INDEX incidents_open ON incidents (kind, cell) WHERE state = 'waiting';
CREATE INDEX incidents_quiet ON incidents (last_seen) WHERE state = 'waiting';
CREATE INDEX incidents_first_seen ON incidents (first_seen);
CREATE INDEX incidents_ended ON incidents (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE reports (
    id INTEGER PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    person_id INTEGER NOT NULL REFERENCES people (id),
    incident_id INTEGER NOT NULL REFERENCES incidents (id),
    lat REAL NOT NULL,
    lon REAL NOT NULL,
    accuracy_m REAL,
    area_code TEXT,
    name TEXT,
    source TEXT NOT NULL,
    approximate INTEGER NOT NULL CHECK (approximate IN (0, 1)),
    depth_level TEXT,
    depth_cm INTEGER,
    depth_measured INTEGER CHECK (depth_measured IN (0, 1)),
    at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    fault TEXT,
    cause TEXT,
    passability TEXT,
    note TEXT,
    photos INTEGER NOT NULL,
    passing INTEGER NOT NULL CHECK (passing IN (0, 1)),
    word TEXT NOT NULL,
    word_at INTEGER,
    match_score REAL NOT NULL,
    match_distance_m REAL,
    match_age_s REAL,
    match_others INTEGER NOT NULL,
    match_by TEXT NOT NULL,
    unsure INTEGER NOT NULL CHECK (unsure IN (0, 1)),
    withdrawn INTEGER NOT NULL CHECK (withdrawn IN (0, 1)),
    active INTEGER NOT NULL CHECK (active IN (0, 1))
) STRICT;
CREATE INDEX reports_person ON reports (person_id, at);
CREATE INDEX reports_active ON reports (person_id, at) WHERE active = 1;
CREATE INDEX reports_incident ON reports (incident_id);
CREATE INDEX reports_at ON reports (at);

CREATE TRIGGER incident_opens_or_ends AFTER UPDATE OF state ON incidents
WHEN (old.state = 'waiting') <> (new.state = 'waiting')
BEGIN
    UPDATE reports SET active = (new.state = 'waiting') WHERE incident_id = new.id;
END;

CREATE TABLE photos (
    report_id INTEGER NOT NULL REFERENCES reports (id),
    file_unique_id TEXT NOT NULL,
    file_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (report_id, file_unique_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE incident_events (
    id INTEGER PRIMARY KEY,
    incident_id INTEGER NOT NULL REFERENCES incidents (id),
    what TEXT NOT NULL,
    who TEXT NOT NULL,
    at INTEGER NOT NULL,
    why TEXT NOT NULL,
    after TEXT NOT NULL
) STRICT;
CREATE INDEX incident_events_incident ON incident_events (incident_id);
CREATE INDEX incident_events_renewed ON incident_events (at) WHERE what = 'renewed';

CREATE TABLE said (
    person_id INTEGER NOT NULL REFERENCES people (id),
    message_id INTEGER NOT NULL,
    report_id INTEGER NOT NULL REFERENCES reports (id),
    field TEXT NOT NULL,
    PRIMARY KEY (person_id, message_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX said_report ON said (report_id);

CREATE TABLE different (
    report_id INTEGER NOT NULL REFERENCES reports (id),
    incident_id INTEGER NOT NULL REFERENCES incidents (id),
    PRIMARY KEY (report_id, incident_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE recipients (
    id INTEGER PRIMARY KEY,
    person_id INTEGER UNIQUE REFERENCES people (id),
    chat_id INTEGER UNIQUE,
    reachable INTEGER NOT NULL DEFAULT 1 CHECK (reachable IN (0, 1)),
    paused_until INTEGER NOT NULL DEFAULT 0,
    CHECK ((person_id IS NULL) <> (chat_id IS NULL))
) STRICT;

CREATE TABLE moved_chats (
    old_id INTEGER PRIMARY KEY,
    new_id INTEGER NOT NULL
) STRICT;
CREATE INDEX moved_chats_new ON moved_chats (new_id);

CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    recipient_id INTEGER NOT NULL REFERENCES recipients (id),
    topic_id INTEGER,
    priority INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 3),
    asked INTEGER NOT NULL,
    asked_again INTEGER,
    slot TEXT,
    say TEXT NOT NULL,
    due_at INTEGER NOT NULL,
    expires_at INTEGER,
    state TEXT NOT NULL CHECK (state IN ('queued', 'claimed', 'sent', 'dead')),
    attempts INTEGER NOT NULL DEFAULT 0,
    message_id INTEGER,
    wanted_rev INTEGER NOT NULL DEFAULT 1,
    sent_rev INTEGER NOT NULL DEFAULT 0,
    anew_rev INTEGER NOT NULL DEFAULT 1,
    why TEXT,
    done_at INTEGER
) STRICT;
CREATE UNIQUE INDEX outbox_slot ON outbox (recipient_id, slot);
CREATE INDEX outbox_queued ON outbox (recipient_id, priority, asked, due_at, expires_at) WHERE state = 'queued';
CREATE INDEX outbox_claimed ON outbox (id) WHERE state = 'claimed';
CREATE INDEX outbox_expiring ON outbox (expires_at) WHERE state = 'queued' AND expires_at IS NOT NULL;
CREATE INDEX outbox_done ON outbox (state, done_at) WHERE done_at IS NOT NULL;

CREATE TABLE lanes (
    recipient_id INTEGER NOT NULL REFERENCES recipients (id),
    priority INTEGER NOT NULL,
    look_at INTEGER NOT NULL,
    PRIMARY KEY (recipient_id, priority)
) STRICT, WITHOUT ROWID;
CREATE INDEX lanes_look ON lanes (priority, look_at);

CREATE TABLE work (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    person_id INTEGER REFERENCES people (id),
    asked TEXT NOT NULL,
    due_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    claimed INTEGER NOT NULL DEFAULT 0 CHECK (claimed IN (0, 1))
) STRICT;
CREATE INDEX work_due ON work (due_at) WHERE claimed = 0;

CREATE TABLE digests (
    channel_id INTEGER NOT NULL,
    scheduled_at INTEGER NOT NULL,
    window_from INTEGER NOT NULL,
    window_to INTEGER NOT NULL,
    parts INTEGER NOT NULL,
    late INTEGER NOT NULL CHECK (late IN (0, 1)),
    PRIMARY KEY (channel_id, scheduled_at)
) STRICT, WITHOUT ROWID;

CREATE TABLE attachments (
    key TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    mime TEXT NOT NULL,
    data BLOB NOT NULL,
    until INTEGER NOT NULL
) STRICT;
CREATE INDEX attachments_until ON attachments (until);

CREATE TABLE geocoded (
    query TEXT PRIMARY KEY,
    found TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX geocoded_at ON geocoded (at);
