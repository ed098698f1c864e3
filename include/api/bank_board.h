/* A page of the board of a bank, from memory, with its names, from the database. */
#ifndef API_BANK_BOARD_H
#define API_BANK_BOARD_H

#include "api/call.h"
#include "store/boards.h"

struct bank_board {
    struct board_reading reading; /* bank and window are given */
    struct board_people people;
};
/* One statement, but for who asks for the first time at this server or has joined or left since: he
 * may cost two. Sets view->me. ERROR_UNAVAILABLE before the board is loaded. */
NODISCARD bool bank_board_read(struct call *call, struct board_view *view, struct bank_board *board,
                               struct error *err);

#endif
