/* See store/verify_owner.h. The same functions of domain/ say what an attempt leaves behind here
 * and where it is written; here they are given the whole history at once. */
#include "store/verify_owner.h"

#include <stdlib.h>
#include <string.h>

#include "store/evidence.h"
#include "store/reviews.h"
#include "store/sql.h"
#include "store/verify_points.h"

/* From reading an attempt until it is closed, with all waits. */
#define SAME_MOMENT_US INT64_C(60000000)

/* A question's answer, and when its attempt left it behind. */
struct remembered {
    struct review_event event;
    int64_t settled_at;
};

/* A list that grows in the learner's arena. */
struct list {
    void *items;
    size_t count;
    size_t capacity;
};

struct verify_sums {
    struct evidence *evidence; /* by section; NULL: nothing yet */
    struct list remembered;
    struct list activities;
    struct verify_points *points; /* NULL: nothing yet */
    bool has_lost_memory;
};

static const struct shape_member ACTIVITY_MEMBERS[] = {
    MEMBER_TIME(struct activity, bucket_at), MEMBER_I64(struct activity, answers),
    MEMBER_I64(struct activity, correct),    MEMBER_I64(struct activity, credit),
    MEMBER_I64(struct activity, attempts),   MEMBER_I64(struct activity, duration_ms),
};
static const struct shape ACTIVITY_ROW = SHAPE_OF("ActivityRow", struct activity, ACTIVITY_MEMBERS);

/* Room for one more, of `size` bytes. */
static void *append(struct list *list, struct arena *arena, size_t size)
{
    enum { FIRST = 64 };

    if (list->count == list->capacity) {
        const size_t capacity = list->capacity == 0 ? FIRST : 2 * list->capacity;
        char *items = arena_alloc(arena, capacity * size);
        if (list->count > 0) {
            memcpy(items, list->items, list->count * size);
        }
        list->items = items;
        list->capacity = capacity;
    }
    return (char *)list->items + size * list->count++;
}

void verify_owner_begin(struct verify_owner *owner, struct uuid user_id)
{
    arena_reset(owner->arena);
    owner->user_id = user_id;
    owner->sums = arena_new_array(owner->arena, owner->snapshot->bank_count, struct verify_sums);
}

static void add_activity(struct verify_owner *owner, struct verify_sums *sums,
                         struct activity activity)
{
    struct activity *added = append(&sums->activities, owner->arena, sizeof *added);
    *added = activity;
}

/* Memories are there since attempts have a time at which they left them behind. */
static void remember(struct verify_owner *owner, struct verify_sums *sums,
                     const struct attempt *attempt, const struct attempt_sheet *sheet)
{
    struct review_event *events = NULL;
    const size_t count = review_events(attempt, sheet, owner->arena, &events);

    for (size_t i = 0; i < count && attempt->settled_at != 0; i++) {
        struct remembered *added = append(&sums->remembered, owner->arena, sizeof *added);
        *added = (struct remembered){events[i], attempt->settled_at};
    }
}

void verify_owner_add(struct verify_owner *owner, size_t bank, const struct attempt *attempt,
                      const struct attempt_sheet *sheet)
{
    struct verify_sums *sums = &owner->sums[bank];
    const struct bank *content = &owner->snapshot->banks[bank];
    struct evidence_event *events = NULL;
    struct activity *activities = NULL;
    const size_t count = evidence_events(attempt, sheet, owner->arena, &events);

    if (sums->evidence == NULL) {
        sums->evidence = arena_new_array(owner->arena, content->section_count, struct evidence);
    }
    evidence_replay(content, events, count, sums->evidence);
    if (!attempt->is_scored) {
        return;
    }
    add_activity(
        owner, sums,
        (struct activity){.bucket_at = activity_bucket(attempt->submitted_at), .attempts = 1});
    if (attempt->evidence_due_at == 0) {
        const size_t quarters = activities_of(attempt, sheet, owner->arena, &activities);
        for (size_t i = 0; i < quarters; i++) {
            add_activity(owner, sums, activities[i]);
        }
        remember(owner, sums, attempt, sheet);
    }
    if (attempt->settled_at != 0) {
        if (sums->points == NULL) {
            sums->points = verify_points_create(owner->arena);
        }
        verify_points_add(sums->points, attempt, sheet);
    }
}

static void differ(const struct verify_owner *owner, struct text what)
{
    owner->differ(owner->context, owner->user_id, what);
}

/* What is stored of a section, and what the history says. */
static void compare_evidence(const struct verify_owner *owner, const struct section *section,
                             const struct evidence *stored, struct evidence sum)
{
    if (stored->last_answered_at < sum.last_answered_at ||
        stored->last_wrong_at < sum.last_wrong_at) {
        differ(owner, arena_printf(owner->arena, "section %.*s was answered later than it says",
                                   TEXT_ARG(section->path)));
    }
    /* Of two attempts deleted at the same moment a later time may stay. */
    sum.last_answered_at = stored->last_answered_at;
    sum.last_wrong_at = stored->last_wrong_at;
    if (!evidence_is_same(stored, &sum)) {
        differ(owner, arena_printf(owner->arena,
                                   "section %.*s has %lld answers, %lld right, weight %.9g, "
                                   "likelihood %.9g; replayed %lld, %lld, %.9g, %.9g",
                                   TEXT_ARG(section->path), (long long)stored->answers,
                                   (long long)stored->correct, stored->weight,
                                   stored->likelihood[0], (long long)sum.answers,
                                   (long long)sum.correct, sum.weight, sum.likelihood[0]));
    }
}

static bool end_evidence(struct verify_owner *owner, size_t index, struct error *err)
{
    const struct bank *bank = &owner->snapshot->banks[index];
    const struct evidence *sums = owner->sums[index].evidence;
    const struct evidence none = {.answers = 0};
    struct evidence *stored = NULL;

    if (!store_evidence_list(owner->db, owner->arena, owner->user_id, bank, &stored, err)) {
        return false;
    }
    for (size_t i = 0; i < bank->section_count; i++) {
        const struct evidence sum = sums == NULL ? none : sums[i];
        owner->counts->evidence += evidence_is_known(&stored[i]) || evidence_is_known(&sum) ? 1 : 0;
        compare_evidence(owner, &bank->sections[i], &stored[i], sum);
    }
    return true;
}

/* ---- memories ---- */

static int compare_remembered(const void *left, const void *right)
{
    const struct remembered *a = left;
    const struct remembered *b = right;
    const int order = memcmp(a->event.question_id.bytes, b->event.question_id.bytes,
                             sizeof a->event.question_id.bytes);
    if (order != 0) {
        return order;
    }
    return (a->settled_at > b->settled_at) - (a->settled_at < b->settled_at);
}

static void sort(struct list list, size_t size, int (*compare)(const void *, const void *))
{
    if (list.count > 0) {
        qsort(list.items, list.count, size, compare);
    }
}

/* The memories after all attempts, ascending by question; (*doubtful)[i]: how many of the answers
 * that memory i is made from came so soon after the one before that they may have been missed. */
static struct review_list replay_reviews(const struct verify_owner *owner, struct list remembered,
                                         int64_t **doubtful)
{
    const struct remembered *items = remembered.items;
    struct review *reviews = arena_new_array(owner->arena, remembered.count, struct review);
    size_t count = 0;

    *doubtful = arena_new_array(owner->arena, remembered.count, int64_t);
    sort(remembered, sizeof *items, compare_remembered);
    for (size_t i = 0; i < remembered.count; i++) {
        const bool is_known =
            count > 0 && uuid_equal(reviews[count - 1].question_id, items[i].event.question_id);
        count += is_known ? 0 : 1;
        reviews[count - 1] = review_add(is_known ? &reviews[count - 1] : NULL, &items[i].event);
        if (is_known && items[i].settled_at - items[i - 1].settled_at < SAME_MOMENT_US) {
            (*doubtful)[count - 1]++;
        }
    }
    return (struct review_list){reviews, count};
}

/* Of two attempts handed in at the same moment one has left no memory: so many fewer reviews are no
 * difference. */
static bool is_same_review(const struct review *stored, const struct review *replayed,
                           int64_t doubtful)
{
    const int64_t missing = replayed->review_count - stored->review_count;

    return missing > 0 ? missing <= doubtful : review_is_same(stored, replayed);
}

static bool end_reviews(struct verify_owner *owner, size_t index, struct error *err)
{
    int64_t *doubtful = NULL;
    const struct review_list replayed =
        replay_reviews(owner, owner->sums[index].remembered, &doubtful);
    struct review_list stored = {.count = 0};
    char id[UUID_TEXT_BYTES + 1];

    if (!store_reviews_list(owner->db, owner->arena, owner->user_id,
                            owner->snapshot->banks[index].id, &stored, err)) {
        return false;
    }
    owner->counts->reviews += (int64_t)replayed.count;
    if (stored.count != replayed.count) {
        differ(owner, arena_printf(owner->arena, "memories of %zu questions, replayed %zu",
                                   stored.count, replayed.count));
        return true;
    }
    for (size_t i = 0; i < stored.count; i++) {
        const struct review *review = &stored.items[i];
        owner->sums[index].has_lost_memory = owner->sums[index].has_lost_memory ||
                                             review->review_count < replayed.items[i].review_count;
        if (!uuid_equal(review->question_id, replayed.items[i].question_id) ||
            !is_same_review(review, &replayed.items[i], doubtful[i])) {
            differ(owner, arena_printf(owner->arena,
                                       "the memory of question %.*s is not what its answers say",
                                       TEXT_ARG(uuid_format(review->question_id, id))));
        }
    }
    return true;
}

/* ---- activity ---- */

static int compare_activities(const void *left, const void *right)
{
    const struct activity *a = left;
    const struct activity *b = right;
    return (a->bucket_at > b->bucket_at) - (a->bucket_at < b->bucket_at);
}

/* One a quarter, in place; returns how many. */
static size_t merge_activities(struct list list)
{
    struct activity *items = list.items;
    size_t count = 0;

    sort(list, sizeof *items, compare_activities);
    for (size_t i = 0; i < list.count; i++) {
        if (count > 0 && items[count - 1].bucket_at == items[i].bucket_at) {
            activity_add(&items[count - 1], &items[i]);
        } else {
            items[count++] = items[i];
        }
    }
    return count;
}

static bool is_same_activity(const struct activity *a, const struct activity *b)
{
    return a->bucket_at == b->bucket_at && a->answers == b->answers && a->correct == b->correct &&
           a->credit == b->credit && a->attempts == b->attempts && a->duration_ms == b->duration_ms;
}

static bool end_activity(struct verify_owner *owner, size_t index, struct error *err)
{
    const struct activity *replayed = owner->sums[index].activities.items;
    const size_t count = merge_activities(owner->sums[index].activities);
    struct db_params params = {.count = 0};
    struct db_rows rows;
    void *items = NULL;

    db_bind_uuid(&params, owner->user_id);
    db_bind_uuid(&params, owner->snapshot->banks[index].id);
    if (!db_call(owner->db, &SQL_verify_list_activity, &params, owner->arena, &rows, err) ||
        !db_rows_read_all(&rows, &ACTIVITY_ROW, owner->arena, &items, err)) {
        return false;
    }
    const struct activity *stored = items;
    bool is_same = rows.count == count;
    for (size_t i = 0; i < count && is_same; i++) {
        is_same = is_same_activity(&stored[i], &replayed[i]);
    }
    owner->counts->quarters += (int64_t)count;
    if (!is_same) {
        differ(owner,
               arena_printf(owner->arena, "the activity in bank %.*s is not what the attempts say",
                            TEXT_ARG(owner->snapshot->banks[index].slug)));
    }
    return true;
}

/* ---- points ---- */

static bool end_difference(struct verify_owner *owner, const struct points_key *key,
                           const struct points_difference *difference, struct error *err)
{
    if (owner->mends_points != NULL) {
        owner->counts->mended_days++;
        return verify_points_mend(owner->mends_points, owner->arena, key, difference, err);
    }
    differ(owner,
           arena_printf(owner->arena, "%.*s has %lld points of %zu questions, replayed %lld of %zu",
                        TEXT_ARG(difference->day), (long long)difference->stored_points,
                        difference->stored_count, (long long)difference->replayed.points,
                        difference->replayed.count));
    return true;
}

/* Where a memory is missing (see above), what a question was worth cannot be told any more. */
static bool end_points(struct verify_owner *owner, size_t index, struct error *err)
{
    struct verify_sums *sums = &owner->sums[index];
    const struct points_key key = {owner->user_id, owner->snapshot->banks[index].id};
    const struct points_difference *differences = NULL;
    size_t count = 0;

    if (sums->points == NULL) {
        sums->points = verify_points_create(owner->arena);
    }
    if (!verify_points_compare(sums->points, owner->db, &key, &differences, &count, err)) {
        return false;
    }
    for (size_t i = 0; i < count && !sums->has_lost_memory; i++) {
        if (!end_difference(owner, &key, &differences[i], err)) {
            return false;
        }
    }
    return true;
}

bool verify_owner_end(struct verify_owner *owner, struct error *err)
{
    for (size_t i = 0; i < owner->snapshot->bank_count; i++) {
        if (!end_evidence(owner, i, err) || !end_reviews(owner, i, err) ||
            !end_activity(owner, i, err) || !end_points(owner, i, err)) {
            return false;
        }
    }
    return true;
}
