/*
 * A shape describes the members of one struct: name, type, place, limits. The same table serves
 * decoding a request, encoding a reply, reading a row and printing the OpenAPI schema, so that
 * these can never disagree. The type of each member is checked against the struct at compile time.
 *
 * Input:  a member that is not SHAPE_OPTIONAL must be there; unknown members, null (unless
 * SHAPE_NULLABLE), wrong types and values outside the limits are faults. A missing optional member
 * stays absent. Output: an absent SHAPE_OPTIONAL member is left out, an absent SHAPE_NULLABLE
 * member is written as null. Absent is: a text with data NULL, a nil uuid, time 0, a NULL
 * reference, a list with items NULL. Scalars that may be absent (bool, i64, milli, real) are
 * references: `const int64_t *size` with SHAPE_I64_REF.
 */
#ifndef BASE_SHAPE_H
#define BASE_SHAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "base/uuid.h"

enum shape_type {
    SHAPE_BOOL,   /* bool */
    SHAPE_I64,    /* int64_t; integers on the wire */
    SHAPE_MILLI,  /* int64_t thousandths; on the wire a number with at most 3 decimals */
    SHAPE_REAL,   /* double; on the wire a finite number with at most 15 significant digits */
    SHAPE_TEXT,   /* struct text */
    SHAPE_UUID,   /* struct uuid */
    SHAPE_TIME,   /* int64_t µs; on the wire RFC 3339 UTC */
    SHAPE_ENUM,   /* an enum; on the wire one of its names */
    SHAPE_OBJECT, /* a struct by value */
    SHAPE_LIST,   /* pointer + size_t count */
    SHAPE_JSON    /* struct text holding one JSON value, copied as it is; input: any value */
};

enum shape_flag {
    SHAPE_OPTIONAL = 1,
    SHAPE_NULLABLE = 2,
    SHAPE_REF = 4, /* the struct holds a pointer to the value; NULL is absent */
    SHAPE_RENDERED =
        8, /* OBJECT, in replies: the struct holds its JSON as a struct text, made before */
    SHAPE_ALONE = 16 /* LIST of OBJECT, in requests: what is wrong with an item is kept in its
                        struct error (fault_offset) and refuses nothing else */
};

/* The wire names of an enum, in the order of its values from 0. */
struct enumeration {
    const char *const *names;
    size_t count;
};

struct shape;

struct shape_member {
    const char *name;
    enum shape_type type;
    enum shape_type element; /* SHAPE_LIST: the type of its items */
    unsigned flags;
    size_t offset;
    size_t count_offset; /* SHAPE_LIST */
    size_t fault_offset; /* SHAPE_ALONE: of the struct error in an item */
    int64_t min;         /* I64, REAL: value; MILLI: thousandths; TEXT: code points; LIST: items */
    int64_t max;         /* as min; max < min: no upper limit; both 0: no limit */
    const struct shape *shape;             /* OBJECT, LIST of OBJECT */
    const struct enumeration *enumeration; /* ENUM, LIST of ENUM */
    const char *format; /* TEXT and lists of it: "email", "slug", "section_path", "markdown", …
                           (base/shape.c knows which are checked) */
    const char *about;  /* one sentence for the OpenAPI document; may be NULL */
};

struct shape {
    const char *name; /* schema name in OpenAPI, UpperCamelCase: "Attempt" */
    size_t size;
    const struct shape_member *members;
    size_t count;
    bool is_map; /* the struct is {struct shape_pair *pairs; size_t count;}: an object of free keys
                    with text values */
};

/* One entry of an is_map shape ("pairs": {"a": "2"}); `members` of such a shape is NULL, the limits
 * are those of SHAPE_MAP. */
struct shape_pair {
    struct text key;
    struct text value;
};
struct shape_map {
    struct shape_pair *pairs;
    size_t count;
};
extern const struct shape SHAPE_TEXT_MAP; /* name "TextMap", size of struct shape_map */

const char *enumeration_name(const struct enumeration *enumeration, unsigned value);
NODISCARD bool enumeration_find(const struct enumeration *enumeration, struct text name,
                                unsigned *value);
/* Whether a text satisfies a member's format; true for formats that are only descriptive. `what`
 * gets "an e-mail address" for messages. */
bool shape_format_holds(const char *format, struct text value, const char **what);
size_t shape_type_size(enum shape_type type, const struct shape *shape);

/*
 * Building tables: MEMBER_TEXT(struct question_option, id, .max = 16, .about = "…"); further
 * designators may be left out. The member's C type is checked: _Generic has no branch for any
 * other. What ends in _AS is not for use outside this header.
 */

/* T is a type, so no parentheses. NOLINTNEXTLINE(bugprone-macro-parentheses) */
#define SHAPE_AT(S, m, T) _Generic(((S *)0)->m, T : offsetof(S, m))

#define MEMBER_AS(T, S, m, ...)                              \
    {                                                        \
        .name = #m, .offset = SHAPE_AT(S, m, T), __VA_ARGS__ \
    }
#define MEMBER_BOOL(...) MEMBER_AS(bool, __VA_ARGS__, .type = SHAPE_BOOL)
#define MEMBER_I64(...) MEMBER_AS(int64_t, __VA_ARGS__, .type = SHAPE_I64)
#define MEMBER_MILLI(...) MEMBER_AS(int64_t, __VA_ARGS__, .type = SHAPE_MILLI)
#define MEMBER_REAL(...) MEMBER_AS(double, __VA_ARGS__, .type = SHAPE_REAL)
#define MEMBER_TEXT(...) MEMBER_AS(struct text, __VA_ARGS__, .type = SHAPE_TEXT)
#define MEMBER_JSON(...) MEMBER_AS(struct text, __VA_ARGS__, .type = SHAPE_JSON)
#define MEMBER_UUID(...) MEMBER_AS(struct uuid, __VA_ARGS__, .type = SHAPE_UUID)
#define MEMBER_TIME(...) MEMBER_AS(int64_t, __VA_ARGS__, .type = SHAPE_TIME)
/* MEMBER_ENUM(S, m, names, …) */
#define MEMBER_ENUM(...) MEMBER_ENUM_AS(__VA_ARGS__, .type = SHAPE_ENUM)
#define MEMBER_ENUM_AS(S, m, names, ...) \
    MEMBER_AS(unsigned, S, m, .enumeration = (names), __VA_ARGS__)
/* MEMBER_OBJECT(S, m, T, sub, …) */
#define MEMBER_OBJECT(...) MEMBER_OBJECT_AS(__VA_ARGS__, .type = SHAPE_OBJECT)
#define MEMBER_OBJECT_AS(S, m, T, sub, ...) MEMBER_AS(T, S, m, .shape = (sub), __VA_ARGS__)

/* MEMBER_RENDERED(S, m, sub, …): the struct holds the object's JSON, as `struct text m`. */
#define MEMBER_RENDERED(...) MEMBER_RENDERED_AS(__VA_ARGS__, .type = SHAPE_OBJECT)
#define MEMBER_RENDERED_AS(S, m, sub, ...) \
    MEMBER_AS(struct text, S, m, .shape = (sub), .flags = SHAPE_RENDERED, __VA_ARGS__)

/* References: the struct holds `const T *m`. Give .flags = SHAPE_REF | SHAPE_OPTIONAL or |
 * SHAPE_NULLABLE. */
#define MEMBER_BOOL_REF(...) MEMBER_AS(const bool *, __VA_ARGS__, .type = SHAPE_BOOL)
#define MEMBER_I64_REF(...) MEMBER_AS(const int64_t *, __VA_ARGS__, .type = SHAPE_I64)
#define MEMBER_MILLI_REF(...) MEMBER_AS(const int64_t *, __VA_ARGS__, .type = SHAPE_MILLI)
#define MEMBER_REAL_REF(...) MEMBER_AS(const double *, __VA_ARGS__, .type = SHAPE_REAL)
/* MEMBER_OBJECT_REF(S, m, T, sub, …) */
#define MEMBER_OBJECT_REF(...) MEMBER_OBJECT_REF_AS(__VA_ARGS__, .type = SHAPE_OBJECT)
#define MEMBER_OBJECT_REF_AS(S, m, T, sub, ...) \
    MEMBER_AS(const T *, S, m, .shape = (sub), __VA_ARGS__)

/* Lists: the struct holds `const T *m` and `size_t c`: MEMBER_LIST(S, m, c, T, sub, …),
 * MEMBER_TEXT_LIST(S, m, c, …), MEMBER_ENUM_LIST(S, m, c, T, names, …) */
#define MEMBER_LIST(...) MEMBER_LIST_AS(__VA_ARGS__, .element = SHAPE_OBJECT)
#define MEMBER_LIST_AS(S, m, c, T, sub, ...) \
    MEMBER_ITEMS_AS(T, S, m, c, .shape = (sub), __VA_ARGS__)
#define MEMBER_TEXT_LIST(...) MEMBER_ITEMS_AS(struct text, __VA_ARGS__, .element = SHAPE_TEXT)
#define MEMBER_I64_LIST(...) MEMBER_ITEMS_AS(int64_t, __VA_ARGS__, .element = SHAPE_I64)
#define MEMBER_REAL_LIST(...) MEMBER_ITEMS_AS(double, __VA_ARGS__, .element = SHAPE_REAL)
#define MEMBER_UUID_LIST(...) MEMBER_ITEMS_AS(struct uuid, __VA_ARGS__, .element = SHAPE_UUID)
#define MEMBER_ENUM_LIST(...) MEMBER_ENUM_LIST_AS(__VA_ARGS__, .element = SHAPE_ENUM)
#define MEMBER_ENUM_LIST_AS(S, m, c, T, names, ...) \
    MEMBER_ITEMS_AS(T, S, m, c, .enumeration = (names), __VA_ARGS__)
#define MEMBER_ITEMS_AS(T, S, m, c, ...)                                                   \
    MEMBER_AS(const T *, S, m, .count_offset = SHAPE_AT(S, c, size_t), .type = SHAPE_LIST, \
              __VA_ARGS__)

/* const struct shape OPTION_SHAPE = SHAPE_OF("Option", struct question_option, OPTION_MEMBERS); */
#define SHAPE_OF(title, S, table)                                                        \
    {                                                                                    \
        .name = (title), .size = sizeof(S), .members = (table), .count = COUNT_OF(table) \
    }

#endif
