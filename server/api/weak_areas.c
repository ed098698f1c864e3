/* Weak areas: what is asked for, and gathering it. */
#include "api/weak_areas.h"

#include "api/learning.h"
#include "api/prepared.h"
#include "base/clock.h"
#include "base/limits.h"
#include "store/attempts.h"
#include "store/evidence.h"
#include "store/reviews.h"

enum { DEFAULT_LIMIT = 20 };

static const int64_t COMPARE_MAX_US = INT64_C(90) * CLOCK_US_PER_DAY;

static const struct shape_member QUERY_MEMBERS[] = {
    MEMBER_TEXT(struct weak_areas_query, bank, .min = 1, .max = LIMIT_SLUG_BYTES, .format = "slug"),
    MEMBER_MILLI_REF(
        struct weak_areas_query, target, .flags = SHAPE_REF | SHAPE_OPTIONAL, .min = 1, .max = 1000,
        .about =
            "Share of right answers below which a section is weak; the bank's where left out."),
    MEMBER_I64_REF(struct weak_areas_query, limit, .flags = SHAPE_REF | SHAPE_OPTIONAL, .min = 1,
                   .max = 100, .about = "Default 20."),
    MEMBER_TEXT(struct weak_areas_query, model, .flags = SHAPE_OPTIONAL, .min = 1, .max = 16,
                .about = "beta-1 or beta-2; left out: as the server is set."),
    MEMBER_TEXT(struct weak_areas_query, shape, .flags = SHAPE_OPTIONAL, .min = 1, .max = 16,
                .about = "flat (default): sections with questions of their own, the most to gain "
                         "first. tree: all with questions at or below them, in notes order, no "
                         "limit."),
    MEMBER_TEXT(struct weak_areas_query, by, .flags = SHAPE_OPTIONAL, .min = 1, .max = 16,
                .about = "section (default), domain or tag; the last two by beta-2 alone."),
    MEMBER_TIME(struct weak_areas_query, compare_to, .flags = SHAPE_OPTIONAL,
                .about = "Adds what was estimated then, at most 90 days ago."),
    MEMBER_I64_REF(struct weak_areas_query, hardest, .flags = SHAPE_REF | SHAPE_OPTIONAL, .min = 0,
                   .max = 5, .about = "Adds so many of each section's hardest questions."),
    MEMBER_I64_REF(struct weak_areas_query, sure_and_wrong, .flags = SHAPE_REF | SHAPE_OPTIONAL,
                   .min = 0, .max = 5,
                   .about = "Adds so many of each section's questions whose last answer was wrong "
                            "although its author was sure."),
};
const struct shape WEAK_AREAS_QUERY_SHAPE =
    SHAPE_OF("WeakAreasQuery", struct weak_areas_query, QUERY_MEMBERS);

enum by { BY_SECTION, BY_DOMAIN, BY_TAG, BY_COUNT };
static const char *const BY_NAMES[BY_COUNT] = {"section", "domain", "tag"};
static const struct enumeration BYS = {BY_NAMES, BY_COUNT};
enum reply_shape { SHAPE_FLAT, SHAPE_TREE, SHAPE_COUNT };
static const char *const REPLY_SHAPE_NAMES[SHAPE_COUNT] = {"flat", "tree"};
static const struct enumeration REPLY_SHAPES = {REPLY_SHAPE_NAMES, SHAPE_COUNT};

/* The query, with names as values. */
struct wish {
    const struct weak_areas_query *query;
    unsigned model;
    unsigned shape;
    unsigned by;
    const struct prepared_bank *prepared;
    struct review_list reviews; /* read where questions are asked for */
};

/* Leaves the value as it is where the parameter is absent. */
static void choose(struct call *call, const char *parameter, struct text wanted,
                   const struct enumeration *names, unsigned *value, struct error *err)
{
    if (wanted.data != NULL && !enumeration_find(names, wanted, value)) {
        (void)error_add_parameter_fault(err, call->arena, text_of(parameter), FAULT_NOT_ALLOWED,
                                        "there is no such choice"); /* collected: judged below */
    }
}

static bool read_wish(struct call *call, struct wish *wish, struct error *err)
{
    const struct weak_areas_query *query = call->query;
    const int64_t now_us = clock_now_us();

    *wish = (struct wish){.query = query, .model = call->app->weak_areas_model};
    choose(call, "model", query->model, &WEAK_AREAS_MODELS, &wish->model, err);
    choose(call, "shape", query->shape, &REPLY_SHAPES, &wish->shape, err);
    choose(call, "by", query->by, &BYS, &wish->by, err);
    if (wish->by != BY_SECTION && query->model.data != NULL && wish->model != WEAK_AREAS_BETA_2) {
        (void)error_add_parameter_fault(err, call->arena, TEXT("model"), FAULT_NOT_ALLOWED,
                                        "beta-1 knows sections only"); /* collected too */
    }
    if (query->compare_to != 0 &&
        (query->compare_to > now_us || query->compare_to < now_us - COMPARE_MAX_US)) {
        (void)error_add_parameter_fault(err, call->arena, TEXT("compare_to"),
                                        query->compare_to > now_us ? FAULT_TOO_LARGE
                                                                   : FAULT_TOO_SMALL,
                                        "must lie in the last 90 days"); /* collected too */
    }
    if (wish->by != BY_SECTION) {
        wish->model = WEAK_AREAS_BETA_2;
    }
    return err->code == ERROR_NONE;
}

static bool wants_questions(const struct wish *wish)
{
    return wish->by == BY_SECTION &&
           (wish->query->hardest != NULL || wish->query->sure_and_wrong != NULL);
}

/* What the reply depends on. */
static struct text make_tag(struct call *call, const struct wish *wish,
                            const struct weak_areas_input *input)
{
    return arena_printf(call->arena, "%llx.%llx.%u.%llx", (unsigned long long)learning_state(input),
                        (unsigned long long)text_hash(call->request->query), wish->model,
                        (unsigned long long)learning_reviews_state(wish->reviews));
}

static bool add_before(struct call *call, const struct weak_areas_input *input,
                       const struct wish *wish, const struct weak_area *areas,
                       struct weak_areas_reply *reply, struct error *err)
{
    const size_t count = input->bank->section_count;
    struct evidence *since = NULL;
    struct evidence *then = arena_new_array(call->arena, count, struct evidence);
    struct weak_area *before = NULL;
    size_t before_count = 0;

    const struct evidence_window window = {
        .user_id = call->user_id, .bank = input->bank, .since_us = wish->query->compare_to};
    if (!store_evidence_since(call->db, call->arena, &window, &since, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        then[i] = input->evidence[i];
        evidence_subtract(&then[i], &since[i]);
    }
    struct weak_areas_input past = *input;
    past.evidence = then;
    past.now_us = wish->query->compare_to;
    past.limit = count;
    weak_areas_estimate(&past, call->arena, &before, &before_count);
    weak_areas_reply_compare(reply, areas, before, before_count, call->arena);
    return true;
}

/* Questions of each section shown. */
static void add_questions(struct call *call, const struct bank *bank, const struct wish *wish,
                          const struct weak_area *areas, struct weak_areas_reply *reply)
{
    const int64_t *hardest = wish->query->hardest;
    const int64_t *mistakes = wish->query->sure_and_wrong;

    for (size_t i = 0; i < reply->count; i++) {
        if (hardest != NULL) {
            struct uuid *ids = arena_new_array(call->arena, (size_t)*hardest + 1, struct uuid);
            const size_t count =
                reviews_hardest(bank, areas[i].section, wish->reviews, (size_t)*hardest, ids);
            weak_areas_reply_add_hardest(reply, i, ids, count);
        }
        if (mistakes != NULL) {
            struct uuid *ids = arena_new_array(call->arena, (size_t)*mistakes + 1, struct uuid);
            const size_t count = reviews_sure_and_wrong(bank, areas[i].section, wish->reviews,
                                                        (size_t)*mistakes, ids);
            weak_areas_reply_add_sure_and_wrong(reply, i, ids, count);
        }
    }
}

static bool fill_sections(struct call *call, const struct weak_areas_input *input,
                          const struct wish *wish, struct weak_areas_reply *reply,
                          struct error *err)
{
    const struct weak_areas_query *query = wish->query;
    struct weak_area *areas = NULL;
    size_t count = 0;

    weak_areas_estimate(input, call->arena, &areas, &count);
    const struct weak_sections sections = {input->bank, wish->prepared->areas};
    weak_areas_reply_fill(reply, &sections, areas, count, call->arena);
    add_questions(call, input->bank, wish, areas, reply);
    return query->compare_to == 0 || add_before(call, input, wish, areas, reply, err);
}

static void fill_groups(struct call *call, const struct weak_areas_input *input,
                        const struct wish *wish, struct weak_areas_reply *reply)
{
    struct weak_group *groups = NULL;
    const size_t count = weak_groups_estimate(
        input, wish->by == BY_DOMAIN ? GROUPS_BY_DOMAIN : GROUPS_BY_TAG, call->arena, &groups);

    const struct weak_sections sections = {input->bank, wish->prepared->areas};

    weak_areas_reply_fill(reply, &sections, NULL, 0, call->arena);
    weak_areas_reply_fill_groups(reply, groups, count < input->limit ? count : input->limit,
                                 call->arena);
}

bool api_list_weak_areas(struct call *call, void *reply, struct error *err)
{
    const struct weak_areas_query *query = call->query;
    struct weak_areas_reply *out = reply;
    struct evidence *evidence = NULL;
    const struct bank *bank = NULL;
    struct wish wish;

    if (!read_wish(call, &wish, err) ||
        !prepared_find(call, query->bank, &bank, &wish.prepared, err) ||
        !store_evidence_list(call->db, call->arena, call->user_id, bank, &evidence, err) ||
        (wants_questions(&wish) &&
         !store_reviews_list(call->db, call->arena, call->user_id, bank->id, &wish.reviews, err))) {
        return false;
    }
    out->target = query->target == NULL ? bank->target_milli : *query->target;
    out->model = text_of(enumeration_name(&WEAK_AREAS_MODELS, wish.model));
    const struct weak_areas_input input = {.bank = bank,
                                           .evidence = evidence,
                                           .model = (enum weak_areas_model)wish.model,
                                           .target = (double)out->target / 1000.0,
                                           .now_us = learning_now_us(),
                                           .limit = query->limit == NULL ? DEFAULT_LIMIT
                                                                         : (size_t)*query->limit,
                                           .is_tree = wish.shape == SHAPE_TREE};
    if (call_has_fresh(call, make_tag(call, &wish, &input))) {
        return true;
    }
    if (wish.by != BY_SECTION) {
        fill_groups(call, &input, &wish, out);
        return true;
    }
    return fill_sections(call, &input, &wish, out, err);
}
