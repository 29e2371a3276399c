/* Preflight: who else may read what stands on the screen. */
#include "preflight_inside.h"

#include <quorate/limits.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* More than this many generations there are not. */
#define ANCESTORS_MOST 32

/* The name of a process and its parent's number; false if it cannot be told. */
static bool
read_process(const struct preflight_world *world, const char *process, char name[64], long *ret_parent)
{
	char path[64], text[PREFLIGHT_TEXT_SIZE], parent[32];

	text_format(path, sizeof path, "/proc/%s/status", process);
	if (!preflight_read(world, path, text) || !preflight_field(text, "Name", name, 64) ||
		!preflight_field(text, "PPid", parent, sizeof parent))
		return false;
	*ret_parent = strtol(parent, NULL, 10);
	return true;
}

/* Whether one of the processes that this one comes from has one of the names; name gets it. */
static bool
has_ancestor(const struct preflight_world *world, const char *const *names, char name[64])
{
	char process[24] = "self";
	long parent = 1;

	for (int i = 0; i < ANCESTORS_MOST && parent > 0; i++) {
		if (!read_process(world, process, name, &parent))
			return false;
		for (const char *const *at = names; *at != NULL; at++)
			if (strcmp(name, *at) == 0)
				return true;
		text_format(process, sizeof process, "%ld", parent);
	}
	return false;
}

static bool
begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

void
preflight_terminal(const struct preflight_world *world, struct preflight_finding *ret)
{
	static const char *const recorders[] = { "script", "asciinema", "ttyrec", "termrec", "typescript", NULL };
	static const char *const servers[] = { "sshd", "sshd-session", "mosh-server", "telnetd", "in.telnetd", "ttyd",
		NULL };
	static const char *const multiplexers[] = { "tmux: server", "tmux", "screen", "SCREEN", "zellij", "dtach",
		NULL };
	const char *at = world->terminal;
	char name[64];

	if (at == NULL) {
		preflight_say(ret, PREFLIGHT_UNKNOWN, NULL, _("There is no terminal."));
		return;
	}
	if (has_ancestor(world, recorders, name))
		preflight_say(ret, PREFLIGHT_RED, _("End the recording, and start quorate on a console of its own."),
			_("%s records all that is shown, shares too."), name);
	if (preflight_variable(world, "SSH_TTY") != NULL || preflight_variable(world, "SSH_CONNECTION") != NULL ||
		has_ancestor(world, servers, name))
		preflight_say(ret, PREFLIGHT_RED, _("Sit down at the machine itself."),
			_("The screen is far away: what is shown and typed goes through a network."));
	if (preflight_variable(world, "TMUX") != NULL || preflight_variable(world, "STY") != NULL ||
		has_ancestor(world, multiplexers, name))
		preflight_say(ret, PREFLIGHT_AMBER, _("Leave tmux or screen, and start quorate directly."),
			_("tmux, screen or the like keeps a copy of the screen, and others can join it."));
	if (begins(at, "/dev/ttyS") || begins(at, "/dev/ttyUSB") || begins(at, "/dev/ttyACM") ||
		begins(at, "/dev/ttyAMA") || begins(at, "/dev/hvc"))
		preflight_say(ret, PREFLIGHT_AMBER, _("Look where the line ends and who can listen to it."),
			_("This is a serial line (%s): whatever is at its other end sees all."), at);
	else if (begins(at, "/dev/pts/"))
		preflight_say(ret, PREFLIGHT_AMBER, _("Better: a text console, Ctrl-Alt-F3."),
			_("This is a terminal window (%s): other programs of the desktop can see it, and its own "
			  "memory is not locked."),
			at);
	else
		preflight_say(ret, PREFLIGHT_GREEN, NULL, _("This is the machine's own console (%s)."), at);
}

void
preflight_scrollback(const struct preflight_world *world, struct preflight_finding *ret)
{
	const char *at = world->terminal;
	char release[PREFLIGHT_TEXT_SIZE];
	int major = 0, minor = 0;

	if (at == NULL)
		preflight_say(ret, PREFLIGHT_UNKNOWN, NULL, _("There is no terminal."));
	else if (!begins(at, "/dev/tty") || begins(at, "/dev/ttyS") || begins(at, "/dev/ttyU") ||
		 begins(at, "/dev/ttyA"))
		preflight_say(ret, PREFLIGHT_AMBER, _("Close the terminal window after the ceremony."),
			_("What scrolls away in a terminal window can be called back. quorate uses the second screen, "
			  "which most terminals do not keep, and clears what was kept at its end."));
	/* Taken out of the console in Linux 5.9 (CVE-2020-14390). */
	else if (!preflight_read(world, "/proc/sys/kernel/osrelease", release) ||
		 sscanf(release, "%d.%d", &major, &minor) != 2)
		preflight_say(ret, PREFLIGHT_UNKNOWN, NULL, _("The kernel's version cannot be read."));
	else if (major > 5 || (major == 5 && minor >= 9))
		preflight_say(ret, PREFLIGHT_GREEN, NULL, _("The console of Linux %d.%d keeps none."), major, minor);
	else
		preflight_say(ret, PREFLIGHT_AMBER, _("Switch the machine off after the ceremony."),
			_("The console of Linux %d.%d keeps what scrolled away (Shift-PgUp)."), major, minor);
}

void
preflight_size(const struct preflight_world *world, struct preflight_finding *ret)
{
	if (world->columns <= 0 || world->rows <= 0)
		preflight_say(ret, PREFLIGHT_UNKNOWN, NULL, _("The size is not known."));
	else if (world->columns < LIMIT_SCREEN_COLUMNS || world->rows < LIMIT_SCREEN_ROWS)
		preflight_say(ret, PREFLIGHT_RED, _("Make the window larger, or its letters smaller."),
			_("%d columns and %d lines; %d and %d are needed to show a share whole."), world->columns,
			world->rows, LIMIT_SCREEN_COLUMNS, LIMIT_SCREEN_ROWS);
	else
		preflight_say(ret, PREFLIGHT_GREEN, NULL, _("%d columns and %d lines."), world->columns, world->rows);
}

void
preflight_locale(const struct preflight_world *world, struct preflight_finding *ret)
{
	if (world->is_unicode)
		preflight_say(ret, PREFLIGHT_GREEN, NULL, "UTF-8");
	else
		preflight_say(ret, PREFLIGHT_AMBER, _("If names have such letters: LANG=C.UTF-8 quorate"),
			_("Only ASCII can be shown: letters with marks, and of other alphabets, are shown as "
			  "likenesses "
			  "or question marks."));
}
