#include "fuzz.h"

#include <quorate/key_backup.h>

#include <string.h>

/* A wrapped-key file: taken apart within its bounds or refused; never opened by a DKEK that is not its own. */
FUZZ_TARGET(wrapped_key)
{
	struct wrapped_file file;
	struct wrapped_key key;
	struct secret *dkek, *material = NULL;

	struct key_backup backup;

	MUST(secret_open() == DONE);
	if (key_backup_read(bytes, size, &backup) == DONE) {
		MUST(memchr(backup.key.label, '\0', sizeof backup.key.label) != NULL);
		MUST(backup.key.id_size <= sizeof backup.key.id);
	}
	MUST(dkek_zero(&dkek) == DONE);
	if (wrapped_file_parse(bytes, size, &file) == DONE) {
		MUST(file.blob >= bytes && file.blob + file.blob_size <= bytes + size);
		if (wrapped_key_parse(file.blob, file.blob_size, &key) == DONE)
			MUST(key.mac + 16 == file.blob + file.blob_size);
		if (wrapped_key_open(file.blob, file.blob_size, dkek, &material) != DONE)
			MUST(material == NULL);
	}
	secret_free(&material);
	secret_free(&dkek);
	return 0;
}
