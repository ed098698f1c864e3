/*
 * Passwords. Each hash takes about 30 ms of a core and 19 MiB, so that at most two run at once; a
 * bounded number waits its turn, and the next is told to come back: a flood of logins must not
 * starve everything else. Whatever goes wrong costs the same time as a wrong password.
 */
#include "auth/password.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

#include <sodium.h>

#include "auth/common_passwords.h"
#include "base/limits.h"
#include "base/unicode.h"

/* OWASP Password Storage Cheat Sheet, Argon2id: m = 19 MiB, t = 2, p = 1. */
enum {
    MEMORY_KIB = 19456,
    PASSES = 2,
    LOCAL_PART_MIN = 3, /* shorter ones are in too many words */
    RETRY_AFTER_S = 1
};

/* Today's parameters over a salt and a hash of zeros: what is checked where there is no hash. */
static const char DECOY[] = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
                            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/* The one gate of the process. `lock` guards both counts. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t left;
    unsigned running;
    unsigned waiting;
} gate = {.lock = PTHREAD_MUTEX_INITIALIZER, .left = PTHREAD_COND_INITIALIZER};

/* pthread calls below fail only for misuse: their results are ignored on purpose. */
static bool gate_enter(struct error *err)
{
    (void)pthread_mutex_lock(&gate.lock);
    const bool is_full = gate.running >= LIMIT_PASSWORD_HASHES_AT_ONCE &&
                         gate.waiting >= LIMIT_PASSWORD_HASHES_WAITING;
    if (!is_full) {
        gate.waiting++;
        while (gate.running >= LIMIT_PASSWORD_HASHES_AT_ONCE) {
            (void)pthread_cond_wait(&gate.left, &gate.lock);
        }
        gate.waiting--;
        gate.running++;
    }
    (void)pthread_mutex_unlock(&gate.lock);
    return !is_full || error_set_unavailable(err, RETRY_AFTER_S,
                                             "Too many passwords are being checked at once.");
}

static void gate_leave(void)
{
    (void)pthread_mutex_lock(&gate.lock);
    gate.running--;
    (void)pthread_cond_signal(&gate.left);
    (void)pthread_mutex_unlock(&gate.lock);
}

struct password_load password_load_now(void)
{
    (void)pthread_mutex_lock(&gate.lock);
    const struct password_load load = {.running = gate.running, .waiting = gate.waiting};
    (void)pthread_mutex_unlock(&gate.lock);
    return load;
}

bool password_hash(struct text password, struct arena *arena, struct text *encoded,
                   struct error *err)
{
    char out[crypto_pwhash_STRBYTES];
    if (!gate_enter(err)) {
        return false;
    }
    const int result = crypto_pwhash_str(out, password.len == 0 ? "" : password.data, password.len,
                                         PASSES, (size_t)MEMORY_KIB * 1024);
    gate_leave();
    if (result != 0) { /* only for want of memory */
        return error_set_unavailable(err, RETRY_AFTER_S,
                                     "There is no memory to hash a password just now.");
    }
    *encoded = arena_copy(arena, text_of(out));
    return true;
}

/* Takes `label` and a decimal number up to `separator` off the front of *rest. */
static bool take_parameter(struct text *rest, struct text label, char separator, int64_t *value)
{
    if (!text_starts_with(*rest, label)) {
        return false;
    }
    struct text digits = TEXT_ABSENT;
    return text_split(text_slice(*rest, label.len, rest->len), separator, &digits, rest) &&
           text_to_i64(digits, value);
}

/* Whether the cost that a stored hash asks for is one that we are willing to pay. */
static bool is_affordable(struct text encoded)
{
    struct text rest = encoded;
    int64_t version = 0;
    int64_t memory_kib = 0;
    int64_t passes = 0;
    int64_t lanes = 0;
    return encoded.len < crypto_pwhash_STRBYTES &&
           take_parameter(&rest, TEXT("$argon2id$v="), '$', &version) &&
           take_parameter(&rest, TEXT("m="), ',', &memory_kib) &&
           take_parameter(&rest, TEXT("t="), ',', &passes) &&
           take_parameter(&rest, TEXT("p="), '$', &lanes) && version == 19 && memory_kib >= 8 &&
           memory_kib <= LIMIT_HASH_MEMORY_KIB && passes >= 1 && passes <= LIMIT_HASH_PASSES &&
           lanes == 1;
}

bool password_verify(struct text password, struct text encoded, struct arena *arena, bool *matches,
                     struct error *err)
{
    const bool is_real = is_affordable(encoded);
    const char *checked = is_real ? arena_string(arena, encoded) : DECOY;
    if (!gate_enter(err)) {
        return false;
    }
    errno = 0;
    const int result =
        crypto_pwhash_str_verify(checked, password.len == 0 ? "" : password.data, password.len);
    const bool is_out_of_memory = result != 0 && errno == ENOMEM;
    gate_leave();
    if (is_out_of_memory) { /* not to be mistaken for a wrong password */
        return error_set_unavailable(err, RETRY_AFTER_S,
                                     "There is no memory to check a password just now.");
    }
    *matches = is_real && result == 0;
    return true;
}

bool password_needs_rehash(struct text encoded, struct arena *arena)
{
    return !is_affordable(encoded) ||
           crypto_pwhash_str_needs_rehash(arena_string(arena, encoded), PASSES,
                                          (size_t)MEMORY_KIB * 1024) != 0;
}

/* As somebody reads them: folded, so that no case, width or composition hides one in the other. */
static bool contains_name(struct text password, struct text name, struct arena *arena)
{
    struct code_points whole;
    struct code_points part;

    if (!unicode_normalize(arena, password, true, &whole) ||
        !unicode_normalize(arena, name, true, &part) || part.count < LOCAL_PART_MIN) {
        return false;
    }
    for (size_t from = 0; from + part.count <= whole.count; from++) {
        if (memcmp(whole.data + from, part.data, part.count * sizeof *part.data) == 0) {
            return true;
        }
    }
    return false;
}

bool password_check_new(const struct new_password *wanted, struct arena *arena, struct text pointer,
                        struct error *err)
{
    const struct text password = wanted->password;

    if (!text_is_utf8(password)) {
        return error_add_fault(err, arena, pointer, FAULT_BAD_FORMAT, "must be UTF-8");
    }
    if (password.len < (size_t)wanted->bytes_min) {
        return error_add_fault(err, arena, pointer, FAULT_TOO_SHORT,
                               "must have at least %lld bytes", (long long)wanted->bytes_min);
    }
    if (password.len > LIMIT_PASSWORD_BYTES) {
        return error_add_fault(err, arena, pointer, FAULT_TOO_LONG, "must have at most %d bytes",
                               LIMIT_PASSWORD_BYTES);
    }
    if (password_is_common(password)) {
        return error_add_fault(err, arena, pointer, FAULT_NOT_ALLOWED,
                               "must not be one of the most common passwords");
    }
    struct text local = TEXT_ABSENT;
    struct text domain = TEXT_ABSENT;
    (void)text_split(wanted->email, '@', &local, &domain); /* without '@' the whole text counts */
    if (contains_name(password, local, arena)) {
        return error_add_fault(err, arena, pointer, FAULT_NOT_ALLOWED,
                               "must not contain the e-mail address");
    }
    return true;
}
