/* What is told about an answer, part by part as the attempt's rules allow. */
#include "api/question_reply.h"

/* The key and the words about each option, as far as they are shown. */
struct teller {
    struct feedback_reply *reply;
    struct arena *arena;
    const struct question *question;
    bool tells_key;
    bool tells_words;
};

static void tell_options(const struct teller *teller)
{
    const struct question *question = teller->question;
    struct option_feedback *told =
        arena_new_array(teller->arena, question->option_count, struct option_feedback);

    for (size_t i = 0; i < question->option_count; i++) {
        const struct question_option *option = &question->options[i];
        told[i] = (struct option_feedback){option->id, teller->tells_key ? &option->correct : NULL,
                                           teller->tells_words ? option->feedback : TEXT_ABSENT};
    }
    teller->reply->options = told;
    teller->reply->option_count = question->option_count;
}

static void tell_parts(const struct teller *teller, const struct part *parts, size_t count)
{
    if (!teller->tells_words || count == 0) {
        return;
    }
    struct option_feedback *told = arena_new_array(teller->arena, count, struct option_feedback);

    for (size_t i = 0; i < count; i++) {
        told[i] = (struct option_feedback){parts[i].id, NULL, parts[i].feedback};
    }
    teller->reply->options = told;
    teller->reply->option_count = count;
}

static const struct text *texts_of(struct arena *arena, const struct accepted_text *accepted,
                                   size_t count)
{
    struct text *texts = arena_new_array(arena, count, struct text);

    for (size_t i = 0; i < count; i++) {
        texts[i] = accepted[i].text;
    }
    return texts;
}

static void tell_gaps(const struct teller *teller)
{
    const struct question *question = teller->question;
    struct gap_feedback *told =
        arena_new_array(teller->arena, question->gap_count, struct gap_feedback);

    for (size_t i = 0; i < question->gap_count; i++) {
        const struct gap *gap = &question->gaps[i];
        told[i] = (struct gap_feedback){gap->id,
                                        texts_of(teller->arena, gap->accepted, gap->accepted_count),
                                        gap->accepted_count};
    }
    teller->reply->gaps = told;
    teller->reply->gap_count = question->gap_count;
}

static void tell_number(const struct teller *teller)
{
    const struct number_key *number = teller->question->number;

    teller->reply->number = number->value;
    if (number->value == NULL) {
        struct range_feedback *range = arena_new(teller->arena, struct range_feedback);
        *range = (struct range_feedback){number->min, number->max};
        teller->reply->range = range;
    }
}

static void tell_key(const struct teller *teller)
{
    const struct question *question = teller->question;
    struct feedback_reply *reply = teller->reply;

    switch (question->type) {
    case QUESTION_NUMERIC:
        tell_number(teller);
        break;
    case QUESTION_SHORT_TEXT:
        reply->accepted = texts_of(teller->arena, question->accepted, question->accepted_count);
        reply->accepted_count = question->accepted_count;
        break;
    case QUESTION_ORDERING:
        reply->order = question->order;
        reply->order_count = question->order_count;
        break;
    case QUESTION_MATCHING:
        reply->pairs = question->pairs;
        break;
    case QUESTION_CLOZE:
        tell_gaps(teller);
        break;
    case QUESTION_SINGLE_CHOICE: /* beside each option */
    case QUESTION_MULTIPLE_CHOICE:
    case QUESTION_TRUE_FALSE:
    case QUESTION_TYPE_COUNT:
        break;
    }
}

static void tell_mark(struct feedback_reply *reply, struct arena *arena,
                      const struct attempt_rules *rules, struct mark mark)
{
    if (rules->shows[EXAM_CORRECTNESS]) {
        bool *correct = arena_new(arena, bool);
        *correct = mark.credit == CREDIT_FULL;
        reply->correct = correct;
    }
    if (rules->shows[EXAM_CREDIT]) {
        int64_t *numbers = arena_new_array(arena, 2, int64_t);
        numbers[0] = mark.credit;
        numbers[1] = mark.points;
        reply->credit = &numbers[0];
        reply->points = mark.points == mark.credit ? NULL : &numbers[1];
    }
}

void feedback_reply_fill(struct feedback_reply *reply, struct arena *arena,
                         const struct question_view *view, struct mark mark)
{
    const struct question *question = &view->item->question;
    const struct attempt_rules *rules = view->rules;
    const struct teller teller = {reply, arena, question, rules->shows[EXAM_KEY],
                                  rules->shows[EXAM_OPTION_FEEDBACK]};

    tell_mark(reply, arena, rules, mark);
    if (rules->shows[EXAM_EXPLANATION]) {
        reply->explanation = question->explanation;
    }
    if (rules->shows[EXAM_SECTION] && !view->tells_section) {
        reply->section = view->bank->sections[view->item->section].path;
    }
    if (teller.tells_key) {
        tell_key(&teller);
    }
    if (question->options != NULL && (teller.tells_key || teller.tells_words)) {
        tell_options(&teller);
    }
    tell_parts(&teller, question->items, question->item_count);
    tell_parts(&teller, question->premises, question->premise_count);
}
