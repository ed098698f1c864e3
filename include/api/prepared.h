/* What is the same for every caller until a bank changes, rendered once when a snapshot is loaded.
 */
#ifndef API_PREPARED_H
#define API_PREPARED_H

#include "api/call.h"

/* What a weak area says of its section, whoever asks. */
struct prepared_area {
    struct text section;
    struct text read;
    struct text next;
};

struct prepared_bank {
    struct text tag;                   /* what its replies depend on: id and revision */
    struct text sections;              /* the list */
    const struct prepared_area *areas; /* by section */
};

/* The `prepare` of the snapshots. */
bool api_prepare_banks(struct snapshot *snapshot, struct arena *arena, struct error *err);
/* The bank a slug names in the current snapshot, and what was prepared of it. ERROR_NOT_FOUND. */
NODISCARD bool prepared_find(struct call *call, struct text slug, const struct bank **bank,
                             const struct prepared_bank **prepared, struct error *err);

#endif
