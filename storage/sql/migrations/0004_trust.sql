-- Which update a message answers, alarms, and who asked to be forgotten. What the tables are for is said in ../schema.sql.

ALTER TABLE outbox ADD COLUMN cause INTEGER;

CREATE TABLE alarms (
    what TEXT NOT NULL,
    since INTEGER NOT NULL,
    told_at INTEGER NOT NULL,
    over_at INTEGER,
    details TEXT NOT NULL,
    times INTEGER NOT NULL,
    PRIMARY KEY (what, since)
) STRICT, WITHOUT ROWID;
CREATE INDEX alarms_over ON alarms (over_at) WHERE over_at IS NOT NULL;

CREATE TABLE erasures (
    fingerprint TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    barred TEXT NOT NULL,
    swept INTEGER NOT NULL DEFAULT 0 CHECK (swept IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE INDEX erasures_at ON erasures (at);

ALTER TABLE counters ADD COLUMN parted_to INTEGER NOT NULL DEFAULT 0;
CREATE INDEX notes_person ON notes (person_id);
CREATE INDEX site_visits_person ON site_visits (person_id);
CREATE INDEX site_words_person ON site_words (person_id);

-- From here on a query is kept as its fingerprint: it is what a person typed.
DELETE FROM geocoded;
