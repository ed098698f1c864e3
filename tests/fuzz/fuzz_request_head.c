/*
 * Any bytes as a request head, through a copy of civetweb's lenient parser, which works in place.
 * What request_check_head and head_layout_check then accept must be a head by a strict parser that
 * reads the untouched bytes, with the same number of fields and the same length of the body: so
 * nothing is hidden from the checks that somebody else could see.
 */
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "http/head_layout.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

/* ---- civetweb 1.15: get_http_header_len, parse_http_request, parse_http_headers ---- */

/* The bytes up to and with the empty line; 0 where there is none, or a byte that stops it. */
static size_t head_length(const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        const unsigned char c = (unsigned char)bytes[i];
        if (c < 0x80 && c != '\r' && c != '\n' && isprint(c) == 0) {
            return 0;
        }
        if (i > 0 && c == '\n' && bytes[i - 1] == '\n') {
            return i + 1;
        }
        if (i > 2 && c == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n') {
            return i + 1;
        }
    }
    return 0;
}

/* The word at *at; the blanks behind it are overwritten. */
static bool take_word(char **at, bool is_last, struct text *word)
{
    char *start = *at;
    while (isgraph((unsigned char)**at) != 0) {
        (*at)++;
    }
    const char end = **at;
    if (is_last ? end != '\r' && end != '\n' : end != ' ') {
        return false;
    }
    *word = (struct text){start, (size_t)(*at - start)};
    do {
        **at = '\0';
        (*at)++;
    } while (isspace((unsigned char)**at) != 0);
    return true;
}

static bool take_name(char **at, struct text *name)
{
    char *start = *at;
    while (**at != ':' && **at >= 33 && **at <= 126) {
        (*at)++;
    }
    *name = (struct text){start, (size_t)(*at - start)};
    while (**at == ' ') {
        **at = '\0';
        (*at)++;
    }
    if (**at != ':') {
        return false;
    }
    **at = '\0';
    (*at)++;
    return true;
}

static bool take_value(char **at, struct text *value)
{
    while (**at == ' ') {
        (*at)++;
    }
    char *start = *at;
    while (**at != '\0' && **at != '\r' && **at != '\n') {
        (*at)++;
    }
    *value = (struct text){start, (size_t)(*at - start)};
    if (**at == '\r') {
        **at = '\0';
        (*at)++;
        if (**at != '\n') {
            return false;
        }
    }
    if (**at == '\n') {
        **at = '\0';
        (*at)++;
    }
    return true;
}

static bool take_fields(char *at, struct request_head *head)
{
    while (head->header_count < COUNT_OF(head->headers)) {
        struct http_header *header = &head->headers[head->header_count];
        if (*at < 33 || *at > 126 || *at == ':') {
            return true; /* the end of the fields, says civetweb, whatever stands there */
        }
        if (!take_name(&at, &header->name) || !take_value(&at, &header->value)) {
            return false;
        }
        head->header_count++;
    }
    return true;
}

static bool parse(char *bytes, size_t length, struct request_head *head)
{
    char *at = bytes;
    bytes[length - 1] = '\0';
    if (!take_word(&at, false, &head->method) || !take_word(&at, false, &head->target) ||
        !take_word(&at, true, &head->version) || !text_starts_with(head->version, TEXT("HTTP/")) ||
        !take_fields(at, head)) {
        return false;
    }
    head->version = text_slice(head->version, 5, head->version.len);
    char *query = memchr(head->target.data, '?', head->target.len);
    if (query != NULL) {
        const size_t path_length = (size_t)(query - head->target.data);
        *query = '\0';
        head->query = (struct text){query + 1, head->target.len - path_length - 1};
        head->target.len = path_length;
    }
    return true;
}

/* ---- the strict parser ---- */

struct strict {
    size_t field_count;
    size_t content_length;
};

/* The line at the head of *rest, without its CRLF; it must have one, and neither CR nor LF inside.
 */
static struct text take_line(struct text *rest)
{
    struct text line = TEXT_ABSENT;
    require(text_split(*rest, '\n', &line, rest));
    require(line.len > 0 && line.data[line.len - 1] == '\r');
    line.len--;
    require(line.len == 0 || memchr(line.data, '\r', line.len) == NULL);
    return line;
}

static struct strict read_strictly(struct text bytes)
{
    struct strict strict = {.field_count = 0};
    struct text rest = bytes;
    (void)take_line(&rest);
    for (struct text line = take_line(&rest); line.len > 0; line = take_line(&rest)) {
        struct text name = TEXT_ABSENT;
        struct text value = TEXT_ABSENT;
        require(text_split(line, ':', &name, &value));
        require(name.len > 0 && memchr(name.data, ' ', name.len) == NULL);
        strict.field_count++;
        if (text_equal_ignoring_case(name, TEXT("content-length"))) {
            int64_t length = 0;
            require(text_to_i64(text_trim(value), &length) && length >= 0);
            strict.content_length = (size_t)length;
        }
        require(!text_equal_ignoring_case(name, TEXT("transfer-encoding")));
    }
    require(rest.len == 0);
    return strict;
}

/* The untouched bytes, but for those that ended the request line: civetweb takes any two of CR, LF
 * and blank, and leaves no trace of which they were. */
static struct text with_line_end(struct arena *arena, struct text bytes, size_t at)
{
    const struct text start = text_slice(bytes, 0, at);
    const struct text rest = text_slice(bytes, at + 2, bytes.len);
    return arena_printf(arena, "%.*s\r\n%.*s", TEXT_ARG(start), TEXT_ARG(rest));
}

static void check_accepted(const struct request *request, const struct request_head *head,
                           const char *parsed, struct text bytes)
{
    const size_t line_end = (size_t)(head->version.data + head->version.len - parsed);
    const struct strict strict = read_strictly(with_line_end(request->arena, bytes, line_end));
    require(strict.field_count == head->header_count);
    require(strict.content_length == request->content_length);
    require(request->path.len > 0 && request->path.len <= LIMIT_PATH_BYTES);
    require(request->path.data[0] == '/' && strstr(request->path.data, "//") == NULL);
    require(strstr(request->path.data, "/./") == NULL &&
            strstr(request->path.data, "/../") == NULL);
    require(request->is_http_1_0 || request->host.data != NULL);
    require(request->content_length == 0 || request->method == HTTP_POST ||
            request->method == HTTP_PUT || request->method == HTTP_PATCH);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { SLACK = 2 }; /* head_layout_check may look this far behind the head */
    const size_t length = head_length((const char *)data, size);
    if (length == 0 || isgraph(data[0]) == 0) {
        return 0;
    }
    struct arena *arena = arena_create();
    struct request_head head = {.header_count = 0};
    struct request request = {.id = TEXT("fuzz")};
    struct error err = {.code = ERROR_NONE};
    char *bytes = arena_alloc_bytes(arena, length + SLACK);
    memcpy(bytes, data, length);
    memset(bytes + length, 'x', SLACK);
    /* Of a head without fields, which only HTTP/1.0 may have, even less is left to compare. */
    if (parse(bytes, length, &head) && head.header_count > 0) {
        if (request_check_head(&head, arena, &request, &err) && head_layout_check(&head, &err)) {
            check_accepted(&request, &head, bytes, (struct text){(const char *)data, length});
        } else {
            require(err.code != ERROR_NONE && err.detail[0] != '\0');
        }
    }
    arena_free(arena);
    return 0;
}
