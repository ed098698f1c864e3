/* One note of Anki: a front and a back, or a text with gaps. */
#include <string.h>

#include "formats/anki.h"
#include "formats/answers.h"
#include "formats/markdown.h"

enum { MARK_FIRST = 0x80, MARK_BYTES = 3, FIELDS_MAX = 8, MEDIA_BYTES_MAX = 300 };

struct note {
    struct draft *draft;
    enum markup markup;
    struct text fields[FIELDS_MAX];
    size_t field_count;
};

/* "AWS::DynamoDB" is the path AWS/DynamoDB. */
static struct text path_of(struct arena *arena, struct text name)
{
    char *out = arena_alloc_bytes(arena, name.len + 1);
    size_t len = 0;
    for (size_t at = 0; at < name.len; at++) {
        const bool is_separator =
            name.data[at] == ':' && at + 1 < name.len && name.data[at + 1] == ':';
        out[len++] = (char)(is_separator ? '/' : name.data[at]);
        at += is_separator ? 1 : 0;
    }
    return (struct text){.data = out, .len = len};
}

static void add_tags(struct draft *draft, struct text tags)
{
    struct text tag = TEXT_ABSENT;
    bool has_more = tags.len > 0;
    while (has_more) {
        has_more = text_split(tags, ' ', &tag, &tags);
        draft_add_label(draft, path_of(draft->arena, tag));
    }
}

/* "[sound:x.mp3]" and pictures are files beside the notes. */
static struct text without_media(struct draft *draft, struct text field)
{
    char *out = arena_alloc_bytes(draft->arena, field.len + 1);
    const struct text mark = TEXT("[sound:");
    size_t len = 0;
    for (size_t at = 0; at < field.len; at++) {
        const struct text rest = text_slice(field, at, MEDIA_BYTES_MAX);
        const char *end = text_starts_with(rest, mark) ? memchr(rest.data, ']', rest.len) : NULL;
        if (end == NULL) {
            out[len++] = field.data[at];
            continue;
        }
        draft_warn(draft, "media_lost", "the sound \"%.*s\" is lost",
                   TEXT_ARG(text_slice(rest, mark.len, (size_t)(end - rest.data) - mark.len)));
        at += (size_t)(end - rest.data);
    }
    return (struct text){.data = out, .len = len};
}

/* Labels and ids to the draft; the other cells are the note's fields. */
static void sort_cells(struct note *note, const struct anki_headers *headers,
                       const struct table_row *row)
{
    struct draft *draft = note->draft;
    for (size_t i = 0; i < row->count; i++) {
        const size_t column = i + 1;
        if (column == headers->guid_column) {
            draft->id = row->cells[i];
        } else if (column == headers->deck_column) {
            draft->category = path_of(draft->arena, row->cells[i]);
        } else if (column == headers->tags_column) {
            add_tags(draft, row->cells[i]);
        } else if (column != headers->notetype_column && note->field_count < FIELDS_MAX) {
            note->fields[note->field_count++] = without_media(draft, row->cells[i]);
        }
    }
}

/* '*' would stand for anything. */
static struct text without_wildcards(struct arena *arena, struct text answer)
{
    char *out = arena_alloc_bytes(arena, 2 * answer.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < answer.len; i++) {
        if (answer.data[i] == '*') {
            out[len++] = '\\';
        }
        out[len++] = answer.data[i];
    }
    return (struct text){.data = out, .len = len};
}

static struct accepted_text accepted_of(const struct note *note, struct text field)
{
    struct arena *arena = note->draft->arena;
    return (struct accepted_text){
        without_wildcards(arena, markup_to_plain(arena, note->markup, field))};
}

/* "{{c1::answer::hint}}" at `at`: its answer, and where it ends. */
static bool read_gap(struct draft *draft, struct text text, size_t at, struct text *answer,
                     size_t *end)
{
    struct text number = TEXT_ABSENT;
    struct text rest = TEXT_ABSENT;
    const struct text front = text_slice(text, at, 8);
    if (!text_starts_with(front, TEXT("{{c")) || !text_split(front, ':', &number, &rest) ||
        rest.len == 0 || rest.data[0] != ':') {
        return false;
    }
    const size_t from = at + number.len + 2;
    size_t to = from;
    while (to + 1 < text.len && !(text.data[to] == '}' && text.data[to + 1] == '}')) {
        to++;
    }
    *answer = text_slice(text, from, to - from);
    *end = to + 2;
    for (size_t i = 0; i + 1 < answer->len; i++) {
        if (answer->data[i] == ':' && answer->data[i + 1] == ':') {
            draft_warn(draft, "hint_lost", "the hint in a gap is lost");
            answer->len = i;
        }
    }
    return true;
}

/* The text with private characters for its gaps. */
static struct text mark_gaps(const struct note *note, struct gap *gaps, size_t *count)
{
    struct draft *draft = note->draft;
    const struct text text = note->fields[0];
    char *out = arena_alloc_bytes(draft->arena, text.len + 1);
    struct text answer = TEXT_ABSENT;
    size_t len = 0;
    size_t end = 0;
    for (size_t at = 0; at < text.len;) {
        if (text.data[at] != '{' || *count == QUESTION_GAPS_MAX ||
            !read_gap(draft, text, at, &answer, &end)) {
            out[len++] = text.data[at++];
            continue;
        }
        struct accepted_text *accepted = arena_new(draft->arena, struct accepted_text);
        *accepted = accepted_of(note, answer);
        gaps[*count] = (struct gap){
            .id = answers_letter(draft->arena, *count), .accepted = accepted, .accepted_count = 1};
        const char mark[MARK_BYTES] = {'\xEE', '\x80', (char)(MARK_FIRST + (int)*count)};
        memcpy(out + len, mark, MARK_BYTES); /* shorter than "{{c1::" */
        len += MARK_BYTES;
        *count += 1;
        at = end;
    }
    return (struct text){.data = out, .len = len};
}

static void fill_cloze(const struct note *note)
{
    struct draft *draft = note->draft;
    struct question *q = &draft->question;
    struct gap *gaps = arena_new_array(draft->arena, QUESTION_GAPS_MAX, struct gap);
    struct buffer out;
    struct error err = {.code = ERROR_NONE};
    const struct text marked = mark_gaps(note, gaps, &q->gap_count);
    const struct text stem = markup_to_markdown(draft, note->markup, marked);
    q->type = QUESTION_CLOZE;
    q->gaps = gaps;
    buffer_init(&out, draft->arena, 3 * stem.len + 1);
    for (size_t at = 0; at < stem.len; at++) {
        const unsigned char last = at + 2 < stem.len ? (unsigned char)stem.data[at + 2] : 0;
        if (stem.data[at] == '\xEE' && last >= MARK_FIRST && last < MARK_FIRST + q->gap_count) {
            buffer_printf(&out, "[[%.*s]]", TEXT_ARG(gaps[last - MARK_FIRST].id));
            at += MARK_BYTES - 1;
        } else {
            buffer_append_char(&out, stem.data[at]);
        }
    }
    if (!buffer_text(&out, &q->stem, &err)) {
        (void)draft_refuse(draft, "too_long", "the text is too long"); /* always false */
    }
}

static bool has_gaps(struct text text)
{
    for (size_t at = 0; at + 3 < text.len; at++) {
        if (text_starts_with(text_slice(text, at, 4), TEXT("{{c"))) {
            return true;
        }
    }
    return false;
}

static void fill_card(const struct note *note)
{
    struct draft *draft = note->draft;
    struct question *q = &draft->question;
    struct accepted_text *accepted = arena_new(draft->arena, struct accepted_text);
    if (note->field_count < 2 || text_trim(note->fields[1]).len == 0) {
        (void)draft_refuse(draft, "no_back", "the card has no back"); /* always false */
        return;
    }
    *accepted = accepted_of(note, note->fields[1]);
    q->type = QUESTION_SHORT_TEXT;
    q->stem = markup_to_markdown(draft, note->markup, note->fields[0]);
    q->accepted = accepted;
    q->accepted_count = 1;
}

void anki_read(struct draft *draft, const struct anki_headers *headers, const struct table_row *row)
{
    struct note note = {.draft = draft, .markup = headers->is_html ? MARKUP_HTML : MARKUP_PLAIN};
    draft->category = path_of(draft->arena, headers->deck);
    add_tags(draft, headers->tags);
    sort_cells(&note, headers, row);
    const bool is_cloze = note.field_count > 0 && has_gaps(note.fields[0]);
    const size_t extra = is_cloze ? 1 : 2;
    if (is_cloze) {
        fill_cloze(&note);
    } else {
        fill_card(&note);
    }
    if (note.field_count > extra) {
        draft->question.explanation = markup_to_markdown(draft, note.markup, note.fields[extra]);
    }
    for (size_t i = extra + 1; i < note.field_count; i++) {
        if (note.fields[i].len > 0) {
            draft_warn(draft, "field_lost", "field %zu of the note is lost", i + 1);
        }
    }
}
