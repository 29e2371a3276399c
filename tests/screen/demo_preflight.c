/* A machine with something of every state, for the Preflight screen. It stands where preflight.c stands. */
#include <quorate/preflight.h>
#include <quorate/text.h>

#include <string.h>

static const struct preflight_finding canned[] = {
	{ "network", "Network", PREFLIGHT_RED, "eth0 is switched on and connected.",
		"Pull the network cable, and switch the interfaces off: ip link set NAME down." },
	{ "terminal", "Terminal", PREFLIGHT_AMBER, "This is a terminal window (/dev/pts/1).",
		"Better: a text console." },
	{ "swap", "Swap", PREFLIGHT_RED, "/dev/sda2 keeps pieces of memory on a disk.", "Switch it off: swapoff -a." },
	{ "memory", "Locked memory", PREFLIGHT_GREEN, "64 kB are locked; secrets are nowhere else.", "" },
	{ "clock", "Clock", PREFLIGHT_GREEN, "2026-11-25 14:30 UTC. Compare it with a watch.", "" },
	{ "ptrace", "Other programs' reach", PREFLIGHT_UNKNOWN, "It cannot be read.", "" },
	{ "modules", "PKCS#11 modules", PREFLIGHT_GREEN,
		"/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so  0123456789abcdef...\n"
		"/usr/lib/softhsm/libsofthsm2.so  fedcba9876543210...",
		"" },
	{ "printers", "Printing", PREFLIGHT_AMBER, "CUPS keeps the data of printed jobs in /var/spool/cups.",
		"PreserveJobFiles No in /etc/cups/cupsd.conf." },
	{ "binary", "This program", PREFLIGHT_GREEN, "SHA-256 of /usr/bin/quorate:\n0123456789abcdef", "" },
};
#define COUNT (sizeof canned / sizeof canned[0])

void
preflight_here(struct preflight_world *world)
{
	(void)world;
}

size_t
preflight_run(const struct preflight_world *world, struct preflight_finding *ret)
{
	(void)world;
	memcpy(ret, canned, sizeof canned);
	return COUNT;
}

enum preflight_state
preflight_worst(const struct preflight_finding *findings, size_t count)
{
	(void)findings;
	(void)count;
	return PREFLIGHT_RED;
}

const char *
preflight_state_name(enum preflight_state state)
{
	return state == PREFLIGHT_RED ? "red" : "";
}

void
preflight_names(
	const struct preflight_finding *findings, size_t count, enum preflight_state state, char *ret, size_t size)
{
	(void)findings;
	(void)count;
	(void)state;
	text_format(ret, size, "network, swap");
}
