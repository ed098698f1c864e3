/* An open-addressing table under one lock; entries leave only when the table is built anew. */
#include "auth/revocation_set.h"

#include <pthread.h>

struct revocation_set {
    pthread_mutex_t lock; /* guards everything below */
    struct revocation_entry *entries;
    struct revocation_entry *spare; /* as large: the next table */
    size_t slot_count;              /* a power of two, at least twice the capacity */
    size_t capacity;
    size_t count;
    int64_t next_until_s;       /* before then none of the entries may be forgotten */
    int64_t incomplete_until_s; /* until then something is missing */
};

struct revocation_set *revocation_set_create(struct arena *arena, size_t capacity)
{
    struct revocation_set *set = arena_new(arena, struct revocation_set);

    (void)pthread_mutex_init(&set->lock, NULL); /* default attributes: cannot fail */
    set->capacity = capacity;
    set->next_until_s = INT64_MAX;
    set->slot_count = 2;
    while (set->slot_count < 2 * capacity) {
        set->slot_count *= 2;
    }
    set->entries = arena_new_array(arena, set->slot_count, struct revocation_entry);
    set->spare = arena_new_array(arena, set->slot_count, struct revocation_entry);
    return set;
}

/* Where the subject is, or would be: the table is never full. */
static struct revocation_entry *find(const struct revocation_set *set, struct uuid subject_id)
{
    size_t i = uuid_hash(subject_id) & (set->slot_count - 1);

    while (!uuid_is_nil(set->entries[i].subject_id) &&
           !uuid_equal(set->entries[i].subject_id, subject_id)) {
        i = (i + 1) & (set->slot_count - 1);
    }
    return &set->entries[i];
}

static void put_new(struct revocation_set *set, struct revocation_entry *place,
                    const struct revocation_entry *entry)
{
    *place = *entry;
    set->count++;
    set->next_until_s = entry->until_s < set->next_until_s ? entry->until_s : set->next_until_s;
}

/* Without what no token can meet any more. */
static void rebuild(struct revocation_set *set, int64_t now_s)
{
    struct revocation_entry *old = set->entries;

    set->entries = set->spare;
    set->spare = old;
    set->count = 0;
    set->next_until_s = INT64_MAX;
    memset(set->entries, 0, set->slot_count * sizeof *set->entries);
    for (size_t i = 0; i < set->slot_count; i++) {
        if (!uuid_is_nil(old[i].subject_id) && old[i].until_s > now_s) {
            put_new(set, find(set, old[i].subject_id), &old[i]);
        }
    }
}

static bool add(struct revocation_set *set, const struct revocation_entry *entry, int64_t now_s)
{
    struct revocation_entry *place = find(set, entry->subject_id);

    if (uuid_is_nil(place->subject_id) && set->count == set->capacity &&
        set->next_until_s <= now_s) {
        rebuild(set, now_s);
        place = find(set, entry->subject_id);
    }
    if (!uuid_is_nil(place->subject_id)) {
        if (entry->at_us <= place->at_us) {
            return false;
        }
        *place = *entry;
        return true;
    }
    if (set->count == set->capacity) {
        const bool is_news = set->incomplete_until_s < entry->until_s;
        set->incomplete_until_s = is_news ? entry->until_s : set->incomplete_until_s;
        return is_news;
    }
    put_new(set, place, entry);
    return true;
}

bool revocation_set_add(struct revocation_set *set, const struct revocation_entry *entry,
                        int64_t now_s)
{
    (void)pthread_mutex_lock(&set->lock);
    const bool is_news = add(set, entry, now_s);
    (void)pthread_mutex_unlock(&set->lock);
    return is_news;
}

static bool stands_against(const struct revocation_set *set, const struct token_identity *identity)
{
    const struct revocation_entry *user = find(set, identity->user_id);

    return !uuid_is_nil(find(set, identity->session_id)->subject_id) ||
           (!uuid_is_nil(user->subject_id) && user->role != (int)identity->role);
}

enum revocation_verdict revocation_set_judge(struct revocation_set *set,
                                             const struct token_identity *identity, int64_t now_s)
{
    enum revocation_verdict verdict = REVOCATION_NONE;

    (void)pthread_mutex_lock(&set->lock);
    if (stands_against(set, identity)) {
        verdict = REVOCATION_FOUND;
    } else if (set->incomplete_until_s > now_s) {
        verdict = REVOCATION_UNKNOWN;
    }
    (void)pthread_mutex_unlock(&set->lock);
    return verdict;
}
