/* Attempts in the order of their owners, in pages; the evidence of one owner is summed meanwhile
 * and compared when the next one begins. */
#include "store/verify.h"

#include <math.h>

#include "domain/question_shape.h"
#include "domain/weak_areas.h"
#include "store/attempts.h"
#include "store/items.h"
#include "store/points.h"
#include "store/sql.h"
#include "json/codec.h"

enum { PAGE = 500 };

/* Sums of doubles depend on their order in the last bits. */
static const double TOLERANCE = 1e-9;

struct key_row {
    struct uuid user_id;
    struct uuid id;
};
static const struct shape_member KEY_MEMBERS[] = {
    MEMBER_UUID(struct key_row, user_id),
    MEMBER_UUID(struct key_row, id),
};
static const struct shape KEY_ROW = SHAPE_OF("KeyRow", struct key_row, KEY_MEMBERS);
static const struct shape_member SCORE_MEMBERS[] = {
    MEMBER_I64(struct attempt_score, raw),
    MEMBER_I64(struct attempt_score, max),
};
static const struct shape SCORE_ROW = SHAPE_OF("ScoreRow", struct attempt_score, SCORE_MEMBERS);

struct verifier {
    struct db_session *session;
    const struct verify_options *options;
    struct verify_counts *counts;
    struct snapshot snapshot;
    struct arena *page;    /* keys */
    struct arena *scratch; /* one attempt */
    struct arena *owner;   /* one owner's sums */
    struct uuid user_id;
    struct evidence **sums; /* by bank; NULL: nothing yet */
};

/* An attempt with all that is needed to score it. */
struct replay {
    struct attempt attempt;
    struct attempt_answers answers;
    const struct item *const *items;
    size_t bank; /* index */
};

static void differ(struct verifier *verifier, struct uuid user_id, const struct uuid *attempt_id,
                   struct text what)
{
    char user[UUID_TEXT_BYTES + 1];
    char attempt[UUID_TEXT_BYTES + 1] = "";

    if (attempt_id != NULL) {
        (void)uuid_format(*attempt_id, attempt); /* the same as `attempt` */
    }
    verifier->counts->differences++;
    verifier->options->report(verifier->options->context,
                              arena_printf(verifier->scratch, "learner %.*s%s%s: %.*s",
                                           TEXT_ARG(uuid_format(user_id, user)),
                                           attempt_id == NULL ? "" : ", attempt ", attempt,
                                           TEXT_ARG(what))
                                  .data);
}

static void add_evidence(struct evidence *sum, int64_t credit, int64_t at_us)
{
    const double weight = evidence_weight(at_us);

    sum->weight += weight;
    sum->credit += weight * (double)credit / CREDIT_FULL;
    sum->answers++;
    sum->correct += credit == CREDIT_FULL ? 1 : 0;
}

static void learn(struct verifier *verifier, const struct replay *replay,
                  const struct answer *answer)
{
    const struct attempt *attempt = &replay->attempt;
    const bool is_final =
        attempt->rules.when == EXAM_AFTER_EACH && attempt_rules_tell_outcomes(&attempt->rules);
    const bool is_evidence =
        is_final || (attempt->state == ATTEMPT_SUBMITTED && attempt->evidence_due_at == 0);
    const struct bank *bank = &verifier->snapshot.banks[replay->bank];

    if (attempt_rules_is_pilot(&attempt->rules, answer->position) || !is_evidence) {
        return;
    }
    if (verifier->sums[replay->bank] == NULL) {
        verifier->sums[replay->bank] =
            arena_new_array(verifier->owner, bank->section_count, struct evidence);
    }
    const size_t section = replay->items[answer->position - 1]->section;
    add_evidence(&verifier->sums[replay->bank][section], answer->credit,
                 is_final ? answer->recorded_at : attempt->submitted_at);
}

static bool verify_answer(struct verifier *verifier, const struct replay *replay,
                          const struct answer *answer, struct error *err)
{
    const struct question *question = &replay->items[answer->position - 1]->question;
    const struct attempt *attempt = &replay->attempt;
    struct question_response response = {.text = TEXT_ABSENT};

    verifier->counts->answers++;
    if (answer->response.data == NULL) {
        return true;
    }
    if (!codec_decode_text(verifier->scratch, answer->response, &QUESTION_RESPONSE_SHAPE, &response,
                           err)) {
        return false;
    }
    const struct mark mark = scoring_mark(
        question, &response, scoring_of(question, &attempt->rules.scoring), answer->certainty);
    if (mark.credit != answer->credit || mark.points != answer->points) {
        differ(verifier, attempt->user_id, &attempt->id,
               arena_printf(verifier->scratch,
                            "position %lld has credit %lld and points %lld, replayed %lld and %lld",
                            (long long)answer->position, (long long)answer->credit,
                            (long long)answer->points, (long long)mark.credit,
                            (long long)mark.points));
    }
    learn(verifier, replay, answer);
    return true;
}

static bool verify_score(struct verifier *verifier, const struct replay *replay, struct error *err)
{
    const struct attempt *attempt = &replay->attempt;
    const struct attempt_sheet sheet = {.items = replay->items,
                                        .item_count = attempt->question_count,
                                        .answers = replay->answers.answers,
                                        .answer_count = replay->answers.count,
                                        .rules = &attempt->rules};
    struct attempt_score stored = {.raw = 0};
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, attempt->user_id);
    db_bind_uuid(&params, attempt->id);
    if (!db_session_call(verifier->session, &SQL_verify_get_score, &params, verifier->scratch,
                         &rows, err) ||
        !db_rows_read(&rows, 0, &SCORE_ROW, verifier->scratch, &stored, err)) {
        return false;
    }
    const struct attempt_score score = attempt_summarize(&sheet, verifier->scratch).score;
    if (score.raw != stored.raw || score.max != stored.max) {
        differ(verifier, attempt->user_id, &attempt->id,
               arena_printf(verifier->scratch, "the score is %lld of %lld, replayed %lld of %lld",
                            (long long)stored.raw, (long long)stored.max, (long long)score.raw,
                            (long long)score.max));
    }
    return true;
}

static bool load(struct verifier *verifier, const struct key_row *key, struct replay *replay,
                 struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, key->user_id);
    db_bind_uuid(&params, key->id);
    if (!db_session_call(verifier->session, &SQL_attempts_get_with_answers, &params,
                         verifier->scratch, &rows, err) ||
        !store_attempts_read(&rows, verifier->scratch, &replay->attempt, &replay->answers, err)) {
        return false;
    }
    const struct bank *bank =
        snapshot_find_bank_by_id(&verifier->snapshot, replay->attempt.bank_id);
    if (bank == NULL) {
        return error_set(err, ERROR_INTERNAL, "an attempt's bank is gone");
    }
    replay->bank = (size_t)(bank - verifier->snapshot.banks);
    const struct item_keys keys = {replay->attempt.question_ids, replay->attempt.versions,
                                   replay->attempt.question_count};
    return store_items_get(verifier->options->db, verifier->scratch, bank, &keys, &replay->items,
                           err);
}

static bool verify_attempt(struct verifier *verifier, const struct key_row *key, struct error *err)
{
    struct replay replay = {.bank = 0};

    arena_reset(verifier->scratch);
    verifier->counts->attempts++;
    if (!load(verifier, key, &replay, err)) {
        return false;
    }
    for (size_t i = 0; i < replay.answers.count; i++) {
        if (!verify_answer(verifier, &replay, &replay.answers.answers[i], err)) {
            return false;
        }
    }
    return !replay.attempt.is_scored || verify_score(verifier, &replay, err);
}

static bool is_near(double a, double b)
{
    return fabs(a - b) <= TOLERANCE * fmax(1.0, fmax(fabs(a), fabs(b)));
}

static bool verify_evidence(struct verifier *verifier, size_t index, struct error *err)
{
    const struct bank *bank = &verifier->snapshot.banks[index];
    const struct evidence none = {.answers = 0};
    struct evidence *stored = NULL;

    if (!store_evidence_read(verifier->session, verifier->owner, verifier->user_id, bank, &stored,
                             err)) {
        return false;
    }
    for (size_t i = 0; i < bank->section_count; i++) {
        const struct evidence *sum =
            verifier->sums[index] == NULL ? &none : &verifier->sums[index][i];
        verifier->counts->evidence += stored[i].answers > 0 || sum->answers > 0 ? 1 : 0;
        if (stored[i].answers != sum->answers || stored[i].correct != sum->correct ||
            !is_near(stored[i].weight, sum->weight) || !is_near(stored[i].credit, sum->credit)) {
            differ(verifier, verifier->user_id, NULL,
                   arena_printf(verifier->scratch,
                                "section %.*s has %lld answers, %lld right, weight %.9g; replayed "
                                "%lld, %lld, %.9g",
                                TEXT_ARG(bank->sections[i].path), (long long)stored[i].answers,
                                (long long)stored[i].correct, stored[i].weight,
                                (long long)sum->answers, (long long)sum->correct, sum->weight));
        }
    }
    return true;
}

static bool verify_points(struct verifier *verifier, struct error *err)
{
    struct points_difference *differences = NULL;
    size_t count = 0;

    if (!store_points_differences(verifier->session, verifier->owner, verifier->user_id,
                                  &differences, &count, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        differ(verifier, verifier->user_id, NULL,
               arena_printf(verifier->scratch, "%.*s has %lld points, replayed %lld",
                            TEXT_ARG(differences[i].day), (long long)differences[i].stored,
                            (long long)differences[i].replayed));
    }
    return true;
}

/* Compares what was summed for the owner so far, and begins with the next one. */
static bool change_owner(struct verifier *verifier, struct uuid next, struct error *err)
{
    for (size_t i = 0; i < verifier->snapshot.bank_count && !uuid_is_nil(verifier->user_id); i++) {
        if (!verify_evidence(verifier, i, err)) {
            return false;
        }
    }
    if (!uuid_is_nil(verifier->user_id) && !verify_points(verifier, err)) {
        return false;
    }
    arena_reset(verifier->owner);
    verifier->user_id = next;
    verifier->sums =
        arena_new_array(verifier->owner, verifier->snapshot.bank_count, struct evidence *);
    return true;
}

static bool read_page(struct verifier *verifier, const struct key_row *after,
                      const struct key_row **keys, size_t *count, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    void *items = NULL;

    db_bind_uuid(&params, after->user_id);
    db_bind_uuid(&params, after->id);
    db_bind_i64(&params, PAGE);
    arena_reset(verifier->page);
    if (!db_session_call(verifier->session, &SQL_verify_list_attempts, &params, verifier->page,
                         &rows, err) ||
        !db_rows_read_all(&rows, &KEY_ROW, verifier->page, &items, err)) {
        return false;
    }
    *keys = items;
    *count = rows.count;
    return true;
}

static bool verify_all(struct verifier *verifier, struct error *err)
{
    struct key_row last = {.id = UUID_NIL};
    size_t count = PAGE;

    while (count == PAGE) {
        const struct key_row *keys = NULL;
        if (!read_page(verifier, &last, &keys, &count, err)) {
            return false;
        }
        for (size_t i = 0; i < count; i++) {
            const bool is_next = !uuid_equal(keys[i].user_id, verifier->user_id);
            if ((is_next && !change_owner(verifier, keys[i].user_id, err)) ||
                !verify_attempt(verifier, &keys[i], err)) {
                return false;
            }
            last = keys[i];
        }
    }
    return change_owner(verifier, UUID_NIL, err);
}

bool store_verify(struct db_session *session, const struct verify_options *options,
                  struct verify_counts *counts, struct error *err)
{
    struct arena *arena = arena_create();
    struct verifier verifier = {.session = session,
                                .options = options,
                                .counts = counts,
                                .page = arena_create(),
                                .scratch = arena_create(),
                                .owner = arena_create()};
    struct error end_err = {.code = ERROR_NONE};

    *counts = (struct verify_counts){0};
    const bool is_good =
        snapshot_load(session, arena, &verifier.snapshot, err) &&
        db_session_run(session, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", err) &&
        verify_all(&verifier, err);
    const bool is_ended = db_session_run(session, "ROLLBACK", is_good ? err : &end_err);
    arena_free(verifier.owner);
    arena_free(verifier.scratch);
    arena_free(verifier.page);
    arena_free(arena);
    return is_good && is_ended;
}
