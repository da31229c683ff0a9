-- The database as it is after all migrations (a test holds the two against each other).
--
-- Instants are whole microseconds since 1970-01-01 UTC, yes/no is 1/0, JSON is made by storage/codec.py.
-- Coordinates are WGS84 degrees. Only `people` and unhandled payloads of `inbox` hold a Telegram id of a person.

-- The last ids given out (one row). Reports and incidents share case_id; message_id orders the outbox.
-- parted_to: the reports of cases that ended by then have been parted from the people who made them.
CREATE TABLE counters (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    case_id INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    number_key BLOB NOT NULL CHECK (length(number_key) = 16),
    parted_to INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Raw updates in our own order. bot_id 0: internal events, whose update_id is the id of the work they came from.
-- A handled row is kept empty for a while, since Telegram may deliver it once more; a failed one keeps its payload.
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

-- id and telegram_id below 0: nobody any more; what they reported or did stays.
CREATE TABLE people (
    id INTEGER PRIMARY KEY,
    telegram_id INTEGER NOT NULL UNIQUE,
    language TEXT NOT NULL,
    language_chosen INTEGER NOT NULL CHECK (language_chosen IN (0, 1)),
    created_at INTEGER NOT NULL,
    blocked_at INTEGER
) STRICT;

-- A person's conversation. due_at: the earlier of its remind_at and expires_at.
CREATE TABLE drafts (
    person_id INTEGER PRIMARY KEY REFERENCES people (id),
    updated_at INTEGER NOT NULL,
    due_at INTEGER,
    draft TEXT NOT NULL
) STRICT;
CREATE INDEX drafts_due ON drafts (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX drafts_updated ON drafts (updated_at);

-- cell: H3 cell of resolution 10 of the centre. Open incidents are found by it whatever the length of the history.
-- handling: who answers for it, and how far they are (JSON); owner and handling_due (when a clock, a reminder or an
-- offer runs out; NULL once it ended) are taken out of it. ..._cm: how deep it was when others were last told.
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
    merged_into INTEGER REFERENCES incidents (id) DEFERRABLE INITIALLY DEFERRED,
    handling TEXT NOT NULL DEFAULT '{}' CONSTRAINT open_or_ended CHECK (
        (ended_at IS NULL) = (state IN ('waiting', 'coordination', 'disposition', 'process'))
    ),
    owner TEXT NOT NULL DEFAULT '',
    handling_due INTEGER,
    series_id INTEGER REFERENCES series (id),
    alerted_cm INTEGER,
    posted_cm INTEGER,
    carded_cm INTEGER
) STRICT;
CREATE INDEX incidents_open ON incidents (kind, cell) WHERE ended_at IS NULL;
CREATE INDEX incidents_quiet ON incidents (last_seen) WHERE ended_at IS NULL;
CREATE INDEX incidents_open_in ON incidents (coalesce(area_code, '')) WHERE ended_at IS NULL;
CREATE INDEX incidents_due ON incidents (handling_due) WHERE handling_due IS NOT NULL;
CREATE INDEX incidents_ended_near ON incidents (kind, cell, ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX incidents_first_seen ON incidents (first_seen);
CREATE INDEX incidents_ended ON incidents (ended_at, first_seen) WHERE ended_at IS NOT NULL;

-- active: its incident is open (kept by triggers), so that a person's open reports are found without their history.
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
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    muted INTEGER NOT NULL DEFAULT 0 CHECK (muted IN (0, 1)),
    far INTEGER NOT NULL DEFAULT 0 CHECK (far IN (0, 1)),
    heard_at INTEGER,
    heard INTEGER NOT NULL DEFAULT 0,
    rating TEXT
) STRICT;
CREATE INDEX reports_person ON reports (person_id, at);
CREATE INDEX reports_active ON reports (person_id, at) WHERE active = 1;
CREATE INDEX reports_incident ON reports (incident_id);
CREATE INDEX reports_at ON reports (at);

CREATE TRIGGER incident_opens_or_ends AFTER UPDATE OF ended_at ON incidents
WHEN (old.ended_at IS NULL) <> (new.ended_at IS NULL)
BEGIN
    UPDATE reports SET active = (new.ended_at IS NULL) WHERE incident_id = new.id;
END;

CREATE TABLE photos (
    report_id INTEGER NOT NULL REFERENCES reports (id),
    file_unique_id TEXT NOT NULL,
    file_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (report_id, file_unique_id)
) STRICT, WITHOUT ROWID;

-- What happened to an incident, only ever added to. after: what may have changed, as it was right afterwards.
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

CREATE TRIGGER history_is_not_changed BEFORE UPDATE ON incident_events
BEGIN
    SELECT raise(ABORT, 'the history of an incident is only added to');
END;
CREATE TRIGGER history_is_not_dropped BEFORE DELETE ON incident_events
BEGIN
    SELECT raise(ABORT, 'the history of an incident is only added to');
END;

-- What a person's message said, so that an edit of it corrects that.
CREATE TABLE said (
    person_id INTEGER NOT NULL REFERENCES people (id),
    message_id INTEGER NOT NULL,
    report_id INTEGER NOT NULL REFERENCES reports (id),
    field TEXT NOT NULL,
    PRIMARY KEY (person_id, message_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX said_report ON said (report_id);

-- "This is another puddle": the report is not of the incident.
CREATE TABLE different (
    report_id INTEGER NOT NULL REFERENCES reports (id),
    incident_id INTEGER NOT NULL REFERENCES incidents (id),
    PRIMARY KEY (report_id, incident_id)
) STRICT, WITHOUT ROWID;

-- The chat where a unit is told: a group or topic, or one officer's private chat; neither: not connected any more.
CREATE TABLE unit_links (
    unit TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    chat_id INTEGER,
    topic_id INTEGER,
    person_id INTEGER REFERENCES people (id),
    CHECK (chat_id IS NULL OR person_id IS NULL)
) STRICT;

-- Who works for a unit (unit 'admin': an admin who was invited). Those removed stay, so that they stay out.
CREATE TABLE officers (
    person_id INTEGER NOT NULL REFERENCES people (id),
    unit TEXT NOT NULL,
    name TEXT NOT NULL,
    at INTEGER NOT NULL,
    removed_at INTEGER,
    PRIMARY KEY (person_id, unit)
) STRICT, WITHOUT ROWID;

-- Invitations. hash: SHA-256 of the token in the link, which is kept nowhere.
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

-- Mode banjir: the last one of each kecamatan. until: it is over. by: who switched it on; NULL: by itself.
CREATE TABLE floods (
    kecamatan TEXT PRIMARY KEY,
    since INTEGER NOT NULL,
    by INTEGER REFERENCES people (id),
    until INTEGER
) STRICT, WITHOUT ROWID;

-- The list card of a kelurahan in mode banjir. changed: it has to be drawn anew.
CREATE TABLE flood_lists (
    kelurahan TEXT PRIMARY KEY,
    changed INTEGER NOT NULL CHECK (changed IN (0, 1)),
    drawn_at INTEGER
) STRICT, WITHOUT ROWID;

-- The same water again and again at a spot (rob). cell: H3 cell of resolution 10.
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

-- What officers wrote about an incident; its history refers to it by id.
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
CREATE INDEX notes_person ON notes (person_id);

-- Listed places (penataan); people say their id as P7. due_on: a local date. photo_...: Telegram's file ids.
-- visited_at, visits: of units. ..._words: what residents near by said since the last visit.
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

-- Somebody of a unit was at a listed place; only ever added to. found: what they found it to be.
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
CREATE INDEX site_visits_person ON site_visits (person_id);

-- What a resident near a listed place said of it last.
CREATE TABLE site_words (
    site_id INTEGER NOT NULL REFERENCES sites (id),
    person_id INTEGER NOT NULL REFERENCES people (id),
    at INTEGER NOT NULL,
    tidy INTEGER NOT NULL CHECK (tidy IN (0, 1)),
    PRIMARY KEY (site_id, person_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX site_words_person ON site_words (person_id);

-- What an officer's next message in the private chat counts for: about an incident, or a listed place. args: JSON.
CREATE TABLE errands (
    person_id INTEGER PRIMARY KEY REFERENCES people (id),
    incident_id INTEGER REFERENCES incidents (id),
    act TEXT NOT NULL,
    at INTEGER NOT NULL,
    args TEXT NOT NULL,
    site_id INTEGER REFERENCES sites (id)
) STRICT;
CREATE INDEX errands_at ON errands (at);

-- Difference hashes of photos (64 bits, as a signed integer), to recognise one that is used again:
-- for a case, or for a visit to a listed place.
CREATE TABLE photo_hashes (
    file_unique_id TEXT PRIMARY KEY,
    incident_id INTEGER REFERENCES incidents (id),
    hash INTEGER NOT NULL,
    at INTEGER NOT NULL,
    site_id INTEGER REFERENCES sites (id),
    CHECK ((incident_id IS NULL) <> (site_id IS NULL))
) STRICT;
CREATE INDEX photo_hashes_at ON photo_hashes (at);

-- What officers and admins did, only ever added to. person_id refers to no row: what was done stays whoever goes.
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

-- Who can be written to: a person, or a chat (group, channel). paused_until: nothing is sent before.
CREATE TABLE recipients (
    id INTEGER PRIMARY KEY,
    person_id INTEGER UNIQUE REFERENCES people (id),
    chat_id INTEGER UNIQUE,
    reachable INTEGER NOT NULL DEFAULT 1 CHECK (reachable IN (0, 1)),
    paused_until INTEGER NOT NULL DEFAULT 0,
    CHECK ((person_id IS NULL) <> (chat_id IS NULL))
) STRICT;

-- Groups that became supergroups; new_id is always the latest one.
CREATE TABLE moved_chats (
    old_id INTEGER PRIMARY KEY,
    new_id INTEGER NOT NULL
) STRICT;
CREATE INDEX moved_chats_new ON moved_chats (new_id);

-- Messages to send, as data (say: JSON). asked: their order; asked_again: the order of a change wanted while claimed.
-- A slot's row stays when it was sent ('sent', say emptied), so that a change of what is wanted finds its message.
-- anew_rev: from this revision on it is a new message. done_at: when it became sent or dead. cause: seq of the inbox row
-- that asked for it last (which may be gone).
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
    done_at INTEGER,
    cause INTEGER
) STRICT;
CREATE UNIQUE INDEX outbox_slot ON outbox (recipient_id, slot);
CREATE INDEX outbox_queued ON outbox (recipient_id, priority, asked, due_at, expires_at) WHERE state = 'queued';
CREATE INDEX outbox_claimed ON outbox (id) WHERE state = 'claimed';
CREATE INDEX outbox_expiring ON outbox (expires_at) WHERE state = 'queued' AND expires_at IS NOT NULL;
CREATE INDEX outbox_done ON outbox (state, done_at) WHERE done_at IS NOT NULL;
CREATE INDEX outbox_broadcast ON outbox (slot, state) WHERE priority = 3;

-- The queue of queues: who is owed something at which priority, and when to look. Derived from outbox and recipients,
-- so that a claim looks at one row a recipient, however many are queued for it.
CREATE TABLE lanes (
    recipient_id INTEGER NOT NULL REFERENCES recipients (id),
    priority INTEGER NOT NULL,
    look_at INTEGER NOT NULL,
    PRIMARY KEY (recipient_id, priority)
) STRICT, WITHOUT ROWID;
CREATE INDEX lanes_look ON lanes (priority, look_at);

-- Slow work. AUTOINCREMENT: an id is the key of its result in the inbox, so it must never come back.
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

-- Units that want their own part of the digest. times: local times of day, e.g. `06:00:00 15:00:00`; empty: none.
CREATE TABLE subscriptions (
    unit TEXT PRIMARY KEY,
    times TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Parts of the digest that were enqueued for units.
CREATE TABLE unit_digests (
    unit TEXT NOT NULL,
    scheduled_at INTEGER NOT NULL,
    window_from INTEGER NOT NULL,
    window_to INTEGER NOT NULL,
    PRIMARY KEY (unit, scheduled_at)
) STRICT, WITHOUT ROWID;
CREATE INDEX unit_digests_scheduled ON unit_digests (scheduled_at);

-- What was posted to a channel between digests. opened: new puddles within the hour then; siaga: the worst gate class.
CREATE TABLE channel_updates (
    channel_id INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    opened INTEGER NOT NULL,
    siaga INTEGER NOT NULL,
    PRIMARY KEY (channel_id, started_at)
) STRICT, WITHOUT ROWID;
CREATE INDEX channel_updates_started ON channel_updates (started_at);

-- How reading the public feeds goes. content: what was read last (JSON). failing_since: it has not answered well since.
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

-- The most rain that was forecast for a kecamatan on a local day. rain: 0 none to 3 heavy.
CREATE TABLE weather_days (
    day TEXT NOT NULL,
    kecamatan TEXT NOT NULL,
    rain INTEGER NOT NULL,
    PRIMARY KEY (day, kecamatan)
) STRICT, WITHOUT ROWID;

-- Files to be sent.
CREATE TABLE attachments (
    key TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    mime TEXT NOT NULL,
    data BLOB NOT NULL,
    until INTEGER NOT NULL
) STRICT;
CREATE INDEX attachments_until ON attachments (until);

-- What the admins were told is wrong. told_at: its message was last written. over_at: it is well again.
-- details: JSON, the values of its text. times: how often it came.
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

-- Who asked to be forgotten, as a keyed fingerprint of their Telegram id: so that a backup that is put back does not
-- bring them back, and whom an admin had blocked or removed stays so. barred: JSON, what they are kept out of.
-- swept: the file was written anew since, so that nothing of them is left between the rows either.
CREATE TABLE erasures (
    fingerprint TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    barred TEXT NOT NULL,
    swept INTEGER NOT NULL DEFAULT 0 CHECK (swept IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE INDEX erasures_at ON erasures (at);

-- What the geocoder said. query: a fingerprint of what was typed.
CREATE TABLE geocoded (
    query TEXT PRIMARY KEY,
    found TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX geocoded_at ON geocoded (at);
