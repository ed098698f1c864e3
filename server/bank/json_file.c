/*
 * JSON faults for authors. The parser's words come with "(line 3, column 7)" at their end, because
 * that is all a client needs; here they become the place of the diagnostic.
 */
#include "bank/json_file.h"

#include "bank/notes_source.h"
#include "base/limits.h"
#include "json/body.h"

/* Takes "line 3, column 7" from the end of a detail, and cuts it off. */
static struct text take_place(struct text detail, struct spot *spot)
{
    struct text message = TEXT_ABSENT;
    struct text place = TEXT_ABSENT;
    struct text line = TEXT_ABSENT;
    struct text column = TEXT_ABSENT;
    int64_t numbers[2] = {0, 0};
    const struct text line_word = TEXT("line ");
    const struct text column_word = TEXT(" column ");
    if (!text_split(detail, '(', &message, &place) || !text_split(place, ')', &place, &column) ||
        !text_split(place, ',', &line, &column) || !text_starts_with(line, line_word) ||
        !text_starts_with(column, column_word) ||
        !text_to_i64(text_slice(line, line_word.len, line.len), &numbers[0]) ||
        !text_to_i64(text_slice(column, column_word.len, column.len), &numbers[1])) {
        return detail;
    }
    spot->line = numbers[0] > 0 ? (size_t)numbers[0] : 0;
    spot->column = numbers[1] > 0 ? (size_t)numbers[1] : 0;
    return text_trim(message);
}

bool json_file_parse(struct arena *arena, const struct json_file *file, json_t **root,
                     struct diagnostics *diagnostics)
{
    struct error err = {.code = ERROR_NONE};
    struct spot spot = {.file = file->name};
    if (notes_source_find_bad_utf8(file->bytes, &spot.line, &spot.column)) {
        diagnostics_add(diagnostics, SEVERITY_ERROR, spot, "not_utf8", "this byte is not UTF-8");
        return false;
    }
    if (body_parse(arena, file->bytes, LIMIT_BANK_FILE_BYTES, root, &err)) {
        return true;
    }
    const struct text message = take_place(text_of(err.detail), &spot);
    diagnostics_add(diagnostics, SEVERITY_ERROR, spot, error_name(err.code), "%.*s",
                    TEXT_ARG(message));
    return false;
}

void json_file_report_at(const struct json_file *file, struct text pointer, const char *code,
                         struct text message, struct diagnostics *diagnostics)
{
    struct spot spot = {.file = file->name};
    if (!diagnostics_are_full(diagnostics, SEVERITY_ERROR)) {
        body_locate(file->bytes, pointer, &spot.line, &spot.column);
    }
    diagnostics_add(diagnostics, SEVERITY_ERROR, spot, code, "%.*s%s%.*s", TEXT_ARG(pointer),
                    pointer.len == 0 ? "" : ": ", TEXT_ARG(message));
}

void json_file_report(const struct json_file *file, const struct error *err,
                      struct diagnostics *diagnostics)
{
    size_t listed_count = 0;
    for (const struct fault *fault = err->faults; fault != NULL; fault = fault->next) {
        json_file_report_at(file, fault->place, fault_name(fault->code), fault->detail,
                            diagnostics);
        listed_count++;
    }
    diagnostics->error_count += err->fault_count - listed_count;
}
