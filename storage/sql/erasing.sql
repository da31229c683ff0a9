-- Parting what was reported and done from the people who did it, and forgetting them. Used by storage/erasing.py,
-- parting.py and dossier.py. Nobody is a person of their own: their id, and their Telegram id, is a number below 0.

-- == who it is =========================================================================================================

-- name: erased_person
-- A person.
SELECT p.*, r.id AS recipient_id, r.reachable FROM people p LEFT JOIN recipients r ON r.person_id = p.id
WHERE p.id = :person_id;

-- name: officer_rows_of
-- Where a person works or worked.
SELECT * FROM officers WHERE person_id = :person_id ORDER BY at, unit;

-- name: reports_ever_of
-- All reports of a person, withdrawn ones too, oldest first.
SELECT r.*, i.number AS incident_number, i.state AS incident_state, i.lat AS incident_lat, i.lon AS incident_lon
FROM reports r CROSS JOIN incidents i ON i.id = r.incident_id WHERE r.person_id = :person_id ORDER BY r.at, r.id;

-- name: photos_ever_of
-- The photos of reports, oldest first.
SELECT p.* FROM json_each(:keys) k CROSS JOIN photos p ON p.report_id = k.value ORDER BY p.at, p.file_unique_id;

-- name: draft_of
-- What a person was about to report.
SELECT * FROM drafts WHERE person_id = :person_id;

-- name: errand_of
-- What an officer was about to write.
SELECT * FROM errands WHERE person_id = :person_id;

-- == nobody ============================================================================================================

-- name: add_nobody
-- In place of a person who is gone.
INSERT INTO people (id, telegram_id, language, language_chosen, created_at) VALUES (:nobody, :nobody, 'id', 0, 0);

-- name: add_nobodys_recipient
-- Nobody can be written to.
INSERT INTO recipients (id, person_id, reachable) VALUES (:nobody, :nobody, 0);

-- == reports ===========================================================================================================

-- name: part_report
-- A report stays as something that somebody said of the case's place; what they typed goes, and what shows where they
-- were or how much they read. (The place of an incident is where water stood, not where a person was.)
UPDATE reports SET person_id = :nobody, lat = :lat, lon = :lon, accuracy_m = NULL, name = NULL, note = NULL,
match_score = 0, match_distance_m = NULL, far = 0, heard_at = NULL, heard = 0 WHERE id = :id;

-- name: drop_photos_of_report
-- A report's photos.
DELETE FROM photos WHERE report_id = :id;

-- name: drop_said_of_report
-- What a person's messages gave a report.
DELETE FROM said WHERE report_id = :id;

-- name: drop_hash
-- A photo is not recognised any more.
DELETE FROM photo_hashes WHERE file_unique_id = :file_unique_id;

-- name: named_near
-- Incidents of a kind in H3 cells that are called something.
SELECT i.id FROM json_each(:keys) k CROSS JOIN incidents i INDEXED BY incidents_ended_near
ON i.kind = :kind AND i.cell = k.value AND i.ended_at IS NOT NULL WHERE i.name = :name
UNION
SELECT i.id FROM json_each(:keys) k CROSS JOIN incidents i INDEXED BY incidents_open
ON i.kind = :kind AND i.cell = k.value WHERE i.ended_at IS NULL AND i.name = :name;

-- name: same_name
-- Whether a report of an incident gives it that name.
SELECT EXISTS (SELECT 1 FROM reports WHERE incident_id = :id AND name = :name) AS given;

-- name: unname_incident
-- An incident is called nothing.
UPDATE incidents SET name = NULL WHERE id = :id;

-- name: unname_series
-- Neither is the series that it is an occurrence of, if it has the name of it.
UPDATE series SET name = NULL WHERE id = (SELECT series_id FROM incidents WHERE id = :id) AND name = :name;

-- == what is under way =================================================================================================

-- name: drop_work_of
-- What a person asked for.
DELETE FROM work WHERE person_id = :person_id;

-- name: open_work
-- All work that is to be done.
SELECT id, asked FROM work;

-- name: drop_site_words_of
-- What a person said of listed places.
DELETE FROM site_words WHERE person_id = :person_id;

-- name: drop_files_of
-- Files with keys from one to before another.
DELETE FROM attachments WHERE key >= :first AND key < :behind;

-- name: inbox_kept
-- Inbox rows with a payload: waiting, or failed.
SELECT seq, bot_id, handled, payload, error FROM inbox INDEXED BY inbox_waiting WHERE handled = 0
UNION ALL
SELECT seq, bot_id, handled, payload, error FROM inbox INDEXED BY inbox_failed WHERE error IS NOT NULL;

-- name: messages_kept
-- Messages with a content: queued, being sent, or dead.
SELECT id, say FROM outbox WHERE state = 'queued'
UNION ALL
SELECT id, say FROM outbox WHERE state = 'claimed'
UNION ALL
SELECT id, say FROM outbox WHERE state = 'dead' AND done_at IS NOT NULL;

-- name: messages_of
-- All messages of a recipient that are kept, in the order of asking.
SELECT * FROM outbox WHERE recipient_id = :recipient_id ORDER BY id;

-- name: blank_message
-- A message without what is gone.
UPDATE outbox SET say = :say WHERE id = :id;

-- == office ============================================================================================================

-- name: unlink_person
-- A unit whose chat was a person's has none.
UPDATE unit_links SET person_id = NULL WHERE person_id = :person_id;

-- name: drop_officer_rows_of
-- They work nowhere.
DELETE FROM officers WHERE person_id = :person_id;

-- name: office_acts_of
-- Whether a person wrote, visited, invited or switched something for an office.
SELECT EXISTS (SELECT 1 FROM notes WHERE person_id = :person_id)
OR EXISTS (SELECT 1 FROM site_visits WHERE person_id = :person_id)
OR EXISTS (SELECT 1 FROM invites WHERE made_by = :person_id OR used_by = :person_id)
OR EXISTS (SELECT 1 FROM floods WHERE by = :person_id) AS any;

-- name: part_notes
-- What an officer wrote stays the office's.
UPDATE notes SET person_id = :nobody WHERE person_id = :person_id;

-- name: part_visits
-- So do their visits.
UPDATE site_visits SET person_id = :nobody WHERE person_id = :person_id;

-- name: part_invites_made
-- And the invitations they made
UPDATE invites SET made_by = :nobody WHERE made_by = :person_id;

-- name: part_invites_used
-- or used.
UPDATE invites SET used_by = :nobody WHERE used_by = :person_id;

-- name: part_floods
-- And that they switched mode banjir on.
UPDATE floods SET by = :nobody WHERE by = :person_id;

-- name: part_taken
-- Open incidents that a person took up were taken up by their office.
UPDATE incidents INDEXED BY incidents_open_in SET handling = json_remove(handling, '$.taken_by')
WHERE ended_at IS NULL AND json_extract(handling, '$.taken_by') = :person_id;

-- == the person ========================================================================================================

-- name: drop_person
-- The person.
DELETE FROM people WHERE id = :person_id;

-- name: add_erasure
-- Who was forgotten, as a fingerprint.
INSERT INTO erasures (fingerprint, at, barred) VALUES (:fingerprint, :at, :barred)
ON CONFLICT (fingerprint) DO UPDATE SET at = max(at, excluded.at), barred = excluded.barred, swept = 0;

-- name: all_erasures
-- Everybody who was forgotten.
SELECT fingerprint, at, barred FROM erasures ORDER BY at, fingerprint;

-- name: erasures_of
-- Those with these fingerprints.
SELECT e.fingerprint, e.at, e.barred FROM json_each(:keys) k CROSS JOIN erasures e ON e.fingerprint = k.value;

-- name: unbar
-- They wrote again: from now on their own record says what they are kept out of.
UPDATE erasures SET barred = '{}' WHERE fingerprint = :fingerprint;

-- name: all_people
-- Everybody who is somebody.
SELECT id, telegram_id, created_at FROM people WHERE id > 0;

-- == everything that is kept on a person ===============================================================================

-- name: said_by
-- What a person's messages gave reports.
SELECT s.message_id, s.field, r.number AS report FROM said s CROSS JOIN reports r ON r.id = s.report_id
WHERE s.person_id = :person_id ORDER BY s.message_id;

-- name: different_by
-- Of which cases a person said that their reports are not of them.
SELECT r.number AS report, i.number AS incident FROM reports r CROSS JOIN different d ON d.report_id = r.id
CROSS JOIN incidents i ON i.id = d.incident_id WHERE r.person_id = :person_id ORDER BY r.id, i.id;

-- name: site_words_by
-- What a person said of listed places.
SELECT s.name, w.at, w.tidy FROM site_words w CROSS JOIN sites s ON s.id = w.site_id
WHERE w.person_id = :person_id ORDER BY w.at, w.site_id;

-- name: links_to
-- The units that are told in a person's private chat.
SELECT unit, at FROM unit_links WHERE person_id = :person_id ORDER BY unit;

-- name: notes_by
-- What an officer wrote of cases.
SELECT n.*, i.number AS incident FROM notes n CROSS JOIN incidents i ON i.id = n.incident_id
WHERE n.person_id = :person_id ORDER BY n.at, n.id;

-- name: visits_by
-- An officer's visits to listed places.
SELECT v.*, s.name FROM site_visits v CROSS JOIN sites s ON s.id = v.site_id
WHERE v.person_id = :person_id ORDER BY v.at, v.id;

-- name: invites_by
-- The invitations that a person made or used.
SELECT kind, unit, at, expires_at, used_at, made_by = :person_id AS made, coalesce(used_by = :person_id, 0) AS used
FROM invites WHERE made_by = :person_id OR used_by = :person_id ORDER BY at, hash;

-- name: floods_by
-- Where a person switched mode banjir on.
SELECT kecamatan, since AS since_at, until AS until_at FROM floods WHERE by = :person_id ORDER BY kecamatan;

-- name: taken_by
-- The open cases that a person took up.
SELECT number FROM incidents INDEXED BY incidents_open_in
WHERE ended_at IS NULL AND json_extract(handling, '$.taken_by') = :person_id ORDER BY id;

-- name: audit_of
-- What a person did as an officer or admin, and what was done with them.
SELECT at, unit, what, subject, details FROM audit
WHERE person_id = :person_id OR json_extract(details, '$.person') = :person_id ORDER BY id;

-- name: hashes_of
-- The hashes of photos.
SELECT h.file_unique_id, h.hash, h.at FROM json_each(:keys) k CROSS JOIN photo_hashes h ON h.file_unique_id = k.value
ORDER BY h.at, h.file_unique_id;

-- name: work_of
-- What was asked for and is not done yet.
SELECT kind, asked, due_at FROM work WHERE person_id = :person_id ORDER BY id;

-- name: files_of
-- Files with keys from one to before another.
SELECT name, until AS until_at, length(data) AS bytes FROM attachments WHERE key >= :first AND key < :behind ORDER BY key;

-- == retention =========================================================================================================

-- name: parted_to
-- Up to which end of cases their reports have been parted from people.
SELECT parted_to FROM counters;

-- name: put_parted_to
-- Further, by now.
UPDATE counters SET parted_to = :until;

-- name: next_to_part
-- The end of the last of so many (offset: less one) cases that are to be parted next.
SELECT ended_at FROM incidents INDEXED BY incidents_ended
WHERE ended_at > :since AND ended_at <= :until ORDER BY ended_at LIMIT 1 OFFSET :offset;

-- name: reports_to_part
-- The reports of cases that ended then, but for those of nobody.
SELECT r.*, i.lat AS incident_lat, i.lon AS incident_lon
FROM incidents i INDEXED BY incidents_ended CROSS JOIN reports r ON r.incident_id = i.id
WHERE i.ended_at > :since AND i.ended_at <= :until AND r.person_id > 0 ORDER BY r.id;

-- name: idle_people
-- People who have nothing here that is younger, and are nothing here.
SELECT p.id FROM people p WHERE p.id > 0 AND p.created_at < :before
AND p.telegram_id NOT IN (SELECT value FROM json_each(:keep))
AND NOT EXISTS (SELECT 1 FROM reports WHERE person_id = p.id)
AND NOT EXISTS (SELECT 1 FROM drafts WHERE person_id = p.id)
AND NOT EXISTS (SELECT 1 FROM errands WHERE person_id = p.id)
AND NOT EXISTS (SELECT 1 FROM officers WHERE person_id = p.id AND coalesce(removed_at, :before) >= :before)
AND NOT EXISTS (SELECT 1 FROM site_words WHERE person_id = p.id AND at >= :before)
AND NOT EXISTS (SELECT 1 FROM notes WHERE person_id = p.id AND at >= :before)
AND NOT EXISTS (SELECT 1 FROM site_visits WHERE person_id = p.id AND at >= :before)
AND NOT EXISTS (SELECT 1 FROM unit_links WHERE person_id = p.id)
AND NOT EXISTS (SELECT 1 FROM work WHERE person_id = p.id)
ORDER BY p.id LIMIT :limit;

-- name: forget_old_names
-- What officers were called who were removed long ago. That they were stays.
UPDATE officers SET name = '' WHERE removed_at < :before AND name <> '';

-- name: forget_old_site_words
-- What residents said of listed places long ago.
DELETE FROM site_words WHERE at < :before;

-- name: forget_old_hashes
-- Photos of long ago are not recognised any more.
DELETE FROM photo_hashes WHERE file_unique_id IN (
    SELECT file_unique_id FROM photo_hashes WHERE at < :before LIMIT :limit
);

-- name: forget_erasures
-- Who was forgotten so long ago that no backup holds them; longer only of whom something keeps out.
DELETE FROM erasures WHERE at < :before AND barred = '{}';

-- name: unswept
-- Whether somebody was forgotten since the file was written anew.
SELECT EXISTS (SELECT 1 FROM erasures WHERE swept = 0) AS any;

-- name: swept
-- It was written anew.
UPDATE erasures SET swept = 1 WHERE swept = 0;
