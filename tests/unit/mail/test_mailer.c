/* The queue of mails: as many wait as may, whoever asks for one more is told, and what was taken is
 * written in the order of asking. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/limits.h"
#include "mail/mailer.h"

enum { WAIT_S = 30 };

/* What the mailer's thread does: it writes a mail when it is let. */
struct desk {
    struct mailer *mailer;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t changed;
    int begun;
    int allowed;
    int disordered; /* mails whose purpose is not their number */
};

static bool write_mail(void *context, const struct mail_request *request, struct arena *arena,
                       struct mail_message *message, bool *is_wanted, struct error *err)
{
    struct desk *desk = context;

    (void)arena;
    (void)message;
    (void)err;
    *is_wanted = false;
    (void)pthread_mutex_lock(&desk->lock);
    desk->disordered += request->purpose == desk->begun ? 0 : 1;
    desk->begun++;
    (void)pthread_cond_broadcast(&desk->changed);
    while (desk->allowed < desk->begun) {
        (void)pthread_cond_wait(&desk->changed, &desk->lock);
    }
    (void)pthread_mutex_unlock(&desk->lock);
    return true;
}

static void allow(struct desk *desk, int count)
{
    (void)pthread_mutex_lock(&desk->lock);
    desk->allowed = count;
    (void)pthread_cond_broadcast(&desk->changed);
    (void)pthread_mutex_unlock(&desk->lock);
}

/* Whether so many have begun, soon. */
static bool wait_for_begun(struct desk *desk, int count)
{
    struct timespec until;
    int result = 0;

    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += WAIT_S;
    (void)pthread_mutex_lock(&desk->lock);
    while (desk->begun < count && result == 0) {
        result = pthread_cond_timedwait(&desk->changed, &desk->lock, &until);
    }
    const bool have_begun = desk->begun >= count;
    (void)pthread_mutex_unlock(&desk->lock);
    return have_begun;
}

static int setup(void **state)
{
    struct desk *desk = calloc(1, sizeof *desk);
    struct error err = {.code = ERROR_NONE};
    const struct mailer_config config = {.target = "file:/dev/null",
                                         .from = "quizd@example.org",
                                         .write = write_mail,
                                         .context = desk};

    if (desk == NULL) {
        return -1;
    }
    (void)pthread_mutex_init(&desk->lock, NULL);
    (void)pthread_cond_init(&desk->changed, NULL);
    *state = desk;
    return mailer_open(&config, &desk->mailer, &err) ? 0 : -1;
}

static int teardown(void **state)
{
    struct desk *desk = *state;

    allow(desk, INT32_MAX);
    mailer_close(desk->mailer);
    free(desk);
    return 0;
}

static enum error_code post(struct desk *desk, int number)
{
    const struct mail_request request = {
        .purpose = number, .email = TEXT("ada@example.org"), .address = TEXT("127.0.0.1")};
    struct error err = {.code = ERROR_NONE};

    return mailer_post(desk->mailer, &request, &err) ? ERROR_NONE : err.code;
}

static void test_mailer_post__as_many_as_may_wait(void **state)
{
    struct desk *desk = *state;

    assert_int_equal(post(desk, 0), ERROR_NONE);
    assert_true(wait_for_begun(desk, 1)); /* it waits no more: it is being written */
    for (int i = 1; i <= LIMIT_MAILS_WAITING; i++) {
        assert_int_equal(post(desk, i), ERROR_NONE);
    }
    assert_int_equal(post(desk, LIMIT_MAILS_WAITING + 1), ERROR_TOO_MANY_REQUESTS);
    allow(desk, 1);
    assert_true(wait_for_begun(desk, 2));
    assert_int_equal(post(desk, LIMIT_MAILS_WAITING + 1), ERROR_NONE); /* there is room for one */
    assert_int_equal(post(desk, LIMIT_MAILS_WAITING + 2), ERROR_TOO_MANY_REQUESTS);
    allow(desk, INT32_MAX);
    assert_true(wait_for_begun(desk, LIMIT_MAILS_WAITING + 2));
    assert_int_equal(desk->disordered, 0);
}

static void test_mailer_post__too_long_an_address(void **state)
{
    struct desk *desk = *state;
    static const char LONG[LIMIT_EMAIL_BYTES + 1] = "a";
    struct mail_request request = {.email = {.data = LONG, .len = sizeof LONG},
                                   .address = TEXT("127.0.0.1")};
    struct error err = {.code = ERROR_NONE};

    assert_false(mailer_post(desk->mailer, &request, &err));
    assert_int_equal(err.code, ERROR_INTERNAL);
    request.email.len--;
    assert_true(mailer_post(desk->mailer, &request, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_mailer_post__as_many_as_may_wait, setup, teardown),
        cmocka_unit_test_setup_teardown(test_mailer_post__too_long_an_address, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
