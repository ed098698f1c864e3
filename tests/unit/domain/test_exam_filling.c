/* Filling blueprints, against trying everything on small random banks: entries that overlap,
 * near-duplicates across entries and bands, questions that are tried out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "domain/exam_filling.h"
#include "domain/selection.h"
#include "sample_bank.h"

enum { ROUNDS = 4000, ENTRIES_MAX = 3, BANDS_MAX = 2, NOT_TAKEN = -1 };

static const struct exam_difficulty_band BANDS[] = {{1, 1, 50}, {2, 3, 50}};

/* All that is random of a case. */
struct sample {
    struct bank *bank;
    struct exam exam;
    struct exam_blueprint_entry entries[ENTRIES_MAX];
    size_t candidates[ITEM_COUNT];
    bool has_mixed_groups; /* near-duplicates of different bands */
};

/* What may still be taken, and what is; entry blueprint_count is what is tried out. */
struct search {
    const struct sample *sample;
    int64_t cells[ENTRIES_MAX + 1][BANDS_MAX + 1]; /* by entry and band */
    int64_t entries[ENTRIES_MAX + 1];
    int64_t bands[BANDS_MAX + 1];
    bool is_taken[ITEM_COUNT]; /* by group */
};

static size_t band_of(const struct sample *sample, size_t item)
{
    const int64_t difficulty = sample->bank->items[item].question.difficulty;
    if (sample->exam.difficulty_count == 0) {
        return 0;
    }
    return difficulty == 1 ? 0 : 1;
}

static bool is_of(const struct sample *sample, size_t item, size_t entry)
{
    const struct item *it = &sample->bank->items[item];
    const struct exam_blueprint_entry *share = &sample->entries[entry];
    if (share->domain.data != NULL) {
        return text_equal(it->question.domain, share->domain);
    }
    const struct section *section =
        &sample->bank->sections[bank_find_section(sample->bank, share->section)];
    return it->section >= (size_t)section->position && it->section < section->subtree_end;
}

static bool is_of_any(const struct sample *sample, size_t item)
{
    for (size_t e = 0; e < sample->exam.blueprint_count; e++) {
        if (is_of(sample, item, e)) {
            return true;
        }
    }
    return false;
}

/* The most places that can be filled with the items from this one on. */
static int64_t fill_most(struct search *search, size_t item)
{
    const struct sample *sample = search->sample;
    const size_t tried = sample->exam.blueprint_count;
    if (item == ITEM_COUNT) {
        return 0;
    }
    int64_t most = fill_most(search, item + 1);
    bool *is_taken = &search->is_taken[sample->bank->items[item].likeness_group];
    for (size_t e = 0; e <= tried && !*is_taken; e++) {
        const size_t band = e == tried ? BANDS_MAX : band_of(sample, item);
        const bool fits = e == tried ? is_of_any(sample, item) : is_of(sample, item, e);
        if (fits && search->cells[e][band] > 0 && search->entries[e] > 0 &&
            search->bands[band] > 0) {
            *is_taken = true;
            search->cells[e][band]--;
            search->entries[e]--;
            search->bands[band]--;
            const int64_t found = 1 + fill_most(search, item + 1);
            search->cells[e][band]++;
            search->entries[e]++;
            search->bands[band]++;
            *is_taken = false;
            most = found > most ? found : most;
        }
    }
    return most;
}

static void apportion_entries(const struct sample *sample, int64_t *counts)
{
    int64_t weights[ENTRIES_MAX];
    for (size_t e = 0; e < sample->exam.blueprint_count; e++) {
        weights[e] = sample->entries[e].weight;
    }
    exam_apportion(weights, sample->exam.blueprint_count, sample->exam.size, counts);
}

/* Whether there is any filling with the numbers of the entries and of the bands. */
static bool can_be_filled(const struct sample *sample)
{
    const struct exam *exam = &sample->exam;
    struct search search = {.sample = sample};
    for (size_t e = 0; e <= ENTRIES_MAX; e++) {
        for (size_t b = 0; b <= BANDS_MAX; b++) {
            search.cells[e][b] = ITEM_COUNT;
        }
    }
    apportion_entries(sample, search.entries);
    search.entries[exam->blueprint_count] = exam->pilot_count;
    search.bands[0] = exam->difficulty_count == 0 ? exam->size : (exam->size + 1) / 2;
    search.bands[1] = exam->size / 2;
    search.bands[BANDS_MAX] = exam->pilot_count;
    return fill_most(&search, 0) == exam->size + exam->pilot_count;
}

/* The most places of these very cells. */
static int64_t most_of(const struct sample *sample, const struct exam_filling *filling)
{
    struct search search = {.sample = sample};
    for (size_t e = 0; e <= ENTRIES_MAX; e++) {
        search.entries[e] = ITEM_COUNT;
    }
    for (size_t b = 0; b <= BANDS_MAX; b++) {
        search.bands[b] = ITEM_COUNT;
    }
    for (size_t i = 0; i < filling->cell_count; i++) {
        const struct exam_cell *cell = &filling->cells[i];
        const bool is_tried = cell->entry == sample->exam.blueprint_count;
        search.cells[cell->entry][is_tried ? BANDS_MAX : cell->band] = cell->needed;
    }
    return fill_most(&search, 0);
}

static void make_items(struct sample *sample, struct prng *prng)
{
    static const struct text DOMAINS[] = {{"d", 1}, {"e", 1}, {"f", 1}};
    struct bank *bank = sample->bank;
    for (size_t i = 0; i < ITEM_COUNT; i++) {
        struct item *item = &bank->items[i];
        item->question.difficulty = 1 + (int64_t)prng_below(prng, 3);
        item->question.domain = DOMAINS[prng_below(prng, COUNT_OF(DOMAINS))];
        item->likeness_group = i;
        const size_t like = (size_t)prng_below(prng, i + 1);
        if (prng_below(prng, 3) == 0) {
            item->likeness_group = bank->items[like].likeness_group;
        }
        sample->candidates[i] = i;
    }
    for (size_t i = 0; i < ITEM_COUNT; i++) {
        for (size_t j = 0; j < i; j++) {
            sample->has_mixed_groups =
                sample->has_mixed_groups ||
                (bank->items[i].likeness_group == bank->items[j].likeness_group &&
                 band_of(sample, i) != band_of(sample, j));
        }
    }
}

static struct sample make_sample(struct arena *arena, int round)
{
    static const struct exam_blueprint_entry SHARES[] = {
        {.section = {"s", 1}}, {.section = {"s/a", 3}}, {.section = {"t", 1}},
        {.domain = {"d", 1}},  {.domain = {"e", 1}},    {.section = {"u", 1}}};
    struct prng prng = prng_seed(arena_printf(arena, "%d", round), 99);
    struct sample sample = {.bank = sample_bank(arena)};
    const size_t count = 1 + (size_t)prng_below(&prng, ENTRIES_MAX);
    size_t next = (size_t)prng_below(&prng, COUNT_OF(SHARES));
    for (size_t e = 0; e < count; e++) {
        sample.entries[e] = SHARES[next];
        sample.entries[e].weight = 100 / (int64_t)count;
        next = (next + 1 + (size_t)prng_below(&prng, 2)) % COUNT_OF(SHARES);
    }
    sample.exam = (struct exam){.size = 1 + (int64_t)prng_below(&prng, 5),
                                .pilot_count = (int64_t)prng_below(&prng, 3),
                                .blueprint_count = count,
                                .difficulty = BANDS,
                                .difficulty_count = prng_below(&prng, 2) == 0 ? 0 : 2};
    make_items(&sample, &prng);
    return sample;
}

/* Different groups, each question of its cell, as many as the cells say. */
static void assert_valid(const struct sample *sample, const struct exam_filling *filling)
{
    bool is_taken[ITEM_COUNT] = {false};
    size_t at = 0;
    for (size_t i = 0; i < filling->cell_count; i++) {
        const struct exam_cell *cell = &filling->cells[i];
        for (int64_t k = 0; k < cell->got; k++, at++) {
            const size_t item = filling->items[at];
            const bool is_tried = cell->entry == sample->exam.blueprint_count;
            assert_true(is_tried ? is_of_any(sample, item) : is_of(sample, item, cell->entry));
            assert_true(is_tried || sample->exam.difficulty_count == 0 ||
                        band_of(sample, item) == cell->band);
            assert_false(is_taken[sample->bank->items[item].likeness_group]);
            is_taken[sample->bank->items[item].likeness_group] = true;
        }
    }
    assert_int_equal(at, filling->count);
}

static void test_exam_fill__as_trying_everything_says(void **state)
{
    size_t full = 0;
    size_t empty = 0;
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        struct arena *arena = arena_create();
        struct sample sample = make_sample(arena, round);
        sample.exam.blueprint = sample.entries;
        const struct exam_filling_input input = {&sample.exam, sample.bank, sample.candidates,
                                                 arena};
        const struct exam_filling filling = exam_fill(&input);
        const bool is_possible = can_be_filled(&sample);

        assert_valid(&sample, &filling);
        assert_true(is_possible || !filling.is_full);
        assert_true(filling.is_full || !is_possible || sample.has_mixed_groups);
        assert_int_equal(filling.count, most_of(&sample, &filling));
        full += filling.is_full ? 1 : 0;
        empty += is_possible ? 0 : 1;
        arena_free(arena);
    }
    assert_true(full > ROUNDS / 10);
    assert_true(empty > ROUNDS / 10);
}

/* What the first entry prefers is all that the second can have. */
static void test_exam_fill__leaves_to_others_what_they_need(void **state)
{
    static const struct exam_blueprint_entry ENTRIES[] = {{.section = {"s", 1}, .weight = 50},
                                                          {.section = {"s/b", 3}, .weight = 50}};
    struct arena *arena = arena_create();
    const struct bank *bank = sample_bank(arena);
    const struct exam exam = {.size = 4, .blueprint = ENTRIES, .blueprint_count = 2};
    size_t candidates[ITEM_COUNT];
    size_t count = 0;
    (void)state;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < ITEM_COUNT; i++) {
            if ((bank->items[i].section == S_B) == (pass == 0)) {
                candidates[count++] = i;
            }
        }
    }
    for (size_t i = 0; i < ITEM_COUNT; i++) {
        bank->items[i].likeness_group = i;
    }
    const struct exam_filling_input input = {&exam, bank, candidates, arena};
    const struct exam_filling filling = exam_fill(&input);

    assert_true(filling.is_full);
    assert_int_equal(bank->items[filling.items[0]].section, S_A);
    assert_int_equal(bank->items[filling.items[2]].section, S_B);
    arena_free(arena);
}

/* Easy questions in one entry alone, hard ones in the other: neither can be shared half and half.
 */
static void test_exam_fill__bands_are_of_the_paper(void **state)
{
    static const struct exam_blueprint_entry ENTRIES[] = {{.section = {"s", 1}, .weight = 50},
                                                          {.section = {"t", 1}, .weight = 50}};
    struct arena *arena = arena_create();
    const struct bank *bank = sample_bank(arena);
    const struct exam exam = {.size = 8,
                              .blueprint = ENTRIES,
                              .blueprint_count = 2,
                              .difficulty = BANDS,
                              .difficulty_count = 2};
    size_t candidates[ITEM_COUNT];
    (void)state;
    for (size_t i = 0; i < ITEM_COUNT; i++) {
        candidates[i] = i;
        bank->items[i].likeness_group = i;
        bank->items[i].question.difficulty = bank->items[i].section < T ? 1 : 3;
    }
    const struct exam_filling_input input = {&exam, bank, candidates, arena};
    const struct exam_filling filling = exam_fill(&input);

    assert_true(filling.is_full);
    assert_int_equal(filling.cell_count, 2);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exam_fill__as_trying_everything_says),
        cmocka_unit_test(test_exam_fill__leaves_to_others_what_they_need),
        cmocka_unit_test(test_exam_fill__bands_are_of_the_paper),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
