/* Changing the notes of a bank in one transaction: what was renamed keeps its id, so that answers,
 * evidence and questions stay with it; then all is written as an import writes it. */
#include "domain/bank_shape.h"
#include "store/notes.h"
#include "store/sql.h"
#include "json/codec.h"

struct lock_row {
    int64_t rank;
    struct text tag;
    struct text markdown;
};
static const struct shape_member LOCK_MEMBERS[] = {
    MEMBER_I64(struct lock_row, rank),
    MEMBER_TEXT(struct lock_row, tag),
    MEMBER_TEXT(struct lock_row, markdown, .flags = SHAPE_NULLABLE),
};
static const struct shape LOCK_ROW = SHAPE_OF("NotesLockRow", struct lock_row, LOCK_MEMBERS);

struct section_row {
    struct section section;
    struct text parent_path;
};
static const struct shape_member SECTION_MEMBERS[] = {
    MEMBER_UUID(struct section_row, section.id),
    MEMBER_TEXT(struct section_row, section.path),
    MEMBER_TEXT(struct section_row, section.anchor),
    MEMBER_TEXT(struct section_row, section.title),
    MEMBER_TEXT(struct section_row, parent_path, .flags = SHAPE_NULLABLE),
    MEMBER_TEXT(struct section_row, section.body),
    MEMBER_BOOL(struct section_row, section.is_removed),
};
static const struct shape SECTION_ROW =
    SHAPE_OF("NotesSectionRow", struct section_row, SECTION_MEMBERS);

/* One change being written. */
struct writer {
    struct notes_change *change;
    struct arena *arena;
    const struct notes_plan *plan;
    size_t count; /* of what is in the lists */
    struct uuid *ids;
    struct text *paths; /* new */
    struct text *old_paths;
    struct text *old_anchors;
};

static bool call(struct notes_change *change, struct arena *arena,
                 const struct statement *statement, const struct db_params *params,
                 struct db_rows *rows, struct error *err)
{
    return db_session_call(change->session, statement, params, arena, rows, err);
}

static bool read_sections(struct notes_change *change, struct arena *arena, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, change->caller->bank_id);
    if (!call(change, arena, &SQL_notes_list_sections, &params, &rows, err)) {
        return false;
    }
    change->sections = arena_new_array(arena, rows.count, struct section);
    change->section_count = rows.count;
    for (size_t i = 0; i < rows.count; i++) {
        struct section_row row = {.parent_path = TEXT_ABSENT};
        if (!db_rows_read(&rows, i, &SECTION_ROW, arena, &row, err)) {
            return false;
        }
        change->sections[i] = row.section;
        change->sections[i].parent = BANK_NO_SECTION;
        for (size_t k = i; k-- > 0 && row.parent_path.data != NULL;) {
            if (text_equal(change->sections[k].path, row.parent_path)) {
                change->sections[i].parent = (int64_t)k;
                break;
            }
        }
    }
    return true;
}

bool store_notes_begin(struct notes_change *change, struct arena *arena, struct text tag,
                       struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    struct lock_row row = {.rank = 0};

    db_bind_uuid(&params, change->caller->user_id);
    db_bind_uuid(&params, change->caller->bank_id);
    if (!db_session_run(change->session, "BEGIN", err) ||
        !call(change, arena, &SQL_notes_lock, &params, &rows, err) ||
        !db_rows_read(&rows, 0, &LOCK_ROW, arena, &row, err) ||
        !bank_role_check(row.rank, BANK_OWNER, err)) {
        return false;
    }
    if (tag.data != NULL && !text_equal(tag, row.tag)) {
        return error_set(err, ERROR_STALE_ETAG,
                         "the notes were changed meanwhile; read them again");
    }
    change->tag = row.tag;
    return read_sections(change, arena, err);
}

void store_notes_end(struct notes_change *change)
{
    struct error ignored = {.code = ERROR_NONE};

    const bool is_over = db_session_is_idle(change->session) ||
                         db_session_run(change->session, "ROLLBACK", &ignored);
    (void)is_over; /* a session that is lost, or cannot go back, is closed by its pool */
}

static const struct section *origin_of(const struct writer *writer, size_t index)
{
    const int64_t origin = writer->plan->origins[index];

    return origin == BANK_NO_SECTION ? NULL : &writer->change->sections[origin];
}

/* Those that continue one of another path, or, with `by_anchor`, of another anchor. */
static void list_changed(struct writer *writer, bool by_anchor)
{
    const size_t most = writer->plan->section_count;

    writer->count = 0;
    writer->ids = arena_new_array(writer->arena, most, struct uuid);
    writer->paths = arena_new_array(writer->arena, most, struct text);
    writer->old_paths = arena_new_array(writer->arena, most, struct text);
    writer->old_anchors = arena_new_array(writer->arena, most, struct text);
    for (size_t i = 0; i < most; i++) {
        const struct section *now = &writer->plan->sections[i];
        const struct section *old = origin_of(writer, i);
        if (old == NULL || old->is_removed ||
            (by_anchor ? text_equal(old->anchor, now->anchor) : text_equal(old->path, now->path))) {
            continue;
        }
        writer->ids[writer->count] = old->id;
        writer->paths[writer->count] = now->path;
        writer->old_paths[writer->count] = old->path;
        writer->old_anchors[writer->count] = old->anchor;
        writer->count++;
    }
}

static bool run_with_lists(struct writer *writer, const struct statement *statement,
                           const struct text *first, const struct text *second, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, writer->change->caller->bank_id);
    db_bind_uuid_array(&params, writer->arena, writer->ids, writer->count);
    db_bind_text_array(&params, writer->arena, first, writer->count);
    if (second != NULL) {
        db_bind_text_array(&params, writer->arena, second, writer->count);
    }
    return call(writer->change, writer->arena, statement, &params, &rows, err);
}

static bool rewrite_questions(struct writer *writer, int64_t *count, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows = {.count = 0};

    db_bind_uuid(&params, writer->change->caller->bank_id);
    db_bind_text_array(&params, writer->arena, writer->old_paths, writer->count);
    db_bind_text_array(&params, writer->arena, writer->paths, writer->count);
    if (!call(writer->change, writer->arena, &SQL_notes_rewrite_questions, &params, &rows, err)) {
        return false;
    }
    *count = (int64_t)rows.count;
    return true;
}

/* Paths before all else: what follows finds the sections by them. */
static bool rename_sections(struct writer *writer, struct notes_counts *counts, struct error *err)
{
    list_changed(writer, false);
    return writer->count == 0 ||
           (run_with_lists(writer, &SQL_notes_park_sections, writer->paths, NULL, err) &&
            run_with_lists(writer, &SQL_notes_name_sections, writer->paths, NULL, err) &&
            rewrite_questions(writer, &counts->questions_rewritten, err));
}

static bool upsert_section(struct writer *writer, const struct section *section, struct error *err)
{
    const struct section_links links = {section->links, section->link_count};
    const struct text parent = section->parent == BANK_NO_SECTION
                                   ? TEXT_ABSENT
                                   : writer->plan->sections[section->parent].path;
    struct db_params params = {.count = 0};
    struct db_rows rows;
    struct text json = TEXT_ABSENT;

    if (!codec_encode_text(writer->arena, &SECTION_LINKS_SHAPE, &links, &json, err)) {
        return false;
    }
    db_bind_uuid(&params, writer->change->caller->bank_id);
    db_bind_uuid(&params, uuid_new());
    db_bind_text(&params, section->path);
    db_bind_text(&params, section->anchor);
    db_bind_text(&params, section->title);
    db_bind_i64(&params, section->depth);
    db_bind_text(&params, parent);
    db_bind_i64(&params, section->position);
    db_bind_i64(&params, section->first_line);
    db_bind_i64(&params, section->last_line);
    db_bind_text(&params, section->body);
    db_bind_json(&params, writer->arena, json);
    db_bind_text(&params, section->content_hash);
    return call(writer->change, writer->arena, &SQL_banks_upsert_section, &params, &rows, err);
}

static bool write_sections(struct writer *writer, struct error *err)
{
    const struct notes_plan *plan = writer->plan;
    struct text *paths = arena_new_array(writer->arena, plan->section_count, struct text);
    struct db_params params = {.count = 0};
    struct db_rows rows;

    for (size_t i = 0; i < plan->section_count; i++) {
        paths[i] = plan->sections[i].path;
        if (!upsert_section(writer, &plan->sections[i], err)) {
            return false;
        }
    }
    db_bind_uuid(&params, writer->change->caller->bank_id);
    db_bind_text_array(&params, writer->arena, paths, plan->section_count);
    return call(writer->change, writer->arena, &SQL_banks_remove_sections, &params, &rows, err);
}

static bool write_aliases(struct writer *writer, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    list_changed(writer, true);
    db_bind_uuid(&params, writer->change->caller->bank_id);
    return (writer->count == 0 || run_with_lists(writer, &SQL_notes_add_aliases,
                                                 writer->old_anchors, writer->old_paths, err)) &&
           call(writer->change, writer->arena, &SQL_notes_drop_aliases, &params, &rows, err);
}

/* Old sections that say something else now, or are gone. */
static bool mark_questions(struct writer *writer, int64_t *count, struct error *err)
{
    const struct notes_change *change = writer->change;
    struct uuid *ids = arena_new_array(writer->arena, change->section_count, struct uuid);
    bool *is_same = arena_new_array(writer->arena, change->section_count, bool);
    struct db_params params = {.count = 0};
    struct db_rows rows;
    size_t id_count = 0;

    for (size_t i = 0; i < writer->plan->section_count; i++) {
        const int64_t origin = writer->plan->origins[i];
        if (origin != BANK_NO_SECTION) {
            is_same[origin] =
                text_equal(change->sections[origin].body, writer->plan->sections[i].body);
        }
    }
    for (size_t i = 0; i < change->section_count; i++) {
        if (!is_same[i] && !change->sections[i].is_removed) {
            ids[id_count++] = change->sections[i].id;
        }
    }
    db_bind_uuid(&params, change->caller->bank_id);
    db_bind_uuid_array(&params, writer->arena, ids, id_count);
    if (!call(writer->change, writer->arena, &SQL_notes_mark_questions, &params, &rows, err)) {
        return false;
    }
    *count = (int64_t)rows.count;
    return true;
}

/* Not inlined: parameters are large, and workers have small stacks. */
NOINLINE static bool write_notes(struct writer *writer, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, writer->change->caller->bank_id);
    db_bind_text(&params, writer->plan->title);
    db_bind_text(&params, writer->plan->markdown);
    return call(writer->change, writer->arena, &SQL_notes_write, &params, &rows, err);
}

NOINLINE static bool record(struct writer *writer, struct error *err)
{
    const struct bank_caller *caller = writer->change->caller;
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, caller->user_id);
    db_bind_uuid(&params, caller->bank_id);
    db_bind_uuid(&params, uuid_new());
    db_bind_text(&params, caller->address);
    db_bind_json(&params, writer->arena, writer->plan->summary);
    return call(writer->change, writer->arena, &SQL_notes_record, &params, &rows, err);
}

NOINLINE static bool announce(struct writer *writer, struct error *err)
{
    struct db_params id = {.count = 0};
    struct db_params channel = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&id, writer->change->caller->bank_id);
    db_bind_text(&channel, TEXT("notes"));
    return call(writer->change, writer->arena, &SQL_banks_bump_revision, &id, &rows, err) &&
           call(writer->change, writer->arena, &SQL_banks_notify, &channel, &rows, err);
}

bool store_notes_write(struct notes_change *change, struct arena *arena,
                       const struct notes_plan *plan, bool is_dry_run, struct notes_counts *counts,
                       struct error *err)
{
    struct writer writer = {.change = change, .arena = arena, .plan = plan};

    *counts = (struct notes_counts){0};
    return rename_sections(&writer, counts, err) && write_sections(&writer, err) &&
           write_aliases(&writer, err) &&
           mark_questions(&writer, &counts->questions_to_review, err) &&
           write_notes(&writer, err) && record(&writer, err) && announce(&writer, err) &&
           db_session_run(change->session, is_dry_run ? "ROLLBACK" : "COMMIT", err);
}
