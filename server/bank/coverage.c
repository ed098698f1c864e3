/* Counting questions by section and domain, and comparing the counts with what is wanted. */
#include "bank/coverage_exam.h"

#include "bank/duplicates.h"
#include "bank/text_map.h"

enum { MILLI = 1000 };

/* A tally while it is counted. */
struct counter {
    int64_t questions;
    int64_t *by_difficulty;
    struct coverage_type *by_type;
};

static struct counter counter_new(struct arena *arena)
{
    struct counter counter = {.questions = 0};
    counter.by_difficulty = arena_new_array(arena, COVERAGE_LEVELS, int64_t);
    counter.by_type = arena_new_array(arena, QUESTION_TYPE_COUNT, struct coverage_type);
    for (unsigned i = 0; i < QUESTION_TYPE_COUNT; i++) {
        counter.by_type[i].type = (enum question_type)i;
    }
    return counter;
}

static void count(struct counter *counter, const struct question *q)
{
    counter->questions++;
    counter->by_difficulty[q->difficulty - 1]++;
    counter->by_type[q->type].questions++;
}

static struct coverage_tally tally_of(const struct counter *counter)
{
    return (struct coverage_tally){.questions = counter->questions,
                                   .by_difficulty = counter->by_difficulty,
                                   .difficulty_count = COVERAGE_LEVELS,
                                   .by_type = counter->by_type,
                                   .type_count = QUESTION_TYPE_COUNT};
}

static struct coverage_tally count_all(struct arena *arena, const struct bank_folder *folder)
{
    struct counter counter = counter_new(arena);
    for (size_t i = 0; i < folder->question_count; i++) {
        count(&counter, &folder->questions[i].question);
    }
    return tally_of(&counter);
}

static int64_t lack(int64_t wanted, int64_t have)
{
    return have < wanted ? wanted - have : 0;
}

/* Counts by primary section, then adds each section's questions to all above it. */
static struct coverage_section *cover_sections(struct arena *arena,
                                               const struct bank_folder *folder)
{
    const struct notes *notes = &folder->notes;
    struct coverage_section *rows =
        arena_new_array(arena, notes->section_count, struct coverage_section);
    struct counter *counters = arena_new_array(arena, notes->section_count, struct counter);
    struct text_map paths;
    text_map_init(&paths, arena);
    for (size_t i = 0; i < notes->section_count; i++) {
        counters[i] = counter_new(arena);
        text_map_add(&paths, notes->sections[i].path, i);
    }
    for (size_t i = 0; i < folder->question_count; i++) {
        const size_t *section = text_map_find(&paths, folder->questions[i].question.section);
        if (section != NULL) {
            count(&counters[*section], &folder->questions[i].question);
        }
    }
    for (size_t i = notes->section_count; i-- > 0;) {
        const struct section *section = &notes->sections[i];
        const bool has_text = text_trim(section->body).len > 0;
        const int64_t below = rows[i].subtree_questions;
        rows[i] = (struct coverage_section){
            .path = section->path,
            .title = section->title,
            .depth = section->depth,
            .has_text = has_text,
            .own = tally_of(&counters[i]),
            .subtree_questions = below + counters[i].questions,
            .missing = has_text ? lack(COVERAGE_SECTION_MIN, counters[i].questions) : 0};
        if (section->parent != BANK_NO_SECTION) {
            rows[section->parent].subtree_questions += rows[i].subtree_questions;
        }
    }
    return rows;
}

/* What the exams want of a domain for one paper, at most. */
static int64_t needed_of(const struct coverage_exam *exams, size_t exam_count, struct text domain)
{
    int64_t most = 0;
    for (size_t i = 0; i < exam_count; i++) {
        for (size_t k = 0; k < exams[i].share_count; k++) {
            const struct coverage_share *share = &exams[i].shares[k];
            most = text_equal(share->domain, domain) && share->needed > most ? share->needed : most;
        }
    }
    return most;
}

static struct coverage_domain cover_domain(struct arena *arena, const struct bank_folder *folder,
                                           const struct bank_domain *domain, int64_t needed)
{
    struct counter counter = counter_new(arena);
    for (size_t i = 0; i < folder->question_count; i++) {
        if (text_equal(folder->questions[i].question.domain, domain->slug)) {
            count(&counter, &folder->questions[i].question);
        }
    }
    const int64_t all = (int64_t)folder->question_count;
    return (struct coverage_domain){
        .slug = domain->slug,
        .title = domain->title,
        .weight = domain->weight,
        .share = all == 0 ? 0 : (counter.questions * MILLI + all / 2) / all,
        .own = tally_of(&counter),
        .needed = needed,
        .missing = lack(needed, counter.questions),
    };
}

static bool find_nothing_missing(const struct coverage *coverage)
{
    bool is_complete = true;
    for (size_t i = 0; i < coverage->section_count; i++) {
        is_complete = is_complete && coverage->sections[i].missing == 0;
    }
    for (size_t i = 0; i < coverage->domain_count; i++) {
        is_complete = is_complete && coverage->domains[i].missing == 0;
    }
    for (size_t i = 0; i < coverage->exam_count; i++) {
        is_complete = is_complete && coverage->exams[i].papers >= COVERAGE_PAPERS;
    }
    return is_complete;
}

struct coverage coverage_of(struct arena *arena, const struct bank_folder *folder)
{
    const size_t *groups = duplicates_group(arena, folder);
    struct coverage_exam *exams = arena_new_array(arena, folder->exam_count, struct coverage_exam);
    struct coverage_domain *domains =
        arena_new_array(arena, folder->domain_count, struct coverage_domain);
    for (size_t i = 0; i < folder->exam_count; i++) {
        exams[i] = coverage_exam_of(arena, folder, &folder->exams[i].exam, groups);
    }
    for (size_t i = 0; i < folder->domain_count; i++) {
        const int64_t needed =
            COVERAGE_PAPERS * needed_of(exams, folder->exam_count, folder->domains[i].slug);
        domains[i] = cover_domain(arena, folder, &folder->domains[i], needed);
    }
    struct coverage coverage = {.slug = folder->slug,
                                .title = folder->title,
                                .all = count_all(arena, folder),
                                .sections = cover_sections(arena, folder),
                                .section_count = folder->notes.section_count,
                                .domains = domains,
                                .domain_count = folder->domain_count,
                                .exams = exams,
                                .exam_count = folder->exam_count};
    coverage.is_complete = find_nothing_missing(&coverage);
    return coverage;
}
