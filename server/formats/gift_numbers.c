/* Numbers of GIFT: "3:2", "1..5", or several of them with weights. */
#include "formats/answers.h"
#include "formats/gift.h"

/* Where ".." stands; text.len where it does not. */
static size_t find_range(struct text text)
{
    for (size_t at = 0; at + 1 < text.len; at++) {
        if (text.data[at] == '.' && text.data[at + 1] == '.') {
            return at;
        }
    }
    return text.len;
}

static bool parse(struct text text, struct answer_number *number)
{
    const size_t dots = find_range(text);
    struct text value = TEXT_ABSENT;
    struct text tolerance = TEXT_ABSENT;
    if (dots < text.len) {
        number->is_range = true;
        return number_parse(text_slice(text, 0, dots), &number->min) &&
               number_parse(text_slice(text, dots + 2, text.len), &number->max);
    }
    const bool has_tolerance = text_split(text, ':', &value, &tolerance);
    return number_parse(value, &number->value) &&
           (!has_tolerance || number_parse(tolerance, &number->tolerance));
}

static bool add(struct gift *gift, struct text rest, struct answer_number *number)
{
    struct text text = TEXT_ABSENT;
    struct text feedback = TEXT_ABSENT;
    *number = (struct answer_number){.fraction = FRACTION_FULL};
    (void)gift_take_weight(&rest, &number->fraction); /* most have none */
    gift_split_feedback(rest, &text, &feedback);
    if (feedback.len > 0) {
        draft_warn(gift->draft, "feedback_lost", "the feedback to a number is lost");
    }
    return parse(gift_unescape(gift->draft->arena, text), number) ||
           gift_refuse(gift, (size_t)(rest.data - gift->block.data), "bad_number",
                       "a number is written 3, 3:0.5 or 1..5");
}

/* Several are marked by '='; '~' has the feedback to whatever else is answered. */
void gift_read_numbers(struct gift *gift)
{
    struct answer_number *numbers =
        arena_new_array(gift->draft->arena, ANSWERS_MAX, struct answer_number);
    const struct text all = text_trim(text_slice(gift->answers, 1, gift->answers.len));
    size_t count = 0;
    size_t at = gift_find(all, 0, "=~");
    if (at == all.len && all.len > 0) {
        if (!add(gift, all, &numbers[count++])) {
            return;
        }
    }
    while (at < all.len) {
        const size_t end = gift_find(all, at + 1, "=~");
        const struct text rest = text_trim(text_slice(all, at + 1, end - at - 1));
        if (count == ANSWERS_MAX) {
            (void)draft_refuse(gift->draft, "too_many", "there are too many numbers"); /* false */
            return;
        }
        if (all.data[at] == '~') {
            draft_warn(gift->draft, "feedback_lost", "the feedback to wrong numbers is lost");
        } else if (!add(gift, rest, &numbers[count++])) {
            return;
        }
        at = end;
    }
    answers_number(gift->draft, numbers, count);
}
