-- Who may do what with a bank: an editor writes questions, an approver publishes what others wrote, an owner also says who else may.
-- Members need the role of an instructor; admins may everything without being members.

CREATE TABLE bank_members (
    user_id    uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    bank_id    uuid NOT NULL REFERENCES banks,
    role       text NOT NULL CHECK (role IN ('editor', 'approver', 'owner')),
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (user_id, bank_id)
);
CREATE INDEX bank_members_by_bank ON bank_members (bank_id, user_id);

-- What every statement of instructors asks: 0 nothing, 1 an editor's rights, 2 an approver's, 3 an owner's.
CREATE FUNCTION bank_rank(caller uuid, bank uuid) RETURNS bigint
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN coalesce((SELECT CASE u.role
                            WHEN 'admin' THEN 3
                            WHEN 'instructor' THEN (SELECT array_position(ARRAY['editor', 'approver', 'owner'], m.role)
                                                    FROM bank_members AS m
                                                    WHERE m.user_id = u.id AND m.bank_id = bank)
                            END
                     FROM users AS u
                     WHERE u.id = caller AND NOT u.is_disabled), 0);
