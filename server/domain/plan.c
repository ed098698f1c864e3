/*
 * Day by day the entry with the most expected gain a minute is taken until the day is full, and
 * what it is expected to change is taken as done: so what was practised gains less the next time.
 * At most half of a day goes to reviews while there is anything to gain elsewhere.
 */
#include "domain/plan.h"

#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "domain/plan_exam.h"

static const char *const KIND_NAMES[PLAN_KIND_COUNT] = {"review", "read", "practice", "exam"};
const struct enumeration PLAN_KINDS = {KIND_NAMES, PLAN_KIND_COUNT};

enum {
    ENTRIES_MAX = 40, /* a day */
    REVIEW_MINUTES = 1,
    PRACTICE_SIZE = 5,
    PRACTICE_MINUTES = 8, /* five questions with their explanations */
    WORDS_A_MINUTE = 200, /* of technical prose */
    READ_AGAIN_DAYS = 14
};
/* Assumptions of planning: they order the entries and claim nothing about the learner. */
static const double READING_CLOSES = 0.25; /* of what is missing to all */
static const double HALVING_QUESTIONS = 10.0;
static const double GAIN_MIN = 1e-6; /* less is not worth a line */
static const double VARIANCE_MIN = 1e-6;
static const double Z_HIGH = 1.6448536269514722; /* Φ⁻¹(0.95) */

struct belief {
    double mean;
    double variance;
};

/* A section and what is expected of it as the plan goes on. */
struct place {
    const struct weak_area *area;
    const struct section *section;
    double share; /* of the bank's questions */
    struct belief belief;
    int64_t reading_minutes; /* 0: there is nothing to read */
    int64_t practice_size;
    int64_t read_on; /* the last day; before the first: never */
    int64_t practised_on;
    bool is_planned; /* the plan has changed the belief */
};

struct maker {
    const struct plan_input *input;
    struct arena *arena;
    struct place *places;
    struct review *reviews; /* as they will be */
    int64_t day;
    int64_t left; /* minutes of the day */
    struct plan_entry *entries;
    size_t count;
};

/* As expected_gain of weak areas, with a normal posterior. */
static double missing(const struct maker *maker, const struct place *place, struct belief belief)
{
    const double distance = maker->input->target - belief.mean;
    const double below = erfc(-distance / sqrt(2.0 * belief.variance)) / 2.0;

    return place->share * below * fmax(0.0, distance);
}

static struct belief after_reading(struct belief belief)
{
    belief.mean += READING_CLOSES * (1.0 - belief.mean);
    return belief;
}

static struct belief after_practice(struct belief belief, double questions)
{
    const double spread = fmax(VARIANCE_MIN, belief.mean * (1.0 - belief.mean));

    return (struct belief){
        .mean = belief.mean + (1.0 - exp2(-questions / HALVING_QUESTIONS)) * (1.0 - belief.mean),
        .variance = fmax(VARIANCE_MIN, 1.0 / (1.0 / belief.variance + questions / spread))};
}

static int64_t practice_minutes(int64_t size)
{
    return (size * PRACTICE_MINUTES + PRACTICE_SIZE - 1) / PRACTICE_SIZE;
}

static struct text why(const struct maker *maker, const struct place *place)
{
    const struct weak_area *area = place->area;

    if (place->is_planned) {
        return arena_printf(maker->arena, "%.0f %% to be expected after what is planned before it",
                            100.0 * place->belief.mean);
    }
    switch (area->label) {
    case WEAK_AREA_WEAK:
        return arena_printf(maker->arena, "weak: %.0f %% expected; %.*s", 100.0 * area->mean,
                            TEXT_ARG(area->why));
    case WEAK_AREA_NO_EVIDENCE:
        return TEXT("nothing is known of it yet");
    case WEAK_AREA_UNSURE:
    case WEAK_AREA_STRONG:
    case WEAK_AREA_LABEL_COUNT:
        break;
    }
    return arena_printf(maker->arena, "%s: %.0f %% expected, between %.0f and %.0f %%",
                        area->label == WEAK_AREA_STRONG ? "nearly there" : "unsure",
                        100.0 * area->mean, 100.0 * area->low, 100.0 * area->high);
}

static int64_t count_words(struct text body)
{
    int64_t words = 0;
    bool is_in_word = false;

    for (size_t i = 0; i < body.len; i++) {
        const bool is_blank = body.data[i] == ' ' || body.data[i] == '\n' || body.data[i] == '\t';
        words += !is_blank && !is_in_word ? 1 : 0;
        is_in_word = !is_blank;
    }
    return words;
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static struct place make_place(const struct plan_input *input, const struct weak_area *area)
{
    const struct section *section = &input->bank->sections[area->section];
    const int64_t available = (int64_t)section->subtree_question_count;
    const int64_t most = input->minutes * PRACTICE_SIZE / PRACTICE_MINUTES; /* on a short day */
    const double deviation = (area->high - area->low) / (2.0 * Z_HIGH);
    const int64_t words = area->label == WEAK_AREA_WEAK ? count_words(section->body) : 0;

    return (struct place){.area = area,
                          .section = section,
                          .share = (double)available / (double)input->bank->item_count,
                          .belief = {area->mean, fmax(VARIANCE_MIN, deviation * deviation)},
                          .reading_minutes =
                              words == 0 ? 0 : (words + WORDS_A_MINUTE - 1) / WORDS_A_MINUTE,
                          .practice_size = smaller(available, smaller(most, PRACTICE_SIZE)),
                          .read_on = -READ_AGAIN_DAYS,
                          .practised_on = -1};
}

static void add(struct maker *maker, struct plan_entry entry)
{
    maker->entries[maker->count++] = entry;
    maker->left -= entry.minutes;
}

/* Reading or practising a section today: what it takes and gains. */
struct option {
    struct place *place;
    bool is_reading;
    int64_t minutes;
    struct belief after;
    double gain;
};

static double rate(double gain, int64_t minutes)
{
    return gain / (double)minutes;
}

static void consider(const struct maker *maker, struct option option, struct option *best)
{
    const struct place *place = option.place;

    option.gain = missing(maker, place, place->belief) - missing(maker, place, option.after);
    if (option.minutes > 0 && option.minutes <= maker->left && option.gain >= GAIN_MIN &&
        (best->place == NULL ||
         rate(option.gain, option.minutes) > rate(best->gain, best->minutes))) {
        *best = option;
    }
}

static struct option find_best(const struct maker *maker)
{
    struct option best = {.place = NULL};

    for (size_t i = 0; i < maker->input->area_count; i++) {
        struct place *place = &maker->places[i];
        if (maker->day - place->read_on >= READ_AGAIN_DAYS) {
            consider(maker,
                     (struct option){place, true, place->reading_minutes,
                                     after_reading(place->belief), 0.0},
                     &best);
        }
        if (place->practised_on < maker->day) {
            consider(maker,
                     (struct option){place, false, practice_minutes(place->practice_size),
                                     after_practice(place->belief, (double)place->practice_size),
                                     0.0},
                     &best);
        }
    }
    return best;
}

static void add_sections(struct maker *maker)
{
    while (maker->count < ENTRIES_MAX) {
        const struct option best = find_best(maker);
        struct place *place = best.place;
        if (place == NULL) {
            return;
        }
        add(maker, (struct plan_entry){.kind = best.is_reading ? PLAN_READ : PLAN_PRACTICE,
                                       .section = place->section,
                                       .size = best.is_reading ? 0 : place->practice_size,
                                       .minutes = best.minutes,
                                       .gain = best.gain,
                                       .reason = why(maker, place)});
        place->belief = best.after;
        place->is_planned = true;
        if (best.is_reading) {
            place->read_on = maker->day;
        } else {
            place->practised_on = maker->day;
        }
    }
}

/* It practises every section by its share. */
static void add_exam(struct maker *maker)
{
    const struct plan_exam exam = plan_exam_on(maker->input, maker->day, maker->left, maker->arena);
    double gain = 0.0;

    if (exam.size == 0) {
        return;
    }
    for (size_t i = 0; i < maker->input->area_count; i++) {
        struct place *place = &maker->places[i];
        const struct belief after = after_practice(place->belief, (double)exam.size * place->share);
        gain += missing(maker, place, place->belief) - missing(maker, place, after);
        place->belief = after;
        place->is_planned = true;
    }
    add(maker, (struct plan_entry){.kind = PLAN_EXAM,
                                   .exam = maker->input->exam,
                                   .size = exam.size,
                                   .minutes = exam.minutes,
                                   .gain = fmax(0.0, gain),
                                   .reason = exam.reason});
}

static struct reviews_due find_due(const struct maker *maker)
{
    const struct plan_input *input = maker->input;
    const size_t count = input->reviews.count;
    const struct reviews_input known = {
        .bank = input->bank,
        .reviews = maker->reviews,
        .count = count,
        .now_us = input->now_us + maker->day * CLOCK_US_PER_DAY,
        .exam_at =
            input->has_exam ? input->now_us + (int64_t)input->day_count * CLOCK_US_PER_DAY : 0,
        .limit = count};
    struct reviews_due due;

    reviews_find_due(&known, maker->arena, &due);
    return due;
}

/* Those that are asked come back when they are due again, if they are answered well. */
static void add_reviews(struct maker *maker, const struct reviews_due *due, size_t size)
{
    const int64_t now_us = maker->input->now_us + maker->day * CLOCK_US_PER_DAY;
    const struct review_list list = {maker->reviews, maker->input->reviews.count};
    double gain = 0.0;

    for (size_t i = 0; i < size; i++) {
        const struct review *found = review_find(list, due->items[i].review.question_id);
        struct review *review = &maker->reviews[found - maker->reviews];
        review->memory = fsrs_review(review->memory, FSRS_GOOD, now_us);
        gain += (1.0 - due->items[i].retrievability) / (double)maker->input->bank->item_count;
    }
    if (size > 0) {
        add(maker,
            (struct plan_entry){.kind = PLAN_REVIEW,
                                .size = (int64_t)size,
                                .minutes = (int64_t)size * REVIEW_MINUTES,
                                .gain = gain,
                                .reason = arena_printf(
                                    maker->arena, "%zu question%s about to be forgotten%s",
                                    due->due_count, due->due_count == 1 ? " is" : "s are",
                                    size < due->due_count ? "; these are the most urgent" : "")});
    }
}

static int64_t place_of(const struct plan_entry *entry)
{
    return entry->section == NULL ? -1 : entry->section->position;
}

static int compare_rates(const void *left, const void *right)
{
    const struct plan_entry *a = left;
    const struct plan_entry *b = right;
    const double difference = rate(b->gain, b->minutes) - rate(a->gain, a->minutes);

    if (difference > 0.0 || difference < 0.0) {
        return difference > 0.0 ? 1 : -1;
    }
    return place_of(a) != place_of(b) ? (place_of(a) < place_of(b) ? -1 : 1)
                                      : (a->kind > b->kind) - (a->kind < b->kind);
}

static struct plan_day make_day(struct maker *maker)
{
    const struct reviews_due due = find_due(maker);
    int64_t kept = 0;

    maker->left = maker->input->minutes;
    maker->count = 0;
    maker->entries = arena_new_array(maker->arena, ENTRIES_MAX + 2, struct plan_entry);
    add_exam(maker);
    kept = smaller((int64_t)due.count * REVIEW_MINUTES, maker->left / 2);
    maker->left -= kept;
    add_sections(maker);
    maker->left += kept;
    add_reviews(maker, &due, (size_t)smaller((int64_t)due.count, maker->left / REVIEW_MINUTES));
    if (maker->count > 0) {
        qsort(maker->entries, maker->count, sizeof *maker->entries, compare_rates);
    }
    return (struct plan_day){.entries = maker->entries,
                             .count = maker->count,
                             .minutes = maker->input->minutes - maker->left,
                             .due_count = (int64_t)due.due_count};
}

const struct plan_day *plan_make(const struct plan_input *input, struct arena *arena)
{
    struct plan_day *days = arena_new_array(arena, input->day_count, struct plan_day);
    struct maker maker = {.input = input,
                          .arena = arena,
                          .places = arena_new_array(arena, input->area_count, struct place),
                          .reviews = arena_new_array(arena, input->reviews.count, struct review)};

    for (size_t i = 0; i < input->area_count; i++) {
        maker.places[i] = make_place(input, &input->areas[i]);
    }
    for (size_t i = 0; i < input->reviews.count; i++) {
        maker.reviews[i] = input->reviews.items[i];
    }
    for (size_t i = 0; i < input->day_count; i++) {
        maker.day = (int64_t)i;
        days[i] = make_day(&maker);
    }
    return days;
}
