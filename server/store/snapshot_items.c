/*
 * The published questions of a bank, read in pages by their id and decoded by two threads while the
 * next page is on its way: a large bank is there in the time that the slower side needs, and no
 * more than two pages of rows are in memory beside what stays.
 */
#include "store/snapshot_items.h"

#include <pthread.h>

#include "store/items.h"
#include "store/sql.h"

enum { PAGE_ROWS = 4096, DECODERS = 2, SCRATCH_RESET_EVERY = 16 };

/* A page of rows and where its items go. */
struct page {
    struct arena *arena; /* of the rows */
    struct db_rows rows;
    struct item *items;
};

/* One thread's part of a page. */
struct decoder {
    const struct bank *bank;
    const struct page *page;
    size_t first, end;
    struct arena *arena;   /* of what stays */
    struct arena *scratch; /* of a few JSON trees */
    pthread_t thread;
    bool is_running;
    bool is_decoded;
    struct error err;
};

static void release_arena(void *resource)
{
    arena_free(resource);
}

static void *decode(void *context)
{
    struct decoder *decoder = context;

    decoder->is_decoded = true;
    for (size_t i = decoder->first; i < decoder->end && decoder->is_decoded; i++) {
        if (i % SCRATCH_RESET_EVERY == 0) {
            arena_reset(decoder->scratch);
        }
        const struct item_source source = {&decoder->page->rows, i, decoder->bank,
                                           decoder->scratch};
        decoder->is_decoded =
            item_read(&source, decoder->arena, &decoder->page->items[i], &decoder->err);
    }
    arena_reset(decoder->scratch); /* nothing of it may point into a page that goes */
    return NULL;
}

/* What no thread can be had for is done here. */
static void decoders_start(struct decoder *decoders, const struct page *page)
{
    for (size_t i = 0; i < DECODERS; i++) {
        struct decoder *decoder = &decoders[i];
        decoder->page = page;
        decoder->first = page->rows.count * i / DECODERS;
        decoder->end = page->rows.count * (i + 1) / DECODERS;
        decoder->is_running = pthread_create(&decoder->thread, NULL, decode, decoder) == 0;
        if (!decoder->is_running) {
            (void)decode(decoder); /* is_decoded says how it went */
        }
    }
}

static bool decoders_wait(struct decoder *decoders, struct error *err)
{
    bool is_decoded = true;

    for (size_t i = 0; i < DECODERS; i++) {
        struct decoder *decoder = &decoders[i];
        if (decoder->is_running) {
            (void)pthread_join(decoder->thread, NULL); /* it was started */
            decoder->is_running = false;
        }
        if (!decoder->is_decoded && is_decoded) {
            *err = decoder->err;
            is_decoded = false;
        }
    }
    return is_decoded;
}

struct count_row {
    int64_t count;
};
static const struct shape_member COUNT_MEMBERS[] = {MEMBER_I64(struct count_row, count)};
static const struct shape COUNT_ROW = SHAPE_OF("CountRow", struct count_row, COUNT_MEMBERS);

static bool count_items(struct db_session *session, const struct bank *bank, struct arena *scratch,
                        size_t *count, struct error *err)
{
    struct db_params params = {.count = 0};
    struct count_row row = {.count = 0};
    struct db_rows rows;

    db_bind_uuid(&params, bank->id);
    if (!db_session_call(session, &SQL_banks_count_questions, &params, scratch, &rows, err) ||
        !db_rows_read(&rows, 0, &COUNT_ROW, scratch, &row, err)) {
        return false;
    }
    *count = (size_t)row.count;
    return true;
}

/* The page that follows the one that ends with `after`. */
static bool read_page(struct db_session *session, const struct bank *bank, struct uuid after,
                      struct page *page, struct error *err)
{
    struct db_params params = {.count = 0};

    arena_reset(page->arena);
    db_bind_uuid(&params, bank->id);
    db_bind_uuid(&params, after);
    db_bind_i64(&params, PAGE_ROWS);
    return db_session_call(session, &SQL_banks_list_questions, &params, page->arena, &page->rows,
                           err);
}

/* Pages take turns: one is decoded while the other is read. */
static bool read_pages(struct db_session *session, struct bank *bank, size_t item_count,
                       struct decoder *decoders, struct page *pages, struct error *err)
{
    struct page *page = &pages[0];
    bool is_read = read_page(session, bank, UUID_NIL, page, err);

    while (is_read && page->rows.count > 0) {
        if (bank->item_count + page->rows.count > item_count) {
            return error_set(err, ERROR_INTERNAL, "a bank has more questions than were counted");
        }
        struct page *next = page == &pages[0] ? &pages[1] : &pages[0];
        struct uuid last;
        if (!item_read_id(&page->rows, page->rows.count - 1, page->arena, &last, err)) {
            return false;
        }
        page->items = &bank->items[bank->item_count];
        decoders_start(decoders, page);
        struct error read_err = {.code = ERROR_NONE};
        is_read = read_page(session, bank, last, next, &read_err);
        if (!decoders_wait(decoders, err)) {
            return false;
        }
        if (!is_read) {
            *err = read_err;
        }
        bank->item_count += page->rows.count;
        page = next;
    }
    return is_read;
}

bool snapshot_items_read(struct db_session *session, struct arena *arena, struct bank *bank,
                         struct error *err)
{
    struct decoder decoders[DECODERS];
    struct page pages[] = {{.arena = arena_create()}, {.arena = arena_create()}};
    size_t count = 0;

    for (size_t i = 0; i < DECODERS; i++) {
        decoders[i] =
            (struct decoder){.bank = bank, .arena = arena_create(), .scratch = arena_create()};
        arena_defer(arena, release_arena, decoders[i].arena);
    }
    bool is_read = count_items(session, bank, pages[0].arena, &count, err);
    if (is_read) {
        bank->items = arena_new_array(arena, count, struct item);
        is_read = read_pages(session, bank, count, decoders, pages, err);
    }
    for (size_t i = 0; i < DECODERS; i++) {
        arena_free(decoders[i].scratch);
    }
    arena_free(pages[0].arena);
    arena_free(pages[1].arena);
    return is_read;
}
