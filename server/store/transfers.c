/* Questions into a bank and out of it. */
#include "store/transfers.h"

#include "domain/question_shape.h"
#include "store/drafts.h"
#include "store/sql.h"
#include "json/codec.h"

static const struct shape_member BANK_MEMBERS[] = {
    MEMBER_UUID(struct transfer_bank, id),
    MEMBER_TEXT_LIST(struct transfer_bank, domains, domain_count),
    MEMBER_TEXT(struct transfer_bank, notes),
};
static const struct shape BANK_ROW =
    SHAPE_OF("TransferBankRow", struct transfer_bank, BANK_MEMBERS);

static const struct shape_member SECTION_MEMBERS[] = {
    MEMBER_TEXT(struct section, path),      MEMBER_TEXT(struct section, anchor),
    MEMBER_I64(struct section, first_line), MEMBER_I64(struct section, last_line),
    MEMBER_TEXT(struct section, body),
};
static const struct shape SECTION_ROW =
    SHAPE_OF("TransferSectionRow", struct section, SECTION_MEMBERS);

struct version_row {
    int64_t version;
};
static const struct shape_member VERSION_MEMBERS[] = {MEMBER_I64(struct version_row, version)};
static const struct shape VERSION_ROW =
    SHAPE_OF("TransferVersionRow", struct version_row, VERSION_MEMBERS);

struct question_row {
    int64_t position;
    struct text slug;
    struct text body;
};
static const struct shape_member QUESTION_MEMBERS[] = {
    MEMBER_I64(struct question_row, position),
    MEMBER_TEXT(struct question_row, slug),
    MEMBER_JSON(struct question_row, body),
};
static const struct shape QUESTION_ROW =
    SHAPE_OF("TransferQuestionRow", struct question_row, QUESTION_MEMBERS);

struct count_row {
    int64_t count;
};
static const struct shape_member COUNT_MEMBERS[] = {MEMBER_I64(struct count_row, count)};
static const struct shape COUNT_ROW = SHAPE_OF("TransferCountRow", struct count_row, COUNT_MEMBERS);

struct type_row {
    int64_t place; /* from 1 */
    enum question_type type;
};
static const struct shape_member TYPE_MEMBERS[] = {
    MEMBER_I64(struct type_row, place),
    MEMBER_ENUM(struct type_row, type, &QUESTION_TYPES),
};
static const struct shape TYPE_ROW = SHAPE_OF("TransferTypeRow", struct type_row, TYPE_MEMBERS);

static bool list_sections(struct db_session *session, struct transfer_bank *bank,
                          struct arena *arena, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    void *items = NULL;

    db_bind_uuid(&params, bank->id);
    if (!db_session_call(session, &SQL_transfers_list_sections, &params, arena, &rows, err) ||
        !db_rows_read_all(&rows, &SECTION_ROW, arena, &items, err)) {
        return false;
    }
    bank->sections = items;
    bank->section_count = rows.count;
    return true;
}

bool store_transfers_get_bank(struct db_session *session, struct text slug, struct arena *arena,
                              struct transfer_bank *bank, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    *bank = (struct transfer_bank){.id = UUID_NIL};
    db_bind_text(&params, slug);
    if (!db_session_call(session, &SQL_transfers_get_bank, &params, arena, &rows, err)) {
        return false;
    }
    if (rows.count == 0) {
        return error_set(err, ERROR_NOT_FOUND, "there is no bank \"%.*s\"",
                         TEXT_ARG(text_slice(slug, 0, 80)));
    }
    if (!db_rows_read(&rows, 0, &BANK_ROW, arena, bank, err)) {
        return false;
    }
    bank->slug = arena_copy(arena, slug);
    return list_sections(session, bank, arena, err);
}

/* One question, as an import of a folder writes it. */
static bool publish(struct db_session *session, const struct transfer_bank *bank,
                    const struct question *question, struct arena *scratch,
                    struct transfer_counts *counts, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    struct version_row row = {.version = 0};
    struct text body = TEXT_ABSENT;

    if (!codec_encode_text(scratch, &QUESTION_SHAPE, question, &body, err)) {
        return false;
    }
    db_bind_uuid(&params, bank->id);
    db_bind_uuid(&params, uuid_new());
    db_bind_text(&params, question->slug);
    db_bind_text(&params, question->section);
    db_bind_json(&params, scratch, body);
    db_bind_uuid(&params, uuid_new()); /* of an audit event, where the key changes */
    if (!db_session_call(session, &SQL_banks_upsert_question, &params, scratch, &rows, err)) {
        return false;
    }
    if (rows.count == 0) {
        counts->unchanged++;
        return true;
    }
    if (!db_rows_read(&rows, 0, &VERSION_ROW, scratch, &row, err)) {
        return false;
    }
    counts->created += row.version == 1 ? 1 : 0;
    counts->updated += row.version == 1 ? 0 : 1;
    return true;
}

static bool announce(struct db_session *session, const struct transfer_bank *bank,
                     struct arena *scratch, struct error *err)
{
    struct db_params id = {.count = 0};
    struct db_params slug = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&id, bank->id);
    db_bind_text(&slug, bank->slug);
    return db_session_call(session, &SQL_banks_bump_revision, &id, scratch, &rows, err) &&
           db_session_call(session, &SQL_banks_notify, &slug, scratch, &rows, err);
}

static bool write_all(struct db_session *session, const struct transfer_batch *batch,
                      struct transfer_counts *counts, struct error *err)
{
    struct arena *scratch = arena_create();
    struct db_params slug = {.count = 0};
    struct db_rows rows;
    const struct transfer_counts before = *counts;

    db_bind_text(&slug, batch->bank->slug);
    bool is_good = db_session_call(session, &SQL_banks_lock, &slug, scratch, &rows, err);
    for (size_t i = 0; i < batch->count && is_good; i++) {
        arena_reset(scratch);
        is_good =
            batch->author == NULL
                ? publish(session, batch->bank, batch->questions[i], scratch, counts, err)
                : store_drafts_save(session, batch, batch->questions[i], scratch, counts, err);
    }
    const bool is_changed = counts->created > before.created || counts->updated > before.updated;
    if (is_good && is_changed && batch->author == NULL) {
        is_good = announce(session, batch->bank, scratch, err);
    }
    arena_free(scratch);
    return is_good;
}

bool store_transfers_write(struct db_session *session, const struct transfer_batch *batch,
                           struct transfer_counts *counts, struct error *err)
{
    return batch->count == 0 || write_all(session, batch, counts, err);
}

bool store_transfers_find_types(struct db_session *session, const struct transfer_bank *bank,
                                struct arena *arena, struct transfer_types *types,
                                struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    types->types = arena_new_array(arena, types->count, enum question_type);
    for (size_t i = 0; i < types->count; i++) {
        types->types[i] = QUESTION_TYPE_COUNT;
    }
    db_bind_uuid(&params, bank->id);
    db_bind_text_array(&params, arena, types->slugs, types->count);
    if (!db_session_call(session, &SQL_transfers_find_types, &params, arena, &rows, err)) {
        return false;
    }
    for (size_t i = 0; i < rows.count; i++) {
        struct type_row row = {.place = 0};
        if (!db_rows_read(&rows, i, &TYPE_ROW, arena, &row, err)) {
            return false;
        }
        types->types[row.place - 1] = row.type;
    }
    return true;
}

bool store_transfers_count(struct db_session *session, const struct transfer_bank *bank,
                           struct text section, int64_t *count, struct error *err)
{
    struct arena *scratch = arena_create();
    struct db_params params = {.count = 0};
    struct db_rows rows;
    struct count_row row = {.count = 0};

    db_bind_uuid(&params, bank->id);
    db_bind_text(&params, section);
    const bool is_good =
        db_session_call(session, &SQL_transfers_count_questions, &params, scratch, &rows, err) &&
        db_rows_read(&rows, 0, &COUNT_ROW, scratch, &row, err);
    *count = row.count;
    arena_free(scratch);
    return is_good;
}

bool store_transfers_read(struct db_session *session, const struct transfer_bank *bank,
                          const struct transfer_cursor *cursor, struct arena *arena,
                          struct transfer_page *page, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, bank->id);
    db_bind_i64(&params, cursor->position);
    db_bind_text(&params, cursor->slug);
    db_bind_text(&params, cursor->section);
    db_bind_i64(&params, cursor->limit);
    if (!db_session_call(session, &SQL_transfers_list_questions, &params, arena, &rows, err)) {
        return false;
    }
    struct transfer_question *questions =
        arena_new_array(arena, rows.count, struct transfer_question);
    *page = (struct transfer_page){.questions = questions, .count = rows.count};
    for (size_t i = 0; i < rows.count; i++) {
        struct question_row row = {.position = 0};
        if (!db_rows_read(&rows, i, &QUESTION_ROW, arena, &row, err) ||
            !codec_decode_text(arena, row.body, &QUESTION_SHAPE, &questions[i].question, err)) {
            return false;
        }
        questions[i].position = row.position;
        questions[i].slug = row.slug;
    }
    return true;
}
