/* quizd healthcheck: GET /readyz of the server that the same configuration would start; for
 * containers without curl. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "cli/command_line.h"
#include "cli/commands.h"

enum { TIMEOUT_S = 3 };

static bool parse_address(const char *listen, struct sockaddr_in *address)
{
    struct text host = TEXT_ABSENT;
    struct text port_text = TEXT_ABSENT;
    int64_t port = 0;
    char host_string[INET_ADDRSTRLEN];

    *address = (struct sockaddr_in){.sin_family = AF_INET};
    if (!text_split(text_of(listen), ':', &host, &port_text) || host.len >= sizeof host_string ||
        !text_to_i64(port_text, &port) || port < 1 || port > 65535) {
        return false;
    }
    memcpy(host_string, host.data, host.len);
    host_string[host.len] = '\0';
    address->sin_port = htons((uint16_t)port);
    if (inet_pton(AF_INET, host_string, &address->sin_addr) != 1) {
        return false;
    }
    if (address->sin_addr.s_addr == htonl(INADDR_ANY)) {
        address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    }
    return true;
}

static bool ask(int fd, const struct sockaddr_in *address)
{
    static const char REQUEST[] =
        "GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    static const char GOOD[] = "HTTP/1.1 200 ";
    const struct timeval timeout = {.tv_sec = TIMEOUT_S};
    struct sockaddr_storage storage = {.ss_family = AF_INET};
    char reply[sizeof GOOD] = "";

    memcpy(&storage, address, sizeof *address);
    return setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout) == 0 &&
           setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout) == 0 &&
           connect(fd, (const struct sockaddr *)&storage, sizeof *address) == 0 &&
           send(fd, REQUEST, sizeof REQUEST - 1, MSG_NOSIGNAL) == (ssize_t)(sizeof REQUEST - 1) &&
           recv(fd, reply, sizeof GOOD - 1, MSG_WAITALL) == (ssize_t)(sizeof GOOD - 1) &&
           memcmp(reply, GOOD, sizeof GOOD - 1) == 0;
}

static int check(const struct config *config)
{
    struct sockaddr_in address;
    const int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd < 0) {
        return CLI_FAILED;
    }
    const bool is_ready = parse_address(config->listen, &address) && ask(fd, &address);
    (void)close(fd); /* nothing was written that could be lost */
    (void)printf("%s\n", is_ready ? "ready" : "not ready");
    return is_ready ? CLI_OK : CLI_FAILED;
}

int cli_healthcheck(int argc, char **argv)
{
    static const struct command_spec SPEC = {
        .about = "Asks the server at the configured address whether it is ready; exit 1 if not."};
    struct arena *arena = arena_create();
    struct command_input input;
    int status = CLI_USAGE;

    if (command_parse(&SPEC, argc, argv, NULL, arena, &input)) {
        status = check(&input.config);
    }
    arena_free(arena);
    return status;
}
