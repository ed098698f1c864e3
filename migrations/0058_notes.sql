-- Notes that change: when a section's text did, and what sections were called before.

ALTER TABLE sections ADD COLUMN changed_at timestamptz; -- of the body; NULL: not since it is there

-- Anchors that sections had before: links to them still lead somewhere.
CREATE TABLE section_aliases (
    bank_id    uuid NOT NULL,
    anchor     text NOT NULL,
    section_id uuid NOT NULL,
    path       text NOT NULL, -- as it was then
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (bank_id, anchor),
    FOREIGN KEY (bank_id, section_id) REFERENCES sections
);
CREATE INDEX section_aliases_by_section ON section_aliases (bank_id, section_id);
