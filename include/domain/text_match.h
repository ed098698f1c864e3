/*
 * Comparing a short answer with an accepted text that may hold wildcards: both in normal form, in
 * time that grows with the sum of their lengths whatever they are. The rule is that of
 * scoring_text_matches in domain/scoring.h, which callers use.
 */
#ifndef DOMAIN_TEXT_MATCH_H
#define DOMAIN_TEXT_MATCH_H

#include "base/arena.h"
#include "base/text.h"

/* False also where either is not UTF-8. */
bool text_match_holds(struct arena *arena, struct text response, struct text accepted,
                      bool is_case_sensitive);

#endif
