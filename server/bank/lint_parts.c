/* Rules about orderings and matchings: ids and listing order that do not betray the key, no two
 * parts the same; and about what every question should carry beside its key. */
#include "bank/lint_rules.h"

static void check_same(const struct lint *lint, const struct bank_question *item,
                       const char *member, const struct part *parts, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (text_equal_ignoring_case(text_trim(parts[i].text), text_trim(parts[j].text))) {
                lint_report(
                    lint, item, arena_printf(lint->arena, "/%s/%zu", member, i),
                    (struct lint_finding){SEVERITY_ERROR, "same_text",
                                          arena_printf(lint->arena, "this reads as \"%.*s\"",
                                                       TEXT_ARG(parts[j].id))});
            }
        }
    }
}

static void check_feedback(const struct lint *lint, const struct bank_question *item,
                           const char *member, const struct part *parts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (text_trim(parts[i].feedback).len == 0) {
            lint_report(lint, item, arena_printf(lint->arena, "/%s/%zu", member, i),
                        (struct lint_finding){SEVERITY_WARNING, "missing_feedback",
                                              TEXT("this part does not say why it belongs there")});
        }
    }
}

/* The items as they are listed, or their ids sorted, must not be the right order. */
static void check_order(const struct lint *lint, const struct bank_question *item)
{
    const struct question *q = &item->question;
    bool is_listed = q->order_count > 0;
    bool is_sorted = q->order_count > 0;
    for (size_t i = 0; i < q->order_count; i++) {
        is_listed = is_listed && text_equal(q->items[i].id, q->order[i]);
        is_sorted = is_sorted && (i == 0 || text_compare(q->order[i - 1], q->order[i]) < 0);
    }
    if (is_listed || is_sorted) {
        lint_report(lint, item, TEXT("/order"),
                    (struct lint_finding){SEVERITY_ERROR, "key_betrayed",
                                          is_listed
                                              ? TEXT("the items are listed in the right order")
                                              : TEXT("the ids, sorted, give the right order")});
    }
}

/* All pairs leading to the choice that is listed beside the premise. */
static void check_pairs(const struct lint *lint, const struct bank_question *item)
{
    const struct question *q = &item->question;
    size_t beside_count = 0;
    for (size_t i = 0; i < q->premise_count && i < q->choice_count && q->pairs != NULL; i++) {
        for (size_t k = 0; k < q->pairs->count; k++) {
            beside_count += text_equal(q->pairs->pairs[k].key, q->premises[i].id) &&
                                    text_equal(q->pairs->pairs[k].value, q->choices[i].id)
                                ? 1
                                : 0;
        }
    }
    if (beside_count > 0 && beside_count == q->premise_count) {
        lint_report(lint, item, TEXT("/pairs"),
                    (struct lint_finding){SEVERITY_ERROR, "key_betrayed",
                                          TEXT("each premise is listed beside its choice")});
    }
}

static void check_labels(const struct lint *lint, const struct bank_question *item)
{
    const struct question *q = &item->question;
    if (q->tag_count == 0) {
        lint_report(
            lint, item, TEXT(""),
            (struct lint_finding){SEVERITY_WARNING, "missing_tags", TEXT("this has no tags")});
    }
    if (q->domain.data == NULL && lint->folder->domain_count > 0) {
        lint_report(
            lint, item, TEXT(""),
            (struct lint_finding){SEVERITY_WARNING, "missing_domain", TEXT("this has no domain")});
    }
}

static bool has_words(struct text line)
{
    for (size_t i = 0; i < line.len; i++) {
        const unsigned char c = (unsigned char)line.data[i];
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
            c >= 0x80U) {
            return true;
        }
    }
    return false;
}

/* An empty line of the notes, a fence or the rule of a table explains nothing. */
static void check_source(const struct lint *lint, const struct bank_question *item)
{
    const int64_t *line = item->question.source.line;
    const size_t index = line == NULL ? 0 : (size_t)*line - lint->first_line;
    if (line == NULL || (size_t)*line < lint->first_line || index >= lint->line_count ||
        has_words(lint->lines[index])) {
        return;
    }
    lint_report(
        lint, item, TEXT("/source/line"),
        (struct lint_finding){
            SEVERITY_ERROR, "blank_source",
            arena_printf(lint->arena, "line %lld of the notes has no words", (long long)*line)});
}

void lint_parts(const struct lint *lint, const struct bank_question *item)
{
    const struct question *q = &item->question;
    check_same(lint, item, "items", q->items, q->item_count);
    check_same(lint, item, "premises", q->premises, q->premise_count);
    check_same(lint, item, "choices", q->choices, q->choice_count);
    check_feedback(lint, item, "items", q->items, q->item_count);
    check_feedback(lint, item, "premises", q->premises, q->premise_count);
    check_order(lint, item);
    check_pairs(lint, item);
    check_labels(lint, item);
    check_source(lint, item);
}
