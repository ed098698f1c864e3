-- Leaderboards: who takes part in those of banks, what servers keep of them in memory, and the boards of teams. A day is one of the
-- bank's time zone, a week begins on Monday.

-- name: boards_join
-- lane: write
-- retry: safe
WITH joined AS (
    INSERT INTO board_members AS m (user_id, bank_id, member_id, pseudonym, shares_name)
    SELECT id, $2::uuid, $3::uuid, $4::text, $5::boolean
    FROM users
    WHERE id = $1::uuid
    ON CONFLICT (user_id, bank_id) DO UPDATE SET shares_name = excluded.shares_name
    RETURNING pg_notify('quizd_boards', '') IS NOT NULL
), name_taken_back AS (
    INSERT INTO board_departures (member_id)
    SELECT $6::uuid
    FROM board_members
    WHERE user_id = $1::uuid AND bank_id = $2::uuid AND shares_name AND NOT $5::boolean
    ON CONFLICT (member_id) DO NOTHING
)
SELECT (SELECT count(*) FROM joined) AS joined
FROM users
WHERE id = $1::uuid;

-- name: boards_leave
-- lane: write
-- retry: safe
WITH gone AS (
    DELETE FROM board_members
    WHERE user_id = $1::uuid AND bank_id = $2::uuid
    RETURNING member_id
)
INSERT INTO board_departures (member_id)
SELECT member_id FROM gone
RETURNING pg_notify('quizd_boards', '') IS NOT NULL AS is_told;

-- Who asks, on the board, in the first row, with when somebody last went from any of them or took his name back; then those of
-- member_ids who are there still, and of known_ids, if that time is another than known_at.
-- name: boards_find_people
-- lane: read
-- calls: user_id uuid, bank_id uuid, member_ids text, known_ids text, known_at timestamptz
WITH last AS (
    SELECT (SELECT departed_at FROM board_departures ORDER BY departed_at DESC LIMIT 1) AS departed_at
)
SELECT c.call, true AS is_caller, m.member_id, CASE WHEN m.shares_name THEN u.display_name ELSE m.pseudonym END AS display_name,
       l.departed_at
FROM calls AS c
CROSS JOIN last AS l
LEFT JOIN board_members AS m ON m.user_id = c.user_id AND m.bank_id = c.bank_id
LEFT JOIN users AS u ON u.id = m.user_id
UNION ALL
SELECT c.call, false, m.member_id, CASE WHEN m.shares_name THEN u.display_name ELSE m.pseudonym END, NULL
FROM calls AS c
CROSS JOIN last AS l
CROSS JOIN LATERAL unnest(c.member_ids::uuid[] || CASE WHEN l.departed_at IS DISTINCT FROM c.known_at THEN c.known_ids::uuid[] END)
    AS wanted (member_id)
JOIN board_members AS m ON m.member_id = wanted.member_id
JOIN users AS u ON u.id = m.user_id
WHERE NOT u.is_disabled
ORDER BY call, is_caller DESC;

-- name: boards_clock
-- lane: session
SELECT id AS bank_id, (clock_timestamp() AT TIME ZONE time_zone)::date::text AS today,
       date_trunc('week', clock_timestamp() AT TIME ZONE time_zone)::date::text AS week, time_zone,
       clock_timestamp() AS read_at
FROM banks
ORDER BY id;

-- At most $2 of all who take part, behind $1.
-- name: boards_load
-- lane: session
WITH members AS (
    SELECT user_id, bank_id, member_id
    FROM board_members
    WHERE member_id > coalesce($1::uuid, '00000000-0000-0000-0000-000000000000')
    ORDER BY member_id
    LIMIT $2::bigint
), windows AS (
    SELECT id AS bank_id, (clock_timestamp() AT TIME ZONE time_zone)::date AS today,
           date_trunc('week', clock_timestamp() AT TIME ZONE time_zone)::date AS week
    FROM banks
)
SELECT m.bank_id, m.member_id, s.day_points, s.day_at, s.week_points, s.week_at, s.all_points, s.all_at
FROM members AS m
JOIN windows AS w ON w.bank_id = m.bank_id
CROSS JOIN LATERAL (
    SELECT coalesce(sum(points) FILTER (WHERE day >= w.today), 0)::bigint AS day_points,
           max(reached_at) FILTER (WHERE day >= w.today AND points > 0) AS day_at,
           coalesce(sum(points) FILTER (WHERE day >= w.week), 0)::bigint AS week_points,
           max(reached_at) FILTER (WHERE day >= w.week AND points > 0) AS week_at,
           coalesce(sum(points), 0)::bigint AS all_points, max(reached_at) FILTER (WHERE points > 0) AS all_at
    FROM points_days
    WHERE user_id = m.user_id AND bank_id = m.bank_id
) AS s
ORDER BY m.member_id;

-- The same of those whose points may have changed since $1.
-- name: boards_changed
-- lane: session
WITH windows AS (
    SELECT id AS bank_id, (clock_timestamp() AT TIME ZONE time_zone)::date AS today,
           date_trunc('week', clock_timestamp() AT TIME ZONE time_zone)::date AS week
    FROM banks
), members AS (
    SELECT user_id, bank_id, member_id FROM board_members WHERE changed_at > $1::timestamptz
    UNION
    SELECT m.user_id, m.bank_id, m.member_id
    FROM points_days AS p
    JOIN board_members AS m ON m.user_id = p.user_id AND m.bank_id = p.bank_id
    WHERE p.reached_at > $1::timestamptz
)
SELECT m.bank_id, m.member_id, s.day_points, s.day_at, s.week_points, s.week_at, s.all_points, s.all_at
FROM members AS m
JOIN windows AS w ON w.bank_id = m.bank_id
CROSS JOIN LATERAL (
    SELECT coalesce(sum(points) FILTER (WHERE day >= w.today), 0)::bigint AS day_points,
           max(reached_at) FILTER (WHERE day >= w.today AND points > 0) AS day_at,
           coalesce(sum(points) FILTER (WHERE day >= w.week), 0)::bigint AS week_points,
           max(reached_at) FILTER (WHERE day >= w.week AND points > 0) AS week_at,
           coalesce(sum(points), 0)::bigint AS all_points, max(reached_at) FILTER (WHERE points > 0) AS all_at
    FROM points_days
    WHERE user_id = m.user_id AND bank_id = m.bank_id
) AS s;

-- name: boards_departed
-- lane: session
SELECT member_id
FROM board_departures
WHERE departed_at > $1::timestamptz;

-- name: boards_forget
-- lane: session
-- retry: safe
DELETE FROM board_departures
WHERE member_id IN (SELECT member_id FROM board_departures WHERE departed_at < clock_timestamp() - interval '1 hour' LIMIT $1::bigint);

-- All members of a team of $1 with their points in a window (day, week, all), at one bank or at all of them ($4 NULL). Who has none
-- stands behind the others since he joined.
-- name: team_board_list
-- lane: read
WITH windows AS (
    SELECT id AS bank_id,
           CASE $3::text WHEN 'day' THEN (clock_timestamp() AT TIME ZONE time_zone)::date
                         WHEN 'week' THEN date_trunc('week', clock_timestamp() AT TIME ZONE time_zone)::date
                         ELSE '-infinity'::date END AS first_day
    FROM banks
    WHERE $4::uuid IS NULL OR id = $4::uuid
)
SELECT m.user_id, CASE WHEN m.shares_name THEN u.display_name ELSE m.pseudonym END AS display_name, coalesce(s.points, 0) AS points,
       coalesce(s.reached_at, m.joined_at) AS reached_at, clock_timestamp() AS read_at
FROM team_members AS mine
JOIN team_members AS m ON m.team_id = mine.team_id
JOIN users AS u ON u.id = m.user_id
CROSS JOIN LATERAL (
    SELECT sum(p.points)::bigint AS points, max(p.reached_at) FILTER (WHERE p.points > 0) AS reached_at
    FROM windows AS w
    JOIN points_days AS p ON p.user_id = m.user_id AND p.bank_id = w.bank_id AND p.day >= w.first_day
) AS s
WHERE mine.user_id = $1::uuid AND mine.team_id = $2::uuid;

-- The public teams at a bank ($1) in a window ($2): a team has the mean of its best $3 members with points, and is left out where
-- fewer have any. All that was committed before read_at is in it.
-- name: boards_of_teams
-- lane: session
WITH windows AS (
    SELECT CASE $2::text WHEN 'day' THEN (clock_timestamp() AT TIME ZONE time_zone)::date
                         WHEN 'week' THEN date_trunc('week', clock_timestamp() AT TIME ZONE time_zone)::date
                         ELSE '-infinity'::date END AS first_day
    FROM banks
    WHERE id = $1::uuid
), members AS (
    SELECT m.team_id, s.points, s.reached_at,
           row_number() OVER (PARTITION BY m.team_id ORDER BY s.points DESC, s.reached_at, m.user_id) AS place
    FROM teams AS t
    JOIN team_members AS m ON m.team_id = t.id
    CROSS JOIN LATERAL (
        SELECT sum(p.points)::bigint AS points, max(p.reached_at) FILTER (WHERE p.points > 0) AS reached_at
        FROM points_days AS p
        WHERE p.user_id = m.user_id AND p.bank_id = $1::uuid AND p.day >= (SELECT first_day FROM windows)
    ) AS s
    WHERE t.is_public AND s.points > 0
)
SELECT team_id, (sum(points) / $3::bigint)::bigint AS points, max(reached_at) AS reached_at, statement_timestamp() AS read_at
FROM members
WHERE place <= $3::bigint
GROUP BY team_id
HAVING count(*) = $3::bigint;

-- Of these teams those that take part still, and may.
-- name: boards_team_names
-- lane: read
SELECT id, name
FROM teams
WHERE id = ANY ($1::uuid[]) AND is_public AND member_count >= $2::bigint;

-- Attempts of the last $5 days at a bank that went faster than anybody reads, $4 milliseconds for an answer (fast_attempt). Newest
-- first, behind $2. For people to look at: nothing is taken from anybody.
-- name: boards_review
-- lane: session
SELECT a.id AS attempt_id, a.user_id, u.display_name, a.started_at, f.answers, f.credit, f.answer_ms
FROM attempts AS a
CROSS JOIN LATERAL fast_attempt(a, $4::bigint) AS f
JOIN users AS u ON u.id = a.user_id
WHERE a.bank_id = $1::uuid AND ($2::uuid IS NULL OR a.id < $2::uuid) AND a.started_at > clock_timestamp() - $5::bigint * interval '1 day'
ORDER BY a.id DESC
LIMIT $3::bigint;

-- The same of the members of a team of $1, whatever the bank, for its owner and managers: under the names that the team knows. One row
-- without an attempt where there are no more.
-- name: team_board_review
-- lane: session
SELECT r.attempt_id, r.user_id, r.display_name, r.started_at, coalesce(r.answers, 0) AS answers, coalesce(r.credit, 0) AS credit,
       coalesce(r.answer_ms, 0) AS answer_ms, CASE WHEN mine.role = 'member' THEN 'forbidden' ELSE 'done' END AS outcome
FROM team_members AS mine
LEFT JOIN LATERAL (
    SELECT a.id AS attempt_id, a.user_id, CASE WHEN m.shares_name THEN u.display_name ELSE m.pseudonym END AS display_name, a.started_at,
           f.answers, f.credit, f.answer_ms
    FROM team_members AS m
    JOIN users AS u ON u.id = m.user_id
    JOIN attempts AS a ON a.user_id = m.user_id
    CROSS JOIN LATERAL fast_attempt(a, $5::bigint) AS f
    WHERE m.team_id = mine.team_id AND ($3::uuid IS NULL OR a.id < $3::uuid)
      AND a.started_at > clock_timestamp() - $6::bigint * interval '1 day'
    ORDER BY a.id DESC
    LIMIT $4::bigint
) AS r ON mine.role <> 'member'
WHERE mine.user_id = $1::uuid AND mine.team_id = $2::uuid;
