/* SoftHSM looks at its folder of tokens once, when it is initialised: what other programs put there or take away is
 * seen by the folder's own time of change. */
#include "pkcs11_inside.h"

#include <quorate/text.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Of the file that SOFTHSM2_CONF names, or Debian's: "directories.tokendir = FOLDER". */
static bool
find_folder(char *ret, size_t size)
{
	static const char name[] = "directories.tokendir";
	const char *path = getenv("SOFTHSM2_CONF");
	char line[512];
	FILE *file = fopen(path == NULL ? "/etc/softhsm/softhsm2.conf" : path, "re");
	bool is_found = false;

	while (file != NULL && !is_found && fgets(line, sizeof line, file) != NULL) {
		const char *at = line + strspn(line, " \t");

		if (strncmp(at, name, sizeof name - 1) != 0)
			continue;
		at += sizeof name - 1;
		at += strspn(at, " \t=");
		text_format(ret, size, "%.*s", (int)strcspn(at, "\r\n"), at);
		is_found = ret[0] != '\0';
	}
	if (file != NULL)
		fclose(file);
	return is_found;
}

bool
softhsm_has_changed(struct pkcs11 *module)
{
	char folder[512];
	struct stat now;
	bool is_changed;

	if (!module->is_softhsm || !find_folder(folder, sizeof folder) || stat(folder, &now) != 0)
		return false;
	is_changed = module->has_changed_at && (module->changed_at.tv_sec != now.st_mtim.tv_sec ||
						       module->changed_at.tv_nsec != now.st_mtim.tv_nsec);
	module->changed_at = now.st_mtim;
	module->has_changed_at = true;
	return is_changed;
}
