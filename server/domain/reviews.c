/* Reviews: from answers to memories, and from memories to what is due. */
#include "domain/reviews.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

static const int64_t US_PER_MS = 1000;
static const double ROUNDING = 1e-9;
static const double RETENTION = 0.9;
static const double RETENTION_AT_EXAM = 0.95;
static const double EXAM_NEAR_DAYS = 30.0;

static int compare_ids(const void *left, const void *right)
{
    const struct review *a = left;
    const struct review *b = right;
    return memcmp(a->question_id.bytes, b->question_id.bytes, sizeof a->question_id.bytes);
}

static const struct review *find_review(const struct review *reviews, size_t count, struct uuid id)
{
    const struct review wanted = {.question_id = id};
    return count == 0 ? NULL : bsearch(&wanted, reviews, count, sizeof *reviews, compare_ids);
}

const struct review *review_find(struct review_list reviews, struct uuid question_id)
{
    return find_review(reviews.items, reviews.count, question_id);
}

bool review_is_due(const struct review *review, int64_t at_us)
{
    const int64_t days = fsrs_interval_days(review->memory.stability, RETENTION);

    return review->memory.reviewed_at + days * CLOCK_US_PER_DAY <= at_us;
}

static int compare_times(const void *left, const void *right)
{
    const struct answer *a = left;
    const struct answer *b = right;
    if (a->recorded_at != b->recorded_at) {
        return a->recorded_at < b->recorded_at ? -1 : 1;
    }
    return (a->position > b->position) - (a->position < b->position);
}

struct review review_add(const struct review *known, const struct review_event *event)
{
    struct review review = {.question_id = event->question_id};

    if (known != NULL) {
        review = *known;
        review.lapse_count += event->grade == FSRS_AGAIN ? 1 : 0;
    }
    review.memory = fsrs_review(review.memory, event->grade, event->at_us);
    review.review_count++;
    review.has_credit = review.has_credit || event->has_credit;
    return review;
}

size_t review_events(const struct attempt *attempt, const struct attempt_sheet *sheet,
                     struct arena *arena, struct review_event **events)
{
    struct answer *answers = arena_new_array(arena, sheet->answer_count, struct answer);
    int64_t before = attempt->started_at;
    size_t count = 0;

    *events = arena_new_array(arena, sheet->answer_count, struct review_event);
    for (size_t i = 0; i < sheet->answer_count; i++) {
        answers[i] = sheet->answers[i];
    }
    if (sheet->answer_count > 0) {
        qsort(answers, sheet->answer_count, sizeof *answers, compare_times);
    }
    for (size_t i = 0; i < sheet->answer_count; i++) {
        const struct answer *answer = &answers[i];
        if (answer->response.data == NULL) {
            continue;
        }
        const int64_t duration_us = answer->recorded_at > before ? answer->recorded_at - before : 0;
        (*events)[count++] = (struct review_event){
            .question_id = sheet->items[answer->position - 1]->id,
            .grade = fsrs_grade_of(answer->credit, answer->certainty, duration_us / US_PER_MS),
            .has_credit = answer->credit > 0,
            .at_us = answer->recorded_at};
        before = answer->recorded_at;
    }
    return count;
}

size_t reviews_after(const struct attempt *attempt, const struct attempt_sheet *sheet,
                     const struct review *known, size_t known_count, struct arena *arena,
                     struct review **after)
{
    struct review_event *events = NULL;
    const size_t count = review_events(attempt, sheet, arena, &events);

    *after = arena_new_array(arena, count, struct review);
    for (size_t i = 0; i < count; i++) {
        (*after)[i] =
            review_add(find_review(known, known_count, events[i].question_id), &events[i]);
    }
    return count;
}

static bool is_near(double a, double b)
{
    return fabs(a - b) <= ROUNDING * fmax(fabs(a), fabs(b));
}

bool review_is_same(const struct review *a, const struct review *b)
{
    return a->review_count == b->review_count && a->lapse_count == b->lapse_count &&
           a->has_credit == b->has_credit && a->memory.reviewed_at == b->memory.reviewed_at &&
           is_near(a->memory.stability, b->memory.stability) &&
           is_near(a->memory.difficulty, b->memory.difficulty);
}

double reviews_retention(int64_t now_us, int64_t exam_at)
{
    if (exam_at <= now_us) {
        return RETENTION;
    }
    const double days = (double)(exam_at - now_us) / (double)CLOCK_US_PER_DAY;
    return RETENTION + (RETENTION_AT_EXAM - RETENTION) * fmax(0.0, 1.0 - days / EXAM_NEAR_DAYS);
}

/* Days after the last review, but before the day of the exam where that is still to come. */
static int64_t due_time(const struct review *review, const struct reviews_input *input,
                        double retention)
{
    const int64_t due = review->memory.reviewed_at +
                        fsrs_interval_days(review->memory.stability, retention) * CLOCK_US_PER_DAY;
    const int64_t last = input->exam_at - CLOCK_US_PER_DAY;
    return input->exam_at > input->now_us && last > review->memory.reviewed_at && due > last ? last
                                                                                             : due;
}

static int compare_due(const void *left, const void *right)
{
    const struct due_review *a = left;
    const struct due_review *b = right;
    if (a->retrievability < b->retrievability || a->retrievability > b->retrievability) {
        return a->retrievability < b->retrievability ? -1 : 1;
    }
    return (a->item > b->item) - (a->item < b->item);
}

void reviews_find_due(const struct reviews_input *input, struct arena *arena,
                      struct reviews_due *due)
{
    const double retention = reviews_retention(input->now_us, input->exam_at);

    *due = (struct reviews_due){.items = arena_new_array(arena, input->count, struct due_review)};
    for (size_t i = 0; i < input->bank->item_count; i++) {
        const struct review *review =
            find_review(input->reviews, input->count, input->bank->items[i].id);
        if (review == NULL) {
            continue;
        }
        const int64_t due_at = due_time(review, input, retention);
        due->known_count++;
        if (due_at <= input->now_us) {
            due->items[due->due_count++] = (struct due_review){
                .item = i,
                .review = *review,
                .due_at = due_at,
                .retrievability = fsrs_retrievability(review->memory, input->now_us)};
        } else if (due->next_due_at == 0 || due_at < due->next_due_at) {
            due->next_due_at = due_at;
        }
    }
    if (due->due_count > 0) {
        qsort(due->items, due->due_count, sizeof *due->items, compare_due);
    }
    due->count = due->due_count < input->limit ? due->due_count : input->limit;
}

static bool contains(const struct uuid *ids, size_t count, struct uuid id)
{
    for (size_t i = 0; i < count; i++) {
        if (uuid_equal(ids[i], id)) {
            return true;
        }
    }
    return false;
}

/* The most difficult that is not among `ids` yet; NULL where there is none. */
static const struct review *find_hardest(const struct bank *bank, size_t section,
                                         struct review_list reviews, const struct uuid *ids,
                                         size_t id_count)
{
    const struct review *hardest = NULL;

    for (size_t i = 0; i < bank->item_count; i++) {
        const struct item *item = &bank->items[i];
        const bool is_below =
            item->section >= section && item->section < bank->sections[section].subtree_end;
        const struct review *review =
            is_below ? find_review(reviews.items, reviews.count, item->id) : NULL;
        if (review != NULL && !contains(ids, id_count, item->id) &&
            (hardest == NULL || review->memory.difficulty > hardest->memory.difficulty)) {
            hardest = review;
        }
    }
    return hardest;
}

size_t reviews_hardest(const struct bank *bank, size_t section, struct review_list reviews,
                       size_t wanted, struct uuid *ids)
{
    size_t count = 0;

    while (count < wanted) {
        const struct review *hardest = find_hardest(bank, section, reviews, ids, count);
        if (hardest == NULL) {
            break;
        }
        ids[count++] = hardest->question_id;
    }
    return count;
}
