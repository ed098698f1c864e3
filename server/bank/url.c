/* A small part of RFC 3986: enough to find what an author mistyped. */
#include "bank/url.h"

#include <string.h>

static bool is_scheme(struct text destination, const char *scheme)
{
    return text_starts_with(destination, text_of(scheme));
}

static bool is_hexadecimal(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* What RFC 3986 has no room for, and escapes that are none. */
static bool has_bad_bytes(struct text url)
{
    for (size_t i = 0; i < url.len; i++) {
        const char c = url.data[i];
        if ((unsigned char)c <= ' ' || c == '\x7F' || strchr("<>\"`{}|\\^", c) != NULL ||
            (c == '%' && (i + 2 >= url.len || !is_hexadecimal(url.data[i + 1]) ||
                          !is_hexadecimal(url.data[i + 2])))) {
            return true;
        }
    }
    return false;
}

/* Labels of letters, digits and inner hyphens, at least two, or bytes beyond ASCII. */
static bool is_host(struct text host)
{
    struct text label = TEXT_ABSENT;
    struct text rest = host;
    size_t count = 0;
    while (rest.data != NULL) {
        (void)text_split(rest, '.', &label, &rest); /* the last one has no dot behind it */
        for (size_t i = 0; i < label.len; i++) {
            const char c = label.data[i];
            const bool is_inner_hyphen = c == '-' && i > 0 && i + 1 < label.len;
            if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  is_inner_hyphen || (unsigned char)c >= 0x80U)) {
                return false;
            }
        }
        if (label.len == 0) {
            return false;
        }
        count++;
    }
    return count >= 2;
}

static struct text host_of(struct text url)
{
    struct text rest = text_slice(url, is_scheme(url, "https://") ? 8 : 7, url.len);
    for (size_t i = 0; i < rest.len; i++) {
        if (strchr("/?#:", rest.data[i]) != NULL) {
            rest.len = i;
        }
    }
    return rest;
}

const char *url_fault(struct text destination, bool *is_relative)
{
    *is_relative = false;
    if (destination.len == 0) {
        return "this link leads nowhere";
    }
    if (has_bad_bytes(destination)) {
        return "this link has characters that a URL may not have";
    }
    if (is_scheme(destination, "https://") || is_scheme(destination, "http://")) {
        return is_host(host_of(destination)) ? NULL : "this link has no proper host name";
    }
    if (is_scheme(destination, "#") || is_scheme(destination, "mailto:")) {
        return NULL;
    }
    *is_relative = memchr(destination.data, ':', destination.len) == NULL;
    return *is_relative ? NULL : "this link has a scheme other than https";
}
