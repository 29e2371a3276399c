#include "rehearsal_inside.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <quorate/file.h>
#include <quorate/text.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define LIBRARY "libquorate-pcsc.so"
#define CARD_PROGRAM "quorate-rehearsal-card"

enum { PATIENCE_MS = 3000, PAUSE_MS = 10 };

static enum outcome
find_folder(const char *folder, char ret[256])
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	char path[PATH_MAX], absolute[PATH_MAX];
	enum outcome outcome;

	if (folder != NULL)
		text_format(path, sizeof path, "%s", folder);
	else if (state != NULL && state[0] == '/')
		text_format(path, sizeof path, "%s/quorate/rehearsal", state);
	else if (home != NULL && home[0] == '/')
		text_format(path, sizeof path, "%s/.local/state/quorate/rehearsal", home);
	else
		return FAIL_REHEARSAL;
	outcome = file_make_folder(path);
	if (outcome != DONE)
		return outcome;
	if (realpath(path, absolute) == NULL)
		return file_outcome(errno);
	if (strlen(absolute) + sizeof "/socket" > sizeof((struct sockaddr_un *)NULL)->sun_path)
		return FAIL_TOO_LONG;
	/* It goes into configuration files, between quotes. */
	if (strpbrk(absolute, "\"\\\n") != NULL)
		return FAIL_REHEARSAL;
	text_format(ret, 256, "%s", absolute);
	return DONE;
}

static bool
are_there(const char *build, const char *libraries, const char *programs, struct rehearsal *ret)
{
	text_format(ret->library, sizeof ret->library, "%s%s/" LIBRARY, build, libraries);
	text_format(ret->card_program, sizeof ret->card_program, "%s%s/" CARD_PROGRAM, build, programs);
	return access(ret->library, R_OK) == 0 && access(ret->card_program, X_OK) == 0;
}

/* Built or installed: the library of a build lies in .libs. */
static enum outcome
find_parts(struct rehearsal *ret)
{
	const char *build = getenv("QUORATE_BUILD");
	char self[PATH_MAX];
	ssize_t length;

	if (build != NULL && build[0] == '/' && are_there(build, "/.libs", "", ret))
		return DONE;
	length = readlink("/proc/self/exe", self, sizeof self - 1);
	if (length > 0) {
		self[length] = '\0';
		if (are_there(dirname(self), "/.libs", "", ret))
			return DONE;
	}
	return are_there("", PKGLIBDIR, LIBEXECDIR, ret) ? DONE : FAIL_REHEARSAL_INCOMPLETE;
}

/* Writes a file unless it says the same already. */
static enum outcome
write_text(const struct rehearsal *rehearsal, const char *name, const char *text)
{
	char path[300];
	uint8_t *old = NULL;
	size_t size = 0;
	enum outcome outcome;
	bool is_same;

	text_format(path, sizeof path, "%s/%s", rehearsal->folder, name);
	outcome = file_read(path, 4096, &old, &size);
	is_same = outcome == DONE && size == strlen(text) && memcmp(old, text, size) == 0;
	free(old);
	return is_same ? DONE : file_replace(path, text, strlen(text));
}

static enum outcome
write_configuration(const struct rehearsal *rehearsal)
{
	char text[1024];
	enum outcome outcome;

	text_format(text, sizeof text,
		"# The rehearsal's cards, for OpenSC: written by quorate.\n"
		"app default {\n"
		"\treader_driver pcsc {\n"
		"\t\tprovider_library = \"%s\";\n"
		"\t}\n"
		"}\n",
		rehearsal->library);
	outcome = write_text(rehearsal, "opensc.conf", text);
	if (outcome != DONE)
		return outcome;
	text_format(text, sizeof text,
		"# The rehearsal's SoftHSM token: written by quorate.\n"
		"directories.tokendir = %s/softhsm\n"
		"objectstore.backend = file\n"
		"objectstore.umask = 0077\n"
		"log.level = ERROR\n"
		"slots.removable = false\n",
		rehearsal->folder);
	return write_text(rehearsal, "softhsm2.conf", text);
}

static void
set_environment(struct rehearsal *rehearsal)
{
	const struct {
		const char *name, *folder, *rest;
	} variables[] = {
		{ "OPENSC_CONF", rehearsal->folder, "/opensc.conf" },
		{ "SOFTHSM2_CONF", rehearsal->folder, "/softhsm2.conf" },
		{ "QUORATE_REHEARSAL", rehearsal->folder, "" },
		{ "QUORATE_REHEARSAL_CARD", rehearsal->card_program, "" },
	};
	size_t count = sizeof variables / sizeof variables[0];

	for (size_t i = 0; i < count; i++) {
		text_format(rehearsal->variables[i], sizeof rehearsal->variables[i], "%s=%s%s", variables[i].name,
			variables[i].folder, variables[i].rest);
		rehearsal->environment[i] = rehearsal->variables[i];
	}
	rehearsal->environment[count] = NULL;
}

enum outcome
rehearsal_open(struct rehearsal *ret, const char *folder, unsigned cards)
{
	char path[300];
	enum outcome outcome;

	memset(ret, 0, sizeof *ret);
	if (cards < 1 || cards > REHEARSAL_CARDS_MOST)
		return FAIL_ARGUMENT;
	outcome = find_folder(folder, ret->folder);
	if (outcome == DONE)
		outcome = find_parts(ret);
	if (outcome == DONE)
		outcome = write_configuration(ret);
	/* The cards themselves are made by the process that plays them. */
	for (unsigned i = 1; i <= cards && outcome == DONE; i++) {
		text_format(path, sizeof path, "%s/card%u", ret->folder, i);
		outcome = file_make_folder(path);
	}
	set_environment(ret);
	if (outcome == DONE)
		outcome = rehearsal_make_token(ret);
	return outcome;
}

/* Tells the card process to end, if there is one. */
static void
ask_to_end(const char *folder)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int link = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	struct wire_packet *packet = calloc(1, sizeof *packet);
	char path[108];

	if (packet != NULL && link >= 0 && wire_path(folder, path)) {
		memcpy(address.sun_path, path, strlen(path) + 1);
		packet->head.operation = WIRE_QUIT;
		if (connect(link, (struct sockaddr *)&address, sizeof address) == 0 && wire_send(link, packet, 0) == 0)
			(void)wire_receive(link, packet);
	}
	free(packet);
	if (link >= 0)
		close(link);
}

/* Ends the card process and keeps a new one from starting, until the descriptor is closed. */
static int
take_lock(const char *folder)
{
	const struct timespec pause = { 0, PAUSE_MS * 1000000L };
	char path[300];
	int lock;

	text_format(path, sizeof path, "%s/lock", folder);
	lock = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (lock < 0)
		return -1;
	for (int waited = 0; waited < PATIENCE_MS; waited += PAUSE_MS) {
		if (flock(lock, LOCK_EX | LOCK_NB) == 0)
			return lock;
		ask_to_end(folder);
		nanosleep(&pause, NULL);
	}
	close(lock);
	return -1;
}

enum outcome
rehearsal_reset(const char *folder)
{
	static const char *const of_card[] = { "state", "pin-log", "command-log", "deviations", "removed" };
	enum outcome outcome;
	char found[256];
	int lock;

	outcome = find_folder(folder, found);
	if (outcome != DONE)
		return outcome;
	lock = take_lock(found);
	if (lock < 0)
		return FAIL_REHEARSAL_BUSY;
	for (unsigned i = 1; i <= REHEARSAL_CARDS_MOST && outcome == DONE; i++) {
		for (size_t j = 0; j < sizeof of_card / sizeof of_card[0] && outcome == DONE; j++) {
			char path[320];

			text_format(path, sizeof path, "%s/card%u/%s", found, i, of_card[j]);
			if (unlink(path) != 0 && errno != ENOENT)
				outcome = file_outcome(errno);
		}
	}
	if (outcome == DONE)
		outcome = rehearsal_drop_tokens(found);
	close(lock);
	return outcome;
}
