/* Names of the formats, and what files in the wrong clothes give themselves away by. */
#include "formats/format.h"

#include <string.h>

static const char *const FORMAT_NAMES[FORMAT_COUNT] = {
    [FORMAT_JSON] = "json",   [FORMAT_JSON_LINES] = "jsonl", [FORMAT_GIFT] = "gift",
    [FORMAT_AIKEN] = "aiken", [FORMAT_MOODLE] = "moodle",    [FORMAT_CSV] = "csv",
    [FORMAT_ANKI] = "anki",
};
const struct enumeration FORMATS = {.names = FORMAT_NAMES, .count = FORMAT_COUNT};

static const char *const MEDIA_TYPES[FORMAT_COUNT] = {
    [FORMAT_JSON] = "application/json",
    [FORMAT_JSON_LINES] = "application/jsonl",
    [FORMAT_GIFT] = "text/plain; charset=utf-8",
    [FORMAT_AIKEN] = "text/plain; charset=utf-8",
    [FORMAT_MOODLE] = "application/xml",
    [FORMAT_CSV] = "text/csv; charset=utf-8",
    [FORMAT_ANKI] = "text/tab-separated-values; charset=utf-8",
};

const char *format_media_type(enum format format)
{
    return MEDIA_TYPES[format];
}

bool format_has_type(enum format format, enum question_type type)
{
    switch (format) {
    case FORMAT_JSON:
    case FORMAT_JSON_LINES:
    case FORMAT_CSV:
        return true;
    case FORMAT_GIFT:
    case FORMAT_MOODLE:
        return type != QUESTION_ORDERING;
    case FORMAT_AIKEN:
        return type == QUESTION_SINGLE_CHOICE;
    case FORMAT_ANKI:
        return type == QUESTION_SHORT_TEXT || type == QUESTION_CLOZE;
    case FORMAT_COUNT:
        break;
    }
    return false;
}

static bool has_letter_after_bracket(struct text head)
{
    return head.len > 1 && head.data[0] == '<' &&
           (head.data[1] == '?' || head.data[1] == '!' ||
            (head.data[1] >= 'A' && head.data[1] <= 'Z') ||
            (head.data[1] >= 'a' && head.data[1] <= 'z'));
}

/* What XML cannot begin with tells best what it is instead. */
static const char *describe_not_xml(struct text head)
{
    if (head.data[0] == '[' || head.data[0] == '{') {
        return "JSON";
    }
    if (text_starts_with(head, TEXT("::")) || text_starts_with(head, TEXT("//")) ||
        text_starts_with(head, TEXT("$CATEGORY"))) {
        return "GIFT";
    }
    const char *end = memchr(head.data, '\n', head.len);
    const size_t length = end == NULL ? head.len : (size_t)(end - head.data);
    if (memchr(head.data, ',', length) != NULL || memchr(head.data, ';', length) != NULL) {
        return "CSV";
    }
    return "plain text";
}

const char *format_find_disguise(enum format format, struct text head)
{
    const struct text first = text_trim(head);
    if (text_starts_with(head, TEXT("PK\x03\x04"))) {
        return "a ZIP file (an .xlsx, .docx or .apkg is one)";
    }
    if (text_starts_with(head, TEXT("%PDF-"))) {
        return "a PDF";
    }
    if (first.len == 0) {
        return NULL;
    }
    if (format == FORMAT_MOODLE) {
        return first.data[0] == '<' ? NULL : describe_not_xml(first);
    }
    if (text_starts_with(first, TEXT("<?xml")) || text_starts_with(first, TEXT("<quiz")) ||
        text_starts_with(first, TEXT("<!DOCTYPE")) ||
        (format == FORMAT_CSV && has_letter_after_bracket(first))) {
        return "XML";
    }
    const bool is_json = format == FORMAT_JSON || format == FORMAT_JSON_LINES;
    if (format == FORMAT_CSV && (first.data[0] == '[' || first.data[0] == '{')) {
        return "JSON";
    }
    if (is_json && first.data[0] == '<') {
        return "XML";
    }
    return NULL;
}
