/* The statistics of an exam, and the queue of questions that need a look. */
#include "api/banks.h"
#include "api/instructing.h"
#include "api/statistics.h"
#include "base/limits.h"
#include "store/statistics.h"

enum { DEFAULT_LIMIT = 20 };

static const struct shape_member PATH_MEMBERS[] = {
    MEMBER_TEXT(struct bank_exam_path, bank, .min = 1, .max = LIMIT_SLUG_BYTES, .format = "slug"),
    MEMBER_TEXT(struct bank_exam_path, exam, .min = 1, .max = LIMIT_SLUG_BYTES, .format = "slug"),
};
const struct shape BANK_EXAM_PATH_SHAPE =
    SHAPE_OF("BankExamPath", struct bank_exam_path, PATH_MEMBERS);

#define FIGURE(S, m, ...) \
    MEMBER_REAL_REF(S, m, .flags = SHAPE_REF | SHAPE_NULLABLE, .about = __VA_ARGS__)

static const struct shape_member MOODLE_MEMBERS[] = {
    FIGURE(struct exam_statistics, mean, "Mean credit of a paper."),
    FIGURE(struct exam_statistics, median, "Of the same."),
    FIGURE(struct exam_statistics, standard_deviation, "Divisor n - 1."),
    FIGURE(struct exam_statistics, skewness, "k3 / k2^(3/2)."),
    FIGURE(struct exam_statistics, kurtosis, "k4 / k2^2."),
    FIGURE(struct exam_statistics, cronbach_alpha, "A negative one as it is."),
    FIGURE(struct exam_statistics, error_ratio, "sqrt(1 - alpha)."),
    FIGURE(struct exam_statistics, standard_error, "Error ratio times standard deviation."),
};
static const struct shape MOODLE_SHAPE =
    SHAPE_OF("MoodleExamStatistics", struct exam_statistics, MOODLE_MEMBERS);
static const struct shape_member CANVAS_MEMBERS[] = {
    FIGURE(struct exam_statistics, mean, "Mean credit of a paper."),
    {.name = "standard_deviation",
     .type = SHAPE_REAL,
     .flags = SHAPE_REF | SHAPE_NULLABLE,
     .offset = SHAPE_AT(struct exam_statistics, standard_deviation_population, const double *),
     .about = "Divisor n."},
    FIGURE(struct exam_statistics, cronbach_alpha, "A negative one as it is."),
};
static const struct shape CANVAS_SHAPE =
    SHAPE_OF("CanvasExamStatistics", struct exam_statistics, CANVAS_MEMBERS);

struct exam_statistics_reply {
    struct text bank;
    struct text exam;
    int64_t attempts;
    bool is_unstable;
    const struct exam_statistics *moodle;
    const struct exam_statistics *canvas;
};
static const struct shape_member REPLY_MEMBERS[] = {
    MEMBER_TEXT(struct exam_statistics_reply, bank),
    MEMBER_TEXT(struct exam_statistics_reply, exam),
    MEMBER_I64(struct exam_statistics_reply, attempts, .about = "Submitted ones."),
    MEMBER_BOOL(struct exam_statistics_reply, is_unstable, .about = "Fewer than 30 attempts."),
    MEMBER_OBJECT_REF(struct exam_statistics_reply, moodle, struct exam_statistics, &MOODLE_SHAPE,
                      .flags = SHAPE_REF | SHAPE_NULLABLE, .about = "From 10 attempts on."),
    MEMBER_OBJECT_REF(struct exam_statistics_reply, canvas, struct exam_statistics, &CANVAS_SHAPE,
                      .flags = SHAPE_REF | SHAPE_NULLABLE, .about = "From 10 attempts on."),
};
const struct shape EXAM_STATISTICS_SHAPE =
    SHAPE_OF("ExamStatistics", struct exam_statistics_reply, REPLY_MEMBERS);

static bool is_exam_of(const struct bank *bank, struct text slug)
{
    for (size_t i = 0; i < bank->exam_count; i++) {
        if (text_equal(bank->exams[i].slug, slug)) {
            return true;
        }
    }
    return false;
}

static bool scan_exam(struct call *call, struct db *db, void *reply, struct error *err)
{
    const struct bank_exam_path *path = call->path;
    struct exam_statistics_reply *out = reply;
    struct exam_statistics *statistics = arena_new(call->arena, struct exam_statistics);
    const struct bank *bank = NULL;
    struct exam_counts counts;

    if (!instructing_find_bank(call, db, path->bank, &bank, err) ||
        !store_statistics_get_exam(db, call->arena, bank->id, path->exam, &counts, err)) {
        return false;
    }
    exam_statistics(&counts.tallies, call->arena, statistics);
    if (statistics->attempts == 0 && !is_exam_of(bank, path->exam)) {
        return error_set(err, ERROR_NOT_FOUND, "there is no such exam");
    }
    const bool is_shown = statistics->attempts >= STATISTICS_SHOWN_FROM;
    *out =
        (struct exam_statistics_reply){.bank = bank->slug,
                                       .exam = path->exam,
                                       .attempts = statistics->attempts,
                                       .is_unstable = statistics->attempts < STATISTICS_STABLE_FROM,
                                       .moodle = is_shown ? statistics : NULL,
                                       .canvas = is_shown ? statistics : NULL};
    return true;
}

bool api_get_exam_statistics(struct call *call, void *reply, struct error *err)
{
    return instructing_run(call, scan_exam, reply, err);
}

/* ---- the queue ---- */

static const struct shape_member QUERY_MEMBERS[] = {
    {.name = "flag",
     .type = SHAPE_ENUM,
     .flags = SHAPE_REF | SHAPE_OPTIONAL,
     .offset = SHAPE_AT(struct review_queue_query, flag, const enum item_flag *),
     .enumeration = &ITEM_FLAGS},
    MEMBER_I64_REF(struct review_queue_query, limit, .flags = SHAPE_REF | SHAPE_OPTIONAL, .min = 1,
                   .max = 100, .about = "Default 20."),
    MEMBER_TEXT(struct review_queue_query, cursor, .flags = SHAPE_OPTIONAL, .min = 1, .max = 64,
                .about = "next_cursor of the page before."),
};
const struct shape REVIEW_QUEUE_QUERY_SHAPE =
    SHAPE_OF("ReviewQueueQuery", struct review_queue_query, QUERY_MEMBERS);

struct queue_entry {
    struct flagged_question question;
    bool is_unstable;
};
static const struct shape_member QUEUE_ENTRY_MEMBERS[] = {
    {.name = "question_id",
     .type = SHAPE_UUID,
     .offset = SHAPE_AT(struct queue_entry, question.question_id, struct uuid)},
    {.name = "slug",
     .type = SHAPE_TEXT,
     .offset = SHAPE_AT(struct queue_entry, question.slug, struct text)},
    {.name = "version",
     .type = SHAPE_I64,
     .offset = SHAPE_AT(struct queue_entry, question.version, int64_t)},
    {.name = "answers",
     .type = SHAPE_I64,
     .offset = SHAPE_AT(struct queue_entry, question.answers, int64_t)},
    MEMBER_BOOL(struct queue_entry, is_unstable, .about = "Fewer than 30 answers."),
    {.name = "flags",
     .type = SHAPE_LIST,
     .element = SHAPE_TEXT,
     .offset = SHAPE_AT(struct queue_entry, question.flags, const struct text *),
     .count_offset = SHAPE_AT(struct queue_entry, question.flag_count, size_t)},
    {.name = "judged_at",
     .type = SHAPE_TIME,
     .flags = SHAPE_NULLABLE,
     .offset = SHAPE_AT(struct queue_entry, question.judged_at, int64_t)},
};
static const struct shape QUEUE_ENTRY_SHAPE =
    SHAPE_OF("ReviewQueueEntry", struct queue_entry, QUEUE_ENTRY_MEMBERS);

struct review_queue {
    const struct queue_entry *data;
    size_t count;
    bool has_more;
    struct text next_cursor;
};
static const struct shape_member QUEUE_MEMBERS[] = {
    MEMBER_LIST(struct review_queue, data, count, struct queue_entry, &QUEUE_ENTRY_SHAPE),
    MEMBER_BOOL(struct review_queue, has_more),
    MEMBER_TEXT(struct review_queue, next_cursor, .flags = SHAPE_NULLABLE),
};
const struct shape REVIEW_QUEUE_SHAPE = SHAPE_OF("ReviewQueue", struct review_queue, QUEUE_MEMBERS);

static bool scan_queue(struct call *call, struct db *db, void *reply, struct error *err)
{
    const struct bank_path *path = call->path;
    const struct review_queue_query *query = call->query;
    const int64_t limit = query->limit == NULL ? DEFAULT_LIMIT : *query->limit;
    struct review_queue *out = reply;
    const struct bank *bank = NULL;
    struct flagged_filter filter = {.flag = query->flag, .limit = limit + 1};
    struct flagged_question *found = NULL;
    size_t count = 0;

    if (!call_read_cursor(call, query->cursor, &filter.after, err) ||
        !instructing_find_bank(call, db, path->bank, &bank, err)) {
        return false;
    }
    filter.bank_id = bank->id;
    if (!store_statistics_list_flagged(db, call->arena, &filter, &found, &count, err)) {
        return false;
    }
    struct queue_entry *entries = arena_new_array(call->arena, count, struct queue_entry);
    out->has_more = count > (size_t)limit;
    out->count = out->has_more ? (size_t)limit : count;
    for (size_t i = 0; i < out->count; i++) {
        entries[i] = (struct queue_entry){found[i], found[i].answers < STATISTICS_STABLE_FROM};
    }
    out->data = entries;
    out->next_cursor =
        out->has_more ? call_cursor(call, found[out->count - 1].question_id) : TEXT_ABSENT;
    return true;
}

bool api_list_review_queue(struct call *call, void *reply, struct error *err)
{
    return instructing_run(call, scan_queue, reply, err);
}
