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
    MEMBER_TEXT(struct question_reply, section, .flags = SHAPE_OPTIONAL,
                .about = "Path of the section of the notes it belongs to; in an exam not before "
                         "its feedback."),
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
    MEMBER_BOOL_REF(struct feedback_reply, correct, .flags = SHAPE_REF | SHAPE_OPTIONAL,
                    .about = "Full credit. An exam may show less than all of these."),
    MEMBER_MILLI_REF(struct feedback_reply, credit, .flags = SHAPE_REF | SHAPE_OPTIONAL,
                     .max = CREDIT_FULL),
    MEMBER_MILLI_REF(struct feedback_reply, points, .flags = SHAPE_REF | SHAPE_OPTIONAL,
                     .about = "What it adds to the score, where that is not the credit: less a "
                              "penalty, or weighed by certainty."),
    MEMBER_TEXT(struct feedback_reply, explanation, .flags = SHAPE_OPTIONAL, .format = "markdown"),
    MEMBER_TEXT(struct feedback_reply, section, .flags = SHAPE_OPTIONAL,
                .about = "Path of the section to read up."),
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

void question_reply_fill(struct question_reply *reply, struct arena *arena,
                         const struct question_view *view)
{
    const struct question *question = &view->item->question;
    const struct scoring scoring = scoring_of(question, &view->rules->scoring);

    reply->id = view->item->id;
    reply->version = view->item->version;
    reply->type = question->type;
    if (view->tells_section) {
        reply->section = view->bank->sections[view->item->section].path;
    }
    reply->stem = question->stem;
    reply->difficulty = question->difficulty;
    reply->scoring = (struct scoring_reply){scoring.rule, scoring.penalty, scoring.certainty};
    show_key_parts(reply, arena, question, view->seed, view->position);
}
