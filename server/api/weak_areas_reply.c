/* Weak areas on the wire: the shapes of the reply, and filling them. */
#include "api/weak_areas_reply.h"

#include <math.h>

#include "api/learning.h"
#include "api/prepared.h"
#include "json/codec.h"

enum { NEXT_SIZE = 5, EXCERPT_BYTES = 240 };

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

/* What was thought of a section before. */
struct before_reply {
    enum weak_area_label label;
    double mean;
    double probability_below_target;
};
static const struct shape_member BEFORE_MEMBERS[] = {
    MEMBER_ENUM(struct before_reply, label, &WEAK_AREA_LABELS),
    MEMBER_REAL(struct before_reply, mean),
    MEMBER_REAL(struct before_reply, probability_below_target),
};
static const struct shape BEFORE_SHAPE =
    SHAPE_OF("EstimateBefore", struct before_reply, BEFORE_MEMBERS);

struct weak_area_reply {
    struct text section; /* rendered, as `read` and `next` */
    int64_t depth;
    struct uuid parent_id;
    enum weak_area_label label;
    struct estimate_reply estimate;
    const struct before_reply *before;
    struct evidence_reply evidence;
    const int64_t *answers_needed;
    double expected_gain;
    struct text why;
    const struct uuid *hardest;
    size_t hardest_count;
    const struct uuid *sure_and_wrong;
    size_t sure_and_wrong_count;
    struct text read;
    struct text next;
};
static const struct shape_member AREA_MEMBERS[] = {
    MEMBER_RENDERED(struct weak_area_reply, section, &SECTION_NAME_SHAPE),
    MEMBER_I64(struct weak_area_reply, depth, .about = "Of its heading: 1 is the top."),
    MEMBER_UUID(struct weak_area_reply, parent_id, .flags = SHAPE_NULLABLE),
    MEMBER_ENUM(struct weak_area_reply, label, &WEAK_AREA_LABELS),
    MEMBER_OBJECT(struct weak_area_reply, estimate, struct estimate_reply, &ESTIMATE_SHAPE),
    MEMBER_OBJECT_REF(struct weak_area_reply, before, struct before_reply, &BEFORE_SHAPE,
                      .flags = SHAPE_REF | SHAPE_OPTIONAL,
                      .about = "With compare_to: what was estimated then."),
    MEMBER_OBJECT(struct weak_area_reply, evidence, struct evidence_reply, &EVIDENCE_SHAPE),
    MEMBER_I64_REF(struct weak_area_reply, answers_needed, .flags = SHAPE_REF | SHAPE_NULLABLE,
                   .about = "Further answers, right as often as expected, after which the label "
                            "would be settled; 0: it is; null: more than 50, or beta-1."),
    MEMBER_REAL(struct weak_area_reply, expected_gain,
                .about = "Share of the bank's questions under the section x probability below "
                         "target x gap to the target."),
    MEMBER_TEXT(struct weak_area_reply, why),
    MEMBER_UUID_LIST(struct weak_area_reply, hardest, hardest_count, .flags = SHAPE_OPTIONAL,
                     .about = "With hardest: ids of its questions that this learner finds hardest "
                              "of those reviewed."),
    MEMBER_UUID_LIST(struct weak_area_reply, sure_and_wrong, sure_and_wrong_count,
                     .flags = SHAPE_OPTIONAL,
                     .about = "With sure_and_wrong: ids of its questions that were answered with "
                              "certainty 3 and wrong the last time, the latest first."),
    MEMBER_RENDERED(struct weak_area_reply, read, &READ_SHAPE),
    MEMBER_RENDERED(struct weak_area_reply, next, &NEXT_SHAPE),
};
static const struct shape AREA_SHAPE = SHAPE_OF("WeakArea", struct weak_area_reply, AREA_MEMBERS);

struct group_reply {
    struct text name;
    int64_t question_count;
    enum weak_area_label label;
    struct estimate_reply estimate;
};
static const struct shape_member GROUP_MEMBERS[] = {
    MEMBER_TEXT(struct group_reply, name, .about = "Slug of the domain, or the tag."),
    MEMBER_I64(struct group_reply, question_count),
    MEMBER_ENUM(struct group_reply, label, &WEAK_AREA_LABELS),
    MEMBER_OBJECT(struct group_reply, estimate, struct estimate_reply, &ESTIMATE_SHAPE),
};
static const struct shape GROUP_SHAPE = SHAPE_OF("WeakGroup", struct group_reply, GROUP_MEMBERS);

static const struct shape_member REPLY_MEMBERS[] = {
    MEMBER_MILLI(struct weak_areas_reply, target),
    MEMBER_TEXT(struct weak_areas_reply, model, .about = "Which one says so: beta-1 or beta-2."),
    MEMBER_LIST(struct weak_areas_reply, data, count, struct weak_area_reply, &AREA_SHAPE,
                .about = "By section: the most to gain first; the tree in notes order."),
    MEMBER_LIST(struct weak_areas_reply, groups, group_count, struct group_reply, &GROUP_SHAPE,
                .flags = SHAPE_OPTIONAL,
                .about = "By domain or tag: what the sections of their questions let expect, the "
                         "weakest first."),
};
const struct shape WEAK_AREAS_REPLY_SHAPE =
    SHAPE_OF("WeakAreas", struct weak_areas_reply, REPLY_MEMBERS);

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

static struct read_reply read_reply(const struct section *section)
{
    return (struct read_reply){.section_id = section->id,
                               .anchor = section->anchor,
                               .lines = {section->first_line, section->last_line},
                               .line_count = 2,
                               .excerpt = excerpt(section->body)};
}

static struct next_reply next_reply(const struct bank *bank, const struct section *section)
{
    const int64_t available = (int64_t)section->subtree_question_count;

    return (struct next_reply){.bank = bank->slug,
                               .mode = TEXT("practice"),
                               .sections = &section->path,
                               .section_count = 1,
                               .size = available < NEXT_SIZE ? available : NEXT_SIZE};
}

static bool render_area(const struct bank *bank, const struct section *section, struct arena *arena,
                        struct prepared_area *area, struct error *err)
{
    const struct section_name name = {section->id, section->path, section->title};
    const struct next_reply next = next_reply(bank, section);
    struct read_reply reading = read_reply(section);

    reading.line_list = reading.lines;
    return codec_encode_text(arena, &SECTION_NAME_SHAPE, &name, &area->section, err) &&
           codec_encode_text(arena, &READ_SHAPE, &reading, &area->read, err) &&
           codec_encode_text(arena, &NEXT_SHAPE, &next, &area->next, err);
}

bool weak_areas_render(const struct bank *bank, struct arena *arena,
                       const struct prepared_area **rendered, struct error *err)
{
    struct prepared_area *areas = arena_new_array(arena, bank->section_count, struct prepared_area);

    for (size_t i = 0; i < bank->section_count; i++) {
        if (!render_area(bank, &bank->sections[i], arena, &areas[i], err)) {
            return false;
        }
    }
    *rendered = areas;
    return true;
}

static struct estimate_reply show_estimate(double mean, double low, double high, double below)
{
    return (struct estimate_reply){learning_rounded(mean), learning_rounded(low),
                                   learning_rounded(high), learning_rounded(below)};
}

static void fill_area(struct weak_area_reply *reply, const struct bank *bank,
                      const struct prepared_area *prepared, const struct weak_area *area)
{
    const struct section *section = &bank->sections[area->section];

    reply->section = prepared->section;
    reply->depth = section->depth;
    reply->parent_id =
        section->parent == BANK_NO_SECTION ? UUID_NIL : bank->sections[section->parent].id;
    reply->label = area->label;
    reply->estimate =
        show_estimate(area->mean, area->low, area->high, area->probability_below_target);
    reply->evidence = (struct evidence_reply){area->evidence.answers, area->evidence.correct,
                                              area->evidence.last_answered_at};
    reply->answers_needed = area->answers_needed < 0 ? NULL : &area->answers_needed;
    reply->expected_gain = round(area->expected_gain * 1e6) / 1e6;
    reply->why = area->why;
    reply->read = prepared->read;
    reply->next = prepared->next;
}

void weak_areas_reply_fill(struct weak_areas_reply *reply, const struct weak_sections *sections,
                           const struct weak_area *areas, size_t count, struct arena *arena)
{
    struct weak_area_reply *data = arena_new_array(arena, count, struct weak_area_reply);

    for (size_t i = 0; i < count; i++) {
        fill_area(&data[i], sections->bank, &sections->prepared[areas[i].section], &areas[i]);
    }
    reply->areas = data;
    reply->data = data;
    reply->count = count;
}

void weak_areas_reply_compare(struct weak_areas_reply *reply, const struct weak_area *areas,
                              const struct weak_area *before, size_t before_count,
                              struct arena *arena)
{
    struct before_reply *shown = arena_new_array(arena, reply->count, struct before_reply);

    for (size_t i = 0; i < reply->count; i++) {
        for (size_t k = 0; k < before_count; k++) {
            if (before[k].section == areas[i].section) {
                shown[i] =
                    (struct before_reply){before[k].label, learning_rounded(before[k].mean),
                                          learning_rounded(before[k].probability_below_target)};
                reply->areas[i].before = &shown[i];
            }
        }
    }
}

void weak_areas_reply_add_hardest(struct weak_areas_reply *reply, size_t index,
                                  const struct uuid *ids, size_t count)
{
    reply->areas[index].hardest = ids;
    reply->areas[index].hardest_count = count;
}

void weak_areas_reply_add_sure_and_wrong(struct weak_areas_reply *reply, size_t index,
                                         const struct uuid *ids, size_t count)
{
    reply->areas[index].sure_and_wrong = ids;
    reply->areas[index].sure_and_wrong_count = count;
}

void weak_areas_reply_fill_groups(struct weak_areas_reply *reply, const struct weak_group *groups,
                                  size_t count, struct arena *arena)
{
    struct group_reply *shown = arena_new_array(arena, count, struct group_reply);

    for (size_t i = 0; i < count; i++) {
        const struct outlook *outlook = &groups[i].outlook;
        shown[i] = (struct group_reply){.name = groups[i].name,
                                        .question_count = (int64_t)groups[i].question_count,
                                        .label = groups[i].label,
                                        .estimate = show_estimate(outlook->mean, outlook->low,
                                                                  outlook->high,
                                                                  outlook->probability_below)};
    }
    reply->groups = shown;
    reply->group_count = count;
}
