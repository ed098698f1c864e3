/* What the files of the lint share: where findings go, the texts of a question, and the groups of
 * rules. Only for bank/; callers use bank/lint.h. */
#ifndef BANK_LINT_RULES_H
#define BANK_LINT_RULES_H

#include "bank/lint.h"
#include "bank/text_map.h"

struct lint {
    struct arena *arena;
    const struct bank_folder *folder;
    struct lint_statistics *statistics;
    struct diagnostics *diagnostics;
    const struct text *lines; /* of the notes, from first_line at [0] */
    size_t first_line;
    size_t line_count;
    struct text_map sections; /* path → index */
    struct text_map anchors;  /* anchor → index */
};

struct lint_finding {
    enum severity severity;
    const char *code;
    struct text message;
};

/* At a member of a question ("/stem"); the message gets the question's slug in front. */
void lint_report(const struct lint *lint, const struct bank_question *item, struct text member,
                 struct lint_finding finding);
/* At a line of the notes. */
void lint_report_notes(const struct lint *lint, size_t line, struct lint_finding finding);
/* About the bank as a whole. */
void lint_report_bank(const struct lint *lint, struct lint_finding finding);

/* A Markdown text of a question. */
struct lint_field {
    struct text member; /* "/options/1/text" */
    struct text value;
};
size_t lint_fields(struct arena *arena, const struct question *question,
                   const struct lint_field **fields);
/* The words of a text in lower case (ASCII), with one blank between; code and links left out. */
struct text lint_words(struct arena *arena, struct text markdown);

/* Rules for one question. */
void lint_options(const struct lint *lint, const struct bank_question *item);
void lint_parts(const struct lint *lint, const struct bank_question *item);
void lint_wording(const struct lint *lint, const struct bank_question *item);
void lint_number(const struct lint *lint, const struct bank_question *item);
void lint_links(const struct lint *lint, const struct bank_question *item);
/* Rules for notes and bank. */
void lint_notes_links(const struct lint *lint);
void lint_sections(const struct lint *lint);
void lint_spelling(const struct lint *lint);
void lint_patterns(const struct lint *lint);
void lint_duplicates(const struct lint *lint);

#endif
