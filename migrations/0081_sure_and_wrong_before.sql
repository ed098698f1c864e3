-- What 0080 left out: answers that were sure and wrong before there was the column. Half of the credit is FSRS's bound between again and
-- hard (domain/fsrs.h); a memory whose last review is another answer is left alone.
UPDATE reviews AS r
SET is_sure_and_wrong = true
FROM (SELECT DISTINCT ON (a.user_id, a.bank_id, w.question_id) a.user_id, a.bank_id, w.question_id, w.certainty, w.credit_milli, w.recorded_at
      FROM attempts AS a
      JOIN answers AS w ON w.user_id = a.user_id AND w.attempt_id = a.id
      WHERE a.settled_at IS NOT NULL AND w.response IS NOT NULL
      ORDER BY a.user_id, a.bank_id, w.question_id, a.settled_at DESC, w.recorded_at DESC, w.position DESC) AS last
WHERE r.user_id = last.user_id AND r.bank_id = last.bank_id AND r.question_id = last.question_id AND r.reviewed_at = last.recorded_at
  AND last.certainty = 3 AND last.credit_milli < 500;
