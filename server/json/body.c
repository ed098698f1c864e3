/*
 * Raw bytes are judged before the parser sees them: length, UTF-8, and how deep the brackets go,
 * because jansson recurses and the stacks of worker threads are small. Then jansson parses
 * strictly. Its own words never reach the client.
 */
#include "json/body.h"

#include <string.h>

#include "base/limits.h"
#include "json/literal.h"
#include "json/pointer.h"

void body_start(void)
{
    json_object_seed(0);
}

/* Line and column (in code points) of the byte at `offset`. */
static void count_position(struct text bytes, size_t offset, size_t *line, size_t *column)
{
    size_t lines = 1;
    size_t line_start = 0;
    for (size_t i = 0; i < offset; i++) {
        if (bytes.data[i] == '\n') {
            lines++;
            line_start = i + 1;
        }
    }
    *line = lines;
    *column = text_count_code_points(text_slice(bytes, line_start, offset - line_start)) + 1;
}

static int64_t depth_change(char c)
{
    if (c == '[' || c == '{') {
        return 1;
    }
    return c == ']' || c == '}' ? -1 : 0;
}

/* Finds the first bracket that is deeper than allowed. */
static bool find_too_deep(struct text bytes, size_t *offset)
{
    int64_t depth = 0;
    size_t at = 0;
    while (at < bytes.len) {
        const char c = bytes.data[at];
        if (c == '"') {
            at = pointer_skip_string(bytes, at);
            continue;
        }
        depth += depth_change(c);
        depth = depth < 0 ? 0 : depth; /* more closed than opened hides nothing that follows */
        if (depth > LIMIT_JSON_DEPTH) {
            *offset = at;
            return true;
        }
        at++;
    }
    return false;
}

static const char *describe(enum json_error_code code)
{
    if (code == json_error_duplicate_key) {
        return "A member is there twice";
    }
    if (code == json_error_numeric_overflow) {
        return "A number is out of range";
    }
    if (code == json_error_null_character || code == json_error_null_byte_in_key) {
        return "NUL characters are not allowed";
    }
    return code == json_error_end_of_input_expected ? "Something follows the JSON value"
                                                    : "This is not valid JSON";
}

/* What is wrong, in words with line and column, and as a fault with a pointer. */
static bool refuse(struct arena *arena, struct text bytes, const json_error_t *problem,
                   struct error *err)
{
    const enum json_error_code code = json_error_code(problem);
    const size_t offset = problem->position < 0 ? 0 : (size_t)problem->position;
    struct error fault = {.code = ERROR_NONE};
    enum fault_code fault_code = FAULT_BAD_FORMAT;

    if (code == json_error_duplicate_key) {
        fault_code = FAULT_DUPLICATE;
    } else if (code == json_error_numeric_overflow) {
        fault_code = FAULT_TOO_LARGE;
    }
    (void)error_add_fault(&fault, arena, pointer_at(arena, bytes, offset), fault_code, "%s",
                          describe(code)); /* handed on below */
    (void)error_set(err, ERROR_MALFORMED_JSON, "%s (line %d, column %d).", describe(code),
                    problem->line, problem->column);
    err->faults = fault.faults;
    err->fault_count = fault.fault_count;
    return false;
}

bool body_parse(struct arena *arena, struct text bytes, size_t max_bytes, json_t **root,
                struct error *err)
{
    if (bytes.len > max_bytes) {
        return error_set(err, ERROR_PAYLOAD_TOO_LARGE, "The JSON is larger than %zu bytes.",
                         max_bytes);
    }
    if (text_trim(bytes).len == 0) {
        return error_set(err, ERROR_MALFORMED_JSON, "There is no JSON.");
    }
    if (!text_is_utf8(bytes)) {
        return error_set(err, ERROR_MALFORMED_JSON, "The JSON is not UTF-8.");
    }
    if (memchr(bytes.data, '\0', bytes.len) != NULL) { /* jansson loses one that follows a number */
        return error_set(err, ERROR_MALFORMED_JSON, "NUL characters are not allowed.");
    }
    size_t deep = 0;
    if (find_too_deep(bytes, &deep)) {
        size_t line = 0;
        size_t column = 0;
        count_position(bytes, deep, &line, &column);
        return error_set(err, ERROR_MALFORMED_JSON,
                         "The JSON is nested deeper than %d levels (line %zu, column %zu).",
                         LIMIT_JSON_DEPTH, line, column);
    }
    json_error_t problem;
    json_t *value = json_loadb(bytes.data, bytes.len, JSON_REJECT_DUPLICATES, &problem);
    if (value == NULL) {
        return refuse(arena, bytes, &problem, err);
    }
    arena_defer(arena, literal_release, value);
    *root = value;
    return true;
}

bool body_parse_stored(struct arena *arena, struct text bytes, json_t **root, struct error *err)
{
    *root = json_loadb(bytes.data, bytes.len, 0, NULL);
    if (*root == NULL) {
        return error_set(err, ERROR_INTERNAL, "Stored JSON could not be read.");
    }
    arena_defer(arena, literal_release, *root);
    return true;
}

static size_t skip_blanks(struct text bytes, size_t at)
{
    while (at < bytes.len && (bytes.data[at] == ' ' || bytes.data[at] == '\t' ||
                              bytes.data[at] == '\n' || bytes.data[at] == '\r')) {
        at++;
    }
    return at;
}

/* The offset just behind the value that begins at `at`, and behind the blanks and the comma or
 * colon that follow it; or at the bracket that ends what the value stands in. */
static size_t skip_value(struct text bytes, size_t at)
{
    int64_t depth = 0;
    while (at < bytes.len) {
        const char c = bytes.data[at];
        if (c == '"') {
            at = pointer_skip_string(bytes, at);
            continue;
        }
        depth += depth_change(c);
        if (depth < 0) {
            return at;
        }
        at++;
        if (depth == 0 && (c == ',' || c == ':')) {
            break;
        }
    }
    return skip_blanks(bytes, at);
}

/* Whether a pointer's token ("a~1b") means these bytes ("a/b"). */
static bool token_means(struct text token, struct text bytes)
{
    size_t at = 0;
    size_t i = 0;
    while (i < token.len && at < bytes.len) {
        char c = token.data[i];
        if (c == '~' && i + 1 < token.len) {
            i++;
            c = token.data[i] == '1' ? '/' : '~';
        }
        if (c != bytes.data[at]) {
            return false;
        }
        i++;
        at++;
    }
    return i == token.len && at == bytes.len;
}

/* The same for a key as it stands in the text, with its quotes and escapes. */
static bool token_means_key(struct text token, struct text quoted)
{
    struct text before = TEXT_ABSENT;
    struct text after = TEXT_ABSENT;
    if (!text_split(quoted, '\\', &before, &after)) {
        return token_means(token, text_slice(quoted, 1, quoted.len < 2 ? 0 : quoted.len - 2));
    }
    json_t *key = json_loadb(quoted.data, quoted.len, JSON_DECODE_ANY, NULL);
    const bool is_same =
        json_is_string(key) && token_means(token, (struct text){.data = json_string_value(key),
                                                                .len = json_string_length(key)});
    json_decref(key);
    return is_same;
}

/* Finds the member's value in the object at *at; false leaves *at. */
static bool enter_object(struct text bytes, struct text token, size_t *at)
{
    size_t key = skip_blanks(bytes, *at + 1);
    while (key < bytes.len && bytes.data[key] == '"') {
        const size_t key_end = pointer_skip_string(bytes, key);
        const size_t value = skip_value(bytes, key);
        if (token_means_key(token, text_slice(bytes, key, key_end - key))) {
            *at = value;
            return true;
        }
        key = skip_value(bytes, value);
    }
    return false;
}

/* The same for an item of the array at *at. */
static bool enter_array(struct text bytes, struct text token, size_t *at)
{
    int64_t index = 0;
    if (!text_to_i64(token, &index) || index < 0) {
        return false;
    }
    size_t item = skip_blanks(bytes, *at + 1);
    for (int64_t i = 0; i < index && item < bytes.len && bytes.data[item] != ']'; i++) {
        item = skip_value(bytes, item);
    }
    if (item >= bytes.len || bytes.data[item] == ']') {
        return false;
    }
    *at = item;
    return true;
}

void body_locate(struct text bytes, struct text pointer, size_t *line, size_t *column)
{
    size_t at = skip_blanks(bytes, 0);
    struct text rest = text_slice(pointer, 1, pointer.len);
    bool has_more = pointer.len > 0;
    bool is_found = true;
    while (has_more && is_found && at < bytes.len) {
        struct text token = TEXT_ABSENT;
        has_more = text_split(rest, '/', &token, &rest);
        if (bytes.data[at] == '{') {
            is_found = enter_object(bytes, token, &at);
        } else {
            is_found = bytes.data[at] == '[' && enter_array(bytes, token, &at);
        }
    }
    count_position(bytes, at < bytes.len ? at : bytes.len, line, column);
}
