/* Teams, their members and invites. Whoever is not in a team gets ERROR_NOT_FOUND for all of it;
 * who may not do what he asks for, ERROR_FORBIDDEN. */
#ifndef STORE_TEAMS_H
#define STORE_TEAMS_H

#include "base/arena.h"
#include "base/error.h"
#include "db/db.h"
#include "domain/team.h"

/* A team as one of its members sees it. */
struct team {
    struct uuid id;
    struct text name;
    bool is_public; /* takes part where teams are compared */
    int64_t member_count;
    int64_t created_at;
    enum team_role role; /* the member's own */
    struct text pseudonym;
    bool shares_name;
};

struct team_member {
    struct uuid user_id;
    struct text display_name; /* the pseudonym unless shares_name */
    enum team_role role;
    bool shares_name;
    bool shares_results;
    int64_t joined_at;
    bool is_me;
};

struct team_invite {
    struct uuid id;
    int64_t uses_left;
    int64_t created_at;
    int64_t expires_at;
};

/* Who asks, and from where. */
struct team_caller {
    struct uuid user_id;
    struct uuid team_id;
    struct text address;
};

/* A page of at most `limit`, behind the id `after` (nil: from the first). */
struct team_page {
    struct team_caller caller;
    struct uuid after;
    int64_t limit;
};

struct team_entry {
    struct text name; /* of the new team; absent: to join by the code */
    struct text code;
    struct text pseudonym;
    bool shares_name;
};
/* Makes the team caller->team_id. ERROR_TOO_MANY; ERROR_NOT_FOUND: the account is gone. */
NODISCARD bool store_teams_create(struct db *db, struct arena *arena,
                                  const struct team_caller *caller, const struct team_entry *entry,
                                  struct team *team, struct error *err);
/* ERROR_NOT_FOUND: no good invite has the code. ERROR_TEAM_FULL; ERROR_TOO_MANY;
 * ERROR_INVALID_TOKEN: the account is gone. */
NODISCARD bool store_teams_join(struct db *db, struct arena *arena,
                                const struct team_caller *caller, const struct team_entry *entry,
                                struct team *team, struct error *err);
NODISCARD bool store_teams_get(struct db *db, struct arena *arena, const struct team_caller *caller,
                               struct team *team, struct error *err);
NODISCARD bool store_teams_list(struct db *db, struct arena *arena, const struct team_page *page,
                                struct team **teams, size_t *count, struct error *err);
struct team_change {
    struct text name;      /* absent: as it is */
    const bool *is_public; /* NULL: as it is */
};
NODISCARD bool store_teams_update(struct db *db, struct arena *arena,
                                  const struct team_caller *caller,
                                  const struct team_change *change, struct team *team,
                                  struct error *err);
NODISCARD bool store_teams_delete(struct db *db, struct arena *arena,
                                  const struct team_caller *caller, struct error *err);

NODISCARD bool store_team_members_list(struct db *db, struct arena *arena,
                                       const struct team_page *page, struct team_member **members,
                                       size_t *count, struct error *err);
struct team_member_change {
    struct uuid user_id;
    const enum team_role *role; /* NULL: as it is */
    const bool *shares_name;
    const bool *shares_results;
};
/* ERROR_OWNER_STAYS where the owner would be no owner. */
NODISCARD bool store_team_members_update(struct db *db, struct arena *arena,
                                         const struct team_caller *caller,
                                         const struct team_member_change *change,
                                         struct team_member *member, struct error *err);
/* ERROR_OWNER_STAYS. */
NODISCARD bool store_team_members_remove(struct db *db, struct arena *arena,
                                         const struct team_caller *caller, struct uuid user_id,
                                         struct error *err);

struct new_team_invite {
    struct text code; /* kept as its hash only */
    int64_t uses;
    int64_t hours;
};
/* ERROR_TOO_MANY; ERROR_INVALID_TOKEN: the account is gone. */
NODISCARD bool store_team_invites_create(struct db *db, struct arena *arena,
                                         const struct team_caller *caller,
                                         const struct new_team_invite *new_invite,
                                         struct team_invite *invite, struct error *err);
NODISCARD bool store_team_invites_list(struct db *db, struct arena *arena,
                                       const struct team_page *page, struct team_invite **invites,
                                       size_t *count, struct error *err);
NODISCARD bool store_team_invites_revoke(struct db *db, struct arena *arena,
                                         const struct team_caller *caller, struct uuid invite_id,
                                         struct error *err);

/* An attempt of a member that went implausibly fast (store/boards.h), under the name that the team
 * knows. Newest first. ERROR_FORBIDDEN for who is neither owner nor manager. */
struct fast_attempt;
NODISCARD bool store_team_review(struct db *db, struct arena *arena, const struct team_page *page,
                                 struct fast_attempt **attempts, size_t *count, struct error *err);

/* What the statements of teams say became of a wish. */
enum team_outcome {
    TEAM_DONE,
    TEAM_FORBIDDEN,
    TEAM_ABSENT,
    TEAM_FULL,
    TEAM_TOO_MANY,
    TEAM_IS_OWNER,
    TEAM_GONE, /* the caller's account */
    TEAM_OUTCOME_COUNT
};
extern const struct enumeration TEAM_OUTCOMES;
/* True where it is done, else the error that says why not. */
NODISCARD bool store_teams_judge(enum team_outcome outcome, struct error *err);
/* For statements that return an outcome alone; no row: ERROR_NOT_FOUND. */
NODISCARD bool store_teams_conclude(const struct db_rows *rows, struct arena *arena,
                                    struct error *err);
void store_teams_bind_flag(struct db_params *params, const bool *flag);

#endif
