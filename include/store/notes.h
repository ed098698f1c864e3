/* The notes of a bank in the hands of its members. A change is one transaction on one session:
 * begin, then write; what is not written is given up by end. */
#ifndef STORE_NOTES_H
#define STORE_NOTES_H

#include "db/session.h"
#include "store/bank_members.h"
#include "store/section_changes.h"

struct stored_notes {
    struct text tag; /* SHA-256 of the Markdown, hexadecimal */
    struct text markdown;
};

/* A change under way. */
struct notes_change {
    struct db_session *session;
    const struct bank_caller *caller;
    struct text tag;              /* of the notes as they are */
    struct section_list sections; /* as they are, removed ones behind; without links and lines */
};

/* What becomes of the sections. */
struct notes_plan {
    struct text title; /* absent: none */
    struct text markdown;
    struct section_list sections; /* notes order */
    const int64_t *origins; /* by section: which of the change's it continues; BANK_NO_SECTION */
    struct text summary;    /* JSON, for the audit */
};

/* What answers were worth before and since a section's text changed. */
struct notes_effect {
    int64_t rank;
    struct uuid section_id; /* nil: none, in rows */
    struct text path;
    struct text title;
    int64_t changed_at;
    int64_t answers_before;
    const int64_t *credit_before; /* thousandths, the mean; NULL: no answers */
    int64_t answers_after;
    const int64_t *credit_after;
};
struct notes_effects {
    const struct notes_effect *items;
    size_t count;
};

/* By path. ERROR_FORBIDDEN. */
NODISCARD bool store_notes_list_effects(struct db *db, struct arena *arena,
                                        const struct bank_caller *caller,
                                        struct notes_effects *effects, struct error *err);
/* The domains of a bank, as JSON; for its members. ERROR_FORBIDDEN. */
NODISCARD bool store_notes_get_domains(struct db *db, struct arena *arena,
                                       const struct bank_caller *caller, struct text *domains,
                                       struct error *err);
/* For members. ERROR_FORBIDDEN. */
NODISCARD bool store_notes_get(struct db *db, struct arena *arena, const struct bank_caller *caller,
                               struct stored_notes *notes, struct error *err);
/* For owners: locks the bank. `tag` is what was seen; absent: whatever is there. ERROR_FORBIDDEN,
 * ERROR_STALE_ETAG. */
NODISCARD bool store_notes_begin(struct notes_change *change, struct arena *arena, struct text tag,
                                 struct error *err);
/* Writes all; with `is_dry_run` takes it back. */
NODISCARD bool store_notes_write(struct notes_change *change, struct arena *arena,
                                 const struct notes_plan *plan, bool is_dry_run,
                                 struct section_counts *counts, struct error *err);
/* After a begin, whatever came of it; gives up what was not written. */
void store_notes_end(struct notes_change *change);

#endif
