/*
 * The configuration: one table of options. A value comes from a flag, else from the environment,
 * else from the default; the same table prints the help text and README's table. Every wrong value
 * is a fault that names the flag or variable it came from.
 */
#ifndef BASE_CONFIG_H
#define BASE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/log.h"
#include "base/network.h"

struct config {
    const char *admin_listen;          /* NULL: no metrics */
    const char *listen;                /* "127.0.0.1:8080" */
    const char *database_url;          /* NULL: not given; whoever needs it says so */
    const char *database_direct_url;   /* that of database_url where it is not given */
    const char *database_read_url;     /* NULL: as database_url */
    const char *runtime_role;          /* that the server runs as; migrate gives it its rights */
    const char *jwt_key_file;          /* NULL: not given */
    const char *jwt_previous_key_file; /* NULL: none */
    const char *cors_origins;          /* NULL: none */
    enum log_level log_level;
    int64_t threads;
    int64_t streams;
    int64_t read_lanes;
    int64_t write_lanes;
    int64_t queue_limit;
    int64_t import_bytes;
    int64_t transaction_sessions;
    int64_t scan_sessions;
    int64_t housekeeping_ms;
    int64_t head_timeout_ms;
    int64_t body_timeout_ms;
    int64_t idle_timeout_ms;
    int64_t drain_timeout_ms;
    int64_t bank_poll_ms;
    int64_t answer_grace_ms;
    int64_t password_bytes_min;
    int64_t account_failures; /* 0: no limit, as in the three that follow */
    int64_t network_failures;
    int64_t user_requests;
    int64_t network_requests;
    struct networks trusted_proxies;
    const char *mail; /* NULL: none is sent */
    const char *mail_from;
    const char *mail_link; /* NULL: mails have the bare token */
    bool verify_email;
    const char *weak_areas_model;
    bool separate_approver;
    bool unnamed_statements;
    bool dev;
};

enum config_id {
    CONFIG_LISTEN,
    CONFIG_ADMIN_LISTEN,
    CONFIG_DATABASE_URL,
    CONFIG_DATABASE_DIRECT_URL,
    CONFIG_DATABASE_READ_URL,
    CONFIG_RUNTIME_ROLE,
    CONFIG_JWT_KEY_FILE,
    CONFIG_JWT_PREVIOUS_KEY_FILE,
    CONFIG_CORS_ORIGINS,
    CONFIG_LOG_LEVEL,
    CONFIG_THREADS,
    CONFIG_STREAMS,
    CONFIG_READ_LANES,
    CONFIG_WRITE_LANES,
    CONFIG_QUEUE_LIMIT,
    CONFIG_IMPORT_BYTES,
    CONFIG_UNNAMED_STATEMENTS,
    CONFIG_TRANSACTION_SESSIONS,
    CONFIG_SCAN_SESSIONS,
    CONFIG_HOUSEKEEPING_MS,
    CONFIG_HEAD_TIMEOUT_MS,
    CONFIG_BODY_TIMEOUT_MS,
    CONFIG_IDLE_TIMEOUT_MS,
    CONFIG_DRAIN_TIMEOUT_MS,
    CONFIG_BANK_POLL_MS,
    CONFIG_ANSWER_GRACE_MS,
    CONFIG_PASSWORD_BYTES_MIN,
    CONFIG_ACCOUNT_FAILURES,
    CONFIG_NETWORK_FAILURES,
    CONFIG_USER_REQUESTS,
    CONFIG_NETWORK_REQUESTS,
    CONFIG_TRUSTED_PROXIES,
    CONFIG_MAIL,
    CONFIG_MAIL_FROM,
    CONFIG_MAIL_LINK,
    CONFIG_VERIFY_EMAIL,
    CONFIG_WEAK_AREAS_MODEL,
    CONFIG_SEPARATE_APPROVER,
    CONFIG_DEV,
    CONFIG_OPTION_COUNT
};

enum config_type {
    CONFIG_TYPE_STRING,
    CONFIG_TYPE_ADDRESS, /* IPv4 address and port */
    CONFIG_TYPE_URL,     /* libpq: postgresql://… or name=value pairs */
    CONFIG_TYPE_LEVEL,
    CONFIG_TYPE_TEXT,     /* not empty */
    CONFIG_TYPE_NETWORKS, /* IPv4 addresses and networks, with commas between */
    CONFIG_TYPE_CHOICE,   /* one of `choices` */
    CONFIG_TYPE_INTEGER,  /* min to max */
    CONFIG_TYPE_BOOL      /* true, false, 1, 0; the flag takes no argument */
};

struct config_option {
    const char *flag;          /* without the two hyphens */
    const char *variable;      /* QUIZD_… */
    const char *also;          /* a second variable, read where the first is not set; NULL: none */
    size_t offset;             /* in struct config */
    const char *default_value; /* NULL: none */
    int64_t min;
    int64_t max;
    const char *choices; /* CONFIG_TYPE_CHOICE: words with blanks between them */
    const char *about;   /* one line */
    enum config_type type;
    bool is_secret; /* never printed; VARIABLE_FILE may name a file that holds the value */
};

/* In the order of enum config_id. */
extern const struct config_option CONFIG_OPTIONS[CONFIG_OPTION_COUNT];

/* The values given as flags, by enum config_id; NULL: not given. A bool flag is given as "true". */
struct config_flags {
    const char *values[CONFIG_OPTION_COUNT];
};

/* Fills `config`, with every string in the arena. `environment` is environ's form: "NAME=value" …,
 * NULL. ERROR_INVALID_INPUT with one fault for each wrong value; each detail is a sentence that
 * names the flag or variable. `err` must be zeroed. */
NODISCARD bool config_load(struct arena *arena, const struct config_flags *flags,
                           char *const environment[], struct config *config, struct error *err);
/* The first variable that begins with QUIZD_ and is none of ours, likely a slip of the pen; absent
 * where there is none. */
struct text config_find_unknown(char *const environment[]);
/* The options as help text, one paragraph each. */
void config_append_help(struct buffer *buffer);
/* The options as a Markdown table. */
void config_append_markdown(struct buffer *buffer);

#endif
