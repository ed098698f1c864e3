/* Exams: what a bank offers, and the start of an attempt. */
#include "api/exams.h"

#include "api/banks.h"
#include "api/practice.h"
#include "base/clock.h"
#include "domain/exam_paper.h"
#include "json/codec.h"

struct exam_reply {
    struct text slug;
    struct text title;
    int64_t question_count;
    int64_t time_limit_minutes;
    int64_t pass_scaled;
    const int64_t *attempts_allowed;
    int64_t opens_at;
    int64_t closes_at;
    enum exam_moment feedback_when;
    const struct exam_blueprint_entry *blueprint;
    size_t blueprint_count;
};
static const struct shape_member SHARE_MEMBERS[] = {
    MEMBER_TEXT(struct exam_blueprint_entry, domain, .flags = SHAPE_OPTIONAL),
    MEMBER_TEXT(struct exam_blueprint_entry, section, .flags = SHAPE_OPTIONAL),
    MEMBER_I64(struct exam_blueprint_entry, weight, .about = "Percent."),
};
static const struct shape SHARE_SHAPE =
    SHAPE_OF("ExamShare", struct exam_blueprint_entry, SHARE_MEMBERS);
static const struct shape_member EXAM_MEMBERS[] = {
    MEMBER_TEXT(struct exam_reply, slug),
    MEMBER_TEXT(struct exam_reply, title),
    MEMBER_I64(struct exam_reply, question_count,
               .about = "Of a paper, with those that are only tried out."),
    MEMBER_I64(struct exam_reply, time_limit_minutes),
    MEMBER_I64(struct exam_reply, pass_scaled, .about = "On the scale of 100 to 1000."),
    MEMBER_I64_REF(struct exam_reply, attempts_allowed, .flags = SHAPE_REF | SHAPE_NULLABLE),
    MEMBER_TIME(struct exam_reply, opens_at, .flags = SHAPE_NULLABLE),
    MEMBER_TIME(struct exam_reply, closes_at, .flags = SHAPE_NULLABLE),
    MEMBER_ENUM(struct exam_reply, feedback_when, &EXAM_MOMENTS),
    MEMBER_LIST(struct exam_reply, blueprint, blueprint_count, struct exam_blueprint_entry,
                &SHARE_SHAPE),
};
static const struct shape EXAM_REPLY_SHAPE = SHAPE_OF("ExamEntry", struct exam_reply, EXAM_MEMBERS);

struct exam_list {
    const struct exam_reply *data;
    size_t count;
    bool has_more;
    struct text next_cursor;
};
static const struct shape_member LIST_MEMBERS[] = {
    MEMBER_LIST(struct exam_list, data, count, struct exam_reply, &EXAM_REPLY_SHAPE),
    MEMBER_BOOL(struct exam_list, has_more),
    MEMBER_TEXT(struct exam_list, next_cursor, .flags = SHAPE_NULLABLE),
};
const struct shape EXAM_LIST_SHAPE = SHAPE_OF("ExamList", struct exam_list, LIST_MEMBERS);

static struct exam_reply show_exam(const struct exam *exam)
{
    return (struct exam_reply){.slug = exam->slug,
                               .title = exam->title,
                               .question_count = exam->size + exam->pilot_count,
                               .time_limit_minutes = exam->time_limit_minutes,
                               .pass_scaled = exam->pass_scaled,
                               .attempts_allowed = exam->attempts_allowed,
                               .opens_at = exam->opens_at,
                               .closes_at = exam->closes_at,
                               .feedback_when = exam_feedback_moment(exam),
                               .blueprint = exam->blueprint,
                               .blueprint_count = exam->blueprint_count};
}

bool api_list_exams(struct call *call, void *reply, struct error *err)
{
    const struct bank_path *path = call->path;
    const struct bank *bank = NULL;
    struct exam_list *list = reply;

    if (!call_find_bank(call, path->bank, &bank, err)) {
        return false;
    }
    struct exam_reply *data = arena_new_array(call->arena, bank->exam_count, struct exam_reply);
    for (size_t i = 0; i < bank->exam_count; i++) {
        data[i] = show_exam(&bank->exams[i]);
    }
    list->data = data;
    list->count = bank->exam_count;
    return true;
}

/* ---- start ---- */

/* What an exam decides itself must not be asked for. */
static bool check_request(struct call *call, const struct start_request *body, struct error *err)
{
    const struct {
        const char *pointer;
        bool is_given;
    } members[] = {
        {"/sections", body->sections != NULL},      {"/size", body->size != NULL},
        {"/feedback", body->feedback.data != NULL}, {"/scoring", body->scoring != NULL},
        {"/seed", body->seed.data != NULL},         {"/tags", body->tags != NULL},
        {"/difficulty", body->difficulty != NULL},  {"/unseen_first", body->unseen_first},
    };

    for (size_t i = 0; i < COUNT_OF(members); i++) {
        if (members[i].is_given) {
            (void)error_add_fault(err, call->arena, text_of(members[i].pointer), FAULT_NOT_ALLOWED,
                                  "the exam decides this"); /* collected: judged below */
        }
    }
    if (body->exam.data == NULL) {
        (void)error_add_fault(err, call->arena, TEXT("/exam"), FAULT_REQUIRED,
                              "an exam of the bank is needed"); /* collected too */
    }
    return err->code == ERROR_NONE;
}

static bool find_exam(struct call *call, const struct bank *bank, struct text slug,
                      const struct exam **exam, struct error *err)
{
    for (size_t i = 0; i < bank->exam_count; i++) {
        if (text_equal(bank->exams[i].slug, slug)) {
            *exam = &bank->exams[i];
            return true;
        }
    }
    return error_add_fault(err, call->arena, TEXT("/exam"), FAULT_NOT_FOUND,
                           "the bank has no such exam");
}

/* Nothing is started where the bank cannot fill the blueprint; the table says what is missing. */
static bool refuse_shortfall(struct call *call, const struct exam_shortfalls *shortfalls,
                             struct error *err)
{
    struct text json = TEXT_ABSENT;

    if (!codec_encode_text(call->arena, &EXAM_SHORTFALLS_SHAPE, shortfalls, &json, err)) {
        return false;
    }
    (void)error_set(err, ERROR_NOT_ENOUGH_QUESTIONS,
                    "the bank cannot fill the blueprint of the exam");
    const size_t prefix = TEXT("{\"cells\":").len;
    err->extension = "shortfall";
    err->extension_json = text_slice(json, prefix, json.len - prefix - 1);
    return false; /* said above */
}

static bool conclude(enum exam_start outcome, struct error *err)
{
    switch (outcome) {
    case EXAM_STARTED:
        return true;
    case EXAM_EARLY:
        return error_set(err, ERROR_EXAM_NOT_OPEN, "the exam has not opened yet");
    case EXAM_LATE:
        return error_set(err, ERROR_EXAM_NOT_OPEN, "the exam is closed");
    case EXAM_USED_UP:
        return error_set(err, ERROR_NO_ATTEMPTS_LEFT, "all attempts at this exam are used up");
    case EXAM_GONE:
        (void)error_set(err, ERROR_NOT_FOUND, "there is no such account");
        return call_refuse_gone_account(err);
    case EXAM_BUSY:
    case EXAM_START_COUNT:
        break;
    }
    return error_set_unavailable(err, 1, "another attempt is being started; try again");
}

bool exam_start_paper(struct call *call, const struct start_request *body, struct paper *paper,
                      struct error *err)
{
    const struct exam *exam = NULL;
    struct attempt *attempt = &paper->attempt;
    enum exam_start outcome = EXAM_BUSY;

    if (!check_request(call, body, err) || !find_exam(call, paper->bank, body->exam, &exam, err)) {
        return false;
    }
    const struct exam_paper made = exam_paper_make(exam, paper->bank, attempt->seed, call->arena);
    if (made.shortfalls.count > 0) {
        return refuse_shortfall(call, &made.shortfalls, err);
    }
    attempt->rules = exam_rules(exam, call->app->answer_grace_ms * CLOCK_US_PER_MS);
    attempt->feedback =
        attempt->rules.when == EXAM_AFTER_EACH ? FEEDBACK_IMMEDIATE : FEEDBACK_DEFERRED;
    for (size_t i = 0; i < made.pilot_count; i++) {
        attempt_rules_set_pilot(&attempt->rules, made.pilots[i]);
    }
    paper_fill(call, paper, made.items, made.count);
    return store_attempts_start_exam(call->db, call->arena, exam, attempt, &outcome, err) &&
           conclude(outcome, err);
}
