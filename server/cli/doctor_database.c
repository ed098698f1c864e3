/* The checks of `quizd doctor` that ask the database. */
#include "cli/doctor.h"

#include "base/clock.h"
#include "db/migration.h"
#include "store/doctor.h"

/* A skew within TOKEN_LEEWAY_S harms no token, but deadlines are told by the database's clock and
 * shown by the client's. */
enum {
    VERSION_MIN = 150000,
    SKEW_MS_MAX = 2000,
    STATEMENT_TIMEOUT_MS = 10000,
    CALL_LIMIT_MS = 20000
};

struct patient {
    struct doctor *doctor;
    struct db_session *session;
    struct doctor_look look;
    int64_t skew_us; /* of the database's clock against ours, at most */
};

static void check_version(struct patient *patient)
{
    const long long version = (long long)patient->look.version;

    if (version < VERSION_MIN) {
        doctor_bad(
            patient->doctor, "version",
            arena_printf(patient->doctor->arena, "the server is PostgreSQL %lld", version / 10000),
            "upgrade it to PostgreSQL 15 or later");
    } else if (!text_equal(patient->look.encoding, TEXT("UTF8"))) {
        doctor_bad(patient->doctor, "version",
                   arena_printf(patient->doctor->arena, "the database's encoding is %.*s",
                                TEXT_ARG(patient->look.encoding)),
                   "make the database with ENCODING 'UTF8' TEMPLATE template0, and move the data");
    } else {
        doctor_good(patient->doctor, "version", "PostgreSQL %lld.%lld, UTF8", version / 10000,
                    version % 10000);
    }
}

static void check_schema(struct patient *patient, bool *is_current)
{
    struct doctor *doctor = patient->doctor;
    struct migration_status status;
    struct error err = {.code = ERROR_NONE};

    *is_current = false;
    if (!migration_read_status(patient->session, doctor->arena, MIGRATIONS, MIGRATIONS_COUNT,
                               &status, &err)) {
        doctor_bad(doctor, "schema", TEXT("the table schema_migrations cannot be read"),
                   "as the owner of the database: quizd migrate --runtime-role=%.*s",
                   TEXT_ARG(patient->look.role));
    } else if (status.unknown_number != 0) {
        doctor_bad(doctor, "schema",
                   arena_printf(doctor->arena,
                                "has migration %lld, which this program does not know",
                                (long long)status.unknown_number),
                   "run the newer quizd that has migrated it");
    } else if (status.edited != NULL) {
        doctor_bad(doctor, "schema",
                   arena_printf(doctor->arena, "migration %s was edited after it was applied",
                                status.edited->name),
                   "run a quizd that was built from the released migrations");
    } else if (status.pending_count > 0) {
        doctor_bad(doctor, "schema",
                   arena_printf(doctor->arena, "%zu migrations are pending", status.pending_count),
                   "as the owner of the database: quizd migrate");
    } else {
        *is_current = true;
        doctor_good(doctor, "schema", "%zu migrations, none pending", status.applied_count);
    }
}

/* A role that could do anything: no list of rights says more. */
static void blame_role(struct patient *patient, const char *what)
{
    doctor_bad(patient->doctor, "role",
               arena_printf(patient->doctor->arena, "%.*s %s", TEXT_ARG(patient->look.role), what),
               "serve as a role of its own: as the owner of the database, quizd migrate gives %s "
               "its rights; name that role in DATABASE_URL",
               patient->doctor->config->runtime_role);
}

static void blame_rights(struct patient *patient, const char *what, struct text rights)
{
    doctor_bad(patient->doctor, "role",
               arena_printf(patient->doctor->arena, "%.*s %s: %.*s", TEXT_ARG(patient->look.role),
                            what, TEXT_ARG(rights)),
               "as the owner of the database: quizd migrate --runtime-role=%.*s",
               TEXT_ARG(patient->look.role));
}

static void check_rights(struct patient *patient)
{
    struct doctor *doctor = patient->doctor;
    struct doctor_rights rights = {.missing = TEXT("")};
    struct error err = {.code = ERROR_NONE};

    if (!store_doctor_compare_rights(patient->session, doctor->arena, &rights, &err)) {
        doctor_bad(doctor, "role", text_of(err.detail), "see the log line above");
    } else if (rights.missing.len > 0) {
        blame_rights(patient, "lacks", rights.missing);
    } else if (rights.beyond.len > 0) {
        blame_rights(patient, "has more than it needs", rights.beyond);
    } else {
        doctor_good(doctor, "role", "%.*s has the rights it needs and no others",
                    TEXT_ARG(patient->look.role));
    }
}

static void check_role(struct patient *patient)
{
    if (patient->look.is_superuser) {
        blame_role(patient, "is a superuser");
    } else if (patient->look.may_create) {
        blame_role(patient, "may change the schema");
    } else {
        check_rights(patient);
    }
}

static void check_durability(struct patient *patient)
{
    const struct {
        const char *name;
        struct text value;
    } settings[] = {
        {"fsync", patient->look.fsync},
        {"full_page_writes", patient->look.full_page_writes},
        {"synchronous_commit", patient->look.synchronous_commit},
    };

    for (size_t i = 0; i < COUNT_OF(settings); i++) {
        if (text_equal(settings[i].value, TEXT("off"))) {
            doctor_bad(patient->doctor, settings[i].name,
                       TEXT("is off: a crash can lose what was acknowledged"),
                       "ALTER SYSTEM SET %s = on; SELECT pg_reload_conf(); and look for an ALTER "
                       "ROLE or ALTER DATABASE that turns it off",
                       settings[i].name);
        } else {
            doctor_good(patient->doctor, settings[i].name, "%.*s", TEXT_ARG(settings[i].value));
        }
    }
}

static void check_clock(struct patient *patient)
{
    const int64_t skew_us = patient->skew_us < 0 ? -patient->skew_us : patient->skew_us;

    if (skew_us > SKEW_MS_MAX * INT64_C(1000)) {
        doctor_bad(patient->doctor, "clock",
                   arena_printf(patient->doctor->arena,
                                "this machine and the database are %lld ms apart",
                                (long long)(skew_us / 1000)),
                   "run a time service (systemd-timesyncd, chrony) on both machines");
    } else {
        doctor_good(patient->doctor, "clock", "within %lld ms of the database's",
                    (long long)(skew_us / 1000));
    }
}

/* How far the database's time lies outside of the span in which it was read. */
static int64_t skew(int64_t before_us, int64_t database_us, int64_t after_us)
{
    if (database_us < before_us) {
        return database_us - before_us;
    }
    return database_us > after_us ? database_us - after_us : 0;
}

static void examine(struct patient *patient)
{
    struct error err = {.code = ERROR_NONE};
    const int64_t before_us = clock_now_us();
    bool is_current = false;

    if (!store_doctor_look(patient->session, patient->doctor->arena, &patient->look, &err)) {
        doctor_bad(patient->doctor, "queries", text_of(err.detail), "see the log line above");
        return;
    }
    patient->skew_us = skew(before_us, patient->look.now, clock_now_us());
    check_version(patient);
    check_schema(patient, &is_current);
    if (is_current) {
        check_role(patient);
    }
    check_durability(patient);
    check_clock(patient);
}

static bool open_session(struct doctor *doctor, const char *name, const char *url,
                         struct db_session **session)
{
    const struct db_session_config database = {.url = url,
                                               .application_name = "quizd doctor",
                                               .statement_timeout_ms = STATEMENT_TIMEOUT_MS,
                                               .call_limit_ms = CALL_LIMIT_MS};
    struct error err = {.code = ERROR_NONE};

    if (!db_session_open(&database, session, &err)) {
        doctor_bad(doctor, name, text_of(err.detail),
                   "the log line above has the reason; see that PostgreSQL runs, that the URL is "
                   "right, and that pg_hba.conf lets the role in");
        return false;
    }
    doctor_good(doctor, name, "reachable");
    return true;
}

static void check_other(struct doctor *doctor, const char *name, const char *url)
{
    struct db_session *session = NULL;

    if (url != NULL && url != doctor->config->database_direct_url &&
        open_session(doctor, name, url, &session)) {
        db_session_close(session);
    }
}

void doctor_check_database(struct doctor *doctor)
{
    struct patient *patient = arena_new(doctor->arena, struct patient);

    patient->doctor = doctor;
    if (doctor->config->database_direct_url == NULL) {
        doctor_bad(doctor, "database", TEXT("no database is named"),
                   "set DATABASE_URL, such as postgresql://quizd_runtime@db.example.org/quizd");
        return;
    }
    if (open_session(doctor, "database", doctor->config->database_direct_url, &patient->session)) {
        examine(patient);
        db_session_close(patient->session);
    }
    check_other(doctor, "pooled URL", doctor->config->database_url);
    check_other(doctor, "read URL", doctor->config->database_read_url);
}
