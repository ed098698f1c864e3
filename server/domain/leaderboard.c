/* A treap: a search tree by place on the board, a heap by a number that is as good as random (the
 * hash of an id), so that its depth is logarithmic whatever comes. Beside it a hash table by id.
 * Recursion goes as deep as the tree: some 60 for a million. */
#include "domain/leaderboard.h"

static const char *const WINDOW_NAMES[BOARD_WINDOW_COUNT] = {"day", "week", "all"};
const struct enumeration BOARD_WINDOWS = {WINDOW_NAMES, BOARD_WINDOW_COUNT};

enum { FIRST_BUCKETS = 64 };

struct node {
    struct standing standing;
    struct node *left;
    struct node *right;
    struct node *next; /* in its bucket, or in the list of those that are free */
    size_t size;       /* of the tree below, with this one */
    uint64_t priority;
};

struct leaderboard {
    struct arena *arena;
    struct node *root;
    struct node *free;
    struct node **buckets;
    size_t bucket_count; /* a power of two */
};

/* Negative: `a` stands before `b`. */
static int compare(const struct standing *a, const struct standing *b)
{
    if (a->points != b->points) {
        return a->points > b->points ? -1 : 1;
    }
    if (a->reached_at != b->reached_at) {
        return a->reached_at < b->reached_at ? -1 : 1;
    }
    return memcmp(a->id.bytes, b->id.bytes, sizeof a->id.bytes);
}

static size_t size_of(const struct node *node)
{
    return node == NULL ? 0 : node->size;
}

static void recount(struct node *node)
{
    node->size = 1 + size_of(node->left) + size_of(node->right);
}

/* Those before `key` go to *left, the others to *right. */
static void split(struct node *node, const struct standing *key, struct node **left,
                  struct node **right)
{
    if (node == NULL) {
        *left = NULL;
        *right = NULL;
    } else if (compare(&node->standing, key) < 0) {
        split(node->right, key, &node->right, right);
        *left = node;
        recount(node);
    } else {
        split(node->left, key, left, &node->left);
        *right = node;
        recount(node);
    }
}

/* All of `left` stand before all of `right`. */
static struct node *merge(struct node *left, struct node *right)
{
    if (left == NULL || right == NULL) {
        return left == NULL ? right : left;
    }
    if (left->priority > right->priority) {
        left->right = merge(left->right, right);
        recount(left);
        return left;
    }
    right->left = merge(left, right->left);
    recount(right);
    return right;
}

static struct node *without(struct node *node, const struct standing *key)
{
    if (node == NULL) {
        return NULL;
    }
    const int order = compare(key, &node->standing);
    if (order == 0) {
        return merge(node->left, node->right);
    }
    if (order < 0) {
        node->left = without(node->left, key);
    } else {
        node->right = without(node->right, key);
    }
    recount(node);
    return node;
}

static struct node **bucket_of(const struct leaderboard *board, struct uuid id)
{
    return &board->buckets[uuid_hash(id) & (board->bucket_count - 1)];
}

static struct node *find(const struct leaderboard *board, struct uuid id)
{
    struct node *node = *bucket_of(board, id);

    while (node != NULL && !uuid_equal(node->standing.id, id)) {
        node = node->next;
    }
    return node;
}

/* The old buckets stay in the arena: together they are no more than the new ones. */
static void grow(struct leaderboard *board)
{
    const size_t old_count = board->bucket_count;
    struct node **old = board->buckets;

    board->bucket_count = 2 * old_count;
    board->buckets = arena_new_array(board->arena, board->bucket_count, struct node *);
    for (size_t i = 0; i < old_count; i++) {
        while (old[i] != NULL) {
            struct node *node = old[i];
            old[i] = node->next;
            struct node **bucket = bucket_of(board, node->standing.id);
            node->next = *bucket;
            *bucket = node;
        }
    }
}

static struct node *add_node(struct leaderboard *board, struct uuid id)
{
    if (size_of(board->root) >= board->bucket_count) {
        grow(board);
    }
    struct node *node = board->free;
    if (node == NULL) {
        node = arena_new(board->arena, struct node);
    } else {
        board->free = node->next;
    }
    struct node **bucket = bucket_of(board, id);
    node->next = *bucket;
    *bucket = node;
    return node;
}

struct leaderboard *leaderboard_create(struct arena *arena)
{
    struct leaderboard *board = arena_new(arena, struct leaderboard);

    board->arena = arena;
    board->bucket_count = FIRST_BUCKETS;
    board->buckets = arena_new_array(arena, FIRST_BUCKETS, struct node *);
    return board;
}

void leaderboard_put(struct leaderboard *board, const struct standing *standing)
{
    struct node *node = find(board, standing->id);
    struct node *left = NULL;
    struct node *right = NULL;

    if (node != NULL && compare(&node->standing, standing) == 0) {
        return;
    }
    if (node == NULL) {
        node = add_node(board, standing->id);
    } else {
        board->root = without(board->root, &node->standing);
    }
    node->standing = *standing;
    node->priority = uuid_hash(standing->id) * UINT64_C(0x9e3779b97f4a7c15);
    node->left = NULL;
    node->right = NULL;
    node->size = 1;
    split(board->root, standing, &left, &right);
    board->root = merge(merge(left, node), right);
}

void leaderboard_remove(struct leaderboard *board, struct uuid id)
{
    struct node **place = bucket_of(board, id);

    while (*place != NULL && !uuid_equal((*place)->standing.id, id)) {
        place = &(*place)->next;
    }
    struct node *node = *place;
    if (node != NULL) {
        board->root = without(board->root, &node->standing);
        *place = node->next;
        node->next = board->free;
        board->free = node;
    }
}

size_t leaderboard_count(const struct leaderboard *board)
{
    return size_of(board->root);
}

/* How many stand before `key`. */
static size_t count_before(const struct leaderboard *board, const struct standing *key)
{
    const struct node *node = board->root;
    size_t count = 0;

    while (node != NULL) {
        if (compare(&node->standing, key) < 0) {
            count += 1 + size_of(node->left);
            node = node->right;
        } else {
            node = node->left;
        }
    }
    return count;
}

int64_t leaderboard_rank(const struct leaderboard *board, int64_t points)
{
    const struct standing first_of_them = {.points = points, .reached_at = INT64_MIN};

    return 1 + (int64_t)count_before(board, &first_of_them);
}

const struct standing *leaderboard_find(const struct leaderboard *board, struct uuid id)
{
    const struct node *node = find(board, id);

    return node == NULL ? NULL : &node->standing;
}

static const struct standing *at(const struct leaderboard *board, size_t place)
{
    const struct node *node = board->root;

    for (;;) {
        const size_t before = size_of(node->left);
        if (place == before) {
            return &node->standing;
        }
        if (place < before) {
            node = node->left;
        } else {
            place -= before + 1;
            node = node->right;
        }
    }
}

static size_t first_place(const struct leaderboard *board, const struct board_view *view,
                          const struct standing *me)
{
    if (view->is_around_me && me != NULL) {
        const size_t place = count_before(board, me);
        return place > view->limit / 2 ? place - view->limit / 2 : 0;
    }
    if (view->after == NULL || view->is_around_me) {
        return 0;
    }
    const struct standing *there = leaderboard_find(board, view->after->id);
    const bool is_there = there != NULL && compare(there, view->after) == 0;
    return count_before(board, view->after) + (is_there ? 1 : 0);
}

struct board_page leaderboard_page(const struct leaderboard *board, const struct board_view *view,
                                   struct arena *arena)
{
    struct board_page page = {.total = leaderboard_count(board)};
    const struct standing *me = leaderboard_find(board, view->me);
    const size_t first = first_place(board, view, me);
    const size_t left = page.total > first ? page.total - first : 0;

    page.count = left < view->limit ? left : view->limit;
    page.has_more = left > page.count;
    struct board_entry *entries = arena_new_array(arena, page.count, struct board_entry);
    for (size_t i = 0; i < page.count; i++) {
        entries[i].standing = *at(board, first + i);
        entries[i].rank = leaderboard_rank(board, entries[i].standing.points);
    }
    page.entries = entries;
    if (me != NULL) {
        struct board_entry *mine = arena_new(arena, struct board_entry);
        *mine = (struct board_entry){*me, leaderboard_rank(board, me->points)};
        page.me = mine;
    }
    return page;
}
