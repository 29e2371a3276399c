/* A smart card as a thing that answers command APDUs, wherever it is: behind PC/SC, or in this very process (the
 * virtual card). */
#ifndef QUORATE_CARD_H
#define QUORATE_CARD_H

#include <quorate/outcome.h>

/* Extended length: 4 of header, 3 + 65535 of data, 2 of Le; and 65536 of answer, 2 of status word. */
#define CARD_COMMAND_MOST (4 + 3 + 65535 + 2)
#define CARD_ANSWER_MOST (65536 + 2)

struct card {
	/*
	 * Sends one command APDU, takes the answer with its status word at the end. *ret_size holds the room there is
	 * and receives the answer's size. DONE means that an answer came, whatever its status word; FAIL_TOKEN_GONE,
	 * FAIL_TOKEN_RESET, FAIL_CARD_SILENT otherwise, with *ret_code.
	 */
	enum outcome (*transmit)(void *context, const uint8_t *command, size_t size, uint8_t *ret, size_t *ret_size,
		struct code *ret_code);
	void *context;
};

#endif
