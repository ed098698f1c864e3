/* Decoding one exam's file, then what only the rest of the bank can tell about it. */
#include "bank/exam_file.h"

#include "domain/exam_shape.h"
#include "json/codec.h"

struct reader {
    struct arena *arena;
    const struct json_file *file;
    struct diagnostics *diagnostics;
};

static bool is_known(const struct text_map *map, struct text key)
{
    return key.data == NULL || map == NULL || text_map_find(map, key) != NULL;
}

/* True where the bank has all that the blueprint names. */
static bool check_blueprint(const struct reader *reader, const struct exam_context *context,
                            const struct exam *exam)
{
    bool is_good = true;
    for (size_t i = 0; i < exam->blueprint_count; i++) {
        const struct exam_blueprint_entry *entry = &exam->blueprint[i];
        if (!is_known(context->domains, entry->domain)) {
            is_good = false;
            json_file_report_at(reader->file,
                                arena_printf(reader->arena, "/blueprint/%zu/domain", i),
                                fault_name(FAULT_NOT_FOUND),
                                arena_printf(reader->arena, "the bank has no domain \"%.*s\"",
                                             TEXT_ARG(entry->domain)),
                                reader->diagnostics);
        }
        if (!is_known(context->sections, entry->section)) {
            is_good = false;
            json_file_report_at(reader->file,
                                arena_printf(reader->arena, "/blueprint/%zu/section", i),
                                fault_name(FAULT_NOT_FOUND),
                                arena_printf(reader->arena, "the notes have no section \"%.*s\"",
                                             TEXT_ARG(entry->section)),
                                reader->diagnostics);
        }
    }
    return is_good;
}

bool exam_file_read(struct arena *arena, const struct json_file *file,
                    const struct exam_context *context, struct exam *exam,
                    struct diagnostics *diagnostics)
{
    const struct reader reader = {.arena = arena, .file = file, .diagnostics = diagnostics};
    struct error err = {.code = ERROR_NONE};
    json_t *root = NULL;
    if (!json_file_parse(arena, file, &root, diagnostics)) {
        return false;
    }
    if (!codec_decode(arena, root, &EXAM_SHAPE, exam, &err) ||
        !exam_check(exam, arena, TEXT(""), &err)) {
        json_file_report(file, &err, diagnostics);
        return false;
    }
    return check_blueprint(&reader, context, exam);
}
