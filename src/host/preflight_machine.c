/* Preflight: the kernel, and what the machine is connected to. */
#include "preflight_inside.h"

#include <quorate/text.h>
#include <quorate/tongue.h>

#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define INTERFACES "/sys/class/net"
/* include/uapi/linux/if.h and if_arp.h */
#define FLAG_UP 0x1
#define TYPE_LOOPBACK 772

/* Calls each for every entry of a folder below root; false if it cannot be read. */
static bool
for_each(const struct preflight_world *world, const char *folder,
	void (*each)(const struct preflight_world *, const char *name, struct preflight_finding *),
	struct preflight_finding *ret)
{
	char path[PATH_MAX];
	struct dirent *entry;
	DIR *open;

	preflight_path(world, folder, path, sizeof path);
	open = opendir(path);
	if (open == NULL)
		return false;
	while ((entry = readdir(open)) != NULL)
		if (entry->d_name[0] != '.')
			each(world, entry->d_name, ret);
	closedir(open);
	return true;
}

/* A small file of an interface, radio or disk. */
static bool
read_of(const struct preflight_world *world, const char *folder, const char *name, const char *file,
	char ret[PREFLIGHT_TEXT_SIZE])
{
	char path[PATH_MAX];

	text_format(path, sizeof path, "%s/%s/%s", folder, name, file);
	return preflight_read(world, path, ret);
}

static void
look_at_interface(const struct preflight_world *world, const char *name, struct preflight_finding *ret)
{
	char text[PREFLIGHT_TEXT_SIZE];

	if (!read_of(world, INTERFACES, name, "type", text) || strtol(text, NULL, 10) == TYPE_LOOPBACK)
		return;
	if (!read_of(world, INTERFACES, name, "flags", text))
		preflight_say(ret, PREFLIGHT_UNKNOWN, NULL, _("%s: its state cannot be read."), name);
	else if ((strtoul(text, NULL, 16) & FLAG_UP) == 0)
		preflight_say(ret, PREFLIGHT_GREEN, NULL, _("%s is off."), name);
	else {
		bool has_carrier = read_of(world, INTERFACES, name, "carrier", text) && text[0] == '1';

		preflight_say(ret, PREFLIGHT_RED,
			_("Pull the network cable, and switch the interfaces off: ip link set NAME down."),
			has_carrier ? _("%s is switched on and connected.")
				    : _("%s is switched on, without a connection just now."),
			name);
	}
}

void
preflight_network(const struct preflight_world *world, struct preflight_finding *ret)
{
	if (!for_each(world, INTERFACES, look_at_interface, ret))
		preflight_say(ret, PREFLIGHT_UNKNOWN, _("Look for a network cable."),
			_("The network interfaces cannot be listed."));
	else if (ret->reason[0] == '\0')
		preflight_say(ret, PREFLIGHT_GREEN, NULL, _("There is no network interface."));
}

#define RADIOS "/sys/class/rfkill"

static void
look_at_radio(const struct preflight_world *world, const char *name, struct preflight_finding *ret)
{
	char soft[PREFLIGHT_TEXT_SIZE], hard[PREFLIGHT_TEXT_SIZE], kind[PREFLIGHT_TEXT_SIZE];

	if (!read_of(world, RADIOS, name, "type", kind))
		return;
	kind[strcspn(kind, "\n")] = '\0';
	if (!read_of(world, RADIOS, name, "soft", soft) || !read_of(world, RADIOS, name, "hard", hard))
		preflight_say(ret, PREFLIGHT_UNKNOWN, NULL, _("%s: its state cannot be read."), kind);
	else if (soft[0] == '1' || hard[0] == '1')
		preflight_say(ret, PREFLIGHT_GREEN, NULL, _("%s is blocked."), kind);
	else
		preflight_say(ret, PREFLIGHT_RED,
			_("Switch the radio off: the machine's switch or aeroplane key, or rfkill block all."),
			_("%s can send."), kind);
}

static void
look_for_wireless(const struct preflight_world *world, const char *name, struct preflight_finding *ret)
{
	char path[PATH_MAX], whole[PATH_MAX], flags[PREFLIGHT_TEXT_SIZE];

	text_format(path, sizeof path, INTERFACES "/%s/wireless", name);
	preflight_path(world, path, whole, sizeof whole);
	if (access(whole, F_OK) == 0 && read_of(world, INTERFACES, name, "flags", flags) &&
		(strtoul(flags, NULL, 16) & FLAG_UP) != 0)
		preflight_say(ret, PREFLIGHT_RED,
			_("Switch the radio off: the machine's switch or aeroplane key, or rfkill block all."),
			_("%s is a wireless interface and switched on."), name);
}

void
preflight_wireless(const struct preflight_world *world, struct preflight_finding *ret)
{
	bool has_interfaces = for_each(world, INTERFACES, look_for_wireless, ret);

	/* A kernel without rfkill has no such folder. */
	if (!for_each(world, RADIOS, look_at_radio, ret) && !has_interfaces)
		preflight_say(ret, PREFLIGHT_UNKNOWN, NULL, _("The radios cannot be listed."));
	else if (ret->reason[0] == '\0')
		preflight_say(ret, PREFLIGHT_GREEN, NULL, _("There is no radio that the system knows."));
}

/* Whether a device of the device mapper is encrypted. */
static bool
is_encrypted(const struct preflight_world *world, const char *device)
{
	char text[PREFLIGHT_TEXT_SIZE];
	const char *name = strrchr(device, '/');

	return name != NULL && read_of(world, "/sys/class/block", name + 1, "dm/uuid", text) &&
	       strncmp(text, "CRYPT-", 6) == 0;
}

void
preflight_swap(const struct preflight_world *world, struct preflight_finding *ret)
{
	char text[PREFLIGHT_TEXT_SIZE], line[512];
	const char *at = text;

	if (!preflight_read(world, "/proc/swaps", text)) {
		preflight_say(ret, PREFLIGHT_UNKNOWN, NULL, _("Whether there is swap cannot be read."));
		return;
	}
	/* The first line is the head. */
	(void)preflight_line(&at, line, sizeof line);
	while (preflight_line(&at, line, sizeof line)) {
		line[strcspn(line, " \t")] = '\0';
		if (strncmp(line, "/dev/zram", 9) == 0)
			preflight_say(ret, PREFLIGHT_AMBER, _("Switch it off: swapoff -a."),
				_("%s swaps into memory; it is gone when the machine is switched off."), line);
		else if (is_encrypted(world, line))
			preflight_say(ret, PREFLIGHT_AMBER, _("Switch it off: swapoff -a."),
				_("%s is encrypted; who has its key can read what was swapped."), line);
		else
			preflight_say(ret, PREFLIGHT_RED, _("Switch it off: swapoff -a."),
				_("%s keeps pieces of memory on a disk. Secrets of quorate are in locked memory, but "
				  "what PKCS#11 modules and the card service keep of a PIN is not."),
				line);
	}
	if (ret->reason[0] == '\0')
		preflight_say(ret, PREFLIGHT_GREEN, NULL, _("There is no swap."));
}

void
preflight_core(const struct preflight_world *world, struct preflight_finding *ret)
{
	static const char *const remedy = N_("As root: sysctl kernel.core_pattern=/dev/null fs.suid_dumpable=0");
	char pattern[PREFLIGHT_TEXT_SIZE], dumpable[PREFLIGHT_TEXT_SIZE];

	if (!preflight_read(world, "/proc/sys/kernel/core_pattern", pattern)) {
		preflight_say(ret, PREFLIGHT_UNKNOWN, NULL, _("Where core dumps go cannot be read."));
		return;
	}
	pattern[strcspn(pattern, "\n")] = '\0';
	if (pattern[0] == '\0' || strcmp(pattern, "/dev/null") == 0 || strcmp(pattern, "|/bin/false") == 0)
		preflight_say(ret, PREFLIGHT_GREEN, NULL, _("Core dumps go nowhere."));
	else
		preflight_say(ret, PREFLIGHT_AMBER, _(remedy),
			pattern[0] == '|' ? _("A program takes core dumps (%s). quorate makes none; the card service "
					      "may, and knows PINs.")
					  : _("Core dumps are written (%s). quorate makes none; the card service may, "
					      "and knows PINs."),
			pattern);
	if (preflight_read(world, "/proc/sys/fs/suid_dumpable", dumpable) && dumpable[0] == '1')
		preflight_say(ret, PREFLIGHT_RED, _(remedy),
			_("fs.suid_dumpable is 1: even processes that forbid core dumps are dumped."));
}

void
preflight_hibernation(const struct preflight_world *world, struct preflight_finding *ret)
{
	char state[PREFLIGHT_TEXT_SIZE], resume[PREFLIGHT_TEXT_SIZE];

	if (!preflight_read(world, "/sys/power/state", state))
		preflight_say(ret, PREFLIGHT_GREEN, NULL, _("This system knows no hibernation."));
	else if (strstr(state, "disk") == NULL)
		preflight_say(ret, PREFLIGHT_GREEN, NULL, _("The kernel does not hibernate."));
	else if (preflight_read(world, "/sys/power/resume", resume) && strncmp(resume, "0:0", 3) != 0)
		preflight_say(ret, PREFLIGHT_AMBER,
			_("As root: systemctl mask hibernate.target hybrid-sleep.target suspend-then-hibernate.target, "
			  "and swapoff -a. Do not close the lid."),
			_("The machine can write all of its memory to a disk and switch itself off."));
	else
		preflight_say(ret, PREFLIGHT_GREEN, NULL, _("No disk is set for hibernation."));
}

void
preflight_ptrace(const struct preflight_world *world, struct preflight_finding *ret)
{
	char scope[PREFLIGHT_TEXT_SIZE];

	if (!preflight_read(world, "/proc/sys/kernel/yama/ptrace_scope", scope))
		preflight_say(ret, PREFLIGHT_AMBER, _("Have nothing else run under this user."),
			_("The kernel has no Yama: programs of the same user may reach into others. quorate's "
			  "processes forbid it for themselves; root can always."));
	else if (scope[0] == '0')
		preflight_say(ret, PREFLIGHT_AMBER, _("As root: sysctl kernel.yama.ptrace_scope=2"),
			_("Programs of the same user may reach into others (kernel.yama.ptrace_scope is 0). quorate's "
			  "processes forbid it for themselves; root can always."));
	else
		preflight_say(
			ret, PREFLIGHT_GREEN, NULL, _("kernel.yama.ptrace_scope is %c; root can always."), scope[0]);
}
