/*
 * Reading a bank's folder: bank.json, notes.md, then the questions files and the exams in the order
 * of their names. Everything is read even when something is wrong already, so that one run tells an
 * author all of it; what needs two files to be seen is checked last.
 */
#include "bank/folder.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "bank/exam_file.h"
#include "bank/file.h"
#include "bank/question_places.h"
#include "bank/questions_file.h"
#include "bank/text_map.h"
#include "base/limits.h"
#include "json/codec.h"

enum {
    BANK_TITLE_MAX = 200,
    LANGUAGE_MIN = 2,
    LANGUAGE_MAX = 35, /* RFC 5646 */
    TIME_ZONE_MAX = 63,
    DOMAINS_MAX = 100,
    MILLI = 1000,
    PERCENT = 100
};

static const struct shape_member DOMAIN_MEMBERS[] = {
    MEMBER_TEXT(struct bank_domain, slug, .min = 1, .max = LIMIT_SLUG_BYTES, .format = "slug"),
    MEMBER_TEXT(struct bank_domain, title, .min = 1, .max = BANK_TITLE_MAX),
    MEMBER_I64(struct bank_domain, weight, .min = 0, .max = PERCENT),
};
static const struct shape DOMAIN_SHAPE = SHAPE_OF("BankDomain", struct bank_domain, DOMAIN_MEMBERS);

static const struct shape_member BANK_MEMBERS[] = {
    MEMBER_TEXT(struct bank_folder, slug, .min = 1, .max = LIMIT_SLUG_BYTES, .format = "slug"),
    MEMBER_TEXT(struct bank_folder, title, .min = 1, .max = BANK_TITLE_MAX),
    MEMBER_TEXT(struct bank_folder, language, .min = LANGUAGE_MIN, .max = LANGUAGE_MAX),
    MEMBER_MILLI(struct bank_folder, target, .min = 1, .max = MILLI),
    MEMBER_TEXT(struct bank_folder, time_zone, .flags = SHAPE_OPTIONAL, .min = 1,
                .max = TIME_ZONE_MAX),
    MEMBER_LIST(struct bank_folder, domains, domain_count, struct bank_domain, &DOMAIN_SHAPE,
                .flags = SHAPE_OPTIONAL, .min = 0, .max = DOMAINS_MAX),
};
static const struct shape BANK_SHAPE = SHAPE_OF("BankFile", struct bank_folder, BANK_MEMBERS);

struct reader {
    struct arena *arena;
    const char *path;
    struct bank_folder *folder;
    struct diagnostics *diagnostics;
    struct question_list questions;
    bool has_bank;
    bool has_notes;
    struct text_map sections; /* path → index */
    struct text_map domains;
    struct text_map slugs; /* → index of the question */
    struct text_map exams; /* slug → index */
};

static bool check_folder(const char *path, struct diagnostics *diagnostics)
{
    struct stat status;
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
        return true;
    }
    diagnostics_add(diagnostics, SEVERITY_ERROR, (struct spot){.file = text_of(path)}, "unreadable",
                    "there is no such folder, or it cannot be read");
    return false;
}

static void check_domains(struct reader *reader, const struct json_file *file)
{
    const struct bank_folder *folder = reader->folder;
    int64_t sum = 0;
    for (size_t i = 0; i < folder->domain_count; i++) {
        sum += folder->domains[i].weight;
        if (text_map_find(&reader->domains, folder->domains[i].slug) != NULL) {
            json_file_report_at(file, arena_printf(reader->arena, "/domains/%zu/slug", i),
                                fault_name(FAULT_DUPLICATE), TEXT("is listed twice"),
                                reader->diagnostics);
            continue;
        }
        text_map_add(&reader->domains, folder->domains[i].slug, i);
    }
    if (folder->domain_count > 0 && sum != PERCENT) {
        diagnostics_add(reader->diagnostics, SEVERITY_WARNING, (struct spot){.file = file->name},
                        "domain_weights", "the weights of the domains add up to %lld percent",
                        (long long)sum);
    }
}

static void read_bank(struct reader *reader)
{
    const char *path = arena_printf(reader->arena, "%s/bank.json", reader->path).data;
    struct json_file file = {.name = text_of(path)};
    json_t *root = NULL;
    struct error err = {.code = ERROR_NONE};
    if (!bank_file_read(reader->arena, path, LIMIT_BANK_FILE_BYTES, &file.bytes,
                        reader->diagnostics) ||
        !json_file_parse(reader->arena, &file, &root, reader->diagnostics)) {
        return;
    }
    if (!codec_decode(reader->arena, root, &BANK_SHAPE, reader->folder, &err)) {
        json_file_report(&file, &err, reader->diagnostics);
        return;
    }
    reader->has_bank = true;
    check_domains(reader, &file);
}

static void read_notes(struct reader *reader)
{
    const char *path = arena_printf(reader->arena, "%s/notes.md", reader->path).data;
    struct notes *notes = &reader->folder->notes;
    struct text bytes = TEXT_ABSENT;
    reader->has_notes =
        bank_file_read(reader->arena, path, LIMIT_NOTES_BYTES, &bytes, reader->diagnostics) &&
        notes_parse(reader->arena, text_of(path), bytes, notes, reader->diagnostics);
    reader->folder->notes_markdown = notes->markdown;
    for (size_t i = 0; i < notes->section_count && reader->has_notes; i++) {
        text_map_add(&reader->sections, notes->sections[i].path, i);
    }
}

static void read_questions(struct reader *reader)
{
    const struct text path = arena_printf(reader->arena, "%s/questions", reader->path);
    const char **files = NULL;
    size_t file_count = 0;
    if (!bank_file_list(reader->arena, path.data, ".json", &files, &file_count,
                        reader->diagnostics)) {
        return;
    }
    for (size_t i = 0; i < file_count; i++) {
        struct json_file *file = arena_new(reader->arena, struct json_file);
        file->name = text_of(files[i]);
        if (bank_file_read(reader->arena, files[i], LIMIT_BANK_FILE_BYTES, &file->bytes,
                           reader->diagnostics)) {
            questions_file_read(reader->arena, file, &reader->questions, reader->diagnostics);
        }
    }
    if (file_count == 0) {
        diagnostics_add(reader->diagnostics, SEVERITY_WARNING, (struct spot){.file = path},
                        "no_questions", "there is no questions file");
    }
}

/* Adds the exam of one file; its slug must be new. */
static void read_exam(struct reader *reader, const char *path, struct bank_exam *exams)
{
    struct json_file file = {.name = text_of(path)};
    struct bank_exam *exam = &exams[reader->folder->exam_count];
    const struct exam_context context = {
        .domains = reader->has_bank ? &reader->domains : NULL,
        .sections = reader->has_notes ? &reader->sections : NULL,
    };
    *exam = (struct bank_exam){.file = file.name};
    if (!bank_file_read(reader->arena, path, LIMIT_BANK_FILE_BYTES, &file.bytes,
                        reader->diagnostics) ||
        !exam_file_read(reader->arena, &file, &context, &exam->exam, reader->diagnostics)) {
        return;
    }
    const size_t *first = text_map_find(&reader->exams, exam->exam.slug);
    if (first != NULL) {
        json_file_report_at(&file, TEXT("/slug"), fault_name(FAULT_DUPLICATE),
                            arena_printf(reader->arena, "\"%.*s\" is used already, in %.*s",
                                         TEXT_ARG(exam->exam.slug), TEXT_ARG(exams[*first].file)),
                            reader->diagnostics);
        return;
    }
    text_map_add(&reader->exams, exam->exam.slug, reader->folder->exam_count++);
}

/* A bank need not have exams. */
static void read_exams(struct reader *reader)
{
    const char *path = arena_printf(reader->arena, "%s/exams", reader->path).data;
    const char **files = NULL;
    size_t file_count = 0;
    struct stat status;
    if ((stat(path, &status) != 0 && errno == ENOENT) ||
        !bank_file_list(reader->arena, path, ".json", &files, &file_count, reader->diagnostics)) {
        return;
    }
    struct bank_exam *exams = arena_new_array(reader->arena, file_count, struct bank_exam);
    for (size_t i = 0; i < file_count; i++) {
        read_exam(reader, files[i], exams);
    }
    reader->folder->exams = exams;
}

/* A fault of a question that only the whole bank shows. */
static void report(struct reader *reader, size_t question, struct text member, enum fault_code code,
                   struct text message)
{
    const struct bank_question *item = &reader->questions.items[question];
    const struct text pointer =
        arena_printf(reader->arena, "/%zu/%.*s", item->index, TEXT_ARG(member));
    json_file_report_at(item->json, pointer, fault_name(code), message, reader->diagnostics);
}

static void check_slug(struct reader *reader, size_t index)
{
    const struct bank_question *item = &reader->questions.items[index];
    const size_t *first = text_map_find(&reader->slugs, item->question.slug);
    if (first == NULL) {
        text_map_add(&reader->slugs, item->question.slug, index);
        return;
    }
    const struct bank_question *other = &reader->questions.items[*first];
    report(reader, index, TEXT("slug"), FAULT_DUPLICATE,
           arena_printf(reader->arena, "\"%.*s\" is used already, at %.*s:%zu:%zu",
                        TEXT_ARG(item->question.slug), TEXT_ARG(other->file), other->line,
                        other->column));
}

static void check_question(struct reader *reader, size_t index)
{
    const struct bank_question *item = &reader->questions.items[index];
    const struct bank_places places = {.section_indexes =
                                           reader->has_notes ? &reader->sections : NULL,
                                       .sections = reader->folder->notes.sections,
                                       .domains = reader->has_bank ? &reader->domains : NULL};
    struct error err = {.code = ERROR_NONE};

    check_slug(reader, index);
    if (!question_check_places(&item->question, &places, reader->arena,
                               arena_printf(reader->arena, "/%zu", item->index), &err)) {
        json_file_report(item->json, &err, reader->diagnostics);
    }
}

/* Without trailing slashes, so that messages do not double them. */
static const char *clean_path(struct arena *arena, const char *path)
{
    struct text t = text_of(path);
    while (t.len > 1 && t.data[t.len - 1] == '/') {
        t.len--;
    }
    return arena_string(arena, t);
}

bool bank_folder_read(struct arena *arena, const char *path, struct bank_folder *folder,
                      struct diagnostics *diagnostics)
{
    struct reader reader = {.arena = arena,
                            .path = clean_path(arena, path),
                            .folder = folder,
                            .diagnostics = diagnostics};
    const size_t errors_before = diagnostics->error_count;
    *folder = (struct bank_folder){.path = text_of(reader.path)};
    if (!check_folder(reader.path, diagnostics)) {
        return false;
    }
    text_map_init(&reader.sections, arena);
    text_map_init(&reader.domains, arena);
    text_map_init(&reader.slugs, arena);
    text_map_init(&reader.exams, arena);
    read_bank(&reader);
    read_notes(&reader);
    read_questions(&reader);
    read_exams(&reader);
    for (size_t i = 0; i < reader.questions.count; i++) {
        check_question(&reader, i);
    }
    folder->questions = reader.questions.items;
    folder->question_count = reader.questions.count;
    return diagnostics->error_count == errors_before;
}
