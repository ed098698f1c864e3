/* Finding questions: question_find.sql as functions. */
#include "store/question_find.h"

#include "store/sql.h"

struct found_row {
    int64_t rank;
    struct found_question question;
    const int64_t *version;
    const int64_t *difficulty;
    const int64_t *open_reports;
};
#define OPTIONAL .flags = SHAPE_NULLABLE
#define OF_QUESTION(name_, member, kind, T, ...)                                                   \
    {                                                                                              \
        .name = (name_), .type = (kind), .offset = SHAPE_AT(struct found_row, question.member, T), \
        __VA_ARGS__                                                                                \
    }
static const struct shape_member FOUND_MEMBERS[] = {
    MEMBER_I64(struct found_row, rank),
    OF_QUESTION("id", id, SHAPE_UUID, struct uuid, OPTIONAL),
    OF_QUESTION("slug", slug, SHAPE_TEXT, struct text, OPTIONAL),
    OF_QUESTION("state", state, SHAPE_TEXT, struct text, OPTIONAL),
    MEMBER_I64_REF(struct found_row, version, .flags = SHAPE_REF | SHAPE_NULLABLE),
    OF_QUESTION("published_version", published_version, SHAPE_I64, const int64_t *,
                .flags = SHAPE_REF | SHAPE_NULLABLE),
    OF_QUESTION("type", type, SHAPE_TEXT, struct text, OPTIONAL),
    OF_QUESTION("section", section, SHAPE_TEXT, struct text, OPTIONAL),
    MEMBER_I64_REF(struct found_row, difficulty, .flags = SHAPE_REF | SHAPE_NULLABLE),
    OF_QUESTION("tags", tags, SHAPE_LIST, const struct text *, OPTIONAL, .element = SHAPE_TEXT,
                .count_offset = SHAPE_AT(struct found_row, question.tag_count, size_t)),
    OF_QUESTION("domain", domain, SHAPE_TEXT, struct text, OPTIONAL),
    OF_QUESTION("stem", stem, SHAPE_TEXT, struct text, OPTIONAL),
    OF_QUESTION("author_id", author_id, SHAPE_UUID, struct uuid, OPTIONAL),
    OF_QUESTION("author_name", author_name, SHAPE_TEXT, struct text, OPTIONAL),
    OF_QUESTION("edited_at", edited_at, SHAPE_TIME, int64_t, OPTIONAL),
    OF_QUESTION("needs_review_at", needs_review_at, SHAPE_TIME, int64_t, OPTIONAL),
    MEMBER_I64_REF(struct found_row, open_reports, .flags = SHAPE_REF | SHAPE_NULLABLE),
    OF_QUESTION("score", score, SHAPE_REAL, const double *, .flags = SHAPE_REF | SHAPE_NULLABLE),
};
#undef OF_QUESTION
#undef OPTIONAL
static const struct shape FOUND_ROW = SHAPE_OF("FoundQuestionRow", struct found_row, FOUND_MEMBERS);

static const struct shape_member TWIN_MEMBERS[] = {
    MEMBER_UUID(struct question_twin, id),    MEMBER_TEXT(struct question_twin, slug),
    MEMBER_TEXT(struct question_twin, state), MEMBER_TEXT(struct question_twin, stem),
    MEMBER_REAL(struct question_twin, score),
};
static const struct shape TWIN_ROW =
    SHAPE_OF("QuestionTwinRow", struct question_twin, TWIN_MEMBERS);

static void bind_flag(struct db_params *params, const bool *flag)
{
    const int64_t value = flag != NULL && *flag ? 1 : 0;

    db_bind_i64_ref(params, flag == NULL ? NULL : &value);
}

static void bind_name(struct db_params *params, const struct enumeration *names,
                      const unsigned *value)
{
    db_bind_text(params, value == NULL ? TEXT_ABSENT : text_of(enumeration_name(names, *value)));
}

static struct text config_of(struct text language)
{
    const bool is_english = text_equal_ignoring_case(text_slice(language, 0, 2), TEXT("en")) &&
                            (language.len == 2 || language.data[2] == '-');

    return is_english ? TEXT("pg_catalog.english") : TEXT("pg_catalog.simple");
}

static void bind_filter(struct db_params *params, struct arena *arena,
                        const struct question_filter *filter)
{
    db_bind_i64(params, filter->limit);
    bind_name(params, &QUESTION_STATES, (const unsigned *)filter->state);
    bind_name(params, &QUESTION_TYPES, (const unsigned *)filter->type);
    db_bind_i64_ref(params, filter->difficulty);
    db_bind_text(params, filter->tag);
    db_bind_text(params, filter->domain);
    db_bind_uuid_array(params, arena, filter->sections, filter->section_count);
    db_bind_uuid(params, filter->author_id);
    bind_flag(params, filter->needs_review);
    bind_flag(params, filter->is_reported);
    db_bind_uuid(params, filter->after);
}

static bool read_rows(const struct db_rows *rows, struct arena *arena,
                      struct found_questions *found, struct error *err)
{
    struct found_question *items = arena_new_array(arena, rows->count, struct found_question);

    *found = (struct found_questions){.items = items};
    for (size_t i = 0; i < rows->count; i++) {
        struct found_row row = {.rank = 0};
        if (!db_rows_read(rows, i, &FOUND_ROW, arena, &row, err) ||
            !bank_role_check(row.rank, BANK_EDITOR, err)) {
            return false;
        }
        if (uuid_is_nil(row.question.id)) {
            continue;
        }
        row.question.version = row.version == NULL ? 0 : *row.version;
        row.question.difficulty = row.difficulty == NULL ? 0 : *row.difficulty;
        row.question.open_reports = row.open_reports == NULL ? 0 : *row.open_reports;
        items[found->count++] = row.question;
    }
    return true;
}

bool store_question_find(struct db *db, struct arena *arena, const struct bank_caller *caller,
                         const struct question_filter *filter, struct found_questions *found,
                         struct error *err)
{
    const bool is_ranked = filter->words.data != NULL || filter->like.data != NULL;
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, caller->user_id);
    db_bind_uuid(&params, caller->bank_id);
    bind_filter(&params, arena, filter);
    if (is_ranked) {
        db_bind_text(&params, config_of(filter->language));
        db_bind_text(&params, filter->words);
        db_bind_text(&params, filter->like);
        db_bind_real(&params, filter->after_score);
    }
    return db_call(db, is_ranked ? &SQL_question_find_search : &SQL_question_find_list, &params,
                   arena, &rows, err) &&
           read_rows(&rows, arena, found, err);
}

bool store_question_find_twins(struct db *db, struct arena *arena, const struct bank_caller *caller,
                               const struct twin_wish *wish, struct question_twins *twins,
                               struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    void *items = NULL;

    db_bind_uuid(&params, caller->user_id);
    db_bind_uuid(&params, caller->bank_id);
    db_bind_text(&params, config_of(wish->language));
    db_bind_text(&params, wish->compared);
    db_bind_real(&params, wish->threshold);
    db_bind_uuid(&params, wish->self);
    if (!db_call(db, &SQL_question_find_twins, &params, arena, &rows, err) ||
        !db_rows_read_all(&rows, &TWIN_ROW, arena, &items, err)) {
        return false;
    }
    *twins = (struct question_twins){items, rows.count};
    return true;
}
