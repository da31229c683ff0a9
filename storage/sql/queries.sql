-- Every statement of the running store. Python calls them by name (storage/queries.py), the description is the line
-- below the name. Lists of keys come as one JSON array (json_each), so a statement serves a whole batch.

-- == counters ==========================================================================================================

-- name: begin_counters
-- The one row of counters, made with the database.
INSERT INTO counters (id, case_id, person_id, message_id, number_key) VALUES (1, 0, 0, 0, :number_key)
ON CONFLICT DO NOTHING;

-- name: counters
-- The last ids given out.
SELECT case_id, person_id, message_id, number_key FROM counters;

-- name: put_counters
-- Remember the last ids given out; they never go back.
UPDATE counters SET case_id = max(case_id, :case_id), person_id = max(person_id, :person_id);

-- name: put_message_counter
-- Remember the last outbox id given out.
UPDATE counters SET message_id = :message_id;

-- == inbox =============================================================================================================

-- name: receive
-- Put a raw update in, unless it is known.
INSERT INTO inbox (bot_id, update_id, payload, received_at) VALUES (:bot_id, :update_id, :payload, :received_at)
ON CONFLICT DO NOTHING;

-- name: take
-- The oldest unhandled rows.
SELECT seq, bot_id, update_id, payload, received_at FROM inbox WHERE handled = 0 ORDER BY seq LIMIT :limit;

-- name: handle
-- A row is done with: it is emptied.
UPDATE inbox SET handled = 1, error = NULL, payload = '' WHERE seq = :seq;

-- name: fail
-- A row failed: it keeps its payload.
UPDATE inbox SET handled = 1, error = :error WHERE seq = :seq;

-- == loading a batch ===================================================================================================

-- name: people_by_telegram_id
-- People by Telegram id.
SELECT p.*, r.reachable FROM json_each(:keys) k CROSS JOIN people p ON p.telegram_id = k.value
JOIN recipients r ON r.person_id = p.id;

-- name: people_by_id
-- People by id.
SELECT p.*, r.reachable FROM json_each(:keys) k CROSS JOIN people p ON p.id = k.value
JOIN recipients r ON r.person_id = p.id;

-- name: drafts_of
-- The conversations of people.
SELECT d.person_id, d.draft FROM json_each(:keys) k CROSS JOIN drafts d ON d.person_id = k.value;

-- name: latest_receipt
-- When the newest inbox row came: what "30 days ago" is counted from, since the batch at hand came then.
SELECT received_at FROM inbox ORDER BY seq DESC LIMIT 1;

-- name: reports_of
-- Per person the newest 20 reports that are not withdrawn and open or young enough, and the latest withdrawn ones.
SELECT r.* FROM json_each(:keys) k CROSS JOIN reports r ON r.id IN (
    SELECT id FROM (
        SELECT id, at FROM reports WHERE person_id = k.value AND active = 1 AND withdrawn = 0
        UNION
        SELECT id, at FROM (
            SELECT id, at FROM reports WHERE person_id = k.value AND at >= :young AND withdrawn = 0
            ORDER BY at DESC LIMIT 20
        )
        ORDER BY at DESC, id DESC LIMIT 20
    )
    UNION
    SELECT id FROM (
        SELECT id FROM reports WHERE person_id = k.value AND at >= :today AND withdrawn = 1 ORDER BY at DESC LIMIT 20
    )
);

-- name: reports_by_id
-- Reports by id.
SELECT r.* FROM json_each(:keys) k CROSS JOIN reports r ON r.id = k.value;

-- name: reports_by_number
-- Reports by the number people say.
SELECT r.* FROM json_each(:keys) k CROSS JOIN reports r ON r.number = k.value;

-- name: reports_in
-- All reports of incidents that are not withdrawn.
SELECT r.* FROM json_each(:keys) k CROSS JOIN reports r ON r.incident_id = k.value WHERE r.withdrawn = 0;

-- name: incidents_by_id
-- Incidents by id.
SELECT i.* FROM json_each(:keys) k CROSS JOIN incidents i ON i.id = k.value;

-- name: open_incidents
-- The open incidents of a kind in H3 cells: by the partial index, so it costs the same after years.
SELECT i.* FROM json_each(:keys) k CROSS JOIN incidents i INDEXED BY incidents_open
ON i.kind = :kind AND i.cell = k.value WHERE i.ended_at IS NULL;

-- name: ended_near
-- The incidents of a kind in H3 cells that ended lately.
SELECT i.* FROM json_each(:keys) k CROSS JOIN incidents i INDEXED BY incidents_ended_near
ON i.kind = :kind AND i.cell = k.value AND i.ended_at >= :young;

-- name: open_in
-- The open incidents of areas: keys are what their codes begin with, '' stands for everywhere.
SELECT i.* FROM json_each(:keys) k CROSS JOIN incidents i INDEXED BY incidents_open_in
ON coalesce(i.area_code, '') >= k.value AND coalesce(i.area_code, '') < k.value || char(1114111)
WHERE i.ended_at IS NULL;

-- name: incidents_by_number
-- Incidents by the number people say.
SELECT i.* FROM json_each(:keys) k CROSS JOIN incidents i ON i.number = k.value;

-- name: said
-- What messages said; keys are [person, message].
SELECT s.person_id, s.message_id, s.report_id, s.field FROM json_each(:keys) k CROSS JOIN said s
ON s.person_id = json_extract(k.value, '$[0]') AND s.message_id = json_extract(k.value, '$[1]');

-- name: different
-- Incidents that reports are not of.
SELECT d.report_id, d.incident_id FROM json_each(:keys) k CROSS JOIN different d ON d.report_id = k.value;

-- name: due_drafts
-- People whose conversation has something due, oldest first.
SELECT person_id FROM drafts WHERE due_at <= :now ORDER BY due_at, person_id LIMIT :limit;

-- name: quiet_incidents
-- Open puddles last seen long ago and not asked about since, or asked about long ago.
SELECT id FROM incidents WHERE ended_at IS NULL AND kind = 'genangan' AND last_seen < :quiet_since
AND (asked_at IS NULL OR asked_at < last_seen OR asked_at < :asked_before) ORDER BY last_seen, id LIMIT :limit;

-- name: called_gone
-- Open puddles so deep of which a reporter said, by then, that the water is gone.
SELECT id FROM incidents WHERE ended_at IS NULL AND kind = 'genangan' AND last_seen <= :said_before
AND json_extract(depth_last, '$.cm') >= :deep_cm AND EXISTS (
    SELECT 1 FROM reports r WHERE r.incident_id = incidents.id AND r.withdrawn = 0 AND r.word = 'gone'
    AND r.word_at <= :said_before
) ORDER BY last_seen, id LIMIT :limit;

-- name: due_handlings
-- Open incidents with a clock, a reminder or an offer that has run out, oldest first.
SELECT id FROM incidents WHERE handling_due <= :now ORDER BY handling_due, id LIMIT :limit;

-- name: quiet_series
-- Open series whose last occurrence began before then, oldest first.
SELECT id FROM series WHERE ended_at IS NULL AND last_at < :before ORDER BY last_at, id LIMIT :limit;

-- == loading what staff need ===========================================================================================

-- name: all_links
-- The chats of all units.
SELECT * FROM unit_links;

-- name: all_officers
-- All officers.
SELECT * FROM officers;

-- name: all_floods
-- The last mode banjir of each kecamatan.
SELECT * FROM floods;

-- name: all_flood_lists
-- All list cards.
SELECT * FROM flood_lists;

-- name: errands_of
-- What people's next messages count for.
SELECT e.* FROM json_each(:keys) k CROSS JOIN errands e ON e.person_id = k.value;

-- name: invites_by_hash
-- Invitations by the hash of their token.
SELECT i.* FROM json_each(:keys) k CROSS JOIN invites i ON i.hash = k.value;

-- name: events_of
-- The history of incidents.
SELECT e.* FROM json_each(:keys) k CROSS JOIN incident_events e ON e.incident_id = k.value ORDER BY e.id;

-- name: notes_of
-- What officers wrote about incidents, oldest first.
SELECT n.* FROM json_each(:keys) k CROSS JOIN notes n ON n.incident_id = k.value ORDER BY n.at, n.id;

-- name: photos_of
-- The photos of incidents' reports, oldest first.
SELECT p.* FROM json_each(:keys) k CROSS JOIN reports r ON r.incident_id = k.value
CROSS JOIN photos p ON p.report_id = r.id ORDER BY p.at, p.report_id;

-- name: series_by_id
-- Series by id.
SELECT s.* FROM json_each(:keys) k CROSS JOIN series s ON s.id = k.value;

-- name: series_near
-- The open series in H3 cells.
SELECT s.* FROM json_each(:keys) k CROSS JOIN series s INDEXED BY series_open ON s.cell = k.value
WHERE s.ended_at IS NULL;

-- name: all_sites
-- All listed places.
SELECT * FROM sites ORDER BY id;

-- name: all_subscriptions
-- All units that want, or wanted, their own part of the digest.
SELECT * FROM subscriptions ORDER BY unit;

-- name: visits_of
-- The last visits of listed places, oldest first.
SELECT v.* FROM json_each(:keys) k CROSS JOIN site_visits v ON v.id IN (
    SELECT id FROM site_visits WHERE site_id = k.value ORDER BY at DESC, id DESC LIMIT :limit
) ORDER BY v.at, v.id;

-- name: site_words_of
-- What residents said of listed places.
SELECT w.* FROM json_each(:keys) k CROSS JOIN site_words w ON w.site_id = k.value ORDER BY w.at, w.person_id;

-- name: pasts_near
-- What is remembered of the puddles in H3 cells that ended since, of the latest: those merged or cancelled are none.
SELECT i.id, i.number, i.state, i.lat, i.lon, i.weight, i.area_code, i.name, i.first_seen, i.last_seen, i.ended_at,
i.depth_max, i.causes, i.reporters, i.owner, n.quick, n.words
FROM (
    SELECT e.id FROM json_each(:keys) k CROSS JOIN incidents e INDEXED BY incidents_ended_near
    ON e.kind = 'genangan' AND e.cell = k.value AND e.ended_at >= :since
    WHERE e.state NOT IN ('merged', 'cancelled') ORDER BY e.ended_at DESC, e.id DESC LIMIT :limit
) candidates CROSS JOIN incidents i ON i.id = candidates.id LEFT JOIN notes n ON n.id = (
    SELECT id FROM notes WHERE incident_id = i.id AND what IN ('closing', 'follow_up')
    ORDER BY what = 'closing' DESC, at DESC, id DESC LIMIT 1
) ORDER BY i.ended_at, i.id;

-- == writing a batch ===================================================================================================

-- name: put_person
-- A person, new or changed.
INSERT INTO people (id, telegram_id, language, language_chosen, created_at, blocked_at)
VALUES (:id, :telegram_id, :language, :language_chosen, :created_at, :blocked_at)
ON CONFLICT (id) DO UPDATE SET telegram_id = excluded.telegram_id, language = excluded.language,
language_chosen = excluded.language_chosen, created_at = excluded.created_at, blocked_at = excluded.blocked_at;

-- name: drop_draft
-- A conversation is over.
DELETE FROM drafts WHERE person_id = :person_id;

-- name: put_draft
-- A conversation, new or changed.
INSERT INTO drafts (person_id, updated_at, due_at, draft) VALUES (:person_id, :updated_at, :due_at, :draft)
ON CONFLICT (person_id) DO UPDATE SET updated_at = excluded.updated_at, due_at = excluded.due_at,
draft = excluded.draft;

-- name: put_incident
-- An incident, new or changed.
INSERT INTO incidents (
    id, number, kind, state, lat, lon, weight, cell, reporters, area_code, first_seen, last_seen, name, depth_first,
    depth_last, depth_max, depth_by, lower_by, causes, faults, passability, photos, approximate, unsure, asked_at,
    asked, ended_at, merged_into, handling, owner, handling_due, series_id, alerted_cm, posted_cm, carded_cm
) VALUES (
    :id, :number, :kind, :state, :lat, :lon, :weight, :cell, :reporters, :area_code, :first_seen, :last_seen, :name,
    :depth_first, :depth_last, :depth_max, :depth_by, :lower_by, :causes, :faults, :passability, :photos,
    :approximate, :unsure, :asked_at, :asked, :ended_at, :merged_into, :handling, :owner, :handling_due, :series_id,
    :alerted_cm, :posted_cm, :carded_cm
) ON CONFLICT (id) DO UPDATE SET
number = excluded.number, kind = excluded.kind, state = excluded.state, lat = excluded.lat, lon = excluded.lon,
weight = excluded.weight, cell = excluded.cell, reporters = excluded.reporters, area_code = excluded.area_code,
first_seen = excluded.first_seen, last_seen = excluded.last_seen, name = excluded.name,
depth_first = excluded.depth_first, depth_last = excluded.depth_last, depth_max = excluded.depth_max,
depth_by = excluded.depth_by, lower_by = excluded.lower_by, causes = excluded.causes, faults = excluded.faults,
passability = excluded.passability, photos = excluded.photos, approximate = excluded.approximate,
unsure = excluded.unsure, asked_at = excluded.asked_at, asked = excluded.asked, ended_at = excluded.ended_at,
merged_into = excluded.merged_into, handling = excluded.handling, owner = excluded.owner,
handling_due = excluded.handling_due, series_id = excluded.series_id, alerted_cm = excluded.alerted_cm,
posted_cm = excluded.posted_cm, carded_cm = excluded.carded_cm;

-- name: put_report
-- A report, new or changed. Its incident is written before it.
INSERT INTO reports (
    id, number, kind, person_id, incident_id, lat, lon, accuracy_m, area_code, name, source, approximate, depth_level,
    depth_cm, depth_measured, at, seen_at, fault, cause, passability, note, photos, passing, word, word_at,
    match_score, match_distance_m, match_age_s, match_others, match_by, unsure, withdrawn, muted, far, heard_at, heard,
    rating, active
) VALUES (
    :id, :number, :kind, :person_id, :incident_id, :lat, :lon, :accuracy_m, :area_code, :name, :source, :approximate,
    :depth_level, :depth_cm, :depth_measured, :at, :seen_at, :fault, :cause, :passability, :note, :photos, :passing,
    :word, :word_at, :match_score, :match_distance_m, :match_age_s, :match_others, :match_by, :unsure, :withdrawn,
    :muted, :far, :heard_at, :heard, :rating,
    coalesce((SELECT ended_at IS NULL FROM incidents WHERE id = :incident_id), 0)
) ON CONFLICT (id) DO UPDATE SET
number = excluded.number, kind = excluded.kind, person_id = excluded.person_id, incident_id = excluded.incident_id,
lat = excluded.lat, lon = excluded.lon, accuracy_m = excluded.accuracy_m, area_code = excluded.area_code,
name = excluded.name, source = excluded.source, approximate = excluded.approximate,
depth_level = excluded.depth_level, depth_cm = excluded.depth_cm, depth_measured = excluded.depth_measured,
at = excluded.at, seen_at = excluded.seen_at, fault = excluded.fault, cause = excluded.cause,
passability = excluded.passability, note = excluded.note, photos = excluded.photos, passing = excluded.passing,
word = excluded.word, word_at = excluded.word_at, match_score = excluded.match_score,
match_distance_m = excluded.match_distance_m, match_age_s = excluded.match_age_s,
match_others = excluded.match_others, match_by = excluded.match_by, unsure = excluded.unsure,
withdrawn = excluded.withdrawn, muted = excluded.muted, far = excluded.far, heard_at = excluded.heard_at,
heard = excluded.heard, rating = excluded.rating, active = excluded.active;

-- name: put_photo
-- A photo of a report; the same picture again changes nothing.
INSERT INTO photos (report_id, file_unique_id, file_id, at) VALUES (:report_id, :file_unique_id, :file_id, :at)
ON CONFLICT DO NOTHING;

-- name: add_event
-- Something happened to an incident.
INSERT INTO incident_events (incident_id, what, who, at, why, after)
VALUES (:incident_id, :what, :who, :at, :why, :after);

-- name: put_said
-- What a message said.
INSERT INTO said (person_id, message_id, report_id, field) VALUES (:person_id, :message_id, :report_id, :field)
ON CONFLICT (person_id, message_id) DO UPDATE SET report_id = excluded.report_id, field = excluded.field;

-- name: put_different
-- A report is not of an incident.
INSERT INTO different (report_id, incident_id) VALUES (:report_id, :incident_id) ON CONFLICT DO NOTHING;

-- name: add_work
-- Slow work to do.
INSERT INTO work (kind, person_id, asked, due_at, attempts) VALUES (:kind, :person_id, :asked, :due_at, :attempts);

-- name: add_digest
-- A digest was enqueued; a second one for the same scheduled time and channel breaks the constraint.
INSERT INTO digests (channel_id, scheduled_at, window_from, window_to, parts, late)
VALUES (:channel_id, :scheduled_at, :window_from, :window_to, :parts, :late);

-- == writing what staff do ==============================================================================================

-- name: put_series
-- A series, new or changed. Its occurrences are written after it.
INSERT INTO series (id, number, lat, lon, cell, area_code, name, owner, started_at, last_at, times, ended_at)
VALUES (:id, :number, :lat, :lon, :cell, :area_code, :name, :owner, :started_at, :last_at, :times, :ended_at)
ON CONFLICT (id) DO UPDATE SET number = excluded.number, lat = excluded.lat, lon = excluded.lon, cell = excluded.cell,
area_code = excluded.area_code, name = excluded.name, owner = excluded.owner, started_at = excluded.started_at,
last_at = excluded.last_at, times = excluded.times, ended_at = excluded.ended_at;

-- name: put_link
-- A unit's chat, new or changed.
INSERT INTO unit_links (unit, at, chat_id, topic_id, person_id) VALUES (:unit, :at, :chat_id, :topic_id, :person_id)
ON CONFLICT (unit) DO UPDATE SET at = excluded.at, chat_id = excluded.chat_id, topic_id = excluded.topic_id,
person_id = excluded.person_id;

-- name: put_officer
-- An officer, new, changed or removed.
INSERT INTO officers (person_id, unit, name, at, removed_at) VALUES (:person_id, :unit, :name, :at, :removed_at)
ON CONFLICT (person_id, unit) DO UPDATE SET name = excluded.name, at = excluded.at, removed_at = excluded.removed_at;

-- name: put_invite
-- An invitation, new or used.
INSERT INTO invites (hash, kind, unit, made_by, at, expires_at, used_at, used_by)
VALUES (:hash, :kind, :unit, :made_by, :at, :expires_at, :used_at, :used_by)
ON CONFLICT (hash) DO UPDATE SET kind = excluded.kind, unit = excluded.unit, made_by = excluded.made_by,
at = excluded.at, expires_at = excluded.expires_at, used_at = excluded.used_at, used_by = excluded.used_by;

-- name: put_flood
-- Mode banjir, switched on or off.
INSERT INTO floods (kecamatan, since, by, until) VALUES (:kecamatan, :since, :by, :until)
ON CONFLICT (kecamatan) DO UPDATE SET since = excluded.since, by = excluded.by, until = excluded.until;

-- name: put_flood_list
-- A list card, changed or drawn.
INSERT INTO flood_lists (kelurahan, changed, drawn_at) VALUES (:kelurahan, :changed, :drawn_at)
ON CONFLICT (kelurahan) DO UPDATE SET changed = excluded.changed, drawn_at = excluded.drawn_at;

-- name: put_note
-- What an officer wrote.
INSERT INTO notes (id, incident_id, unit, person_id, what, at, words, quick, photo, photo_unique)
VALUES (:id, :incident_id, :unit, :person_id, :what, :at, :words, :quick, :photo, :photo_unique)
ON CONFLICT (id) DO UPDATE SET incident_id = excluded.incident_id, unit = excluded.unit,
person_id = excluded.person_id, what = excluded.what, at = excluded.at, words = excluded.words,
quick = excluded.quick, photo = excluded.photo, photo_unique = excluded.photo_unique;

-- name: drop_errand
-- An errand is over.
DELETE FROM errands WHERE person_id = :person_id;

-- name: put_errand
-- An errand, new or changed.
INSERT INTO errands (person_id, incident_id, act, at, args, site_id)
VALUES (:person_id, :incident_id, :act, :at, :args, :site_id)
ON CONFLICT (person_id) DO UPDATE SET incident_id = excluded.incident_id, act = excluded.act, at = excluded.at,
args = excluded.args, site_id = excluded.site_id;

-- name: add_hash
-- The hash of a photo; of a photo that is used again the first case is remembered.
INSERT INTO photo_hashes (file_unique_id, incident_id, hash, at, site_id)
VALUES (:file_unique_id, :incident_id, :hash, :at, :site_id)
ON CONFLICT DO NOTHING;

-- name: add_audit
-- An officer or admin did something.
INSERT INTO audit (at, person_id, unit, what, subject, details)
VALUES (:at, :person_id, :unit, :what, :subject, :details);

-- name: put_site
-- A listed place, new or changed.
INSERT INTO sites (
    id, name, lat, lon, radius_m, area_code, unit, at, task, due_on, state, photo_before, photo_after, visited_at,
    visits, tidied_at, tidy_words, again_words
) VALUES (
    :id, :name, :lat, :lon, :radius_m, :area_code, :unit, :at, :task, :due_on, :state, :photo_before, :photo_after,
    :visited_at, :visits, :tidied_at, :tidy_words, :again_words
) ON CONFLICT (id) DO UPDATE SET name = excluded.name, lat = excluded.lat, lon = excluded.lon,
radius_m = excluded.radius_m, area_code = excluded.area_code, unit = excluded.unit, at = excluded.at,
task = excluded.task, due_on = excluded.due_on, state = excluded.state, photo_before = excluded.photo_before,
photo_after = excluded.photo_after, visited_at = excluded.visited_at, visits = excluded.visits,
tidied_at = excluded.tidied_at, tidy_words = excluded.tidy_words, again_words = excluded.again_words;

-- name: add_visit
-- Somebody was at a listed place.
INSERT INTO site_visits (site_id, unit, person_id, at, found, words, photo, photo_unique)
VALUES (:site_id, :unit, :person_id, :at, :found, :words, :photo, :photo_unique);

-- name: put_site_word
-- What a resident says of a listed place now.
INSERT INTO site_words (site_id, person_id, at, tidy) VALUES (:site_id, :person_id, :at, :tidy)
ON CONFLICT (site_id, person_id) DO UPDATE SET at = excluded.at, tidy = excluded.tidy;

-- name: put_subscription
-- A unit wants its own part of the digest, at other times, or not any more.
INSERT INTO subscriptions (unit, times, at) VALUES (:unit, :times, :at)
ON CONFLICT (unit) DO UPDATE SET times = excluded.times, at = excluded.at;

-- name: add_unit_digest
-- A unit's part was enqueued; a second one for the same scheduled time and unit breaks the constraint.
INSERT INTO unit_digests (unit, scheduled_at, window_from, window_to)
VALUES (:unit, :scheduled_at, :window_from, :window_to);

-- name: put_update
-- An update between digests, new or changed.
INSERT INTO channel_updates (channel_id, started_at, changed_at, opened, siaga)
VALUES (:channel_id, :started_at, :changed_at, :opened, :siaga)
ON CONFLICT (channel_id, started_at) DO UPDATE SET changed_at = excluded.changed_at, opened = excluded.opened,
siaga = excluded.siaga;

-- == who can be written to =============================================================================================

-- name: recipients_of
-- The recipients of people.
SELECT r.id, r.person_id, r.reachable FROM json_each(:keys) k CROSS JOIN recipients r ON r.person_id = k.value;

-- name: add_person_recipient
-- A new person can be written to, or not.
INSERT INTO recipients (person_id, reachable) VALUES (:person_id, :reachable);

-- name: add_chat_recipient
-- A chat can be written to.
INSERT INTO recipients (chat_id) VALUES (:chat_id) ON CONFLICT DO NOTHING;

-- name: recipient_of_chat
-- The recipient that is a chat.
SELECT id, chat_id, reachable, paused_until FROM recipients WHERE chat_id = :chat_id;

-- name: set_reachable
-- A recipient can be written to, or not.
UPDATE recipients SET reachable = :reachable WHERE id = :recipient_id;

-- name: pause
-- Nothing is sent to a recipient before then.
UPDATE recipients SET paused_until = max(paused_until, :until) WHERE id = :recipient_id;

-- name: where_chat_went
-- The id of a chat now.
SELECT new_id FROM moved_chats WHERE old_id = :chat_id;

-- name: shorten_moves
-- Who moved to the old id has moved on to the new one.
UPDATE moved_chats SET new_id = :new_id WHERE new_id = :old_id;

-- name: forget_move
-- A chat that something moved to is where it says.
DELETE FROM moved_chats WHERE old_id = :new_id;

-- name: add_move
-- A chat has a new id.
INSERT INTO moved_chats (old_id, new_id) VALUES (:old_id, :new_id)
ON CONFLICT (old_id) DO UPDATE SET new_id = excluded.new_id;

-- name: move_recipient
-- A recipient has a new chat id.
UPDATE recipients SET chat_id = :new_id WHERE id = :recipient_id;

-- name: move_messages
-- Messages for the old recipient are for the new one, but for slots that it has itself.
UPDATE OR IGNORE outbox SET recipient_id = :to_id WHERE recipient_id = :from_id;

-- name: drop_messages
-- All messages for a recipient.
DELETE FROM outbox WHERE recipient_id = :recipient_id;

-- name: drop_recipient
-- A recipient that is another one now.
DELETE FROM recipients WHERE id = :recipient_id;

-- name: forget_message_ids
-- In a chat that moved, the messages sent before cannot be edited any more.
UPDATE outbox SET message_id = NULL WHERE recipient_id = :recipient_id AND message_id IS NOT NULL;

-- name: move_digests
-- Digests posted to the old id count for the new one.
UPDATE OR IGNORE digests SET channel_id = :new_id WHERE channel_id = :old_id;

-- name: move_updates
-- Updates between digests posted to the old id count for the new one.
UPDATE OR IGNORE channel_updates SET channel_id = :new_id WHERE channel_id = :old_id;

-- name: move_links
-- Units told in the old id are told in the new one.
UPDATE unit_links SET chat_id = :new_id WHERE chat_id = :old_id;

-- == outbox ============================================================================================================

-- name: add_message
-- A message is wanted. A slot's row is overwritten (once: left as it is), keeping its place while it is still queued.
INSERT INTO outbox (id, recipient_id, topic_id, priority, asked, slot, say, due_at, expires_at, state, cause)
VALUES (
    :id, coalesce(:recipient_id, (SELECT id FROM recipients WHERE person_id = :person_id)), :topic_id, :priority, :id,
    :slot, :say, :due_at, :expires_at, 'queued', :cause
) ON CONFLICT (recipient_id, slot) DO UPDATE SET
topic_id = excluded.topic_id, priority = excluded.priority, say = excluded.say, due_at = excluded.due_at,
expires_at = excluded.expires_at, cause = excluded.cause, wanted_rev = wanted_rev + 1,
anew_rev = CASE WHEN :anew THEN wanted_rev + 1 ELSE anew_rev END,
message_id = CASE WHEN :anew THEN NULL ELSE message_id END,
asked = CASE WHEN state IN ('queued', 'claimed') THEN asked ELSE excluded.asked END,
asked_again = CASE WHEN state = 'claimed' THEN excluded.asked END,
attempts = CASE WHEN state = 'claimed' THEN attempts ELSE 0 END,
state = CASE WHEN state = 'claimed' THEN 'claimed' ELSE 'queued' END,
why = NULL, done_at = NULL
WHERE NOT :once;

-- name: add_parting
-- What a message becomes of which a new one is sent instead; said once, after that one.
INSERT INTO outbox (id, recipient_id, topic_id, priority, asked, say, due_at, expires_at, state, message_id, cause)
SELECT :id, recipient_id, topic_id, :priority, :id, :parting, :due_at, :expires_at, 'queued', message_id, :cause
FROM outbox
WHERE slot = :slot AND message_id IS NOT NULL
AND recipient_id = coalesce(:recipient_id, (SELECT id FROM recipients WHERE person_id = :person_id));

-- name: look_at
-- A lane has something from then on.
INSERT INTO lanes (recipient_id, priority, look_at)
SELECT id, :priority, max(paused_until, :due_at) FROM recipients
WHERE id = coalesce(:recipient_id, (SELECT id FROM recipients WHERE person_id = :person_id)) AND reachable = 1
ON CONFLICT (recipient_id, priority) DO UPDATE SET look_at = min(look_at, excluded.look_at);

-- name: drop_lanes
-- A recipient's lanes, to be made anew.
DELETE FROM lanes WHERE recipient_id = :recipient_id;

-- name: make_lanes
-- A recipient's lanes: when the first message due now was due, else when one becomes due (ignored: NULL, for none).
INSERT OR IGNORE INTO lanes (recipient_id, priority, look_at)
SELECT r.id, p.column1, max(r.paused_until, coalesce(
    (SELECT due_at FROM outbox WHERE recipient_id = r.id AND priority = p.column1 AND state = 'queued'
        AND due_at <= :now AND (expires_at IS NULL OR expires_at > :now) ORDER BY asked LIMIT 1),
    (SELECT min(due_at) FROM outbox WHERE recipient_id = r.id AND priority = p.column1 AND state = 'queued'
        AND (expires_at IS NULL OR expires_at > :now))
))
FROM recipients r CROSS JOIN (VALUES (0), (1), (2), (3)) p WHERE r.id = :recipient_id AND r.reachable = 1;

-- name: claimed_messages
-- What is being sent right now.
SELECT o.id, o.recipient_id, coalesce(p.telegram_id, r.chat_id) AS chat_id
FROM outbox o JOIN recipients r ON r.id = o.recipient_id LEFT JOIN people p ON p.id = r.person_id
WHERE o.state = 'claimed';

-- name: lanes_to_look_at
-- Who has something due at a priority, longest due first.
SELECT l.recipient_id, coalesce(p.telegram_id, r.chat_id) AS chat_id, r.person_id, coalesce(p.language, 'id') AS language
FROM lanes l CROSS JOIN recipients r ON r.id = l.recipient_id LEFT JOIN people p ON p.id = r.person_id
WHERE l.priority = :priority AND l.look_at <= :now ORDER BY l.look_at, l.recipient_id;

-- name: claim_first_in_lane
-- Take the message of a lane that is due and was asked for first.
UPDATE outbox SET state = 'claimed' WHERE id = (
    SELECT id FROM outbox WHERE recipient_id = :recipient_id AND priority = :priority AND state = 'queued'
    AND due_at <= :now AND (expires_at IS NULL OR expires_at > :now) ORDER BY asked LIMIT 1
) RETURNING id, wanted_rev, topic_id, message_id, say, priority, attempts, slot, expires_at, cause,
(SELECT received_at FROM inbox WHERE seq = cause AND received_at > due_at - 60000000) AS heard_at;

-- name: claimed_message
-- A message being sent.
SELECT id, recipient_id FROM outbox WHERE id = :id AND state = 'claimed';

-- name: claimed_among
-- Those of these messages that are being sent.
SELECT o.id, o.recipient_id, o.slot FROM json_each(:keys) k JOIN outbox o ON o.id = k.value WHERE o.state = 'claimed';

-- name: drop_message
-- A message that nobody refers to any more.
DELETE FROM outbox WHERE id = :id;

-- name: sent_slot
-- A slot was sent as of a revision; if another is wanted by now it stays queued, in the place where that was asked for.
UPDATE outbox SET
sent_rev = :rev,
message_id = CASE WHEN :rev >= anew_rev THEN coalesce(:message_id, message_id) ELSE message_id END,
asked = coalesce(asked_again, asked), asked_again = NULL, attempts = 0,
state = CASE WHEN wanted_rev > :rev THEN 'queued' ELSE 'sent' END,
say = CASE WHEN wanted_rev > :rev THEN say ELSE '' END,
done_at = CASE WHEN wanted_rev > :rev THEN NULL ELSE :now END
WHERE id = :id;

-- name: queue_again
-- A claimed message goes back to its place.
UPDATE outbox SET state = 'queued', asked_again = NULL, attempts = attempts + :counted, why = :why,
message_id = CASE WHEN :anew THEN NULL ELSE message_id END WHERE id = :id;

-- name: die
-- A message will never be sent; if another content was wanted meanwhile, that one is tried.
UPDATE outbox SET
why = :why,
attempts = CASE WHEN asked_again IS NULL THEN attempts ELSE 0 END,
state = CASE WHEN asked_again IS NULL THEN 'dead' ELSE 'queued' END,
done_at = CASE WHEN asked_again IS NULL THEN :now END,
asked = coalesce(asked_again, asked), asked_again = NULL
WHERE id = :id;

-- name: release_messages
-- What a process that is gone was sending is due again.
UPDATE outbox SET state = 'queued', asked_again = NULL WHERE state = 'claimed' RETURNING recipient_id;

-- name: expired_messages
-- Queued messages whose time is over, oldest first.
SELECT id, recipient_id, sent_rev FROM outbox WHERE state = 'queued' AND expires_at <= :now
ORDER BY expires_at LIMIT :limit;

-- name: queued_messages
-- All that is queued for a recipient.
SELECT id, recipient_id, sent_rev FROM outbox WHERE recipient_id = :recipient_id AND state = 'queued';

-- name: leave_slot
-- A slot that was sent before stays as it was sent.
UPDATE outbox SET state = 'sent', say = '', done_at = max(:now, due_at) WHERE id = :id;

-- name: next_look
-- When the next lane of a priority is to be looked at, after now.
SELECT min(look_at) AS look_at FROM lanes WHERE priority = :priority AND look_at > :now;

-- == work ==============================================================================================================

-- name: due_work
-- Work to do now, oldest first.
SELECT * FROM work WHERE claimed = 0 AND due_at <= :now ORDER BY due_at, id LIMIT :limit;

-- name: claim_work
-- It is being done.
UPDATE work SET claimed = 1 WHERE id = :id;

-- name: release_work
-- What a process that is gone was doing is due again.
UPDATE work SET claimed = 0 WHERE claimed = 1;

-- name: retry_work
-- It is to be done later.
UPDATE work SET claimed = 0, due_at = :due_at, attempts = attempts + 1 WHERE id = :id;

-- name: drop_work
-- It is done.
DELETE FROM work WHERE id = :id;

-- == files and places ==================================================================================================

-- name: put_attachment
-- Keep a file, unless the work that it is made for is not wanted any more.
INSERT INTO attachments (key, name, mime, data, until) SELECT :key, :name, :mime, :data, :until
WHERE :work_id IS NULL OR EXISTS (SELECT 1 FROM work WHERE id = :work_id)
ON CONFLICT (key) DO UPDATE SET name = excluded.name, mime = excluded.mime, data = excluded.data,
until = excluded.until;

-- name: attachment
-- A kept file.
SELECT name, mime, data FROM attachments WHERE key = :key;

-- name: cache_place
-- Remember what the geocoder said.
INSERT INTO geocoded (query, found, at) VALUES (:query, :found, :at)
ON CONFLICT (query) DO UPDATE SET found = excluded.found, at = excluded.at;

-- name: cached_place
-- What the geocoder said.
SELECT found FROM geocoded WHERE query = :query;

-- == reading ===========================================================================================================

-- name: incidents_as_of
-- Incidents of areas that may have been open at a time, or ended in the window before it, with what their history says.
SELECT i.*, e.after FROM (
    SELECT id FROM incidents INDEXED BY incidents_open_in WHERE ended_at IS NULL
    UNION ALL
    SELECT id FROM incidents INDEXED BY incidents_ended WHERE ended_at > :ended_after AND first_seen <= :at
) candidates CROSS JOIN incidents i ON i.id = candidates.id LEFT JOIN incident_events e ON e.id = (
    SELECT id FROM incident_events WHERE incident_id = i.id AND at <= :at ORDER BY id DESC LIMIT 1
) WHERE i.first_seen <= :at AND coalesce(json_extract(e.after, '$.area_code'), i.area_code, '') >= :area_code
AND coalesce(json_extract(e.after, '$.area_code'), i.area_code, '') < :area_code || char(1114111)
ORDER BY i.first_seen, i.id;

-- name: standing_as_of
-- How many puddles of areas were open at a time; those of one series are one.
SELECT count(DISTINCT coalesce(-i.series_id, i.id)) AS standing FROM (
    SELECT id FROM incidents INDEXED BY incidents_open_in WHERE ended_at IS NULL
    UNION ALL
    SELECT id FROM incidents INDEXED BY incidents_ended WHERE ended_at > :at AND first_seen <= :at
) candidates CROSS JOIN incidents i ON i.id = candidates.id LEFT JOIN incident_events e ON e.id = (
    SELECT id FROM incident_events WHERE incident_id = i.id AND at <= :at ORDER BY id DESC LIMIT 1
) WHERE i.first_seen <= :at AND i.kind = 'genangan'
AND coalesce(json_extract(e.after, '$.state'), i.state) IN ('waiting', 'coordination', 'disposition', 'process')
AND coalesce(json_extract(e.after, '$.area_code'), i.area_code, '') >= :area_code
AND coalesce(json_extract(e.after, '$.area_code'), i.area_code, '') < :area_code || char(1114111);

-- name: pasts
-- What is remembered of the latest puddles of areas first seen in a window, latest first: none merged or cancelled.
SELECT i.id, i.number, i.state, i.lat, i.lon, i.weight, i.area_code, i.name, i.first_seen, i.last_seen, i.ended_at,
i.depth_max, i.causes, i.reporters, i.owner, n.quick, n.words
FROM incidents i LEFT JOIN notes n ON n.id = (
    SELECT id FROM notes WHERE incident_id = i.id AND what IN ('closing', 'follow_up')
    ORDER BY what = 'closing' DESC, at DESC, id DESC LIMIT 1
) WHERE i.first_seen > :since AND i.first_seen <= :until AND i.kind = 'genangan'
AND i.state NOT IN ('merged', 'cancelled')
AND coalesce(i.area_code, '') >= :area_code AND coalesce(i.area_code, '') < :area_code || char(1114111)
ORDER BY i.first_seen DESC, i.id DESC LIMIT :limit;

-- name: tally_reports
-- Reports of a window and areas that were not withdrawn.
SELECT count(*) AS reports, count(DISTINCT person_id) AS reporters,
coalesce(sum(kind = 'genangan' AND depth_cm IS NULL), 0) AS without_depth
FROM reports WHERE at > :since AND at <= :until AND withdrawn = 0
AND coalesce(area_code, '') >= :area_code AND coalesce(area_code, '') < :area_code || char(1114111);

-- name: tally_opened
-- Incidents of areas first seen in a window: puddles, and drains.
SELECT coalesce(sum(kind = 'genangan'), 0) AS opened, coalesce(sum(kind = 'saluran'), 0) AS drains
FROM incidents WHERE first_seen > :since AND first_seen <= :until AND state NOT IN ('merged', 'cancelled')
AND coalesce(area_code, '') >= :area_code AND coalesce(area_code, '') < :area_code || char(1114111);

-- name: tally_ended
-- Puddles of areas that receded by themselves in a window, and those that an office handled.
SELECT coalesce(sum(state = 'receded'), 0) AS receded, coalesce(sum(state = 'handled'), 0) AS handled
FROM incidents INDEXED BY incidents_ended WHERE ended_at > :since AND ended_at <= :until AND kind = 'genangan'
AND coalesce(area_code, '') >= :area_code AND coalesce(area_code, '') < :area_code || char(1114111);

-- name: tally_renewed
-- How often people said again in a window that water still stands in areas.
SELECT count(*) AS renewed FROM incident_events e CROSS JOIN incidents i ON i.id = e.incident_id
WHERE e.what = 'renewed' AND e.at > :since AND e.at <= :until
AND coalesce(i.area_code, '') >= :area_code AND coalesce(i.area_code, '') < :area_code || char(1114111);

-- name: ratings
-- How many reporters found the puddles of areas that ended in a window handled well, and how many badly.
SELECT rating, count(*) AS n FROM (
    SELECT DISTINCT r.incident_id, r.person_id, r.rating
    FROM incidents i INDEXED BY incidents_ended CROSS JOIN reports r ON r.incident_id = i.id
    WHERE i.ended_at > :since AND i.ended_at <= :until AND i.kind = 'genangan'
    AND coalesce(i.area_code, '') >= :area_code AND coalesce(i.area_code, '') < :area_code || char(1114111)
    AND r.withdrawn = 0 AND r.rating IS NOT NULL
) GROUP BY rating;

-- name: last_digest
-- The latest digest of a channel, of those scheduled by then.
SELECT * FROM digests
WHERE channel_id = coalesce((SELECT new_id FROM moved_chats WHERE old_id = :channel_id), :channel_id)
AND scheduled_at <= :until ORDER BY scheduled_at DESC LIMIT 1;

-- name: last_unit_digest
-- The latest part of the digest of a unit, of those scheduled by then.
SELECT * FROM unit_digests WHERE unit = :unit AND scheduled_at <= :until ORDER BY scheduled_at DESC LIMIT 1;

-- name: last_update
-- The latest update between digests of a channel, of those begun by then.
SELECT * FROM channel_updates
WHERE channel_id = coalesce((SELECT new_id FROM moved_chats WHERE old_id = :channel_id), :channel_id)
AND started_at <= :until ORDER BY started_at DESC LIMIT 1;

-- name: reports_page
-- The next reports of a window and areas after a given one, with their incident's number.
SELECT r.*, i.number AS incident_number FROM reports r CROSS JOIN incidents i ON i.id = r.incident_id
WHERE (r.at, r.id) > (:at, :id) AND r.at <= :until
AND coalesce(r.area_code, '') >= :area_code AND coalesce(r.area_code, '') < :area_code || char(1114111)
ORDER BY r.at, r.id LIMIT :limit;

-- name: count_reports
-- How many reports of a window and areas there are. (Of all areas by the index alone.)
SELECT count(*) AS reports FROM reports WHERE at > :since AND at <= :until
AND (:area_code = '' OR area_code >= :area_code AND area_code < :area_code || char(1114111));

-- name: incidents_page
-- The next incidents of a window and areas after a given one.
SELECT * FROM incidents WHERE (first_seen, id) > (:at, :id) AND first_seen <= :until
AND coalesce(area_code, '') >= :area_code AND coalesce(area_code, '') < :area_code || char(1114111)
ORDER BY first_seen, id LIMIT :limit;

-- name: first_seen_between
-- Incidents first seen in a window.
SELECT * FROM incidents WHERE first_seen > :since AND first_seen <= :until ORDER BY first_seen, id;

-- name: all_feed_states
-- How reading the public feeds goes.
SELECT * FROM feed_states ORDER BY name;

-- name: put_feed_state
-- How reading a feed goes now.
INSERT INTO feed_states (
    name, tried_at, next_at, fetched_at, etag, modified, content, failing_since, why, failures
) VALUES (
    :name, :tried_at, :next_at, :fetched_at, :etag, :modified, :content, :failing_since, :why, :failures
) ON CONFLICT (name) DO UPDATE SET tried_at = excluded.tried_at, next_at = excluded.next_at,
fetched_at = excluded.fetched_at, etag = excluded.etag, modified = excluded.modified, content = excluded.content,
failing_since = excluded.failing_since, why = excluded.why, failures = excluded.failures;

-- name: weather
-- The rain of days, where known.
SELECT w.* FROM weather_days w WHERE w.day >= :since AND w.day <= :until ORDER BY w.day, w.kecamatan;

-- name: put_weather_day
-- The rain of a day; the greater one stays.
INSERT INTO weather_days (kecamatan, day, rain) VALUES (:kecamatan, :day, :rain)
ON CONFLICT (day, kecamatan) DO UPDATE SET rain = max(rain, excluded.rain);

-- name: all_hashes
-- All hashes of photos.
SELECT rowid, file_unique_id, hash FROM photo_hashes;

-- name: oldest_hash
-- The oldest of some photos.
SELECT h.* FROM json_each(:keys) k CROSS JOIN photo_hashes h ON h.rowid = k.value ORDER BY h.at LIMIT 1;

-- name: audit
-- What officers and admins did, newest first.
SELECT * FROM audit WHERE at > :since ORDER BY at DESC, id DESC LIMIT :limit;

-- name: people_to_tell
-- The next people who can be told something.
SELECT p.id FROM people p CROSS JOIN recipients r ON r.person_id = p.id
WHERE p.id > :after AND r.reachable = 1 AND p.blocked_at IS NULL ORDER BY p.id LIMIT :limit;

-- name: people_to_tell_in
-- The next people who can be told something and have reported in an area.
SELECT p.id FROM people p CROSS JOIN recipients r ON r.person_id = p.id
WHERE p.id > :after AND r.reachable = 1 AND p.blocked_at IS NULL AND EXISTS (
    SELECT 1 FROM reports WHERE person_id = p.id AND withdrawn = 0
    AND area_code >= :area_code AND area_code < :area_code || char(1114111)
) ORDER BY p.id LIMIT :limit;

-- name: deliveries
-- How far a message to many (of priority BROADCAST, 3) has come.
SELECT state, count(*) AS n FROM outbox WHERE slot = :slot AND priority = 3 GROUP BY state;

-- name: queue_sizes
-- How much waits, and since when.
SELECT
(SELECT count(*) FROM inbox WHERE handled = 0) AS inbox,
(SELECT received_at FROM inbox WHERE handled = 0 ORDER BY seq LIMIT 1) AS inbox_since,
(SELECT count(*) FROM inbox WHERE error IS NOT NULL) AS failed,
(SELECT count(*) FROM outbox WHERE state = 'queued') + (SELECT count(*) FROM outbox WHERE state = 'claimed') AS outbox,
(SELECT count(*) FROM outbox WHERE state = 'claimed')
+ (SELECT count(*) FROM lanes WHERE look_at <= :now) AS outbox_due,
(SELECT min(due_at) FROM outbox WHERE state = 'queued' AND due_at <= :now) AS outbox_since,
(SELECT count(*) FROM outbox WHERE state = 'dead' AND done_at IS NOT NULL) AS dead,
(SELECT count(*) FROM work) AS work,
(SELECT count(*) FROM incidents WHERE ended_at IS NULL) AS open;

-- == upkeep ============================================================================================================

-- name: prune_handled
-- Handled inbox rows that Telegram cannot deliver again.
DELETE FROM inbox WHERE seq IN (
    SELECT seq FROM inbox WHERE handled = 1 AND error IS NULL AND received_at < :before LIMIT :limit
);

-- name: prune_failed
-- Failed inbox rows with what people typed.
DELETE FROM inbox WHERE seq IN (
    SELECT seq FROM inbox WHERE error IS NOT NULL AND received_at < :before LIMIT :limit
);

-- name: prune_drafts
-- Conversations that nobody took up again.
DELETE FROM drafts WHERE person_id IN (SELECT person_id FROM drafts WHERE updated_at < :before LIMIT :limit);

-- name: prune_errands
-- Errands that nobody took up again.
DELETE FROM errands WHERE person_id IN (SELECT person_id FROM errands WHERE at < :before LIMIT :limit);

-- name: prune_attachments
-- Files whose time is over.
DELETE FROM attachments WHERE key IN (SELECT key FROM attachments WHERE until < :before LIMIT :limit);

-- name: prune_geocoded
-- Places asked for long ago.
DELETE FROM geocoded WHERE query IN (SELECT query FROM geocoded WHERE at < :before LIMIT :limit);

-- name: prune_dead
-- Messages that were never sent.
DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE state = 'dead' AND done_at < :before LIMIT :limit);

-- name: prune_sent
-- Slots that nothing was wanted of for long: a change after that is a new message.
DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE state = 'sent' AND done_at < :before LIMIT :limit);

-- name: prune_updates
-- Updates between digests of long ago.
DELETE FROM channel_updates WHERE (channel_id, started_at) IN (
    SELECT channel_id, started_at FROM channel_updates WHERE started_at < :before LIMIT :limit
);

-- name: prune_unit_digests
-- Units' parts of digests of long ago.
DELETE FROM unit_digests WHERE (unit, scheduled_at) IN (
    SELECT unit, scheduled_at FROM unit_digests WHERE scheduled_at < :before LIMIT :limit
);

-- name: prune_said
-- What old messages said: people can edit theirs for two days.
DELETE FROM said WHERE (person_id, message_id) IN (
    SELECT person_id, message_id FROM said
    WHERE report_id < (SELECT id FROM reports WHERE at > :before ORDER BY at LIMIT 1) LIMIT :limit
);
