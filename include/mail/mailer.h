/*
 * Mail, sent behind the requests' backs: a bounded queue and one thread. What is to be said is
 * written by that thread too, so that asking for a mail costs the same whether there is anybody to
 * send it to. Where it goes: a file (for development), a command such as sendmail, or SMTP.
 */
#ifndef MAIL_MAILER_H
#define MAIL_MAILER_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"

struct mailer;

/* What a mail is about: the words are whoever's who gave `write`. */
struct mail_request {
    int purpose;
    struct text email;   /* LIMIT_EMAIL_BYTES at most */
    struct text address; /* of the client that asked */
};

struct mail_message {
    struct text to;
    struct text subject; /* ASCII, one line */
    struct text body;    /* lines end with LF */
};

struct mailer_config {
    const char
        *target; /* "file:PATH", "command:PROGRAM ARGUMENT…", "smtp://[USER:PASSWORD@]HOST" */
    const char *from; /* the sender's address */
    /* Writes the message; *is_wanted is false where there is nothing to send. Called by the
     * mailer's thread. */
    bool (*write)(void *context, const struct mail_request *request, struct arena *arena,
                  struct mail_message *message, bool *is_wanted, struct error *err);
    void *context;
};

/* ERROR_INVALID_INPUT where the target is none of these. The config's texts must outlive it. */
NODISCARD bool mailer_open(const struct mailer_config *config, struct mailer **mailer,
                           struct error *err);
/* Ends after the mail that is being sent (DELIVERY_LIMIT_S at most); what waits is dropped, with a
 * word in the log. Takes NULL. */
void mailer_close(struct mailer *mailer);
/* Copies the request into the queue. ERROR_TOO_MANY_REQUESTS where that is full. */
NODISCARD bool mailer_post(struct mailer *mailer, const struct mail_request *request,
                           struct error *err);

#endif
