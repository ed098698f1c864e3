/* Banks and the sections of their notes, as learners see them: straight from the snapshot, with an
 * ETag of the bank's revision. */
#include "api/banks.h"

#include "api/prepared.h"
#include "base/limits.h"
#include "domain/bank_shape.h"
#include "json/codec.h"

enum { ANCHOR_MAX_CHARACTERS = 1000 };

static const struct shape_member BANK_PATH_MEMBERS[] = {
    MEMBER_TEXT(struct bank_path, bank, .min = 1, .max = LIMIT_SLUG_BYTES, .format = "slug"),
};
const struct shape BANK_PATH_SHAPE = SHAPE_OF("BankPath", struct bank_path, BANK_PATH_MEMBERS);
static const struct shape_member SECTION_PATH_MEMBERS[] = {
    MEMBER_TEXT(struct section_path, bank, .min = 1, .max = LIMIT_SLUG_BYTES, .format = "slug"),
    MEMBER_UUID(struct section_path, section_id),
};
const struct shape SECTION_PATH_SHAPE =
    SHAPE_OF("SectionPath", struct section_path, SECTION_PATH_MEMBERS);

/* A query, for anchors have letters of every language, and paths here do not. */
static const struct shape_member ANCHOR_QUERY_MEMBERS[] = {
    MEMBER_TEXT(struct anchor_query, anchor, .min = 1, .max = ANCHOR_MAX_CHARACTERS,
                .about = "Without the '#'; one that a section has, or had before."),
};
const struct shape ANCHOR_QUERY_SHAPE =
    SHAPE_OF("AnchorQuery", struct anchor_query, ANCHOR_QUERY_MEMBERS);

struct bank_reply {
    struct uuid id;
    struct text slug;
    struct text title;
    struct text language;
    int64_t target;
    int64_t section_count;
    int64_t question_count;
};
static const struct shape_member BANK_MEMBERS[] = {
    MEMBER_UUID(struct bank_reply, id),
    MEMBER_TEXT(struct bank_reply, slug),
    MEMBER_TEXT(struct bank_reply, title),
    MEMBER_TEXT(struct bank_reply, language),
    MEMBER_MILLI(struct bank_reply, target, .max = 1000,
                 .about = "Share of right answers below which a section counts as weak."),
    MEMBER_I64(struct bank_reply, section_count),
    MEMBER_I64(struct bank_reply, question_count),
};
const struct shape BANK_REPLY_SHAPE = SHAPE_OF("Bank", struct bank_reply, BANK_MEMBERS);

struct bank_list {
    const struct bank_reply *data;
    size_t count;
    bool has_more;
    struct text next_cursor;
};
static const struct shape_member BANK_LIST_MEMBERS[] = {
    MEMBER_LIST(struct bank_list, data, count, struct bank_reply, &BANK_REPLY_SHAPE),
    MEMBER_BOOL(struct bank_list, has_more),
    MEMBER_TEXT(struct bank_list, next_cursor, .flags = SHAPE_NULLABLE),
};
const struct shape BANK_LIST_SHAPE = SHAPE_OF("BankList", struct bank_list, BANK_LIST_MEMBERS);

struct section_entry {
    struct uuid id;
    struct text path;
    struct text anchor;
    struct text title;
    int64_t depth;
    struct uuid parent_id;
    int64_t question_count;
};
static const struct shape_member SECTION_ENTRY_MEMBERS[] = {
    MEMBER_UUID(struct section_entry, id),
    MEMBER_TEXT(struct section_entry, path, .about = "Slugs of the headings, joined by '/'."),
    MEMBER_TEXT(struct section_entry, anchor, .about = "Unique in the notes, as GitHub makes it."),
    MEMBER_TEXT(struct section_entry, title),
    MEMBER_I64(struct section_entry, depth),
    MEMBER_UUID(struct section_entry, parent_id, .flags = SHAPE_NULLABLE),
    MEMBER_I64(struct section_entry, question_count,
               .about = "Questions of this section and all below it."),
};
static const struct shape SECTION_ENTRY_SHAPE =
    SHAPE_OF("SectionEntry", struct section_entry, SECTION_ENTRY_MEMBERS);

struct section_entries {
    const struct section_entry *data;
    size_t count;
};
static const struct shape_member SECTION_LIST_MEMBERS[] = {
    MEMBER_LIST(struct section_entries, data, count, struct section_entry, &SECTION_ENTRY_SHAPE),
};
const struct shape SECTION_LIST_SHAPE =
    SHAPE_OF("SectionList", struct section_entries, SECTION_LIST_MEMBERS);

struct section_reply {
    struct section_entry entry;
    int64_t lines[2];
    const int64_t *line_list;
    size_t line_count;
    struct text markdown;
    const struct link *links;
    size_t link_count;
    const struct text *aliases;
    size_t alias_count;
};
static const struct shape_member SECTION_MEMBERS[] = {
    {.name = "id",
     .type = SHAPE_UUID,
     .offset = SHAPE_AT(struct section_reply, entry.id, struct uuid)},
    {.name = "path",
     .type = SHAPE_TEXT,
     .offset = SHAPE_AT(struct section_reply, entry.path, struct text)},
    {.name = "anchor",
     .type = SHAPE_TEXT,
     .offset = SHAPE_AT(struct section_reply, entry.anchor, struct text)},
    {.name = "title",
     .type = SHAPE_TEXT,
     .offset = SHAPE_AT(struct section_reply, entry.title, struct text)},
    {.name = "depth",
     .type = SHAPE_I64,
     .offset = SHAPE_AT(struct section_reply, entry.depth, int64_t)},
    {.name = "parent_id",
     .type = SHAPE_UUID,
     .flags = SHAPE_NULLABLE,
     .offset = SHAPE_AT(struct section_reply, entry.parent_id, struct uuid)},
    {.name = "question_count",
     .type = SHAPE_I64,
     .offset = SHAPE_AT(struct section_reply, entry.question_count, int64_t)},
    {.name = "lines",
     .type = SHAPE_LIST,
     .element = SHAPE_I64,
     .offset = SHAPE_AT(struct section_reply, line_list, const int64_t *),
     .count_offset = SHAPE_AT(struct section_reply, line_count, size_t),
     .min = 2,
     .max = 2,
     .about = "First and last line in the notes."},
    MEMBER_TEXT(struct section_reply, markdown, .format = "markdown"),
    MEMBER_LIST(struct section_reply, links, link_count, struct link, &LINK_SHAPE),
    MEMBER_TEXT_LIST(struct section_reply, aliases, alias_count,
                     .about = "Anchors that the section had before."),
};
const struct shape SECTION_REPLY_SHAPE = SHAPE_OF("Section", struct section_reply, SECTION_MEMBERS);

static struct bank_reply bank_reply(const struct bank *bank)
{
    int64_t section_count = 0;

    for (size_t i = 0; i < bank->section_count; i++) {
        section_count += bank->sections[i].is_removed ? 0 : 1;
    }
    return (struct bank_reply){.id = bank->id,
                               .slug = bank->slug,
                               .title = bank->title,
                               .language = bank->language,
                               .target = bank->target_milli,
                               .section_count = section_count,
                               .question_count = (int64_t)bank->item_count};
}

static struct section_entry section_entry(const struct bank *bank, const struct section *section)
{
    return (struct section_entry){
        .id = section->id,
        .path = section->path,
        .anchor = section->anchor,
        .title = section->title,
        .depth = section->depth,
        .parent_id =
            section->parent == BANK_NO_SECTION ? UUID_NIL : bank->sections[section->parent].id,
        .question_count = (int64_t)section->subtree_question_count,
    };
}

static void list_sections(const struct bank *bank, struct arena *arena,
                          struct section_entries *list)
{
    struct section_entry *data = arena_new_array(arena, bank->section_count, struct section_entry);

    for (size_t i = 0; i < bank->section_count; i++) {
        if (!bank->sections[i].is_removed) {
            data[list->count] = section_entry(bank, &bank->sections[i]);
            list->count++;
        }
    }
    list->data = data;
}

bool banks_render_sections(const struct bank *bank, struct arena *arena, struct text *rendered,
                           struct error *err)
{
    struct section_entries list = {.count = 0};

    list_sections(bank, arena, &list);
    return codec_encode_text(arena, &SECTION_LIST_SHAPE, &list, rendered, err);
}

bool api_list_banks(struct call *call, void *reply, struct error *err)
{
    struct bank_list *list = reply;
    const struct snapshot *snapshot = NULL;

    if (!snapshots_take(call->app->snapshots, call->arena, &snapshot, err)) {
        return false;
    }
    struct bank_reply *data = arena_new_array(call->arena, snapshot->bank_count, struct bank_reply);
    for (size_t i = 0; i < snapshot->bank_count; i++) {
        data[i] = bank_reply(&snapshot->banks[i]);
    }
    list->data = data;
    list->count = snapshot->bank_count;
    return true;
}

bool api_get_bank(struct call *call, void *reply, struct error *err)
{
    const struct bank_path *path = call->path;
    const struct bank *bank = NULL;
    const struct prepared_bank *prepared = NULL;

    if (!prepared_find(call, path->bank, &bank, &prepared, err)) {
        return false;
    }
    if (!call_has_fresh(call, prepared->tag)) {
        *(struct bank_reply *)reply = bank_reply(bank);
    }
    return true;
}

bool api_list_sections(struct call *call, void *reply, struct error *err)
{
    const struct bank_path *path = call->path;
    const struct bank *bank = NULL;
    const struct prepared_bank *prepared = NULL;

    (void)reply; /* rendered when the snapshot was loaded */
    if (!prepared_find(call, path->bank, &bank, &prepared, err)) {
        return false;
    }
    if (!call_has_fresh(call, prepared->tag)) {
        call->response->body = prepared->sections;
    }
    return true;
}

bool api_get_section(struct call *call, void *reply, struct error *err)
{
    const struct section_path *path = call->path;
    struct section_reply *out = reply;
    const struct bank *bank = NULL;
    const struct prepared_bank *prepared = NULL;

    if (!prepared_find(call, path->bank, &bank, &prepared, err)) {
        return false;
    }
    const int64_t index = bank_find_section_by_id(bank, path->section_id);
    if (index == BANK_NO_SECTION || bank->sections[index].is_removed) {
        return error_set(err, ERROR_NOT_FOUND, "there is no such section");
    }
    if (call_has_fresh(call, prepared->tag)) {
        return true;
    }
    const struct section *section = &bank->sections[index];
    out->entry = section_entry(bank, section);
    out->lines[0] = section->first_line;
    out->lines[1] = section->last_line;
    out->line_list = out->lines;
    out->line_count = COUNT_OF(out->lines);
    out->markdown = section->body;
    out->links = section->links;
    out->link_count = section->link_count;
    out->aliases = section->aliases;
    out->alias_count = section->alias_count;
    return true;
}

bool api_find_anchor(struct call *call, void *reply, struct error *err)
{
    const struct bank_path *path = call->path;
    const struct anchor_query *query = call->query;
    const struct bank *bank = NULL;
    char id[UUID_TEXT_BYTES + 1];

    (void)reply; /* a redirect has none */
    if (!call_find_bank(call, path->bank, &bank, err)) {
        return false;
    }
    const int64_t index = bank_find_section_by_anchor(bank, query->anchor);
    if (index == BANK_NO_SECTION) {
        return error_set(err, ERROR_NOT_FOUND, "%s",
                         bank_has_lost_anchor(bank, query->anchor)
                             ? "the section of this anchor has left the notes"
                             : "no section has or had this anchor");
    }
    response_add_header(call->response, "Location",
                        arena_printf(call->arena, "/v1/banks/%.*s/sections/%.*s",
                                     TEXT_ARG(bank->slug),
                                     TEXT_ARG(uuid_format(bank->sections[index].id, id))));
    return true;
}
