/* The caller as a person. Erasing asks for a login of the last ten minutes: the password was given
 * just now, and a token that was stolen an hour ago is not enough. (A DELETE has no body that could
 * carry the password.) */
#include "api/person.h"

#include "base/clock.h"
#include "store/person_export.h"

/* What the document has; it is made in pieces, so this only describes it. */
struct person_export {
    int64_t exported_at;
    struct text account;
    struct text account_tokens;
    struct text sessions;
    struct text token_revocations;
    struct text attempts; /* with their answers */
    struct text section_evidence;
    struct text reviews;
    struct text study_activity;
    struct text points_days;
    struct text board_members;
    struct text team_members;
    struct text bank_members;
    struct text question_reports;
    struct text jobs;
    struct text idempotency_keys;
    struct text audit_events; /* that he is the subject of */
};

static const struct shape_member EXPORT_MEMBERS[] = {
    MEMBER_TIME(struct person_export, exported_at),
    MEMBER_JSON(struct person_export, account),
    MEMBER_JSON(struct person_export, account_tokens,
                .about = "Mails that were asked for; without their tokens."),
    MEMBER_JSON(struct person_export, sessions, .about = "Logins; without their tokens."),
    MEMBER_JSON(struct person_export, token_revocations,
                .about = "Logins that ended, and changes of the role, within about an hour."),
    MEMBER_JSON(struct person_export, attempts,
                .about = "With all answers, and what was graded anew. Credit, points, score and "
                         "pilots are null as long as the "
                         "attempt's rules do not tell them."),
    MEMBER_JSON(struct person_export, section_evidence,
                .about = "What weak areas are estimated from."),
    MEMBER_JSON(struct person_export, reviews, .about = "Memories of questions."),
    MEMBER_JSON(struct person_export, study_activity,
                .about = "By quarter of an hour: what days of study are made of."),
    MEMBER_JSON(struct person_export, points_days, .about = "What leaderboards are made of."),
    MEMBER_JSON(struct person_export, board_members, .about = "Leaderboards taken part in."),
    MEMBER_JSON(struct person_export, team_members, .about = "Teams the person is in."),
    MEMBER_JSON(struct person_export, bank_members, .about = "Roles in banks."),
    MEMBER_JSON(struct person_export, question_reports, .about = "What was said of questions."),
    MEMBER_JSON(struct person_export, idempotency_keys,
                .about = "Replies that are kept for 24 hours."),
    MEMBER_JSON(struct person_export, jobs, .about = "Imports and exports of questions."),
    MEMBER_JSON(struct person_export, audit_events, .about = "What was done to the account."),
};
const struct shape PERSON_EXPORT_SHAPE =
    SHAPE_OF("PersonExport", struct person_export, EXPORT_MEMBERS);

static struct person caller(const struct call *call)
{
    return (struct person){.user_id = call->user_id,
                           .session_id = call->session_id,
                           .address = call->request->remote_address};
}

struct export
{
    struct db_pool *pool;
    struct uuid user_id;
    struct text head;
};

static bool write_piece(void *sink, struct text piece, struct error *err)
{
    return body_sink_write(sink, piece, err);
}

static bool send_export(void *context, struct body_sink *sink, struct error *err)
{
    const struct export *export = context;
    const struct person_export_sink pieces = {.write = write_piece, .context = sink};

    return (body_sink_write(sink, export->head, err) &&
            store_person_export_lists(export->pool, export->user_id, &pieces, err) &&
            store_person_export_end(export->pool, export->user_id, err) &&
            body_sink_write(sink, TEXT("}"), err)) ||
           call_refuse_gone_account(err);
}

static struct text render_head(struct call *call, const struct person_export_head *head)
{
    char time[CLOCK_RFC3339_BYTES];

    return arena_printf(call->arena,
                        "{\"exported_at\":\"%.*s\",\"account\":%.*s,\"account_tokens\":%.*s",
                        TEXT_ARG(clock_format_rfc3339(head->exported_at, time)),
                        TEXT_ARG(head->account), TEXT_ARG(head->account_tokens));
}

/* The account is looked for first; the rest is made while it is sent. */
bool api_export_me(struct call *call, void *reply, struct error *err)
{
    const struct person person = caller(call);
    struct db_pool *pool = call->app->scans;
    struct person_export_head head;

    (void)reply; /* larger than a reply may be */
    if (!store_person_export_begin(pool, call->arena, &person, &head, err)) {
        return call_refuse_gone_account(err);
    }
    struct export *export = arena_new(call->arena, struct export);
    *export =
        (struct export){.pool = pool, .user_id = call->user_id, .head = render_head(call, &head)};
    call->response->stream = (struct response_stream){.send = send_export, .context = export};
    call->response->must_close = call->request->is_http_1_0; /* its end is the body's */
    return true;
}

bool api_delete_me(struct call *call, void *reply, struct error *err)
{
    const struct person person = caller(call);

    (void)reply; /* 204 */
    return store_person_erase(call->app->scans, call->arena, &person, err) ||
           call_refuse_gone_account(err);
}
