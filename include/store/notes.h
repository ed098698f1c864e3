/* The notes of a bank in the hands of its owners. */
#ifndef STORE_NOTES_H
#define STORE_NOTES_H

#include "store/bank_members.h"

/* The domains of a bank, as JSON; for its members. ERROR_FORBIDDEN. */
NODISCARD bool store_notes_get_domains(struct db *db, struct arena *arena,
                                       const struct bank_caller *caller, struct text *domains,
                                       struct error *err);

#endif
