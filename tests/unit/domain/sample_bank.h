/*
 * A small bank for the tests: sections s (s/a: 4 questions, s/b: 2), t (1; t/a: none; t/a/x: 5), u
 * (none), in notes order, indexes 0 to 6.
 */
#ifndef TESTS_UNIT_DOMAIN_SAMPLE_BANK_H
#define TESTS_UNIT_DOMAIN_SAMPLE_BANK_H

#include "domain/bank.h"

enum { S, S_A, S_B, T, T_A, T_A_X, U, SECTION_COUNT };
enum { ITEM_COUNT = 12 };

static inline struct uuid sample_uuid(uint8_t kind, size_t number)
{
    return (struct uuid){{kind, 0, 0, 0, 0, 0, 0x70, 0, 0x80, [15] = (uint8_t)number}};
}

/* Items come unsorted; bank_index has not run. */
static inline struct bank *sample_bank_unindexed(struct arena *arena)
{
    static const struct {
        const char *path;
        int64_t parent;
        int64_t depth;
        size_t question_count;
    } SECTIONS[SECTION_COUNT] = {
        {"s", BANK_NO_SECTION, 1, 0}, {"s/a", S, 2, 4}, {"s/b", S, 2, 2},
        {"t", BANK_NO_SECTION, 1, 1}, {"t/a", T, 2, 0}, {"t/a/x", T_A, 3, 5},
        {"u", BANK_NO_SECTION, 1, 0}};
    struct bank *bank = arena_new(arena, struct bank);
    bank->section_count = SECTION_COUNT;
    bank->sections = arena_new_array(arena, SECTION_COUNT, struct section);
    bank->item_count = ITEM_COUNT;
    bank->items = arena_new_array(arena, ITEM_COUNT, struct item);
    size_t next = ITEM_COUNT;
    for (size_t i = 0; i < SECTION_COUNT; i++) {
        bank->sections[i] = (struct section){.id = sample_uuid(1, i),
                                             .path = text_of(SECTIONS[i].path),
                                             .parent = SECTIONS[i].parent,
                                             .depth = SECTIONS[i].depth,
                                             .position = (int64_t)i};
        for (size_t j = 0; j < SECTIONS[i].question_count; j++) {
            next--;
            bank->items[next] =
                (struct item){.id = sample_uuid(2, next),
                              .version = 1,
                              .section = i,
                              .question = {.slug = arena_printf(arena, "q-%zu-%zu", i, j)}};
        }
    }
    return bank;
}

static inline struct bank *sample_bank(struct arena *arena)
{
    struct bank *bank = sample_bank_unindexed(arena);
    bank_index(bank, arena);
    return bank;
}

#endif
