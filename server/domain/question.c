/*
 * The rules of a question that its shape cannot say, because they join several members: which key
 * belongs to which type, sections and tags named once, a source. The key itself is checked in
 * question_key.c, what a learner responds in question_response.c. All faults are collected, each
 * with its JSON pointer.
 */
#include "domain/question.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "domain/question_key.h"

static const char *const QUESTION_TYPE_NAMES[QUESTION_TYPE_COUNT] = {
    [QUESTION_SINGLE_CHOICE] = "single_choice", [QUESTION_MULTIPLE_CHOICE] = "multiple_choice",
    [QUESTION_TRUE_FALSE] = "true_false",       [QUESTION_NUMERIC] = "numeric",
    [QUESTION_SHORT_TEXT] = "short_text",       [QUESTION_ORDERING] = "ordering",
    [QUESTION_MATCHING] = "matching",           [QUESTION_CLOZE] = "cloze",
};
const struct enumeration QUESTION_TYPES = {.names = QUESTION_TYPE_NAMES,
                                           .count = QUESTION_TYPE_COUNT};

enum question_key question_key_of(enum question_type type)
{
    switch (type) {
    case QUESTION_SINGLE_CHOICE:
    case QUESTION_MULTIPLE_CHOICE:
    case QUESTION_TRUE_FALSE:
        return KEY_OPTIONS;
    case QUESTION_NUMERIC:
        return KEY_NUMBER;
    case QUESTION_SHORT_TEXT:
        return KEY_ACCEPTED;
    case QUESTION_ORDERING:
        return KEY_ORDER;
    case QUESTION_MATCHING:
        return KEY_PAIRS;
    case QUESTION_CLOZE:
        return KEY_GAPS;
    case QUESTION_TYPE_COUNT:
        break;
    }
    return KEY_NONE;
}

static struct text print(struct arena *arena, const char *format, va_list arguments)
    PRINTF_LIKE(2, 0);

static struct text print(struct arena *arena, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    const int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (length < 0) {
        return TEXT("");
    }
    char *out = arena_alloc_bytes(arena, (size_t)length + 1);
    (void)vsnprintf(out, (size_t)length + 1, format, arguments); /* measured above */
    return (struct text){.data = out, .len = (size_t)length};
}

struct text checker_at(const struct checker *checker, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const struct text below = print(checker->arena, format, arguments);
    va_end(arguments);
    return arena_printf(checker->arena, "%.*s%.*s", TEXT_ARG(checker->prefix), TEXT_ARG(below));
}

void checker_fault(struct checker *checker, enum fault_code code, struct text pointer,
                   const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const struct text detail = print(checker->arena, format, arguments);
    va_end(arguments);
    checker->fault_count++;
    /* always false: the checker has counted it */
    (void)error_add_fault(checker->err, checker->arena, pointer, code, "%s", detail.data);
}

const char *question_pointer_token(struct arena *arena, struct text name)
{
    char *out = arena_alloc_bytes(arena, 2 * name.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < name.len; i++) {
        if (name.data[i] != '~' && name.data[i] != '/') {
            out[len++] = name.data[i];
            continue;
        }
        memcpy(out + len, name.data[i] == '~' ? "~0" : "~1", 2);
        len += 2;
    }
    out[len] = '\0';
    return out;
}

struct id_list question_option_ids(const struct question *question, struct arena *arena)
{
    struct text *ids = arena_new_array(arena, question->option_count, struct text);
    for (size_t i = 0; i < question->option_count; i++) {
        ids[i] = question->options[i].id;
    }
    return (struct id_list){.ids = ids, .count = question->option_count};
}

struct id_list question_gap_ids(const struct question *question, struct arena *arena)
{
    struct text *ids = arena_new_array(arena, question->gap_count, struct text);
    for (size_t i = 0; i < question->gap_count; i++) {
        ids[i] = question->gaps[i].id;
    }
    return (struct id_list){.ids = ids, .count = question->gap_count};
}

struct id_list question_part_ids(const struct part *parts, size_t count, struct arena *arena)
{
    struct text *ids = arena_new_array(arena, count, struct text);
    for (size_t i = 0; i < count; i++) {
        ids[i] = parts[i].id;
    }
    return (struct id_list){.ids = ids, .count = count};
}

bool id_list_find(struct id_list list, struct text id, size_t *index)
{
    for (size_t i = 0; i < list.count; i++) {
        if (text_equal(list.ids[i], id)) {
            *index = i;
            return true;
        }
    }
    return false;
}

/* What belongs to the key of another type must be absent. True where the members of its own key are
 * all there. */
static bool check_members(struct checker *c, const struct question *q)
{
    const struct {
        const char *name;
        enum question_key key;
        bool is_present;
        bool is_optional;
    } members[] = {
        {"options", KEY_OPTIONS, q->options != NULL, false},
        {"number", KEY_NUMBER, q->number != NULL, false},
        {"accepted", KEY_ACCEPTED, q->accepted != NULL, false},
        {"case_sensitive", KEY_ACCEPTED, q->case_sensitive, true},
        {"items", KEY_ORDER, q->items != NULL, false},
        {"order", KEY_ORDER, q->order != NULL, false},
        {"premises", KEY_PAIRS, q->premises != NULL, false},
        {"choices", KEY_PAIRS, q->choices != NULL, false},
        {"pairs", KEY_PAIRS, q->pairs != NULL, false},
        {"gaps", KEY_GAPS, q->gaps != NULL, false},
    };
    const enum question_key own = question_key_of(q->type);
    bool is_complete = true;
    for (size_t i = 0; i < COUNT_OF(members); i++) {
        if (members[i].key == own && !members[i].is_present && !members[i].is_optional) {
            is_complete = false;
            checker_fault(c, FAULT_REQUIRED, checker_at(c, "/%s", members[i].name),
                          "a question of this type needs %s", members[i].name);
        } else if (members[i].key != own && members[i].is_present) {
            checker_fault(c, FAULT_NOT_ALLOWED, checker_at(c, "/%s", members[i].name),
                          "%s does not belong to a question of this type", members[i].name);
        }
    }
    return is_complete;
}

static void check_words(struct checker *c, const struct question *q)
{
    if (text_trim(q->stem).len == 0) {
        checker_fault(c, FAULT_TOO_SHORT, checker_at(c, "/stem"), "must not be blank");
    }
    if (text_trim(q->explanation).len == 0) {
        checker_fault(c, FAULT_TOO_SHORT, checker_at(c, "/explanation"), "must not be blank");
    }
}

static void check_each_once(struct checker *c, const char *member, struct id_list list)
{
    for (size_t i = 0; i < list.count; i++) {
        size_t first = i;
        if (id_list_find(list, list.ids[i], &first) && first < i) {
            checker_fault(c, FAULT_DUPLICATE, checker_at(c, "/%s/%zu", member, i),
                          "is named twice");
        }
    }
}

/* Further sections and tags: each once, and no section that is the primary one already. */
static void check_labels(struct checker *c, const struct question *q)
{
    const struct id_list sections = {.ids = q->sections, .count = q->section_count};
    size_t index = 0;
    if (id_list_find(sections, q->section, &index)) {
        checker_fault(c, FAULT_DUPLICATE, checker_at(c, "/sections/%zu", index),
                      "is the primary section");
    }
    check_each_once(c, "sections", sections);
    check_each_once(c, "tags", (struct id_list){.ids = q->tags, .count = q->tag_count});
}

static void check_source(struct checker *c, const struct question_source *source)
{
    if (source->line == NULL && source->url.data == NULL) {
        checker_fault(c, FAULT_REQUIRED, checker_at(c, "/source"),
                      "a line of the notes or a URL is needed");
    }
    if (source->url.data != NULL && !text_starts_with(source->url, TEXT("https://")) &&
        !text_starts_with(source->url, TEXT("http://"))) {
        checker_fault(c, FAULT_BAD_FORMAT, checker_at(c, "/source/url"),
                      "must begin with https:// or http://");
    }
}

bool question_check(const struct question *question, struct arena *arena, struct text prefix,
                    struct error *err)
{
    struct checker checker = {.arena = arena, .prefix = prefix, .err = err};
    check_words(&checker, question);
    if (check_members(&checker, question)) {
        question_check_key(&checker, question);
        question_check_scoring(&checker, question);
    }
    check_labels(&checker, question);
    check_source(&checker, &question->source);
    return checker.fault_count == 0;
}
