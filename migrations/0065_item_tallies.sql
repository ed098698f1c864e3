-- What the answers of many say about question versions and exams: counted from submitted attempts by one of the servers now and then,
-- never on the way of a request. All numbers are integers that are only added, so the order in which attempts are counted does not
-- matter. No row says by whom, when, or together with what: they stay when a person is erased.

-- NULL: not counted yet. Positions whose question a regrade has dropped count like pilots.
ALTER TABLE attempts ADD COLUMN counted_at timestamptz, ADD COLUMN dropped_positions bigint[];
CREATE INDEX attempts_uncounted ON attempts (submitted_at, id) WHERE raw_milli IS NOT NULL AND counted_at IS NULL;

CREATE TABLE item_tallies (
    bank_id     uuid NOT NULL,
    question_id uuid NOT NULL,   -- all zeroes: of the exam
    version     bigint NOT NULL,
    exam        text NOT NULL,   -- '': not in an exam
    kind        text NOT NULL CHECK (kind IN ('credit', 'rest', 'total', 'option', 'second', 'score')),
    key         bigint NOT NULL, -- credit in thousandths; rest, total and score in millionths; seconds
    name        text NOT NULL,   -- the option
    answers     bigint NOT NULL,
    scored      bigint NOT NULL, -- of these, not as a pilot
    paired      bigint NOT NULL, -- of these, with other scored questions on the paper
    rest        bigint NOT NULL, -- sum of the mean credit of those, in millionths
    total       bigint NOT NULL, -- sum of the mean credit of the paper, in millionths; 'score': questions on the papers
    PRIMARY KEY (bank_id, question_id, version, exam, kind, key, name)
) WITH (fillfactor = 80);

-- What follows for an instructor; judged again when the tallies have changed.
CREATE TABLE item_judgements (
    bank_id       uuid NOT NULL,
    question_id   uuid NOT NULL,
    version       bigint NOT NULL,
    answers       bigint NOT NULL,
    change        bigint NOT NULL,             -- grows with every count
    judged_change bigint NOT NULL DEFAULT 0,
    flags         text[] NOT NULL DEFAULT '{}',
    judged_at     timestamptz,
    PRIMARY KEY (bank_id, question_id, version)
) WITH (fillfactor = 80);
CREATE INDEX item_judgements_stale ON item_judgements (judged_at NULLS FIRST) WHERE change <> judged_change;
CREATE INDEX item_judgements_flagged ON item_judgements (bank_id, question_id) WHERE flags <> '{}';

-- What one attempt adds. In an exam a question that was not answered is wrong, elsewhere it was not asked. An answer took as long as
-- since the one before it; less than a fifth of a second: they came together, and nobody knows.
CREATE FUNCTION attempt_tallies(of_user uuid, of_attempt uuid)
    RETURNS TABLE (question_id uuid, version bigint, kind text, key bigint, name text, answers bigint, scored bigint, paired bigint,
                   rest bigint, total bigint)
    LANGUAGE sql STABLE
    AS $$
WITH asked AS (
    SELECT p.question_ids[i] AS question_id, p.versions[i] AS version, a.exam,
           CASE WHEN w.response IS NULL THEN 0 ELSE w.credit_milli END::bigint AS credit, w.response::jsonb AS response,
           CASE WHEN coalesce(p.rules::jsonb -> 'pilots', '[]') @> to_jsonb(i) OR i = ANY (a.dropped_positions) THEN 0
                ELSE 1 END AS scored,
           extract(epoch FROM w.recorded_at - lag(w.recorded_at, 1, a.started_at) OVER (ORDER BY w.recorded_at, i)) AS seconds
    FROM attempts AS a
    JOIN attempt_papers AS p ON p.user_id = a.user_id AND p.attempt_id = a.id
    CROSS JOIN LATERAL generate_subscripts(p.question_ids, 1) AS i
    LEFT JOIN answers AS w ON w.user_id = a.user_id AND w.attempt_id = a.id AND w.position = i
    WHERE a.user_id = of_user AND a.id = of_attempt AND p.versions[i] IS NOT NULL
      AND (w.response IS NOT NULL OR p.mode = 'exam')
), summed AS (
    SELECT *, sum(credit * scored) OVER () AS credit_sum, sum(scored) OVER () AS item_sum FROM asked
), shared AS MATERIALIZED (
    SELECT *, CASE WHEN item_sum > scored THEN 1 ELSE 0 END AS paired,
           CASE WHEN item_sum > scored
                THEN ((credit_sum - credit * scored) * 2000 + item_sum - scored)::bigint / (2 * (item_sum - scored)) ELSE 0 END AS rest,
           (credit_sum * 2000 + item_sum)::bigint / (2 * item_sum) AS total
    FROM summed
    WHERE item_sum > 0
)
SELECT question_id, version, 'credit', credit, '', 1, scored, paired, rest::bigint, total::bigint FROM shared
UNION ALL
SELECT question_id, version, 'rest', rest::bigint, '', 1, 0, 1, 0, 0 FROM shared WHERE paired = 1
UNION ALL
SELECT question_id, version, 'total', total::bigint, '', 1, 0, 0, 0, 0 FROM shared
UNION ALL
SELECT question_id, version, 'option', 0, o.id, 1, 0, 0, 0, total::bigint
FROM shared, LATERAL jsonb_array_elements_text(CASE WHEN response ? 'choices' THEN response -> 'choices' ELSE '[]' END) AS o (id)
UNION ALL
SELECT question_id, version, 'second', least(floor(seconds), 3600)::bigint, '', 1, 0, 0, 0, 0 FROM shared WHERE seconds >= 0.2
UNION ALL
SELECT '00000000-0000-0000-0000-000000000000', 0, 'score', max(total)::bigint, '', 1, 0, 0, 0, max(item_sum)::bigint
FROM shared
WHERE exam IS NOT NULL
HAVING count(*) > 0
$$;
