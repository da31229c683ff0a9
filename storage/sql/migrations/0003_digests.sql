-- Listed places, parts of the digest for units, updates between digests, public feeds. What the tables are for is said
-- in ../schema.sql.

CREATE TABLE sites (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    lat REAL NOT NULL,
    lon REAL NOT NULL,
    radius_m REAL NOT NULL,
    area_code TEXT,
    unit TEXT NOT NULL,
    at INTEGER NOT NULL,
    task TEXT,
    due_on TEXT,
    state TEXT NOT NULL,
    photo_before TEXT,
    photo_after TEXT,
    visited_at INTEGER,
    visits INTEGER NOT NULL,
    tidied_at INTEGER,
    tidy_words INTEGER NOT NULL,
    again_words INTEGER NOT NULL
) STRICT;

CREATE TABLE site_visits (
    id INTEGER PRIMARY KEY,
    site_id INTEGER NOT NULL REFERENCES sites (id),
    unit TEXT NOT NULL,
    person_id INTEGER NOT NULL REFERENCES people (id),
    at INTEGER NOT NULL,
    found TEXT NOT NULL,
    words TEXT,
    photo TEXT,
    photo_unique TEXT
) STRICT;
CREATE INDEX site_visits_site ON site_visits (site_id, at);

CREATE TABLE site_words (
    site_id INTEGER NOT NULL REFERENCES sites (id),
    person_id INTEGER NOT NULL REFERENCES people (id),
    at INTEGER NOT NULL,
    tidy INTEGER NOT NULL CHECK (tidy IN (0, 1)),
    PRIMARY KEY (site_id, person_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE subscriptions (
    unit TEXT PRIMARY KEY,
    times TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE unit_digests (
    unit TEXT NOT NULL,
    scheduled_at INTEGER NOT NULL,
    window_from INTEGER NOT NULL,
    window_to INTEGER NOT NULL,
    PRIMARY KEY (unit, scheduled_at)
) STRICT, WITHOUT ROWID;
CREATE INDEX unit_digests_scheduled ON unit_digests (scheduled_at);

CREATE TABLE channel_updates (
    channel_id INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    opened INTEGER NOT NULL,
    siaga INTEGER NOT NULL,
    PRIMARY KEY (channel_id, started_at)
) STRICT, WITHOUT ROWID;
CREATE INDEX channel_updates_started ON channel_updates (started_at);

CREATE TABLE feed_states (
    name TEXT PRIMARY KEY,
    tried_at INTEGER NOT NULL,
    next_at INTEGER NOT NULL,
    fetched_at INTEGER,
    etag TEXT,
    modified TEXT,
    content TEXT,
    failing_since INTEGER,
    why TEXT,
    failures INTEGER NOT NULL
) STRICT;

CREATE TABLE weather_days (
    day TEXT NOT NULL,
    kecamatan TEXT NOT NULL,
    rain INTEGER NOT NULL,
    PRIMARY KEY (day, kecamatan)
) STRICT, WITHOUT ROWID;

-- An errand may be about a listed place instead of a case.
DROP INDEX errands_at;
ALTER TABLE errands RENAME TO errands_before;
CREATE TABLE errands (
    person_id INTEGER PRIMARY KEY REFERENCES people (id),
    incident_id INTEGER REFERENCES incidents (id),
    act TEXT NOT NULL,
    at INTEGER NOT NULL,
    args TEXT NOT NULL,
    site_id INTEGER REFERENCES sites (id)
) STRICT;
CREATE INDEX errands_at ON errands (at);
INSERT INTO errands (person_id, incident_id, act, at, args)
SELECT person_id, incident_id, act, at, args FROM errands_before;
DROP TABLE errands_before;

-- A photo may be of a visit to a listed place instead of a case.
DROP INDEX photo_hashes_at;
ALTER TABLE photo_hashes RENAME TO photo_hashes_before;
CREATE TABLE photo_hashes (
    file_unique_id TEXT PRIMARY KEY,
    incident_id INTEGER REFERENCES incidents (id),
    hash INTEGER NOT NULL,
    at INTEGER NOT NULL,
    site_id INTEGER REFERENCES sites (id),
    CHECK ((incident_id IS NULL) <> (site_id IS NULL))
) STRICT;
CREATE INDEX photo_hashes_at ON photo_hashes (at);
INSERT INTO photo_hashes (file_unique_id, incident_id, hash, at)
SELECT file_unique_id, incident_id, hash, at FROM photo_hashes_before;
DROP TABLE photo_hashes_before;

-- Who was open at a time long ago is found without looking at each incident that ended since
DROP INDEX incidents_ended;
CREATE INDEX incidents_ended ON incidents (ended_at, first_seen) WHERE ended_at IS NOT NULL;
