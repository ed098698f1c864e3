/* What the answers of a team's members say of the sections of a bank. */
#ifndef STORE_TEAM_EVIDENCE_H
#define STORE_TEAM_EVIDENCE_H

#include "domain/evidence.h"
#include "store/teams.h"

struct member_evidence {
    struct uuid user_id;
    struct text display_name; /* the pseudonym unless he shares his name */
    bool shares_results;
    bool is_me;
    struct evidence *evidence; /* by section of the bank */
};
struct team_evidence {
    struct member_evidence *members; /* all of them, by id */
    size_t count;
};
/* Reads much, so through a session. ERROR_NOT_FOUND for who is not in the team, ERROR_FORBIDDEN for
 * who is neither owner nor manager. */
NODISCARD bool store_team_evidence_list(struct db *db, struct arena *arena,
                                        const struct team_caller *caller, const struct bank *bank,
                                        struct team_evidence *evidence, struct error *err);

#endif
