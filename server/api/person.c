/* The caller as a person. Erasing asks for a login of the last ten minutes: the password was given
 * just now, and a token that was stolen an hour ago is not enough. (A DELETE has no body that could
 * carry the password.) */
#include "api/person.h"

#include "store/person.h"

static const struct shape_member EXPORT_MEMBERS[] = {
    MEMBER_TIME(struct person_export, exported_at),
    MEMBER_JSON(struct person_export, account),
    MEMBER_JSON(struct person_export, sessions, .about = "Logins; without their tokens."),
    MEMBER_JSON(struct person_export, account_tokens,
                .about = "Mails that were asked for; without their tokens."),
    MEMBER_JSON(struct person_export, token_revocations,
                .about = "Logins that ended, and changes of the role, within about an hour."),
    MEMBER_JSON(struct person_export, attempts,
                .about =
                    "With all answers. Credit, points, score and pilots are null as long as the "
                    "attempt's rules do not tell them."),
    MEMBER_JSON(struct person_export, section_evidence,
                .about = "What weak areas are estimated from."),
    MEMBER_JSON(struct person_export, reviews, .about = "Memories of questions."),
    MEMBER_JSON(struct person_export, study_activity,
                .about = "By quarter of an hour: what days of study are made of."),
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

bool api_export_me(struct call *call, void *reply, struct error *err)
{
    const struct person person = caller(call);
    struct db_session *session = NULL;

    if (!db_pool_take(call->app->scans, &session, err)) {
        return false;
    }
    const bool is_done = store_person_export(db_over_session(session, call->arena), call->arena,
                                             &person, reply, err);
    db_pool_give_back(call->app->scans, session);
    return is_done || call_refuse_gone_account(err);
}

bool api_delete_me(struct call *call, void *reply, struct error *err)
{
    const struct person person = caller(call);

    (void)reply; /* 204 */
    return store_person_erase(call->app->scans, call->arena, &person, err) ||
           call_refuse_gone_account(err);
}
