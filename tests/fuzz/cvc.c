#include "../../src/token/cvc.h"
#include "fuzz.h"

#include <string.h>

static bool
is_within(const struct ber *ber, const uint8_t *bytes, const uint8_t *end)
{
	return ber->value >= bytes && ber->value + ber->size <= end;
}

/* A device's certificate file: taken apart within its bounds; what was made up proves nothing. */
FUZZ_TARGET(cvc)
{
	const uint8_t *at = bytes, *end = bytes + size;
	struct hsm_status status = { 0 };
	struct cvc cvc;

	while (cvc_next(&at, end, &cvc) == DONE) {
		MUST(is_within(&cvc.body, bytes, end) && is_within(&cvc.signature, bytes, end));
		MUST(is_within(&cvc.authority, bytes, end) && is_within(&cvc.holder, bytes, end));
		MUST(is_within(&cvc.key, bytes, end));
	}
	MUST(at <= end);
	cvc_describe(bytes, size, &status);
	MUST(memchr(status.serial, '\0', sizeof status.serial) != NULL);
	MUST(memchr(status.chain, '\0', sizeof status.chain) != NULL);
	MUST(status.proof != DEVICE_GENUINE);
	return 0;
}
