/*
 * How the bytes of a head lie in the buffer that civetweb has parsed in place. Its parser passes
 * over what it does not understand: a line that begins with a blank, a colon or a high byte ends
 * the fields without a word, and whatever follows (a Content-Length, say) is not seen; blanks
 * before a colon, bare line feeds and second blanks in the request line vanish. All of that is
 * invisible in the parsed fields, but not in the gaps between them. (One thing is in neither: which
 * two of CR, LF and blank ended the request line. It hides nothing from us.)
 */
#ifndef HTTP_HEAD_LAYOUT_H
#define HTTP_HEAD_LAYOUT_H

#include "http/request.h"

/* Whether between the parts of the head stands exactly what HTTP/1.1 puts there. The texts of
 * `head` must be windows into the buffer itself, and `head` be one that request_check_head accepts.
 * ERROR_MALFORMED_REQUEST. */
NODISCARD bool head_layout_check(const struct request_head *head, struct error *err);

#endif
