/* The study plan on the wire. */
#include "api/plan.h"

#include <math.h>

#include "api/learning.h"
#include "base/clock.h"
#include "base/limits.h"
#include "domain/exam_weights.h"
#include "domain/plan.h"
#include "store/progress.h"
#include "store/reviews.h"

enum { DEFAULT_MINUTES = 30, DEFAULT_DAYS = 7, PLAN_AREAS = 200 };

static const struct shape_member QUERY_MEMBERS[] = {
    MEMBER_TEXT(struct plan_query, bank, .min = 1, .max = LIMIT_SLUG_BYTES, .format = "slug"),
    MEMBER_TEXT(struct plan_query, exam_date, .flags = SHAPE_OPTIONAL, .min = CLOCK_DATE_LENGTH,
                .max = CLOCK_DATE_LENGTH, .format = "date",
                .about = "The day of the exam, such as 2026-12-24: days are planned up to it, at "
                         "most 60. Without it: 7 days."),
    MEMBER_TEXT(struct plan_query, exam, .flags = SHAPE_OPTIONAL, .min = 1, .max = LIMIT_SLUG_BYTES,
                .format = "slug",
                .about = "The exam that is planned for: its blueprint, size, time and pass mark. "
                         "Without it: the bank's, where it has one and no more."),
    MEMBER_I64_REF(struct plan_query, minutes_per_day, .flags = SHAPE_REF | SHAPE_OPTIONAL,
                   .min = 5, .max = 600, .about = "Time there is on a day (default 30)."),
    MEMBER_TEXT(struct plan_query, tz, .flags = SHAPE_OPTIONAL, .min = 1, .max = 64,
                .about = "Time zone that says which day is today (default UTC)."),
};
const struct shape PLAN_QUERY_SHAPE = SHAPE_OF("PlanQuery", struct plan_query, QUERY_MEMBERS);

struct entry_reply {
    enum plan_kind kind;
    struct uuid section_id;
    struct text section;
    struct text exam;
    const int64_t *size;
    int64_t minutes;
    double expected_gain;
    double gain_per_minute;
    struct text reason;
};
static const struct shape_member ENTRY_MEMBERS[] = {
    MEMBER_ENUM(struct entry_reply, kind, &PLAN_KINDS),
    MEMBER_UUID(struct entry_reply, section_id, .flags = SHAPE_NULLABLE,
                .about = "null: the whole bank."),
    MEMBER_TEXT(struct entry_reply, section, .flags = SHAPE_NULLABLE, .about = "Its path."),
    MEMBER_TEXT(struct entry_reply, exam, .flags = SHAPE_NULLABLE,
                .about = "Of an exam: the one to try. null: any that is like the bank."),
    MEMBER_I64_REF(struct entry_reply, size, .flags = SHAPE_REF | SHAPE_NULLABLE,
                   .about = "Questions; null: reading."),
    MEMBER_I64(struct entry_reply, minutes),
    MEMBER_REAL(struct entry_reply, expected_gain,
                .about = "Share of the bank's questions, as in weak areas: an estimate."),
    MEMBER_REAL(struct entry_reply, gain_per_minute),
    MEMBER_TEXT(struct entry_reply, reason),
};
static const struct shape ENTRY_SHAPE = SHAPE_OF("PlanEntry", struct entry_reply, ENTRY_MEMBERS);

struct day_reply {
    struct text date;
    int64_t minutes;
    int64_t due_count;
    const struct entry_reply *entries;
    size_t count;
};
static const struct shape_member DAY_MEMBERS[] = {
    MEMBER_TEXT(struct day_reply, date, .format = "date"),
    MEMBER_I64(struct day_reply, minutes, .about = "Of all entries."),
    MEMBER_I64(struct day_reply, due_count,
               .about = "Reviews that are due by then if the plan is kept, beyond what fits, too."),
    MEMBER_LIST(struct day_reply, entries, count, struct entry_reply, &ENTRY_SHAPE,
                .about = "From the most gain a minute to the least."),
};
static const struct shape DAY_SHAPE = SHAPE_OF("PlanDay", struct day_reply, DAY_MEMBERS);

struct plan_reply {
    struct text tz;
    struct text exam_date;
    struct text exam;
    int64_t minutes_per_day;
    double probability_of_passing;
    const struct day_reply *data;
    size_t count;
};
static const struct shape_member PLAN_MEMBERS[] = {
    MEMBER_TEXT(struct plan_reply, tz),
    MEMBER_TEXT(struct plan_reply, exam_date, .format = "date", .flags = SHAPE_NULLABLE),
    MEMBER_TEXT(struct plan_reply, exam, .flags = SHAPE_NULLABLE,
                .about = "That is planned for; null: one of 65 questions that are like the bank's, "
                         "with the bank's target as its pass mark."),
    MEMBER_I64(struct plan_reply, minutes_per_day),
    MEMBER_REAL(struct plan_reply, probability_of_passing, .about = "Today: an estimate."),
    MEMBER_LIST(struct plan_reply, data, count, struct day_reply, &DAY_SHAPE,
                .about = "Every day from today to the one before the exam."),
};
const struct shape PLAN_REPLY_SHAPE = SHAPE_OF("Plan", struct plan_reply, PLAN_MEMBERS);

static double rounded(double value, double steps)
{
    return round(value * steps) / steps;
}

static struct entry_reply show_entry(const struct plan_entry *entry)
{
    const struct section *section = entry->section;

    return (struct entry_reply){.kind = entry->kind,
                                .section_id = section == NULL ? UUID_NIL : section->id,
                                .section = section == NULL ? TEXT_ABSENT : section->path,
                                .exam = entry->exam == NULL ? TEXT_ABSENT : entry->exam->slug,
                                .size = entry->size == 0 ? NULL : &entry->size,
                                .minutes = entry->minutes,
                                .expected_gain = rounded(entry->gain, 1e6),
                                .gain_per_minute =
                                    rounded(entry->gain / (double)entry->minutes, 1e8),
                                .reason = entry->reason};
}

static void fill_days(struct call *call, const struct plan_input *input, int64_t today,
                      struct plan_reply *reply)
{
    const struct plan_day *days = plan_make(input, call->arena);
    struct day_reply *data = arena_new_array(call->arena, input->day_count, struct day_reply);

    for (size_t i = 0; i < input->day_count; i++) {
        struct entry_reply *entries =
            arena_new_array(call->arena, days[i].count, struct entry_reply);
        for (size_t k = 0; k < days[i].count; k++) {
            entries[k] = show_entry(&days[i].entries[k]);
        }
        data[i] = (struct day_reply){.date = learning_date(call->arena, today + (int64_t)i),
                                     .minutes = days[i].minutes,
                                     .due_count = days[i].due_count,
                                     .entries = entries,
                                     .count = days[i].count};
    }
    reply->data = data;
    reply->count = input->day_count;
}

/* From today to the day before the exam. */
static bool count_days(struct call *call, int64_t today, size_t *count, struct error *err)
{
    const struct plan_query *query = call->query;
    const struct text name = TEXT("exam_date");
    int64_t exam_us = 0;

    *count = DEFAULT_DAYS;
    if (query->exam_date.data == NULL) {
        return true;
    }
    if (!clock_parse_rfc3339(
            arena_printf(call->arena, "%.*sT00:00:00Z", TEXT_ARG(query->exam_date)), &exam_us)) {
        return error_add_parameter_fault(err, call->arena, name, FAULT_BAD_FORMAT,
                                         "not a date such as 2026-12-24");
    }
    const int64_t days = exam_us / CLOCK_US_PER_DAY - today;
    if (days < 1) {
        return error_add_parameter_fault(err, call->arena, name, FAULT_TOO_SMALL,
                                         "not after today: there is no day left to plan");
    }
    if (days > PLAN_DAYS_MAX) {
        return error_add_parameter_fault(err, call->arena, name, FAULT_TOO_LARGE,
                                         "more than 60 days ahead");
    }
    *count = (size_t)days;
    return true;
}

static bool find_today(struct call *call, struct plan_reply *reply, int64_t *today,
                       struct error *err)
{
    const struct plan_query *query = call->query;
    struct progress_days known;

    reply->tz = query->tz.data == NULL ? TEXT("UTC") : query->tz;
    if (!store_progress_today(call->db, call->arena, reply->tz, &known, err)) {
        return false;
    }
    *today = known.today;
    return known.is_known_zone ||
           error_add_parameter_fault(err, call->arena, TEXT("tz"), FAULT_NOT_ALLOWED,
                                     "there is no such time zone");
}

/* The one that was asked for, else the only one that there is, unless it is over. */
static bool find_exam(struct call *call, const struct weak_areas_input *known,
                      const struct exam **exam, struct error *err)
{
    const struct plan_query *query = call->query;
    const struct bank *bank = known->bank;

    if (!learning_find_exam(call, bank, query->exam, exam, err)) {
        return false;
    }
    if (query->exam.data == NULL && bank->exam_count == 1 &&
        (bank->exams[0].closes_at == 0 || bank->exams[0].closes_at > known->now_us)) {
        *exam = &bank->exams[0];
    }
    return true;
}

/* By its blueprint, size and pass mark, as readiness has it. */
static struct outlook find_outlook(struct call *call, const struct weak_areas_input *known,
                                   const struct exam *exam)
{
    struct weak_areas_input input = *known;

    if (exam == NULL) {
        return learning_outlook(call, known, LEARNING_EXAM_SIZE, NULL);
    }
    input.target = (double)exam_pass_milli(exam) / 1000.0;
    return learning_outlook(call, &input, (size_t)exam->size, exam);
}

bool api_get_plan(struct call *call, void *reply, struct error *err)
{
    const struct plan_query *query = call->query;
    struct plan_reply *out = reply;
    struct weak_areas_input known;
    struct weak_area *areas = NULL;
    struct plan_input input = {.has_exam = query->exam_date.data != NULL};
    int64_t today = 0;

    if (!learning_load(call, query->bank, &known, err) ||
        !find_exam(call, &known, &input.exam, err) || !find_today(call, out, &today, err) ||
        !count_days(call, today, &input.day_count, err) ||
        !store_reviews_list(call->db, call->arena, call->user_id, known.bank->id, &input.reviews,
                            err)) {
        return false;
    }
    out->exam_date = query->exam_date;
    out->exam = input.exam == NULL ? TEXT_ABSENT : input.exam->slug;
    out->minutes_per_day =
        query->minutes_per_day == NULL ? DEFAULT_MINUTES : *query->minutes_per_day;
    known.limit = PLAN_AREAS;
    weak_areas_estimate(&known, call->arena, &areas, &input.area_count);
    input.bank = known.bank;
    input.areas = areas;
    input.target = known.target;
    input.outlook = find_outlook(call, &known, input.exam);
    input.now_us = known.now_us;
    input.minutes = out->minutes_per_day;
    out->probability_of_passing =
        learning_rounded(fmax(0.0, 1.0 - input.outlook.probability_below));
    fill_days(call, &input, today, out);
    return true;
}
