/* Stands where slots.c and launcher.c stand in the real program: canned slots, and a printer. */
#include "demo.h"

#include <quorate/clock.h>
#include <quorate/inspect.h>
#include <quorate/launcher.h>
#include <quorate/text.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct slots {
	struct module_info modules[4];
	struct slot_info slots[LIMIT_SLOTS];
	struct reader_info readers[4];
	size_t module_count, slot_count, reader_count;
	enum outcome pcsc;
	struct code code;
};

struct demo demo = { .slots = 3, .step = "tell", .folder = "." };

static struct slots world;

static struct module_info *
add_module(const char *name, enum module_state state, enum outcome outcome, uint32_t ckr)
{
	struct module_info *module = &world.modules[world.module_count++];

	text_format(module->name, sizeof module->name, "%s", name);
	text_format(module->path, sizeof module->path, "/usr/lib/pkcs11/%s.so", name);
	module->state = state;
	module->outcome = outcome;
	if (ckr != 0)
		module->code = (struct code){ CODE_CKR, ckr };
	if (state == MODULE_READY) {
		text_format(module->description, sizeof module->description, "A module for tests");
		text_format(module->manufacturer, sizeof module->manufacturer, "Nobody");
		text_format(module->version, sizeof module->version, "1.2");
	}
	return module;
}

static struct slot_info *
add_slot(size_t module, const char *description, const char *label)
{
	struct slot_info *slot = &world.slots[world.slot_count];

	slot->module = module;
	slot->id = world.slot_count++;
	slot->reader = SIZE_MAX;
	text_format(slot->description, sizeof slot->description, "%s", description);
	if (label == NULL)
		return slot;
	slot->has_token = true;
	text_format(slot->label, sizeof slot->label, "%s", label);
	text_format(slot->manufacturer, sizeof slot->manufacturer, "SoftHSM project");
	text_format(slot->model, sizeof slot->model, "SoftHSM v2");
	text_format(slot->serial, sizeof slot->serial, "%016zx", world.slot_count * 7919);
	/* Initialised, user PIN set, login required, random generator. */
	slot->flags = 0x42d;
	slot->pin_min = 4;
	slot->pin_max = 255;
	slot->sessions = 1;
	slot->write_sessions = 0;
	slot->public_memory = slot->public_memory_free = TOKEN_NOT_TOLD;
	slot->private_memory = slot->private_memory_free = TOKEN_NOT_TOLD;
	return slot;
}

static struct device_certificate *
add_certificate(struct hsm_status *hsm, const char *holder, const char *authority, const char *from, const char *to)
{
	struct device_certificate *one = &hsm->certificates[hsm->chain_count++];

	text_format(one->holder, sizeof one->holder, "%s", holder);
	text_format(one->authority, sizeof one->authority, "%s", authority);
	text_format(one->valid_from, sizeof one->valid_from, "%s", from);
	text_format(one->valid_to, sizeof one->valid_to, "%s", to);
	text_format(one->key, sizeof one->key, "EC brainpoolP256r1");
	return one;
}

static struct reader_info *
add_reader(const char *name, const char *label, struct pin_status user, struct pin_status so)
{
	struct reader_info *reader = &world.readers[world.reader_count];
	struct hsm_status *hsm = &reader->hsm;

	text_format(reader->name, sizeof reader->name, "%s", name);
	reader->has_card = reader->is_hsm = true;
	hsm->version_major = 3;
	hsm->version_minor = 5;
	text_format(hsm->label, sizeof hsm->label, "%s", label);
	text_format(hsm->serial, sizeof hsm->serial, "REHE%07zu", ++world.reader_count);
	hsm->user_pin = user;
	hsm->so_pin = so;
	hsm->proof = world.reader_count == 2 ? DEVICE_UNPROVEN : DEVICE_REHEARSAL;
	text_format(hsm->chain, sizeof hsm->chain, "UTREHE0000001, UTREHEARSAL00001");
	add_certificate(hsm, "REHE000000100000", "UTREHEDICA00001", "2026-01-01", "2099-12-31");
	/* The second device's leads nowhere. */
	if (world.reader_count == 2)
		return reader;
	hsm->certificates[0].is_signed = true;
	add_certificate(hsm, "UTREHEDICA00001", "UTREHEARSAL00001", "2016-01-01", "2025-12-31")->is_signed = true;
	add_certificate(hsm, "UTREHEARSAL00001", "UTREHEARSAL00001", "2026-01-01", "2099-12-31")->is_signed = true;
	hsm->certificates[2].is_root = true;
	return reader;
}

static void
set_dkek(struct hsm_status *hsm, uint8_t total, uint8_t outstanding)
{
	static const uint8_t kcv[DKEK_KCV_SIZE] = { 0xec, 0xc9, 0x2c, 0x62, 0xe3, 0xf6, 0x18, 0x9e };

	hsm->has_dkek = true;
	hsm->dkek_total = total;
	hsm->dkek_outstanding = outstanding;
	if (outstanding == 0)
		memcpy(hsm->kcv, kcv, sizeof kcv);
}

struct slots *
demo_world(void)
{
	const struct pin_status fresh = { PIN_NOT_SET, -1 }, good = { PIN_SET, 3 }, so = { PIN_SET, 15 };
	const struct pin_status so_wrong = { PIN_SET, 14 }, locked = { PIN_LOCKED, 0 }, last = { PIN_SET, 1 };
	struct reader_info *reader;

	if (demo.slots == 0) {
		world.pcsc = FAIL_NO_PCSC;
		world.code = (struct code){ CODE_SCARD, 0x8010001d };
		return &world;
	}
	add_module("opensc-pkcs11", MODULE_READY, DONE, 0);
	add_slot(0, "Demo reader 1", "alice")->reader = 0;
	reader = add_reader("Demo reader 1", "alice", good, demo.slots == 1 ? so : so_wrong);
	set_dkek(&reader->hsm, 1, 0);
	reader->hsm.options = HSM_OPTION_RESET_USER_PIN;
	reader->hsm.key_domain_count = 3;
	reader->hsm.key_domains[0] =
		(struct key_domain){ KEY_DOMAIN_DKEK, 1, 0, { 0xec, 0xc9, 0x2c, 0x62, 0xe3, 0xf6, 0x18, 0x9e } };
	reader->hsm.key_domains[1] = (struct key_domain){ KEY_DOMAIN_DKEK, 3, 2, { 0 } };
	reader->hsm.key_domains[2] = (struct key_domain){ KEY_DOMAIN_EMPTY, 0, 0, { 0 } };
	reader->hsm.key_authentication = (struct key_authentication){ true, 5, 1, 3, 0 };
	reader->hsm.key_count = 3;
	reader->hsm.certificate_count = 1;
	if (demo.slots == 1)
		return &world;
	set_dkek(&add_reader("Demo reader 2", "bob", locked, last)->hsm, 2, 1);
	add_reader("Demo reader 3 with a name that is much too long for a list", "", fresh, fresh);
	add_module("softhsm2", MODULE_READY, DONE, 0);
	add_slot(1, "SoftHSM slot ID 0x1", "Schl\xc3\xbcssel \xe6\xb8\xac\xe8\xa9\xa6");
	add_slot(1, "SoftHSM slot ID 0x2", NULL);
	for (unsigned i = 3; i < demo.slots; i++) {
		char label[32];

		text_format(label, sizeof label, "token %u", i);
		add_slot(1, "SoftHSM slot", label);
	}
	if (demo.is_hostile) {
		static const char label[] = "\x1b]0;owned\x07\xe2\x80\xae\xff\x9b"
					    "2J    ";

		text_clean(label, sizeof label - 1, add_slot(1, "SoftHSM slot", "")->label, TOKEN_LABEL_SIZE);
	}
	add_module("broken", MODULE_FAILED, FAIL_MODULE_LOAD, 0);
	add_module("silent", MODULE_HUNG, FAIL_WORKER_HUNG, 0);
	return &world;
}

size_t
slots_descriptors(struct slots *slots, struct pollfd *ret, size_t most)
{
	(void)slots;
	(void)ret;
	(void)most;
	return 0;
}

int
slots_timeout(struct slots *slots, bool is_watching)
{
	int64_t left = demo.plug_at - clock_steady_ms();

	(void)slots;
	(void)is_watching;
	return demo.plug_at == 0 ? -1 : left < 0 ? 0 : (int)left;
}

bool
slots_dispatch(struct slots *slots, bool is_watching)
{
	(void)slots;
	(void)is_watching;
	if (demo.plug_at == 0 || clock_steady_ms() < demo.plug_at)
		return false;
	demo.plug_at = 0;
	demo.is_plugged = true;
	if (world.reader_count < 4)
		add_reader("Reader plugged in later", "carol", (struct pin_status){ PIN_SET, 3 },
			(struct pin_status){ PIN_SET, 15 });
	return true;
}

bool
slots_is_settled(const struct slots *slots)
{
	(void)slots;
	return true;
}

size_t
slots_modules(const struct slots *slots, const struct module_info **ret)
{
	*ret = slots->modules;
	return slots->module_count;
}

size_t
slots_slots(const struct slots *slots, const struct slot_info **ret)
{
	*ret = slots->slots;
	return slots->slot_count;
}

size_t
slots_readers(const struct slots *slots, const struct reader_info **ret)
{
	*ret = slots->readers;
	return slots->reader_count;
}

enum outcome
slots_pcsc(const struct slots *slots, struct code *ret_code)
{
	*ret_code = slots->code;
	return slots->pcsc;
}

void
slots_refresh(struct slots *slots)
{
	(void)slots;
}

const struct token_door *
slots_door(struct slots *slots)
{
	(void)slots;
	return NULL;
}

/* ---- launcher: a printer named paper, which takes everything, and one that takes nothing ---- */

static const struct {
	enum helper_kind kind;
	const char *words;
} says[] = {
	{ HELPER_LPSTAT, "paper\nattic\n" },
	{ HELPER_QUEUES, "paper accepting requests since today\nattic not accepting requests since today -\n"
			 "\tgone to be mended\nprinter paper is idle.  enabled since today\n" },
	{ HELPER_LP, "request id is paper-12 (0 file(s))\n" },
};

enum outcome
launcher_helper(
	struct launcher *launcher, enum helper_kind kind, const char *subject, unsigned number, struct launched *ret)
{
	char ignored[512];
	int pair[2];

	(void)launcher;
	(void)subject;
	(void)number;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return FAIL_PROCESS;
	ret->pid = fork();
	if (ret->pid == 0) {
		close(pair[0]);
		while (read(pair[1], ignored, sizeof ignored) > 0)
			;
		for (size_t i = 0; i < sizeof says / sizeof says[0]; i++)
			if (says[i].kind == kind && write(pair[1], says[i].words, strlen(says[i].words)) < 0)
				_exit(1);
		_exit(0);
	}
	close(pair[1]);
	ret->socket = pair[0];
	return ret->pid < 0 ? FAIL_PROCESS : DONE;
}

enum outcome
launcher_stop(struct launcher *launcher, struct launched *launched, int milliseconds, int *ret_status)
{
	int status;

	(void)launcher;
	close(launched->socket);
	launched->socket = -1;
	if (milliseconds == 0)
		kill(launched->pid, SIGKILL);
	waitpid(launched->pid, &status, 0);
	if (ret_status != NULL)
		*ret_status = status;
	return DONE;
}

bool
slots_target(const struct slots *slots, size_t slot, bool as_hsm, struct token_target *ret)
{
	(void)as_hsm;
	memset(ret, 0, sizeof *ret);
	if (slot >= slots->slot_count)
		return false;
	ret->slot = slots->slots[slot].id;
	text_format(ret->module, sizeof ret->module, "%s", slots->modules[slots->slots[slot].module].name);
	return true;
}
