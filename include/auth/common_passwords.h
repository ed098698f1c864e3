/* The 10,000 most common passwords (server/auth/common_passwords.txt says whose list it is). */
#ifndef AUTH_COMMON_PASSWORDS_H
#define AUTH_COMMON_PASSWORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

/* Sorted by bytes, in lower case, a line feed before and after each; made at build time. */
extern const char COMMON_PASSWORDS[];
extern const size_t COMMON_PASSWORDS_BYTES;

/* Whether it is one of them, in whatever case. */
bool password_is_common(struct text password);

#endif
