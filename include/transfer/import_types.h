/*
 * Whether what a file brings is of the type that is there. A format that cannot say the type of a
 * question would make another one of it without anybody having wanted that; such an item is
 * refused.
 */
#ifndef TRANSFER_IMPORT_TYPES_H
#define TRANSFER_IMPORT_TYPES_H

#include "db/session.h"
#include "formats/reader.h"
#include "store/transfers.h"

/* Items that are dealt with together. */
struct import_batch {
    struct arena *arena; /* of what they are made of */
    struct text file;
    enum format format;
    struct format_item *items; /* of their questions slug and type are enough here */
    size_t count;
};

/* Adds errors to the items; one statement for all of them. */
NODISCARD bool import_check_types(struct db_session *session, const struct transfer_bank *bank,
                                  const struct import_batch *batch, struct error *err);

#endif
