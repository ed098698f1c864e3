/*
 * Every ceiling of the program, in one place. What grows from outside input has its limit here, and
 * a test at limit - 1, limit and limit + 1.
 */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

enum {
    /* JSON from outside */
    LIMIT_JSON_DEPTH = 16,
    LIMIT_FAULTS = 32, /* faults listed in one problem; the rest is counted */
    LIMIT_BODY_BYTES = 64 * 1024,
    LIMIT_REPLY_BYTES = 16 * 1024 * 1024,
    /* HTTP edge */
    LIMIT_HEADERS = 63, /* civetweb drops what follows the 64th without a word */
    LIMIT_REQUEST_HEAD_BYTES = 16 * 1024,
    LIMIT_PATH_BYTES = 1024,
    LIMIT_QUERY_BYTES = 2048,
    LIMIT_PARAMETERS = 32,
    LIMIT_PATH_SEGMENTS = 12,
    LIMIT_IDEMPOTENCY_KEY_BYTES = 255,
    LIMIT_ORIGINS = 32, /* that may be allowed to browsers */
    /* identity */
    LIMIT_TOKEN_BYTES = 2048,
    LIMIT_EMAIL_BYTES = 254,
    LIMIT_PASSWORD_BYTES_MIN = 12,
    LIMIT_PASSWORD_BYTES = 256,
    LIMIT_PASSWORD_HASHES_AT_ONCE = 2,
    LIMIT_PASSWORD_HASHES_WAITING = 64,
    LIMIT_HASH_MEMORY_KIB = 65536, /* that a stored hash may ask for */
    LIMIT_HASH_PASSES = 10,
    LIMIT_TOKEN_KEYS = 8, /* that signs, the one before, those that were replaced lately */
    LIMIT_TOKEN_KEY_BYTES_MIN = 32,
    LIMIT_TOKEN_KEY_BYTES = 512,
    LIMIT_CACHED_TOKENS = 16384,
    LIMIT_REVOCATIONS = 4096, /* in memory; beyond them the database is asked */
    LIMIT_RATE_BUCKETS = 16384,
    LIMIT_MAILS_WAITING = 256,
    LIMIT_DISPLAY_NAME = 64,
    /* attempts */
    LIMIT_ATTEMPT_ITEMS = 100,
    LIMIT_SECTIONS_CHOSEN = 50,
    LIMIT_SEED_BYTES = 64,
    LIMIT_EXTRA_TIME_PERCENT = 300,
    /* teams */
    LIMIT_TEAM_NAME = 64,
    LIMIT_EVENT_ID_BYTES = 64,
    LIMIT_POLL_S = 25,         /* that a request may wait for news */
    LIMIT_STREAMS_OF_USER = 8, /* and waiting polls at once, at one server */
    LIMIT_TEAMS_OF_USER = 20,
    LIMIT_TEAM_MEMBERS = 200,
    LIMIT_TEAM_INVITES = 100, /* good at once */
    LIMIT_INVITE_HOURS = 24 * 90,
    /* banks and notes */
    LIMIT_COMMENT = 1000,
    LIMIT_REPORT = 2000,
    LIMIT_SLUG_BYTES = 64,
    LIMIT_OPTIONS = 26,
    LIMIT_NOTES_BYTES = 16 * 1024 * 1024,
    LIMIT_NOTES_SECTIONS = 20000,
    LIMIT_BANK_FILE_BYTES = 64 * 1024 * 1024,
    LIMIT_DIAGNOSTICS = 100,
    LIMIT_FORMAT_ITEM_BYTES = 1024 * 1024, /* of a question in a file that is imported */
    /* database */
    LIMIT_DB_PARAMS = 28,
};

#endif
