/*
 * Any bytes as a questions file. Each question that is accepted must survive being written and read
 * again, and its own key, given as a response, must be accepted and have full credit.
 */
#include <stdint.h>
#include <stdlib.h>

#include "bank/questions_file.h"
#include "domain/question_shape.h"
#include "domain/scoring.h"
#include "json/codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

static void check_round_trip(struct arena *arena, const struct question *question)
{
    struct error err = {.code = ERROR_NONE};
    struct text first = TEXT_ABSENT;
    struct text second = TEXT_ABSENT;
    struct question again = {.slug = TEXT_ABSENT};
    require(codec_encode_text(arena, &QUESTION_SHAPE, question, &first, &err));
    require(codec_decode_text(arena, first, &QUESTION_SHAPE, &again, &err));
    require(question_check(&again, arena, TEXT(""), &err));
    require(codec_encode_text(arena, &QUESTION_SHAPE, &again, &second, &err));
    require(text_equal(first, second));
}

static bool is_exact(struct text accepted)
{
    struct text head = TEXT_ABSENT;
    struct text rest = TEXT_ABSENT;
    return !text_split(accepted, '*', &head, &rest);
}

static const double *find_number(const struct number_key *number)
{
    if (number == NULL || number->value != NULL) {
        return number == NULL ? NULL : number->value;
    }
    return number->min != NULL ? number->min : number->max;
}

/* False where a gap has wildcards. */
static bool fill_gaps(struct arena *arena, const struct question *q,
                      struct question_response *response)
{
    struct shape_map *map = arena_new(arena, struct shape_map);
    bool is_whole = true;
    map->pairs = arena_new_array(arena, q->gap_count, struct shape_pair);
    map->count = q->gap_count;
    for (size_t i = 0; i < q->gap_count; i++) {
        const struct text accepted = q->gaps[i].accepted[0].text;
        map->pairs[i] = (struct shape_pair){q->gaps[i].id, accepted};
        is_whole = is_whole && is_exact(accepted);
    }
    response->gaps = q->gaps == NULL ? NULL : map;
    return is_whole;
}

/* The key of a question as the response to it; a text without wildcards has to stand for a short
 * answer. */
static bool respond_with_key(struct arena *arena, const struct question *q,
                             struct question_response *response)
{
    struct text *choices = arena_new_array(arena, q->option_count, struct text);
    for (size_t i = 0; i < q->option_count; i++) {
        if (q->options[i].correct) {
            choices[response->choice_count++] = q->options[i].id;
        }
    }
    response->choices = q->options == NULL ? NULL : choices;
    response->number = find_number(q->number);
    response->order = q->order;
    response->order_count = q->order_count;
    response->pairs = q->pairs;
    const bool has_gaps_exact = fill_gaps(arena, q, response);
    if (q->accepted == NULL) {
        return has_gaps_exact;
    }
    response->text = q->accepted[0].text;
    return is_exact(response->text);
}

static void check_key(struct arena *arena, const struct question *question)
{
    struct question_response response = {.choice_count = 0};
    struct error err = {.code = ERROR_NONE};
    const bool is_whole = respond_with_key(arena, question, &response);
    require(question_check_response(question, &response, arena, TEXT(""), &err));
    const int64_t credit = scoring_credit(question, &response);
    require(credit == CREDIT_FULL || !is_whole);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_create();
    struct diagnostics diagnostics;
    struct question_list list = {.count = 0};
    const struct json_file file = {.name = TEXT("fuzz.json"), .bytes = {(const char *)data, size}};
    diagnostics_init(&diagnostics, arena);
    questions_file_read(arena, &file, &list, &diagnostics);
    for (size_t i = 0; i < list.count; i++) {
        const struct bank_question *item = &list.items[i];
        require(item->line >= 1 && item->column >= 1);
        check_round_trip(arena, &item->question);
        check_key(arena, &item->question);
    }
    arena_free(arena);
    return 0;
}
