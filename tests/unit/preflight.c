/* Preflight on machines made of small files: one where all is well, and each way in which it is not. */
#include "groups.h"

#include <quorate/preflight.h>
#include <quorate/text.h>

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOW 1795622400LL /* 2026-11-25 */

static char root[64], folder[128];

static void
write_file(const char *path, const char *text)
{
	char whole[256];
	FILE *file;

	text_format(whole, sizeof whole, "%s%s", root, path);
	for (char *slash = strchr(whole + strlen(root) + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		(void)mkdir(whole, 0755);
		*slash = '/';
	}
	file = fopen(whole, "we");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* A second after now. */
static void
set_time(const char *path)
{
	const struct timespec times[2] = { { .tv_sec = NOW + 1 }, { .tv_sec = NOW + 1 } };
	char whole[256];

	text_format(whole, sizeof whole, "%s%s", root, path);
	assert_int_equal(utimensat(AT_FDCWD, whole, times, 0), 0);
}

static void
remove_file(const char *path)
{
	char whole[256];

	text_format(whole, sizeof whole, "%s%s", root, path);
	assert_int_equal(unlink(whole), 0);
}

static const struct {
	const char *path, *text;
} good[] = {
	{ "/sys/class/net/lo/type", "772\n" },
	{ "/sys/class/net/lo/flags", "0x9\n" },
	{ "/sys/class/net/eth0/type", "1\n" },
	{ "/sys/class/net/eth0/flags", "0x1002\n" },
	{ "/sys/class/rfkill/rfkill0/type", "wlan\n" },
	{ "/sys/class/rfkill/rfkill0/soft", "1\n" },
	{ "/sys/class/rfkill/rfkill0/hard", "0\n" },
	{ "/proc/self/status", "Name:\tquorate\nPPid:\t77\nTracerPid:\t0\nVmLck:\t      64 kB\n" },
	{ "/proc/77/status", "Name:\tbash\nPPid:\t1\n" },
	{ "/proc/1/status", "Name:\tsystemd\nPPid:\t0\n" },
	{ "/proc/self/limits", "Limit                     Soft Limit           Hard Limit           Units     \n"
			       "Max core file size        0                    0                    bytes     \n"
			       "Max locked memory         8388608              8388608              bytes     \n" },
	{ "/proc/self/exe", "quorate" },
	{ "/proc/self/mounts", "/dev/sda1 / ext4 rw 0 0\ntmpfs /tmp tmpfs rw 0 0\n" },
	{ "/proc/swaps", "Filename\tType\tSize\tUsed\tPriority\n" },
	{ "/proc/sys/kernel/core_pattern", "|/bin/false\n" },
	{ "/proc/sys/fs/suid_dumpable", "0\n" },
	{ "/proc/sys/kernel/osrelease", "6.1.0-18-amd64\n" },
	{ "/proc/sys/kernel/yama/ptrace_scope", "1\n" },
	{ "/proc/300/comm", "pcscd\n" },
	{ "/proc/300/cmdline", "/usr/sbin/pcscd --foreground --auto-exit" },
	{ "/sys/power/state", "freeze mem disk\n" },
	{ "/sys/power/resume", "0:0\n" },
	{ "/sys/class/rtc/rtc0/since_epoch", "1795622401\n" },
	{ "/sys/block/sda/removable", "0\n" },
	{ "/sys/block/sda/size", "2000000\n" },
	{ "/etc/opensc/opensc.conf", "app default {\n\t# debug = 3;\n\tdebug = 0;\n\tignored_debug = 7;\n}\n" },
	{ "/usr/lib/opensc-pkcs11.so", "module" },
	{ "/var/lib/dpkg/status", "Package: pcsc-tools\nVersion: 9\n\nPackage: pcscd\nStatus: ok\nVersion: 1.9.9-2\n" },
};

static const char *const modules[] = { "/usr/lib/opensc-pkcs11.so", NULL };
static const char *const no_environment[] = { "LANG=C.UTF-8", "LD_PRELOAD=", NULL };

static struct preflight_world
good_world(void)
{
	return (struct preflight_world){ .root = root,
		.folder = folder,
		.environment = no_environment,
		.terminal = "/dev/tty1",
		.columns = 80,
		.rows = 24,
		.is_unicode = true,
		.has_random = true,
		.modules = modules,
		.now = NOW };
}

static struct preflight_finding findings[PREFLIGHT_MOST];

static const struct preflight_finding *
look_for(const struct preflight_world *world, const char *name)
{
	size_t count = preflight_run(world, findings);

	for (size_t i = 0; i < count; i++)
		if (strcmp(findings[i].name, name) == 0)
			return &findings[i];
	fail_msg("no check is called %s", name);
	return NULL;
}

static int
set_up(void **state)
{
	(void)state;
	text_format(root, sizeof root, "/tmp/quorate-preflight-XXXXXX");
	assert_non_null(mkdtemp(root));
	text_format(folder, sizeof folder, "%s/ceremonies", root);
	assert_int_equal(mkdir(folder, 0700), 0);
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		write_file(good[i].path, good[i].text);
	return 0;
}

static int
remove_one(const char *path, const struct stat *info, int kind, struct FTW *place)
{
	(void)info;
	(void)kind;
	(void)place;
	return remove(path);
}

static int
tear_down(void **state)
{
	(void)state;
	return nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void
test_preflight_all_is_well(void **state)
{
	struct preflight_world world = good_world();
	size_t count = preflight_run(&world, findings);
	char names[256];

	(void)state;
	for (size_t i = 0; i < count; i++) {
		/* Whoever runs the tests owns the files. */
		bool is_ours = strcmp(findings[i].name, "modules") == 0 && getuid() != 0;

		if (findings[i].state != PREFLIGHT_GREEN && !is_ours)
			fail_msg("%s: %s", findings[i].name, findings[i].reason);
		assert_string_not_equal(findings[i].reason, "");
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(findings[i].name, findings[j].name);
	}
	if (getuid() == 0)
		assert_int_equal(preflight_worst(findings, count), PREFLIGHT_GREEN);
	preflight_names(findings, count, PREFLIGHT_RED, names, sizeof names);
	assert_string_equal(names, "");
	/* What can be compared is there in full: the digest, and the version. */
	assert_non_null(strstr(look_for(&world, "pcscd")->reason, "1.9.9-2"));
	/* printf module | sha256sum */
	assert_non_null(strstr(look_for(&world, "modules")->reason, "120970d812836f19888625587a4606a5"));
	assert_non_null(strstr(look_for(&world, "modules")->reason, "ad23cef31c8684e601771552548fc6b9"));
}

/* One file is otherwise, and one check says so. */
static const struct {
	const char *name, *path, *text;
	enum preflight_state state;
	const char *says;
} files[] = {
	{ "network", "/sys/class/net/eth0/flags", "0x1003\n", PREFLIGHT_RED, "eth0" },
	{ "network", "/sys/class/net/\x1b[2Jx/type", "1\n", PREFLIGHT_UNKNOWN, "?[2Jx" },
	{ "wireless", "/sys/class/rfkill/rfkill0/soft", "0\n", PREFLIGHT_RED, "wlan" },
	{ "swap", "/proc/swaps", "Filename Type\n/dev/sda2 partition 1 0 -2\n", PREFLIGHT_RED, "/dev/sda2" },
	{ "swap", "/proc/swaps", "Filename Type\n/dev/zram0 partition 1 0 -2\n", PREFLIGHT_AMBER, "/dev/zram0" },
	{ "core", "/proc/sys/kernel/core_pattern", "core\n", PREFLIGHT_AMBER, "(core)" },
	{ "core", "/proc/sys/kernel/core_pattern", "|/usr/lib/apport %p\n", PREFLIGHT_AMBER, "apport" },
	{ "core", "/proc/sys/fs/suid_dumpable", "1\n", PREFLIGHT_RED, "suid_dumpable" },
	{ "hibernation", "/sys/power/resume", "8:2\n", PREFLIGHT_AMBER, "all of its memory" },
	{ "ptrace", "/proc/sys/kernel/yama/ptrace_scope", "0\n", PREFLIGHT_AMBER, "ptrace_scope is 0" },
	{ "tracer", "/proc/self/status", "Name:\tquorate\nPPid:\t1\nTracerPid:\t55\n", PREFLIGHT_RED, "55" },
	{ "memory", "/proc/self/limits", "Max core file size  0\nMax locked memory  32768  32768\n", PREFLIGHT_RED,
		"32768" },
	{ "memory", "/proc/self/status", "Name:\tquorate\nVmLck:\t0 kB\n", PREFLIGHT_AMBER, "No memory" },
	{ "dumps", "/proc/self/limits", "Max core file size  unlimited  unlimited\n", PREFLIGHT_RED, "not 0" },
	{ "dumps", "/proc/self/limits", "Max core file size  4096 4096\n", PREFLIGHT_RED, "not 0" },
	{ "terminal", "/proc/77/status", "Name:\tscript\nPPid:\t1\n", PREFLIGHT_RED, "script" },
	{ "terminal", "/proc/77/status", "Name:\tasciinema\nPPid:\t1\n", PREFLIGHT_RED, "asciinema" },
	{ "terminal", "/proc/77/status", "Name:\tsshd\nPPid:\t1\n", PREFLIGHT_RED, "network" },
	{ "terminal", "/proc/77/status", "Name:\ttmux: server\nPPid:\t1\n", PREFLIGHT_AMBER, "tmux" },
	{ "scrollback", "/proc/sys/kernel/osrelease", "5.8.0\n", PREFLIGHT_AMBER, "5.8" },
	{ "clock", "/sys/class/rtc/rtc0/since_epoch", "1795000000\n", PREFLIGHT_AMBER, "something else" },
	{ "clock", "/ceremonies/old/journal.jsonl", "", PREFLIGHT_RED, "set back" },
	{ "scratch", "/proc/self/mounts", "/dev/sda1 / ext4 rw 0 0\ntmpfs /tmpx tmpfs rw 0 0\n", PREFLIGHT_AMBER,
		"ext4" },
	{ "drives", "/sys/block/sdb/removable", "1\n", PREFLIGHT_GREEN, "None" },
	{ "opensc", "/etc/opensc/opensc.conf", "app default { debug = 3; debug_file = \"/tmp/log\"; }\n", PREFLIGHT_RED,
		"debug = 3" },
	{ "pcscd", "/proc/300/cmdline", "/usr/sbin/pcscd --foreground --apdu", PREFLIGHT_RED, "--apdu" },
	{ "pcscd", "/proc/300/cmdline", "/usr/sbin/pcscd -a", PREFLIGHT_RED, "-a" },
	{ "pcscd", "/proc/300/cmdline", "/usr/sbin/pcscd --debug", PREFLIGHT_AMBER, "--debug" },
	{ "pcscd", "/proc/300/comm", "other\n", PREFLIGHT_AMBER, "does not run" },
	{ "printers", "/run/cups/cups.sock", "", PREFLIGHT_UNKNOWN, "cannot be read" },
};

static void
test_preflight_each_gate_turns(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		struct preflight_world world;
		const struct preflight_finding *finding;

		assert_int_equal(set_up(NULL), 0);
		world = good_world();
		write_file(files[i].path, files[i].text);
		if (strcmp(files[i].name, "clock") == 0)
			set_time(files[i].path);
		finding = look_for(&world, files[i].name);
		if (strcmp(files[i].name, "printers") == 0) {
			assert_int_equal(finding->state, PREFLIGHT_AMBER);
			write_file("/etc/cups/cupsd.conf", "# x\nPreserveJobFiles No\n");
			assert_int_equal(look_for(&world, "printers")->state, PREFLIGHT_GREEN);
			write_file("/etc/cups/cupsd.conf", "MaxLogSize 0\n");
			finding = look_for(&world, "printers");
			assert_int_equal(finding->state, PREFLIGHT_AMBER);
			assert_non_null(strstr(finding->reason, "86400"));
		} else {
			if (finding->state != files[i].state || strstr(finding->reason, files[i].says) == NULL)
				fail_msg("%s with %s: %s, %s", files[i].name, files[i].path,
					preflight_state_name(finding->state), finding->reason);
			if (finding->state > PREFLIGHT_UNKNOWN)
				assert_string_not_equal(finding->remedy, "");
		}
		assert_int_equal(tear_down(NULL), 0);
	}
}

static void
test_preflight_encrypted_swap_and_drives(void **state)
{
	struct preflight_world world = good_world();

	(void)state;
	write_file("/proc/swaps", "Filename Type\n/dev/dm-1 partition 1 0 -2\n");
	assert_int_equal(look_for(&world, "swap")->state, PREFLIGHT_RED);
	write_file("/sys/class/block/dm-1/dm/uuid", "CRYPT-PLAIN-swap\n");
	assert_int_equal(look_for(&world, "swap")->state, PREFLIGHT_AMBER);
	write_file("/sys/block/sdb/removable", "1\n");
	write_file("/sys/block/sdb/size", "62914560\n");
	assert_int_equal(look_for(&world, "drives")->state, PREFLIGHT_AMBER);
	assert_non_null(strstr(look_for(&world, "drives")->reason, "sdb, 30720 MiB"));
	/* A wireless interface of a machine that has no switch for its radio. */
	remove_file("/sys/class/rfkill/rfkill0/type");
	write_file("/sys/class/net/wlan0/type", "1\n");
	write_file("/sys/class/net/wlan0/flags", "0x1003\n");
	assert_int_equal(look_for(&world, "wireless")->state, PREFLIGHT_GREEN);
	write_file("/sys/class/net/wlan0/wireless/x", "");
	assert_int_equal(look_for(&world, "wireless")->state, PREFLIGHT_RED);
}

/* What the process and its surroundings are. */
static void
test_preflight_world(void **state)
{
	static const char *const variables[] = { "LD_PRELOAD", "LD_AUDIT", "LD_LIBRARY_PATH", "GCONV_PATH",
		"OPENSSL_CONF", "OPENSSL_MODULES", "OPENSSL_ENGINES", "MALLOC_TRACE" };
	static const char *const amber[] = { "OPENSC_DEBUG", "PKCS11SPY", "P11_KIT_DEBUG", "PCSCLITE_DEBUG", "TERMINFO",
		"TERMINFO_DIRS", "TERMCAP", "OPENSC_CONF", "SOFTHSM2_CONF", "PCSCLITE_CSOCK_NAME" };
	struct preflight_world world = good_world();
	char variable[64];
	const char *environment[] = { variable, NULL };
	char path[192];

	(void)state;
	world.environment = environment;
	for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
		text_format(variable, sizeof variable, "%s=/x", variables[i]);
		assert_int_equal(look_for(&world, "environment")->state, PREFLIGHT_RED);
		assert_non_null(strstr(look_for(&world, "environment")->reason, variables[i]));
	}
	for (size_t i = 0; i < sizeof amber / sizeof amber[0]; i++) {
		text_format(variable, sizeof variable, "%s=/x", amber[i]);
		assert_int_equal(look_for(&world, "environment")->state, PREFLIGHT_AMBER);
	}
	/* OpenSC reads another file. */
	text_format(variable, sizeof variable, "OPENSC_CONF=/x.conf");
	write_file("/x.conf", "debug=9;");
	assert_int_equal(look_for(&world, "opensc")->state, PREFLIGHT_RED);
	text_format(variable, sizeof variable, "SSH_TTY=/dev/pts/3");
	assert_int_equal(look_for(&world, "terminal")->state, PREFLIGHT_RED);
	text_format(variable, sizeof variable, "TMUX=/tmp/tmux-0/default,1,0");
	assert_int_equal(look_for(&world, "terminal")->state, PREFLIGHT_AMBER);
	text_format(variable, sizeof variable, "STY=1.x");
	assert_int_equal(look_for(&world, "terminal")->state, PREFLIGHT_AMBER);
	variable[0] = '\0';
	world.terminal = "/dev/pts/3";
	assert_int_equal(look_for(&world, "terminal")->state, PREFLIGHT_AMBER);
	assert_int_equal(look_for(&world, "scrollback")->state, PREFLIGHT_AMBER);
	world.terminal = "/dev/ttyS0";
	assert_int_equal(look_for(&world, "terminal")->state, PREFLIGHT_AMBER);
	assert_int_equal(look_for(&world, "scrollback")->state, PREFLIGHT_AMBER);
	world.terminal = NULL;
	assert_int_equal(look_for(&world, "terminal")->state, PREFLIGHT_UNKNOWN);
	world.columns = 79;
	assert_int_equal(look_for(&world, "size")->state, PREFLIGHT_RED);
	world.columns = 80;
	world.rows = 23;
	assert_int_equal(look_for(&world, "size")->state, PREFLIGHT_RED);
	world.rows = 0;
	assert_int_equal(look_for(&world, "size")->state, PREFLIGHT_UNKNOWN);
	world.is_unicode = false;
	assert_int_equal(look_for(&world, "locale")->state, PREFLIGHT_AMBER);
	world.is_dumpable = true;
	assert_int_equal(look_for(&world, "dumps")->state, PREFLIGHT_RED);
	world.has_random = false;
	assert_int_equal(look_for(&world, "random")->state, PREFLIGHT_RED);
	world.now = 1700000000;
	assert_int_equal(look_for(&world, "clock")->state, PREFLIGHT_RED);
	world.now = 5000000000;
	assert_int_equal(look_for(&world, "clock")->state, PREFLIGHT_RED);
	world.folder = "/proc/self";
	assert_int_equal(look_for(&world, "space")->state, PREFLIGHT_RED);
	world.folder = "/nowhere";
	assert_int_equal(look_for(&world, "space")->state, PREFLIGHT_UNKNOWN);
	/* A module that others may change, or that belongs to somebody. */
	text_format(path, sizeof path, "%s/usr/lib/opensc-pkcs11.so", root);
	assert_int_equal(chmod(path, 0666), 0);
	assert_int_equal(look_for(&world, "modules")->state, PREFLIGHT_RED);
	assert_int_equal(chmod(path, 0644), 0);
	if (chown(path, 12345, 12345) == 0)
		assert_int_equal(look_for(&world, "modules")->state, PREFLIGHT_AMBER);
	world.modules = NULL;
	assert_int_equal(look_for(&world, "modules")->state, PREFLIGHT_AMBER);
}

/* Nothing can be read: nothing is called green that needs it, and nothing ends. */
static void
test_preflight_nothing_there(void **state)
{
	struct preflight_world world = { .root = "/nowhere" };
	size_t count = preflight_run(&world, findings);

	(void)state;
	assert_true(count > 20);
	for (size_t i = 0; i < count; i++)
		if (findings[i].state == PREFLIGHT_GREEN && strcmp(findings[i].name, "hibernation") != 0 &&
			strcmp(findings[i].name, "environment") != 0 && strcmp(findings[i].name, "opensc") != 0 &&
			strcmp(findings[i].name, "printers") != 0)
			fail_msg("%s is green: %s", findings[i].name, findings[i].reason);
}

/* The machine that runs this test. */
static void
test_preflight_here(void **state)
{
	struct preflight_world world = { .root = "", .folder = "/tmp" };
	size_t count;

	(void)state;
	preflight_here(&world);
	count = preflight_run(&world, findings);
	assert_true(world.has_random && world.now > NOW - 1000000);
	for (size_t i = 0; i < count; i++)
		assert_string_not_equal(findings[i].reason, "");
	assert_int_equal(look_for(&world, "binary")->state, PREFLIGHT_GREEN);
}

TEST_GROUP(preflight, cmocka_unit_test_setup_teardown(test_preflight_all_is_well, set_up, tear_down),
	cmocka_unit_test(test_preflight_each_gate_turns),
	cmocka_unit_test_setup_teardown(test_preflight_encrypted_swap_and_drives, set_up, tear_down),
	cmocka_unit_test_setup_teardown(test_preflight_world, set_up, tear_down),
	cmocka_unit_test(test_preflight_nothing_there), cmocka_unit_test(test_preflight_here));
