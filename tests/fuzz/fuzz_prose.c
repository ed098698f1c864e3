/*
 * Any bytes as the Markdown of a question. Tokens must come in order and lie inside the text, words
 * must hold no blank; whatever the words are, links are judged, and a text is as similar to itself
 * as can be, with and without an index.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bank/prose.h"
#include "bank/trigram.h"
#include "bank/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void check_token(const struct prose *prose, const struct prose_token *token, size_t end)
{
    require(token->at >= end && token->at + token->text.len <= prose->source.len);
    require(token->text.data == prose->source.data + token->at);
    require(prose->at >= token->at + token->text.len && prose->at <= prose->source.len);
    if (token->kind == PROSE_WORD) {
        require(token->text.len > 0 && memchr(token->text.data, ' ', token->text.len) == NULL);
    } else if (token->kind == PROSE_LINK) {
        bool is_relative = false;
        require(url_fault(token->text, &is_relative) == NULL || !is_relative);
    }
}

static void check_similarity(struct arena *arena, struct text text)
{
    const struct trigram_set sets[2] = {trigram_set_of(arena, text), trigram_set_of(arena, text)};
    struct similar_pair *pairs = NULL;
    const size_t count = trigram_find_pairs(arena, sets, 2, 1.0, &pairs);
    require(count == (sets[0].count == 0 ? 0U : 1U));
    require(trigram_similarity(sets[0], sets[1]) >= (sets[0].count == 0 ? 0.0 : 1.0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_create();
    const struct text text = {.data = (const char *)data, .len = size};
    struct prose prose = prose_start(text);
    struct prose_token token;
    size_t end = 0;
    while (prose_next(&prose, &token)) {
        check_token(&prose, &token, end);
        end = token.at + token.text.len;
    }
    require(prose.at == size);
    check_similarity(arena, text);
    arena_free(arena);
    return 0;
}
