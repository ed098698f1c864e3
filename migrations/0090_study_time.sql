-- How long answers took, beside how many there were. An answer took as long as since the one before it in the attempt, or since the
-- start, ten minutes at most.
ALTER TABLE study_activity ADD COLUMN duration_ms bigint NOT NULL DEFAULT 0;

UPDATE study_activity AS s
SET duration_ms = done.duration_ms
FROM (SELECT user_id, bank_id, date_bin('15 minutes', recorded_at, timestamptz 'epoch') AS bucket_at,
             sum(least(600000, greatest(0, floor(extract(epoch FROM recorded_at - before) * 1000))))::bigint AS duration_ms
      FROM (SELECT a.user_id, a.bank_id, w.recorded_at,
                   lag(w.recorded_at, 1, a.started_at)
                       OVER (PARTITION BY a.user_id, a.id ORDER BY w.recorded_at, w.position) AS before
            FROM attempts AS a
            JOIN answers AS w ON w.user_id = a.user_id AND w.attempt_id = a.id
            WHERE a.state = 'submitted' AND a.evidence_due_at IS NULL AND w.response IS NOT NULL) AS timed
      GROUP BY user_id, bank_id, bucket_at) AS done
WHERE s.user_id = done.user_id AND s.bank_id = done.bank_id AND s.bucket_at = done.bucket_at;
