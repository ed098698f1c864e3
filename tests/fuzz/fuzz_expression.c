/*
 * Any bytes as a check's arithmetic. Whatever has a value has a finite one, the same in brackets
 * and the opposite behind a minus; whatever has none says where, inside the text or right behind.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "bank/expression.h"
#include "base/arena.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

/* The source inside of a format with one %.*s; nesting may now be too deep. */
static void check_variant(struct arena *arena, const char *before, struct text source,
                          const char *after, double expected)
{
    const struct text all = arena_printf(arena, "%s%.*s%s", before, TEXT_ARG(source), after);
    struct expression_fault fault;
    double value = 0.0;
    if (expression_evaluate(all, &value, &fault)) {
        require(value <= expected && value >= expected);
    } else {
        require(text_equal(text_of(fault.why), TEXT("this is nested too deep")));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_create();
    const struct text source = {.data = (const char *)data, .len = size};
    struct expression_fault fault;
    double value = 0.0;
    if (expression_evaluate(source, &value, &fault)) {
        require(isfinite(value) && fault.why == NULL);
        check_variant(arena, "(", source, ")", value);
        check_variant(arena, "-(", source, ")", -value);
        check_variant(arena, " max(", source, ") ", value);
    } else {
        require(fault.why != NULL && fault.column >= 1 && fault.column <= size + 1);
    }
    size_t at = 0;
    while (expression_next_number(source, &at, &value)) {
        require(at <= size && value >= 0.0);
    }
    require(at == size);
    arena_free(arena);
    return 0;
}
