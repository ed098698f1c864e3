/*
 * Signing keys on disk. A file that others may read, or a key that can be guessed, is refused:
 * better no start than forged tokens.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "auth/token.h"
#include "base/random.h"

/* Twice the key in hexadecimal, a newline of one or two bytes, and one byte that shows that there
 * is more. */
enum {
    FILE_BYTES_MAX = LIMIT_TOKEN_KEY_BYTES * 2 + 3,
    NEW_KEY_BYTES = 32,
    NEW_KEY_DIGITS = 2 * NEW_KEY_BYTES,
    PATH_BYTES = 1024,
    KID_BYTES = 8,
    DIFFERENT_BYTES_MIN = 16
};

static bool fail_to_read(struct error *err)
{
    if (errno == ENOENT || errno == ENOTDIR) {
        return error_set(err, ERROR_INTERNAL, "The signing key file does not exist.");
    }
    if (errno == EACCES || errno == EPERM) {
        return error_set(err, ERROR_INTERNAL, "The signing key file may not be read by this user.");
    }
    return error_set(err, ERROR_INTERNAL, "The signing key file cannot be read (errno %d).", errno);
}

/* Reads the whole file; *len is more than FILE_BYTES_MAX - 1 where it does not fit. */
static bool read_all(int file, char out[FILE_BYTES_MAX], size_t *len, struct error *err)
{
    *len = 0;
    ssize_t got = 1;
    while (got > 0 && *len < FILE_BYTES_MAX) {
        got = read(file, out + *len, FILE_BYTES_MAX - *len);
        *len += got > 0 ? (size_t)got : 0;
    }
    return got >= 0 || fail_to_read(err);
}

static bool check_mode(int file, struct error *err)
{
    struct stat status;
    if (fstat(file, &status) != 0) {
        return fail_to_read(err);
    }
    if (!S_ISREG(status.st_mode)) {
        return error_set(err, ERROR_INTERNAL, "The signing key file is not a regular file.");
    }
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        return error_set(
            err, ERROR_INTERNAL,
            "The signing key file may be read by others than its owner: its mode must be 0600.");
    }
    return true;
}

static struct text strip_newline(struct text content)
{
    struct text stripped = content;
    if (stripped.len > 0 && stripped.data[stripped.len - 1] == '\n') {
        stripped.len--;
        if (stripped.len > 0 && stripped.data[stripped.len - 1] == '\r') {
            stripped.len--;
        }
    }
    return stripped;
}

/* The bytes that 64 or more hexadecimal digits spell, else the bytes themselves. False where they
 * do not fit. */
static bool store_secret(struct text content, struct token_key *key)
{
    if (content.len >= NEW_KEY_DIGITS && content.len % 2 == 0 &&
        sodium_hex2bin(key->secret, sizeof key->secret, content.data, content.len, NULL,
                       &key->secret_len, NULL) == 0) {
        return true;
    }
    if (content.len > sizeof key->secret) {
        return false;
    }
    memcpy(key->secret, content.data, content.len);
    key->secret_len = content.len;
    return true;
}

static bool make_key(struct text content, struct token_key *key, struct error *err)
{
    *key = (struct token_key){.secret_len = 0};
    if (!store_secret(content, key)) {
        return error_set(err, ERROR_INTERNAL, "The signing key is longer than %d bytes.",
                         LIMIT_TOKEN_KEY_BYTES);
    }
    if (key->secret_len < LIMIT_TOKEN_KEY_BYTES_MIN) {
        return error_set(err, ERROR_INTERNAL, "The signing key is shorter than %d bytes.",
                         LIMIT_TOKEN_KEY_BYTES_MIN);
    }
    unsigned char digest[crypto_hash_sha256_BYTES];
    (void)crypto_hash_sha256(digest, key->secret, key->secret_len);     /* always 0 */
    (void)sodium_bin2hex(key->kid, sizeof key->kid, digest, KID_BYTES); /* returns kid */
    return true;
}

bool token_key_read(const char *path, struct token_key *key, struct error *err)
{
    const int file =
        open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a FIFO must not hold up the start */
    if (file < 0) {
        return fail_to_read(err);
    }
    char bytes[FILE_BYTES_MAX];
    size_t len = 0;
    const bool is_read = check_mode(file, err) && read_all(file, bytes, &len, err);
    (void)close(file); /* only read from */
    const bool is_good =
        is_read && make_key(strip_newline((struct text){.data = bytes, .len = len}), key, err);
    sodium_memzero(bytes, sizeof bytes);
    return is_good;
}

bool token_key_check_strength(const struct token_key *key, struct error *err)
{
    bool is_seen[256] = {false};
    size_t count = 0;

    for (size_t i = 0; i < key->secret_len; i++) {
        count += is_seen[key->secret[i]] ? 0 : 1;
        is_seen[key->secret[i]] = true;
    }
    return count >= DIFFERENT_BYTES_MIN ||
           error_set(err, ERROR_INTERNAL,
                     "The signing key has only %zu different bytes: it can be guessed.", count);
}

static bool write_key(int file)
{
    unsigned char secret[NEW_KEY_BYTES];
    char line[NEW_KEY_DIGITS + 2];
    random_bytes(secret, sizeof secret);
    (void)sodium_bin2hex(line, sizeof line, secret, sizeof secret); /* returns `line` */
    line[NEW_KEY_DIGITS] = '\n';
    const size_t len = NEW_KEY_DIGITS + 1;
    const bool is_written = write(file, line, len) == (ssize_t)len && fsync(file) == 0;
    sodium_memzero(secret, sizeof secret);
    sodium_memzero(line, sizeof line);
    return is_written;
}

/* The whole file appears under its name at once, or not at all; of two that try, one wins and both
 * are content. */
bool token_key_create(const char *path, struct error *err)
{
    char draft[PATH_BYTES];
    const int length =
        snprintf(draft, sizeof draft, "%s.%016llx", path, (unsigned long long)random_u64());
    if (length < 0 || (size_t)length >= sizeof draft) {
        return error_set(err, ERROR_INTERNAL, "The name of the signing key file is too long.");
    }
    const int file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file < 0) {
        return error_set(err, ERROR_INTERNAL, "The signing key file cannot be made (errno %d).",
                         errno);
    }
    const bool is_written = write_key(file);
    const bool is_closed = close(file) == 0;
    const bool is_there = is_written && is_closed && (link(draft, path) == 0 || errno == EEXIST);
    (void)unlink(draft); /* a draft that stays is harmless */
    return is_there || error_set(err, ERROR_INTERNAL, "The signing key file cannot be written.");
}
