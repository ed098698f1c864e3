/* Weak areas on the wire. */
#include "api/weak_areas.h"

#include <math.h>

#include "base/clock.h"
#include "base/limits.h"
#include "domain/weak_areas.h"
#include "store/attempts.h"

enum { DEFAULT_LIMIT = 20, NEXT_SIZE = 5, EXCERPT_BYTES = 240 };

static const struct shape_member QUERY_MEMBERS[] = {
    MEMBER_TEXT(struct weak_areas_query, bank, .min = 1, .max = LIMIT_SLUG_BYTES, .format = "slug"),
    MEMBER_MILLI_REF(
        struct weak_areas_query, target, .flags = SHAPE_REF | SHAPE_OPTIONAL, .min = 1, .max = 1000,
        .about =
            "Share of right answers below which a section is weak; the bank's where left out."),
    MEMBER_I64_REF(struct weak_areas_query, limit, .flags = SHAPE_REF | SHAPE_OPTIONAL, .min = 1,
                   .max = 100, .about = "Default 20."),
    MEMBER_TEXT(struct weak_areas_query, model, .flags = SHAPE_OPTIONAL, .min = 1, .max = 16,
                .format = "model", .about = "beta-1 or beta-2; left out: as the server is set."),
};
const struct shape WEAK_AREAS_QUERY_SHAPE =
    SHAPE_OF("WeakAreasQuery", struct weak_areas_query, QUERY_MEMBERS);

struct section_name {
    struct uuid id;
    struct text path;
    struct text title;
};
static const struct shape_member SECTION_NAME_MEMBERS[] = {
    MEMBER_UUID(struct section_name, id),
    MEMBER_TEXT(struct section_name, path),
    MEMBER_TEXT(struct section_name, title),
};
static const struct shape SECTION_NAME_SHAPE =
    SHAPE_OF("SectionName", struct section_name, SECTION_NAME_MEMBERS);

struct estimate_reply {
    double mean;
    double low;
    double high;
    double probability_below_target;
};
static const struct shape_member ESTIMATE_MEMBERS[] = {
    MEMBER_REAL(struct estimate_reply, mean),
    MEMBER_REAL(struct estimate_reply, low, .about = "5 % of the posterior lies below."),
    MEMBER_REAL(struct estimate_reply, high, .about = "5 % of the posterior lies above."),
    MEMBER_REAL(struct estimate_reply, probability_below_target),
};
static const struct shape ESTIMATE_SHAPE =
    SHAPE_OF("Estimate", struct estimate_reply, ESTIMATE_MEMBERS);

struct evidence_reply {
    int64_t answers;
    int64_t correct;
    int64_t last_answered_at;
};
static const struct shape_member EVIDENCE_MEMBERS[] = {
    MEMBER_I64(struct evidence_reply, answers),
    MEMBER_I64(struct evidence_reply, correct),
    MEMBER_TIME(struct evidence_reply, last_answered_at, .flags = SHAPE_NULLABLE),
};
static const struct shape EVIDENCE_SHAPE =
    SHAPE_OF("Evidence", struct evidence_reply, EVIDENCE_MEMBERS);

struct read_reply {
    struct uuid section_id;
    struct text anchor;
    int64_t lines[2];
    const int64_t *line_list;
    size_t line_count;
    struct text excerpt;
};
static const struct shape_member READ_MEMBERS[] = {
    MEMBER_UUID(struct read_reply, section_id),
    MEMBER_TEXT(struct read_reply, anchor),
    {.name = "lines",
     .type = SHAPE_LIST,
     .element = SHAPE_I64,
     .offset = SHAPE_AT(struct read_reply, line_list, const int64_t *),
     .count_offset = SHAPE_AT(struct read_reply, line_count, size_t),
     .min = 2,
     .max = 2,
     .about = "First and last line in the notes."},
    MEMBER_TEXT(struct read_reply, excerpt, .format = "markdown"),
};
static const struct shape READ_SHAPE = SHAPE_OF("Reading", struct read_reply, READ_MEMBERS);

/* The body of the attempt to start. */
struct next_reply {
    struct text bank;
    struct text mode;
    const struct text *sections;
    size_t section_count;
    int64_t size;
};
static const struct shape_member NEXT_MEMBERS[] = {
    MEMBER_TEXT(struct next_reply, bank),
    MEMBER_TEXT(struct next_reply, mode),
    MEMBER_TEXT_LIST(struct next_reply, sections, section_count),
    MEMBER_I64(struct next_reply, size),
};
static const struct shape NEXT_SHAPE = SHAPE_OF("NextAttempt", struct next_reply, NEXT_MEMBERS);

struct weak_area_reply {
    struct section_name section;
    enum weak_area_label label;
    struct estimate_reply estimate;
    struct evidence_reply evidence;
    double expected_gain;
    struct text why;
    struct read_reply read;
    struct next_reply next;
};
static const struct shape_member AREA_MEMBERS[] = {
    MEMBER_OBJECT(struct weak_area_reply, section, struct section_name, &SECTION_NAME_SHAPE),
    MEMBER_ENUM(struct weak_area_reply, label, &WEAK_AREA_LABELS),
    MEMBER_OBJECT(struct weak_area_reply, estimate, struct estimate_reply, &ESTIMATE_SHAPE),
    MEMBER_OBJECT(struct weak_area_reply, evidence, struct evidence_reply, &EVIDENCE_SHAPE),
    MEMBER_REAL(struct weak_area_reply, expected_gain,
                .about = "Share of the bank's questions under the section x probability below "
                         "target x gap to the target."),
    MEMBER_TEXT(struct weak_area_reply, why),
    MEMBER_OBJECT(struct weak_area_reply, read, struct read_reply, &READ_SHAPE),
    MEMBER_OBJECT(struct weak_area_reply, next, struct next_reply, &NEXT_SHAPE),
};
static const struct shape AREA_SHAPE = SHAPE_OF("WeakArea", struct weak_area_reply, AREA_MEMBERS);

struct weak_areas_reply {
    int64_t target;
    struct text model;
    const struct weak_area_reply *data;
    size_t count;
};
static const struct shape_member REPLY_MEMBERS[] = {
    MEMBER_MILLI(struct weak_areas_reply, target),
    MEMBER_TEXT(struct weak_areas_reply, model, .about = "Which one says so: beta-1 or beta-2."),
    MEMBER_LIST(struct weak_areas_reply, data, count, struct weak_area_reply, &AREA_SHAPE),
};
const struct shape WEAK_AREAS_REPLY_SHAPE =
    SHAPE_OF("WeakAreas", struct weak_areas_reply, REPLY_MEMBERS);

/* Estimates are not better than four decimals. */
static double rounded(double value)
{
    return round(value * 1e4) / 1e4;
}

/* The beginning of a section's text, cut between words. */
static struct text excerpt(struct text body)
{
    struct text cut = text_trim(body);

    if (cut.len <= EXCERPT_BYTES) {
        return cut;
    }
    cut.len = EXCERPT_BYTES;
    while (cut.len > 0 && cut.data[cut.len] != ' ' && cut.data[cut.len] != '\n') {
        cut.len--;
    }
    return text_trim(cut);
}

static void fill_next(struct next_reply *next, const struct bank *bank,
                      const struct section *section)
{
    const int64_t available = (int64_t)section->subtree_question_count;

    next->bank = bank->slug;
    next->mode = TEXT("practice");
    next->sections = &section->path;
    next->section_count = 1;
    next->size = available < NEXT_SIZE ? available : NEXT_SIZE;
}

static void fill_area(struct weak_area_reply *reply, const struct bank *bank,
                      const struct weak_area *area)
{
    const struct section *section = &bank->sections[area->section];

    reply->section = (struct section_name){section->id, section->path, section->title};
    reply->label = area->label;
    reply->estimate =
        (struct estimate_reply){rounded(area->mean), rounded(area->low), rounded(area->high),
                                rounded(area->probability_below_target)};
    reply->evidence = (struct evidence_reply){area->evidence.answers, area->evidence.correct,
                                              area->evidence.last_answered_at};
    reply->expected_gain = round(area->expected_gain * 1e6) / 1e6;
    reply->why = area->why;
    reply->read.section_id = section->id;
    reply->read.anchor = section->anchor;
    reply->read.lines[0] = section->first_line;
    reply->read.lines[1] = section->last_line;
    reply->read.line_list = reply->read.lines;
    reply->read.line_count = COUNT_OF(reply->read.lines);
    reply->read.excerpt = excerpt(section->body);
    fill_next(&reply->next, bank, section);
}

static bool choose_model(struct call *call, struct text wanted, enum weak_areas_model *model,
                         struct error *err)
{
    unsigned value = call->app->weak_areas_model;

    if (wanted.data != NULL && !enumeration_find(&WEAK_AREAS_MODELS, wanted, &value)) {
        return error_add_parameter_fault(err, call->arena, TEXT("model"), FAULT_NOT_ALLOWED,
                                         "model is beta-1 or beta-2");
    }
    *model = (enum weak_areas_model)value;
    return true;
}

bool api_list_weak_areas(struct call *call, void *reply, struct error *err)
{
    const struct weak_areas_query *query = call->query;
    struct weak_areas_reply *out = reply;
    const struct bank *bank = NULL;
    struct evidence *evidence = NULL;
    struct weak_area *areas = NULL;
    size_t count = 0;

    enum weak_areas_model model = WEAK_AREAS_BETA_2;

    if (!choose_model(call, query->model, &model, err) ||
        !call_find_bank(call, query->bank, &bank, err) ||
        !store_evidence_list(call->app->db, call->arena, call->user_id, bank, &evidence, err)) {
        return false;
    }
    out->target = query->target == NULL ? bank->target_milli : *query->target;
    out->model = text_of(enumeration_name(&WEAK_AREAS_MODELS, model));
    const struct weak_areas_input input = {.bank = bank,
                                           .evidence = evidence,
                                           .model = model,
                                           .target = (double)out->target / 1000.0,
                                           .now_us = clock_now_us(),
                                           .limit = query->limit == NULL ? DEFAULT_LIMIT
                                                                         : (size_t)*query->limit};
    weak_areas_estimate(&input, call->arena, &areas, &count);
    out->count = count;
    struct weak_area_reply *data = arena_new_array(call->arena, out->count, struct weak_area_reply);
    for (size_t i = 0; i < out->count; i++) {
        fill_area(&data[i], bank, &areas[i]);
    }
    out->data = data;
    return true;
}
