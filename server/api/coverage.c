/* Coverage of the published questions: the same count as `quizd coverage` makes of a folder. */
#include "api/coverage.h"

#include "api/bank_members.h"
#include "api/banks.h"
#include "bank/domains.h"
#include "store/notes.h"
#include "json/codec.h"

/* The bank in memory as the folder it could have been read from. */
static void fill_folder(struct arena *arena, const struct bank *bank, struct bank_folder *folder)
{
    struct bank_question *questions =
        arena_new_array(arena, bank->item_count, struct bank_question);
    struct bank_exam *exams = arena_new_array(arena, bank->exam_count, struct bank_exam);
    size_t section_count = 0;

    while (section_count < bank->section_count && !bank->sections[section_count].is_removed) {
        section_count++;
    }
    for (size_t i = 0; i < bank->item_count; i++) {
        questions[i].question = bank->items[i].question;
        questions[i].question.section = bank->sections[bank->items[i].section].path;
    }
    for (size_t i = 0; i < bank->exam_count; i++) {
        exams[i].exam = bank->exams[i];
    }
    *folder = (struct bank_folder){.slug = bank->slug,
                                   .title = bank->title,
                                   .questions = questions,
                                   .question_count = bank->item_count,
                                   .exams = exams,
                                   .exam_count = bank->exam_count};
    folder->notes.sections = bank->sections;
    folder->notes.section_count = section_count;
}

bool api_get_coverage(struct call *call, void *reply, struct error *err)
{
    const struct bank_path *path = call->path;
    const struct bank *bank = NULL;
    struct bank_caller caller;
    struct bank_folder folder;
    struct bank_domain_list domains;
    struct text json = TEXT_ABSENT;

    if (!call_find_bank(call, path->bank, &bank, err) ||
        !bank_caller_of(call, path->bank, &caller, err) ||
        !store_notes_get_domains(call->db, call->arena, &caller, &json, err) ||
        !codec_decode_text(call->arena, json, &BANK_DOMAIN_LIST_SHAPE, &domains, err)) {
        return false;
    }
    fill_folder(call->arena, bank, &folder);
    folder.domains = domains.domains;
    folder.domain_count = domains.count;
    *(struct coverage *)reply = coverage_of(call->arena, &folder);
    return true;
}
