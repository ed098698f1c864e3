/* One pass over the bytes. Whatever looks like the beginning of code or of a link and never ends is
 * text, as in CommonMark; a fence that never ends is code to the end. */
#include "bank/prose.h"

#include <string.h>

#include "base/unicode.h"

enum { FENCE_MIN = 3 };

struct prose prose_start(struct text markdown)
{
    return (struct prose){.source = markdown, .pending = PROSE_SENTENCE};
}

static char byte_at(const struct prose *prose, size_t at)
{
    if (at >= prose->source.len) {
        return '\0';
    }
    return prose->source.data[at];
}

static size_t count_run(const struct prose *prose, size_t at)
{
    size_t end = at;
    while (end < prose->source.len && prose->source.data[end] == prose->source.data[at]) {
        end++;
    }
    return end - at;
}

static bool is_line_start(const struct prose *prose, size_t at)
{
    while (at > 0 && prose->source.data[at - 1] == ' ') {
        at--;
    }
    return at == 0 || prose->source.data[at - 1] == '\n';
}

/* A token over [from, to); what follows begins at `next`. */
static bool give(struct prose *prose, enum prose_kind kind, size_t from, size_t to,
                 struct prose_token *token)
{
    *token = (struct prose_token){.kind = kind,
                                  .before = prose->pending,
                                  .text = text_slice(prose->source, from, to - from),
                                  .at = from};
    prose->pending = PROSE_BLANK;
    return true;
}

/* The closing run of a code span is as long as the opening one; that of a fence no shorter, and at
 * the start of a line. */
static size_t find_code_end(const struct prose *prose, size_t from, char mark, size_t length,
                            bool is_fence)
{
    for (size_t i = from; i < prose->source.len;) {
        if (prose->source.data[i] != mark) {
            i++;
            continue;
        }
        const size_t run = count_run(prose, i);
        if (is_fence ? run >= length && is_line_start(prose, i) : run == length) {
            return i;
        }
        i += run;
    }
    return prose->source.len;
}

/* At a run of backticks or tildes. False where it begins no code: then it is skipped. */
static bool read_code(struct prose *prose, struct prose_token *token)
{
    const char mark = prose->source.data[prose->at];
    const size_t length = count_run(prose, prose->at);
    const size_t start = prose->at + length;
    const bool is_fence = length >= FENCE_MIN && is_line_start(prose, prose->at);
    prose->at = start;
    if (mark == '~' && !is_fence) {
        return false;
    }
    const size_t end = find_code_end(prose, start, mark, length, is_fence);
    if (end == prose->source.len && !is_fence) {
        return false;
    }
    if (is_fence) {
        prose->pending = PROSE_SENTENCE;
    }
    prose->at = end + (end < prose->source.len ? count_run(prose, end) : 0);
    (void)give(prose, PROSE_CODE, start, end, token); /* always true */
    prose->pending = is_fence ? PROSE_SENTENCE : PROSE_BLANK;
    return true;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* From the '(' of an inline link to its ')', brackets inside counted; the text's length where it
 * never closes on this line. */
static size_t find_link_end(const struct prose *prose, size_t open)
{
    size_t depth = 0;
    for (size_t i = open; i < prose->source.len && prose->source.data[i] != '\n'; i++) {
        const char c = prose->source.data[i];
        depth += c == '(' ? 1 : 0;
        if (c == ')' && --depth == 0) {
            return i;
        }
    }
    return prose->source.len;
}

/* Cuts a title ("…" or '…' behind a blank) and the angle brackets off a destination. */
static void trim_destination(const struct prose *prose, size_t *from, size_t *to)
{
    while (*from < *to && is_blank(prose->source.data[*from])) {
        (*from)++;
    }
    while (*to > *from && is_blank(prose->source.data[*to - 1])) {
        (*to)--;
    }
    for (size_t i = *from; i + 1 < *to; i++) {
        const char c = prose->source.data[i + 1];
        if (is_blank(prose->source.data[i]) && (c == '"' || c == '\'') &&
            prose->source.data[*to - 1] == c) {
            *to = i;
            break;
        }
    }
    if (*to - *from >= 2 && prose->source.data[*from] == '<' &&
        prose->source.data[*to - 1] == '>') {
        (*from)++;
        (*to)--;
    }
}

/* At "](". */
static bool read_inline_link(struct prose *prose, struct prose_token *token)
{
    const size_t end = find_link_end(prose, prose->at + 1);
    if (end == prose->source.len) {
        prose->at++;
        return false;
    }
    size_t from = prose->at + 2;
    size_t to = end;
    trim_destination(prose, &from, &to);
    prose->at = end + 1;
    return give(prose, PROSE_LINK, from, to, token);
}

static bool begins_url(const struct prose *prose, size_t at)
{
    const struct text rest = text_slice(prose->source, at, prose->source.len);
    return text_starts_with(rest, TEXT("https://")) || text_starts_with(rest, TEXT("http://"));
}

static bool ends_url(char c)
{
    return is_blank(c) || (c != '\0' && strchr("<>\"`", c) != NULL);
}

/* A bare URL, without the punctuation that belongs to the sentence and without a ')' that was not
 * opened in it. */
static bool read_url(struct prose *prose, struct prose_token *token)
{
    const size_t from = prose->at;
    size_t depth = 0;
    size_t to = from;
    while (to < prose->source.len && !ends_url(prose->source.data[to])) {
        const char c = prose->source.data[to];
        if (c == ')' && depth == 0) {
            break;
        }
        depth += c == '(' ? 1 : 0;
        depth -= c == ')' ? 1 : 0;
        to++;
    }
    prose->at = to;
    while (to > from && strchr(".,;:!?'*_]", prose->source.data[to - 1]) != NULL) {
        to--;
        prose->at = to;
    }
    return give(prose, PROSE_LINK, from, to, token);
}

/* Length of the word's next code point at `at`; 0 where the word ends. */
static size_t word_step(const struct prose *prose, size_t at)
{
    int32_t c = 0;
    const size_t length = unicode_next(prose->source, at, &c);
    if (length > 0 && c != '_' && unicode_is_word(c)) {
        return length;
    }
    int32_t after = 0;
    const bool joins = c == '\'' || c == '-' || c == 0x2019;
    return length > 0 && joins && at + length < prose->source.len &&
                   unicode_next(prose->source, at + length, &after) > 0 && after != '_' &&
                   unicode_is_word(after)
               ? length
               : 0;
}

static bool begins_word(const struct prose *prose)
{
    int32_t c = 0;
    return unicode_next(prose->source, prose->at, &c) > 0 && c != '_' && unicode_is_word(c);
}

static bool read_word(struct prose *prose, struct prose_token *token)
{
    const size_t from = prose->at;
    size_t length = word_step(prose, prose->at);
    while (length > 0) {
        prose->at += length;
        length = prose->at < prose->source.len ? word_step(prose, prose->at) : 0;
    }
    return give(prose, PROSE_WORD, from, prose->at, token);
}

static bool is_any_of(int32_t c, const char *list)
{
    return c > 0 && c < 0x80 && strchr(list, c) != NULL;
}

/* What a code point that is part of no token separates; `next` follows it. */
static enum prose_break break_of(int32_t c, char next)
{
    const bool ends_sentence = is_any_of(c, ".?!") && (next == '\0' || is_any_of(next, " \n)\"'*"));
    const bool ends_block = (c == '\n' && is_any_of(next, "\n-|#")) || c == '|';
    if (ends_sentence || ends_block) {
        return PROSE_SENTENCE;
    }
    const bool is_dash = c == 0x2013 || c == 0x2014;
    return is_dash || is_any_of(c, ",;:()") ? PROSE_CLAUSE : PROSE_BLANK;
}

/* Anything that is not part of a token. */
static void skip(struct prose *prose)
{
    int32_t c = 0;
    const size_t length = unicode_next(prose->source, prose->at, &c);
    const enum prose_break found = break_of(c, byte_at(prose, prose->at + 1));
    prose->pending = found > prose->pending ? found : prose->pending;
    prose->at += length == 0 ? 1 : length;
}

bool prose_next(struct prose *prose, struct prose_token *token)
{
    while (prose->at < prose->source.len) {
        const char c = prose->source.data[prose->at];
        bool is_read = false;
        if (c == '`' || c == '~') {
            is_read = read_code(prose, token);
        } else if (c == ']' && byte_at(prose, prose->at + 1) == '(') {
            is_read = read_inline_link(prose, token);
        } else if (begins_url(prose, prose->at)) {
            is_read = read_url(prose, token);
        } else if (begins_word(prose)) {
            is_read = read_word(prose, token);
        } else {
            skip(prose);
        }
        if (is_read) {
            return true;
        }
    }
    return false;
}

bool prose_next_word(struct prose *prose, struct prose_token *token)
{
    while (prose_next(prose, token)) {
        if (token->kind == PROSE_WORD) {
            return true;
        }
    }
    return false;
}
