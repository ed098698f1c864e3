/*
 * Which section of the notes a question belongs to. Files of other programs know nothing of
 * sections: their categories and tags are held against the paths.
 */
#ifndef FORMATS_PLACING_H
#define FORMATS_PLACING_H

#include "bank/text_map.h"
#include "base/arena.h"
#include "base/text.h"

struct format_section {
    struct text path;
    int64_t first_line; /* of the notes */
    int64_t last_line;
};

/* What of a bank its questions may name. */
struct format_bank {
    const struct format_section *sections;
    size_t section_count;
    struct text_map section_map; /* path → index */
    struct text_map domain_map;  /* slug → index */
};

struct format_bank *format_bank_new(struct arena *arena, const struct format_section *sections,
                                    size_t section_count, const struct text *domains,
                                    size_t domain_count);
/* NULL where there is none. */
const struct format_section *format_bank_find(const struct format_bank *bank, struct text path);
/* The section that a path of categories ("$course$/top/AWS DynamoDB/Streams") names: its segments
 * as slugs, without as many at the front as needed. Absent where there is none; without a bank the
 * whole is taken. */
struct text placing_of_category(struct arena *arena, const struct format_bank *bank,
                                struct text category);

#endif
