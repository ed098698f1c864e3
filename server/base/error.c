/*
 * Filling `struct error`, and the tables behind its codes. The tables are written once, in the
 * header, as X-macros.
 */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/limits.h"

/* Cuts an incomplete code point off the end of a text that was cut at a byte. */
static size_t cut_at_code_point(const char *bytes, size_t len)
{
    size_t start = len;
    while (start > 0 && len - start < 3 && ((unsigned char)bytes[start - 1] & 0xC0U) == 0x80U) {
        start--;
    }
    if (start == 0) {
        return len;
    }
    const unsigned char lead = (unsigned char)bytes[start - 1];
    const size_t needed = lead >= 0xF0 ? 4 : (lead >= 0xE0 ? 3 : (lead >= 0xC0 ? 2 : 1));
    return len - (start - 1) < needed ? start - 1 : len;
}

static void set_detail(struct error *err, const char *format, va_list arguments) PRINTF_LIKE(2, 0);

static void set_detail(struct error *err, const char *format, va_list arguments)
{
    const int length = vsnprintf(err->detail, sizeof err->detail, format, arguments);
    if (length < 0) {
        err->detail[0] = '\0';
    } else if ((size_t)length >= sizeof err->detail) {
        err->detail[cut_at_code_point(err->detail, sizeof err->detail - 1)] = '\0';
    }
}

bool(error_set)(struct error *err, enum error_code code, const char *format, ...)
{
    *err = (struct error){.code = code};
    va_list arguments;
    va_start(arguments, format);
    set_detail(err, format, arguments);
    va_end(arguments);
    return false;
}

bool(error_set_unavailable)(struct error *err, unsigned retry_after_s, const char *detail)
{
    (void)error_set(err, ERROR_UNAVAILABLE, "%s", detail); /* always false */
    err->retry_after_s = retry_after_s;
    return false;
}

static void append_fault(struct error *err, struct fault *fault)
{
    struct fault **end = &err->faults;
    while (*end != NULL) {
        end = &(*end)->next;
    }
    *end = fault;
}

static void add_fault(struct error *err, struct arena *arena, struct fault fault,
                      const char *format, va_list arguments) PRINTF_LIKE(4, 0);

static void add_fault(struct error *err, struct arena *arena, struct fault fault,
                      const char *format, va_list arguments)
{
    if (err->code == ERROR_INVALID_INPUT && err->fault_count >= LIMIT_FAULTS) {
        err->fault_count++;
        return;
    }
    struct error words = {.code = ERROR_NONE};
    set_detail(&words, format, arguments);
    if (err->code != ERROR_INVALID_INPUT) {
        words.code = ERROR_INVALID_INPUT;
        *err = words;
    }
    struct fault *kept = arena_new(arena, struct fault);
    *kept = fault;
    kept->place = arena_copy(arena, fault.place.data == NULL ? TEXT("") : fault.place);
    kept->detail = arena_copy(arena, text_of(words.detail));
    append_fault(err, kept);
    err->fault_count++;
}

bool(error_add_fault)(struct error *err, struct arena *arena, struct text pointer,
                      enum fault_code code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add_fault(err, arena, (struct fault){.place = pointer, .code = code}, format, arguments);
    va_end(arguments);
    return false;
}

bool(error_add_parameter_fault)(struct error *err, struct arena *arena, struct text parameter,
                                enum fault_code code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add_fault(err, arena, (struct fault){.is_parameter = true, .place = parameter, .code = code},
              format, arguments);
    va_end(arguments);
    return false;
}

struct error_words {
    int status;
    const char *name;
    const char *title;
};

static const struct error_words ERRORS[ERROR_CODE_COUNT] = {
    [ERROR_NONE] = {200, "none", "No error"},
#define ERROR_ROW(code, status, name, title) [code] = {status, name, title},
    ERROR_CODES(ERROR_ROW)
#undef ERROR_ROW
};

static const char *const FAULTS[FAULT_CODE_COUNT] = {
#define FAULT_ROW(code, name) [code] = (name),
    FAULT_CODES(FAULT_ROW)
#undef FAULT_ROW
};

int error_status(enum error_code code)
{
    return ERRORS[code].status;
}

const char *error_name(enum error_code code)
{
    return ERRORS[code].name;
}

const char *error_title(enum error_code code)
{
    return ERRORS[code].title;
}

const char *fault_name(enum fault_code code)
{
    return FAULTS[code];
}
