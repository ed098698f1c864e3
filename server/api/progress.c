/* Progress on the wire. */
#include "api/progress.h"

#include "base/clock.h"
#include "base/limits.h"
#include "store/progress.h"

enum { DEFAULT_DAYS = 30, DATE_BYTES = 10 };

static const struct shape_member QUERY_MEMBERS[] = {
    MEMBER_TEXT(struct progress_query, bank, .min = 1, .max = LIMIT_SLUG_BYTES, .format = "slug"),
    MEMBER_TEXT(struct progress_query, tz, .flags = SHAPE_OPTIONAL, .min = 1, .max = 64,
                .about = "Time zone whose days count, such as Europe/Berlin (default UTC)."),
    MEMBER_I64_REF(struct progress_query, days, .flags = SHAPE_REF | SHAPE_OPTIONAL, .min = 1,
                   .max = 366, .about = "Days to list (default 30), today included."),
};
const struct shape PROGRESS_QUERY_SHAPE =
    SHAPE_OF("ProgressQuery", struct progress_query, QUERY_MEMBERS);

struct sums_reply {
    int64_t days;
    int64_t attempts;
    int64_t answers;
    int64_t correct;
};
static const struct shape_member SUMS_MEMBERS[] = {
    MEMBER_I64(struct sums_reply, days, .about = "With at least one answer or submit."),
    MEMBER_I64(struct sums_reply, attempts, .about = "Handed in."),
    MEMBER_I64(struct sums_reply, answers),
    MEMBER_I64(struct sums_reply, correct),
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
};
static const struct shape_member DAY_MEMBERS[] = {
    MEMBER_TEXT(struct day_reply, day, .about = "2026-11-29"),
    MEMBER_I64(struct day_reply, attempts),
    MEMBER_I64(struct day_reply, answers),
    MEMBER_I64(struct day_reply, correct),
    MEMBER_MILLI(struct day_reply, credit),
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
                .about = "Days with activity, the latest first."),
};
const struct shape PROGRESS_REPLY_SHAPE =
    SHAPE_OF("Progress", struct progress_reply, REPLY_MEMBERS);

static struct text format_day(struct arena *arena, int64_t day)
{
    char buffer[CLOCK_RFC3339_BYTES];
    const struct text time = clock_format_rfc3339(day * CLOCK_US_PER_DAY, buffer);

    return arena_copy(arena, text_slice(time, 0, DATE_BYTES));
}

static void fill_days(struct call *call, const struct progress_days *days, int64_t wanted,
                      struct progress_reply *reply)
{
    struct day_reply *data = arena_new_array(call->arena, days->count, struct day_reply);

    for (size_t i = 0; i < days->count; i++) {
        const struct study_day *day = &days->days[i];
        reply->total.days++;
        reply->total.attempts += day->attempts;
        reply->total.answers += day->answers;
        reply->total.correct += day->correct;
        if (day->day > days->today - wanted) {
            data[reply->count++] = (struct day_reply){.day = format_day(call->arena, day->day),
                                                      .attempts = day->attempts,
                                                      .answers = day->answers,
                                                      .correct = day->correct,
                                                      .credit = day->credit};
        }
    }
    reply->data = data;
}

bool api_get_progress(struct call *call, void *reply, struct error *err)
{
    const struct progress_query *query = call->query;
    struct progress_reply *out = reply;
    const struct bank *bank = NULL;
    struct progress_days days;

    out->tz = query->tz.data == NULL ? TEXT("UTC") : query->tz;
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
    out->today = format_day(call->arena, days.today);
    out->streak = (struct streak_reply){streaks.current, streaks.longest, streaks.is_today};
    fill_days(call, &days, query->days == NULL ? DEFAULT_DAYS : *query->days, out);
    return true;
}
