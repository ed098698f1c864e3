-- What is remembered of questions. UUIDs compare as their bytes do.

-- name: reviews_list
-- lane: read
SELECT question_id, stability, difficulty, reviewed_at, review_count, lapse_count, has_credit
FROM reviews
WHERE user_id = $1::uuid AND bank_id = $2::uuid
ORDER BY question_id;

-- Of the questions of one paper.
-- name: reviews_get
-- lane: read
SELECT question_id, stability, difficulty, reviewed_at, review_count, lapse_count, has_credit
FROM reviews
WHERE user_id = $1::uuid AND bank_id = $2::uuid AND question_id = ANY ($3::uuid[])
ORDER BY question_id;
