/* Who somebody is. */
#ifndef DOMAIN_USER_H
#define DOMAIN_USER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/shape.h"
#include "base/text.h"
#include "base/uuid.h"

enum role { ROLE_LEARNER, ROLE_INSTRUCTOR, ROLE_ADMIN, ROLE_COUNT };
extern const struct enumeration ROLES;

struct user {
    struct uuid id;
    struct text email;
    struct text display_name;
    enum role role;
    bool is_disabled;
    int64_t created_at;
};

#endif
