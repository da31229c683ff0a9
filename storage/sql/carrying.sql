-- What a backup that is put back takes over from the database that was there, attached as `present`: what must not happen
-- twice (numbers, posts, messages, invitations) and what must not be undone (blocks, removals, the audit log).
-- Used by storage/carrying.py, in this order. Nobodies (ids below 0) are each database's own.

-- name: carry_counters
-- Numbers and ids given out since are not given to others: people hold them, and buttons in their chats.
UPDATE main.counters SET (case_id, person_id, message_id) = (
    SELECT max(main.counters.case_id, p.case_id), max(main.counters.person_id, p.person_id),
    max(main.counters.message_id, p.message_id) FROM present.counters p
);

-- name: begin_sequences
-- Where nothing was counted yet.
INSERT INTO main.sqlite_sequence (name, seq) SELECT name, 0 FROM present.sqlite_sequence
WHERE name NOT IN (SELECT name FROM main.sqlite_sequence);

-- name: carry_sequences
-- The same of what is handled.
UPDATE main.sqlite_sequence AS m SET seq = p.seq FROM present.sqlite_sequence p WHERE p.name = m.name AND p.seq > m.seq;

-- name: carry_digests
-- Digests that were posted.
INSERT OR IGNORE INTO main.digests (channel_id, scheduled_at, window_from, window_to, parts, late)
SELECT channel_id, scheduled_at, window_from, window_to, parts, late FROM present.digests;

-- name: carry_unit_digests
-- Units' parts of them.
INSERT OR IGNORE INTO main.unit_digests (unit, scheduled_at, window_from, window_to)
SELECT unit, scheduled_at, window_from, window_to FROM present.unit_digests;

-- name: carry_channel_updates
-- Updates between digests.
INSERT OR REPLACE INTO main.channel_updates (channel_id, started_at, changed_at, opened, siaga)
SELECT channel_id, started_at, changed_at, opened, siaga FROM present.channel_updates;

-- name: carry_alarms
-- What the admins were told.
INSERT OR REPLACE INTO main.alarms (what, since, told_at, over_at, details, times)
SELECT what, since, told_at, over_at, details, times FROM present.alarms;

-- name: carry_moved_chats
-- Groups that became supergroups.
INSERT OR REPLACE INTO main.moved_chats (old_id, new_id) SELECT old_id, new_id FROM present.moved_chats;

-- name: carry_messages
-- Messages that were sent, or given up, since: not again; and where they are in their chat.
UPDATE main.outbox AS m SET state = p.state, say = p.say, asked_again = NULL, attempts = p.attempts,
message_id = p.message_id, wanted_rev = p.wanted_rev, sent_rev = p.sent_rev, anew_rev = p.anew_rev, why = p.why,
done_at = p.done_at
FROM present.outbox p WHERE p.id = m.id AND p.recipient_id = m.recipient_id AND p.slot IS m.slot
AND p.state IN ('sent', 'dead');

-- name: drop_sent_messages
-- Those of which nothing is kept once they were sent.
DELETE FROM main.outbox AS m WHERE state IN ('queued', 'claimed')
AND NOT EXISTS (SELECT 1 FROM present.outbox p WHERE p.id = m.id);

-- name: carry_blocks
-- Who is blocked, and who is not any more.
UPDATE main.people AS m SET blocked_at = p.blocked_at FROM present.people p
WHERE p.telegram_id = m.telegram_id AND p.blocked_at IS NOT m.blocked_at;

-- name: carry_barred_people
-- Who came since and was blocked or removed.
INSERT OR IGNORE INTO main.people (id, telegram_id, language, language_chosen, created_at, blocked_at)
SELECT p.id, p.telegram_id, p.language, p.language_chosen, p.created_at, p.blocked_at FROM present.people p
WHERE p.telegram_id > 0 AND (
    p.blocked_at IS NOT NULL
    OR EXISTS (SELECT 1 FROM present.officers o WHERE o.person_id = p.id AND o.removed_at IS NOT NULL)
);

-- name: add_their_recipients
-- Everybody is somebody who can be written to, or not.
INSERT INTO main.recipients (person_id) SELECT id FROM main.people
WHERE id NOT IN (SELECT person_id FROM main.recipients WHERE person_id IS NOT NULL);

-- name: carry_removals
-- Officers who were removed, or let in again.
UPDATE main.officers AS m SET removed_at = o.removed_at
FROM present.officers o JOIN present.people p ON p.id = o.person_id JOIN main.people q ON q.telegram_id = p.telegram_id
WHERE q.id = m.person_id AND o.unit = m.unit AND o.removed_at IS NOT m.removed_at;

-- name: carry_removed_officers
-- Officers who came since and were removed.
INSERT OR IGNORE INTO main.officers (person_id, unit, name, at, removed_at)
SELECT q.id, o.unit, o.name, o.at, o.removed_at
FROM present.officers o JOIN present.people p ON p.id = o.person_id JOIN main.people q ON q.telegram_id = p.telegram_id
WHERE o.removed_at IS NOT NULL;

-- name: carry_uses
-- Invitations that were used.
UPDATE main.invites AS m SET used_at = p.used_at FROM present.invites p
WHERE p.hash = m.hash AND m.used_at IS NULL AND p.used_at IS NOT NULL;

-- name: drop_gone_invites
-- Invitations that are gone.
DELETE FROM main.invites WHERE used_at IS NULL AND hash NOT IN (SELECT hash FROM present.invites);

-- name: carry_links
-- Chats of units that were moved or disconnected: their cards are for nobody else to see.
UPDATE main.unit_links AS m SET at = p.at, chat_id = p.chat_id, topic_id = p.topic_id, person_id = NULL
FROM present.unit_links p WHERE p.unit = m.unit AND p.at > m.at AND p.person_id IS NULL;

-- name: carry_reach
-- Who has blocked the bot, or taken it back.
UPDATE main.recipients AS m SET reachable = p.reachable FROM present.recipients p
WHERE p.chat_id = m.chat_id AND p.reachable <> m.reachable;

-- name: carry_waiting
-- Updates that nobody has handled: Telegram has let go of them.
INSERT INTO main.inbox (bot_id, update_id, payload, received_at)
SELECT bot_id, update_id, payload, received_at FROM present.inbox
WHERE handled = 0 AND error IS NULL AND bot_id <> 0 ORDER BY seq ON CONFLICT DO NOTHING;

-- name: carry_audit
-- What officers and admins did.
INSERT INTO main.audit (id, at, person_id, unit, what, subject, details)
SELECT id, at, person_id, unit, what, subject, details FROM present.audit
WHERE id > (SELECT coalesce(max(id), 0) FROM main.audit) ORDER BY id;

-- name: lost
-- How much the database that was there has besides.
SELECT
(SELECT count(*) FROM present.reports WHERE id > (SELECT case_id FROM main.counters)) AS reports,
(SELECT count(*) FROM present.incidents WHERE id > (SELECT case_id FROM main.counters)) AS cases,
(SELECT count(*) FROM present.incident_events
    WHERE id > (SELECT coalesce(max(id), 0) FROM main.incident_events)) AS steps;

-- name: until
-- The last that a backup knows of.
SELECT max(coalesce((SELECT max(received_at) FROM main.inbox), 0), coalesce((SELECT max(at) FROM main.reports), 0));

-- name: same_installation
-- Whether the numbers of both are made with the same key.
SELECT (SELECT number_key FROM main.counters) = (SELECT number_key FROM present.counters);
