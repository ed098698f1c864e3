/*
 * What the files that check questions and responses share: the keys of the types, lists of ids, and
 * how faults are added. Only for domain/; callers use domain/question.h.
 */
#ifndef DOMAIN_QUESTION_KEY_H
#define DOMAIN_QUESTION_KEY_H

#include "domain/question.h"

/* The groups of members that make a question's key; each type has one. */
enum question_key {
    KEY_NONE,
    KEY_OPTIONS,
    KEY_NUMBER,
    KEY_ACCEPTED,
    KEY_ORDER,
    KEY_PAIRS,
    KEY_GAPS
};
enum question_key question_key_of(enum question_type type);

/* Where faults go, and how many were found. */
struct checker {
    struct arena *arena;
    struct text prefix; /* of every pointer */
    struct error *err;
    size_t fault_count;
};

/* A pointer below the checker's prefix: checker_at(c, "/options/%zu/id", i). */
struct text checker_at(const struct checker *checker, const char *format, ...) PRINTF_LIKE(2, 3);
void checker_fault(struct checker *checker, enum fault_code code, struct text pointer,
                   const char *format, ...) PRINTF_LIKE(4, 5);

struct id_list {
    const struct text *ids;
    size_t count;
};
struct id_list question_option_ids(const struct question *question, struct arena *arena);
struct id_list question_gap_ids(const struct question *question, struct arena *arena);
struct id_list question_part_ids(const struct part *parts, size_t count, struct arena *arena);
/* False where no id of the list is equal; else `index` of the first that is. */
bool id_list_find(struct id_list list, struct text id, size_t *index);

/* A member's name as a token of an RFC 6901 pointer ('~' and '/' escaped). */
const char *question_pointer_token(struct arena *arena, struct text name);

/* Whether an id is 1 to QUESTION_PART_ID_MAX lower-case letters, digits or hyphens. */
bool question_is_part_id(struct text id);
/* Accepted texts that more than blanks and wildcards make up, each once. `prefix` is the pointer of
 * the object that has them. */
struct accepted_list {
    const struct accepted_text *items;
    size_t count;
};
void question_check_accepted(struct checker *checker, struct text prefix,
                             struct accepted_list accepted);

/* The rules of the key of the question's type; the key's members must be there. */
void question_check_key(struct checker *checker, const struct question *question);
void question_check_number(struct checker *checker, const struct number_key *number);
/* Gaps and the marks that the stem has for them. */
void question_check_gaps(struct checker *checker, const struct question *question);
/* The rule fits the type, weights and penalty what it needs. */
void question_check_scoring(struct checker *checker, const struct question *question);

#endif
