/* A ring of wishes and the thread that fulfils them, one after the other. */
#include "mail/mailer.h"

#include <pthread.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/network.h"
#include "mail/delivery.h"

enum { RETRY_AFTER_S = 10 };

struct wish {
    int purpose;
    size_t email_len;
    char email[LIMIT_EMAIL_BYTES];
    char address[ADDRESS_TEXT_BYTES];
};

struct mailer {
    struct arena *arena; /* owns this struct */
    struct mailer_config config;
    struct delivery delivery;
    pthread_t thread;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t changed;
    struct wish wishes[LIMIT_MAILS_WAITING];
    size_t first;
    size_t count;
    bool is_closing;
};

bool mailer_post(struct mailer *mailer, const struct mail_request *request, struct error *err)
{
    struct wish wish = {.purpose = request->purpose, .email_len = request->email.len};

    if (request->email.len > sizeof wish.email || request->address.len >= sizeof wish.address) {
        return error_set(err, ERROR_INTERNAL, "the mail is for too long an address");
    }
    memcpy(wish.email, request->email.data, request->email.len);
    memcpy(wish.address, request->address.data, request->address.len);
    (void)pthread_mutex_lock(&mailer->lock);
    const bool has_room = mailer->count < LIMIT_MAILS_WAITING;
    if (has_room) {
        mailer->wishes[(mailer->first + mailer->count) % LIMIT_MAILS_WAITING] = wish;
        mailer->count++;
        (void)pthread_cond_signal(&mailer->changed);
    }
    (void)pthread_mutex_unlock(&mailer->lock);
    if (!has_room) {
        (void)error_set(err, ERROR_TOO_MANY_REQUESTS,
                        "too many mails wait to be sent"); /* always false */
        err->retry_after_s = RETRY_AFTER_S;
    }
    return has_room;
}

/* False when it is time to end. */
static bool take(struct mailer *mailer, struct wish *wish)
{
    (void)pthread_mutex_lock(&mailer->lock);
    while (mailer->count == 0 && !mailer->is_closing) {
        (void)pthread_cond_wait(&mailer->changed, &mailer->lock);
    }
    const bool goes_on = !mailer->is_closing;
    if (goes_on) {
        *wish = mailer->wishes[mailer->first];
        mailer->first = (mailer->first + 1) % LIMIT_MAILS_WAITING;
        mailer->count--;
    }
    (void)pthread_mutex_unlock(&mailer->lock);
    return goes_on;
}

static void fulfil(struct mailer *mailer, const struct wish *wish, struct arena *arena)
{
    const struct mail_request request = {.purpose = wish->purpose,
                                         .email = {.data = wish->email, .len = wish->email_len},
                                         .address = text_of(wish->address)};
    struct mail_message message;
    struct error err = {.code = ERROR_NONE};
    bool is_wanted = false;

    if (!mailer->config.write(mailer->config.context, &request, arena, &message, &is_wanted,
                              &err) ||
        (is_wanted && !delivery_send(&mailer->delivery, &message, arena, &err))) {
        log_warn("mail.failed", log_string("detail", err.detail));
    } else if (is_wanted) {
        log_info("mail.sent", log_i64("purpose", wish->purpose));
    }
}

static void *run(void *context)
{
    struct mailer *mailer = context;
    struct arena *arena = arena_create();
    struct wish wish;

    while (take(mailer, &wish)) {
        fulfil(mailer, &wish, arena);
        arena_reset(arena);
    }
    arena_free(arena);
    return NULL;
}

bool mailer_open(const struct mailer_config *config, struct mailer **out, struct error *err)
{
    struct arena *arena = arena_create();
    struct mailer *mailer = arena_new(arena, struct mailer);

    mailer->arena = arena;
    mailer->config = *config;
    (void)pthread_mutex_init(&mailer->lock, NULL); /* default attributes: these cannot fail */
    (void)pthread_cond_init(&mailer->changed, NULL);
    if (!delivery_parse(config->target, config->from, &mailer->delivery, err)) {
        arena_free(arena);
        return false;
    }
    if (pthread_create(&mailer->thread, NULL, run, mailer) != 0) {
        arena_free(arena);
        return error_set(err, ERROR_INTERNAL, "cannot start the thread that sends mail");
    }
    *out = mailer;
    return true;
}

void mailer_close(struct mailer *mailer)
{
    if (mailer == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&mailer->lock);
    mailer->is_closing = true;
    (void)pthread_cond_broadcast(&mailer->changed);
    (void)pthread_mutex_unlock(&mailer->lock);
    (void)pthread_join(mailer->thread, NULL); /* it was started in mailer_open */
    if (mailer->count > 0) {
        log_warn("mail.dropped", log_i64("count", (int64_t)mailer->count));
    }
    arena_free(mailer->arena);
}
