
-- == how the bot is ====================================================================================================

-- name: outbox_waiting
-- How many messages wait at each priority, and since when the first of those that are due. What is for somebody who
-- cannot be written to waits for them, not for us.
SELECT o.priority, count(*) AS n, min(CASE WHEN o.due_at <= :now THEN o.due_at END) AS since
FROM outbox o INDEXED BY outbox_queued CROSS JOIN recipients r ON r.id = o.recipient_id AND r.reachable = 1
WHERE o.state = 'queued' GROUP BY o.priority;

-- name: inbox_waiting
-- How many updates wait, and since when.
SELECT count(*) AS n, (SELECT received_at FROM inbox WHERE handled = 0 ORDER BY seq LIMIT 1) AS since
FROM inbox WHERE handled = 0;

-- name: work_waiting
-- How much work there is, and since when the first of what is due waits; what is being done counts too.
SELECT count(*) AS n, min(CASE WHEN due_at <= :now THEN due_at END) AS since FROM work;

-- name: lost_rows
-- How many inbox rows failed and how many messages died, of those that are kept.
SELECT (SELECT count(*) FROM inbox WHERE error IS NOT NULL) AS failed,
(SELECT count(*) FROM outbox WHERE state = 'dead' AND done_at IS NOT NULL) AS dead;

-- name: failed_since
-- Inbox rows that failed lately, oldest first.
SELECT error AS why, received_at AS at FROM inbox WHERE error IS NOT NULL AND received_at > :since
ORDER BY received_at, seq LIMIT :limit;

-- name: dead_since
-- Messages that died lately by a mistake, oldest first: not those of whom nobody can reach, nor the channel's.
SELECT why, done_at AS at FROM outbox WHERE state = 'dead' AND done_at > :since AND why NOT LIKE 'unreachable:%'
AND recipient_id IS NOT (SELECT id FROM recipients WHERE chat_id = :channel_id) ORDER BY done_at, id LIMIT :limit;

-- name: last_post
-- What became of the last post to the channel.
SELECT state, why FROM outbox INDEXED BY outbox_slot
WHERE recipient_id = (SELECT id FROM recipients WHERE chat_id = :channel_id) AND state IN ('sent', 'dead')
AND done_at IS NOT NULL ORDER BY done_at DESC, id DESC LIMIT 1;

-- name: open_by_state
-- How many cases are open, by state.
SELECT state, count(*) AS n FROM incidents INDEXED BY incidents_open_in WHERE ended_at IS NULL GROUP BY state;

-- name: alarms_since
-- Alarms that stand, and those that began or ended since.
SELECT * FROM alarms WHERE over_at IS NULL OR over_at > :since OR since > :since ORDER BY since;

-- name: put_alarm
-- An alarm, new or changed.
INSERT INTO alarms (what, since, told_at, over_at, details, times)
VALUES (:what, :since, :told_at, :over_at, :details, :times)
ON CONFLICT (what, since) DO UPDATE SET told_at = excluded.told_at, over_at = excluded.over_at,
details = excluded.details, times = excluded.times;

-- name: prune_alarms
-- Alarms that were over long ago.
DELETE FROM alarms WHERE (what, since) IN (
    SELECT what, since FROM alarms WHERE over_at < :before LIMIT :limit
);
