/* Progress on the wire. */
#include "api/progress.h"

#include <math.h>

#include "api/learning.h"
#include "base/clock.h"
#include "base/limits.h"
#include "store/progress.h"

enum { DEFAULT_DAYS = 30 };
enum granularity { BY_DAY, BY_WEEK, GRANULARITY_COUNT };
static const char *const GRANULARITY_NAMES[GRANULARITY_COUNT] = {"day", "week"};
static const struct enumeration GRANULARITIES = {GRANULARITY_NAMES, GRANULARITY_COUNT};

static const struct shape_member QUERY_MEMBERS[] = {
    MEMBER_TEXT(struct progress_query, bank, .min = 1, .max = LIMIT_SLUG_BYTES, .format = "slug"),
    MEMBER_TEXT(struct progress_query, tz, .flags = SHAPE_OPTIONAL, .min = 1, .max = 64,
                .about = "Time zone whose days count, such as Europe/Berlin (default UTC)."),
    MEMBER_I64_REF(struct progress_query, days, .flags = SHAPE_REF | SHAPE_OPTIONAL, .min = 1,
                   .max = 366, .about = "Days to list (default 30), today included."),
    MEMBER_TEXT(struct progress_query, granularity, .flags = SHAPE_OPTIONAL, .min = 1, .max = 16,
                .about = "day (default) or week: what is one entry of data."),
};
const struct shape PROGRESS_QUERY_SHAPE =
    SHAPE_OF("ProgressQuery", struct progress_query, QUERY_MEMBERS);

struct sums_reply {
    int64_t days;
    int64_t attempts;
    int64_t answers;
    int64_t correct;
    double minutes;
};
static const struct shape_member SUMS_MEMBERS[] = {
    MEMBER_I64(struct sums_reply, days, .about = "With at least one answer or submit."),
    MEMBER_I64(struct sums_reply, attempts, .about = "Handed in."),
    MEMBER_I64(struct sums_reply, answers),
    MEMBER_I64(struct sums_reply, correct),
    MEMBER_REAL(struct sums_reply, minutes),
};
static const struct shape SUMS_SHAPE = SHAPE_OF("ProgressSums", struct sums_reply, SUMS_MEMBERS);

struct streak_reply {
    int64_t current;
    int64_t longest;
    bool is_today;
};
static const struct shape_member STREAK_MEMBERS[] = {
    MEMBER_I64(struct streak_reply, current, .about = "Days in a row up to today or yesterday."),
    MEMBER_I64(struct streak_reply, longest),
    MEMBER_BOOL(struct streak_reply, is_today, .about = "Whether today counts already."),
};
static const struct shape STREAK_SHAPE = SHAPE_OF("Streak", struct streak_reply, STREAK_MEMBERS);

struct day_reply {
    struct text day;
    int64_t attempts;
    int64_t answers;
    int64_t correct;
    int64_t credit;
    double minutes;
    double mastery;
};
static const struct shape_member DAY_MEMBERS[] = {
    MEMBER_TEXT(struct day_reply, day, .about = "2026-11-29; of a week its Monday."),
    MEMBER_I64(struct day_reply, attempts),
    MEMBER_I64(struct day_reply, answers),
    MEMBER_I64(struct day_reply, correct),
    MEMBER_MILLI(struct day_reply, credit),
    MEMBER_REAL(struct day_reply, minutes,
                .about = "From answer to answer of an attempt, ten at most for each."),
    MEMBER_REAL(struct day_reply, mastery,
                .about = "Share of right answers to be expected by its end, of the bank as a "
                         "whole: an estimate (beta-1)."),
};
static const struct shape DAY_SHAPE = SHAPE_OF("StudyDay", struct day_reply, DAY_MEMBERS);

struct progress_reply {
    struct text tz;
    struct text today;
    struct streak_reply streak;
    struct sums_reply total;
    const struct day_reply *data;
    size_t count;
};
static const struct shape_member REPLY_MEMBERS[] = {
    MEMBER_TEXT(struct progress_reply, tz),
    MEMBER_TEXT(struct progress_reply, today),
    MEMBER_OBJECT(struct progress_reply, streak, struct streak_reply, &STREAK_SHAPE),
    MEMBER_OBJECT(struct progress_reply, total, struct sums_reply, &SUMS_SHAPE),
    MEMBER_LIST(struct progress_reply, data, count, struct day_reply, &DAY_SHAPE,
                .about = "Days, or weeks, with activity, the latest first."),
};
const struct shape PROGRESS_REPLY_SHAPE =
    SHAPE_OF("Progress", struct progress_reply, REPLY_MEMBERS);

static double minutes_of(int64_t duration_ms)
{
    return round((double)duration_ms / 6e3) / 10.0;
}

static void add_up(const struct progress_days *days, struct sums_reply *total)
{
    int64_t duration_ms = 0;

    for (size_t i = 0; i < days->count; i++) {
        total->days++;
        total->attempts += days->days[i].attempts;
        total->answers += days->days[i].answers;
        total->correct += days->days[i].correct;
        duration_ms += days->days[i].duration_ms;
    }
    total->minutes = minutes_of(duration_ms);
}

/* The last `wanted` days, by day or by week. */
static void fill_data(struct call *call, struct progress_days *days, int64_t wanted, bool is_weekly,
                      struct progress_reply *reply)
{
    size_t count = 0;

    progress_masteries(days->days, days->count);
    while (count < days->count && days->days[count].day > days->today - wanted) {
        count++;
    }
    count = is_weekly ? progress_weeks(days->days, count) : count;
    struct day_reply *data = arena_new_array(call->arena, count, struct day_reply);
    for (size_t i = 0; i < count; i++) {
        const struct study_day *day = &days->days[i];
        data[i] = (struct day_reply){.day = learning_date(call->arena, day->day),
                                     .attempts = day->attempts,
                                     .answers = day->answers,
                                     .correct = day->correct,
                                     .credit = day->credit,
                                     .minutes = minutes_of(day->duration_ms),
                                     .mastery = learning_rounded(day->mastery)};
    }
    reply->data = data;
    reply->count = count;
}

bool api_get_progress(struct call *call, void *reply, struct error *err)
{
    const struct progress_query *query = call->query;
    struct progress_reply *out = reply;
    const struct bank *bank = NULL;
    struct progress_days days;
    unsigned granularity = BY_DAY;

    out->tz = query->tz.data == NULL ? TEXT("UTC") : query->tz;
    if (query->granularity.data != NULL &&
        !enumeration_find(&GRANULARITIES, query->granularity, &granularity)) {
        return error_add_parameter_fault(err, call->arena, TEXT("granularity"), FAULT_NOT_ALLOWED,
                                         "must be day or week");
    }
    if (!call_find_bank(call, query->bank, &bank, err)) {
        return false;
    }
    const struct progress_wish wish = {call->user_id, bank->id, out->tz};
    if (!store_progress_list(call->db, call->arena, &wish, &days, err)) {
        return false;
    }
    if (!days.is_known_zone) {
        return error_add_parameter_fault(err, call->arena, TEXT("tz"), FAULT_NOT_ALLOWED,
                                         "there is no such time zone");
    }
    const struct streaks streaks = progress_streaks(days.days, days.count, days.today);
    out->today = learning_date(call->arena, days.today);
    out->streak = (struct streak_reply){streaks.current, streaks.longest, streaks.is_today};
    add_up(&days, &out->total);
    fill_data(call, &days, query->days == NULL ? DEFAULT_DAYS : *query->days,
              granularity == BY_WEEK, out);
    return true;
}
