-- Returns nothing where the account is gone (a token may outlive it), or goes at this moment: hence the lock, which the foreign key
-- would take too, but with an error.
-- name: attempts_start
-- lane: write
-- retry: safe
WITH attempt AS (
    INSERT INTO attempts (user_id, id, bank_id)
    SELECT $1::uuid, $2::uuid, $3::uuid
    FROM users
    WHERE id = $1::uuid
    FOR KEY SHARE
    ON CONFLICT (user_id, id) DO NOTHING
    RETURNING started_at
), paper AS (
    INSERT INTO attempt_papers (user_id, attempt_id, mode, feedback, seed, question_ids, versions, rules)
    SELECT $1::uuid, $2::uuid, $4::text, $5::text, $6::text, $7::uuid[], $8::bigint[], $9::text
    FROM attempt
)
SELECT started_at FROM attempt
UNION ALL
SELECT started_at FROM attempts WHERE user_id = $1::uuid AND id = $2::uuid;

-- What an attempt is, without its answers; with the versions of its questions that their bank has moved on from.
-- name: attempts_get
-- lane: read
SELECT a.user_id, a.id, a.bank_id, p.mode, p.feedback, p.seed, p.question_ids, p.versions, a.started_at, a.deadline_at,
       a.state, a.answer_sequence, a.submitted_at, p.rules, o.ids, o.old_versions, o.section_ids, o.bodies, o.calibrations
FROM attempts AS a
JOIN attempt_papers AS p ON p.user_id = a.user_id AND p.attempt_id = a.id
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(v.question_id), '{}') AS ids, coalesce(array_agg(v.version::bigint), '{}') AS old_versions,
           coalesce(array_agg(v.section_id), '{}') AS section_ids, coalesce(array_agg(v.body::text), '{}') AS bodies,
           coalesce(array_agg(coalesce(
               (SELECT CASE WHEN count(*) > 0 THEN jsonb_build_object('calibrations', jsonb_agg(jsonb_build_object(
                        'in_force_at', (extract(epoch FROM i.in_force_at) * 1000000)::bigint, 'difficulty', i.difficulty,
                        'variance', i.variance) ORDER BY i.in_force_at))::text END
                FROM item_calibrations AS i
                WHERE i.bank_id = v.bank_id AND i.question_id = v.question_id AND i.version = v.version), '')), '{}') AS calibrations
    FROM unnest(p.question_ids, p.versions) AS k (question_id, version)
    JOIN questions AS q ON q.bank_id = a.bank_id AND q.id = k.question_id
    JOIN question_versions AS v ON v.bank_id = a.bank_id AND v.question_id = k.question_id AND v.version = k.version
    WHERE q.current_version <> k.version OR q.state <> 'published'
) AS o
WHERE a.user_id = $1::uuid AND a.id = $2::uuid;

-- The attempt with its answers, as arrays in one order, from one snapshot. For somebody who is about to close it ($3), also the
-- memories of its questions and the versions that their bank has moved on from.
-- name: attempts_get_with_answers
-- lane: read
SELECT a.user_id, a.id, a.bank_id, p.mode, p.feedback, p.seed, p.question_ids, p.versions, a.started_at, a.deadline_at,
       a.state, a.answer_sequence, a.submitted_at, p.rules, o.ids, o.old_versions, o.section_ids, o.bodies, o.calibrations,
       a.raw_milli IS NOT NULL AS is_scored, a.evidence_due_at,
       a.settled_at, clock_timestamp() AS read_at, w.positions, w.revisions, w.responses, w.credits, w.points, w.certainties, w.flags,
       w.times, m.remembered_ids, m.stabilities, m.difficulties, m.reviewed_times, m.review_counts, m.lapse_counts, m.had_credits,
       coalesce(a.dropped_positions, '{}') AS dropped
FROM attempts AS a
JOIN attempt_papers AS p ON p.user_id = a.user_id AND p.attempt_id = a.id
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(v.question_id), '{}') AS ids, coalesce(array_agg(v.version::bigint), '{}') AS old_versions,
           coalesce(array_agg(v.section_id), '{}') AS section_ids, coalesce(array_agg(v.body::text), '{}') AS bodies,
           coalesce(array_agg(coalesce(
               (SELECT CASE WHEN count(*) > 0 THEN jsonb_build_object('calibrations', jsonb_agg(jsonb_build_object(
                        'in_force_at', (extract(epoch FROM i.in_force_at) * 1000000)::bigint, 'difficulty', i.difficulty,
                        'variance', i.variance) ORDER BY i.in_force_at))::text END
                FROM item_calibrations AS i
                WHERE i.bank_id = v.bank_id AND i.question_id = v.question_id AND i.version = v.version), '')), '{}') AS calibrations
    FROM unnest(p.question_ids, p.versions) AS k (question_id, version)
    JOIN questions AS q ON q.bank_id = a.bank_id AND q.id = k.question_id
    JOIN question_versions AS v ON v.bank_id = a.bank_id AND v.question_id = k.question_id AND v.version = k.version
    WHERE $3::boolean AND (q.current_version <> k.version OR q.state <> 'published')
) AS o
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(question_id), '{}') AS remembered_ids, coalesce(array_agg(stability), '{}') AS stabilities,
           coalesce(array_agg(difficulty), '{}') AS difficulties,
           coalesce(array_agg((extract(epoch FROM reviewed_at) * 1000000)::bigint), '{}') AS reviewed_times,
           coalesce(array_agg(review_count::bigint), '{}') AS review_counts, coalesce(array_agg(lapse_count::bigint), '{}') AS lapse_counts,
           coalesce(array_agg(has_credit::int::bigint), '{}') AS had_credits
    FROM (SELECT * FROM reviews
          WHERE $3::boolean AND user_id = $1::uuid AND bank_id = a.bank_id AND question_id = ANY (p.question_ids)
          ORDER BY question_id) AS known
) AS m
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(position::bigint), '{}') AS positions,
           coalesce(array_agg(revision), '{}') AS revisions,
           coalesce(array_agg(coalesce(response, '')), '{}') AS responses,
           coalesce(array_agg(credit_milli::bigint), '{}') AS credits,
           coalesce(array_agg(points_milli::bigint), '{}') AS points,
           coalesce(array_agg(coalesce(certainty, 0)::bigint), '{}') AS certainties,
           coalesce(array_agg(is_flagged::int::bigint), '{}') AS flags,
           coalesce(array_agg((extract(epoch FROM recorded_at) * 1000000)::bigint), '{}') AS times
    FROM (SELECT * FROM answers
          WHERE user_id = $1::uuid AND attempt_id = $2::uuid
          ORDER BY position) AS ordered
) AS w
WHERE a.user_id = $1::uuid AND a.id = $2::uuid;

-- Newest first; $2 is the id to go on behind (ids sort by time); $4 bank, $5 state, $6 mode, $7 exam: NULL: any.
-- name: attempts_list
-- lane: read
SELECT a.id, a.bank_id, p.mode, p.feedback, a.state, cardinality(p.question_ids)::bigint AS size, a.started_at, a.deadline_at,
       a.submitted_at, a.raw_milli, a.max_milli, p.rules, clock_timestamp() AS read_at
FROM attempts AS a
JOIN attempt_papers AS p ON p.user_id = a.user_id AND p.attempt_id = a.id
WHERE a.user_id = $1::uuid AND ($2::uuid IS NULL OR a.id < $2::uuid)
  AND ($4::uuid IS NULL OR a.bank_id = $4::uuid) AND ($5::text IS NULL OR a.state = $5::text)
  AND ($6::text IS NULL OR p.mode = $6::text) AND ($7::text IS NULL OR a.exam = $7::text)
ORDER BY a.id DESC
LIMIT $3::bigint;

-- Removes an unfinished practice attempt that is still as it was read ($3), and takes back the evidence that its final answers were, a
-- row a section ($4 to $8, weights of the epoch) with nine log-likelihoods each in $9. What is left of sums that were equal is nothing.
-- Where its answers were the last ones ($10, and wrong ones $11; µs, 0: none), those before them are the last again ($12, $13).
-- name: attempts_delete
-- lane: write
-- retry: safe
WITH doomed AS (
    SELECT user_id, id, bank_id
    FROM attempts
    WHERE user_id = $1::uuid AND id = $2::uuid AND answer_sequence = $3::bigint AND state = 'open' AND exam IS NULL
    FOR UPDATE
), taken AS (
    SELECT d.bank_id, u.section_id, u.weight, u.credit, u.answers, u.correct,
           timestamptz 'epoch' + u.last_at * interval '1 microsecond' AS last_at,
           timestamptz 'epoch' + u.last_wrong_at * interval '1 microsecond' AS last_wrong_at,
           timestamptz 'epoch' + nullif(u.before_at, 0) * interval '1 microsecond' AS before_at,
           timestamptz 'epoch' + nullif(u.before_wrong_at, 0) * interval '1 microsecond' AS before_wrong_at,
           l.sums[(9 * u.place - 8)::int : (9 * u.place)::int] AS likelihoods
    FROM doomed AS d,
         unnest($4::uuid[], $5::float8[], $6::float8[], $7::bigint[], $8::bigint[], $10::bigint[], $11::bigint[], $12::bigint[],
                $13::bigint[])
             WITH ORDINALITY AS u (section_id, weight, credit, answers, correct, last_at, last_wrong_at, before_at, before_wrong_at, place),
         (SELECT $9::float8[] AS sums) AS l
), evidence AS (
    UPDATE section_evidence AS e
    SET weight = CASE WHEN e.answers > t.answers THEN e.weight - t.weight ELSE 0 END,
        credit = CASE WHEN e.credit - t.credit > 1e-9 * e.credit THEN e.credit - t.credit ELSE 0 END,
        answers = e.answers - t.answers, correct = e.correct - t.correct,
        last_answered_at = CASE WHEN e.answers <= t.answers THEN NULL
                                WHEN e.last_answered_at = t.last_at THEN t.before_at ELSE e.last_answered_at END,
        last_wrong_at = CASE WHEN e.answers <= t.answers THEN NULL
                             WHEN e.last_wrong_at = t.last_wrong_at THEN t.before_wrong_at ELSE e.last_wrong_at END,
        likelihood_1 = e.likelihood_1 - t.likelihoods[1], likelihood_2 = e.likelihood_2 - t.likelihoods[2],
        likelihood_3 = e.likelihood_3 - t.likelihoods[3], likelihood_4 = e.likelihood_4 - t.likelihoods[4],
        likelihood_5 = e.likelihood_5 - t.likelihoods[5], likelihood_6 = e.likelihood_6 - t.likelihoods[6],
        likelihood_7 = e.likelihood_7 - t.likelihoods[7], likelihood_8 = e.likelihood_8 - t.likelihoods[8],
        likelihood_9 = e.likelihood_9 - t.likelihoods[9]
    FROM taken AS t
    WHERE e.user_id = $1::uuid AND e.bank_id = t.bank_id AND e.section_id = t.section_id
      AND e.likelihood_1 - t.likelihoods[1] < 1e-9 * e.likelihood_1
), evidence_gone AS (
    DELETE FROM section_evidence AS e
    USING taken AS t
    WHERE e.user_id = $1::uuid AND e.bank_id = t.bank_id AND e.section_id = t.section_id
      AND e.likelihood_1 - t.likelihoods[1] >= 1e-9 * e.likelihood_1
), answers_gone AS (
    DELETE FROM answers AS w
    USING doomed AS d
    WHERE w.user_id = d.user_id AND w.attempt_id = d.id
), attempt_gone AS (
    DELETE FROM attempts AS a
    USING doomed AS d
    WHERE a.user_id = d.user_id AND a.id = d.id
)
SELECT true AS is_deleted FROM doomed;
