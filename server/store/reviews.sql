-- What is remembered of questions. UUIDs compare as their bytes do.

-- name: reviews_list
-- lane: read
SELECT question_id, stability, difficulty, reviewed_at, review_count, lapse_count, is_sure_and_wrong, has_credit
FROM reviews
WHERE user_id = $1::uuid AND bank_id = $2::uuid
ORDER BY question_id;
