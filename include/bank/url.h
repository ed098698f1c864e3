/* Destinations of links in notes and questions: whether they can work where a learner reads them.
 */
#ifndef BANK_URL_H
#define BANK_URL_H

#include <stdbool.h>

#include "base/text.h"

/* What is wrong with a link's destination; NULL: nothing. `is_relative` says whether it has no
 * scheme and is no anchor ("#part") either. */
const char *url_fault(struct text destination, bool *is_relative);

#endif
