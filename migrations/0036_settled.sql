-- When all that an attempt leaves behind was written (evidence, memories, activity). Memories depend on the order in which attempts
-- left them. NULL: not yet, or before there were memories.
ALTER TABLE attempts ADD COLUMN settled_at timestamptz;
