/* Finding questions of a bank. What ranks (words, likeness) has its score in the cursor, so that a
 * page begins where the one before has ended. */
#include "api/question_find.h"

#include <stdlib.h>

#include "api/banks.h"
#include "bank/duplicates.h"
#include "base/limits.h"
#include "domain/question_shape.h"

enum {
    DEFAULT_LIMIT = 20,
    PAGE_MAX = 100,
    CURSOR_MAX = 64,
    WORDS_MAX = 200,
    PATH_MAX_CHARACTERS = 300,
    DIFFICULTY_MAX = 5
};

static const struct shape_member QUERY_MEMBERS[] = {
    MEMBER_TEXT(struct questions_query, bank, .min = 1, .max = LIMIT_SLUG_BYTES, .format = "slug"),
    MEMBER_TEXT(struct questions_query, q, .flags = SHAPE_OPTIONAL, .min = 1, .max = WORDS_MAX,
                .about = "Words, as in a web search: \"a phrase\", or, -not. The best come first."),
    MEMBER_TEXT(struct questions_query, like, .flags = SHAPE_OPTIONAL, .min = 1, .max = WORDS_MAX,
                .about = "A text that questions are like, whatever the exact words. The most "
                         "alike come first."),
    {.name = "state",
     .type = SHAPE_ENUM,
     .flags = SHAPE_REF | SHAPE_OPTIONAL,
     .offset = SHAPE_AT(struct questions_query, state, const enum question_state *),
     .enumeration = &QUESTION_STATES,
     .about = "Of the newest version."},
    {.name = "type",
     .type = SHAPE_ENUM,
     .flags = SHAPE_REF | SHAPE_OPTIONAL,
     .offset = SHAPE_AT(struct questions_query, type, const enum question_type *),
     .enumeration = &QUESTION_TYPES},
    MEMBER_TEXT(struct questions_query, section, .flags = SHAPE_OPTIONAL, .min = 1,
                .max = PATH_MAX_CHARACTERS, .format = "section_path",
                .about = "A section's path: that section and all below it."),
    MEMBER_TEXT(struct questions_query, tag, .flags = SHAPE_OPTIONAL, .min = 1,
                .max = LIMIT_SLUG_BYTES, .format = "slug"),
    MEMBER_TEXT(struct questions_query, domain, .flags = SHAPE_OPTIONAL, .min = 1,
                .max = LIMIT_SLUG_BYTES, .format = "slug"),
    MEMBER_I64_REF(struct questions_query, difficulty, .flags = SHAPE_REF | SHAPE_OPTIONAL,
                   .min = 1, .max = DIFFICULTY_MAX),
    MEMBER_UUID(struct questions_query, author_id, .flags = SHAPE_OPTIONAL,
                .about = "Who wrote the newest version."),
    MEMBER_BOOL_REF(struct questions_query, needs_review, .flags = SHAPE_REF | SHAPE_OPTIONAL,
                    .about = "Whether the notes of its section have changed since."),
    MEMBER_BOOL_REF(struct questions_query, reported, .flags = SHAPE_REF | SHAPE_OPTIONAL,
                    .about = "Whether there are open reports."),
    MEMBER_I64_REF(struct questions_query, limit, .flags = SHAPE_REF | SHAPE_OPTIONAL, .min = 1,
                   .max = PAGE_MAX, .about = "Default 20."),
    MEMBER_TEXT(struct questions_query, cursor, .flags = SHAPE_OPTIONAL, .min = 1,
                .max = CURSOR_MAX, .about = "next_cursor of the page before."),
};
const struct shape QUESTIONS_QUERY_SHAPE =
    SHAPE_OF("QuestionsQuery", struct questions_query, QUERY_MEMBERS);

struct found_reply {
    struct found_question question;
    struct text bank;
    const struct author *author;
};
#define FOUND(member, kind, T, ...)                                             \
    {                                                                           \
        .name = #member, .type = (kind),                                        \
        .offset = SHAPE_AT(struct found_reply, question.member, T), __VA_ARGS__ \
    }
static const struct shape_member FOUND_MEMBERS[] = {
    FOUND(id, SHAPE_UUID, struct uuid, .flags = 0),
    MEMBER_TEXT(struct found_reply, bank),
    FOUND(slug, SHAPE_TEXT, struct text, .flags = 0),
    FOUND(state, SHAPE_TEXT, struct text, .about = "Of this version, the newest."),
    FOUND(version, SHAPE_I64, int64_t, .flags = 0),
    FOUND(published_version, SHAPE_I64, const int64_t *, .flags = SHAPE_REF | SHAPE_NULLABLE),
    FOUND(type, SHAPE_TEXT, struct text, .flags = 0),
    FOUND(section, SHAPE_TEXT, struct text, .flags = 0),
    FOUND(difficulty, SHAPE_I64, int64_t, .flags = 0),
    FOUND(tags, SHAPE_LIST, const struct text *, .element = SHAPE_TEXT,
          .count_offset = SHAPE_AT(struct found_reply, question.tag_count, size_t)),
    FOUND(domain, SHAPE_TEXT, struct text, .flags = SHAPE_NULLABLE),
    FOUND(stem, SHAPE_TEXT, struct text, .format = "markdown"),
    MEMBER_OBJECT_REF(struct found_reply, author, struct author, &AUTHOR_SHAPE,
                      .flags = SHAPE_REF | SHAPE_NULLABLE),
    FOUND(edited_at, SHAPE_TIME, int64_t, .flags = 0),
    FOUND(needs_review_at, SHAPE_TIME, int64_t, .flags = SHAPE_NULLABLE),
    FOUND(open_reports, SHAPE_I64, int64_t, .flags = 0),
    FOUND(score, SHAPE_REAL, const double *, .flags = SHAPE_REF | SHAPE_OPTIONAL,
          .about = "How well it fits q and like; comparable within one search alone."),
};
#undef FOUND
static const struct shape FOUND_SHAPE =
    SHAPE_OF("FoundQuestion", struct found_reply, FOUND_MEMBERS);

struct found_list_reply {
    const struct found_reply *data;
    size_t count;
    bool has_more;
    struct text next_cursor;
};
static const struct shape_member LIST_MEMBERS[] = {
    MEMBER_LIST(struct found_list_reply, data, count, struct found_reply, &FOUND_SHAPE),
    MEMBER_BOOL(struct found_list_reply, has_more),
    MEMBER_TEXT(struct found_list_reply, next_cursor, .flags = SHAPE_NULLABLE),
};
const struct shape FOUND_QUESTION_LIST_SHAPE =
    SHAPE_OF("FoundQuestionList", struct found_list_reply, LIST_MEMBERS);

static const struct shape_member CHECK_REQUEST_MEMBERS[] = {
    MEMBER_OBJECT(struct question_check_request, question, struct question, &QUESTION_SHAPE),
};
const struct shape QUESTION_CHECK_REQUEST_SHAPE =
    SHAPE_OF("QuestionCheckRequest", struct question_check_request, CHECK_REQUEST_MEMBERS);

struct check_reply {
    struct question_warnings warnings;
    struct question_twins twins;
};
static const struct shape_member CHECK_MEMBERS[] = {
    {.name = "warnings",
     .type = SHAPE_LIST,
     .element = SHAPE_OBJECT,
     .offset = SHAPE_AT(struct check_reply, warnings.items, const struct question_warning *),
     .count_offset = SHAPE_AT(struct check_reply, warnings.count, size_t),
     .shape = &QUESTION_WARNING_SHAPE},
    {.name = "duplicates",
     .type = SHAPE_LIST,
     .element = SHAPE_OBJECT,
     .offset = SHAPE_AT(struct check_reply, twins.items, const struct question_twin *),
     .count_offset = SHAPE_AT(struct check_reply, twins.count, size_t),
     .shape = &QUESTION_TWIN_SHAPE,
     .about = "Questions that ask nearly the same, the most alike first."},
};
const struct shape QUESTION_CHECK_SHAPE =
    SHAPE_OF("QuestionCheck", struct check_reply, CHECK_MEMBERS);

static bool refuse_cursor(struct call *call, struct error *err)
{
    return error_add_parameter_fault(err, call->arena, TEXT("cursor"), FAULT_BAD_FORMAT,
                                     "this is not a cursor of this list");
}

/* "score~id" where something ranks, else the id. */
static bool read_cursor(struct call *call, struct text cursor, struct question_filter *filter,
                        struct error *err)
{
    const bool is_ranked = filter->words.data != NULL || filter->like.data != NULL;
    struct text score = TEXT_ABSENT;
    struct text id = TEXT_ABSENT;
    char *end = NULL;

    if (cursor.data == NULL || !is_ranked) {
        return call_read_cursor(call, cursor, &filter->after, err);
    }
    if (!text_split(cursor, '~', &score, &id) || !uuid_parse(id, &filter->after)) {
        return refuse_cursor(call, err);
    }
    const char *digits = arena_string(call->arena, score);
    filter->after_score = strtod(digits, &end);
    return (*end == '\0' && end != digits && filter->after_score >= 0.0) ||
           refuse_cursor(call, err);
}

/* The section and all below it, removed ones as well. */
static bool choose_sections(struct call *call, const struct bank *bank, struct text path,
                            struct question_filter *filter, struct error *err)
{
    struct uuid *ids = arena_new_array(call->arena, bank->section_count, struct uuid);

    if (path.data == NULL) {
        return true;
    }
    for (size_t i = 0; i < bank->section_count; i++) {
        const struct text other = bank->sections[i].path;
        if (text_starts_with(other, path) &&
            (other.len == path.len || other.data[path.len] == '/')) {
            ids[filter->section_count++] = bank->sections[i].id;
        }
    }
    filter->sections = ids;
    return filter->section_count > 0 ||
           error_add_parameter_fault(err, call->arena, TEXT("section"), FAULT_NOT_FOUND,
                                     "the notes have no such section");
}

static bool find(struct call *call, const struct bank *bank, const struct question_filter *filter,
                 struct found_questions *found, struct error *err)
{
    const struct bank_caller caller = {.user_id = call->user_id, .bank_id = bank->id};
    struct side_road road;

    if (!call_take_side_road(call, call->app->scans, &road, err)) {
        return false;
    }
    const bool is_done = store_question_find(road.db, call->arena, &caller, filter, found, err);
    call_leave_side_road(&road);
    return is_done;
}

static void fill_page(struct call *call, const struct found_questions *found, int64_t limit,
                      struct text bank, struct found_list_reply *out)
{
    struct found_reply *data = arena_new_array(call->arena, found->count, struct found_reply);

    for (size_t i = 0; i < found->count; i++) {
        const struct found_question *item = &found->items[i];
        data[i] = (struct found_reply){
            *item, bank, question_author(call->arena, item->author_id, item->author_name)};
    }
    out->data = data;
    out->has_more = found->count > (size_t)limit;
    out->count = out->has_more ? (size_t)limit : found->count;
    if (!out->has_more) {
        return;
    }
    const struct found_question *last = &found->items[out->count - 1];
    const struct text id = call_cursor(call, last->id);
    out->next_cursor = last->score == NULL
                           ? id
                           : arena_printf(call->arena, "%.17g~%.*s", *last->score, TEXT_ARG(id));
}

bool api_list_questions(struct call *call, void *reply, struct error *err)
{
    const struct questions_query *query = call->query;
    const int64_t limit = query->limit == NULL ? DEFAULT_LIMIT : *query->limit;
    const struct bank *bank = NULL;
    struct found_questions found;

    if (!call_find_bank(call, query->bank, &bank, err)) {
        return false;
    }
    struct question_filter filter = {.state = query->state,
                                     .type = query->type,
                                     .difficulty = query->difficulty,
                                     .tag = query->tag,
                                     .domain = query->domain,
                                     .author_id = query->author_id,
                                     .needs_review = query->needs_review,
                                     .is_reported = query->reported,
                                     .words = query->q,
                                     .like = query->like,
                                     .language = bank->language,
                                     .limit = limit + 1};
    if (!choose_sections(call, bank, query->section, &filter, err) ||
        !read_cursor(call, query->cursor, &filter, err) ||
        !find(call, bank, &filter, &found, err)) {
        return false;
    }
    fill_page(call, &found, limit, bank->slug, reply);
    return true;
}

bool question_find_twins(struct call *call, struct db *db, const struct question_in_hand *written,
                         struct question_twins *twins, struct error *err)
{
    const struct bank_caller caller = {.user_id = call->user_id, .bank_id = written->bank->id};
    const struct twin_wish wish = {.language = written->bank->language,
                                   .compared =
                                       duplicates_compared_text(call->arena, written->question),
                                   .self = written->id,
                                   .threshold = DUPLICATES_NEAR};

    return store_question_find_twins(db, call->arena, &caller, &wish, twins, err);
}

/* Beside the lanes. */
static bool check(struct call *call, struct db *db, struct check_reply *out, struct error *err)
{
    const struct bank_path *path = call->path;
    const struct question_check_request *body = call->body;
    struct question_in_hand written = {.question = &body->question};

    return call_find_bank(call, path->bank, &written.bank, err) &&
           question_check_for_saving(call, db, written.bank, &body->question, &out->warnings,
                                     err) &&
           question_find_twins(call, db, &written, &out->twins, err);
}

bool api_check_question(struct call *call, void *reply, struct error *err)
{
    struct side_road road;

    if (!call_take_side_road(call, call->app->scans, &road, err)) {
        return false;
    }
    const bool is_done = check(call, road.db, reply, err);
    call_leave_side_road(&road);
    return is_done;
}
