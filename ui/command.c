#include "command.h"

#include <quorate/tongue.h>

#define MANY 255

static const struct command commands[] = {
	{ NULL, "", N_("the console, on the devices that are plugged in"), "f", 0, 0, true, command_console },
	{ "ceremony", "", N_("the console, at once in the ceremony of a plan"), "fl", 0, 0, true, command_ceremony },
	{ "rehearse", "", N_("the console in rehearsal: virtual devices, nothing real is touched"), "fcrel", 0, 0, true,
		command_rehearse },
	{ "plan", "check|show FILE", N_("check the plan of a ceremony, or show what would be done"), "", 2, 2, false,
		command_plan },
	{ "status", "", N_("what is plugged in: modules, slots, tokens, readers"), "jOyRfc", 0, 0, true,
		command_status },
	{ "log", "", N_("what a maintainer needs for a bug report, cleaned of secrets"), "oRfcxy", 0, 0, true,
		command_log },
	{ "field-test", "", N_("try everything that quorate relies on with a spare device, which is wiped"), "oRfc", 0,
		0, true, command_field_test },
	{ "verify", "FILE...", N_("open DKEK share files and tell the key check value"), "PSkt", 1, MANY, false,
		command_verify },
	{ "rescue", "FILE", N_("find what was mistyped, when shares do not open their file"), "Sn", 1, 1, false,
		command_rescue },
	{ "audit", "FILE...", N_("say which files and shares sc-hsm-tool would fail on"), "sSt", 1, MANY, false,
		command_audit },
	{ "check-word", "FILE", N_("give shares that have none their check words, on the terminal"), "t", 1, 1, false,
		command_check_word },
	{ "sheet", "KIND [FILE] -o OUT", N_("write a sheet for the safe, as PDF or text"), "opkFL", 1, 2, false,
		command_sheet },
	{ "read-back", "[FILE...] -o OUT",
		N_("a share file or wrapped key back from paper: typed lines, scans, pictures"), "oDk", 0, MANY, true,
		command_read_back },
	{ "qr", "FILE", N_("show a share file as a QR symbol"), "ai", 1, 1, false, command_qr },
	{ "keys", "FILE...", N_("say which DKEK backed-up keys belong to, and what they are"), "j", 1, MANY, false,
		command_keys },
	{ "attest", "FILE...", N_("say whether a saved attestation proves where a key was made"), "j", 1, MANY, false,
		command_attest },
	{ "journal", "verify|show|open FILE",
		N_("verify the record of a ceremony, show it in words, open what is private"), "", 2, 5, false,
		command_journal },
	{ "preflight", "", N_("say what state this machine is in before a ceremony"), "jf", 0, 0, true,
		command_preflight },
	{ "self-check", "", N_("calculate known answers, check locked memory and random numbers"), "", 0, 0, false,
		command_self_check },
};

const struct command *
command_all(size_t *ret_count)
{
	*ret_count = sizeof commands / sizeof *commands;
	return commands;
}
