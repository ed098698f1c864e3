/* Handing one message on to where mail goes. */
#ifndef MAIL_DELIVERY_H
#define MAIL_DELIVERY_H

#include "mail/mailer.h"

enum { DELIVERY_LIMIT_S = 10 };

enum delivery_kind { DELIVERY_FILE, DELIVERY_COMMAND, DELIVERY_SMTP };

struct delivery {
    enum delivery_kind kind;
    struct text place; /* path, command line, or URL */
    struct text from;
};

/* ERROR_INVALID_INPUT. The texts of `delivery` are windows into the arguments. */
NODISCARD bool delivery_parse(const char *target, const char *from, struct delivery *delivery,
                              struct error *err);
/* Within DELIVERY_LIMIT_S. ERROR_UNAVAILABLE with what went wrong, for the log. */
NODISCARD bool delivery_send(const struct delivery *delivery, const struct mail_message *message,
                             struct arena *arena, struct error *err);
/* The whole message as RFC 5322 has it; lines end with `line_end`. */
struct text delivery_format(const struct delivery *delivery, const struct mail_message *message,
                            struct text line_end, struct arena *arena);
/* The ways that have a file of their own. */
NODISCARD bool delivery_run_command(const struct delivery *delivery, struct text message,
                                    struct arena *arena, struct error *err);
NODISCARD bool delivery_send_smtp(const struct delivery *delivery,
                                  const struct mail_message *message, struct arena *arena,
                                  struct error *err);

#endif
