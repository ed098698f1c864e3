/* Writing new notes over old sections. Paths first: what follows finds the sections by them. */
#include "store/section_changes.h"

#include "domain/bank_shape.h"
#include "store/sql.h"
#include "json/codec.h"

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

struct flag_row {
    bool is_new;
};
static const struct shape_member FLAG_MEMBERS[] = {MEMBER_BOOL(struct flag_row, is_new)};
static const struct shape FLAG_ROW = SHAPE_OF("FlagRow", struct flag_row, FLAG_MEMBERS);

struct writer {
    const struct section_changes *changes;
    struct arena *arena;
    struct section_counts *counts;
    size_t count; /* of what is in the lists */
    struct uuid *ids;
    struct text *paths; /* new */
    struct text *old_paths;
    struct text *old_anchors;
};

bool store_sections_read(struct db_session *session, struct uuid bank_id, struct arena *arena,
                         struct section_list *sections, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, bank_id);
    if (!db_session_call(session, &SQL_notes_list_sections, &params, arena, &rows, err)) {
        return false;
    }
    struct section *read = arena_new_array(arena, rows.count, struct section);
    for (size_t i = 0; i < rows.count; i++) {
        struct section_row row = {.parent_path = TEXT_ABSENT};
        if (!db_rows_read(&rows, i, &SECTION_ROW, arena, &row, err)) {
            return false;
        }
        read[i] = row.section;
        read[i].parent = BANK_NO_SECTION;
        for (size_t k = i; k-- > 0 && row.parent_path.data != NULL;) {
            if (text_equal(read[k].path, row.parent_path)) {
                read[i].parent = (int64_t)k;
                break;
            }
        }
    }
    *sections = (struct section_list){read, rows.count};
    return true;
}

static bool call(const struct writer *writer, const struct statement *statement,
                 const struct db_params *params, struct db_rows *rows, struct error *err)
{
    return db_session_call(writer->changes->session, statement, params, writer->arena, rows, err);
}

/* NULL: it continues none. */
static const struct section *origin_of(const struct section_changes *changes, size_t index)
{
    const int64_t origin = changes->origins[index];

    return origin == BANK_NO_SECTION ? NULL : &changes->old.sections[origin];
}

/* Those that continue one of another path, or, with `by_anchor`, of another anchor. */
static void list_changed(struct writer *writer, bool by_anchor)
{
    const size_t most = writer->changes->now.count;

    writer->count = 0;
    writer->ids = arena_new_array(writer->arena, most, struct uuid);
    writer->paths = arena_new_array(writer->arena, most, struct text);
    writer->old_paths = arena_new_array(writer->arena, most, struct text);
    writer->old_anchors = arena_new_array(writer->arena, most, struct text);
    for (size_t i = 0; i < most; i++) {
        const struct section *now = &writer->changes->now.sections[i];
        const struct section *old = origin_of(writer->changes, i);
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

    db_bind_uuid(&params, writer->changes->bank_id);
    db_bind_uuid_array(&params, writer->arena, writer->ids, writer->count);
    db_bind_text_array(&params, writer->arena, first, writer->count);
    if (second != NULL) {
        db_bind_text_array(&params, writer->arena, second, writer->count);
    }
    return call(writer, statement, &params, &rows, err);
}

static bool rewrite_questions(struct writer *writer, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows = {.count = 0};

    db_bind_uuid(&params, writer->changes->bank_id);
    db_bind_text_array(&params, writer->arena, writer->old_paths, writer->count);
    db_bind_text_array(&params, writer->arena, writer->paths, writer->count);
    if (!call(writer, &SQL_notes_rewrite_questions, &params, &rows, err)) {
        return false;
    }
    writer->counts->questions_rewritten = (int64_t)rows.count;
    return true;
}

static bool rename_sections(struct writer *writer, struct error *err)
{
    list_changed(writer, false);
    writer->counts->renamed = (int64_t)writer->count;
    return writer->count == 0 ||
           (run_with_lists(writer, &SQL_notes_park_sections, writer->paths, NULL, err) &&
            run_with_lists(writer, &SQL_notes_name_sections, writer->paths, NULL, err) &&
            rewrite_questions(writer, err));
}

static bool bind_section(const struct writer *writer, const struct section *section,
                         struct db_params *params, struct error *err)
{
    const struct section_links links = {section->links, section->link_count};
    const struct text parent = section->parent == BANK_NO_SECTION
                                   ? TEXT_ABSENT
                                   : writer->changes->now.sections[section->parent].path;
    struct text json = TEXT_ABSENT;

    if (!codec_encode_text(writer->arena, &SECTION_LINKS_SHAPE, &links, &json, err)) {
        return false;
    }
    db_bind_uuid(params, writer->changes->bank_id);
    db_bind_uuid(params, uuid_new());
    db_bind_text(params, section->path);
    db_bind_text(params, section->anchor);
    db_bind_text(params, section->title);
    db_bind_i64(params, section->depth);
    db_bind_text(params, parent);
    db_bind_i64(params, section->position);
    db_bind_i64(params, section->first_line);
    db_bind_i64(params, section->last_line);
    db_bind_text(params, section->body);
    db_bind_json(params, writer->arena, json);
    db_bind_text(params, section->content_hash);
    return true;
}

static bool upsert_section(struct writer *writer, const struct section *section, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;
    struct flag_row row = {.is_new = false};

    if (!bind_section(writer, section, &params, err) ||
        !call(writer, &SQL_banks_upsert_section, &params, &rows, err)) {
        return false;
    }
    if (rows.count == 0) {
        writer->counts->unchanged++;
        return true;
    }
    if (!db_rows_read(&rows, 0, &FLAG_ROW, writer->arena, &row, err)) {
        return false;
    }
    writer->counts->created += row.is_new ? 1 : 0;
    writer->counts->updated += row.is_new ? 0 : 1;
    return true;
}

static bool write_sections(struct writer *writer, struct error *err)
{
    const struct section_list *now = &writer->changes->now;
    struct text *paths = arena_new_array(writer->arena, now->count, struct text);
    struct db_params params = {.count = 0};
    struct db_rows rows = {.count = 0};

    for (size_t i = 0; i < now->count; i++) {
        paths[i] = now->sections[i].path;
        if (!upsert_section(writer, &now->sections[i], err)) {
            return false;
        }
    }
    db_bind_uuid(&params, writer->changes->bank_id);
    db_bind_text_array(&params, writer->arena, paths, now->count);
    if (!call(writer, &SQL_banks_remove_sections, &params, &rows, err)) {
        return false;
    }
    writer->counts->removed = (int64_t)rows.count;
    return true;
}

static bool write_aliases(struct writer *writer, struct error *err)
{
    struct db_params params = {.count = 0};
    struct db_rows rows;

    list_changed(writer, true);
    db_bind_uuid(&params, writer->changes->bank_id);
    return (writer->count == 0 || run_with_lists(writer, &SQL_notes_add_aliases,
                                                 writer->old_anchors, writer->old_paths, err)) &&
           call(writer, &SQL_notes_drop_aliases, &params, &rows, err);
}

/* Old sections that say something else now, or are gone. */
static bool mark_questions(struct writer *writer, struct error *err)
{
    const struct section_changes *changes = writer->changes;
    struct uuid *ids = arena_new_array(writer->arena, changes->old.count, struct uuid);
    bool *is_same = arena_new_array(writer->arena, changes->old.count, bool);
    struct db_params params = {.count = 0};
    struct db_rows rows = {.count = 0};
    size_t id_count = 0;

    for (size_t i = 0; i < changes->now.count; i++) {
        const int64_t origin = changes->origins[i];
        if (origin != BANK_NO_SECTION) {
            is_same[origin] =
                text_equal(changes->old.sections[origin].body, changes->now.sections[i].body);
        }
    }
    for (size_t i = 0; i < changes->old.count; i++) {
        if (!is_same[i] && !changes->old.sections[i].is_removed) {
            ids[id_count++] = changes->old.sections[i].id;
        }
    }
    db_bind_uuid(&params, changes->bank_id);
    db_bind_uuid_array(&params, writer->arena, ids, id_count);
    if (!call(writer, &SQL_notes_mark_questions, &params, &rows, err)) {
        return false;
    }
    writer->counts->questions_to_review = (int64_t)rows.count;
    return true;
}

bool store_sections_write(const struct section_changes *changes, struct arena *arena,
                          struct section_counts *counts, struct error *err)
{
    struct writer writer = {.changes = changes, .arena = arena, .counts = counts};

    *counts = (struct section_counts){0};
    return rename_sections(&writer, err) && write_sections(&writer, err) &&
           write_aliases(&writer, err) && mark_questions(&writer, err);
}
