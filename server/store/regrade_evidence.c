/* Evidence that moves with a regrade: what the attempt said is taken back, what it says now added.
 */
#include "store/regrade_evidence.h"

#include "store/sql.h"

static bool call(const struct sweep *sweep, const struct statement *statement,
                 const struct db_params *params, struct db_rows *rows, struct error *err)
{
    return db_session_call(sweep->session, statement, params, sweep->arena, rows, err);
}

/* Sections that the attempt says something about, before or after. */
struct shift {
    struct evidence *before; /* by section */
    struct evidence *after;
    size_t *sections;
    struct uuid *ids;
    size_t count;
};

static struct shift find_shift(const struct sweep *sweep, const struct regrade_effect *effect)
{
    const struct bank *bank = effect->bank;
    struct arena *arena = sweep->arena;
    struct shift shift = {.before = arena_new_array(arena, bank->section_count, struct evidence),
                          .after = arena_new_array(arena, bank->section_count, struct evidence),
                          .sections = arena_new_array(arena, bank->section_count, size_t),
                          .ids = arena_new_array(arena, bank->section_count, struct uuid)};

    regrade_add_evidence(effect, &effect->before, arena, shift.before);
    regrade_add_evidence(effect, &effect->after, arena, shift.after);
    for (size_t i = 0; i < bank->section_count; i++) {
        if (!evidence_is_same(&shift.before[i], &shift.after[i])) {
            shift.sections[shift.count] = i;
            shift.ids[shift.count++] = bank->sections[i].id;
        }
    }
    return shift;
}

static void bind_sums(const struct shift *shift, const struct evidence *sums, struct arena *arena,
                      struct db_params *params)
{
    const size_t count = shift->count;
    double *reals = arena_new_array(arena, 2 * count, double);
    int64_t *numbers = arena_new_array(arena, 2 * count, int64_t);

    for (size_t i = 0; i < count; i++) {
        const struct evidence *evidence = &sums[shift->sections[i]];
        reals[i] = evidence->weight;
        reals[count + i] = evidence->credit;
        numbers[i] = evidence->answers;
        numbers[count + i] = evidence->correct;
    }
    db_bind_real_array(params, arena, reals, count);
    db_bind_real_array(params, arena, reals + count, count);
    db_bind_i64_array(params, arena, numbers, count);
    db_bind_i64_array(params, arena, numbers + count, count);
}

static void bind_times(const struct shift *shift, struct arena *arena, struct db_params *params)
{
    int64_t *times = arena_new_array(arena, 2 * shift->count, int64_t);

    for (size_t i = 0; i < shift->count; i++) {
        times[i] = shift->after[shift->sections[i]].last_answered_at;
        times[shift->count + i] = shift->after[shift->sections[i]].last_wrong_at;
    }
    db_bind_i64_array(params, arena, times, shift->count);
    db_bind_i64_array(params, arena, times + shift->count, shift->count);
}

static void bind_likelihoods(const struct shift *shift, const struct evidence *sums,
                             struct arena *arena, struct db_params *params)
{
    double *all = arena_new_array(arena, KNOWLEDGE_POINTS * shift->count, double);

    for (size_t i = 0; i < KNOWLEDGE_POINTS * shift->count; i++) {
        all[i] = sums[shift->sections[i / KNOWLEDGE_POINTS]].likelihood[i % KNOWLEDGE_POINTS];
    }
    db_bind_real_array(params, arena, all, KNOWLEDGE_POINTS * shift->count);
}

bool regrade_move_evidence(const struct sweep *sweep, const struct regrade_effect *effect,
                           struct error *err)
{
    struct arena *arena = sweep->arena;
    const struct shift shift = find_shift(sweep, effect);
    struct db_params ids = {.count = 0};
    struct db_params params = {.count = 0};
    struct db_rows rows;

    if (shift.count == 0) {
        return true;
    }
    db_bind_uuid(&ids, effect->attempt.user_id);
    db_bind_uuid(&ids, effect->bank->id);
    db_bind_uuid_array(&ids, arena, shift.ids, shift.count);
    db_bind_uuid(&params, effect->attempt.user_id);
    db_bind_uuid(&params, effect->bank->id);
    db_bind_uuid_array(&params, arena, shift.ids, shift.count);
    bind_sums(&shift, shift.before, arena, &params);
    bind_sums(&shift, shift.after, arena, &params);
    bind_times(&shift, arena, &params);
    bind_likelihoods(&shift, shift.before, arena, &params);
    bind_likelihoods(&shift, shift.after, arena, &params);
    return call(sweep, &SQL_regrades_seed_evidence, &ids, &rows, err) &&
           call(sweep, &SQL_regrades_move_evidence, &params, &rows, err) &&
           call(sweep, &SQL_regrades_tidy_evidence, &ids, &rows, err);
}
