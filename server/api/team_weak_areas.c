/* A heat map of sections and members. What may be seen of whom is domain/team_map.h's rule: who has
 * not agreed has no column, and is in a mean only with enough others. */
#include "api/team_weak_areas.h"

#include <stdlib.h>

#include "api/learning.h"
#include "api/teams.h"
#include "bank/coverage.h"
#include "base/limits.h"
#include "domain/team_map.h"
#include "store/team_evidence.h"

enum { WEAKEST_MAX = 10 };

static const struct shape_member QUERY_MEMBERS[] = {
    MEMBER_TEXT(struct team_weak_areas_query, bank, .min = 1, .max = LIMIT_SLUG_BYTES,
                .format = "slug"),
    MEMBER_MILLI_REF(
        struct team_weak_areas_query, target, .flags = SHAPE_REF | SHAPE_OPTIONAL, .min = 1,
        .max = 1000,
        .about =
            "Share of right answers below which a section is weak; the bank's where left out."),
};
const struct shape TEAM_WEAK_AREAS_QUERY_SHAPE =
    SHAPE_OF("TeamWeakAreasQuery", struct team_weak_areas_query, QUERY_MEMBERS);

static const struct shape_member MEMBER_MEMBERS[] = {
    MEMBER_UUID(struct member_evidence, user_id),
    MEMBER_TEXT(struct member_evidence, display_name),
    MEMBER_BOOL(struct member_evidence, is_me),
};
static const struct shape MEMBER_SHAPE =
    SHAPE_OF("HeatMapMember", struct member_evidence, MEMBER_MEMBERS);

static const struct shape_member CELL_MEMBERS[] = {
    MEMBER_REAL(struct team_map_cell, mean),
    MEMBER_ENUM(struct team_map_cell, label, &WEAK_AREA_LABELS),
    MEMBER_I64(struct team_map_cell, answers),
};
static const struct shape CELL_SHAPE = SHAPE_OF("HeatMapCell", struct team_map_cell, CELL_MEMBERS);

static const struct shape_member TEAM_MEMBERS[] = {
    MEMBER_I64(struct team_map_row, members, .about = "How many the numbers stand for."),
    MEMBER_REAL(struct team_map_row, mean, .about = "Of their expected shares of right answers."),
    MEMBER_REAL(struct team_map_row, probability_below_target, .about = "The mean, too."),
    MEMBER_ENUM(struct team_map_row, label, &WEAK_AREA_LABELS),
};
static const struct shape TEAM_SHAPE = SHAPE_OF("HeatMapTeam", struct team_map_row, TEAM_MEMBERS);

struct section_reply {
    struct uuid id;
    struct text path;
    struct text title;
    int64_t depth;
    int64_t question_count;
};
static const struct shape_member SECTION_MEMBERS[] = {
    MEMBER_UUID(struct section_reply, id),
    MEMBER_TEXT(struct section_reply, path),
    MEMBER_TEXT(struct section_reply, title),
    MEMBER_I64(struct section_reply, depth, .about = "Of its heading: 1 is the top."),
    MEMBER_I64(struct section_reply, question_count,
               .about = "Published; at it or below it, in without_questions at it."),
};
static const struct shape SECTION_SHAPE =
    SHAPE_OF("HeatMapSection", struct section_reply, SECTION_MEMBERS);

struct row_reply {
    struct section_reply section;
    const struct team_map_row *team;
    const struct team_map_cell *cells;
    size_t cell_count;
};
static const struct shape_member ROW_MEMBERS[] = {
    MEMBER_OBJECT(struct row_reply, section, struct section_reply, &SECTION_SHAPE),
    MEMBER_OBJECT_REF(struct row_reply, team, struct team_map_row, &TEAM_SHAPE,
                      .flags = SHAPE_REF | SHAPE_NULLABLE,
                      .about = "null: it would tell something of one to four people."),
    MEMBER_LIST(struct row_reply, cells, cell_count, struct team_map_cell, &CELL_SHAPE,
                .about = "As members."),
};
static const struct shape ROW_SHAPE = SHAPE_OF("HeatMapRow", struct row_reply, ROW_MEMBERS);

struct map_reply {
    int64_t target;
    struct text model;
    int64_t member_count;
    const struct member_evidence *members;
    size_t shared_count;
    const struct row_reply *data;
    size_t count;
    const struct row_reply *weakest;
    size_t weakest_count;
    const struct section_reply *without_questions;
    size_t without_count;
};
static const struct shape_member MAP_MEMBERS[] = {
    MEMBER_MILLI(struct map_reply, target),
    MEMBER_TEXT(struct map_reply, model),
    MEMBER_I64(struct map_reply, member_count, .about = "Of the whole team."),
    MEMBER_LIST(struct map_reply, members, shared_count, struct member_evidence, &MEMBER_SHAPE,
                .about = "Those who share their results: the columns of the map."),
    MEMBER_LIST(struct map_reply, data, count, struct row_reply, &ROW_SHAPE,
                .about = "All sections with questions, in notes order."),
    MEMBER_LIST(struct map_reply, weakest, weakest_count, struct row_reply, &ROW_SHAPE,
                .about = "Where the team is weak as a whole: the most to gain first."),
    MEMBER_LIST(struct map_reply, without_questions, without_count, struct section_reply,
                &SECTION_SHAPE,
                .about = "Sections with text of their own, and fewer than 3 questions to it."),
};
const struct shape TEAM_WEAK_AREAS_SHAPE = SHAPE_OF("TeamWeakAreas", struct map_reply, MAP_MEMBERS);

static struct section_reply show_section(const struct section *section)
{
    return (struct section_reply){section->id, section->path, section->title, section->depth,
                                  (int64_t)section->subtree_question_count};
}

static bool read_members(struct call *call, const struct bank *bank, struct team_evidence *read,
                         struct error *err)
{
    const struct team_path *path = call->path;
    const struct team_caller caller = team_caller_of(call, path->team_id);
    struct db_session *session = NULL;

    if (!db_pool_take(call->app->scans, &session, err)) {
        return false;
    }
    const bool is_done = store_team_evidence_list(db_over_session(session, call->arena),
                                                  call->arena, &caller, bank, read, err);
    db_pool_give_back(call->app->scans, session);
    return is_done;
}

/* Who shares, and all of them as the map wants them. */
static struct team_map_member *sort_members(struct call *call, const struct team_evidence *read,
                                            struct map_reply *reply)
{
    struct team_map_member *members =
        arena_new_array(call->arena, read->count, struct team_map_member);
    struct member_evidence *shared =
        arena_new_array(call->arena, read->count, struct member_evidence);

    for (size_t i = 0; i < read->count; i++) {
        const struct member_evidence *member = &read->members[i];
        members[i] = (struct team_map_member){member->evidence, member->shares_results};
        if (member->shares_results) {
            shared[reply->shared_count++] = *member;
        }
    }
    reply->members = shared;
    reply->member_count = (int64_t)read->count;
    return members;
}

/* As everywhere on the wire. */
static void round_row(struct team_map_row *row, size_t cell_count)
{
    row->mean = learning_rounded(row->mean);
    row->probability_below_target = learning_rounded(row->probability_below_target);
    for (size_t i = 0; i < cell_count; i++) {
        row->cells[i].mean = learning_rounded(row->cells[i].mean);
    }
}

static int compare_gain(const void *left, const void *right)
{
    const struct row_reply *a = left;
    const struct row_reply *b = right;
    if (a->team->expected_gain > b->team->expected_gain ||
        a->team->expected_gain < b->team->expected_gain) {
        return a->team->expected_gain > b->team->expected_gain ? -1 : 1;
    }
    return text_compare(a->section.path, b->section.path);
}

static void fill_rows(struct call *call, const struct bank *bank, struct team_map_row *rows,
                      size_t count, struct map_reply *reply)
{
    struct row_reply *data = arena_new_array(call->arena, count, struct row_reply);
    struct row_reply *weakest = arena_new_array(call->arena, count, struct row_reply);

    for (size_t i = 0; i < count; i++) {
        const struct section *section = &bank->sections[rows[i].section];
        round_row(&rows[i], reply->shared_count);
        data[i] = (struct row_reply){.section = show_section(section),
                                     .team = rows[i].members == 0 ? NULL : &rows[i],
                                     .cells = rows[i].cells,
                                     .cell_count = reply->shared_count};
        if (rows[i].members > 0 && rows[i].label == WEAK_AREA_WEAK &&
            section->own_question_count > 0) {
            weakest[reply->weakest_count++] = data[i];
        }
    }
    if (reply->weakest_count > 0) {
        qsort(weakest, reply->weakest_count, sizeof *weakest, compare_gain);
    }
    reply->data = data;
    reply->count = count;
    reply->weakest = weakest;
    reply->weakest_count = reply->weakest_count < WEAKEST_MAX ? reply->weakest_count : WEAKEST_MAX;
}

static void fill_gaps(struct call *call, const struct bank *bank, struct map_reply *reply)
{
    struct section_reply *gaps =
        arena_new_array(call->arena, bank->section_count, struct section_reply);

    for (size_t i = 0; i < bank->section_count; i++) {
        const struct section *section = &bank->sections[i];
        if (!section->is_removed && text_trim(section->body).len > 0 &&
            section->own_question_count < COVERAGE_SECTION_MIN) {
            gaps[reply->without_count] = show_section(section);
            gaps[reply->without_count++].question_count = (int64_t)section->own_question_count;
        }
    }
    reply->without_questions = gaps;
}

bool api_list_team_weak_areas(struct call *call, void *reply, struct error *err)
{
    const struct team_weak_areas_query *query = call->query;
    struct map_reply *out = reply;
    const struct bank *bank = NULL;
    struct team_evidence read = {.count = 0};
    struct team_map_row *rows = NULL;

    if (!call_find_bank(call, query->bank, &bank, err) || !read_members(call, bank, &read, err)) {
        return false;
    }
    out->target = query->target == NULL ? bank->target_milli : *query->target;
    out->model = text_of(enumeration_name(&WEAK_AREAS_MODELS, call->app->weak_areas_model));
    const struct team_map_input input = {.members = sort_members(call, &read, out),
                                         .member_count = read.count,
                                         .common = {.bank = bank,
                                                    .model = call->app->weak_areas_model,
                                                    .target = (double)out->target / 1000.0,
                                                    .now_us = learning_now_us(),
                                                    .limit = bank->section_count}};
    const size_t row_count = team_map_estimate(&input, call->arena, &rows);
    fill_rows(call, bank, rows, row_count, out);
    fill_gaps(call, bank, out);
    return true;
}
