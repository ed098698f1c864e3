/* What handlers about a learner's knowledge share. */
#ifndef API_LEARNING_H
#define API_LEARNING_H

#include "api/call.h"
#include "domain/outlook.h"
#include "domain/reviews.h"

/* Estimates fade so slowly that they are made for the end of the five minutes that now is in: the
 * same evidence then gives the same reply. */
int64_t learning_now_us(void);
/* Estimates are not better than four decimals. */
double learning_rounded(double value);
enum { LEARNING_EXAM_SIZE = 65 }; /* questions of an exam that nobody described */

/* The bank, the caller's evidence, the bank's target and the time; not_found where the bank has no
 * questions. */
bool learning_load(struct call *call, struct text slug, struct weak_areas_input *input,
                   struct error *err);
/* The exam of the query's `exam`; NULL where that is absent. A fault of the parameter where the
 * bank has no such exam. */
bool learning_find_exam(struct call *call, const struct bank *bank, struct text slug,
                        const struct exam **exam, struct error *err);
/* A day since 1970-01-01 as "2026-11-22". */
struct text learning_date(struct arena *arena, int64_t day);
/* Changes with every review of the list. */
uint64_t learning_reviews_state(struct review_list reviews);
/* Of all that estimates depend on but the query: evidence, bank, time. */
uint64_t learning_state(const struct weak_areas_input *input);
/* The outlook of `size` questions from all of the bank, or by the blueprint of an exam (NULL:
 * none): from the cache, or drawn and remembered. The input's target is the pass mark. */
struct outlook learning_outlook(struct call *call, const struct weak_areas_input *input,
                                size_t size, const struct exam *exam);

#endif
