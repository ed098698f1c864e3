-- Whether a lane of each kind still answers; an idle connection that was lost shows only when it is used.

-- name: health_check_read
-- lane: read
SELECT true AS is_there;

-- name: health_check_write
-- lane: write
-- retry: safe
SELECT true AS is_there;
