/*
 * The rules of a question's key, type by type: how many parts, ids that are unique and refer to one
 * another, and a key that a learner can meet.
 */
#include "domain/question_key.h"

/* Whether the count is one that can be checked further. */
static bool check_count(struct checker *c, const char *member, size_t count, size_t min, size_t max)
{
    if (count < min) {
        checker_fault(c, FAULT_TOO_FEW, checker_at(c, "/%s", member), "at least %zu are needed",
                      min);
    } else if (count > max) {
        checker_fault(c, FAULT_TOO_MANY, checker_at(c, "/%s", member), "at most %zu are allowed",
                      max);
    }
    return count >= min && count <= max;
}

bool question_is_part_id(struct text id)
{
    for (size_t i = 0; i < id.len; i++) {
        const char ch = id.data[i];
        if (!((ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') || ch == '-')) {
            return false;
        }
    }
    return id.len >= 1 && id.len <= QUESTION_PART_ID_MAX;
}

/* Ids of the right form, each once. */
static void check_ids(struct checker *c, const char *member, struct id_list list)
{
    for (size_t i = 0; i < list.count; i++) {
        size_t first = i;
        if (!question_is_part_id(list.ids[i])) {
            checker_fault(c, FAULT_BAD_FORMAT, checker_at(c, "/%s/%zu/id", member, i),
                          "an id is 1 to %d lower-case letters, digits or hyphens",
                          QUESTION_PART_ID_MAX);
        } else if (id_list_find(list, list.ids[i], &first) && first < i) {
            checker_fault(c, FAULT_DUPLICATE, checker_at(c, "/%s/%zu/id", member, i),
                          "the id is used twice in this question");
        }
    }
}

static void check_not_blank(struct checker *c, const char *member, size_t index, struct text value)
{
    if (text_trim(value).len == 0) {
        checker_fault(c, FAULT_TOO_SHORT, checker_at(c, "/%s/%zu/text", member, index),
                      "must not be blank");
    }
}

static void check_parts(struct checker *c, const char *member, const struct part *parts,
                        size_t count)
{
    check_ids(c, member, question_part_ids(parts, count, c->arena));
    for (size_t i = 0; i < count; i++) {
        check_not_blank(c, member, i, parts[i].text);
    }
}

static void check_true_false(struct checker *c, const struct question *q)
{
    for (size_t i = 0; i < q->option_count; i++) {
        const struct text id = q->options[i].id;
        if (!text_equal(id, TEXT("true")) && !text_equal(id, TEXT("false"))) {
            checker_fault(c, FAULT_BAD_FORMAT, checker_at(c, "/options/%zu/id", i),
                          "the ids are \"true\" and \"false\"");
        }
    }
}

static void check_options(struct checker *c, const struct question *q)
{
    const size_t max = q->type == QUESTION_TRUE_FALSE ? 2 : QUESTION_OPTIONS_MAX;
    if (!check_count(c, "options", q->option_count, QUESTION_OPTIONS_MIN, max)) {
        return;
    }
    check_ids(c, "options", question_option_ids(q, c->arena));
    size_t right_count = 0;
    for (size_t i = 0; i < q->option_count; i++) {
        right_count += q->options[i].correct ? 1 : 0;
        check_not_blank(c, "options", i, q->options[i].text);
    }
    if (q->type == QUESTION_TRUE_FALSE) {
        check_true_false(c, q);
    }
    if (right_count == 0) {
        checker_fault(c, FAULT_TOO_FEW, checker_at(c, "/options"), "no option is correct");
    } else if (right_count > 1 && q->type != QUESTION_MULTIPLE_CHOICE) {
        checker_fault(c, FAULT_TOO_MANY, checker_at(c, "/options"),
                      "%zu options are correct, exactly one must be", right_count);
    }
}

/* A text of blanks and '*' alone would accept everything. */
static bool accepts_everything(struct text pattern)
{
    for (size_t i = 0; i < pattern.len; i++) {
        if (pattern.data[i] != '*' && text_trim(text_slice(pattern, i, 1)).len > 0) {
            return false;
        }
    }
    return true;
}

static bool is_listed_before(struct accepted_list accepted, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (text_equal(accepted.items[i].text, accepted.items[index].text)) {
            return true;
        }
    }
    return false;
}

void question_check_accepted(struct checker *c, struct text prefix, struct accepted_list accepted)
{
    for (size_t i = 0; i < accepted.count; i++) {
        const struct text pointer = checker_at(c, "%.*s/accepted/%zu/text", TEXT_ARG(prefix), i);
        if (accepts_everything(accepted.items[i].text)) {
            checker_fault(c, FAULT_TOO_SHORT, pointer, "must hold more than blanks and wildcards");
        } else if (is_listed_before(accepted, i)) {
            checker_fault(c, FAULT_DUPLICATE, pointer, "is listed twice");
        }
    }
}

static void check_accepted(struct checker *c, const struct question *q)
{
    if (check_count(c, "accepted", q->accepted_count, 1, QUESTION_ACCEPTED_MAX)) {
        question_check_accepted(c, TEXT(""),
                                (struct accepted_list){q->accepted, q->accepted_count});
    }
}

/* The order names each item exactly once. */
static void check_ordering(struct checker *c, const struct question *q)
{
    if (!check_count(c, "items", q->item_count, QUESTION_PARTS_MIN, QUESTION_PARTS_MAX)) {
        return;
    }
    check_parts(c, "items", q->items, q->item_count);
    if (!check_count(c, "order", q->order_count, q->item_count, q->item_count)) {
        return;
    }
    const struct id_list items = question_part_ids(q->items, q->item_count, c->arena);
    const struct id_list order = {.ids = q->order, .count = q->order_count};
    for (size_t i = 0; i < order.count; i++) {
        size_t index = 0;
        if (!id_list_find(items, order.ids[i], &index)) {
            checker_fault(c, FAULT_NOT_FOUND, checker_at(c, "/order/%zu", i),
                          "no item has this id");
        } else if (id_list_find(order, order.ids[i], &index) && index < i) {
            checker_fault(c, FAULT_DUPLICATE, checker_at(c, "/order/%zu", i),
                          "the item is named twice");
        }
    }
}

/* Each premise has exactly one pair, and the pair leads to a choice. */
static void check_pairs(struct checker *c, const struct question *q, struct id_list premises,
                        struct id_list choices)
{
    bool *is_paired = arena_new_array(c->arena, premises.count, bool);
    for (size_t i = 0; i < q->pairs->count; i++) {
        const struct shape_pair pair = q->pairs->pairs[i];
        const char *token = question_pointer_token(c->arena, pair.key);
        size_t index = 0;
        if (!id_list_find(premises, pair.key, &index)) {
            checker_fault(c, FAULT_NOT_FOUND, checker_at(c, "/pairs/%s", token),
                          "no premise has this id");
            continue;
        }
        if (is_paired[index]) {
            checker_fault(c, FAULT_DUPLICATE, checker_at(c, "/pairs/%s", token),
                          "the premise has two pairs");
        }
        is_paired[index] = true;
        if (!id_list_find(choices, pair.value, &index)) {
            checker_fault(c, FAULT_NOT_FOUND, checker_at(c, "/pairs/%s", token),
                          "no choice has this id");
        }
    }
    for (size_t i = 0; i < premises.count; i++) {
        if (!is_paired[i]) {
            checker_fault(c, FAULT_REQUIRED, checker_at(c, "/pairs"),
                          "premise \"%.*s\" has no pair", TEXT_ARG(premises.ids[i]));
        }
    }
}

static void check_matching(struct checker *c, const struct question *q)
{
    const bool has_premises =
        check_count(c, "premises", q->premise_count, QUESTION_PARTS_MIN, QUESTION_PARTS_MAX);
    const bool has_choices =
        check_count(c, "choices", q->choice_count, QUESTION_CHOICES_MIN, QUESTION_CHOICES_MAX);
    if (!has_premises || !has_choices) {
        return;
    }
    check_parts(c, "premises", q->premises, q->premise_count);
    check_parts(c, "choices", q->choices, q->choice_count);
    const struct id_list premises = question_part_ids(q->premises, q->premise_count, c->arena);
    const struct id_list choices = question_part_ids(q->choices, q->choice_count, c->arena);
    for (size_t i = 0; i < choices.count; i++) {
        size_t index = 0;
        if (id_list_find(premises, choices.ids[i], &index)) {
            checker_fault(c, FAULT_DUPLICATE, checker_at(c, "/choices/%zu/id", i),
                          "the id is also that of a premise");
        }
    }
    check_pairs(c, q, premises, choices);
}

void question_check_key(struct checker *checker, const struct question *question)
{
    switch (question_key_of(question->type)) {
    case KEY_OPTIONS:
        check_options(checker, question);
        break;
    case KEY_NUMBER:
        question_check_number(checker, question->number);
        break;
    case KEY_ACCEPTED:
        check_accepted(checker, question);
        break;
    case KEY_ORDER:
        check_ordering(checker, question);
        break;
    case KEY_PAIRS:
        check_matching(checker, question);
        break;
    case KEY_GAPS:
        question_check_gaps(checker, question);
        break;
    case KEY_NONE:
        break;
    }
}
