/* The table of checks, and how each reads and tells. */
#include "preflight_inside.h"

#include <quorate/hex.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <fcntl.h>
#include <limits.h>
#include <openssl/evp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
	const char *name, *title;
	preflight_check *check;
} checks[] = {
	{ "network", N_("Network"), preflight_network },
	{ "wireless", N_("Radio: WLAN, Bluetooth"), preflight_wireless },
	{ "terminal", N_("Terminal"), preflight_terminal },
	{ "scrollback", N_("Scrollback"), preflight_scrollback },
	{ "size", N_("Screen size"), preflight_size },
	{ "locale", N_("Character set"), preflight_locale },
	{ "memory", N_("Locked memory"), preflight_memory },
	{ "swap", N_("Swap"), preflight_swap },
	{ "hibernation", N_("Hibernation"), preflight_hibernation },
	{ "dumps", N_("Core dumps of quorate"), preflight_dumps },
	{ "core", N_("Core dumps of the system"), preflight_core },
	{ "tracer", N_("Debugger"), preflight_tracer },
	{ "ptrace", N_("Other programs' reach"), preflight_ptrace },
	{ "environment", N_("Environment"), preflight_environment },
	{ "opensc", N_("OpenSC's logging"), preflight_opensc },
	{ "modules", N_("PKCS#11 modules"), preflight_modules },
	{ "pcscd", N_("Smart card service"), preflight_pcscd },
	{ "clock", N_("Clock"), preflight_clock },
	{ "random", N_("Random numbers"), preflight_random },
	{ "space", N_("Disk space"), preflight_space },
	{ "scratch", N_("Temporary files"), preflight_scratch },
	{ "drives", N_("Removable drives"), preflight_drives },
	{ "printers", N_("Printing"), preflight_printers },
	{ "binary", N_("This program"), preflight_binary },
};
#define CHECKS (sizeof checks / sizeof checks[0])
_Static_assert(CHECKS <= PREFLIGHT_MOST, "PREFLIGHT_MOST");

size_t
preflight_run(const struct preflight_world *world, struct preflight_finding *ret)
{
	for (size_t i = 0; i < CHECKS; i++) {
		ret[i] = (struct preflight_finding){ .name = checks[i].name, .title = checks[i].title };
		checks[i].check(world, &ret[i]);
	}
	return CHECKS;
}

enum preflight_state
preflight_worst(const struct preflight_finding *findings, size_t count)
{
	enum preflight_state worst = PREFLIGHT_GREEN;

	for (size_t i = 0; i < count; i++)
		if (findings[i].state > worst)
			worst = findings[i].state;
	return worst;
}

const char *
preflight_state_name(enum preflight_state state)
{
	static const char *const names[PREFLIGHT_STATES] = { [PREFLIGHT_GREEN] = "green",
		[PREFLIGHT_UNKNOWN] = "unknown",
		[PREFLIGHT_AMBER] = "amber",
		[PREFLIGHT_RED] = "red" };

	return names[state];
}

void
preflight_names(
	const struct preflight_finding *findings, size_t count, enum preflight_state state, char *ret, size_t size)
{
	ret[0] = '\0';
	for (size_t i = 0; i < count; i++)
		if (findings[i].state == state)
			text_append(ret, size, "%s%s", ret[0] == '\0' ? "" : ", ", findings[i].name);
}

void
preflight_path(const struct preflight_world *world, const char *path, char *ret, size_t size)
{
	text_format(ret, size, "%s%s", world->root, path);
}

bool
preflight_read(const struct preflight_world *world, const char *path, char ret[PREFLIGHT_TEXT_SIZE])
{
	char whole[PATH_MAX];
	size_t length = 0;
	ssize_t got = 1;
	int file;

	ret[0] = '\0';
	preflight_path(world, path, whole, sizeof whole);
	/* Whatever stands there may not make us wait. */
	file = open(whole, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (file < 0)
		return false;
	while (length + 1 < PREFLIGHT_TEXT_SIZE && got > 0) {
		got = read(file, ret + length, PREFLIGHT_TEXT_SIZE - 1 - length);
		length += got > 0 ? (size_t)got : 0;
	}
	close(file);
	ret[length] = '\0';
	/* A command line has its words separated by NUL; a text has none. */
	for (size_t i = 0; i < length; i++)
		if (ret[i] == '\0')
			ret[i] = ' ';
	return got >= 0;
}

void
preflight_say(struct preflight_finding *ret, enum preflight_state state, const char *remedy, const char *format, ...)
{
	char line[sizeof ret->reason], clean[sizeof ret->reason];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(line, sizeof line, format, arguments);
	va_end(arguments);
	/* Names of devices, files and processes are anybody's. */
	text_clean(line, strlen(line), clean, sizeof clean);
	text_append(ret->reason, sizeof ret->reason, "%s%s", ret->reason[0] == '\0' ? "" : "\n", clean);
	if (remedy != NULL && (state > ret->state || ret->remedy[0] == '\0'))
		text_format(ret->remedy, sizeof ret->remedy, "%s", remedy);
	if (state > ret->state)
		ret->state = state;
}

bool
preflight_line(const char **text, char *ret, size_t size)
{
	const char *end = strchr(*text, '\n');
	size_t length = end == NULL ? strlen(*text) : (size_t)(end - *text);

	if (**text == '\0')
		return false;
	text_format(ret, size, "%.*s", (int)(length < INT_MAX ? length : INT_MAX), *text);
	*text += end == NULL ? length : length + 1;
	return true;
}

bool
preflight_field(const char *text, const char *name, char *ret, size_t size)
{
	size_t length = strlen(name);
	char line[512];

	while (preflight_line(&text, line, sizeof line)) {
		const char *at = line + strspn(line, " \t");
		size_t rest;

		if (strncmp(at, name, length) != 0 || at[length] == '\0' || strchr(" \t=:", at[length]) == NULL)
			continue;
		at += length;
		at += strspn(at, " \t=:");
		rest = strlen(at);
		while (rest > 0 && strchr(" \t\r", at[rest - 1]) != NULL)
			rest--;
		text_format(ret, size, "%.*s", (int)rest, at);
		return true;
	}
	return false;
}

const char *
preflight_variable(const struct preflight_world *world, const char *name)
{
	size_t length = strlen(name);

	for (const char *const *at = world->environment; at != NULL && *at != NULL; at++)
		if (strncmp(*at, name, length) == 0 && (*at)[length] == '=')
			return *at + length + 1;
	return NULL;
}

bool
preflight_digest(const struct preflight_world *world, const char *path, char ret[65])
{
	uint8_t block[16384], digest[EVP_MAX_MD_SIZE];
	EVP_MD_CTX *context = NULL;
	char whole[PATH_MAX];
	unsigned size = 0;
	ssize_t got = -1;
	int file;

	preflight_path(world, path, whole, sizeof whole);
	file = open(whole, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (file < 0)
		return false;
	context = EVP_MD_CTX_new();
	if (context != NULL && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1)
		while ((got = read(file, block, sizeof block)) > 0)
			if (EVP_DigestUpdate(context, block, (size_t)got) != 1)
				break;
	if (got == 0 && EVP_DigestFinal_ex(context, digest, &size) == 1)
		hex_encode(digest, size, ret);
	EVP_MD_CTX_free(context);
	close(file);
	return size == 32;
}
