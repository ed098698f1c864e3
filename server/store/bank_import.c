/* Writing a bank in one transaction. */
#include "store/bank_import.h"

#include "base/limits.h"
#include "domain/exam_shape.h"
#include "domain/question_shape.h"
#include "store/sql.h"
#include "json/codec.h"

struct id_row {
    struct uuid id;
};
static const struct shape_member ID_MEMBERS[] = {MEMBER_UUID(struct id_row, id)};
static const struct shape ID_ROW = SHAPE_OF("IdRow", struct id_row, ID_MEMBERS);

struct version_row {
    int64_t version;
};
static const struct shape_member VERSION_MEMBERS[] = {MEMBER_I64(struct version_row, version)};
static const struct shape VERSION_ROW = SHAPE_OF("VersionRow", struct version_row, VERSION_MEMBERS);

struct import {
    struct db_session *session;
    const struct bank_content *content;
    const struct import_options *options;
    struct import_counts *counts;
    struct arena *scratch; /* of one statement */
    struct uuid bank_id;
    bool is_changed;
};

static void report(const struct import *import, size_t done)
{
    if (import->options->progress != NULL) {
        import->options->progress(import->options->context, done,
                                  import->content->section_count + import->content->question_count);
    }
}

static bool call(struct import *import, const struct statement *statement,
                 const struct db_params *params, struct db_rows *rows, struct error *err)
{
    return db_session_call(import->session, statement, params, import->scratch, rows, err);
}

static bool check_time_zone(struct import *import, struct error *err)
{
    const struct text zone = import->content->time_zone;
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_text(&params, zone);
    return zone.data == NULL ||
           (call(import, &SQL_banks_find_time_zone, &params, &rows, err) &&
            (rows.count > 0 ||
             error_set(err, ERROR_INVALID_INPUT, "bank.json: there is no time zone '%.*s'",
                       TEXT_ARG(zone))));
}

/* The bank's row, locked; whether it was changed shows in the rows that come back. */
static bool write_bank(struct import *import, struct error *err)
{
    const struct bank_content *content = import->content;
    struct db_params params = {.count = 0};
    struct db_rows rows;
    struct id_row row = {.id = UUID_NIL};

    db_bind_uuid(&params, uuid_new());
    db_bind_text(&params, content->slug);
    db_bind_text(&params, content->title);
    db_bind_text(&params, content->language);
    db_bind_i64(&params, content->target);
    db_bind_json(&params, import->scratch, content->domains);
    db_bind_text(&params, content->notes_title);
    db_bind_text(&params, content->notes_markdown);
    db_bind_text(&params, content->time_zone);
    db_bind_bool(&params, import->options->keeps_existing);
    if (!check_time_zone(import, err) || !call(import, &SQL_banks_upsert, &params, &rows, err)) {
        return false;
    }
    import->is_changed = rows.count > 0;
    import->counts->is_kept = import->options->keeps_existing && rows.count == 0;
    struct db_params slug = {.count = 0};
    db_bind_text(&slug, content->slug);
    if (!call(import, &SQL_banks_lock, &slug, &rows, err) ||
        !db_rows_read(&rows, 0, &ID_ROW, import->scratch, &row, err)) {
        return false;
    }
    import->bank_id = row.id;
    return true;
}

static bool is_any_changed(const struct section_counts *counts)
{
    return counts->created + counts->updated + counts->removed + counts->renamed > 0 ||
           counts->questions_rewritten + counts->questions_to_review > 0;
}

/* Before the questions: those that stand under another name now are written with it already, and
 * what the folder says of a question is the last word. */
static bool write_sections(struct import *import, struct error *err)
{
    const struct bank_content *content = import->content;
    struct section_changes changes = {.session = import->session,
                                      .bank_id = import->bank_id,
                                      .now = {content->sections, content->section_count}};

    arena_reset(import->scratch);
    if (!store_sections_read(import->session, import->bank_id, import->scratch, &changes.old,
                             err)) {
        return false;
    }
    changes.origins = import->options->follow(import->scratch, changes.old, changes.now);
    if (!store_sections_write(&changes, import->scratch, &import->counts->sections, err)) {
        return false;
    }
    import->is_changed = import->is_changed || is_any_changed(&import->counts->sections);
    return true;
}

static bool write_question(struct import *import, const struct question *question,
                           struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    struct version_row row = {.version = 0};
    struct text body = TEXT_ABSENT;

    if (!codec_encode_text(import->scratch, &QUESTION_SHAPE, question, &body, err)) {
        return false;
    }
    db_bind_uuid(&params, import->bank_id);
    db_bind_uuid(&params, uuid_new());
    db_bind_text(&params, question->slug);
    db_bind_text(&params, question->section);
    db_bind_json(&params, import->scratch, body);
    db_bind_uuid(&params, uuid_new());
    if (!call(import, &SQL_banks_upsert_question, &params, &rows, err)) {
        return false;
    }
    if (rows.count == 0) {
        import->counts->questions_unchanged++;
        return true;
    }
    if (!db_rows_read(&rows, 0, &VERSION_ROW, import->scratch, &row, err)) {
        return false;
    }
    import->counts->questions_created += row.version == 1 ? 1 : 0;
    import->counts->questions_updated += row.version == 1 ? 0 : 1;
    import->is_changed = true;
    return true;
}

static bool write_questions(struct import *import, struct error *err)
{
    for (size_t i = 0; i < import->content->question_count; i++) {
        arena_reset(import->scratch);
        report(import, import->content->section_count + i);
        if (!write_question(import, import->content->questions[i], err)) {
            return false;
        }
    }
    report(import, import->content->section_count + import->content->question_count);
    return true;
}

static bool retire(struct import *import, const struct db_rows *missing, struct error *err)
{
    struct uuid *ids = arena_new_array(import->scratch, missing->count, struct uuid);
    struct uuid *event_ids = arena_new_array(import->scratch, missing->count, struct uuid);
    struct db_params params = {.count = 0};
    struct db_rows rows;

    for (size_t i = 0; i < missing->count; i++) {
        struct id_row row = {.id = UUID_NIL};
        if (!db_rows_read(missing, i, &ID_ROW, import->scratch, &row, err)) {
            return false;
        }
        ids[i] = row.id;
        event_ids[i] = uuid_new();
    }
    db_bind_uuid(&params, import->bank_id);
    db_bind_uuid_array(&params, import->scratch, ids, missing->count);
    db_bind_uuid_array(&params, import->scratch, event_ids, missing->count);
    import->counts->questions_retired = (int64_t)missing->count;
    import->is_changed = true;
    return call(import, &SQL_banks_retire_questions, &params, &rows, err);
}

static bool look_for_missing(struct import *import, struct error *err)
{
    const struct bank_content *content = import->content;
    struct db_params params = {.count = 0};
    struct db_rows missing;

    arena_reset(import->scratch);
    struct text *slugs = arena_new_array(import->scratch, content->question_count, struct text);
    for (size_t i = 0; i < content->question_count; i++) {
        slugs[i] = content->questions[i]->slug;
    }
    db_bind_uuid(&params, import->bank_id);
    db_bind_text_array(&params, import->scratch, slugs, content->question_count);
    if (!call(import, &SQL_banks_list_missing, &params, &missing, err)) {
        return false;
    }
    import->counts->questions_missing = (int64_t)missing.count;
    return missing.count == 0 || !import->options->retires_missing || retire(import, &missing, err);
}

static bool write_exam(struct import *import, const struct exam *exam, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    struct text body = TEXT_ABSENT;

    if (!codec_encode_text(import->scratch, &EXAM_SHAPE, exam, &body, err)) {
        return false;
    }
    db_bind_uuid(&params, import->bank_id);
    db_bind_text(&params, exam->slug);
    db_bind_json(&params, import->scratch, body);
    if (!call(import, &SQL_exams_upsert, &params, &rows, err)) {
        return false;
    }
    import->counts->exams_changed += (int64_t)rows.count;
    return true;
}

static bool write_exams(struct import *import, struct error *err)
{
    const struct bank_content *content = import->content;
    struct db_params params = {.count = 0};
    struct db_rows rows;

    arena_reset(import->scratch);
    struct text *slugs = arena_new_array(import->scratch, content->exam_count, struct text);
    for (size_t i = 0; i < content->exam_count; i++) {
        slugs[i] = content->exams[i]->slug;
        if (!write_exam(import, content->exams[i], err)) {
            return false;
        }
    }
    db_bind_uuid(&params, import->bank_id);
    db_bind_text_array(&params, import->scratch, slugs, content->exam_count);
    if (!call(import, &SQL_exams_remove, &params, &rows, err)) {
        return false;
    }
    import->counts->exams_changed += (int64_t)rows.count;
    import->is_changed = import->is_changed || import->counts->exams_changed > 0;
    return true;
}

/* One event for all that the import has changed. */
static bool record(struct import *import, struct error *err)
{
    const struct import_counts *counts = import->counts;
    const struct section_counts *sections = &counts->sections;
    struct db_params params = {.count = 0};
    struct db_rows rows;

    const struct text detail = arena_printf(
        import->scratch,
        "{\"questions_created\":%lld,\"questions_updated\":%lld,\"questions_retired\":%lld,"
        "\"questions_rewritten\":%lld,\"questions_to_review\":%lld,\"sections_added\":%lld,"
        "\"sections_updated\":%lld,\"sections_renamed\":%lld,\"sections_removed\":%lld,"
        "\"exams_changed\":%lld}",
        (long long)counts->questions_created, (long long)counts->questions_updated,
        (long long)counts->questions_retired, (long long)sections->questions_rewritten,
        (long long)sections->questions_to_review, (long long)sections->created,
        (long long)sections->updated, (long long)sections->renamed, (long long)sections->removed,
        (long long)counts->exams_changed);
    db_bind_uuid(&params, import->bank_id);
    db_bind_uuid(&params, uuid_new());
    db_bind_json(&params, import->scratch, detail);
    return call(import, &SQL_banks_record_import, &params, &rows, err);
}

/* The servers learn of the change with the commit. */
static bool announce(struct import *import, struct error *err)
{
    struct db_params id = {.count = 0};
    struct db_params slug = {.count = 0};
    struct db_rows rows;

    if (!import->is_changed) {
        return true;
    }
    db_bind_uuid(&id, import->bank_id);
    db_bind_text(&slug, import->content->slug);
    return record(import, err) && call(import, &SQL_banks_bump_revision, &id, &rows, err) &&
           call(import, &SQL_banks_notify, &slug, &rows, err);
}

static bool write_content(struct import *import, struct error *err)
{
    return write_sections(import, err) && write_questions(import, err) &&
           look_for_missing(import, err) && write_exams(import, err) && announce(import, err);
}

bool store_bank_import(struct db_session *session, const struct bank_content *content,
                       const struct import_options *options, struct import_counts *counts,
                       struct error *err)
{
    struct import import = {.session = session,
                            .content = content,
                            .options = options,
                            .counts = counts,
                            .scratch = arena_create()};
    struct error end_err = {.code = ERROR_NONE};

    *counts = (struct import_counts){0};
    const bool is_written = db_session_run(session, "BEGIN", err) && write_bank(&import, err) &&
                            (counts->is_kept || write_content(&import, err));
    const bool is_ended = is_written && !options->is_dry_run && !counts->is_kept
                              ? db_session_run(session, "COMMIT", err)
                              : db_session_run(session, "ROLLBACK", &end_err);
    arena_free(import.scratch);
    return is_written && is_ended;
}
