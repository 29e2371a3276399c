/* Runs every fuzz target over its seeds, in TAP. */
#include "fuzz.h"

#include <quorate/file.h>
#include <quorate/limits.h>

#include <dirent.h>
#include <stdio.h>

static const struct {
	const char *name;
	int (*run)(const uint8_t *bytes, size_t size);
} targets[] = {
#define TARGET(name) { #name, fuzz_##name },
	FUZZ_TARGETS(TARGET)
#undef TARGET
};

static int
replay(const char *name, int (*run)(const uint8_t *bytes, size_t size), int count)
{
	char folder[512], path[1024];
	struct dirent **names = NULL;
	int found;

	snprintf(folder, sizeof folder, "%s/tests/fuzz/seeds/%s", SOURCE_FOLDER, name);
	found = scandir(folder, &names, NULL, alphasort);
	for (int i = 0; i < found; i++) {
		uint8_t *bytes;
		size_t size;

		snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name);
		if (file_read(path, LIMIT_FILE_READ, &bytes, &size) == DONE) {
			/* A seed that breaks the target ends the process here, before its line. */
			run(bytes, size);
			free(bytes);
			printf("ok %d - %s %s\n", ++count, name, names[i]->d_name);
			fflush(stdout);
		}
		free(names[i]);
	}
	free(names);
	return count;
}

int
main(void)
{
	int count = 0;

	for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
		int before = count;

		count = replay(targets[i].name, targets[i].run, count);
		if (count == before)
			printf("not ok %d - %s has no seeds\n", ++count, targets[i].name);
	}
	printf("1..%d\n", count);
	return 0;
}
