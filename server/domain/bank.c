/*
 * Indexing a bank: items sorted, questions counted up the tree, and three hash tables (open
 * addressing, at most half full, FNV-1a) from paths and ids to indexes.
 */
#include "domain/bank.h"

#include <stdlib.h>

enum { TABLE_SLOTS_MIN = 8 };

/* Slots hold an index + 1; 0 is free. */
struct table {
    size_t *slots;
    size_t mask;
};

struct bank_lookup {
    struct table sections_by_path;
    struct table sections_by_id;
    struct table items;
};

static struct table table_create(struct arena *arena, size_t count)
{
    size_t slot_count = TABLE_SLOTS_MIN;
    while (slot_count < 2 * count) {
        slot_count *= 2;
    }
    return (struct table){.slots = arena_new_array(arena, slot_count, size_t),
                          .mask = slot_count - 1};
}

static void table_add(struct table *table, uint64_t hash, size_t index)
{
    size_t slot = (size_t)hash & table->mask;
    while (table->slots[slot] != 0) {
        slot = (slot + 1) & table->mask;
    }
    table->slots[slot] = index + 1;
}

static uint64_t item_hash(struct uuid id, int64_t version)
{
    return uuid_hash(id) + (uint64_t)version * UINT64_C(0x9E3779B97F4A7C15);
}

static int compare_items(const void *left, const void *right)
{
    const struct item *a = left;
    const struct item *b = right;
    if (a->section != b->section) {
        return a->section < b->section ? -1 : 1;
    }
    const int order = text_compare(a->question.slug, b->question.slug);
    if (order != 0) {
        return order;
    }
    return (a->version > b->version) - (a->version < b->version);
}

/* Children stand behind their parents, so one pass from the end carries everything up. */
static void count_sections(struct bank *bank)
{
    for (size_t i = 0; i < bank->section_count; i++) {
        bank->sections[i].subtree_end = i + 1;
        bank->sections[i].own_question_count = 0;
        bank->sections[i].subtree_question_count = 0;
    }
    for (size_t i = 0; i < bank->item_count; i++) {
        bank->sections[bank->items[i].section].own_question_count++;
    }
    for (size_t i = bank->section_count; i > 0; i--) {
        struct section *section = &bank->sections[i - 1];
        section->subtree_question_count += section->own_question_count;
        if (section->parent == BANK_NO_SECTION) {
            continue;
        }
        struct section *parent = &bank->sections[section->parent];
        parent->subtree_question_count += section->subtree_question_count;
        if (parent->subtree_end < section->subtree_end) {
            parent->subtree_end = section->subtree_end;
        }
    }
}

const struct calibration *item_calibration(const struct item *item, int64_t started_at)
{
    size_t count = item->calibration_count;

    while (count > 0 && item->calibrations[count - 1].in_force_at > started_at) {
        count--;
    }
    return count == 0 ? NULL : &item->calibrations[count - 1].calibration;
}

/* The sum of the curves of all questions of each subtree, then their mean. */
static void tabulate_shares(struct bank *bank, struct arena *arena)
{
    struct knowledge_grid *grid = arena_new(arena, struct knowledge_grid);
    double *all = arena_new_array(arena, KNOWLEDGE_CELLS, double);
    double **sums = arena_new_array(arena, bank->section_count, double *);

    knowledge_grid_fill(grid);
    for (size_t i = 0; i < bank->section_count; i++) {
        sums[i] = bank->sections[i].subtree_question_count == 0
                      ? NULL
                      : arena_new_array(arena, KNOWLEDGE_CELLS, double);
        bank->sections[i].shares = sums[i];
    }
    for (size_t i = 0; i < bank->item_count; i++) {
        const struct item *item = &bank->items[i];
        struct response_curve curve =
            knowledge_curve(&item->question, item_calibration(item, INT64_MAX));
        curve.chance = knowledge_chance_untold(&item->question);
        knowledge_tabulate(grid, curve, sums[item->section]);
    }
    for (size_t i = bank->section_count; i > 0; i--) {
        const int64_t parent = bank->sections[i - 1].parent;
        double *above = parent == BANK_NO_SECTION ? all : sums[parent];
        for (size_t k = 0; k < KNOWLEDGE_CELLS && sums[i - 1] != NULL; k++) {
            above[k] += sums[i - 1][k];
            sums[i - 1][k] /= (double)bank->sections[i - 1].subtree_question_count;
        }
    }
    for (size_t k = 0; k < KNOWLEDGE_CELLS && bank->item_count > 0; k++) {
        all[k] /= (double)bank->item_count;
    }
    bank->grid = grid;
    bank->shares = all;
}

void bank_index(struct bank *bank, struct arena *arena)
{
    if (bank->item_count > 0) {
        qsort(bank->items, bank->item_count, sizeof *bank->items, compare_items);
    }
    count_sections(bank);
    tabulate_shares(bank, arena);
    struct bank_lookup *lookup = arena_new(arena, struct bank_lookup);
    lookup->sections_by_path = table_create(arena, bank->section_count);
    lookup->sections_by_id = table_create(arena, bank->section_count);
    lookup->items = table_create(arena, bank->item_count);
    for (size_t i = 0; i < bank->section_count; i++) {
        table_add(&lookup->sections_by_path, text_hash(bank->sections[i].path), i);
        table_add(&lookup->sections_by_id, uuid_hash(bank->sections[i].id), i);
    }
    for (size_t i = 0; i < bank->item_count; i++) {
        table_add(&lookup->items, item_hash(bank->items[i].id, bank->items[i].version), i);
    }
    bank->lookup = lookup;
}

const struct item *bank_find_item(const struct bank *bank, struct uuid id, int64_t version)
{
    const struct table *table = &bank->lookup->items;
    size_t slot = (size_t)item_hash(id, version) & table->mask;
    for (; table->slots[slot] != 0; slot = (slot + 1) & table->mask) {
        const struct item *item = &bank->items[table->slots[slot] - 1];
        if (item->version == version && uuid_equal(item->id, id)) {
            return item;
        }
    }
    return NULL;
}

int64_t bank_find_section(const struct bank *bank, struct text path)
{
    const struct table *table = &bank->lookup->sections_by_path;
    size_t slot = (size_t)text_hash(path) & table->mask;
    for (; table->slots[slot] != 0; slot = (slot + 1) & table->mask) {
        const size_t index = table->slots[slot] - 1;
        if (text_equal(bank->sections[index].path, path)) {
            return (int64_t)index;
        }
    }
    return BANK_NO_SECTION;
}

int64_t bank_find_section_by_id(const struct bank *bank, struct uuid id)
{
    const struct table *table = &bank->lookup->sections_by_id;
    size_t slot = (size_t)uuid_hash(id) & table->mask;
    for (; table->slots[slot] != 0; slot = (slot + 1) & table->mask) {
        const size_t index = table->slots[slot] - 1;
        if (uuid_equal(bank->sections[index].id, id)) {
            return (int64_t)index;
        }
    }
    return BANK_NO_SECTION;
}

static bool had_anchor(const struct section *section, struct text anchor)
{
    for (size_t i = 0; i < section->alias_count; i++) {
        if (text_equal(section->aliases[i], anchor)) {
            return true;
        }
    }
    return false;
}

int64_t bank_find_section_by_anchor(const struct bank *bank, struct text anchor)
{
    int64_t former = BANK_NO_SECTION;

    for (size_t i = 0; i < bank->section_count; i++) {
        const struct section *section = &bank->sections[i];
        if (section->is_removed) {
            continue;
        }
        if (text_equal(section->anchor, anchor)) {
            return (int64_t)i;
        }
        if (former == BANK_NO_SECTION && had_anchor(section, anchor)) {
            former = (int64_t)i;
        }
    }
    return former;
}

bool bank_has_lost_anchor(const struct bank *bank, struct text anchor)
{
    for (size_t i = 0; i < bank->section_count; i++) {
        const struct section *section = &bank->sections[i];
        if (section->is_removed &&
            (text_equal(section->anchor, anchor) || had_anchor(section, anchor))) {
            return true;
        }
    }
    return false;
}
