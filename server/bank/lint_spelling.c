/*
 * One spelling throughout: of the words that British and American English write differently, the
 * bank's majority decides, and the others are warned about. Words are recognised by their
 * beginning, or anywhere where the piece is long enough to be unmistakable ("unauthoris…"). Pieces
 * that other words begin with are left out or made longer: "optimistic" is no British spelling.
 */
#include "bank/lint_rules.h"

#include <string.h>

#include "bank/prose.h"

enum { UNMISTAKABLE = 7, WORD_MAX = 48 };

enum spelling { BRITISH, AMERICAN, SPELLING_COUNT };

static const char *const PAIRS[][SPELLING_COUNT] = {
    {"authoris", "authoriz"},
    {"behaviour", "behavior"},
    {"cancelled", "canceled"},
    {"cancelling", "canceling"},
    {"categoris", "categoriz"},
    {"centralis", "centraliz"},
    {"centre", "center"},
    {"colour", "color"},
    {"containeris", "containeriz"},
    {"customis", "customiz"},
    {"defence", "defense"},
    {"favour", "favor"},
    {"finalise", "finalize"},
    {"fulfil ", "fulfill"},
    {"generalise", "generalize"},
    {"grey", "gray"},
    {"honour", "honor"},
    {"initialis", "initializ"},
    {"labelled", "labeled"},
    {"labelling", "labeling"},
    {"maximis", "maximiz"},
    {"minimise", "minimize"},
    {"modelled", "modeled"},
    {"modelling", "modeling"},
    {"neighbour", "neighbor"},
    {"normalis", "normaliz"},
    {"optimisat", "optimizat"},
    {"optimise", "optimize"},
    {"optimising", "optimizing"},
    {"organisat", "organizat"},
    {"organise", "organize"},
    {"parallelis", "paralleliz"},
    {"prioritis", "prioritiz"},
    {"randomis", "randomiz"},
    {"realise", "realize"},
    {"recognis", "recogniz"},
    {"serialis", "serializ"},
    {"signalled", "signaled"},
    {"signalling", "signaling"},
    {"specialise", "specialize"},
    {"standardis", "standardiz"},
    {"summaris", "summariz"},
    {"synchronis", "synchroniz"},
    {"tokenis", "tokeniz"},
    {"travelled", "traveled"},
    {"utilis", "utiliz"},
    {"virtualis", "virtualiz"},
    {"visualis", "visualiz"},
};

/* What is done with a word of one spelling: counted first, reported later. */
struct pass {
    const struct lint *lint;
    size_t counts[SPELLING_COUNT];
    bool is_reporting;
    enum spelling minority;
    const struct bank_question *item; /* NULL: the notes */
    struct text member;
    size_t line;
};

static bool is_match(const char *word, const char *piece)
{
    const char *found = strstr(word, piece);
    return found == word || (found != NULL && strlen(piece) >= UNMISTAKABLE);
}

/* SPELLING_COUNT for a word that both write alike. `word` is in lower case, a blank behind it. */
static enum spelling spelling_of(const char *word)
{
    for (size_t i = 0; i < COUNT_OF(PAIRS); i++) {
        if (is_match(word, PAIRS[i][BRITISH])) {
            return BRITISH;
        }
        if (is_match(word, PAIRS[i][AMERICAN])) {
            return AMERICAN;
        }
    }
    return SPELLING_COUNT;
}

static void take_word(struct pass *pass, struct text word)
{
    char lower[WORD_MAX + 2];
    if (word.len > WORD_MAX) {
        return;
    }
    for (size_t i = 0; i < word.len; i++) {
        const char c = word.data[i];
        lower[i] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    lower[word.len] = ' ';
    lower[word.len + 1] = '\0';
    const enum spelling spelling = spelling_of(lower);
    if (spelling == SPELLING_COUNT) {
        return;
    }
    pass->counts[spelling]++;
    if (!pass->is_reporting || spelling != pass->minority) {
        return;
    }
    const struct lint_finding finding = {
        SEVERITY_WARNING, "mixed_spelling",
        arena_printf(pass->lint->arena, "\"%.*s\" is %s spelling, which is the rarer one here",
                     TEXT_ARG(word), spelling == BRITISH ? "British" : "American")};
    if (pass->item == NULL) {
        lint_report_notes(pass->lint, pass->line, finding);
    } else {
        lint_report(pass->lint, pass->item, pass->member, finding);
    }
}

static void read_notes(struct pass *pass)
{
    struct prose prose = prose_start(pass->lint->folder->notes.markdown);
    struct prose_token token;
    size_t at = 0;
    pass->item = NULL;
    pass->line = 1;
    while (prose_next_word(&prose, &token)) {
        for (; at < token.at; at++) {
            pass->line += prose.source.data[at] == '\n' ? 1 : 0;
        }
        take_word(pass, token.text);
    }
}

static void read_question(struct pass *pass, const struct bank_question *item)
{
    const struct lint_field *fields = NULL;
    const size_t count = lint_fields(pass->lint->arena, &item->question, &fields);
    pass->item = item;
    for (size_t i = 0; i < count; i++) {
        struct prose prose = prose_start(fields[i].value);
        struct prose_token token;
        pass->member = fields[i].member;
        while (prose_next_word(&prose, &token)) {
            take_word(pass, token.text);
        }
    }
}

static void read_all(struct pass *pass)
{
    read_notes(pass);
    for (size_t i = 0; i < pass->lint->folder->question_count; i++) {
        read_question(pass, &pass->lint->folder->questions[i]);
    }
}

void lint_spelling(const struct lint *lint)
{
    struct pass pass = {.lint = lint, .is_reporting = false};
    read_all(&pass);
    const size_t british = pass.counts[BRITISH];
    const size_t american = pass.counts[AMERICAN];
    if (british + american > 0) {
        lint->statistics->spelling = british > american ? TEXT("british") : TEXT("american");
    }
    if (british > 0 && american > 0) {
        pass.is_reporting = true;
        pass.minority = british > american ? AMERICAN : BRITISH;
        read_all(&pass);
    }
}
