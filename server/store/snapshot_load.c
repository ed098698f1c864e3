/*
 * Reading banks into memory, in one repeatable-read transaction. Rows go through a scratch arena;
 * what stays is copied into the snapshot's, so that neither results nor JSON trees stay behind.
 */
#include "store/snapshot.h"

#include <stdlib.h>
#include <string.h>

#include "domain/bank_shape.h"
#include "domain/exam_shape.h"
#include "domain/likeness.h"
#include "store/snapshot_items.h"
#include "store/sql.h"
#include "json/codec.h"

static const struct shape_member BANK_MEMBERS[] = {
    MEMBER_UUID(struct bank, id),
    MEMBER_TEXT(struct bank, slug),
    MEMBER_TEXT(struct bank, title),
    MEMBER_TEXT(struct bank, language),
    MEMBER_MILLI(struct bank, target_milli),
    MEMBER_I64(struct bank, revision),
};
static const struct shape BANK_ROW = SHAPE_OF("BankRow", struct bank, BANK_MEMBERS);

struct section_row {
    struct section section;
    struct text parent_path;
    struct text links;
};
static const struct shape_member SECTION_MEMBERS[] = {
    MEMBER_UUID(struct section_row, section.id),
    MEMBER_TEXT(struct section_row, section.path),
    MEMBER_TEXT(struct section_row, section.anchor),
    MEMBER_TEXT(struct section_row, section.title),
    MEMBER_I64(struct section_row, section.depth),
    MEMBER_TEXT(struct section_row, parent_path, .flags = SHAPE_NULLABLE),
    MEMBER_I64(struct section_row, section.first_line),
    MEMBER_I64(struct section_row, section.last_line),
    MEMBER_TEXT(struct section_row, section.body),
    MEMBER_JSON(struct section_row, links),
    MEMBER_TEXT(struct section_row, section.content_hash),
    MEMBER_BOOL(struct section_row, section.is_removed),
    MEMBER_TEXT_LIST(struct section_row, section.aliases, section.alias_count),
};
static const struct shape SECTION_ROW = SHAPE_OF("SectionRow", struct section_row, SECTION_MEMBERS);

/* What loading needs besides its result. */
struct loader {
    struct db_session *session;
    struct arena *arena; /* of the snapshot */
    struct arena *rows;  /* of one result */
};

static bool call(struct loader *loader, const struct statement *statement, const struct bank *bank,
                 struct db_rows *rows, struct error *err)
{
    struct db_params params = {.count = 0};

    if (bank != NULL) {
        db_bind_uuid(&params, bank->id);
    }
    return db_session_call(loader->session, statement, &params, loader->rows, rows, err);
}

static const struct text *copy_texts(struct arena *arena, const struct text *texts, size_t count)
{
    struct text *copies = arena_new_array(arena, count, struct text);

    for (size_t i = 0; i < count; i++) {
        copies[i] = arena_copy(arena, texts[i]);
    }
    return copies;
}

static bool copy_section(struct loader *loader, struct bank *bank, const struct section_row *row,
                         struct error *err)
{
    struct section *section = &bank->sections[bank->section_count];
    struct section_links links = {.links = NULL};

    if (!codec_decode_text(loader->arena, row->links, &SECTION_LINKS_SHAPE, &links, err)) {
        return false;
    }
    *section = row->section;
    section->path = arena_copy(loader->arena, row->section.path);
    section->anchor = arena_copy(loader->arena, row->section.anchor);
    section->title = arena_copy(loader->arena, row->section.title);
    section->body = arena_copy(loader->arena, row->section.body);
    section->content_hash = arena_copy(loader->arena, row->section.content_hash);
    section->aliases = copy_texts(loader->arena, row->section.aliases, row->section.alias_count);
    section->links = links.links;
    section->link_count = links.link_count;
    section->position = (int64_t)bank->section_count;
    section->parent = BANK_NO_SECTION;
    for (int64_t i = section->position - 1; i >= 0 && row->parent_path.data != NULL; i--) {
        if (text_equal(bank->sections[i].path, row->parent_path)) {
            section->parent = i;
            break;
        }
    }
    bank->section_count++;
    return true;
}

static bool load_sections(struct loader *loader, struct bank *bank, struct error *err)
{
    struct db_rows rows;

    arena_reset(loader->rows);
    if (!call(loader, &SQL_banks_list_sections, bank, &rows, err)) {
        return false;
    }
    bank->sections = arena_new_array(loader->arena, rows.count, struct section);
    for (size_t i = 0; i < rows.count; i++) {
        struct section_row row = {.links = TEXT_ABSENT};
        if (!db_rows_read(&rows, i, &SECTION_ROW, loader->rows, &row, err) ||
            !copy_section(loader, bank, &row, err)) {
            return false;
        }
    }
    return true;
}

static bool load_items(struct loader *loader, struct bank *bank, struct error *err)
{
    bank_index(bank, loader->arena); /* sections are looked up while questions are read */
    if (!snapshot_items_read(loader->session, loader->arena, bank, err)) {
        return false;
    }
    bank_index(bank, loader->arena);
    likeness_group(bank);
    return true;
}

struct exposure_row {
    struct uuid question_id;
    int64_t count;
};
static const struct shape_member EXPOSURE_MEMBERS[] = {
    MEMBER_UUID(struct exposure_row, question_id),
    MEMBER_I64(struct exposure_row, count),
};
static const struct shape EXPOSURE_ROW =
    SHAPE_OF("ExposureRow", struct exposure_row, EXPOSURE_MEMBERS);

static int compare_exposures(const void *left, const void *right)
{
    return memcmp(left, right, sizeof(struct uuid)); /* the id is the first member */
}

static bool load_exposure(struct loader *loader, struct bank *bank, struct error *err)
{
    struct db_rows rows;
    void *items = NULL;

    arena_reset(loader->rows);
    if (!call(loader, &SQL_exams_list_exposure, bank, &rows, err) ||
        !db_rows_read_all(&rows, &EXPOSURE_ROW, loader->rows, &items, err)) {
        return false;
    }
    if (rows.count > 0) {
        qsort(items, rows.count, sizeof(struct exposure_row), compare_exposures);
    }
    for (size_t i = 0; i < bank->item_count && rows.count > 0; i++) {
        const struct exposure_row key = {.question_id = bank->items[i].id};
        const struct exposure_row *found =
            bsearch(&key, items, rows.count, sizeof key, compare_exposures);
        bank->items[i].exposure_count = found == NULL ? 0 : found->count;
    }
    return true;
}

struct exam_row {
    struct text body;
};
static const struct shape_member EXAM_MEMBERS[] = {MEMBER_JSON(struct exam_row, body)};
static const struct shape EXAM_ROW = SHAPE_OF("ExamRow", struct exam_row, EXAM_MEMBERS);

static bool load_exams(struct loader *loader, struct bank *bank, struct error *err)
{
    struct db_rows rows;

    arena_reset(loader->rows);
    if (!call(loader, &SQL_exams_list, bank, &rows, err)) {
        return false;
    }
    struct exam *exams = arena_new_array(loader->arena, rows.count, struct exam);
    for (size_t i = 0; i < rows.count; i++) {
        struct exam_row row = {.body = TEXT_ABSENT};
        if (!db_rows_read(&rows, i, &EXAM_ROW, loader->rows, &row, err) ||
            !codec_decode_text(loader->arena, row.body, &EXAM_SHAPE, &exams[i], err)) {
            return false;
        }
    }
    bank->exams = exams;
    bank->exam_count = rows.count;
    return true;
}

static const struct shape_member REVISIONS_MEMBERS[] = {
    MEMBER_I64(struct snapshot_revisions, revision),
    MEMBER_I64(struct snapshot_revisions, banks),
};
static const struct shape REVISIONS_ROW =
    SHAPE_OF("RevisionsRow", struct snapshot_revisions, REVISIONS_MEMBERS);

bool snapshot_read_revisions(struct db_session *session, struct arena *scratch,
                             struct snapshot_revisions *revisions, struct error *err)
{
    const struct db_params none = {.count = 0};
    struct db_rows rows;

    return db_session_call(session, &SQL_banks_read_revisions, &none, scratch, &rows, err) &&
           db_rows_read(&rows, 0, &REVISIONS_ROW, scratch, revisions, err);
}

static bool load_banks(struct loader *loader, struct snapshot *snapshot, struct error *err)
{
    struct snapshot_revisions revisions;
    struct db_rows rows;
    void *items = NULL;

    if (!snapshot_read_revisions(loader->session, loader->rows, &revisions, err) ||
        !call(loader, &SQL_banks_list, NULL, &rows, err) ||
        !db_rows_read_all(&rows, &BANK_ROW, loader->rows, &items, err)) {
        return false;
    }
    const struct bank *found = items;
    struct bank *banks = arena_new_array(loader->arena, rows.count, struct bank);
    for (size_t i = 0; i < rows.count; i++) {
        banks[i] = found[i];
        banks[i].slug = arena_copy(loader->arena, found[i].slug);
        banks[i].title = arena_copy(loader->arena, found[i].title);
        banks[i].language = arena_copy(loader->arena, found[i].language);
    }
    for (size_t i = 0; i < rows.count; i++) { /* `found` dies with the first of these */
        if (!load_sections(loader, &banks[i], err) || !load_items(loader, &banks[i], err) ||
            !load_exposure(loader, &banks[i], err) || !load_exams(loader, &banks[i], err)) {
            return false;
        }
    }
    snapshot->banks = banks;
    snapshot->bank_count = (size_t)revisions.banks;
    snapshot->revision = revisions.revision;
    return true;
}

bool snapshot_load(struct db_session *session, struct arena *arena, struct snapshot *snapshot,
                   struct error *err)
{
    struct loader loader = {.session = session, .arena = arena, .rows = arena_create()};
    struct error end_err = {.code = ERROR_NONE};

    *snapshot = (struct snapshot){.revision = 0};
    const bool is_loaded =
        db_session_run(session, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", err) &&
        load_banks(&loader, snapshot, err);
    const bool is_ended = db_session_run(session, "COMMIT", is_loaded ? err : &end_err);
    arena_free(loader.rows);
    return is_loaded && is_ended;
}
