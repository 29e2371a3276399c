#include "fuzz.h"

#include <quorate/attestation.h>

#include <string.h>

/* A saved attestation: refused or verified within its bounds; nothing made up is genuine. */
FUZZ_TARGET(attestation)
{
	struct attestation is;
	enum outcome outcome = attestation_read(bytes, size, &is);

	MUST(memchr(is.serial, '\0', sizeof is.serial) != NULL);
	MUST(memchr(is.chain, '\0', sizeof is.chain) != NULL);
	MUST(is.key_size <= sizeof is.key);
	MUST(is.proof != DEVICE_GENUINE);
	if (outcome != DONE)
		MUST(is.proof == DEVICE_UNPROVEN);
	return 0;
}
