-- What model beta-2 needs of the answers: for each section the sum of weight x share of the section x log-likelihood of the credit at
-- nine abilities, -4 to 4 logits (domain/knowledge.h). A question's further sections get rows, too; those have no answers of their own.

ALTER TABLE section_evidence
    ALTER COLUMN last_answered_at DROP NOT NULL, -- NULL: only questions of other sections touch it
    ADD COLUMN likelihood_1 double precision NOT NULL DEFAULT 0,
    ADD COLUMN likelihood_2 double precision NOT NULL DEFAULT 0,
    ADD COLUMN likelihood_3 double precision NOT NULL DEFAULT 0,
    ADD COLUMN likelihood_4 double precision NOT NULL DEFAULT 0,
    ADD COLUMN likelihood_5 double precision NOT NULL DEFAULT 0,
    ADD COLUMN likelihood_6 double precision NOT NULL DEFAULT 0,
    ADD COLUMN likelihood_7 double precision NOT NULL DEFAULT 0,
    ADD COLUMN likelihood_8 double precision NOT NULL DEFAULT 0,
    ADD COLUMN likelihood_9 double precision NOT NULL DEFAULT 0;

-- The answers given so far, with the formulas of domain/knowledge.c (a test compares the two).

CREATE FUNCTION quizd_choose(n integer, k integer) RETURNS double precision LANGUAGE sql IMMUTABLE
    RETURN CASE WHEN k BETWEEN 0 AND n THEN (factorial(n) / factorial(k) / factorial(n - k))::double precision ELSE 0 END;

CREATE FUNCTION quizd_chance(body jsonb) RETURNS double precision LANGUAGE sql IMMUTABLE
    RETURN CASE body ->> 'type'
        WHEN 'single_choice' THEN 1.0::double precision / jsonb_array_length(body -> 'options')
        WHEN 'true_false' THEN 1.0::double precision / jsonb_array_length(body -> 'options')
        WHEN 'multiple_choice' THEN
            (SELECT coalesce(sum((2 * x - r)::double precision / r * quizd_choose(r, x) * quizd_choose(n - r, r - x)
                                 / quizd_choose(n, r)), 0)
             FROM (SELECT count(*)::integer AS n, (count(*) FILTER (WHERE (o ->> 'correct')::boolean))::integer AS r
                   FROM jsonb_array_elements(body -> 'options') AS o) AS counts,
                  generate_series(r / 2 + 1, r) AS x)
        WHEN 'ordering' THEN 1.0::double precision / factorial(jsonb_array_length(body -> 'order'))::double precision
        WHEN 'matching' THEN 1.0::double precision / jsonb_array_length(body -> 'choices')
        ELSE 0
    END;

CREATE FUNCTION quizd_likelihood(chance double precision, difficulty double precision, credit double precision,
                                 ability double precision) RETURNS double precision LANGUAGE sql IMMUTABLE
    RETURN credit * ln(chance + (1 - chance) / (1 + exp(difficulty - ability)))
           + (1 - credit) * ln((1 - chance) / (1 + exp(ability - difficulty)));

CREATE TEMPORARY TABLE quizd_spread ON COMMIT DROP AS
WITH given AS (
    SELECT w.user_id, a.bank_id, v.section_id, v.body, w.credit_milli / 1000.0::double precision AS credit,
           evidence_weight(CASE WHEN w.is_final THEN w.recorded_at ELSE a.submitted_at END) AS weight,
           quizd_chance(v.body) AS chance, 0.5::double precision * ((v.body ->> 'difficulty')::integer - 3) AS difficulty
    FROM answers AS w
    JOIN attempts AS a ON a.user_id = w.user_id AND a.id = w.attempt_id
    JOIN attempt_papers AS p ON p.user_id = w.user_id AND p.attempt_id = w.attempt_id
    JOIN question_versions AS v
      ON v.bank_id = a.bank_id AND v.question_id = w.question_id AND v.version = p.versions[w.position]
    WHERE w.response IS NOT NULL AND (w.is_final OR a.state = 'submitted')
), spread AS (
    SELECT g.*, s.id AS spread_to, count(*) OVER (PARTITION BY g.number) AS shares
    FROM (SELECT *, row_number() OVER () AS number FROM given) AS g
    JOIN sections AS s ON s.bank_id = g.bank_id
     AND (s.id = g.section_id OR s.path IN (SELECT jsonb_array_elements_text(coalesce(g.body -> 'sections', '[]'))))
)
SELECT user_id, bank_id, spread_to AS section_id, n,
       sum(weight / shares * quizd_likelihood(chance, difficulty, credit, n - 5)) AS likelihood
FROM spread
CROSS JOIN generate_series(1, 9) AS n
GROUP BY user_id, bank_id, spread_to, n;

INSERT INTO section_evidence AS e
    (user_id, bank_id, section_id, weight, credit, answers, correct, likelihood_1, likelihood_2, likelihood_3, likelihood_4,
     likelihood_5, likelihood_6, likelihood_7, likelihood_8, likelihood_9)
SELECT user_id, bank_id, section_id, 0, 0, 0, 0, sum(likelihood) FILTER (WHERE n = 1), sum(likelihood) FILTER (WHERE n = 2),
       sum(likelihood) FILTER (WHERE n = 3), sum(likelihood) FILTER (WHERE n = 4), sum(likelihood) FILTER (WHERE n = 5),
       sum(likelihood) FILTER (WHERE n = 6), sum(likelihood) FILTER (WHERE n = 7), sum(likelihood) FILTER (WHERE n = 8),
       sum(likelihood) FILTER (WHERE n = 9)
FROM quizd_spread
GROUP BY user_id, bank_id, section_id
ON CONFLICT (user_id, bank_id, section_id) DO UPDATE
SET likelihood_1 = excluded.likelihood_1, likelihood_2 = excluded.likelihood_2, likelihood_3 = excluded.likelihood_3,
    likelihood_4 = excluded.likelihood_4, likelihood_5 = excluded.likelihood_5, likelihood_6 = excluded.likelihood_6,
    likelihood_7 = excluded.likelihood_7, likelihood_8 = excluded.likelihood_8, likelihood_9 = excluded.likelihood_9;

DROP FUNCTION quizd_likelihood, quizd_chance, quizd_choose;
