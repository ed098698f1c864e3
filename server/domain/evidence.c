/* Evidence: which answers count, where, and how much. */
#include "domain/evidence.h"

#include <math.h>
#include <stdlib.h>

#include "domain/scoring.h"

/* All that is summed has one sign, so sums lose nothing but rounding. */
static const double ROUNDING = 1e-9;

double evidence_weight(int64_t answered_at_us)
{
    return exp2((double)(answered_at_us - EVIDENCE_EPOCH_US) / (double)EVIDENCE_HALF_LIFE_US);
}

bool evidence_is_known(const struct evidence *evidence)
{
    return evidence->likelihood[0] < 0.0;
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

void evidence_add(struct evidence *to, const struct evidence *more)
{
    to->weight += more->weight;
    to->credit += more->credit;
    to->answers += more->answers;
    to->correct += more->correct;
    to->last_answered_at = later(to->last_answered_at, more->last_answered_at);
    to->last_wrong_at = later(to->last_wrong_at, more->last_wrong_at);
    for (size_t i = 0; i < KNOWLEDGE_POINTS; i++) {
        to->likelihood[i] += more->likelihood[i];
    }
}

static double subtract(double from, double less)
{
    const double rest = from - less;
    return fabs(rest) <= ROUNDING * fabs(from) ? 0.0 : rest;
}

void evidence_subtract(struct evidence *from, const struct evidence *less)
{
    from->weight = subtract(from->weight, less->weight);
    from->credit = subtract(from->credit, less->credit);
    from->answers -= less->answers;
    from->correct -= less->correct;
    for (size_t i = 0; i < KNOWLEDGE_POINTS; i++) {
        from->likelihood[i] = subtract(from->likelihood[i], less->likelihood[i]);
    }
}

static bool is_near(double a, double b)
{
    return fabs(a - b) <= ROUNDING * fmax(fabs(a), fabs(b));
}

bool evidence_is_same(const struct evidence *a, const struct evidence *b)
{
    bool is_same = a->answers == b->answers && a->correct == b->correct &&
                   a->last_answered_at == b->last_answered_at &&
                   a->last_wrong_at == b->last_wrong_at && is_near(a->weight, b->weight) &&
                   is_near(a->credit, b->credit);
    for (size_t i = 0; i < KNOWLEDGE_POINTS; i++) {
        is_same = is_same && is_near(a->likelihood[i], b->likelihood[i]);
    }
    return is_same;
}

bool evidence_counts_skipped(enum attempt_mode mode)
{
    switch (mode) {
    case MODE_EXAM:
        return true;
    case MODE_PRACTICE:
    case MODE_WEAK_AREAS:
    case MODE_REVIEW:
    case MODE_COUNT:
        break;
    }
    return false;
}

/* Fills `event` where the question at the position counts; says whether it does. */
static bool find_event(const struct attempt *attempt, const struct attempt_sheet *sheet,
                       size_t index, struct evidence_event *event)
{
    const int64_t position = (int64_t)index + 1;
    const struct answer *answer =
        attempt_find_answer(sheet->answers, sheet->answer_count, position);
    const bool is_told = attempt->state == ATTEMPT_SUBMITTED && attempt->evidence_due_at == 0;

    if (attempt_rules_is_pilot(&attempt->rules, position)) {
        return false;
    }
    *event = (struct evidence_event){.item = sheet->items[index],
                                     .calibration =
                                         item_calibration(sheet->items[index], attempt->started_at),
                                     .at_us = attempt->submitted_at};
    if (answer == NULL || answer->response.data == NULL) {
        return is_told && evidence_counts_skipped(attempt->mode);
    }
    event->credit = answer->credit;
    if (attempt_rules_tell_at_once(&attempt->rules)) {
        event->at_us = answer->recorded_at;
        event->is_immediate = true;
        return true;
    }
    return is_told;
}

size_t evidence_events(const struct attempt *attempt, const struct attempt_sheet *sheet,
                       struct arena *arena, struct evidence_event **events)
{
    size_t count = 0;

    *events = arena_new_array(arena, sheet->item_count, struct evidence_event);
    for (size_t i = 0; i < sheet->item_count; i++) {
        count += find_event(attempt, sheet, i, &(*events)[count]) ? 1 : 0;
    }
    return count;
}

size_t evidence_closing_events(const struct attempt *attempt, const struct attempt_sheet *sheet,
                               struct arena *arena, struct evidence_event **events)
{
    const size_t all = evidence_events(attempt, sheet, arena, events);
    size_t count = 0;

    for (size_t i = 0; i < all; i++) {
        if (!(*events)[i].is_immediate) {
            (*events)[count++] = (*events)[i];
        }
    }
    return count;
}

size_t evidence_sections(const struct bank *bank, const struct item *item,
                         size_t sections[EVIDENCE_SECTIONS_MAX])
{
    size_t count = 0;

    sections[count++] = item->section;
    for (size_t i = 0; i < item->question.section_count && count < EVIDENCE_SECTIONS_MAX; i++) {
        const int64_t further = bank_find_section(bank, item->question.sections[i]);
        bool is_listed = further == BANK_NO_SECTION;
        for (size_t k = 0; k < count; k++) {
            is_listed = is_listed || sections[k] == (size_t)further;
        }
        if (!is_listed) {
            sections[count++] = (size_t)further;
        }
    }
    return count;
}

static void add_likelihood(const struct evidence_event *event, double weight,
                           double likelihood[KNOWLEDGE_POINTS])
{
    knowledge_add(knowledge_curve(&event->item->question, event->calibration),
                  (double)event->credit / CREDIT_FULL, weight, likelihood);
}

static struct evidence_part *find_or_add(struct evidence_part *parts, size_t *count, size_t section)
{
    for (size_t i = 0; i < *count; i++) {
        if (parts[i].section == section) {
            return &parts[i];
        }
    }
    parts[*count].section = section;
    (*count)++;
    return &parts[*count - 1];
}

static int compare_parts(const void *a, const void *b)
{
    const struct evidence_part *left = a;
    const struct evidence_part *right = b;
    return (left->section > right->section) - (left->section < right->section);
}

size_t evidence_parts(const struct bank *bank, const struct evidence_event *events, size_t count,
                      struct arena *arena, struct evidence_part **parts)
{
    size_t part_count = 0;
    size_t room = 0;

    for (size_t i = 0; i < count; i++) {
        room += 1 + events[i].item->question.section_count;
    }
    *parts = arena_new_array(arena, room, struct evidence_part);
    for (size_t i = 0; i < count; i++) {
        size_t sections[EVIDENCE_SECTIONS_MAX];
        const size_t section_count = evidence_sections(bank, events[i].item, sections);
        for (size_t k = 0; k < section_count; k++) {
            struct evidence_part *part = find_or_add(*parts, &part_count, sections[k]);
            add_likelihood(&events[i], 1.0 / (double)section_count, part->likelihood);
            if (k == 0) {
                part->answers++;
                part->credit += events[i].credit;
                part->correct += events[i].credit == CREDIT_FULL ? 1 : 0;
            }
        }
    }
    if (part_count > 0) {
        qsort(*parts, part_count, sizeof **parts, compare_parts);
    }
    return part_count;
}

static void replay(const struct bank *bank, const struct evidence_event *event,
                   struct evidence *sums)
{
    const double weight = evidence_weight(event->at_us);
    size_t sections[EVIDENCE_SECTIONS_MAX];
    const size_t section_count = evidence_sections(bank, event->item, sections);
    struct evidence own = {.weight = weight,
                           .credit = weight * (double)event->credit / CREDIT_FULL,
                           .answers = 1,
                           .correct = event->credit == CREDIT_FULL ? 1 : 0,
                           .last_answered_at = event->at_us,
                           .last_wrong_at = event->credit == CREDIT_FULL ? 0 : event->at_us};

    evidence_add(&sums[event->item->section], &own);
    for (size_t k = 0; k < section_count; k++) {
        add_likelihood(event, weight / (double)section_count, sums[sections[k]].likelihood);
    }
}

void evidence_replay(const struct bank *bank, const struct evidence_event *events, size_t count,
                     struct evidence *sums)
{
    for (size_t i = 0; i < count; i++) {
        replay(bank, &events[i], sums);
    }
}
