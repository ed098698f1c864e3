/*
 * civetweb 1.15 writes a NUL over each byte that ends a part: the blanks of the request line, '?',
 * every blank before a colon and the colon, CR and LF of every line, and the last LF of the head.
 * So in a head without tricks the parts lie one (in lines: two) NULs apart, and behind the last
 * field's line stands the CR of the empty line with a NUL. A version of civetweb that worked in
 * another way would have every request refused, which the first test would show.
 */
#include "http/head_layout.h"

enum {
    PROTOCOL_BYTES = 5, /* "HTTP/", which civetweb cuts off the version */
    LINE_END_BYTES = 2
};

static const char *end_of(struct text part)
{
    return part.data + part.len;
}

static bool is_request_line(const struct request_head *head)
{
    const char *end = end_of(head->target);

    if (head->query.data != NULL) {
        if (head->query.data != end + 1) {
            return false;
        }
        end = end_of(head->query);
    }
    return head->target.data == end_of(head->method) + 1 &&
           head->version.data == end + 1 + PROTOCOL_BYTES;
}

/* A NUL where the colon was, and nothing but blanks up to the value. */
static bool is_field(const struct http_header *header)
{
    const char *at = end_of(header->name);

    if (header->value.data <= at || *at != '\0') {
        return false;
    }
    for (at++; at < header->value.data; at++) {
        if (*at != ' ') {
            return false;
        }
    }
    return true;
}

/* The empty line. A line that ends in a bare LF just before it makes this look at one byte that is
 * not of the head. */
static bool is_end(const char *line)
{
    return line[0] == '\r' && line[1] == '\0';
}

/* Without any field (only HTTP/1.0 may have none) civetweb overwrites the empty line with the end
 * of the request line, so which line ends they were is not to be seen: only that nothing else is
 * there. */
static bool is_end_of_bare_line(const char *line)
{
    return line[0] == '\0' && line[1] == '\0';
}

static bool is_as_written(const struct request_head *head)
{
    const char *line = end_of(head->version) + LINE_END_BYTES;

    if (!is_request_line(head) || line[-1] != '\0') {
        return false;
    }
    for (size_t i = 0; i < head->header_count; i++) {
        const struct http_header *header = &head->headers[i];
        if (header->name.data != line || !is_field(header)) {
            return false;
        }
        line = end_of(header->value) + LINE_END_BYTES;
    }
    return head->header_count == 0 ? is_end_of_bare_line(line) : line[-1] == '\0' && is_end(line);
}

bool head_layout_check(const struct request_head *head, struct error *err)
{
    return is_as_written(head) ||
           error_set(err, ERROR_MALFORMED_REQUEST,
                     "the head is not laid out as HTTP/1.1 asks for: blanks, line ends or lines "
                     "that are not fields");
}
