/*
 * A question of a file as a member of the bank would write it: by the statements that single ones
 * are written with, so that it is a draft, or an edit beside what is published, it stands in the
 * history, and he is asked for his rights.
 */
#ifndef STORE_DRAFTS_H
#define STORE_DRAFTS_H

#include "store/transfers.h"

/* In the transaction of the batch, whose author is not NULL. ERROR_FORBIDDEN where he is no member
 * of the bank any more; ERROR_INVALID_INPUT where the notes have the section no more. */
NODISCARD bool store_drafts_save(struct db_session *session, const struct transfer_batch *batch,
                                 const struct question *question, struct arena *scratch,
                                 struct transfer_counts *counts, struct error *err);

#endif
