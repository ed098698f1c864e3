/* Questions and feedback as learners see them. */
#include "api/question_reply.h"

#include "base/compiler.h"
#include "base/limits.h"
#include "domain/scoring.h"
#include "domain/selection.h"

static const struct shape_member PART_MEMBERS[] = {
    MEMBER_TEXT(struct part_reply, id),
    MEMBER_TEXT(struct part_reply, text, .format = "markdown"),
};
static const struct shape PART_REPLY_SHAPE =
    SHAPE_OF("QuestionPart", struct part_reply, PART_MEMBERS);

static const struct shape_member SCORING_MEMBERS[] = {
    MEMBER_ENUM(struct scoring_reply, rule, &SCORING_RULES),
    MEMBER_MILLI(struct scoring_reply, penalty, .max = CREDIT_FULL,
                 .about = "Taken off for a response without any credit."),
    MEMBER_BOOL(struct scoring_reply, certainty,
                .about = "Whether an answer comes with how sure one is: 1 to 3."),
};
static const struct shape SCORING_REPLY_SHAPE =
    SHAPE_OF("Scoring", struct scoring_reply, SCORING_MEMBERS);

static const struct shape_member QUESTION_MEMBERS[] = {
    MEMBER_UUID(struct question_reply, id),
    MEMBER_I64(struct question_reply, version),
    MEMBER_ENUM(struct question_reply, type, &QUESTION_TYPES),
    MEMBER_TEXT(struct question_reply, section,
                .about = "Path of the section of the notes it belongs to."),
    MEMBER_TEXT(struct question_reply, stem, .format = "markdown"),
    MEMBER_I64(struct question_reply, difficulty, .min = 1, .max = 5),
    MEMBER_LIST(struct question_reply, options, option_count, struct part_reply, &PART_REPLY_SHAPE,
                .flags = SHAPE_OPTIONAL, .about = "single_choice, multiple_choice, true_false."),
    MEMBER_TEXT(struct question_reply, unit, .flags = SHAPE_OPTIONAL, .about = "numeric."),
    MEMBER_LIST(struct question_reply, items, item_count, struct part_reply, &PART_REPLY_SHAPE,
                .flags = SHAPE_OPTIONAL, .about = "ordering."),
    MEMBER_LIST(struct question_reply, premises, premise_count, struct part_reply,
                &PART_REPLY_SHAPE, .flags = SHAPE_OPTIONAL, .about = "matching: to be paired …"),
    MEMBER_LIST(struct question_reply, choices, choice_count, struct part_reply, &PART_REPLY_SHAPE,
                .flags = SHAPE_OPTIONAL, .about = "matching: … with these."),
    MEMBER_TEXT_LIST(struct question_reply, gaps, gap_count, .flags = SHAPE_OPTIONAL,
                     .about = "cloze: ids of the gaps; the stem has [[id]] in their places."),
    MEMBER_OBJECT(struct question_reply, scoring, struct scoring_reply, &SCORING_REPLY_SHAPE),
};
const struct shape QUESTION_REPLY_SHAPE =
    SHAPE_OF("Question", struct question_reply, QUESTION_MEMBERS);

static const struct shape_member OPTION_FEEDBACK_MEMBERS[] = {
    MEMBER_TEXT(struct option_feedback, id),
    MEMBER_BOOL_REF(struct option_feedback, correct, .flags = SHAPE_REF | SHAPE_OPTIONAL),
    MEMBER_TEXT(struct option_feedback, feedback, .flags = SHAPE_OPTIONAL),
};
static const struct shape OPTION_FEEDBACK_SHAPE =
    SHAPE_OF("OptionFeedback", struct option_feedback, OPTION_FEEDBACK_MEMBERS);

static const struct shape_member RANGE_MEMBERS[] = {
    MEMBER_REAL_REF(struct range_feedback, min, .flags = SHAPE_REF | SHAPE_NULLABLE),
    MEMBER_REAL_REF(struct range_feedback, max, .flags = SHAPE_REF | SHAPE_NULLABLE),
};
static const struct shape RANGE_SHAPE = SHAPE_OF("Range", struct range_feedback, RANGE_MEMBERS);

static const struct shape_member GAP_MEMBERS[] = {
    MEMBER_TEXT(struct gap_feedback, id),
    MEMBER_TEXT_LIST(struct gap_feedback, accepted, accepted_count),
};
static const struct shape GAP_FEEDBACK_SHAPE =
    SHAPE_OF("GapFeedback", struct gap_feedback, GAP_MEMBERS);

static const struct shape_member FEEDBACK_MEMBERS[] = {
    MEMBER_BOOL(struct feedback_reply, correct),
    MEMBER_MILLI(struct feedback_reply, credit, .max = CREDIT_FULL),
    MEMBER_TEXT(struct feedback_reply, explanation, .format = "markdown"),
    MEMBER_LIST(struct feedback_reply, options, option_count, struct option_feedback,
                &OPTION_FEEDBACK_SHAPE, .flags = SHAPE_OPTIONAL),
    MEMBER_REAL_REF(struct feedback_reply, number, .flags = SHAPE_REF | SHAPE_OPTIONAL),
    MEMBER_OBJECT_REF(struct feedback_reply, range, struct range_feedback, &RANGE_SHAPE,
                      .flags = SHAPE_REF | SHAPE_OPTIONAL),
    MEMBER_LIST(struct feedback_reply, gaps, gap_count, struct gap_feedback, &GAP_FEEDBACK_SHAPE,
                .flags = SHAPE_OPTIONAL),
    MEMBER_TEXT_LIST(struct feedback_reply, accepted, accepted_count, .flags = SHAPE_OPTIONAL),
    MEMBER_TEXT_LIST(struct feedback_reply, order, order_count, .flags = SHAPE_OPTIONAL),
    MEMBER_OBJECT_REF(struct feedback_reply, pairs, struct shape_map, &SHAPE_TEXT_MAP,
                      .flags = SHAPE_REF | SHAPE_OPTIONAL),
};
const struct shape FEEDBACK_REPLY_SHAPE =
    SHAPE_OF("Feedback", struct feedback_reply, FEEDBACK_MEMBERS);

static const struct part_reply *show_parts(struct arena *arena, const struct part *parts,
                                           size_t count, const uint32_t *order)
{
    struct part_reply *shown = arena_new_array(arena, count, struct part_reply);

    for (size_t i = 0; i < count; i++) {
        shown[i] = (struct part_reply){parts[order[i]].id, parts[order[i]].text};
    }
    return shown;
}

static const struct part_reply *show_options(struct arena *arena, const struct question *question,
                                             const uint32_t *order)
{
    struct part_reply *shown = arena_new_array(arena, question->option_count, struct part_reply);

    for (size_t i = 0; i < question->option_count; i++) {
        shown[i] =
            (struct part_reply){question->options[order[i]].id, question->options[order[i]].text};
    }
    return shown;
}

static void show_matching(struct question_reply *reply, struct arena *arena,
                          const struct question *question, struct text seed, int64_t position)
{
    uint32_t premises[LIMIT_OPTIONS];
    uint32_t choices[LIMIT_OPTIONS];

    selection_option_order(seed, position, 0, premises, question->premise_count);
    selection_option_order(seed, position, 1, choices, question->choice_count);
    reply->premises = show_parts(arena, question->premises, question->premise_count, premises);
    reply->premise_count = question->premise_count;
    reply->choices = show_parts(arena, question->choices, question->choice_count, choices);
    reply->choice_count = question->choice_count;
}

static void show_gaps(struct question_reply *reply, struct arena *arena,
                      const struct question *question)
{
    struct text *ids = arena_new_array(arena, question->gap_count, struct text);

    for (size_t i = 0; i < question->gap_count; i++) {
        ids[i] = question->gaps[i].id;
    }
    reply->gaps = ids;
    reply->gap_count = question->gap_count;
}

static void show_key_parts(struct question_reply *reply, struct arena *arena,
                           const struct question *question, struct text seed, int64_t position)
{
    uint32_t order[LIMIT_OPTIONS];

    switch (question->type) {
    case QUESTION_SINGLE_CHOICE:
    case QUESTION_MULTIPLE_CHOICE:
    case QUESTION_TRUE_FALSE:
        selection_option_order(seed, position, 0, order, question->option_count);
        reply->options = show_options(arena, question, order);
        reply->option_count = question->option_count;
        break;
    case QUESTION_NUMERIC:
        reply->unit = question->number->unit;
        break;
    case QUESTION_ORDERING:
        selection_option_order(seed, position, 0, order, question->item_count);
        reply->items = show_parts(arena, question->items, question->item_count, order);
        reply->item_count = question->item_count;
        break;
    case QUESTION_MATCHING:
        show_matching(reply, arena, question, seed, position);
        break;
    case QUESTION_CLOZE:
        show_gaps(reply, arena, question);
        break;
    case QUESTION_SHORT_TEXT:
    case QUESTION_TYPE_COUNT:
        break;
    }
}

void question_reply_fill(struct question_reply *reply, struct arena *arena, const struct bank *bank,
                         const struct item *item, struct text seed, int64_t position)
{
    reply->id = item->id;
    reply->version = item->version;
    reply->type = item->question.type;
    reply->section = bank->sections[item->section].path;
    reply->stem = item->question.stem;
    reply->difficulty = item->question.difficulty;
    const struct scoring scoring = scoring_of(&item->question, NULL);
    reply->scoring = (struct scoring_reply){scoring.rule, scoring.penalty, scoring.certainty};
    show_key_parts(reply, arena, &item->question, seed, position);
}

static void tell_options(struct feedback_reply *reply, struct arena *arena,
                         const struct question *question)
{
    struct option_feedback *told =
        arena_new_array(arena, question->option_count, struct option_feedback);

    for (size_t i = 0; i < question->option_count; i++) {
        const struct question_option *option = &question->options[i];
        told[i] = (struct option_feedback){option->id, &option->correct, option->feedback};
    }
    reply->options = told;
    reply->option_count = question->option_count;
}

static void tell_parts(struct feedback_reply *reply, struct arena *arena, const struct part *parts,
                       size_t count)
{
    struct option_feedback *told = arena_new_array(arena, count, struct option_feedback);

    for (size_t i = 0; i < count; i++) {
        told[i] = (struct option_feedback){parts[i].id, NULL, parts[i].feedback};
    }
    reply->options = told;
    reply->option_count = count;
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

static void tell_gaps(struct feedback_reply *reply, struct arena *arena,
                      const struct question *question)
{
    struct gap_feedback *told = arena_new_array(arena, question->gap_count, struct gap_feedback);

    for (size_t i = 0; i < question->gap_count; i++) {
        const struct gap *gap = &question->gaps[i];
        told[i] = (struct gap_feedback){
            gap->id, texts_of(arena, gap->accepted, gap->accepted_count), gap->accepted_count};
    }
    reply->gaps = told;
    reply->gap_count = question->gap_count;
}

static void tell_number(struct feedback_reply *reply, struct arena *arena,
                        const struct number_key *number)
{
    reply->number = number->value;
    if (number->value == NULL) {
        struct range_feedback *range = arena_new(arena, struct range_feedback);
        *range = (struct range_feedback){number->min, number->max};
        reply->range = range;
    }
}

void feedback_reply_fill(struct feedback_reply *reply, struct arena *arena,
                         const struct question *question, int64_t credit)
{
    reply->correct = credit == CREDIT_FULL;
    reply->credit = credit;
    reply->explanation = question->explanation;
    switch (question->type) {
    case QUESTION_SINGLE_CHOICE:
    case QUESTION_MULTIPLE_CHOICE:
    case QUESTION_TRUE_FALSE:
        tell_options(reply, arena, question);
        break;
    case QUESTION_NUMERIC:
        tell_number(reply, arena, question->number);
        break;
    case QUESTION_SHORT_TEXT:
        reply->accepted = texts_of(arena, question->accepted, question->accepted_count);
        reply->accepted_count = question->accepted_count;
        break;
    case QUESTION_ORDERING:
        tell_parts(reply, arena, question->items, question->item_count);
        reply->order = question->order;
        reply->order_count = question->order_count;
        break;
    case QUESTION_MATCHING:
        tell_parts(reply, arena, question->premises, question->premise_count);
        reply->pairs = question->pairs;
        break;
    case QUESTION_CLOZE:
        tell_gaps(reply, arena, question);
        break;
    case QUESTION_TYPE_COUNT:
        break;
    }
}
