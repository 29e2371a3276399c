#include "../../src/token/message.h"
#include "fuzz.h"

#include <sys/socket.h>
#include <unistd.h>

/* One packet from another process: refused, or a message that can be sent on as it is. */
FUZZ_TARGET(message)
{
	struct message message;
	int pair[2];

	MUST(secret_open() == DONE);
	if (size == 0 || size > 8192 + LIMIT_TOKEN_BYTES)
		return 0;
	MUST(message_pair(pair) == DONE);
	MUST(send(pair[0], bytes, size, 0) == (ssize_t)size);
	if (message_receive(pair[1], &message, false) == DONE) {
		MUST(message.kind != MESSAGE_NONE && message.descriptor == -1);
		MUST(message_send(pair[0], &message, false) == DONE);
		message_clear(&message);
		MUST(message_receive(pair[1], &message, false) == DONE);
	}
	message_clear(&message);
	close(pair[0]);
	close(pair[1]);
	return 0;
}
