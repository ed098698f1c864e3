/* Filling papers of an exam until one comes out short. */
#include "bank/coverage_exam.h"

struct filler {
    const struct bank_folder *folder;
    const size_t *groups;
    bool *is_used;         /* by question: in a paper already */
    int64_t *group_papers; /* by leader of a group: the last paper that has one of it */
};

/* A section stands for itself and what its path is the beginning of. */
static bool is_below(struct text path, struct text ancestor)
{
    return text_starts_with(path, ancestor) &&
           (path.len == ancestor.len || path.data[ancestor.len] == '/');
}

static bool belongs(const struct question *q, const struct exam_blueprint_entry *entry)
{
    return entry->domain.data != NULL ? text_equal(q->domain, entry->domain)
                                      : is_below(q->section, entry->section);
}

static int64_t count_candidates(const struct bank_folder *folder,
                                const struct exam_blueprint_entry *entry)
{
    int64_t count = 0;
    for (size_t i = 0; i < folder->question_count; i++) {
        count += belongs(&folder->questions[i].question, entry) ? 1 : 0;
    }
    return count;
}

/* Takes `needed` questions for one entry into the paper; returns how many are missing. */
static int64_t fill_share(struct filler *filler, const struct exam_blueprint_entry *entry,
                          int64_t needed, int64_t paper)
{
    const struct bank_folder *folder = filler->folder;
    for (size_t i = 0; i < folder->question_count && needed > 0; i++) {
        int64_t *group_paper = &filler->group_papers[filler->groups[i]];
        if (!filler->is_used[i] && *group_paper != paper &&
            belongs(&folder->questions[i].question, entry)) {
            filler->is_used[i] = true;
            *group_paper = paper;
            needed--;
        }
    }
    return needed;
}

/* What all entries together miss in this paper. */
static int64_t fill_paper(struct filler *filler, const struct exam *exam,
                          struct coverage_share *shares, int64_t paper)
{
    int64_t missing = 0;
    for (size_t i = 0; i < exam->blueprint_count; i++) {
        const int64_t short_by = fill_share(filler, &exam->blueprint[i], shares[i].needed, paper);
        missing += short_by;
        shares[i].missing += paper <= COVERAGE_PAPERS ? short_by : 0;
    }
    return missing;
}

struct coverage_exam coverage_exam_of(struct arena *arena, const struct bank_folder *folder,
                                      const struct exam *exam, const size_t *groups)
{
    struct coverage_share *shares =
        arena_new_array(arena, exam->blueprint_count, struct coverage_share);
    int64_t *weights = arena_new_array(arena, exam->blueprint_count, int64_t);
    int64_t *counts = arena_new_array(arena, exam->blueprint_count, int64_t);
    for (size_t i = 0; i < exam->blueprint_count; i++) {
        weights[i] = exam->blueprint[i].weight;
    }
    exam_apportion(weights, exam->blueprint_count, exam->size, counts);
    for (size_t i = 0; i < exam->blueprint_count; i++) {
        shares[i] =
            (struct coverage_share){.domain = exam->blueprint[i].domain,
                                    .section = exam->blueprint[i].section,
                                    .needed = counts[i],
                                    .questions = count_candidates(folder, &exam->blueprint[i])};
    }
    struct filler filler = {.folder = folder, .groups = groups};
    filler.is_used = arena_new_array(arena, folder->question_count, bool);
    filler.group_papers = arena_new_array(arena, folder->question_count, int64_t);
    int64_t papers = 0;
    for (int64_t paper = 1; paper <= COVERAGE_PAPERS_MAX; paper++) {
        const bool is_full = fill_paper(&filler, exam, shares, paper) == 0;
        papers += is_full && papers == paper - 1 ? 1 : 0;
    }
    return (struct coverage_exam){.slug = exam->slug,
                                  .title = exam->title,
                                  .size = exam->size,
                                  .papers = papers,
                                  .shares = shares,
                                  .share_count = exam->blueprint_count};
}
