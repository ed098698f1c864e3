/*
 * Whether a response fits its question: the member of the question's type and no other, only ids
 * that the question has, each once. Whether it is right is scoring's affair. Work is bounded by
 * what was sent times the parts of the question.
 */
#include <math.h>

#include "domain/question_key.h"

/* The response members, in the order of the keys that they answer. */
static bool check_member(struct checker *c, const char *name, bool is_present, bool is_own)
{
    if (is_own && !is_present) {
        checker_fault(c, FAULT_REQUIRED, checker_at(c, "/%s", name),
                      "an answer to this question needs %s", name);
    } else if (!is_own && is_present) {
        checker_fault(c, FAULT_NOT_ALLOWED, checker_at(c, "/%s", name),
                      "%s does not answer a question of this type", name);
    }
    return is_own && is_present;
}

/* Ids of `known` only, each once. */
static void check_ids(struct checker *c, const char *member, struct id_list given,
                      struct id_list known)
{
    bool *is_named = arena_new_array(c->arena, known.count, bool);
    for (size_t i = 0; i < given.count; i++) {
        size_t index = 0;
        if (!id_list_find(known, given.ids[i], &index)) {
            checker_fault(c, FAULT_NOT_FOUND, checker_at(c, "/%s/%zu", member, i),
                          "the question has no such id");
            continue;
        }
        if (is_named[index]) {
            checker_fault(c, FAULT_DUPLICATE, checker_at(c, "/%s/%zu", member, i),
                          "the id is named twice");
        }
        is_named[index] = true;
    }
}

static void check_choices(struct checker *c, const struct question *q,
                          const struct question_response *r)
{
    if (r->choice_count > 1 && q->type != QUESTION_MULTIPLE_CHOICE) {
        checker_fault(c, FAULT_TOO_MANY, checker_at(c, "/choices"), "one option can be chosen");
    }
    check_ids(c, "choices", (struct id_list){.ids = r->choices, .count = r->choice_count},
              question_option_ids(q, c->arena));
}

static void check_pairs(struct checker *c, const struct question *q, const struct shape_map *pairs)
{
    const struct id_list premises = question_part_ids(q->premises, q->premise_count, c->arena);
    const struct id_list choices = question_part_ids(q->choices, q->choice_count, c->arena);
    bool *is_paired = arena_new_array(c->arena, premises.count, bool);
    for (size_t i = 0; i < pairs->count; i++) {
        const char *token = question_pointer_token(c->arena, pairs->pairs[i].key);
        size_t index = 0;
        if (!id_list_find(premises, pairs->pairs[i].key, &index)) {
            checker_fault(c, FAULT_NOT_FOUND, checker_at(c, "/pairs/%s", token),
                          "the question has no such premise");
            continue;
        }
        if (is_paired[index]) {
            checker_fault(c, FAULT_DUPLICATE, checker_at(c, "/pairs/%s", token),
                          "the premise is paired twice");
        }
        is_paired[index] = true;
        if (!id_list_find(choices, pairs->pairs[i].value, &index)) {
            checker_fault(c, FAULT_NOT_FOUND, checker_at(c, "/pairs/%s", token),
                          "the question has no such choice");
        }
    }
}

/* A text a gap, of its own gaps only; which gaps stay empty is the learner's affair. */
static void check_gaps(struct checker *c, const struct question *q, const struct shape_map *gaps)
{
    const struct id_list known = question_gap_ids(q, c->arena);
    bool *is_filled = arena_new_array(c->arena, known.count, bool);
    for (size_t i = 0; i < gaps->count; i++) {
        const char *token = question_pointer_token(c->arena, gaps->pairs[i].key);
        size_t index = 0;
        if (!id_list_find(known, gaps->pairs[i].key, &index)) {
            checker_fault(c, FAULT_NOT_FOUND, checker_at(c, "/gaps/%s", token),
                          "the question has no such gap");
            continue;
        }
        if (is_filled[index]) {
            checker_fault(c, FAULT_DUPLICATE, checker_at(c, "/gaps/%s", token),
                          "the gap is filled twice");
        }
        is_filled[index] = true;
        if (text_count_code_points(gaps->pairs[i].value) > QUESTION_SHORT_MAX) {
            checker_fault(c, FAULT_TOO_LONG, checker_at(c, "/gaps/%s", token),
                          "at most %d characters are allowed", QUESTION_SHORT_MAX);
        }
    }
}

static void check_number(struct checker *c, double number)
{
    if (!isfinite(number)) {
        checker_fault(c, FAULT_BAD_FORMAT, checker_at(c, "/number"), "must be a finite number");
    }
}

bool question_check_response(const struct question *question,
                             const struct question_response *response, struct arena *arena,
                             struct text prefix, struct error *err)
{
    struct checker checker = {.arena = arena, .prefix = prefix, .err = err};
    struct checker *c = &checker;
    const enum question_key key = question_key_of(question->type);
    const bool has_choices =
        check_member(c, "choices", response->choices != NULL, key == KEY_OPTIONS);
    const bool has_number = check_member(c, "number", response->number != NULL, key == KEY_NUMBER);
    (void)check_member(c, "text", response->text.data != NULL,
                       key == KEY_ACCEPTED); /* any will do */
    const bool has_order = check_member(c, "order", response->order != NULL, key == KEY_ORDER);
    const bool has_pairs = check_member(c, "pairs", response->pairs != NULL, key == KEY_PAIRS);
    const bool has_gaps = check_member(c, "gaps", response->gaps != NULL, key == KEY_GAPS);
    if (has_choices) {
        check_choices(c, question, response);
    } else if (has_number) {
        check_number(c, *response->number);
    } else if (has_order) {
        check_ids(c, "order",
                  (struct id_list){.ids = response->order, .count = response->order_count},
                  question_part_ids(question->items, question->item_count, arena));
    } else if (has_pairs) {
        check_pairs(c, question, response->pairs);
    } else if (has_gaps) {
        check_gaps(c, question, response->gaps);
    }
    return checker.fault_count == 0;
}
