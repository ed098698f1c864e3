/* Following sections, the surest signs first. */
#include "bank/notes_follow.h"

#include "bank/text_map.h"
#include "bank/trigram.h"

struct follower {
    struct arena *arena;
    struct section_list old;
    struct section_list now;
    int64_t *origin;    /* by new index */
    bool *is_continued; /* by old index */
};

static void follow(struct follower *follower, size_t now, size_t old)
{
    follower->origin[now] = (int64_t)old;
    follower->is_continued[old] = true;
}

static bool is_open(const struct follower *follower, size_t now)
{
    return follower->origin[now] == BANK_NO_SECTION;
}

static bool is_free(const struct follower *follower, size_t old)
{
    return !follower->is_continued[old] && !follower->old.sections[old].is_removed;
}

static void follow_paths(struct follower *follower)
{
    struct text_map paths;

    text_map_init(&paths, follower->arena);
    for (size_t i = 0; i < follower->old.count; i++) {
        text_map_add(&paths, follower->old.sections[i].path, i);
    }
    for (size_t i = 0; i < follower->now.count; i++) {
        const size_t *found = text_map_find(&paths, follower->now.sections[i].path);
        if (found != NULL) {
            follow(follower, i, *found);
        }
    }
}

/* The same text under another heading or elsewhere. */
static void follow_texts(struct follower *follower)
{
    for (size_t i = 0; i < follower->now.count; i++) {
        const struct text body = text_trim(follower->now.sections[i].body);
        for (size_t k = 0; k < follower->old.count && body.len > 0 && is_open(follower, i); k++) {
            if (is_free(follower, k) &&
                text_equal(text_trim(follower->old.sections[k].body), body)) {
                follow(follower, i, k);
            }
        }
    }
}

/* The words behind the last slash. */
static struct text last_segment(struct text path)
{
    size_t at = path.len;

    while (at > 0 && path.data[at - 1] != '/') {
        at--;
    }
    return text_slice(path, at, path.len);
}

/* Whether an old section stood below what the new one's parent continues, under the same name. */
static bool is_child(const struct follower *follower, size_t now, size_t old)
{
    const struct section *section = &follower->now.sections[now];
    const int64_t parent =
        section->parent == BANK_NO_SECTION ? BANK_NO_SECTION : follower->origin[section->parent];

    return parent != BANK_NO_SECTION && follower->old.sections[old].parent == parent &&
           text_equal(last_segment(follower->old.sections[old].path), last_segment(section->path));
}

static void follow_children(struct follower *follower)
{
    for (size_t i = 0; i < follower->now.count; i++) {
        for (size_t k = 0; k < follower->old.count && is_open(follower, i); k++) {
            if (is_free(follower, k) && is_child(follower, i, k)) {
                follow(follower, i, k);
            }
        }
    }
}

/* The most similar pairs of what is left. */
static void follow_similar(struct follower *follower)
{
    const size_t old_count = follower->old.count;
    const size_t count = old_count + follower->now.count;
    struct trigram_set *sets = arena_new_array(follower->arena, count, struct trigram_set);
    struct similar_pair *pairs = NULL;

    for (size_t k = 0; k < old_count; k++) {
        if (is_free(follower, k)) {
            sets[k] = trigram_set_of(follower->arena, follower->old.sections[k].body);
        }
    }
    for (size_t i = 0; i < follower->now.count; i++) {
        if (is_open(follower, i)) {
            sets[old_count + i] = trigram_set_of(follower->arena, follower->now.sections[i].body);
        }
    }
    const size_t pair_count =
        trigram_find_pairs(follower->arena, sets, count, NOTES_FOLLOW_SIMILAR, &pairs);
    for (size_t i = 0; i < pair_count; i++) {
        if (pairs[i].first < old_count && pairs[i].second >= old_count &&
            is_free(follower, pairs[i].first) && is_open(follower, pairs[i].second - old_count)) {
            follow(follower, pairs[i].second - old_count, pairs[i].first);
        }
    }
}

int64_t *notes_follow(struct arena *arena, struct section_list old, struct section_list now)
{
    struct follower follower = {.arena = arena, .old = old, .now = now};

    follower.origin = arena_new_array(arena, now.count, int64_t);
    follower.is_continued = arena_new_array(arena, old.count, bool);
    for (size_t i = 0; i < now.count; i++) {
        follower.origin[i] = BANK_NO_SECTION;
    }
    follow_paths(&follower);
    follow_texts(&follower);
    follow_children(&follower);
    follow_similar(&follower);
    follow_children(&follower); /* of those that were similar */
    return follower.origin;
}
