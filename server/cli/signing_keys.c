/* Keys of access tokens; see cli/signing_keys.h. */
#include "cli/signing_keys.h"

#include <string.h>

#include "base/clock.h"

static bool read_files(const struct config *config, struct token_keys *keys, struct error *err)
{
    if (!token_key_read(config->jwt_key_file, &keys->keys[0], err)) {
        return false;
    }
    keys->count = 1;
    if (config->jwt_previous_key_file != NULL) {
        if (!token_key_read(config->jwt_previous_key_file, &keys->keys[1], err)) {
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

bool signing_keys_rotate(const struct config *config, struct arena *arena,
                         const struct token_keys *old, const struct token_keys **keys,
                         struct error *err)
{
    struct token_keys *read = arena_new(arena, struct token_keys);

    if (!read_files(config, read, err)) {
        return false;
    }
    if (!has_key(read, old->keys[0].kid)) {
        struct token_key *replaced = &read->keys[read->count++];
        *replaced = old->keys[0];
        replaced->good_until_s =
            clock_now_us() / CLOCK_US_PER_S + TOKEN_LIFETIME_S + TOKEN_LEEWAY_S;
    }
    *keys = read;
    return true;
}
