/* Which questions an entry of a blueprint asks of. */
#include "domain/exam_place.h"

struct exam_place exam_place_of(const struct bank *bank, const struct exam_blueprint_entry *entry)
{
    struct exam_place place = {.domain = entry->domain};

    if (entry->domain.data == NULL) {
        const int64_t section = bank_find_section(bank, entry->section);
        place.from = section == BANK_NO_SECTION ? 0 : (size_t)section;
        place.to = section == BANK_NO_SECTION ? 0 : bank->sections[section].subtree_end;
    }
    return place;
}

bool exam_place_has(const struct exam_place *place, const struct item *item)
{
    if (place->domain.data != NULL) {
        return item->question.domain.data != NULL &&
               text_equal(item->question.domain, place->domain);
    }
    return item->section >= place->from && item->section < place->to;
}
