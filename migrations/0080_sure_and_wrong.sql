-- Whether the last answer to the question was wrong although its author said he was sure.
ALTER TABLE reviews ADD COLUMN is_sure_and_wrong boolean NOT NULL DEFAULT false;
