/* Preflight: this process. */
#include "preflight_inside.h"

#include <quorate/limits.h>
#include <quorate/text.h>
#include <quorate/tongue.h>

#include <stdlib.h>
#include <string.h>

void
preflight_dumps(const struct preflight_world *world, struct preflight_finding *ret)
{
	char limits[PREFLIGHT_TEXT_SIZE], core[128];

	if (world->is_dumpable)
		preflight_say(ret, PREFLIGHT_RED, _("Start quorate anew; if it stays so, do not hold a ceremony here."),
			_("This process can be dumped and read by others."));
	if (!preflight_read(world, "/proc/self/limits", limits) ||
		!preflight_field(limits, "Max core file size", core, sizeof core))
		preflight_say(ret, PREFLIGHT_UNKNOWN, NULL, _("The limit of core dumps cannot be read."));
	else if (strtoull(core, NULL, 10) != 0 || core[0] == 'u')
		preflight_say(ret, PREFLIGHT_RED, _("Start quorate anew; if it stays so, do not hold a ceremony here."),
			_("The limit of core dumps is not 0."));
	else if (ret->state == PREFLIGHT_GREEN)
		preflight_say(ret, PREFLIGHT_GREEN, NULL,
			_("This process makes no core dump, and others of the same user cannot read it."));
}

void
preflight_memory(const struct preflight_world *world, struct preflight_finding *ret)
{
	char limits[PREFLIGHT_TEXT_SIZE], status[PREFLIGHT_TEXT_SIZE], most[128], locked[64] = "0";

	if (!preflight_read(world, "/proc/self/limits", limits) ||
		!preflight_field(limits, "Max locked memory", most, sizeof most)) {
		preflight_say(ret, PREFLIGHT_UNKNOWN, NULL, _("The limit of locked memory cannot be read."));
		return;
	}
	if (preflight_read(world, "/proc/self/status", status))
		(void)preflight_field(status, "VmLck", locked, sizeof locked);
	most[strcspn(most, " \t")] = '\0';
	if (most[0] != 'u' && strtoull(most, NULL, 10) < LIMIT_SECURE_HEAP)
		preflight_say(ret, PREFLIGHT_RED,
			_("Raise it: ulimit -l, or memlock in /etc/security/limits.conf, and log in anew."),
			_("Only %s bytes may be locked; secrets need %d."), most, LIMIT_SECURE_HEAP);
	else if (strtoull(locked, NULL, 10) == 0)
		preflight_say(ret, PREFLIGHT_AMBER, _("Start quorate anew; secrets are not taken without it."),
			_("No memory of this process is locked yet."));
	else
		preflight_say(ret, PREFLIGHT_GREEN, NULL, _("%s are locked; secrets are nowhere else."), locked);
}

void
preflight_tracer(const struct preflight_world *world, struct preflight_finding *ret)
{
	char status[PREFLIGHT_TEXT_SIZE], tracer[64];

	if (!preflight_read(world, "/proc/self/status", status) ||
		!preflight_field(status, "TracerPid", tracer, sizeof tracer))
		preflight_say(ret, PREFLIGHT_UNKNOWN, NULL, _("Whether a debugger is attached cannot be read."));
	else if (strtol(tracer, NULL, 10) != 0)
		preflight_say(ret, PREFLIGHT_RED, _("End it, and start quorate anew."),
			_("Process %s is attached to this one and reads all that it does."), tracer);
	else
		preflight_say(ret, PREFLIGHT_GREEN, NULL, _("No debugger is attached."));
}

void
preflight_environment(const struct preflight_world *world, struct preflight_finding *ret)
{
	static const struct {
		const char *name;
		enum preflight_state state;
		const char *reason;
	} variables[] = {
		{ "LD_PRELOAD", PREFLIGHT_RED, N_("foreign code is loaded into this process") },
		{ "LD_AUDIT", PREFLIGHT_RED, N_("foreign code is loaded into this process") },
		{ "LD_LIBRARY_PATH", PREFLIGHT_RED, N_("libraries are taken from another place") },
		{ "GCONV_PATH", PREFLIGHT_RED, N_("foreign code may be loaded into this process") },
		{ "OPENSSL_CONF", PREFLIGHT_RED, N_("the cryptographic library is set up otherwise") },
		{ "OPENSSL_MODULES", PREFLIGHT_RED, N_("the cryptographic library loads other code") },
		{ "OPENSSL_ENGINES", PREFLIGHT_RED, N_("the cryptographic library loads other code") },
		{ "MALLOC_TRACE", PREFLIGHT_RED, N_("what the memory is used for is written to a file") },
		{ "OPENSC_DEBUG", PREFLIGHT_AMBER,
			N_("OpenSC logs PINs; quorate does not hand this on, other programs do") },
		{ "PKCS11SPY", PREFLIGHT_AMBER,
			N_("pkcs11-spy logs PINs; quorate does not hand this on, other programs do") },
		{ "P11_KIT_DEBUG", PREFLIGHT_AMBER, N_("p11-kit logs; quorate does not hand this on") },
		{ "PCSCLITE_DEBUG", PREFLIGHT_AMBER,
			N_("the card library logs; quorate does not hand this on, other programs do") },
		{ "TERMINFO", PREFLIGHT_AMBER, N_("the terminal's description comes from another place") },
		{ "TERMINFO_DIRS", PREFLIGHT_AMBER, N_("the terminal's description comes from another place") },
		{ "TERMCAP", PREFLIGHT_AMBER, N_("the terminal's description comes from another place") },
		{ "OPENSC_CONF", PREFLIGHT_AMBER, N_("OpenSC is set up by another file") },
		{ "SOFTHSM2_CONF", PREFLIGHT_AMBER, N_("SoftHSM keeps its tokens in another place") },
		{ "PCSCLITE_CSOCK_NAME", PREFLIGHT_AMBER, N_("another card service may be meant") },
	};

	for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
		const char *value = preflight_variable(world, variables[i].name);

		if (value != NULL && value[0] != '\0')
			preflight_say(ret, variables[i].state,
				_("Leave quorate, unset these variables, and start it anew."), "%s: %s.",
				variables[i].name, _(variables[i].reason));
	}
	if (ret->reason[0] == '\0')
		preflight_say(
			ret, PREFLIGHT_GREEN, NULL, _("None of the variables that log or load foreign code is set."));
}
