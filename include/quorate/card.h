/* A smart card as a thing that answers command APDUs, wherever it is: behind PC/SC, or in this very process (the
 * virtual card). */
#ifndef QUORATE_CARD_H
#define QUORATE_CARD_H

#include <quorate/outcome.h>
#include <stdbool.h>

/* Extended length: 4 of header, 3 + 65535 of data, 2 of Le; and 65536 of answer, 2 of status word. */
#define CARD_COMMAND_MOST (4 + 3 + 65535 + 2)
#define CARD_ANSWER_MOST (65536 + 2)

/* A PIN that is typed at the reader's own keys and never seen here: VERIFY, or CHANGE REFERENCE DATA, which asks for
   the present PIN and for the new one twice. */
struct card_pin_entry {
	bool is_change;
	uint8_t reference; /* P2 */
	uint8_t least, most;
};

struct card {
	/*
	 * Sends one command APDU, takes the answer with its status word at the end. *ret_size holds the room there is
	 * and receives the answer's size. DONE means that an answer came, whatever its status word; FAIL_TOKEN_GONE,
	 * FAIL_TOKEN_RESET, FAIL_CARD_SILENT otherwise, with *ret_code.
	 */
	enum outcome (*transmit)(void *context, const uint8_t *command, size_t size, uint8_t *ret, size_t *ret_size,
		struct code *ret_code);
	void *context;
	/* NULL where the reader has no keys. Waits for the person; else like transmit. FAIL_PIN_PAD: nobody typed in
	   time, or gave up; FAIL_CARD_UNSUPPORTED for what these keys are not good for. */
	enum outcome (*enter_pin)(void *context, const struct card_pin_entry *entry, uint8_t *ret, size_t *ret_size,
		struct code *ret_code);
};

#endif
