/* Links of questions and notes: well-formed, absolute or to an anchor that the notes have. */
#include "bank/lint_rules.h"

#include "bank/prose.h"
#include "bank/url.h"

/* False, with the finding, where something is wrong with the link. */
static bool check(const struct lint *lint, struct text destination, struct lint_finding *finding)
{
    bool is_relative = false;
    const char *fault = url_fault(destination, &is_relative);
    lint->statistics->links++;
    *finding = (struct lint_finding){SEVERITY_ERROR, "bad_link", TEXT_ABSENT};
    if (is_relative) {
        fault = "this link is relative: learners read the text without its folder";
        *finding = (struct lint_finding){SEVERITY_WARNING, "relative_link", TEXT_ABSENT};
    } else if (fault == NULL && destination.data[0] == '#' &&
               text_map_find(&lint->anchors, text_slice(destination, 1, destination.len)) == NULL) {
        fault = "the notes have no such anchor";
    }
    if (fault != NULL) {
        finding->message = arena_printf(lint->arena, "%s: \"%.*s\"", fault, TEXT_ARG(destination));
    }
    return fault == NULL;
}

void lint_links(const struct lint *lint, const struct bank_question *item)
{
    const struct lint_field *fields = NULL;
    const size_t count = lint_fields(lint->arena, &item->question, &fields);
    struct lint_finding finding;
    for (size_t i = 0; i < count; i++) {
        struct prose prose = prose_start(fields[i].value);
        struct prose_token token;
        while (prose_next(&prose, &token)) {
            if (token.kind == PROSE_LINK && !check(lint, token.text, &finding)) {
                lint_report(lint, item, fields[i].member, finding);
            }
        }
    }
    if (item->question.source.url.data != NULL &&
        !check(lint, item->question.source.url, &finding)) {
        lint_report(lint, item, TEXT("/source/url"), finding);
    }
}

void lint_notes_links(const struct lint *lint)
{
    struct prose prose = prose_start(lint->folder->notes.markdown);
    struct prose_token token;
    struct lint_finding finding;
    size_t line = 1;
    size_t at = 0;
    while (prose_next(&prose, &token)) {
        for (; at < token.at; at++) {
            line += prose.source.data[at] == '\n' ? 1 : 0;
        }
        if (token.kind == PROSE_LINK && !check(lint, token.text, &finding)) {
            lint_report_notes(lint, line, finding);
        }
    }
}
