-- What `quizd doctor` looks at.

-- name: doctor_look
-- lane: session
-- retry: safe
SELECT current_setting('server_version_num')::bigint AS version, current_setting('server_encoding') AS encoding,
       current_setting('fsync') AS fsync, current_setting('full_page_writes') AS full_page_writes,
       current_setting('synchronous_commit') AS synchronous_commit, clock_timestamp() AS now, current_user::text AS role,
       r.rolsuper AS is_superuser, has_schema_privilege(current_schema(), 'CREATE') AS may_create
FROM pg_roles AS r
WHERE r.rolname = current_user;

-- Which of the rights $2 on the tables $1 the role lacks, and which it has beyond them.
-- name: doctor_compare_rights
-- lane: session
-- retry: safe
WITH wanted AS (
    SELECT w.name, btrim(r.one) AS privilege
    FROM unnest($1::text[], $2::text[]) AS w (name, rights), regexp_split_to_table(w.rights, ',') AS r (one)
), held AS (
    SELECT c.relname::text AS name, p.one AS privilege
    FROM pg_class AS c
    JOIN pg_namespace AS n ON n.oid = c.relnamespace
    CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS p (one)
    WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND has_table_privilege(c.oid, p.one)
)
SELECT coalesce((SELECT string_agg(privilege || ' on ' || name, ', ' ORDER BY name, privilege)
                 FROM (TABLE wanted EXCEPT TABLE held) AS m), '') AS missing,
       coalesce((SELECT string_agg(privilege || ' on ' || name, ', ' ORDER BY name, privilege)
                 FROM (TABLE held EXCEPT TABLE wanted) AS m), '') AS beyond;
