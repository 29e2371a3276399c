/* What stands between the console and a token: the PKCS#11 module, or the library of PC/SC. */
#include "launcher.h"
#include "slots_state.h"

#include <quorate/text.h>

#include <glob.h>
#include <string.h>
#include <unistd.h>

#define PCSC_NAME "libpcsclite.so.1"

/* Where the linker finds it, as distributions have it. The worker itself loads it by name. */
static void
find_pcsc(char *ret, size_t size)
{
	static const char *const places[] = { "/usr/local/lib/" PCSC_NAME, "/usr/lib/*/" PCSC_NAME, "/lib/*/" PCSC_NAME,
		"/usr/lib64/" PCSC_NAME, "/usr/lib/" PCSC_NAME };

	ret[0] = '\0';
	for (size_t i = 0; i < sizeof places / sizeof places[0] && ret[0] == '\0'; i++) {
		glob_t found = { 0 };

		/* One for each architecture that is installed: only where there is one it is known to be that. */
		if (glob(places[i], 0, NULL, &found) == 0 && found.gl_pathc == 1)
			text_format(ret, size, "%s", found.gl_pathv[0]);
		globfree(&found);
	}
}

bool
slots_software(void *context, const struct token_target *target, struct token_software *ret)
{
	const struct slots *slots = context;

	*ret = (struct token_software){ .name = "" };
	if (target->reader[0] != '\0') {
		const char *library = launcher_pcsc_library(slots->launcher);

		text_format(ret->name, sizeof ret->name, "PC/SC");
		if (library[0] != '\0')
			text_format(ret->path, sizeof ret->path, "%s", library);
		else
			find_pcsc(ret->path, sizeof ret->path);
		return true;
	}
	for (size_t i = 0; i < slots->module_count; i++)
		if (strcmp(slots->infos[i].name, target->module) == 0) {
			const struct module_info *info = &slots->infos[i];

			text_format(ret->name, sizeof ret->name, "%s", info->name);
			text_format(ret->path, sizeof ret->path, "%s", info->path);
			text_format(ret->version, sizeof ret->version, "%s %s %s", info->manufacturer,
				info->description, info->version);
			return true;
		}
	return false;
}
