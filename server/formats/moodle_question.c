/* One <question> of Moodle XML into a draft. */
#include "formats/answers.h"
#include "formats/moodle.h"

static const struct text DEFAULT_FEEDBACK[] = {
    TEXT_INIT("Your answer is correct."),
    TEXT_INIT("Your answer is partially correct."),
    TEXT_INIT("Your answer is incorrect."),
};

struct text moodle_text(struct draft *draft, const struct xml_node *node)
{
    enum markup markup = MARKUP_HTML;
    const struct text format = xml_attribute(node, TEXT("format"));
    if (format.data != NULL && !markup_find(format, &markup)) {
        draft_warn(draft, "unknown_format", "the format \"%.*s\" is not known; it is read as HTML",
                   TEXT_ARG(text_slice(format, 0, 40)));
    }
    return markup_to_markdown(draft, markup, xml_text(xml_child(node, TEXT("text"))));
}

static struct text plain_text(struct draft *draft, const struct xml_node *node)
{
    (void)draft; /* plain text is copied when the draft is finished */
    return text_trim(xml_text(xml_child(node, TEXT("text"))));
}

static int64_t fraction_of(struct draft *draft, const struct xml_node *node)
{
    int64_t fraction = 0;
    if (!fraction_parse(text_trim(xml_attribute(node, TEXT("fraction"))), &fraction)) {
        (void)draft_refuse(draft, "bad_fraction", /* always false */
                           "the fraction of an answer is a percentage");
    }
    return fraction;
}

/* All <answer>s, texts by `read`. */
static struct answer_list *read_answers(struct draft *draft, const struct xml_node *question,
                                        struct text (*read)(struct draft *,
                                                            const struct xml_node *))
{
    struct answer_list *list = arena_new(draft->arena, struct answer_list);
    for (const struct xml_node *node = xml_child(question, TEXT("answer")); node != NULL;
         node = xml_next(node)) {
        const struct answer answer = {.text = read(draft, node),
                                      .feedback =
                                          moodle_text(draft, xml_child(node, TEXT("feedback"))),
                                      .fraction = fraction_of(draft, node)};
        if (!answers_add(draft, list, answer)) {
            break;
        }
    }
    return list;
}

static bool is_set(const struct xml_node *question, struct text name, bool otherwise)
{
    const struct xml_node *node = xml_child(question, name);
    const struct text value = text_trim(xml_text(node));
    return node == NULL
               ? otherwise
               : text_equal(value, TEXT("1")) || text_equal_ignoring_case(value, TEXT("true"));
}

static void read_choice(struct draft *draft, const struct xml_node *question)
{
    answers_choose(draft, read_answers(draft, question, moodle_text),
                   is_set(question, TEXT("single"), true));
}

static void read_truth(struct draft *draft, const struct xml_node *question)
{
    const struct answer_list *list = read_answers(draft, question, plain_text);
    struct text feedback[2] = {TEXT_ABSENT, TEXT_ABSENT}; /* to false, to true */
    size_t right_count = 0;
    bool is_true = false;
    for (size_t i = 0; i < list->count; i++) {
        const bool says_true = text_equal_ignoring_case(list->items[i].text, TEXT("true"));
        feedback[says_true ? 1 : 0] = list->items[i].feedback;
        if (list->items[i].fraction == FRACTION_FULL) {
            is_true = says_true;
            right_count++;
        }
    }
    if (right_count != 1) {
        (void)draft_refuse(draft, "no_right_answer", /* always false */
                           "true or false: exactly one of them must be right");
    }
    answers_true_false(draft, is_true, feedback[1], feedback[0]);
}

static void read_units(struct draft *draft, const struct xml_node *question)
{
    const struct xml_node *unit = xml_child(xml_child(question, TEXT("units")), TEXT("unit"));
    if (unit == NULL) {
        return;
    }
    extras_add(&draft->extras, TEXT("unit"),
               text_trim(xml_text(xml_child(unit, TEXT("unit_name")))));
    if (xml_next(unit) != NULL) {
        draft_warn(draft, "units_lost", "of several units only the first is kept");
    }
}

static void read_number(struct draft *draft, const struct xml_node *question)
{
    struct answer_number *numbers =
        arena_new_array(draft->arena, ANSWERS_MAX, struct answer_number);
    size_t count = 0;
    for (const struct xml_node *node = xml_child(question, TEXT("answer"));
         node != NULL && count < ANSWERS_MAX; node = xml_next(node)) {
        struct answer_number *number = &numbers[count];
        const struct text value = plain_text(draft, node);
        const struct text tolerance = text_trim(xml_text(xml_child(node, TEXT("tolerance"))));
        if (xml_text(xml_child(xml_child(node, TEXT("feedback")), TEXT("text"))).len > 0) {
            draft_warn(draft, "feedback_lost", "the feedback to a number is lost");
        }
        number->fraction = fraction_of(draft, node);
        if (text_equal(value, TEXT("*"))) {
            continue; /* whatever else is answered */
        }
        if (!number_parse(value, &number->value) ||
            (tolerance.len > 0 && !number_parse(tolerance, &number->tolerance))) {
            (void)draft_refuse(draft, "bad_number", "this is no number: \"%.*s\"", /* false */
                               TEXT_ARG(text_slice(value, 0, 40)));
        }
        count++;
    }
    answers_number(draft, numbers, count);
    read_units(draft, question);
}

static void read_pairs(struct draft *draft, const struct xml_node *question)
{
    struct answer_pair *pairs = arena_new_array(draft->arena, ANSWERS_MAX, struct answer_pair);
    size_t count = 0;
    for (const struct xml_node *node = xml_child(question, TEXT("subquestion"));
         node != NULL && count < ANSWERS_MAX; node = xml_next(node)) {
        const struct xml_node *answer = xml_child(node, TEXT("answer"));
        const bool has_format = xml_attribute(answer, TEXT("format")).data != NULL;
        pairs[count].premise = moodle_text(draft, node);
        pairs[count].choice =
            has_format ? moodle_text(draft, answer)
                       : markup_to_markdown(draft, MARKUP_PLAIN, plain_text(draft, answer));
        count++;
    }
    answers_match(draft, pairs, count);
}

static void read_short(struct draft *draft, const struct xml_node *question)
{
    answers_accept(draft, read_answers(draft, question, plain_text),
                   is_set(question, TEXT("usecase"), false));
}

static const struct {
    struct text type;
    void (*read)(struct draft *draft, const struct xml_node *question);
} TYPES[] = {
    {TEXT_INIT("multichoice"), read_choice}, {TEXT_INIT("truefalse"), read_truth},
    {TEXT_INIT("shortanswer"), read_short},  {TEXT_INIT("numerical"), read_number},
    {TEXT_INIT("matching"), read_pairs},     {TEXT_INIT("ddmatch"), read_pairs},
    {TEXT_INIT("cloze"), moodle_read_cloze},
};

static void read_labels(struct draft *draft, const struct xml_node *question)
{
    const struct xml_node *id = xml_child(question, TEXT("idnumber"));
    const struct xml_node *tag = xml_child(xml_child(question, TEXT("tags")), TEXT("tag"));
    draft->id = text_trim(xml_text(id));
    if (draft->id.len == 0) {
        draft->id = plain_text(draft, xml_child(question, TEXT("name")));
    }
    for (; tag != NULL; tag = xml_next(tag)) {
        draft_add_label(draft, xml_text(xml_child(tag, TEXT("text"))));
    }
    const struct xml_node *own = xml_child(question, TEXT("quizd"));
    for (const struct xml_node *node = own == NULL ? NULL : own->first; node != NULL;
         node = node->next) {
        extras_add(&draft->extras, node->name, text_trim(xml_text(node)));
    }
}

/* Embedded files anywhere in the question. */
static void report_files(struct draft *draft, const struct xml_node *node)
{
    for (const struct xml_node *child = node->first; child != NULL; child = child->next) {
        if (text_equal(child->name, TEXT("file"))) {
            draft_warn(draft, "file_lost", "the embedded file \"%.*s\" is lost",
                       TEXT_ARG(text_slice(xml_attribute(child, TEXT("name")), 0, 200)));
        }
        report_files(draft, child);
    }
}

static void report_feedback(struct draft *draft, const struct xml_node *question)
{
    static const struct text NAMES[] = {TEXT_INIT("correctfeedback"),
                                        TEXT_INIT("partiallycorrectfeedback"),
                                        TEXT_INIT("incorrectfeedback")};
    for (size_t i = 0; i < COUNT_OF(NAMES); i++) {
        const struct xml_node *node = xml_child(question, NAMES[i]);
        const struct text words =
            markup_to_plain(draft->arena, MARKUP_HTML, xml_text(xml_child(node, TEXT("text"))));
        if (words.len > 0 && !text_equal(words, DEFAULT_FEEDBACK[i])) {
            draft_warn(draft, "feedback_lost", "the feedback to the whole answer (%.*s) is lost",
                       TEXT_ARG(NAMES[i]));
        }
    }
}

static void report_losses(struct draft *draft, const struct xml_node *question)
{
    const struct xml_node *grade = xml_child(question, TEXT("defaultgrade"));
    double value = 1.0;
    if (xml_child(question, TEXT("hint")) != NULL) {
        draft_warn(draft, "hint_lost", "its hints are lost: a bank has none");
    }
    if (grade != NULL && number_parse(xml_text(grade), &value) && (value < 1.0 || value > 1.0) &&
        !text_equal(xml_attribute(question, TEXT("type")), TEXT("cloze"))) {
        draft_warn(draft, "grade_lost", "its mark is %g; here every question counts the same",
                   value);
    }
    report_feedback(draft, question);
    report_files(draft, question);
}

void moodle_read(struct draft *draft, const struct xml_node *node)
{
    const struct text type = xml_attribute(node, TEXT("type"));
    read_labels(draft, node);
    for (size_t i = 0; i < COUNT_OF(TYPES); i++) {
        if (text_equal(type, TYPES[i].type)) {
            if (TYPES[i].read != moodle_read_cloze) { /* which takes the answers out of it */
                draft->question.stem = moodle_text(draft, xml_child(node, TEXT("questiontext")));
            }
            draft->question.explanation =
                moodle_text(draft, xml_child(node, TEXT("generalfeedback")));
            TYPES[i].read(draft, node);
            report_losses(draft, node);
            return;
        }
    }
    (void)draft_refuse(draft, "type_not_supported", /* always false */
                       "a question of the type \"%.*s\" has no place in a bank",
                       TEXT_ARG(text_slice(type, 0, 40)));
}
