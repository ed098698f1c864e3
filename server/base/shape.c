/*
 * What the descriptor tables need at run time: names of enums, sizes of types, and the text formats
 * that are checked: email, slug, section_path, name. Every other format is descriptive and always
 * holds.
 */
#include "base/shape.h"

#include <string.h>

#include <utf8proc.h>

#include "base/limits.h"
#include "base/unicode.h"

enum { SECTION_PATH_BYTES_MAX = 1024, EMAIL_LOCAL_BYTES_MAX = 64, DNS_LABEL_BYTES_MAX = 63 };

const struct shape SHAPE_TEXT_MAP = {
    .name = "TextMap", .size = sizeof(struct shape_map), .is_map = true};

const char *enumeration_name(const struct enumeration *enumeration, unsigned value)
{
    return value < enumeration->count ? enumeration->names[value] : NULL;
}

bool enumeration_find(const struct enumeration *enumeration, struct text name, unsigned *value)
{
    for (size_t i = 0; i < enumeration->count; i++) {
        if (text_equal(name, text_of(enumeration->names[i]))) {
            *value = (unsigned)i;
            return true;
        }
    }
    return false;
}

static bool is_alphanumeric(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Letters, digits and hyphens, a letter or digit at both ends; beyond ASCII anything, for
 * internationalised names (RFC 6531). */
static bool is_domain_label(struct text label)
{
    if (label.len == 0 || label.len > DNS_LABEL_BYTES_MAX || label.data[0] == '-' ||
        label.data[label.len - 1] == '-') {
        return false;
    }
    for (size_t i = 0; i < label.len; i++) {
        const char c = label.data[i];
        if (!is_alphanumeric(c) && c != '-' && (unsigned char)c < 0x80) {
            return false;
        }
    }
    return true;
}

static bool is_domain(struct text domain)
{
    struct text rest = domain;
    struct text label = TEXT_ABSENT;
    bool has_more = true;
    while (has_more) {
        has_more = text_split(rest, '.', &label, &rest);
        if (!is_domain_label(label)) {
            return false;
        }
    }
    return true;
}

/* RFC 5321's Dot-string of RFC 5322's atext; quoted local parts are refused, as everybody does. */
static bool is_email_local(struct text local)
{
    static const struct text SPECIALS = TEXT_INIT("!#$%&'*+-/=?^_`{|}~");
    if (local.len == 0 || local.len > EMAIL_LOCAL_BYTES_MAX || local.data[local.len - 1] == '.') {
        return false;
    }
    char before = '.';
    for (size_t i = 0; i < local.len; i++) {
        const char c = local.data[i];
        const bool is_atom = is_alphanumeric(c) || (unsigned char)c >= 0x80 ||
                             (c != '\0' && memchr(SPECIALS.data, c, SPECIALS.len) != NULL);
        if (!is_atom && (c != '.' || before == '.')) {
            return false;
        }
        before = c;
    }
    return true;
}

static bool is_email(struct text value)
{
    struct text local = TEXT_ABSENT;
    struct text domain = TEXT_ABSENT;
    return value.len <= LIMIT_EMAIL_BYTES && text_is_utf8(value) &&
           text_split(value, '@', &local, &domain) && is_email_local(local) && is_domain(domain);
}

static bool is_slug(struct text value)
{
    return text_is_slug(value, LIMIT_SLUG_BYTES);
}

/* What GitHub leaves of a heading: lower-case letters, digits and marks of any script, '-' and '_'.
 */
static bool is_anchor_code_point(utf8proc_int32_t c)
{
    if (c < 0x80) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    }
    const utf8proc_category_t category = utf8proc_category(c);
    return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO) ||
           category == UTF8PROC_CATEGORY_PC;
}

static bool is_section_path(struct text value)
{
    if (value.len == 0 || value.len > SECTION_PATH_BYTES_MAX) {
        return false;
    }
    bool is_slug_empty = true;
    for (size_t at = 0; at < value.len;) {
        if (value.data[at] == '/') {
            if (is_slug_empty) {
                return false;
            }
            is_slug_empty = true;
            at++;
            continue;
        }
        utf8proc_int32_t c = 0;
        const utf8proc_ssize_t used = utf8proc_iterate((const utf8proc_uint8_t *)value.data + at,
                                                       (utf8proc_ssize_t)(value.len - at), &c);
        if (used <= 0 || !is_anchor_code_point(c)) {
            return false;
        }
        is_slug_empty = false;
        at += (size_t)used;
    }
    return !is_slug_empty;
}

/* What would put a name onto other lines, or turn round what is written beside it. */
static bool may_not_be_in_name(int32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029 ||
           (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

static bool is_name(struct text value)
{
    bool is_visible = false;
    size_t used = 0;
    for (size_t at = 0; at < value.len; at += used) {
        int32_t c = 0;
        used = unicode_next(value, at, &c);
        if (used == 0 || may_not_be_in_name(c)) {
            return false;
        }
        is_visible =
            is_visible || (!unicode_is_blank(c) && utf8proc_category(c) != UTF8PROC_CATEGORY_CF);
    }
    return is_visible;
}

struct format {
    const char *name;
    const char *what;
    bool (*holds)(struct text value);
};

static const struct format FORMATS[] = {
    {"email", "an e-mail address", is_email},
    {"slug", "a slug (a-z, 0-9 and inner hyphens)", is_slug},
    {"section_path", "a section path (slugs joined by '/')", is_section_path},
    {"name", "a name (one line that is not blank, without control characters)", is_name},
};

bool shape_format_holds(const char *format, struct text value, const char **what)
{
    *what = "text";
    if (format == NULL) {
        return true;
    }
    for (size_t i = 0; i < COUNT_OF(FORMATS); i++) {
        if (text_equal(text_of(format), text_of(FORMATS[i].name))) {
            *what = FORMATS[i].what;
            return FORMATS[i].holds(value);
        }
    }
    return true;
}

size_t shape_type_size(enum shape_type type, const struct shape *shape)
{
    switch (type) {
    case SHAPE_BOOL:
        return sizeof(bool);
    case SHAPE_I64:
    case SHAPE_MILLI:
    case SHAPE_TIME:
        return sizeof(int64_t);
    case SHAPE_REAL:
        return sizeof(double);
    case SHAPE_TEXT:
    case SHAPE_JSON:
        return sizeof(struct text);
    case SHAPE_UUID:
        return sizeof(struct uuid);
    case SHAPE_ENUM:
        return sizeof(unsigned);
    case SHAPE_OBJECT:
        return shape->size;
    case SHAPE_LIST:
        return sizeof(void *);
    }
    return 0;
}
