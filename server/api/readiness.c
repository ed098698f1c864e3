/* Readiness on the wire. */
#include "api/readiness.h"

#include <math.h>

#include "api/learning.h"
#include "base/limits.h"
#include "domain/exam_weights.h"

static const struct shape_member READINESS_QUERY_MEMBERS[] = {
    MEMBER_TEXT(struct readiness_query, bank, .min = 1, .max = LIMIT_SLUG_BYTES, .format = "slug"),
    MEMBER_TEXT(struct readiness_query, exam, .flags = SHAPE_OPTIONAL, .min = 1,
                .max = LIMIT_SLUG_BYTES, .format = "slug",
                .about = "An exam of the bank: its blueprint, size and pass mark."),
    MEMBER_I64_REF(struct readiness_query, size, .flags = SHAPE_REF | SHAPE_OPTIONAL, .min = 1,
                   .max = 200, .about = "Questions of the exam (default 65)."),
    MEMBER_MILLI_REF(struct readiness_query, pass, .flags = SHAPE_REF | SHAPE_OPTIONAL, .min = 1,
                     .max = 1000,
                     .about = "Share of points that passes; the bank's target where "
                              "left out."),
};
const struct shape READINESS_QUERY_SHAPE =
    SHAPE_OF("ReadinessQuery", struct readiness_query, READINESS_QUERY_MEMBERS);

struct readiness_reply {
    bool is_estimate;
    struct text model;
    struct text exam;
    int64_t size;
    int64_t pass;
    double mean;
    double low;
    double high;
    double probability_of_passing;
    double share_answered;
    int64_t answers;
};
static const struct shape_member READINESS_MEMBERS[] = {
    MEMBER_BOOL(struct readiness_reply, is_estimate,
                .about = "Always true: of an exam whose questions are like the bank's, or by the "
                         "exam's blueprint."),
    MEMBER_TEXT(struct readiness_reply, model),
    MEMBER_TEXT(struct readiness_reply, exam, .flags = SHAPE_NULLABLE),
    MEMBER_I64(struct readiness_reply, size),
    MEMBER_MILLI(struct readiness_reply, pass),
    MEMBER_REAL(struct readiness_reply, mean, .about = "Expected share of points."),
    MEMBER_REAL(struct readiness_reply, low, .about = "5 % of such exams turn out below."),
    MEMBER_REAL(struct readiness_reply, high, .about = "5 % of such exams turn out above."),
    MEMBER_REAL(struct readiness_reply, probability_of_passing),
    MEMBER_REAL(struct readiness_reply, share_answered,
                .about = "Share of the bank's questions in sections that something was answered "
                         "in: the less, the more is guessed from the rest."),
    MEMBER_I64(struct readiness_reply, answers, .about = "That the estimate is made from."),
};
const struct shape READINESS_REPLY_SHAPE =
    SHAPE_OF("Readiness", struct readiness_reply, READINESS_MEMBERS);

static void fill_evidence(const struct weak_areas_input *input, struct readiness_reply *reply)
{
    size_t known = 0;

    for (size_t i = 0; i < input->bank->section_count; i++) {
        reply->answers += input->evidence[i].answers;
        known += evidence_is_known(&input->evidence[i])
                     ? input->bank->sections[i].own_question_count
                     : 0;
    }
    reply->share_answered = input->bank->item_count == 0
                                ? 0.0
                                : learning_rounded((double)known / (double)input->bank->item_count);
}

/* The exam that was asked about; NULL: none. It decides size and pass mark. */
static bool find_exam(struct call *call, const struct bank *bank, const struct exam **exam,
                      struct error *err)
{
    const struct readiness_query *query = call->query;

    (void)learning_find_exam(call, bank, query->exam, exam, err); /* collected: judged below */
    if (query->exam.data != NULL && query->size != NULL) {
        (void)error_add_parameter_fault(err, call->arena, TEXT("size"), FAULT_NOT_ALLOWED,
                                        "the exam decides this"); /* collected too */
    }
    if (query->exam.data != NULL && query->pass != NULL) {
        (void)error_add_parameter_fault(err, call->arena, TEXT("pass"), FAULT_NOT_ALLOWED,
                                        "the exam decides this"); /* collected too */
    }
    return err->code == ERROR_NONE;
}

static void fill_wish(const struct readiness_query *query, const struct bank *bank,
                      const struct exam *exam, struct readiness_reply *reply)
{
    reply->size = query->size == NULL ? LEARNING_EXAM_SIZE : *query->size;
    reply->pass = query->pass == NULL ? bank->target_milli : *query->pass;
    if (exam != NULL) {
        reply->exam = exam->slug;
        reply->size = exam->size;
        reply->pass = exam_pass_milli(exam);
    }
}

bool api_get_readiness(struct call *call, void *reply, struct error *err)
{
    const struct readiness_query *query = call->query;
    struct readiness_reply *out = reply;
    struct weak_areas_input input;
    const struct exam *exam = NULL;

    if (!learning_load(call, query->bank, &input, err) ||
        !find_exam(call, input.bank, &exam, err)) {
        return false;
    }
    fill_wish(query, input.bank, exam, out);
    input.target = (double)out->pass / 1000.0;
    if (call_has_fresh(call, arena_printf(call->arena, "%llx.%lld.%lld.%.*s",
                                          (unsigned long long)learning_state(&input),
                                          (long long)out->size, (long long)out->pass,
                                          TEXT_ARG(out->exam)))) {
        return true;
    }
    const struct outlook outlook = learning_outlook(call, &input, (size_t)out->size, exam);
    out->is_estimate = true;
    out->model = TEXT("beta-2");
    out->mean = learning_rounded(outlook.mean);
    out->low = learning_rounded(outlook.low);
    out->high = learning_rounded(outlook.high);
    out->probability_of_passing = learning_rounded(fmax(0.0, 1.0 - outlook.probability_below));
    fill_evidence(&input, out);
    return true;
}
