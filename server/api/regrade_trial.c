/* Dry runs: what a decision would do to whom, by the functions that would do it. */
#include "api/regrades.h"
#include "base/clock.h"
#include "store/evidence.h"
#include "store/regrade_points.h"

enum { LOOKED_AT_MAX = 2000, SHOWN_MAX = 20 };

struct trial {
    struct call *call;
    struct regrade_reader reader; /* its arena is of one attempt */
    const struct regrade *regrade;
    struct regrade_counts *counts;
    struct regrade_change_reply *changes;
    size_t change_count;
};

static void count(struct regrade_counts *counts, const struct regrade_effect *effect)
{
    const struct regraded_answer *change = &effect->change;
    const int64_t before = change->old_raw * change->new_max;
    const int64_t after = change->new_raw * change->old_max;
    const bool had_passed = change->was_passed != NULL && *change->was_passed;
    const bool has_passed = change->is_passed != NULL && *change->is_passed;

    counts->attempts++;
    counts->changed += effect->is_change ? 1 : 0;
    counts->raised += after > before ? 1 : 0;
    counts->lowered += after < before ? 1 : 0;
    counts->newly_passed += has_passed && !had_passed ? 1 : 0;
    counts->newly_failed += had_passed && !has_passed ? 1 : 0;
}

static const struct weak_area *estimate(const struct trial *trial, const struct bank *bank,
                                        const struct evidence *evidence, size_t *found)
{
    const struct weak_areas_input input = {.bank = bank,
                                           .evidence = evidence,
                                           .model = trial->call->app->weak_areas_model,
                                           .target = (double)bank->target_milli / 1000.0,
                                           .now_us = clock_now_us(),
                                           .is_tree = true};
    struct weak_area *areas = NULL;

    weak_areas_estimate(&input, trial->reader.arena, &areas, found);
    return areas;
}

/* Labels that change when the attempt says something else. */
static bool find_moves(struct trial *trial, const struct regrade_effect *effect,
                       struct regrade_change_reply *change, struct error *err)
{
    const struct bank *bank = effect->bank;
    struct arena *scratch = trial->reader.arena;
    struct evidence *before = NULL;
    struct evidence *taken = arena_new_array(scratch, bank->section_count, struct evidence);
    struct evidence *added = arena_new_array(scratch, bank->section_count, struct evidence);
    struct evidence *after = arena_new_array(scratch, bank->section_count, struct evidence);
    size_t found = 0;

    if (!store_evidence_list(trial->reader.db, scratch, effect->attempt.user_id, bank, &before,
                             err)) {
        return false;
    }
    regrade_add_evidence(effect, &effect->before, scratch, taken);
    regrade_add_evidence(effect, &effect->after, scratch, added);
    for (size_t i = 0; i < bank->section_count; i++) {
        after[i] = before[i];
        evidence_subtract(&after[i], &taken[i]);
        evidence_add(&after[i], &added[i]);
    }
    const struct weak_area *old = estimate(trial, bank, before, &found);
    const struct weak_area *new = estimate(trial, bank, after, &found);
    struct weak_area_move *moves =
        arena_new_array(trial->call->arena, found, struct weak_area_move);
    for (size_t i = 0; i < found; i++) {
        if (old[i].label != new[i].label) {
            moves[change->weak_area_count++] = (struct weak_area_move){
                bank->sections[old[i].section].path, old[i].label, new[i].label};
        }
    }
    change->weak_areas = moves;
    return true;
}

/* Where his history cannot be replayed the points are not told. */
static bool find_points(struct trial *trial, const struct regrade_effect *effect,
                        struct regrade_change_reply *change, struct error *err)
{
    int64_t *points = arena_new(trial->call->arena, int64_t);
    struct error why = {.code = ERROR_NONE};

    if (regrade_find_points(&trial->reader, effect, points, &why)) {
        change->board_points = points;
        return true;
    }
    *err = why;
    return why.code != ERROR_UNAVAILABLE;
}

static const bool *keep(struct trial *trial, const bool *flag)
{
    bool *kept = arena_new(trial->call->arena, bool);

    if (flag == NULL) {
        return NULL;
    }
    *kept = *flag;
    return kept;
}

static bool show(struct trial *trial, const struct regrade_effect *effect, struct error *err)
{
    if (!effect->is_change || trial->change_count == SHOWN_MAX) {
        return true;
    }
    struct regrade_change_reply *change = &trial->changes[trial->change_count++];
    change->answer = effect->change;
    change->answer.was_passed = keep(trial, effect->change.was_passed);
    change->answer.is_passed = keep(trial, effect->change.is_passed);
    return find_points(trial, effect, change, err) && find_moves(trial, effect, change, err);
}

/* An attempt that cannot be read is counted as such, and ends nothing. */
static bool look_at(struct trial *trial, const struct regrade_place *place, struct error *err)
{
    struct error why = {.code = ERROR_NONE};

    arena_reset(trial->reader.arena);
    struct regrade_effect *effect = arena_new(trial->reader.arena, struct regrade_effect);
    if (store_regrades_find_effect(&trial->reader, trial->regrade, place, false, effect, &why)) {
        count(trial->counts, effect);
        return show(trial, effect, err);
    }
    if (why.code == ERROR_UNAVAILABLE) {
        *err = why;
        return false;
    }
    trial->counts->attempts++;
    trial->counts->failed++;
    return true;
}

static bool look_at_all(struct trial *trial, const struct regrade_places *places, struct error *err)
{
    for (size_t i = 0; i < places->count && i < LOOKED_AT_MAX; i++) {
        if (!look_at(trial, &places->items[i], err)) {
            return false;
        }
    }
    return true;
}

bool regrade_try(struct call *call, struct db *db, const struct regrade *regrade,
                 struct regrade_reply *reply, struct error *err)
{
    struct regrade_places places = {.count = 0};
    struct trial trial = {.call = call,
                          .reader = {.db = db, .items_db = db},
                          .regrade = regrade,
                          .counts = arena_new(call->arena, struct regrade_counts),
                          .changes =
                              arena_new_array(call->arena, SHOWN_MAX, struct regrade_change_reply)};

    if (!snapshots_take(call->app->snapshots, call->arena, &trial.reader.snapshot, err) ||
        !store_regrades_list_candidates(db, call->arena, regrade, LOOKED_AT_MAX + 1, &places,
                                        err)) {
        return false;
    }
    trial.reader.arena = arena_create();
    const bool is_done = look_at_all(&trial, &places, err);
    arena_free(trial.reader.arena);
    *reply = (struct regrade_reply){.regrade = *regrade,
                                    .is_dry_run = true,
                                    .is_complete = places.count <= LOOKED_AT_MAX,
                                    .counts = trial.counts,
                                    .changes = trial.changes,
                                    .change_count = trial.change_count};
    return is_done;
}
