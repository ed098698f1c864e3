/* Keys of access tokens; see cli/signing_keys.h. */
#include "cli/signing_keys.h"

#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "store/signing_keys.h"

static bool read_key(const char *path, struct token_key *key, struct error *err)
{
    return token_key_read(path, key, err) && token_key_check_strength(key, err);
}

static bool read_files(const struct config *config, struct token_keys *keys, struct error *err)
{
    if (!read_key(config->jwt_key_file, &keys->keys[0], err)) {
        return false;
    }
    keys->count = 1;
    if (config->jwt_previous_key_file != NULL) {
        if (!read_key(config->jwt_previous_key_file, &keys->keys[1], err)) {
            return false;
        }
        keys->count = 2;
    }
    return true;
}

bool signing_keys_read(const struct config *config, struct arena *arena,
                       const struct token_keys **keys, struct error *err)
{
    struct token_keys *read = arena_new(arena, struct token_keys);

    if (config->jwt_key_file == NULL) {
        return error_set(
            err, ERROR_INTERNAL,
            "no signing key: set QUIZD_JWT_KEY_FILE to a file with 32 or more random bytes "
            "(for example: head -c 48 /dev/urandom | base64 >key; chmod 600 key)");
    }
    if (config->dev && !token_key_create(config->jwt_key_file, err)) {
        return false;
    }
    *keys = read;
    return read_files(config, read, err);
}

static bool has_key(const struct token_keys *keys, const char *kid)
{
    for (size_t i = 0; i < keys->count; i++) {
        if (strcmp(keys->keys[i].kid, kid) == 0) {
            return true;
        }
    }
    return false;
}

/* The key that has signed until now, and those that did not long ago, for as long as their tokens
 * live; the latest of them, where they are too many. */
static void keep_replaced(struct token_keys *keys, const struct token_keys *old, int64_t now_s)
{
    for (size_t i = 0; i < old->count && keys->count < LIMIT_TOKEN_KEYS; i++) {
        const int64_t good_until_s =
            i == 0 ? now_s + TOKEN_LIFETIME_S + TOKEN_LEEWAY_S : old->keys[i].good_until_s;
        if (good_until_s > now_s && !has_key(keys, old->keys[i].kid)) {
            keys->keys[keys->count] = old->keys[i];
            keys->keys[keys->count].good_until_s = good_until_s;
            keys->count++;
        }
    }
}

bool signing_keys_rotate(const struct config *config, struct arena *arena,
                         const struct token_keys *old, const struct token_keys **keys,
                         struct error *err)
{
    struct token_keys *read = arena_new(arena, struct token_keys);

    if (!read_files(config, read, err)) {
        return false;
    }
    keep_replaced(read, old, clock_now_us() / CLOCK_US_PER_S);
    *keys = read;
    return true;
}

void signing_keys_note_change(struct db *db, const struct token_keys *old,
                              const struct token_keys *keys)
{
    struct arena *scratch = arena_create();
    struct error err = {.code = ERROR_NONE};

    if (strcmp(old->keys[0].kid, keys->keys[0].kid) != 0 &&
        !store_signing_keys_note_change(db, scratch, text_of(keys->keys[0].kid), &err)) {
        log_warn("serve.keys_not_audited", log_string("detail", err.detail));
    }
    arena_free(scratch);
}
