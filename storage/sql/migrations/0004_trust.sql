-- Which update a message answers, alarms, and who asked to be forgotten. What the tables are for is said in ../schema.sql.

ALTER TABLE outbox ADD COLUMN cause INTEGER;

CREATE TABLE alarms (
    what TEXT NOT NULL,
    subject TEXT NOT NULL,
    since INTEGER NOT NULL,
    told_at INTEGER,
    over_at INTEGER,
    details TEXT NOT NULL,
    PRIMARY KEY (what, subject, since)
) STRICT, WITHOUT ROWID;
CREATE INDEX alarms_over ON alarms (over_at) WHERE over_at IS NOT NULL;

CREATE TABLE erasures (
    fingerprint TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    barred TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX erasures_at ON erasures (at);

-- From here on a query is kept as its fingerprint: it is what a person typed.
DELETE FROM geocoded;
