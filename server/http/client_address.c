/* Each proxy appends the address that it was called from: only what one of ours appended is true.
 */
#include "http/client_address.h"

#include <string.h>

/* Cuts the last item off *list. */
static struct text take_last(struct text *list)
{
    size_t from = list->len;

    while (from > 0 && list->data[from - 1] != ',') {
        from--;
    }
    const struct text item = text_trim(text_slice(*list, from, list->len));
    *list = from == 0 ? TEXT_ABSENT : text_slice(*list, 0, from - 1);
    return item;
}

void client_address(const struct networks *proxies, const struct request *request,
                    char out[ADDRESS_TEXT_BYTES])
{
    struct text rest = request->forwarded_for;
    char next[ADDRESS_TEXT_BYTES];

    if (!address_normalize(request->remote_address, out)) {
        out[0] = '\0';
        return;
    }
    while (rest.data != NULL && networks_contain(proxies, text_of(out)) &&
           address_normalize(take_last(&rest), next)) {
        memcpy(out, next, sizeof next);
    }
}
