/* Attempts in the order of their owners, in pages; the evidence of one owner is summed meanwhile
 * and compared when the next one begins. */
#include "store/verify.h"

#include "domain/question_shape.h"
#include "store/attempts.h"
#include "store/items.h"
#include "store/sql.h"
#include "store/verify_owner.h"
#include "store/verify_points.h"
#include "store/verify_regrades.h"
#include "json/codec.h"

enum { PAGE = 500 };

/* Whoever ends between closing an attempt and scoring it leaves that to the sweeper. */
#define SCORED_WITHIN_US INT64_C(60000000)

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
    struct verify_owner owner;
};

/* An attempt with all that is needed to score it. */
struct replay {
    struct attempt attempt;
    struct attempt_answers answers;
    const struct item *const *items;
    size_t bank; /* index */
    struct verify_decisions decisions;
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

static void differ_in_sums(void *context, struct uuid user_id, struct text what)
{
    differ(context, user_id, NULL, what);
}

/* False where the answer is none to a question of the paper. */
static bool verify_answer(struct verifier *verifier, const struct replay *replay,
                          const struct answer *answer)
{
    const struct attempt *attempt = &replay->attempt;
    struct question_response response = {.text = TEXT_ABSENT};
    struct error why = {.code = ERROR_NONE};

    verifier->counts->answers++;
    if (answer->position < 1 || answer->position > (int64_t)attempt->question_count) {
        differ(verifier, attempt->user_id, &attempt->id,
               arena_printf(verifier->scratch, "position %lld is not on the paper of %zu",
                            (long long)answer->position, attempt->question_count));
        return false;
    }
    const struct question *question = &replay->items[answer->position - 1]->question;
    if (answer->response.data == NULL) {
        return true;
    }
    if (!codec_decode_text(verifier->scratch, answer->response, &QUESTION_RESPONSE_SHAPE, &response,
                           &why) ||
        !question_check_response(question, &response, verifier->scratch, TEXT(""), &why)) {
        differ(verifier, attempt->user_id, &attempt->id,
               arena_printf(verifier->scratch, "the response to position %lld cannot be read: %s",
                            (long long)answer->position, why.detail));
        return true;
    }
    const struct mark mark = verify_regrades_mark(&replay->decisions, question, attempt, answer,
                                                  &response, verifier->scratch);
    if (mark.credit != answer->credit || mark.points != answer->points) {
        differ(verifier, attempt->user_id, &attempt->id,
               arena_printf(verifier->scratch,
                            "position %lld has credit %lld and points %lld, replayed %lld and %lld",
                            (long long)answer->position, (long long)answer->credit,
                            (long long)answer->points, (long long)mark.credit,
                            (long long)mark.points));
    }
    return true;
}

static bool verify_score(struct verifier *verifier, const struct attempt *attempt,
                         const struct attempt_sheet *sheet, struct error *err)
{
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
    const struct attempt_score score = attempt_summarize(sheet, verifier->scratch).score;
    if (score.raw != stored.raw || score.max != stored.max) {
        differ(verifier, attempt->user_id, &attempt->id,
               arena_printf(verifier->scratch, "the score is %lld of %lld, replayed %lld of %lld",
                            (long long)stored.raw, (long long)stored.max, (long long)score.raw,
                            (long long)score.max));
    }
    return true;
}

/* Whether the sweeper should have scored the attempt long ago. */
static bool is_score_missing(const struct attempt *attempt)
{
    return attempt->state == ATTEMPT_SUBMITTED && !attempt->is_scored &&
           attempt->evidence_due_at < attempt->read_at - SCORED_WITHIN_US;
}

/* What cannot be read is a difference, too, and ends nothing. */
static bool read_replay(struct verifier *verifier, const struct key_row *key, struct replay *replay,
                        struct error *err)
{
    struct attempt *attempt = &replay->attempt;

    *attempt = (struct attempt){.user_id = key->user_id, .id = key->id};
    if (!store_attempts_get_with_answers(verifier->owner.db, verifier->scratch, attempt,
                                         &replay->answers, err)) {
        return false;
    }
    const struct bank *bank = snapshot_find_bank_by_id(&verifier->snapshot, attempt->bank_id);
    if (bank == NULL) {
        return error_set(err, ERROR_INTERNAL, "its bank is gone");
    }
    if (attempt->version_count != attempt->question_count) {
        return error_set(err, ERROR_INTERNAL, "it has not a version for each question");
    }
    replay->bank = (size_t)(bank - verifier->snapshot.banks);
    const struct item_keys keys = {attempt->question_ids, attempt->versions,
                                   attempt->question_count, NULL};
    return store_items_get(verifier->options->db, verifier->scratch, bank, &keys, &replay->items,
                           err) &&
           verify_regrades_read(verifier->owner.db, verifier->scratch, attempt, bank,
                                &replay->decisions, err);
}

static bool verify_replay(struct verifier *verifier, const struct replay *replay, struct error *err)
{
    const struct attempt *attempt = &replay->attempt;

    const struct attempt_sheet sheet = {.items = replay->items,
                                        .item_count = attempt->question_count,
                                        .answers = replay->answers.answers,
                                        .answer_count = replay->answers.count,
                                        .rules = &attempt->rules};
    bool is_sound = true;

    for (size_t i = 0; i < replay->answers.count; i++) {
        is_sound = verify_answer(verifier, replay, &replay->answers.answers[i]) && is_sound;
    }
    if (!verify_regrades_dropped(&replay->decisions, attempt)) {
        differ(verifier, attempt->user_id, &attempt->id,
               TEXT("the questions that are dropped are not those that a regrade has dropped"));
    }
    if (is_score_missing(attempt)) {
        differ(verifier, attempt->user_id, &attempt->id, TEXT("is submitted and has no score"));
    }
    if (!is_sound) {
        return true; /* said above: there is nothing to add up */
    }
    verify_owner_add(&verifier->owner, replay->bank, attempt, &sheet);
    return !attempt->is_scored || verify_score(verifier, attempt, &sheet, err);
}

static bool verify_attempt(struct verifier *verifier, const struct key_row *key, struct error *err)
{
    struct replay replay = {.bank = 0};
    struct error why = {.code = ERROR_NONE};

    arena_reset(verifier->scratch);
    verifier->counts->attempts++;
    if (read_replay(verifier, key, &replay, &why)) {
        return verify_replay(verifier, &replay, err);
    }
    if (why.code == ERROR_UNAVAILABLE) { /* the database is away */
        *err = why;
        return false;
    }
    differ(verifier, key->user_id, &key->id,
           arena_printf(verifier->scratch, "cannot be read: %s", why.detail));
    return true;
}

/* Compares what was summed for the owner so far, and begins with the next one. */
static bool change_owner(struct verifier *verifier, struct uuid next, struct error *err)
{
    struct verify_owner *owner = &verifier->owner;

    arena_reset(verifier->scratch);
    if (!uuid_is_nil(owner->user_id) && !verify_owner_end(owner, err)) {
        return false;
    }
    verify_owner_begin(owner, next);
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

/* Evidence of learners who have no attempts: nothing was replayed for them. */
static bool verify_orphans(struct verifier *verifier, struct error *err)
{
    const struct db_params none = {.count = 0};
    struct db_rows rows;
    void *items = NULL;

    arena_reset(verifier->page);
    if (!db_session_call(verifier->session, &SQL_verify_list_orphans, &none, verifier->page, &rows,
                         err) ||
        !db_rows_read_all(&rows, &KEY_ROW, verifier->page, &items, err)) {
        return false;
    }
    const struct key_row *orphans = items;
    for (size_t i = 0; i < rows.count; i++) {
        if (!change_owner(verifier, orphans[i].user_id, err)) {
            return false;
        }
    }
    return change_owner(verifier, UUID_NIL, err);
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
            const bool is_next = !uuid_equal(keys[i].user_id, verifier->owner.user_id);
            if ((is_next && !change_owner(verifier, keys[i].user_id, err)) ||
                !verify_attempt(verifier, &keys[i], err)) {
                return false;
            }
            last = keys[i];
        }
    }
    return change_owner(verifier, UUID_NIL, err) && verify_orphans(verifier, err);
}

bool store_verify(struct db_session *session, const struct verify_options *options,
                  struct verify_counts *counts, struct error *err)
{
    struct arena *arena = arena_create();
    struct verifier verifier = {.session = session,
                                .options = options,
                                .counts = counts,
                                .page = arena_create(),
                                .scratch = arena_create()};
    struct error end_err = {.code = ERROR_NONE};

    *counts = (struct verify_counts){0};
    verifier.owner =
        (struct verify_owner){.db = db_over_session(session, arena),
                              .snapshot = &verifier.snapshot,
                              .arena = arena_create(),
                              .counts = counts,
                              .mends_points = options->mends_points ? options->db : NULL,
                              .differ = differ_in_sums,
                              .context = &verifier};
    const bool is_good =
        (!options->mends_points || verify_points_date(verifier.owner.db, arena, err)) &&
        snapshot_load(session, arena, &verifier.snapshot, err) &&
        db_session_run(session, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", err) &&
        verify_all(&verifier, err);
    const bool is_ended = db_session_run(session, "ROLLBACK", is_good ? err : &end_err);
    arena_free(verifier.owner.arena);
    arena_free(verifier.scratch);
    arena_free(verifier.page);
    arena_free(arena);
    return is_good && is_ended;
}
