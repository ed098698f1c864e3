/*
 * Collecting links. Only http and https: a link in notes is something to read, and other schemes
 * (javascript:, data:) must not reach a client as one. Bare URLs are found as GitHub's extended
 * autolinks are: to the next blank or '<', without punctuation at the end.
 */
#include "bank/notes_links.h"

#include <string.h>

#include "base/buffer.h"

enum { URL_BYTES_MAX = 2000, LINKS_MIN = 4, WORDS_BYTES_MAX = 64 * 1024 * 1024 };

void notes_links_init(struct notes_links *links, struct arena *arena)
{
    *links = (struct notes_links){.arena = arena};
    text_map_init(&links->seen, arena);
}

struct text notes_links_words(struct arena *arena, cmark_node *node)
{
    struct buffer words;
    buffer_init(&words, arena, WORDS_BYTES_MAX);
    cmark_iter *iterator = cmark_iter_new(node);
    for (cmark_event_type event = cmark_iter_next(iterator); event != CMARK_EVENT_DONE;
         event = cmark_iter_next(iterator)) {
        cmark_node *part = cmark_iter_get_node(iterator);
        const cmark_node_type type = cmark_node_get_type(part);
        if (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE) {
            buffer_append(&words, text_of(cmark_node_get_literal(part)));
        } else if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK) {
            buffer_append_char(&words, ' ');
        }
    }
    cmark_iter_free(iterator);
    return text_trim((struct text){.data = words.data == NULL ? "" : words.data, .len = words.len});
}

static bool is_alphanumeric(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Length of "https://" or "http://" at the beginning; 0: neither. */
static size_t scheme_length(struct text t)
{
    if (text_equal_ignoring_case(text_slice(t, 0, 8), TEXT("https://"))) {
        return 8;
    }
    return text_equal_ignoring_case(text_slice(t, 0, 7), TEXT("http://")) ? 7 : 0;
}

static bool is_web_url(struct text url)
{
    const size_t scheme = scheme_length(url);
    if (scheme == 0 || url.len > URL_BYTES_MAX || url.len == scheme) {
        return false;
    }
    for (size_t i = 0; i < url.len; i++) {
        if ((unsigned char)url.data[i] <= ' ' || url.data[i] == '\x7F') {
            return false;
        }
    }
    const char host = url.data[scheme];
    return is_alphanumeric(host) || host == '[' || (unsigned char)host >= 0x80;
}

static void add(struct notes_links *links, struct text url, struct text title)
{
    if (!is_web_url(url) || text_map_find(&links->seen, url) != NULL) {
        return;
    }
    const struct text kept = arena_copy(links->arena, url);
    text_map_add(&links->seen, kept, 0);
    if (links->count == links->capacity) {
        links->capacity = links->capacity == 0 ? LINKS_MIN : 2 * links->capacity;
        struct link *items = arena_new_array(links->arena, links->capacity, struct link);
        if (links->count > 0) {
            memcpy(items, links->items, links->count * sizeof *items);
        }
        links->items = items;
    }
    links->items[links->count++] = (struct link){
        .url = kept, .title = title.len == 0 ? kept : arena_copy(links->arena, title)};
}

/* Whether the last ')' has no '(' inside the URL: then it closes a parenthesis that the URL stands
 * in. */
static bool ends_with_stray_parenthesis(struct text url)
{
    int64_t open_count = 0;
    for (size_t i = 0; i < url.len; i++) {
        open_count += url.data[i] == '(' ? 1 : 0;
        open_count -= url.data[i] == ')' ? 1 : 0;
    }
    return url.data[url.len - 1] == ')' && open_count < 0;
}

/* The URL at the beginning of a text, empty where it is too long to be one. */
static struct text take_url(struct text t)
{
    struct text url = {.data = t.data, .len = 0};
    while (url.len < t.len && (unsigned char)t.data[url.len] > ' ' && t.data[url.len] != '<') {
        url.len++;
    }
    if (url.len > URL_BYTES_MAX) {
        return text_slice(url, 0, 0);
    }
    while (url.len > 0 && (strchr("?!.,:;*_~'\"`", url.data[url.len - 1]) != NULL ||
                           ends_with_stray_parenthesis(url))) {
        url.len--;
    }
    return url;
}

static void add_bare_urls(struct notes_links *links, struct text t)
{
    size_t at = 0;
    while (at < t.len) {
        const struct text rest = text_slice(t, at, t.len);
        const bool is_start = at == 0 || !is_alphanumeric(t.data[at - 1]);
        if (!is_start || scheme_length(rest) == 0) {
            at++;
            continue;
        }
        const struct text url = take_url(rest);
        add(links, url, TEXT(""));
        at += url.len == 0 ? scheme_length(rest) : url.len;
    }
}

void notes_links_visit(struct notes_links *links, cmark_event_type event, cmark_node *node)
{
    const cmark_node_type type = cmark_node_get_type(node);
    if (type == CMARK_NODE_LINK && event == CMARK_EVENT_ENTER) {
        links->link_depth++;
        add(links, text_of(cmark_node_get_url(node)), notes_links_words(links->arena, node));
    } else if (type == CMARK_NODE_LINK) {
        links->link_depth--;
    } else if (type == CMARK_NODE_TEXT && links->link_depth == 0) {
        add_bare_urls(links, text_of(cmark_node_get_literal(node)));
    }
}
