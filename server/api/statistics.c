/* The statistics of a question: one entry a version and scope, for all answers and for each exam.
 */
#include "api/statistics.h"

#include "api/instructing.h"
#include "store/items.h"
#include "store/statistics.h"

static const struct shape_member ITEM_PATH_MEMBERS[] = {
    MEMBER_UUID(struct item_path, question_id),
};
const struct shape ITEM_PATH_SHAPE = SHAPE_OF("ItemPath", struct item_path, ITEM_PATH_MEMBERS);

enum scope { SCOPE_ALL, SCOPE_PRACTICE, SCOPE_EXAM, SCOPE_COUNT };
static const char *const SCOPE_NAMES[SCOPE_COUNT] = {"all", "practice", "exam"};
static const struct enumeration SCOPES = {SCOPE_NAMES, SCOPE_COUNT};

#define FIGURE(S, m, ...) \
    MEMBER_REAL_REF(S, m, .flags = SHAPE_REF | SHAPE_NULLABLE, .about = __VA_ARGS__)

static const struct shape_member MOODLE_MEMBERS[] = {
    FIGURE(struct item_moodle, facility, "Mean credit."),
    FIGURE(struct item_moodle, standard_deviation, "Of the credit, divisor n - 1."),
    FIGURE(struct item_moodle, discrimination_index,
           "Correlation of the credit with the rest of the paper."),
    FIGURE(struct item_moodle, discriminative_efficiency,
           "Covariance with the rest of the paper, of the largest that these credits could have."),
    FIGURE(struct item_moodle, intended_weight, "Share of the paper; in exams."),
    FIGURE(struct item_moodle, effective_weight,
           "Share of what makes totals differ; in exams; null where the covariance is negative."),
};
static const struct shape MOODLE_SHAPE =
    SHAPE_OF("MoodleItemStatistics", struct item_moodle, MOODLE_MEMBERS);

static const struct shape_member OPTION_MEMBERS[] = {
    MEMBER_TEXT(struct option_statistics, id),
    MEMBER_BOOL(struct option_statistics, correct),
    MEMBER_I64(struct option_statistics, answers, .about = "That picked it."),
    FIGURE(struct option_statistics, share, "Of all answers."),
    FIGURE(struct option_statistics, point_biserial,
           "Of picking it, against the total of the paper; divisor n."),
};
static const struct shape OPTION_SHAPE =
    SHAPE_OF("OptionStatistics", struct option_statistics, OPTION_MEMBERS);
static const struct shape_member CANVAS_MEMBERS[] = {
    FIGURE(struct item_canvas, difficulty, "Share of answers with full credit."),
    FIGURE(struct item_canvas, point_biserial, "Of these, against the total of the paper."),
    MEMBER_LIST(struct item_canvas, options, option_count, struct option_statistics, &OPTION_SHAPE),
};
static const struct shape CANVAS_SHAPE =
    SHAPE_OF("CanvasItemStatistics", struct item_canvas, CANVAS_MEMBERS);

struct statistics_entry {
    int64_t version;
    enum scope scope;
    struct text exam;
    int64_t answers;
    bool is_unstable;
    const struct item_moodle *moodle;
    const struct item_canvas *canvas;
    const double *median_seconds;
    const enum item_flag *flags;
    size_t flag_count;
};
static const struct shape_member ENTRY_MEMBERS[] = {
    MEMBER_I64(struct statistics_entry, version),
    MEMBER_ENUM(struct statistics_entry, scope, &SCOPES),
    MEMBER_TEXT(struct statistics_entry, exam, .flags = SHAPE_NULLABLE),
    MEMBER_I64(struct statistics_entry, answers,
               .about = "In submitted attempts; what an exam left unanswered is one, too."),
    MEMBER_BOOL(struct statistics_entry, is_unstable, .about = "Fewer than 30 answers."),
    MEMBER_OBJECT_REF(struct statistics_entry, moodle, struct item_moodle, &MOODLE_SHAPE,
                      .flags = SHAPE_REF | SHAPE_NULLABLE, .about = "From 10 answers on."),
    MEMBER_OBJECT_REF(struct statistics_entry, canvas, struct item_canvas, &CANVAS_SHAPE,
                      .flags = SHAPE_REF | SHAPE_NULLABLE, .about = "From 10 answers on."),
    FIGURE(struct statistics_entry, median_seconds, "That an answer took."),
    MEMBER_ENUM_LIST(struct statistics_entry, flags, flag_count, enum item_flag, &ITEM_FLAGS),
};
static const struct shape ENTRY_SHAPE =
    SHAPE_OF("StatisticsEntry", struct statistics_entry, ENTRY_MEMBERS);

struct question_statistics {
    struct uuid question_id;
    struct text bank;
    int64_t current_version;
    const struct statistics_entry *data;
    size_t count;
};
static const struct shape_member STATISTICS_MEMBERS[] = {
    MEMBER_UUID(struct question_statistics, question_id),
    MEMBER_TEXT(struct question_statistics, bank),
    MEMBER_I64(struct question_statistics, current_version),
    MEMBER_LIST(struct question_statistics, data, count, struct statistics_entry, &ENTRY_SHAPE,
                .about = "Newest version first; of each all answers, practice, every exam."),
};
const struct shape QUESTION_STATISTICS_SHAPE =
    SHAPE_OF("QuestionStatistics", struct question_statistics, STATISTICS_MEMBERS);

static struct statistics_entry entry_of(struct call *call, const struct question *question,
                                        const struct item_tallies *tallies,
                                        const struct exam_spread *spread)
{
    struct item_statistics *statistics = arena_new(call->arena, struct item_statistics);
    enum item_flag *flags = arena_new_array(call->arena, ITEM_FLAG_COUNT, enum item_flag);
    struct statistics_entry entry = {.flags = flags};

    item_statistics(question, tallies, spread, call->arena, statistics);
    entry.answers = statistics->answers;
    entry.is_unstable = statistics->answers < STATISTICS_STABLE_FROM;
    if (statistics->answers >= STATISTICS_SHOWN_FROM) {
        entry.moodle = &statistics->moodle;
        entry.canvas = &statistics->canvas;
        entry.median_seconds = statistics->median_seconds;
        entry.flag_count = item_flags(question, statistics, flags);
    }
    return entry;
}

/* What the entries are made from. */
struct making {
    struct call *call;
    struct db *db;
    const struct instructed_question *question;
    struct question_tallies_list list;
    struct statistics_entry *entries;
    size_t count;
};

static bool add_scope(struct making *making, const struct question *question,
                      const struct question_tallies *tallies, struct error *err)
{
    const bool is_exam = tallies->exam.len > 0;
    struct exam_counts exam;

    if (is_exam &&
        !store_statistics_get_exam(making->db, making->call->arena, making->question->bank->id,
                                   tallies->exam, &exam, err)) {
        return false;
    }
    struct statistics_entry *entry = &making->entries[making->count++];
    *entry = entry_of(making->call, question, &tallies->tallies, is_exam ? &exam.spread : NULL);
    entry->version = tallies->version;
    entry->scope = is_exam ? SCOPE_EXAM : SCOPE_PRACTICE;
    entry->exam = is_exam ? tallies->exam : TEXT_ABSENT;
    return true;
}

/* The tallies [from, to) are of one version. */
static bool add_version(struct making *making, size_t from, size_t to, struct error *err)
{
    struct call *call = making->call;
    const struct question_tallies *tallies = making->list.items;
    const struct item_keys keys = {&making->question->id, &tallies[from].version, 1, NULL};
    const struct item *const *items = NULL;
    struct item_tallies all = {.option_count = 0};

    if (!store_items_get(call->db, call->arena, making->question->bank, &keys, &items, err)) {
        return false;
    }
    for (size_t i = from; i < to; i++) {
        all = item_tallies_add(&all, &tallies[i].tallies, call->arena);
    }
    making->entries[making->count] = entry_of(call, &items[0]->question, &all, NULL);
    making->entries[making->count++].version = tallies[from].version;
    for (size_t i = from; i < to; i++) {
        if (!add_scope(making, &items[0]->question, &tallies[i], err)) {
            return false;
        }
    }
    return true;
}

static bool scan_question(struct call *call, struct db *db, void *reply, struct error *err)
{
    const struct item_path *path = call->path;
    struct question_statistics *out = reply;
    struct instructed_question question;
    struct making making = {.call = call, .db = db, .question = &question};

    if (!instructing_find_question(call, db, path->question_id, &question, err)) {
        return false;
    }
    const struct question_key key = {question.bank->id, question.id, NULL};
    if (!store_statistics_get(db, call->arena, &key, &making.list, err)) {
        return false;
    }
    making.entries = arena_new_array(call->arena, 2 * making.list.count, struct statistics_entry);
    for (size_t from = 0; from < making.list.count;) {
        size_t to = from + 1;
        while (to < making.list.count &&
               making.list.items[to].version == making.list.items[from].version) {
            to++;
        }
        if (!add_version(&making, from, to, err)) {
            return false;
        }
        from = to;
    }
    *out = (struct question_statistics){question.id, question.bank->slug, question.version,
                                        making.entries, making.count};
    return true;
}

bool api_get_question_statistics(struct call *call, void *reply, struct error *err)
{
    return instructing_run(call, scan_question, reply, err);
}
