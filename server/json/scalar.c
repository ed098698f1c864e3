/*
 * Scalars: the type on the wire, then the limits, then the format; the first that fails is the
 * fault.
 */
#include "json/scalar.h"

#include <math.h>

#include "base/clock.h"
#include "base/limits.h"
#include "json/literal.h"

enum { CHOICES_BYTES = 160 };

/* Doubles hold every integer up to here. */
static const double LARGEST_EXACT = 9007199254740992.0;

/* A member without limits has min == max == 0; max < min: no upper limit. */
static bool is_below(const struct shape_member *member, int64_t value)
{
    return (member->min != 0 || member->max != 0) && value < member->min;
}

static bool is_above(const struct shape_member *member, int64_t value)
{
    return (member->min != 0 || member->max != 0) && member->max >= member->min &&
           value > member->max;
}

static bool is_control(struct text value, size_t at)
{
    const unsigned char c = (unsigned char)value.data[at];
    if (c < 0x20) {
        return c != '\n' && c != '\t';
    }
    if (c == 0x7F) {
        return true;
    }
    /* U+0080 to U+009F */
    return c == 0xC2 && at + 1 < value.len && (unsigned char)value.data[at + 1] < 0xA0;
}

static bool has_control(struct text value)
{
    for (size_t i = 0; i < value.len; i++) {
        if (is_control(value, i)) {
            return true;
        }
    }
    return false;
}

bool scalar_check_text(struct decoder *decoder, const struct place *place,
                       const struct shape_member *member, struct text value)
{
    if (!text_is_utf8(value)) {
        return decoder_fault(decoder, place, FAULT_BAD_FORMAT, "must be UTF-8");
    }
    if (has_control(value)) {
        return decoder_fault(decoder, place, FAULT_BAD_FORMAT,
                             "must not contain control characters");
    }
    const int64_t count = (int64_t)text_count_code_points(value);
    if (is_below(member, count)) {
        return decoder_fault(decoder, place, FAULT_TOO_SHORT, "must have at least %lld character%s",
                             (long long)member->min, member->min == 1 ? "" : "s");
    }
    if (is_above(member, count)) {
        return decoder_fault(decoder, place, FAULT_TOO_LONG, "must have at most %lld characters",
                             (long long)member->max);
    }
    const char *what = NULL;
    if (!shape_format_holds(member->format, value, &what)) {
        return decoder_fault(decoder, place, FAULT_BAD_FORMAT, "must be %s", what);
    }
    return true;
}

/* A string's text; a fault "must be `what`" where the value is none. */
static bool take_string(struct decoder *decoder, const struct place *place, const json_t *value,
                        const char *what, struct text *out)
{
    if (!json_is_string(value)) {
        return decoder_fault(decoder, place, FAULT_WRONG_TYPE, "must be %s", what);
    }
    *out = (struct text){.data = json_string_value(value), .len = json_string_length(value)};
    return true;
}

static bool decode_bool(struct decoder *decoder, const struct place *place, const json_t *value,
                        bool *out)
{
    if (!json_is_boolean(value)) {
        return decoder_fault(decoder, place, FAULT_WRONG_TYPE, "must be true or false");
    }
    *out = json_is_true(value);
    return true;
}

static bool decode_i64(struct decoder *decoder, const struct place *place,
                       const struct shape_member *member, const json_t *value, int64_t *out)
{
    if (!json_is_integer(value)) {
        return decoder_fault(decoder, place, FAULT_WRONG_TYPE, "must be an integer");
    }
    const int64_t number = json_integer_value(value);
    if (is_below(member, number)) {
        return decoder_fault(decoder, place, FAULT_TOO_SMALL, "must be at least %lld",
                             (long long)member->min);
    }
    if (is_above(member, number)) {
        return decoder_fault(decoder, place, FAULT_TOO_LARGE, "must be at most %lld",
                             (long long)member->max);
    }
    *out = number;
    return true;
}

/* A number with at most 3 decimals, as thousandths. */
static bool to_milli(const json_t *value, int64_t *thousandths, enum fault_code *wrong)
{
    if (json_is_integer(value)) {
        *wrong = FAULT_TOO_LARGE;
        return !mul_overflows((int64_t)json_integer_value(value), (int64_t)1000, thousandths);
    }
    const double number = json_real_value(value);
    const double scaled = round(number * 1000);
    *wrong = FAULT_TOO_LARGE;
    if (!(fabs(scaled) <= LARGEST_EXACT)) {
        return false;
    }
    *wrong = FAULT_BAD_FORMAT;
    *thousandths = (int64_t)scaled;
    /* Division is rounded correctly: it gives the double nearest to n/1000, the same that the
     * decimal n/1000 is read as. */
    return scaled / 1000 == number;
}

static bool decode_milli(struct decoder *decoder, const struct place *place,
                         const struct shape_member *member, const json_t *value, int64_t *out)
{
    if (!json_is_number(value)) {
        return decoder_fault(decoder, place, FAULT_WRONG_TYPE, "must be a number");
    }
    int64_t number = 0;
    enum fault_code wrong = FAULT_TOO_LARGE;
    if (!to_milli(value, &number, &wrong)) {
        return decoder_fault(decoder, place, wrong, "must be a number with at most 3 decimals%s",
                             wrong == FAULT_TOO_LARGE ? " and a smaller one" : "");
    }
    char limit[LITERAL_MILLI_BYTES];
    if (is_below(member, number)) {
        return decoder_fault(decoder, place, FAULT_TOO_SMALL, "must be at least %s",
                             literal_format_milli(member->min, limit).data);
    }
    if (is_above(member, number)) {
        return decoder_fault(decoder, place, FAULT_TOO_LARGE, "must be at most %s",
                             literal_format_milli(member->max, limit).data);
    }
    *out = number;
    return true;
}

static bool decode_real(struct decoder *decoder, const struct place *place,
                        const struct shape_member *member, const json_t *value, double *out)
{
    if (!json_is_number(value)) {
        return decoder_fault(decoder, place, FAULT_WRONG_TYPE, "must be a number");
    }
    const double number = json_number_value(value);
    if (!isfinite(number)) {
        return decoder_fault(decoder, place, FAULT_TOO_LARGE, "must be finite");
    }
    const bool has_limits = member->min != 0 || member->max != 0;
    if (has_limits && number < (double)member->min) {
        return decoder_fault(decoder, place, FAULT_TOO_SMALL, "must be at least %lld",
                             (long long)member->min);
    }
    if (has_limits && member->max >= member->min && number > (double)member->max) {
        return decoder_fault(decoder, place, FAULT_TOO_LARGE, "must be at most %lld",
                             (long long)member->max);
    }
    *out = number;
    return true;
}

static bool decode_text(struct decoder *decoder, const struct place *place,
                        const struct shape_member *member, const json_t *value, struct text *out)
{
    struct text t = TEXT_ABSENT;
    if (!take_string(decoder, place, value, "a string", &t) ||
        !scalar_check_text(decoder, place, member, t)) {
        return false;
    }
    *out = arena_copy(decoder->arena, t);
    return true;
}

static bool decode_uuid(struct decoder *decoder, const struct place *place, const json_t *value,
                        struct uuid *out)
{
    struct text t = TEXT_ABSENT;
    if (!take_string(decoder, place, value, "a UUID", &t)) {
        return false;
    }
    struct uuid id = UUID_NIL;
    if (!uuid_parse(t, &id) || uuid_is_nil(id)) { /* nil means absent inside */
        return decoder_fault(decoder, place, FAULT_BAD_FORMAT, "must be a UUID in lower case");
    }
    *out = id;
    return true;
}

static bool decode_time(struct decoder *decoder, const struct place *place, const json_t *value,
                        int64_t *out)
{
    struct text t = TEXT_ABSENT;
    if (!take_string(decoder, place, value, "an RFC 3339 time", &t)) {
        return false;
    }
    int64_t time_us = 0;
    if (!clock_parse_rfc3339(t, &time_us) || time_us == 0) { /* 0 means absent inside */
        return decoder_fault(decoder, place, FAULT_BAD_FORMAT,
                             "must be an RFC 3339 time such as 2026-01-31T12:00:00Z");
    }
    *out = time_us;
    return true;
}

static bool decode_enum(struct decoder *decoder, const struct place *place,
                        const struct shape_member *member, const json_t *value, unsigned *out)
{
    struct text t = TEXT_ABSENT;
    if (!take_string(decoder, place, value, "a string", &t)) {
        return false;
    }
    if (enumeration_find(member->enumeration, t, out)) {
        return true;
    }
    char bytes[CHOICES_BYTES];
    struct buffer choices = {
        .data = bytes, .capacity = sizeof bytes - 1, .ceiling = sizeof bytes - 1};
    for (size_t i = 0; i < member->enumeration->count; i++) {
        buffer_append(&choices, i == 0 ? TEXT("") : TEXT(", "));
        buffer_append(&choices, text_of(member->enumeration->names[i]));
    }
    return decoder_fault(decoder, place, FAULT_NOT_ALLOWED, "must be one of: %.*s%s",
                         (int)choices.len, bytes, choices.is_over ? ", …" : "");
}

static bool copy_json(struct decoder *decoder, const struct place *place, const json_t *value,
                      struct text *out)
{
    struct buffer buffer;
    buffer_init(&buffer, decoder->arena, LIMIT_REPLY_BYTES);
    literal_append_json(&buffer, value);
    struct error over = {.code = ERROR_NONE};
    if (!buffer_text(&buffer, out, &over)) {
        return decoder_fault(decoder, place, FAULT_TOO_LONG, "is too large");
    }
    return true;
}

bool scalar_decode(struct decoder *decoder, const struct place *place,
                   const struct shape_member *member, const json_t *value, void *out)
{
    switch (member->type) {
    case SHAPE_BOOL:
        return decode_bool(decoder, place, value, out);
    case SHAPE_I64:
        return decode_i64(decoder, place, member, value, out);
    case SHAPE_MILLI:
        return decode_milli(decoder, place, member, value, out);
    case SHAPE_REAL:
        return decode_real(decoder, place, member, value, out);
    case SHAPE_TEXT:
        return decode_text(decoder, place, member, value, out);
    case SHAPE_UUID:
        return decode_uuid(decoder, place, value, out);
    case SHAPE_TIME:
        return decode_time(decoder, place, value, out);
    case SHAPE_ENUM:
        return decode_enum(decoder, place, member, value, out);
    case SHAPE_JSON:
        return copy_json(decoder, place, value, out);
    case SHAPE_OBJECT:
    case SHAPE_LIST:
        break;
    }
    return decoder_fault(decoder, place, FAULT_NOT_ALLOWED, "cannot be given here");
}
