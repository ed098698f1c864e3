/* New notes: parsed, held against the old ones, and written in one transaction. */
#include "api/notes.h"

#include "api/bank_members.h"
#include "api/banks.h"
#include "bank/notes.h"
#include "bank/notes_follow.h"
#include "base/sha256.h"
#include "store/notes.h"

static const struct shape_member QUERY_MEMBERS[] = {
    MEMBER_BOOL_REF(struct notes_query, dry_run, .flags = SHAPE_REF | SHAPE_OPTIONAL,
                    .about = "Say what would change; change nothing."),
};
const struct shape NOTES_QUERY_SHAPE = SHAPE_OF("NotesQuery", struct notes_query, QUERY_MEMBERS);

struct section_change {
    struct text path;
    struct text anchor;
    struct text title;
    struct text old_path; /* absent: as it was */
    struct text old_anchor;
};
static const struct shape_member CHANGE_MEMBERS[] = {
    MEMBER_TEXT(struct section_change, path),
    MEMBER_TEXT(struct section_change, anchor),
    MEMBER_TEXT(struct section_change, title),
    MEMBER_TEXT(struct section_change, old_path, .flags = SHAPE_OPTIONAL),
    MEMBER_TEXT(struct section_change, old_anchor, .flags = SHAPE_OPTIONAL,
                .about = "Still leads to the section: one of its aliases."),
};
static const struct shape CHANGE_SHAPE =
    SHAPE_OF("SectionChange", struct section_change, CHANGE_MEMBERS);

struct change_list {
    struct section_change *items;
    size_t count;
};
struct notes_warning {
    int64_t line;
    struct text code;
    struct text detail;
};
static const struct shape_member WARNING_MEMBERS[] = {
    MEMBER_I64(struct notes_warning, line),
    MEMBER_TEXT(struct notes_warning, code),
    MEMBER_TEXT(struct notes_warning, detail),
};
static const struct shape WARNING_SHAPE =
    SHAPE_OF("NotesWarning", struct notes_warning, WARNING_MEMBERS);

struct notes_reply {
    bool dry_run;
    struct text title;
    struct change_list added;
    struct change_list removed;
    struct change_list renamed;
    struct change_list changed;
    int64_t unchanged;
    struct section_counts counts;
    const struct notes_warning *warnings;
    size_t warning_count;
};
static const struct shape_member REPLY_MEMBERS[] = {
    MEMBER_BOOL(struct notes_reply, dry_run),
    MEMBER_TEXT(struct notes_reply, title, .flags = SHAPE_NULLABLE),
    {.name = "added",
     .type = SHAPE_LIST,
     .element = SHAPE_OBJECT,
     .offset = SHAPE_AT(struct notes_reply, added.items, struct section_change *),
     .count_offset = SHAPE_AT(struct notes_reply, added.count, size_t),
     .shape = &CHANGE_SHAPE,
     .about = "Sections that continue none."},
    {.name = "removed",
     .type = SHAPE_LIST,
     .element = SHAPE_OBJECT,
     .offset = SHAPE_AT(struct notes_reply, removed.items, struct section_change *),
     .count_offset = SHAPE_AT(struct notes_reply, removed.count, size_t),
     .shape = &CHANGE_SHAPE,
     .about = "Sections that none continues: kept for answers that point to them."},
    {.name = "renamed",
     .type = SHAPE_LIST,
     .element = SHAPE_OBJECT,
     .offset = SHAPE_AT(struct notes_reply, renamed.items, struct section_change *),
     .count_offset = SHAPE_AT(struct notes_reply, renamed.count, size_t),
     .shape = &CHANGE_SHAPE,
     .about = "Sections of another path than before: they keep their id."},
    {.name = "changed",
     .type = SHAPE_LIST,
     .element = SHAPE_OBJECT,
     .offset = SHAPE_AT(struct notes_reply, changed.items, struct section_change *),
     .count_offset = SHAPE_AT(struct notes_reply, changed.count, size_t),
     .shape = &CHANGE_SHAPE,
     .about = "Sections of the same path with another text or title."},
    MEMBER_I64(struct notes_reply, unchanged),
    {.name = "questions_rewritten",
     .type = SHAPE_I64,
     .offset = SHAPE_AT(struct notes_reply, counts.questions_rewritten, int64_t),
     .about = "New versions with the new path of their section."},
    {.name = "questions_to_review",
     .type = SHAPE_I64,
     .offset = SHAPE_AT(struct notes_reply, counts.questions_to_review, int64_t),
     .about = "Of sections with another text, or removed ones."},
    MEMBER_LIST(struct notes_reply, warnings, warning_count, struct notes_warning, &WARNING_SHAPE),
};
const struct shape NOTES_CHANGE_SHAPE = SHAPE_OF("NotesChange", struct notes_reply, REPLY_MEMBERS);

bool api_get_notes(struct call *call, void *reply, struct error *err)
{
    const struct bank_path *path = call->path;
    struct bank_caller caller;
    struct stored_notes notes;

    (void)reply; /* Markdown */
    if (!bank_caller_of(call, path->bank, &caller, err) ||
        !store_notes_get(call->db, call->arena, &caller, &notes, err)) {
        return false;
    }
    if (!call_has_fresh(call, notes.tag)) {
        call->response->content_type = TEXT("text/markdown");
        call->response->body = notes.markdown;
    }
    return true;
}

static void add_fault(struct call *call, const struct diagnostic *found, struct error *err)
{
    const struct text place = found->spot.line == 0
                                  ? TEXT("")
                                  : arena_printf(call->arena, "line %zu: ", found->spot.line);

    (void)error_add_fault(err, call->arena, TEXT(""), FAULT_LINT, "%.*s%.*s", TEXT_ARG(place),
                          TEXT_ARG(found->message)); /* judged by the caller */
}

static bool parse(struct call *call, struct notes *notes, struct notes_reply *out,
                  struct error *err)
{
    struct diagnostics diagnostics;

    diagnostics_init(&diagnostics, call->arena);
    const bool is_good =
        notes_parse(call->arena, TEXT("notes"), call->request->body, notes, &diagnostics);
    struct notes_warning *warnings =
        arena_new_array(call->arena, diagnostics.warning_count, struct notes_warning);
    for (const struct diagnostic *found = diagnostics.first; found != NULL; found = found->next) {
        if (found->severity == SEVERITY_ERROR) {
            add_fault(call, found, err);
        } else {
            warnings[out->warning_count++] = (struct notes_warning){
                (int64_t)found->spot.line, text_of(found->code), found->message};
        }
    }
    out->warnings = warnings;
    out->title = notes->title;
    return is_good;
}

static void note(struct change_list *list, const struct section *section, const struct section *old)
{
    struct section_change *change = &list->items[list->count++];

    *change = (struct section_change){
        .path = section->path, .anchor = section->anchor, .title = section->title};
    if (old != NULL && !text_equal(old->path, section->path)) {
        change->old_path = old->path;
    }
    if (old != NULL && !text_equal(old->anchor, section->anchor)) {
        change->old_anchor = old->anchor;
    }
}

/* What became of a section that is in the new notes. */
static void note_kept(const struct section *now, const struct section *old, struct notes_reply *out)
{
    if (old == NULL || old->is_removed) {
        note(&out->added, now, NULL);
    } else if (!text_equal(old->path, now->path)) {
        note(&out->renamed, now, old);
    } else if (!text_equal(old->body, now->body) || !text_equal(old->title, now->title)) {
        note(&out->changed, now, old);
    } else {
        out->unchanged++;
    }
}

/* Which kind of change each section is. */
static void compare(struct call *call, const struct notes_change *change, const struct notes *notes,
                    const int64_t *origins, struct notes_reply *out)
{
    const size_t most = change->sections.count + notes->section_count;
    bool *is_continued = arena_new_array(call->arena, change->sections.count, bool);
    struct change_list *lists[] = {&out->added, &out->removed, &out->renamed, &out->changed};

    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        lists[i]->items = arena_new_array(call->arena, most, struct section_change);
    }
    for (size_t i = 0; i < notes->section_count; i++) {
        const int64_t origin = origins[i];
        if (origin != BANK_NO_SECTION) {
            is_continued[origin] = true;
        }
        note_kept(&notes->sections[i],
                  origin == BANK_NO_SECTION ? NULL : &change->sections.sections[origin], out);
    }
    for (size_t i = 0; i < change->sections.count; i++) {
        if (!is_continued[i] && !change->sections.sections[i].is_removed) {
            note(&out->removed, &change->sections.sections[i], NULL);
        }
    }
}

static bool apply(struct call *call, struct notes_change *change, const struct notes *notes,
                  struct notes_reply *out, struct error *err)
{
    const struct section_list now = {notes->sections, notes->section_count};
    const int64_t *origins = notes_follow(call->arena, change->sections, now);

    compare(call, change, notes, origins, out);
    const struct notes_plan plan = {
        .title = notes->title,
        .markdown = notes->markdown,
        .sections = now,
        .origins = origins,
        .summary = arena_printf(
            call->arena, "{\"added\":%zu,\"removed\":%zu,\"renamed\":%zu,\"changed\":%zu}",
            out->added.count, out->removed.count, out->renamed.count, out->changed.count)};
    return store_notes_write(change, call->arena, &plan, out->dry_run, &out->counts, err);
}

static void add_tag(struct call *call, struct text tag)
{
    response_add_header(call->response, "ETag",
                        arena_printf(call->arena, "\"%.*s\"", TEXT_ARG(tag)));
}

static struct text tag_of(struct call *call, struct text markdown)
{
    char hex[SHA256_HEX_BYTES + 1];
    struct sha256 sha256;

    sha256_start(&sha256);
    sha256_update(&sha256, markdown);
    return arena_copy(call->arena, sha256_finish_hex(&sha256, hex));
}

static bool change_notes(struct call *call, struct db_session *session, struct text tag,
                         struct notes_reply *out, struct error *err)
{
    const struct bank_path *path = call->path;
    struct bank_caller caller;
    struct notes_change change = {.session = session, .caller = &caller};
    struct notes notes = {.section_count = 0};

    if (!bank_caller_of(call, path->bank, &caller, err)) {
        return false;
    }
    const bool is_done = store_notes_begin(&change, call->arena, tag, err) &&
                         parse(call, &notes, out, err) && apply(call, &change, &notes, out, err);
    store_notes_end(&change);
    if (is_done) {
        add_tag(call, out->dry_run ? change.tag : tag_of(call, notes.markdown));
    }
    return is_done;
}

static bool is_markdown(struct text content_type)
{
    struct text type = TEXT_ABSENT;
    struct text rest = TEXT_ABSENT;
    const bool has_parameter = text_split(content_type, ';', &type, &rest);

    return text_equal_ignoring_case(text_trim(type), TEXT("text/markdown")) &&
           (!has_parameter || text_equal_ignoring_case(text_trim(rest), TEXT("charset=utf-8")));
}

bool api_put_notes(struct call *call, void *reply, struct error *err)
{
    const struct notes_query *query = call->query;
    struct notes_reply *out = reply;
    struct db_session *session = NULL;
    struct text tag = TEXT_ABSENT;

    if (!is_markdown(call->request->content_type)) {
        return error_set(err, ERROR_UNSUPPORTED_MEDIA_TYPE, "notes are text/markdown");
    }
    out->dry_run = query->dry_run != NULL && *query->dry_run;
    if (!call_read_match(call, &tag, err) || !db_pool_take(call->app->scans, &session, err)) {
        return false;
    }
    const struct text seen = text_equal(tag, TEXT("*")) ? TEXT_ABSENT : tag;
    const bool is_done = change_notes(call, session, seen, out, err);
    db_pool_give_back(call->app->scans, session);
    return is_done;
}
