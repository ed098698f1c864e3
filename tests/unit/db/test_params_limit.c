/* A statement has a bounded number of parameters; one more is a mistake of the program, which ends
 * it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "db/params.h"

static void bind(struct db_params *params, size_t count)
{
    params->count = 0;
    for (size_t i = 0; i < count; i++) {
        db_bind_i64(params, (int64_t)i);
    }
}

static void test_db_bind__up_to_the_limit(void **state)
{
    struct db_params params;

    bind(&params, LIMIT_DB_PARAMS - 1);
    assert_int_equal(params.count, LIMIT_DB_PARAMS - 1);
    bind(&params, LIMIT_DB_PARAMS);
    assert_int_equal(params.count, LIMIT_DB_PARAMS);
}

static void test_db_bind__one_more_aborts(void **state)
{
    int status = 0;
    const pid_t child = fork();

    if (child == 0) {
        const struct rlimit no_core = {0, 0};
        struct db_params params;
        (void)setrlimit(RLIMIT_CORE, &no_core); /* at worst a core is left */
        (void)close(STDERR_FILENO);             /* the assertion is wanted */
        (void)signal(SIGABRT, SIG_DFL);         /* cmocka has its own */
        bind(&params, LIMIT_DB_PARAMS + 1);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_db_bind__up_to_the_limit),
        cmocka_unit_test(test_db_bind__one_more_aborts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
