/* A SoftHSM of the test's own and a module on it, for the tests of acts (pkcs11.c) and of faults (pkcs11_faults.c). */
#ifndef TESTS_UNIT_PKCS11_DESK_H
#define TESTS_UNIT_PKCS11_DESK_H

#include "../../src/token/pkcs11.h"
#include "groups.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SOFTHSM "/usr/lib/softhsm/libsofthsm2.so"
#define USER_PIN "12345678"
#define SO_PIN "87654321"

static char folder[64];
static struct pkcs11 *module;
static struct token_target target;
static struct token_answer answer;

/* Runs a shell command; its exit status. */
static inline int
shell(const char *format, ...)
{
	char command[2048];
	va_list list;
	int status = -1;
	pid_t pid;

	va_start(list, format);
	vsnprintf(command, sizeof command, format, list);
	va_end(list);
	pid = fork();
	if (pid == 0) {
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	if (waitpid(pid, &status, 0) != pid)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* A genuine tool on the same tokens. */
#define TOOL "pkcs11-tool --module " SOFTHSM " --token-label first "
#define QUIET " >/dev/null 2>&1"

static inline int
set_up(void **state)
{
	char path[96];

	(void)state;
	snprintf(folder, sizeof folder, "/tmp/quorate-pkcs11-XXXXXX");
	if (mkdtemp(folder) == NULL)
		return 1;
	snprintf(path, sizeof path, "%s/softhsm2.conf", folder);
	if (setenv("SOFTHSM2_CONF", path, 1) != 0 ||
		shell("mkdir %s/tokens && echo directories.tokendir = %s/tokens >%s && "
		      "softhsm2-util --init-token --free --label first --pin " USER_PIN " --so-pin " SO_PIN QUIET,
			folder, folder, path) != 0)
		return 1;
	return 0;
}

static inline void
find_target(void)
{
	struct module_info info;
	const struct slot_info *slots;
	struct code code;
	size_t count;

	memset(&target, 0, sizeof target);
	assert_int_equal(pkcs11_look(module, true, &info, &slots, &count, &code), DONE);
	for (size_t i = 0; i < count; i++)
		if (strcmp(slots[i].label, "first") == 0) {
			target.slot = slots[i].id;
			snprintf(target.serial, sizeof target.serial, "%s", slots[i].serial);
			snprintf(target.label, sizeof target.label, "%s", slots[i].label);
		}
	assert_int_not_equal(target.serial[0], '\0');
}

static inline int
open_softhsm(void **state)
{
	if (set_up(state) != 0 || pkcs11_open(&module, SOFTHSM) != DONE)
		return 1;
	find_target();
	return 0;
}

static inline int
tear_down(void **state)
{
	(void)state;
	token_answer_clear(&answer);
	pkcs11_free(&module);
	unsetenv("SOFTHSM2_CONF");
	return shell("rm -rf %s", folder);
}

static inline struct secret *
pin_of(const char *digits)
{
	struct secret *pin;
	char copy[64];

	snprintf(copy, sizeof copy, "%s", digits);
	assert_int_equal(secret_take(&pin, copy, strlen(digits)), DONE);
	return pin;
}

static inline enum outcome
act(struct token_request request)
{
	if (request.target.module[0] == '\0')
		request.target = target;
	token_answer_clear(&answer);
	pkcs11_act(module, &request, &answer);
	/* The data of a request here is static. */
	request.data = (struct token_bytes){ 0, NULL };
	token_request_clear(&request);
	assert_true(answer.is_slot);
	return answer.outcome;
}

static inline struct token_object
like(enum object_class class, const char *label, uint8_t id)
{
	struct token_object object = { .class = class, .id = { id }, .id_size = 1 };

	snprintf(object.label, sizeof object.label, "%s", label);
	return object;
}

static inline enum outcome
generate(enum key_kind kind, const char *label, uint8_t id)
{
	return act((struct token_request){ .act = TOKEN_GENERATE,
		.user_pin = pin_of(USER_PIN),
		.kind = kind,
		.object = like(OBJECT_PRIVATE_KEY, label, id) });
}

static uint8_t message_text[] = "what is signed";

#endif
