/*
 * The gaps of a cloze: ids each once, accepted texts as in a short answer, and a stem that has each
 * gap's mark exactly once and no mark of a gap that is not there.
 */
#include "domain/question_key.h"

static const char MARK_OPENS[] = "[[";
static const char MARK_CLOSES[] = "]]";
enum { MARK_BYTES = 2 };

static bool is_at(struct text stem, size_t at, const char *mark)
{
    return at + MARK_BYTES <= stem.len && stem.data[at] == mark[0] && stem.data[at + 1] == mark[1];
}

/* The id of the mark that begins at `at`; absent where none does. Other uses of brackets are not
 * ours. */
static struct text mark_at(struct text stem, size_t at)
{
    if (!is_at(stem, at, MARK_OPENS)) {
        return TEXT_ABSENT;
    }
    const size_t from = at + MARK_BYTES;
    size_t to = from;
    while (to < stem.len && to - from <= QUESTION_PART_ID_MAX && !is_at(stem, to, MARK_CLOSES)) {
        to++;
    }
    const struct text id = text_slice(stem, from, to - from);
    return is_at(stem, to, MARK_CLOSES) && question_is_part_id(id) ? id : TEXT_ABSENT;
}

/* How often each gap has its mark; marks without a gap are faults. */
static size_t *count_marks(struct checker *c, const struct question *q, struct id_list ids)
{
    size_t *counts = arena_new_array(c->arena, ids.count, size_t);
    for (size_t at = 0; at < q->stem.len; at++) {
        const struct text id = mark_at(q->stem, at);
        size_t index = 0;
        if (id.data == NULL) {
            continue;
        }
        if (id_list_find(ids, id, &index)) {
            counts[index]++;
        } else {
            checker_fault(c, FAULT_NOT_FOUND, checker_at(c, "/stem"), "there is no gap \"%.*s\"",
                          TEXT_ARG(id));
        }
    }
    return counts;
}

static void check_marks(struct checker *c, const struct question *q, struct id_list ids)
{
    const size_t *counts = count_marks(c, q, ids);
    for (size_t i = 0; i < ids.count; i++) {
        if (counts[i] != 1) {
            checker_fault(c, counts[i] == 0 ? FAULT_REQUIRED : FAULT_DUPLICATE,
                          checker_at(c, "/stem"), "[[%.*s]] must be there once",
                          TEXT_ARG(ids.ids[i]));
        }
    }
}

static void check_gap(struct checker *c, const struct question *q, struct id_list ids, size_t index)
{
    const struct gap *gap = &q->gaps[index];
    size_t first = index;
    if (!question_is_part_id(gap->id)) {
        checker_fault(c, FAULT_BAD_FORMAT, checker_at(c, "/gaps/%zu/id", index),
                      "an id is 1 to %d lower-case letters, digits or hyphens",
                      QUESTION_PART_ID_MAX);
    } else if (id_list_find(ids, gap->id, &first) && first < index) {
        checker_fault(c, FAULT_DUPLICATE, checker_at(c, "/gaps/%zu/id", index),
                      "the id is used twice in this question");
    }
    question_check_accepted(c, arena_printf(c->arena, "/gaps/%zu", index),
                            (struct accepted_list){gap->accepted, gap->accepted_count});
}

void question_check_gaps(struct checker *c, const struct question *q)
{
    const struct id_list ids = question_gap_ids(q, c->arena);
    for (size_t i = 0; i < ids.count; i++) {
        check_gap(c, q, ids, i);
    }
    if (c->fault_count == 0) { /* marks of wrong ids would be told twice */
        check_marks(c, q, ids);
    }
}
