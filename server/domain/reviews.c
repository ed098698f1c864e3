/* Reviews: from answers to memories, and from memories to what is due. */
#include "domain/reviews.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

static const double ROUNDING = 1e-9;
static const double RETENTION = 0.9;
static const double RETENTION_AT_EXAM = 0.95;
static const double EXAM_NEAR_DAYS = 30.0;
enum { DAY_LIMIT_MIN = 20 };

int review_compare(const void *left, const void *right)
{
    const struct review *a = left;
    const struct review *b = right;
    return memcmp(a->question_id.bytes, b->question_id.bytes, sizeof a->question_id.bytes);
}

static const struct review *find_review(const struct review *reviews, size_t count, struct uuid id)
{
    const struct review wanted = {.question_id = id};
    return count == 0 ? NULL : bsearch(&wanted, reviews, count, sizeof *reviews, review_compare);
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

struct review review_add(const struct review *known, const struct review_event *event)
{
    struct review review = {.question_id = event->question_id};

    if (known != NULL) {
        review = *known;
        review.lapse_count += event->grade == FSRS_AGAIN ? 1 : 0;
    }
    review.is_sure_and_wrong = event->grade == FSRS_AGAIN && event->is_sure;
    review.memory = fsrs_review(review.memory, event->grade, event->at_us);
    review.review_count++;
    review.has_credit = review.has_credit || event->has_credit;
    return review;
}

size_t review_events(const struct attempt *attempt, const struct attempt_sheet *sheet,
                     struct arena *arena, struct review_event **events)
{
    struct timed_answer *timed = NULL;
    const size_t count = attempt_time_answers(attempt, sheet, arena, &timed);

    *events = arena_new_array(arena, count, struct review_event);
    for (size_t i = 0; i < count; i++) {
        const struct answer *answer = timed[i].answer;
        (*events)[i] = (struct review_event){
            .question_id = sheet->items[answer->position - 1]->id,
            .grade = fsrs_grade_of(answer->credit, answer->certainty, timed[i].duration_ms),
            .has_credit = answer->credit > 0,
            .at_us = answer->recorded_at,
            .is_sure = answer->certainty == CERTAINTY_MAX};
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
           a->is_sure_and_wrong == b->is_sure_and_wrong && a->has_credit == b->has_credit &&
           a->memory.reviewed_at == b->memory.reviewed_at &&
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

/* As many a day as let everything come once more before the exam. */
static size_t limit_of_day(const struct reviews_input *input, size_t known_count)
{
    const int64_t days = (input->exam_at - input->now_us) / CLOCK_US_PER_DAY;
    const size_t left = days < 1 ? 1 : (size_t)days;
    const size_t share = (known_count + left - 1) / left;

    if (input->exam_at <= input->now_us) {
        return 0;
    }
    return share < DAY_LIMIT_MIN ? DAY_LIMIT_MIN : share;
}

static size_t count_asked(const struct reviews_input *input, const struct reviews_due *due)
{
    const size_t room = due->day_limit < due->done_today ? 0 : due->day_limit - due->done_today;
    const size_t most = due->day_limit == 0 || input->limit < room ? input->limit : room;

    return due->due_count < most ? due->due_count : most;
}

void reviews_find_due(const struct reviews_input *input, struct arena *arena,
                      struct reviews_due *due)
{
    const double retention = reviews_retention(input->now_us, input->exam_at);
    const int64_t midnight = input->now_us - input->now_us % CLOCK_US_PER_DAY;

    *due = (struct reviews_due){.items = arena_new_array(arena, input->count, struct due_review)};
    for (size_t i = 0; i < input->bank->item_count; i++) {
        const struct review *review =
            find_review(input->reviews, input->count, input->bank->items[i].id);
        if (review == NULL) {
            continue;
        }
        const int64_t due_at = due_time(review, input, retention);
        due->known_count++;
        due->done_today += review->memory.reviewed_at >= midnight ? 1 : 0;
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
    due->day_limit = limit_of_day(input, due->known_count);
    due->count = count_asked(input, due);
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

/* Whether a review goes before the one that was best so far (NULL: none was). */
typedef bool review_order(const struct review *best, const struct review *review);

static bool is_harder(const struct review *best, const struct review *review)
{
    return best == NULL || review->memory.difficulty > best->memory.difficulty;
}

static bool is_later_mistake(const struct review *best, const struct review *review)
{
    return review->is_sure_and_wrong &&
           (best == NULL || review->memory.reviewed_at > best->memory.reviewed_at);
}

/* What questions are looked for, and those that were found. */
struct finder {
    const struct bank *bank;
    size_t section;
    struct review_list reviews;
    review_order *goes_before;
    struct uuid *ids;
    size_t count;
};

/* The best one that was not found yet; NULL where there is none. */
static const struct review *find_best(const struct finder *finder)
{
    const size_t end = finder->bank->sections[finder->section].subtree_end;
    const struct review *best = NULL;

    for (size_t i = 0; i < finder->bank->item_count; i++) {
        const struct item *item = &finder->bank->items[i];
        const bool is_below = item->section >= finder->section && item->section < end;
        const struct review *review =
            is_below ? find_review(finder->reviews.items, finder->reviews.count, item->id) : NULL;
        if (review != NULL && !contains(finder->ids, finder->count, item->id) &&
            finder->goes_before(best, review)) {
            best = review;
        }
    }
    return best;
}

static size_t find_all(struct finder *finder, size_t wanted)
{
    while (finder->count < wanted) {
        const struct review *best = find_best(finder);
        if (best == NULL) {
            break;
        }
        finder->ids[finder->count++] = best->question_id;
    }
    return finder->count;
}

size_t reviews_hardest(const struct bank *bank, size_t section, struct review_list reviews,
                       size_t wanted, struct uuid *ids)
{
    struct finder finder = {bank, section, reviews, is_harder, ids, 0};
    return find_all(&finder, wanted);
}

size_t reviews_sure_and_wrong(const struct bank *bank, size_t section, struct review_list reviews,
                              size_t wanted, struct uuid *ids)
{
    struct finder finder = {bank, section, reviews, is_later_mistake, ids, 0};
    return find_all(&finder, wanted);
}
