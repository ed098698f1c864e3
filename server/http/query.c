/* Query strings: name=value pairs joined by '&', percent-decoded, UTF-8, each name once. */
#include <string.h>

#include "base/limits.h"
#include "http/request.h"

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The byte that "%XX" at the head of `raw` stands for; -1 where it is malformed or NUL. */
static int decode_escape(struct text raw)
{
    if (raw.len < 3) {
        return -1;
    }
    const int high = hex_digit(raw.data[1]);
    const int low = hex_digit(raw.data[2]);
    if (high < 0 || low < 0 || high + low == 0) {
        return -1;
    }
    return high * 16 + low;
}

static bool decode(struct text raw, struct arena *arena, struct text *out, struct error *err)
{
    char *bytes = arena_alloc_bytes(arena, raw.len + 1);
    size_t len = 0;

    for (size_t i = 0; i < raw.len; i++) {
        const unsigned char c = (unsigned char)raw.data[i];
        if (c <= 0x20 || c >= 0x7F) {
            return error_set(err, ERROR_MALFORMED_REQUEST,
                             "the query has a byte that must be percent-encoded");
        }
        int byte = c == '+' ? ' ' : c;
        if (c == '%') {
            byte = decode_escape(text_slice(raw, i, 3));
            i += 2;
        }
        if (byte < 0) {
            return error_set(err, ERROR_MALFORMED_REQUEST,
                             "the query has a malformed percent-encoding");
        }
        bytes[len] = (char)byte;
        len++;
    }
    bytes[len] = '\0';
    *out = (struct text){bytes, len};
    if (!text_is_utf8(*out)) {
        return error_set(err, ERROR_MALFORMED_REQUEST, "the query is not UTF-8");
    }
    return true;
}

static bool is_known(const struct query_parameter *parameters, size_t count, struct text name)
{
    for (size_t i = 0; i < count; i++) {
        if (text_equal(parameters[i].name, name)) {
            return true;
        }
    }
    return false;
}

bool request_parse_query(struct text query, struct arena *arena, struct query_parameter *parameters,
                         size_t *count, struct error *err)
{
    struct text rest = query;
    bool has_more = query.data != NULL && query.len > 0;

    *count = 0;
    while (has_more) {
        struct text pair = TEXT_ABSENT;
        struct text raw_name = TEXT_ABSENT;
        struct text raw_value = TEXT_ABSENT;
        struct query_parameter parameter;
        has_more = text_split(rest, '&', &pair, &rest);
        if (!text_split(pair, '=', &raw_name, &raw_value)) {
            raw_value = TEXT("");
        }
        if (!decode(raw_name, arena, &parameter.name, err) ||
            !decode(raw_value, arena, &parameter.value, err)) {
            return false;
        }
        if (is_known(parameters, *count, parameter.name)) {
            return error_add_parameter_fault(err, arena, parameter.name, FAULT_DUPLICATE,
                                             "the parameter stands twice");
        }
        if (*count == LIMIT_PARAMETERS) {
            return error_set(err, ERROR_MALFORMED_REQUEST, "too many query parameters");
        }
        parameters[*count] = parameter;
        (*count)++;
    }
    return true;
}
