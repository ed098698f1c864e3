/* Mail over SMTP, by libcurl. */
#include "mail/delivery.h"

#include <arpa/inet.h>
#include <string.h>

#include <curl/curl.h>

struct upload {
    struct text rest;
};

static size_t read_more(char *out, size_t size, size_t count, void *context)
{
    struct upload *upload = context;
    const struct text piece = text_slice(upload->rest, 0, size * count);

    memcpy(out, piece.data, piece.len);
    upload->rest = text_slice(upload->rest, piece.len, upload->rest.len);
    return piece.len;
}

/* Whether mail goes to this machine, by what the URL says: a name could lead anywhere. */
static bool is_loopback(const char *url)
{
    CURLU *parts = curl_url();
    char *host = NULL;
    struct in_addr address;
    bool is_local = false;

    if (parts != NULL &&
        curl_url_set(parts, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK &&
        curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK) {
        is_local = strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0 ||
                   (inet_pton(AF_INET, host, &address) == 1 && ntohl(address.s_addr) >> 24 == 127);
    }
    curl_free(host);
    curl_url_cleanup(parts);
    return is_local;
}

/* curl_easy_setopt fails for options that this libcurl does not know, all of which are old. */
static void set_options(CURL *curl, const struct delivery *delivery, struct curl_slist *recipients,
                        struct upload *upload, struct arena *arena)
{
    const char *url = arena_string(arena, delivery->place);

    (void)curl_easy_setopt(curl, CURLOPT_URL, url);
    (void)curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    (void)curl_easy_setopt(curl, CURLOPT_MAIL_FROM, arena_string(arena, delivery->from));
    (void)curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients);
    (void)curl_easy_setopt(curl, CURLOPT_READFUNCTION, read_more);
    (void)curl_easy_setopt(curl, CURLOPT_READDATA, upload);
    (void)curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    /* Who can take STARTTLS out of the server's offer must not get the token instead. */
    (void)curl_easy_setopt(curl, CURLOPT_USE_SSL,
                           is_loopback(url) ? (long)CURLUSESSL_TRY : (long)CURLUSESSL_ALL);
    (void)curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)DELIVERY_LIMIT_S);
    (void)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
}

bool delivery_send_smtp(const struct delivery *delivery, const struct mail_message *message,
                        struct arena *arena, struct error *err)
{
    struct upload upload = {.rest = delivery_format(delivery, message, TEXT("\r\n"), arena)};
    CURL *curl = curl_easy_init();
    struct curl_slist *recipients = curl_slist_append(NULL, arena_string(arena, message->to));
    CURLcode result = CURLE_OUT_OF_MEMORY;

    if (curl != NULL && recipients != NULL) {
        set_options(curl, delivery, recipients, &upload, arena);
        result = curl_easy_perform(curl);
    }
    curl_slist_free_all(recipients);
    curl_easy_cleanup(curl);
    return result == CURLE_OK || error_set(err, ERROR_UNAVAILABLE, "the mail was not sent: %s",
                                           curl_easy_strerror(result));
}
