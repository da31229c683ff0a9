-- Offices answer for incidents. What the tables are for is said in ../schema.sql.

CREATE TABLE unit_links (
    unit TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    chat_id INTEGER,
    topic_id INTEGER,
    person_id INTEGER REFERENCES people (id),
    CHECK (chat_id IS NULL OR person_id IS NULL)
) STRICT;

CREATE TABLE officers (
    person_id INTEGER NOT NULL REFERENCES people (id),
    unit TEXT NOT NULL,
    name TEXT NOT NULL,
    at INTEGER NOT NULL,
    removed_at INTEGER,
    PRIMARY KEY (person_id, unit)
) STRICT, WITHOUT ROWID;

CREATE TABLE invites (
    hash TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    unit TEXT NOT NULL,
    made_by INTEGER NOT NULL REFERENCES people (id),
    at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER,
    used_by INTEGER REFERENCES people (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE floods (
    kecamatan TEXT PRIMARY KEY,
    since INTEGER NOT NULL,
    by INTEGER REFERENCES people (id),
    until INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE flood_lists (
    kelurahan TEXT PRIMARY KEY,
    changed INTEGER NOT NULL CHECK (changed IN (0, 1)),
    drawn_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE series (
    id INTEGER PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    lat REAL NOT NULL,
    lon REAL NOT NULL,
    cell INTEGER NOT NULL,
    area_code TEXT,
    name TEXT,
    owner TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    times INTEGER NOT NULL,
    ended_at INTEGER
) STRICT;
CREATE INDEX series_open ON series (cell) WHERE ended_at IS NULL;
CREATE INDEX series_quiet ON series (last_at) WHERE ended_at IS NULL;

CREATE TABLE notes (
    id INTEGER PRIMARY KEY,
    incident_id INTEGER NOT NULL REFERENCES incidents (id),
    unit TEXT NOT NULL,
    person_id INTEGER NOT NULL REFERENCES people (id),
    what TEXT NOT NULL,
    at INTEGER NOT NULL,
    words TEXT,
    quick TEXT,
    photo TEXT,
    photo_unique TEXT
) STRICT;
CREATE INDEX notes_incident ON notes (incident_id);

CREATE TABLE errands (
    person_id INTEGER PRIMARY KEY REFERENCES people (id),
    incident_id INTEGER NOT NULL REFERENCES incidents (id),
    act TEXT NOT NULL,
    at INTEGER NOT NULL,
    args TEXT NOT NULL
) STRICT;
CREATE INDEX errands_at ON errands (at);

CREATE TABLE photo_hashes (
    file_unique_id TEXT PRIMARY KEY,
    incident_id INTEGER NOT NULL REFERENCES incidents (id),
    hash INTEGER NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX photo_hashes_at ON photo_hashes (at);

CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    unit TEXT NOT NULL,
    what TEXT NOT NULL,
    subject TEXT NOT NULL,
    details TEXT NOT NULL
) STRICT;
CREATE INDEX audit_at ON audit (at);

CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN
    SELECT raise(ABORT, 'the audit log is only added to');
END;
CREATE TRIGGER audit_is_not_dropped BEFORE DELETE ON audit
BEGIN
    SELECT raise(ABORT, 'the audit log is only added to');
END;

CREATE INDEX outbox_broadcast ON outbox (slot, state) WHERE priority = 3;

ALTER TABLE people ADD COLUMN blocked_at INTEGER;

ALTER TABLE reports ADD COLUMN muted INTEGER NOT NULL DEFAULT 0 CHECK (muted IN (0, 1));
ALTER TABLE reports ADD COLUMN far INTEGER NOT NULL DEFAULT 0 CHECK (far IN (0, 1));
ALTER TABLE reports ADD COLUMN heard_at INTEGER;
ALTER TABLE reports ADD COLUMN heard INTEGER NOT NULL DEFAULT 0;
ALTER TABLE reports ADD COLUMN rating TEXT;

-- From here on "open" means that it has not ended
DROP TRIGGER incident_opens_or_ends;
DROP INDEX incidents_open;
DROP INDEX incidents_quiet;
UPDATE incidents SET ended_at = CASE WHEN state = 'waiting' THEN NULL ELSE coalesce(ended_at, last_seen) END;

ALTER TABLE incidents ADD COLUMN handling TEXT NOT NULL DEFAULT '{}' CONSTRAINT open_or_ended CHECK (
    (ended_at IS NULL) = (state IN ('waiting', 'coordination', 'disposition', 'process'))
);
ALTER TABLE incidents ADD COLUMN owner TEXT NOT NULL DEFAULT '';
ALTER TABLE incidents ADD COLUMN handling_due INTEGER;
ALTER TABLE incidents ADD COLUMN series_id INTEGER REFERENCES series (id);
ALTER TABLE incidents ADD COLUMN alerted_cm INTEGER;
ALTER TABLE incidents ADD COLUMN posted_cm INTEGER;
ALTER TABLE incidents ADD COLUMN carded_cm INTEGER;

-- Until now the Suku Dinas answered for all, and no clock ran; the history says so too, for digests of past moments
UPDATE incidents SET owner = coalesce(substr(area_code, 1, 5), '31.72');
UPDATE incidents SET handling = json_object('owner', owner, 'since', first_seen, 'had', json_array(owner));
UPDATE incident_events SET after = json_set(
    after, '$.handling', json((SELECT handling FROM incidents WHERE id = incident_id))
);

CREATE INDEX incidents_open ON incidents (kind, cell) WHERE ended_at IS NULL;
CREATE INDEX incidents_quiet ON incidents (last_seen) WHERE ended_at IS NULL;
CREATE INDEX incidents_open_in ON incidents (coalesce(area_code, '')) WHERE ended_at IS NULL;
CREATE INDEX incidents_due ON incidents (handling_due) WHERE handling_due IS NOT NULL;
CREATE INDEX incidents_ended_near ON incidents (kind, cell, ended_at) WHERE ended_at IS NOT NULL;

CREATE TRIGGER incident_opens_or_ends AFTER UPDATE OF ended_at ON incidents
WHEN (old.ended_at IS NULL) <> (new.ended_at IS NULL)
BEGIN
    UPDATE reports SET active = (new.ended_at IS NULL) WHERE incident_id = new.id;
END;

CREATE TRIGGER history_is_not_changed BEFORE UPDATE ON incident_events
BEGIN
    SELECT raise(ABORT, 'the history of an incident is only added to');
END;
CREATE TRIGGER history_is_not_dropped BEFORE DELETE ON incident_events
BEGIN
    SELECT raise(ABORT, 'the history of an incident is only added to');
END;
