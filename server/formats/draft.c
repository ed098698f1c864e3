/* What a draft lacks is made here: a slug, an explanation, a section; and then the rules of a
 * questions file judge it, by way of its JSON, so that no format can bring what that cannot. */
#include "formats/draft.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/limits.h"
#include "base/sha256.h"
#include "domain/question_key.h"
#include "domain/question_shape.h"
#include "formats/explain.h"
#include "formats/reader_core.h"
#include "json/body.h"
#include "json/codec.h"

enum { SLUG_WORDS_MAX = 48, HASH_DIGITS = 8, HASH_DIGITS_ALONE = 16, MESSAGE_BYTES = 400 };

void draft_start(struct draft *draft, struct arena *arena, const struct format_options *options,
                 struct format_item *item)
{
    *draft =
        (struct draft){.arena = arena,
                       .options = options,
                       .diagnostics = &item->diagnostics,
                       .spot = {.file = options->file, .line = item->line, .column = item->column}};
    draft->question.difficulty = DRAFT_DIFFICULTY;
}

static void add(struct draft *draft, enum severity severity, const char *rule, const char *format,
                va_list arguments) PRINTF_LIKE(4, 0);

static void add(struct draft *draft, enum severity severity, const char *rule, const char *format,
                va_list arguments)
{
    char message[MESSAGE_BYTES];
    if (vsnprintf(message, sizeof message, format, arguments) < 0) {
        message[0] = '\0';
    }
    struct text text = text_of(message);
    while (!text_is_utf8(text)) { /* cut inside a character */
        text.len--;
    }
    diagnostics_add(draft->diagnostics, severity, draft->spot, rule, "%.*s", TEXT_ARG(text));
}

void draft_warn(struct draft *draft, const char *rule, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add(draft, SEVERITY_WARNING, rule, format, arguments);
    va_end(arguments);
}

bool draft_refuse(struct draft *draft, const char *rule, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add(draft, SEVERITY_ERROR, rule, format, arguments);
    va_end(arguments);
    return false;
}

void draft_add_label(struct draft *draft, struct text label)
{
    const struct text trimmed = text_trim(label);
    if (trimmed.len == 0) {
        return;
    }
    if (draft->label_count == DRAFT_LABELS_MAX) {
        draft_warn(draft, "tag_lost", "there are too many tags: \"%.*s\" is left out",
                   TEXT_ARG(trimmed));
        return;
    }
    draft->labels[draft->label_count++] = trimmed;
}

struct text draft_plain_slug(struct arena *arena, struct text label, size_t max_bytes)
{
    struct buffer out;
    struct text slug = TEXT_ABSENT;
    struct error err = {.code = ERROR_NONE};
    bool is_pending = false;
    buffer_init(&out, arena, max_bytes);
    for (size_t i = 0; i < label.len && out.len < max_bytes; i++) {
        const char c = label.data[i];
        const bool is_upper = c >= 'A' && c <= 'Z';
        if (!is_upper && !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9')) {
            is_pending = out.len > 0;
            continue;
        }
        if (is_pending && out.len + 1 < max_bytes) {
            buffer_append_char(&out, '-');
        }
        is_pending = false;
        buffer_append_char(&out, (char)(is_upper ? c - 'A' + 'a' : c));
    }
    return buffer_text(&out, &slug, &err) ? slug : TEXT("");
}

static struct text hash_of(struct arena *arena, struct text bytes, size_t digits)
{
    char hex[SHA256_HEX_BYTES + 1];
    struct sha256 sha256;
    sha256_start(&sha256);
    sha256_update(&sha256, bytes);
    return arena_copy(arena, text_slice(sha256_finish_hex(&sha256, hex), 0, digits));
}

struct text draft_slug_of(struct arena *arena, struct text id)
{
    if (text_is_slug(id, LIMIT_SLUG_BYTES)) {
        return id;
    }
    const struct text words = draft_plain_slug(arena, id, SLUG_WORDS_MAX);
    const struct text hash = hash_of(arena, id, HASH_DIGITS);
    return words.len == 0 ? arena_printf(arena, "q-%.*s", TEXT_ARG(hash))
                          : arena_printf(arena, "%.*s-%.*s", TEXT_ARG(words), TEXT_ARG(hash));
}

/* Without an id, the same question read again is the same question; one that was changed is a new
 * one. */
static void give_slug(struct draft *draft)
{
    struct question *q = &draft->question;
    struct error err = {.code = ERROR_NONE};
    struct text json = TEXT("");
    if (draft->id.len > 0) {
        q->slug = draft_slug_of(draft->arena, draft->id);
        return;
    }
    q->slug = TEXT("q");
    if (codec_encode_text(draft->arena, &QUESTION_SHAPE, q, &json, &err)) {
        q->slug = arena_printf(draft->arena, "q-%.*s",
                               TEXT_ARG(hash_of(draft->arena, json, HASH_DIGITS_ALONE)));
    }
    draft_warn(draft, "no_id",
               "there is neither an id nor a title: once it is changed, this will be taken for "
               "another question");
}

static bool has_section(const struct draft *draft, struct text path)
{
    return draft->options->bank != NULL && format_bank_find(draft->options->bank, path) != NULL;
}

/* A tag that is the path of a section stands for it, and is a tag no longer where it cannot be. */
static struct text section_of_labels(struct draft *draft)
{
    for (size_t i = 0; i < draft->label_count; i++) {
        const struct text label = draft->labels[i];
        if (has_section(draft, label)) {
            if (!text_is_slug(label, LIMIT_SLUG_BYTES)) {
                draft->label_count--;
                draft->labels[i] = draft->labels[draft->label_count];
            }
            return label;
        }
    }
    return TEXT_ABSENT;
}

/* Named by the file, by its category, by a tag, or by whoever imports: the first of these. */
static void give_section(struct draft *draft)
{
    struct question *q = &draft->question;
    q->section = draft->section;
    if (q->section.len == 0) {
        q->section = placing_of_category(draft->arena, draft->options->bank, draft->category);
    }
    if (q->section.len == 0) {
        q->section = section_of_labels(draft);
    }
    if (q->section.len == 0 && draft->options->section.len > 0) {
        q->section = draft->options->section;
        if (draft->category.len > 0) {
            draft_warn(draft, "category_lost",
                       "the notes have no section for the category \"%.*s\"",
                       TEXT_ARG(draft->category));
        }
    }
    if (q->section.len == 0) {
        (void)draft_refuse(draft, "no_section",
                           "the question names no section of the notes, neither by its category "
                           "(\"%.*s\") nor by a tag, and there is no default", /* always false */
                           TEXT_ARG(draft->category));
    }
}

static void give_tags(struct draft *draft)
{
    struct text *tags = arena_new_array(draft->arena, draft->label_count, struct text);
    struct id_list list = {.ids = tags, .count = 0};
    for (size_t i = 0; i < draft->label_count; i++) {
        const struct text tag = draft_plain_slug(draft->arena, draft->labels[i], LIMIT_SLUG_BYTES);
        size_t index = 0;
        if (tag.len == 0 || list.count == QUESTION_TAGS_MAX) {
            draft_warn(
                draft, "tag_lost", "the tag \"%.*s\" is left out: %s", TEXT_ARG(draft->labels[i]),
                tag.len == 0 ? "it has neither letters a-z nor digits" : "there are too many");
        } else if (!id_list_find(list, tag, &index)) {
            tags[list.count++] = tag;
        }
    }
    draft->question.tags = list.count == 0 ? NULL : tags;
    draft->question.tag_count = list.count;
}

/* The first line of the section, where the file names neither a line nor a page. */
static void give_source(struct draft *draft)
{
    struct question *q = &draft->question;
    const struct format_bank *bank = draft->options->bank;
    q->source = draft->source;
    if (q->source.line == NULL && q->source.url.data == NULL) {
        const struct format_section *section =
            bank == NULL ? NULL : format_bank_find(bank, q->section);
        int64_t *line = arena_new(draft->arena, int64_t);
        *line = section == NULL ? 1 : section->first_line;
        q->source.line = line;
    }
}

/* "[section:…]" and the like give no place that a JSON pointer could name. */
static const struct text *further_section(const struct draft *draft, struct text place)
{
    int64_t index = 0;
    const struct text prefix = TEXT("/sections/");
    return text_starts_with(place, prefix) &&
                   text_to_i64(text_slice(place, prefix.len, place.len), &index) && index >= 0 &&
                   (size_t)index < draft->question.section_count
               ? &draft->question.sections[index]
               : NULL;
}

static void report_fault(struct draft *draft, const struct fault *fault)
{
    const struct text *section = further_section(draft, fault->place);
    if (section != NULL) {
        (void)draft_refuse(draft, fault_name(fault->code), /* always false */
                           "the further section \"%.*s\": %.*s", TEXT_ARG(*section),
                           TEXT_ARG(fault->detail));
        return;
    }
    (void)draft_refuse(draft, fault_name(fault->code), "%.*s: %.*s", /* always false */
                       TEXT_ARG(fault->place), TEXT_ARG(fault->detail));
}

void draft_report_faults(struct draft *draft, const struct error *err)
{
    size_t listed = 0;
    for (const struct fault *fault = err->faults; fault != NULL; fault = fault->next) {
        report_fault(draft, fault);
        listed++;
    }
    draft->diagnostics->error_count += err->fault_count - listed;
    if (err->fault_count == 0) {
        (void)draft_refuse(draft, error_name(err->code), "%s", err->detail); /* always false */
    }
}

static void check_section(struct draft *draft, struct text path)
{
    if (format_bank_find(draft->options->bank, path) == NULL) {
        (void)draft_refuse(draft, fault_name(FAULT_NOT_FOUND), /* always false */
                           "the notes have no section \"%.*s\"", TEXT_ARG(path));
    }
}

static void check_line(struct draft *draft, const struct question *question)
{
    const struct format_section *section =
        format_bank_find(draft->options->bank, question->section);
    const int64_t *line = question->source.line;
    if (section != NULL && line != NULL &&
        (*line < section->first_line || *line > section->last_line)) {
        draft_warn(draft, "line_elsewhere",
                   "line %lld is not in the section, which has lines %lld to %lld",
                   (long long)*line, (long long)section->first_line, (long long)section->last_line);
    }
}

void draft_check_places(struct draft *draft, const struct question *question)
{
    const struct format_bank *bank = draft->options->bank;
    if (bank == NULL) {
        return;
    }
    check_section(draft, question->section);
    for (size_t i = 0; i < question->section_count; i++) {
        check_section(draft, question->sections[i]);
    }
    check_line(draft, question);
    if (question->domain.data != NULL &&
        text_map_find(&bank->domain_map, question->domain) == NULL) {
        (void)draft_refuse(draft, fault_name(FAULT_NOT_FOUND), /* always false */
                           "the bank has no domain \"%.*s\"", TEXT_ARG(question->domain));
    }
}

/* Through its JSON: what the shape of a questions file says holds for it. */
static bool judge(struct draft *draft, struct question *out)
{
    struct error err = {.code = ERROR_NONE};
    struct text json = TEXT_ABSENT;
    json_t *root = NULL;
    if (codec_encode_text(draft->arena, &QUESTION_SHAPE, &draft->question, &json, &err) &&
        body_parse(draft->arena, json, json.len, &root, &err) &&
        codec_decode(draft->arena, root, &QUESTION_SHAPE, out, &err) &&
        question_check(out, draft->arena, TEXT(""), &err)) {
        return true;
    }
    draft_report_faults(draft, &err);
    return false;
}

void draft_finish(struct draft *draft, struct format_item *item)
{
    struct question *q = &draft->question;
    if (draft->diagnostics->error_count == 0) {
        extras_apply(draft);
        if (text_trim(q->explanation).len == 0) {
            q->explanation = explain_key(draft->arena, q);
            draft_warn(draft, "no_explanation", "there is no explanation; it will say: %.*s",
                       TEXT_ARG(text_slice(q->explanation, 0, 80)));
        }
        give_slug(draft);
        give_section(draft);
        give_tags(draft);
        give_source(draft);
    }
    if (draft->diagnostics->error_count == 0 && judge(draft, &item->question)) {
        draft_check_places(draft, &item->question);
    }
    item->is_type_guessed = draft->is_type_guessed;
    reader_settle(item);
}
