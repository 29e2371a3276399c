#include "fuzz.h"

#include <quorate/share_file.h>

#include <string.h>

/* What parses is written back byte for byte; any key either opens it or is refused. */
FUZZ_TARGET(share_file)
{
	uint8_t written[SHARE_FILE_SIZE], key_bytes[DERIVATION_KEY_SIZE];
	struct share_file file;
	struct secret *key, *share = NULL;

	if (share_file_parse(bytes, size, &file) != DONE)
		return 0;
	MUST(size == SHARE_FILE_SIZE);
	share_file_write(&file, written);
	MUST(memcmp(written, bytes, size) == 0);
	MUST(secret_open() == DONE);
	memcpy(key_bytes, bytes + 8, sizeof key_bytes);
	MUST(secret_take(&key, key_bytes, sizeof key_bytes) == DONE);
	if (share_file_open(&file, key, &share) == DONE)
		MUST(share->size == DKEK_SIZE);
	else
		MUST(share == NULL);
	secret_free(&share);
	secret_free(&key);
	return 0;
}
