/*
 * Moodle's cloze: "{1:SHORTANSWER:=Berlin~%50%Bonn#almost}" in the text. Each becomes a gap that is
 * typed into; a private character keeps its place while the text is converted.
 */
#include <string.h>

#include "formats/answers.h"
#include "formats/gift.h"
#include "formats/moodle.h"

enum { MARK_FIRST = 0x80, MARK_BYTES = 3, FRONT_BYTES_MAX = 40 };

enum cloze_kind { CLOZE_SHORT, CLOZE_SHORT_CASE, CLOZE_NUMBER, CLOZE_CHOICE, CLOZE_REFUSED };

static const struct {
    struct text name;
    enum cloze_kind kind;
} KINDS[] = {
    {TEXT_INIT("SHORTANSWER"), CLOZE_SHORT},
    {TEXT_INIT("SA"), CLOZE_SHORT},
    {TEXT_INIT("MW"), CLOZE_SHORT},
    {TEXT_INIT("SHORTANSWER_C"), CLOZE_SHORT_CASE},
    {TEXT_INIT("SAC"), CLOZE_SHORT_CASE},
    {TEXT_INIT("MWC"), CLOZE_SHORT_CASE},
    {TEXT_INIT("NUMERICAL"), CLOZE_NUMBER},
    {TEXT_INIT("NM"), CLOZE_NUMBER},
    {TEXT_INIT("MULTICHOICE"), CLOZE_CHOICE},
    {TEXT_INIT("MC"), CLOZE_CHOICE},
    {TEXT_INIT("MULTICHOICE_S"), CLOZE_CHOICE},
    {TEXT_INIT("MCS"), CLOZE_CHOICE},
    {TEXT_INIT("MULTICHOICE_V"), CLOZE_CHOICE},
    {TEXT_INIT("MCV"), CLOZE_CHOICE},
    {TEXT_INIT("MULTICHOICE_H"), CLOZE_CHOICE},
    {TEXT_INIT("MCH"), CLOZE_CHOICE},
    {TEXT_INIT("MULTICHOICE_VS"), CLOZE_CHOICE},
    {TEXT_INIT("MCVS"), CLOZE_CHOICE},
    {TEXT_INIT("MULTICHOICE_HS"), CLOZE_CHOICE},
    {TEXT_INIT("MCHS"), CLOZE_CHOICE},
    {TEXT_INIT("MULTIRESPONSE"), CLOZE_REFUSED},
    {TEXT_INIT("MR"), CLOZE_REFUSED},
    {TEXT_INIT("MULTIRESPONSE_H"), CLOZE_REFUSED},
    {TEXT_INIT("MRH"), CLOZE_REFUSED},
    {TEXT_INIT("MULTIRESPONSE_S"), CLOZE_REFUSED},
    {TEXT_INIT("MRS"), CLOZE_REFUSED},
    {TEXT_INIT("MULTIRESPONSE_HS"), CLOZE_REFUSED},
    {TEXT_INIT("MRHS"), CLOZE_REFUSED},
};

/* An embedded question: "{" weight ":" kind ":" answers "}". */
struct embedded {
    enum cloze_kind kind;
    struct text weight;
    struct text answers;
    size_t end; /* behind the brace */
};

static bool find_kind(struct text name, enum cloze_kind *kind)
{
    for (size_t i = 0; i < COUNT_OF(KINDS); i++) {
        if (text_equal_ignoring_case(name, KINDS[i].name)) {
            *kind = KINDS[i].kind;
            return true;
        }
    }
    return false;
}

/* Digits, or nothing. */
static bool is_weight(struct text weight)
{
    for (size_t i = 0; i < weight.len; i++) {
        if (weight.data[i] < '0' || weight.data[i] > '9') {
            return false;
        }
    }
    return true;
}

/* What makes an embedded question comes in the first bytes, so that a text full of braces is not
 * searched again for each of them. */
static bool read_embedded(struct text text, size_t at, struct embedded *embedded)
{
    const struct text front = text_slice(text, at + 1, FRONT_BYTES_MAX);
    struct text kind = TEXT_ABSENT;
    struct text rest = TEXT_ABSENT;
    struct text behind = TEXT_ABSENT;
    if (!text_split(front, ':', &embedded->weight, &rest) || !is_weight(embedded->weight) ||
        !text_split(rest, ':', &kind, &behind) || !find_kind(text_trim(kind), &embedded->kind)) {
        return false;
    }
    const size_t from = (size_t)(behind.data - text.data);
    const size_t close = gift_find(text, from, "}");
    embedded->answers = text_slice(text, from, close - from);
    embedded->end = close < text.len ? close + 1 : text.len;
    return true;
}

/* Backslashes before any character that has a meaning. */
static struct text unescape(struct arena *arena, struct text text)
{
    char *out = arena_alloc_bytes(arena, text.len + 1);
    size_t len = 0;
    for (size_t at = 0; at < text.len; at++) {
        const bool is_escape = text.data[at] == '\\' && at + 1 < text.len &&
                               strchr("\\}{#~/\"=", text.data[at + 1]) != NULL;
        at += is_escape ? 1 : 0;
        out[len++] = text.data[at];
    }
    return (struct text){.data = out, .len = len};
}

/* "=3:2" of a number: the digits alone, because a gap is typed into. */
static void cut_tolerance(struct draft *draft, struct answer *answer)
{
    struct text value = TEXT_ABSENT;
    struct text tolerance = TEXT_ABSENT;
    if (text_split(answer->text, ':', &value, &tolerance)) {
        answer->text = text_trim(value);
        draft_warn(draft, "tolerance_lost", "a gap has no tolerance: only \"%.*s\" will be right",
                   TEXT_ARG(answer->text));
    }
}

static bool add_answer(struct draft *draft, const struct embedded *embedded, struct text raw,
                       struct answer_list *list)
{
    struct answer answer = {.fraction = 0};
    struct text text = text_trim(raw);
    struct text words = TEXT_ABSENT;
    if (text.len > 0 && text.data[0] == '=') {
        answer.fraction = FRACTION_FULL;
        text = text_trim(text_slice(text, 1, text.len));
    } else {
        (void)gift_take_weight(&text, &answer.fraction); /* wrong ones have none */
    }
    gift_split_feedback(text, &words, &answer.feedback);
    answer.text = markup_to_plain(draft->arena, MARKUP_HTML, unescape(draft->arena, words));
    if (embedded->kind == CLOZE_NUMBER) {
        cut_tolerance(draft, &answer);
    }
    return answers_add(draft, list, answer);
}

static void fill_gap(struct draft *draft, const struct embedded *embedded, struct gap *gap)
{
    struct answer_list *list = arena_new(draft->arena, struct answer_list);
    for (size_t from = 0; from <= embedded->answers.len;) {
        const size_t to = gift_find(embedded->answers, from, "~");
        if (!add_answer(draft, embedded, text_slice(embedded->answers, from, to - from), list)) {
            return;
        }
        from = to + 1;
    }
    if (embedded->kind == CLOZE_CHOICE) {
        draft_warn(draft, "options_lost",
                   "a choice in the text becomes a gap to type into: its "
                   "options are lost");
    }
    gap->case_sensitive = embedded->kind == CLOZE_SHORT_CASE;
    gap->accepted = answers_accepted(draft, list, &gap->accepted_count);
}

struct cloze {
    struct draft *draft;
    struct buffer marked; /* the text with marks instead of embedded questions */
    struct gap *gaps;
    size_t count;
    struct text weight; /* of the first */
};

static void take_gap(struct cloze *cloze, const struct embedded *embedded)
{
    const char mark[MARK_BYTES] = {'\xEE', '\x80', (char)(MARK_FIRST + (int)cloze->count)};
    struct gap *gap = &cloze->gaps[cloze->count];
    gap->id = answers_letter(cloze->draft->arena, cloze->count);
    fill_gap(cloze->draft, embedded, gap);
    if (cloze->count == 0) {
        cloze->weight = embedded->weight;
    } else if (!text_equal(cloze->weight, embedded->weight)) {
        draft_warn(cloze->draft, "weights_lost",
                   "its gaps have different weights; here all count the "
                   "same");
    }
    cloze->count++;
    buffer_append(&cloze->marked, (struct text){.data = mark, .len = MARK_BYTES});
}

static bool mark_gaps(struct cloze *cloze, struct text text)
{
    struct embedded embedded = {.kind = CLOZE_SHORT};
    for (size_t at = 0; at < text.len;) {
        if (text.data[at] != '{' || !read_embedded(text, at, &embedded)) {
            buffer_append_char(&cloze->marked, text.data[at++]);
            continue;
        }
        if (embedded.kind == CLOZE_REFUSED) {
            return draft_refuse(cloze->draft, "type_not_supported",
                                "a cloze with several answers to tick has no place in a bank");
        }
        if (cloze->count == QUESTION_GAPS_MAX) {
            return draft_refuse(cloze->draft, "too_many", "there are more than %d gaps",
                                QUESTION_GAPS_MAX);
        }
        take_gap(cloze, &embedded);
        at = embedded.end;
    }
    if (cloze->count == 0) {
        return draft_refuse(cloze->draft, "no_gaps", "the text has no gaps such as {1:SA:=answer}");
    }
    return true;
}

/* The marks in the converted text become those of a bank. */
static struct text name_gaps(struct cloze *cloze, struct text text)
{
    struct buffer out;
    struct text named = TEXT_ABSENT;
    struct error err = {.code = ERROR_NONE};
    buffer_init(&out, cloze->draft->arena, 3 * text.len + 1);
    for (size_t at = 0; at < text.len; at++) {
        const unsigned char last = at + 2 < text.len ? (unsigned char)text.data[at + 2] : 0;
        if (text.data[at] == '\xEE' && text.data[at + 1] == '\x80' && last >= MARK_FIRST &&
            last < MARK_FIRST + cloze->count) {
            buffer_printf(&out, "[[%.*s]]", TEXT_ARG(cloze->gaps[last - MARK_FIRST].id));
            at += MARK_BYTES - 1;
        } else {
            buffer_append_char(&out, text.data[at]);
        }
    }
    return buffer_text(&out, &named, &err) ? named : TEXT("");
}

void moodle_read_cloze(struct draft *draft, const struct xml_node *node)
{
    const struct xml_node *question = xml_child(node, TEXT("questiontext"));
    const struct text text = xml_text(xml_child(question, TEXT("text")));
    struct text marked = TEXT("");
    struct error err = {.code = ERROR_NONE};
    enum markup markup = MARKUP_HTML;
    struct cloze cloze = {.draft = draft};
    buffer_init(&cloze.marked, draft->arena, 4 * text.len + 1);
    cloze.gaps = arena_new_array(draft->arena, QUESTION_GAPS_MAX, struct gap);
    (void)markup_find(xml_attribute(question, TEXT("format")), &markup); /* else HTML */
    if (!mark_gaps(&cloze, text) || !buffer_text(&cloze.marked, &marked, &err)) {
        return;
    }
    draft->question.type = QUESTION_CLOZE;
    draft->question.gaps = cloze.gaps;
    draft->question.gap_count = cloze.count;
    draft->question.stem = name_gaps(&cloze, markup_to_markdown(draft, markup, marked));
}
