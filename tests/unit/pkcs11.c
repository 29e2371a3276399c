/* Acts on a SoftHSM token: what they do is seen by pkcs11-tool and softhsm2-util, and the other way round; and whatever
   a call answers, each act ends in an outcome, spends no other PIN try, and claims nothing that did not happen. */
#include "../../src/token/pkcs11.h"
#include "faulty.h"
#include "groups.h"

#include <dlfcn.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SOFTHSM "/usr/lib/softhsm/libsofthsm2.so"
#define FAULTY BUILD_FOLDER "/tests/unit/.libs/libfaulty.so"
#define USER_PIN "12345678"
#define SO_PIN "87654321"

static char folder[64];
static struct pkcs11 *module;
static struct faulty *control;
static struct token_target target;
static struct token_answer answer;

/* Runs a shell command; its exit status. */
static int
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

static int
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

static void
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

static int
open_softhsm(void **state)
{
	if (set_up(state) != 0 || pkcs11_open(&module, SOFTHSM) != DONE)
		return 1;
	find_target();
	return 0;
}

static int
open_faulty(void **state)
{
	void *library;

	if (set_up(state) != 0 || pkcs11_open(&module, FAULTY) != DONE)
		return 1;
	library = dlopen(FAULTY, RTLD_NOW | RTLD_NOLOAD);
	control = library == NULL ? NULL : dlsym(library, FAULTY_SYMBOL);
	if (control == NULL)
		return 1;
	memset(control, 0, sizeof *control);
	find_target();
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	token_answer_clear(&answer);
	pkcs11_free(&module);
	unsetenv("SOFTHSM2_CONF");
	return shell("rm -rf %s", folder);
}

static struct secret *
pin_of(const char *digits)
{
	struct secret *pin;
	char copy[64];

	snprintf(copy, sizeof copy, "%s", digits);
	assert_int_equal(secret_take(&pin, copy, strlen(digits)), DONE);
	return pin;
}

static enum outcome
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

static enum outcome
verify(const char *pin)
{
	return act((struct token_request){ .act = TOKEN_VERIFY_USER_PIN, .user_pin = pin_of(pin) });
}

static void
test_module_pins(void **state)
{
	(void)state;
	assert_int_equal(act((struct token_request){ .act = TOKEN_DESCRIBE }), DONE);
	assert_true(answer.has_before && answer.has_after);
	assert_string_equal(answer.slot_after.label, "first");
	assert_int_equal(verify("11111111"), FAIL_PIN_WRONG);
	assert_int_equal(verify(USER_PIN), DONE);
	assert_int_equal(act((struct token_request){ .act = TOKEN_VERIFY_USER_PIN }), FAIL_ARGUMENT);
	assert_int_equal(act((struct token_request){ .act = TOKEN_PROVE_SO_PIN, .so_pin = pin_of(SO_PIN) }), DONE);
	assert_int_equal(act((struct token_request){ .act = TOKEN_PROVE_SO_PIN, .so_pin = pin_of("00000000") }),
		FAIL_SO_PIN_WRONG);
	assert_int_equal(
		act((struct token_request){
			.act = TOKEN_CHANGE_USER_PIN, .user_pin = pin_of(USER_PIN), .new_pin = pin_of("23456789") }),
		DONE);
	assert_int_equal(verify(USER_PIN), FAIL_PIN_WRONG);
	assert_int_equal(shell(TOOL "--login --pin 23456789 -O" QUIET), 0);
	assert_int_not_equal(shell(TOOL "--login --pin " USER_PIN " -O" QUIET), 0);
	assert_int_equal(
		act((struct token_request){
			.act = TOKEN_CHANGE_USER_PIN, .user_pin = pin_of("00000000"), .new_pin = pin_of("34567890") }),
		FAIL_PIN_WRONG);
	assert_int_equal(
		act((struct token_request){
			.act = TOKEN_CHANGE_USER_PIN, .user_pin = pin_of("23456789"), .new_pin = pin_of("123") }),
		FAIL_PIN_TOKEN_LENGTH);
	assert_int_equal(act((struct token_request){
				 .act = TOKEN_RESET_USER_PIN, .so_pin = pin_of(SO_PIN), .new_pin = pin_of(USER_PIN) }),
		DONE);
	assert_int_equal(verify(USER_PIN), DONE);
	assert_int_equal(act((struct token_request){
				 .act = TOKEN_CHANGE_SO_PIN, .so_pin = pin_of(SO_PIN), .new_pin = pin_of("11223344") }),
		DONE);
	assert_int_equal(
		shell(TOOL "--login --login-type so --so-pin 11223344 --init-pin --new-pin 45678901" QUIET), 0);
	assert_int_equal(verify("45678901"), DONE);
	assert_int_equal(
		act((struct token_request){
			.act = TOKEN_SET_TRANSPORT_PIN, .user_pin = pin_of(USER_PIN), .new_pin = pin_of(USER_PIN) }),
		FAIL_NOT_ALLOWED);
	assert_int_equal(act((struct token_request){ .act = TOKEN_RANDOM }), DONE);
	assert_int_equal(act((struct token_request){ .act = TOKEN_IMPORT_DKEK }), FAIL_CARD_UNSUPPORTED);
}

/* The free slot is initialised, a new free one appears, and the token is found by its new serial number. */
static void
test_module_initialise(void **state)
{
	struct token_request request = { .act = TOKEN_INITIALISE, .label = "second" };
	struct module_info info;
	const struct slot_info *slots;
	struct code code;
	size_t count;

	(void)state;
	assert_int_equal(pkcs11_look(module, true, &info, &slots, &count, &code), DONE);
	assert_int_equal(count, 2);
	memset(&request.target, 0, sizeof request.target);
	snprintf(request.target.module, sizeof request.target.module, "m");
	request.target.slot = slots[slots[0].serial[0] == '\0' ? 0 : 1].id;
	request.so_pin = pin_of(SO_PIN);
	request.user_pin = pin_of(USER_PIN);
	assert_int_equal(act(request), DONE);
	assert_string_equal(answer.slot_before.serial, "");
	assert_string_equal(answer.slot_after.label, "second");
	assert_int_not_equal(answer.slot_after.serial[0], '\0');
	assert_int_equal(slots_user_pin(answer.slot_after.flags, NULL).state, PIN_SET);
	assert_int_equal(pkcs11_look(module, false, &info, &slots, &count, &code), DONE);
	assert_int_equal(count, 3);
	assert_int_equal(shell("softhsm2-util --show-slots | grep -q 'Label: *second'"), 0);
	assert_int_equal(
		shell("pkcs11-tool --module " SOFTHSM " --token-label second --login --pin " USER_PIN " -O" QUIET), 0);
	/* A used one wants its present SO-PIN. */
	request = (struct token_request){ .act = TOKEN_INITIALISE, .label = "again" };
	request.so_pin = pin_of("00000000");
	request.user_pin = pin_of(USER_PIN);
	assert_int_equal(act(request), FAIL_SO_PIN_WRONG);
	assert_int_equal(verify(USER_PIN), DONE);
	/* Another token is in the slot than was expected: nothing is sent. */
	request = (struct token_request){ .act = TOKEN_VERIFY_USER_PIN, .target = target };
	snprintf(request.target.module, sizeof request.target.module, "m");
	snprintf(request.target.serial, sizeof request.target.serial, "ffff");
	request.user_pin = pin_of("00000000");
	assert_int_equal(act(request), FAIL_TOKEN_OTHER);
	assert_false(answer.has_before);
}

static struct token_object
like(enum object_class class, const char *label, uint8_t id)
{
	struct token_object object = { .class = class, .id = { id }, .id_size = 1 };

	snprintf(object.label, sizeof object.label, "%s", label);
	return object;
}

static enum outcome
generate(enum key_kind kind, const char *label, uint8_t id)
{
	return act((struct token_request){ .act = TOKEN_GENERATE,
		.user_pin = pin_of(USER_PIN),
		.kind = kind,
		.object = like(OBJECT_PRIVATE_KEY, label, id) });
}

static uint8_t message_text[] = "what is signed";

/* Signs with the key last described by the answer and verifies with the public key. */
static void
check_signature(struct token_object key, const uint8_t *public, size_t public_size)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	EVP_PKEY *pkey = d2i_PUBKEY(NULL, &public, (long)public_size);

	assert_non_null(pkey);
	assert_int_equal(act((struct token_request){ .act = TOKEN_SIGN,
				 .user_pin = pin_of(USER_PIN),
				 .object = key,
				 .data = { sizeof message_text, message_text } }),
		DONE);
	assert_int_equal(EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, pkey), 1);
	assert_int_equal(
		EVP_DigestVerify(context, answer.value.bytes, answer.value.size, message_text, sizeof message_text), 1);
	EVP_PKEY_free(pkey);
	EVP_MD_CTX_free(context);
}

static void
test_module_keys(void **state)
{
	bool is_long = getenv("QUORATE_LONG") != NULL;
	char path[96];
	FILE *file;

	(void)state;
	for (enum key_kind kind = KEY_RSA_2048; kind < KEY_OTHER; kind++) {
		uint8_t public[1024], theirs[1024];
		size_t size;
		struct token_object key;

		/* Seconds each, now and then. */
		if (!is_long && (kind == KEY_RSA_3072 || kind == KEY_RSA_4096))
			continue;
		assert_int_equal(generate(kind, "key", (uint8_t)(kind + 1)), DONE);
		assert_int_equal(answer.kinds, (1 << KEY_OTHER) - 1);
		assert_int_equal(answer.objects.count, 1);
		key = answer.objects.list[0];
		assert_int_equal(key.kind, kind);
		assert_int_equal(key.class, OBJECT_PRIVATE_KEY);
		assert_true((key.flags & OBJECT_NEVER_EXTRACTABLE) != 0 && (key.flags & OBJECT_LOCAL) != 0);
		size = answer.value.size;
		assert_in_range(size, 50, sizeof public);
		memcpy(public, answer.value.bytes, size);
		check_signature(key, public, size);
		/* The private key tells its public half, too. */
		assert_int_equal(act((struct token_request){
					 .act = TOKEN_READ_VALUE, .user_pin = pin_of(USER_PIN), .object = key }),
			DONE);
		assert_int_equal(answer.value.size, size);
		assert_memory_equal(answer.value.bytes, public, size);
		/* And so does the genuine tool, which fails at 384 bits (OpenSC 0.23: "cannot create EVP_PKEY"). */
		if (kind == KEY_P384 || kind == KEY_BRAINPOOL_P384R1)
			continue;
		snprintf(path, sizeof path, "%s/public.der", folder);
		assert_int_equal(
			shell(TOOL "--read-object --type pubkey --id %02x -o %s" QUIET, (unsigned)kind + 1, path), 0);
		file = fopen(path, "r");
		assert_non_null(file);
		assert_int_equal(fread(theirs, 1, sizeof theirs, file), size);
		fclose(file);
		assert_memory_equal(theirs, public, size);
	}
	assert_int_equal(generate(KEY_P256, "again", 1), FAIL_OBJECT_EXISTS);
	assert_int_equal(generate(KEY_OTHER, "none", 99), FAIL_ARGUMENT);
}

static void
test_module_objects(void **state)
{
	static uint8_t certificate[4096];
	char path[96];
	struct token_object found;
	size_t size;
	FILE *file;

	(void)state;
	assert_int_equal(generate(KEY_P256, "k", 1), DONE);
	/* A public one without a PIN; with it both. */
	assert_int_equal(act((struct token_request){ .act = TOKEN_LIST_OBJECTS }), DONE);
	assert_int_equal(answer.objects.count, 1);
	assert_int_equal(act((struct token_request){ .act = TOKEN_LIST_OBJECTS, .user_pin = pin_of(USER_PIN) }), DONE);
	assert_int_equal(answer.objects.count, 2);
	/* Made by the genuine tool, renamed here, seen by the tool. */
	assert_int_equal(shell(TOOL "--login --pin " USER_PIN
				    " --keypairgen --key-type EC:secp384r1 --id 07 --label theirs" QUIET),
		0);
	pkcs11_free(&module);
	assert_int_equal(pkcs11_open(&module, SOFTHSM), DONE);
	assert_int_equal(act((struct token_request){ .act = TOKEN_RENAME_OBJECT,
				 .user_pin = pin_of(USER_PIN),
				 .object = like(OBJECT_PRIVATE_KEY, "theirs", 7),
				 .has_new_label = true,
				 .new_label = "ours",
				 .has_new_id = true,
				 .new_id = { 8 },
				 .new_id_size = 1 }),
		DONE);
	assert_string_equal(answer.objects.list[0].label, "ours");
	assert_int_equal(
		shell(TOOL "--login --pin " USER_PIN " -O --type privkey 2>/dev/null | grep -q 'label: *ours'"), 0);
	/* A certificate goes in, comes out the same, and not twice. */
	snprintf(path, sizeof path, "%s/c.der", folder);
	assert_int_equal(shell("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /dev/null "
			       "-subj /CN=quorate -outform DER -out %s" QUIET,
				 path),
		0);
	file = fopen(path, "r");
	assert_non_null(file);
	size = fread(certificate, 1, sizeof certificate, file);
	fclose(file);
	for (int i = 0; i < 2; i++)
		assert_int_equal(act((struct token_request){ .act = TOKEN_WRITE_CERTIFICATE,
					 .user_pin = pin_of(USER_PIN),
					 .object = like(OBJECT_CERTIFICATE, "paper", 1),
					 .data = { size, certificate } }),
			i == 0 ? DONE : FAIL_OBJECT_EXISTS);
	assert_int_equal(act((struct token_request){ .act = TOKEN_WRITE_CERTIFICATE,
				 .user_pin = pin_of(USER_PIN),
				 .object = like(OBJECT_CERTIFICATE, "cut", 2),
				 .data = { size - 1, certificate } }),
		FAIL_CERTIFICATE_FILE);
	assert_int_equal(
		shell(TOOL "--read-object --type cert --id 01 -o %s/back.der" QUIET " && cmp -s %s %s/back.der", folder,
			path, folder),
		0);
	assert_int_equal(
		act((struct token_request){ .act = TOKEN_READ_VALUE, .object = like(OBJECT_CERTIFICATE, "paper", 1) }),
		DONE);
	assert_int_equal(answer.value.size, size);
	assert_memory_equal(answer.value.bytes, certificate, size);
	/* Deleted is gone, also for the tool; what looks the same twice is left alone. */
	assert_int_equal(act((struct token_request){ .act = TOKEN_DELETE_OBJECT,
				 .user_pin = pin_of(USER_PIN),
				 .object = like(OBJECT_CERTIFICATE, "paper", 1) }),
		DONE);
	assert_int_equal(act((struct token_request){ .act = TOKEN_DELETE_OBJECT,
				 .user_pin = pin_of(USER_PIN),
				 .object = like(OBJECT_CERTIFICATE, "paper", 1) }),
		FAIL_OBJECT_MISSING);
	assert_int_not_equal(shell(TOOL "-O --type cert 2>/dev/null | grep -q paper"), 0);
	for (int i = 0; i < 2; i++)
		assert_int_equal(shell("echo x >%s/d && " TOOL "--login --pin " USER_PIN
				       " --write-object %s/d --type data --label twice" QUIET,
					 folder, folder),
			0);
	assert_int_equal(act((struct token_request){ .act = TOKEN_LIST_OBJECTS, .user_pin = pin_of(USER_PIN) }), DONE);
	memset(&found, 0, sizeof found);
	for (size_t i = 0; i < answer.objects.count; i++)
		if (answer.objects.list[i].class == OBJECT_DATA)
			found = answer.objects.list[i];
	assert_string_equal(found.label, "twice");
	/* Its handle was another session's. */
	assert_int_equal(act((struct token_request){
				 .act = TOKEN_DELETE_OBJECT, .user_pin = pin_of(USER_PIN), .object = found }),
		FAIL_OBJECT_AMBIGUOUS);
}

/* Every act that is tried with faults: how many PINs it brings, and whether it can be seen to be done. */
static struct token_request
make_request(enum token_act which)
{
	struct token_request request = { .act = which, .target = target };

	switch (which) {
	case TOKEN_INITIALISE:
		request.so_pin = pin_of(SO_PIN);
		request.user_pin = pin_of(USER_PIN);
		snprintf(request.label, sizeof request.label, "anew");
		break;
	case TOKEN_PROVE_SO_PIN:
		request.so_pin = pin_of(SO_PIN);
		break;
	case TOKEN_RESET_USER_PIN:
	case TOKEN_CHANGE_SO_PIN:
		request.so_pin = pin_of(SO_PIN);
		request.new_pin = pin_of("23456789");
		break;
	case TOKEN_CHANGE_USER_PIN:
		request.user_pin = pin_of(USER_PIN);
		request.new_pin = pin_of("23456789");
		break;
	case TOKEN_GENERATE:
		request.kind = KEY_P256;
		request.user_pin = pin_of(USER_PIN);
		request.object = like(OBJECT_PRIVATE_KEY, "new", 9);
		break;
	case TOKEN_SIGN:
		request.data = (struct token_bytes){ sizeof message_text, message_text };
		/* fall through */
	case TOKEN_READ_VALUE:
	case TOKEN_DELETE_OBJECT:
		request.user_pin = pin_of(USER_PIN);
		request.object = like(OBJECT_PRIVATE_KEY, "there", 1);
		break;
	case TOKEN_RENAME_OBJECT:
		request.user_pin = pin_of(USER_PIN);
		request.object = like(OBJECT_PRIVATE_KEY, "there", 1);
		request.has_new_label = true;
		snprintf(request.new_label, sizeof request.new_label, "renamed");
		break;
	case TOKEN_VERIFY_USER_PIN:
	case TOKEN_LIST_OBJECTS:
		request.user_pin = pin_of(USER_PIN);
		break;
	default:
		break;
	}
	return request;
}

static const struct {
	enum token_act act;
	unsigned long tries;
	const char *seen; /* a shell command that succeeds only if the act was done; NULL: it leaves nothing */
} scenarios[] = {
	{ TOKEN_DESCRIBE, 0, NULL },
	{ TOKEN_VERIFY_USER_PIN, 1, NULL },
	{ TOKEN_PROVE_SO_PIN, 1, NULL },
	{ TOKEN_RANDOM, 0, NULL },
	{ TOKEN_LIST_OBJECTS, 1, NULL },
	{ TOKEN_SIGN, 1, NULL },
	{ TOKEN_READ_VALUE, 1, NULL },
	{ TOKEN_CHANGE_USER_PIN, 1, TOOL "--login --pin 23456789 -O" QUIET },
	{ TOKEN_RESET_USER_PIN, 1, TOOL "--login --pin 23456789 -O" QUIET },
	{ TOKEN_CHANGE_SO_PIN, 2,
		TOOL "--login --login-type so --so-pin 23456789 --init-pin --new-pin 11112222" QUIET },
	{ TOKEN_GENERATE, 1, TOOL "-O --type pubkey 2>/dev/null | grep -q new" },
	{ TOKEN_RENAME_OBJECT, 1, TOOL "--login --pin " USER_PIN " -O --type privkey 2>/dev/null | grep -q renamed" },
	{ TOKEN_DELETE_OBJECT, 1,
		"! " TOOL "--login --pin " USER_PIN " -O --type privkey 2>/dev/null | grep -q there" },
	{ TOKEN_INITIALISE, 2,
		"pkcs11-tool --module " SOFTHSM " --token-label anew --login --pin " USER_PIN " -O" QUIET },
};

/* Back to the token as it was, the module beginning anew. */
static void
restore(size_t scenario)
{
	/* What leaves nothing behind needs no clearing up. */
	if (scenarios[scenario].seen == NULL)
		return;
	*control = (struct faulty){ .fault = FAULT_NONE };
	pkcs11_free(&module);
	assert_int_equal(shell("rm -rf %s/tokens && cp -a %s/kept %s/tokens", folder, folder, folder), 0);
	assert_int_equal(pkcs11_open(&module, FAULTY), DONE);
	*control = (struct faulty){ .fault = FAULT_NONE };
}

static void
check_fault(size_t scenario, enum fault fault, unsigned long at, unsigned long value)
{
	struct token_request request = make_request(scenarios[scenario].act);
	enum outcome outcome;
	char sentence[16];

	*control = (struct faulty){ .fault = fault, .at = at, .value = value };
	outcome = act(request);
	assert_in_range(outcome, DONE, OUTCOME_COUNT - 1);
	snprintf(sentence, sizeof sentence, "%s", outcome_text(outcome));
	assert_int_not_equal(sentence[0], '\0');
	if (control->tries > scenarios[scenario].tries)
		fail_msg("act %u, call %lu, value 0x%lx: %lu PIN tries", request.act, at, value, control->tries);
	if (outcome != DONE)
		assert_int_not_equal(outcome, FAIL_INTERNAL);
	control->fault = FAULT_NONE;
	if (outcome == DONE && scenarios[scenario].seen != NULL && shell("%s", scenarios[scenario].seen) != 0)
		fail_msg(
			"act %u, call %lu, fault %u 0x%lx: said to be done, and is not", request.act, at, fault, value);
}

static unsigned long
count_calls(size_t scenario)
{
	restore(scenario);
	*control = (struct faulty){ .fault = FAULT_NONE };
	assert_int_equal(act(make_request(scenarios[scenario].act)), DONE);
	assert_true(control->tries <= scenarios[scenario].tries);
	return control->calls;
}

/* Values that stand for all when time is short. */
static const unsigned long few[] = { 0x05, 0x30, 0x32, 0x54, 0xb3, 0x101, 0x150, 0x80000001 };

static void
test_module_faults(void **state)
{
	bool is_long = getenv("QUORATE_LONG") != NULL;

	(void)state;
	assert_int_equal(generate(KEY_P256, "there", 1), DONE);
	assert_int_equal(shell("cp -a %s/tokens %s/kept", folder, folder), 0);
	for (size_t i = 0; i < sizeof scenarios / sizeof scenarios[0]; i++) {
		unsigned long calls = count_calls(i);

		for (unsigned long at = 1; at <= calls; at++) {
			/* When time is short, every second call with a value. */
			bool is_skipped = !is_long && (i + at) % 2 != 0;
			unsigned long count = is_long ? FAULTY_VALUES : 1;

			for (unsigned long j = 0; j < count; j++) {
				/* A different one at each call, or each at every call. */
				unsigned long value =
					is_long ? faulty_values[j] : few[(i + at) % (sizeof few / sizeof few[0])];

				if (is_skipped)
					continue;
				restore(i);
				check_fault(i, FAULT_RETURN, at, value);
			}
			if (is_long || (i + at) % 8 == 0) {
				restore(i);
				check_fault(i, FAULT_VANISH, at, 0);
			}
			if (is_long || (i + at) % 8 == 5) {
				restore(i);
				check_fault(i, FAULT_SHOUT, at, 0);
			}
			if (is_long) {
				restore(i);
				check_fault(i, FAULT_AFTER, at, 0x30);
			}
		}
	}
	control->fault = FAULT_NONE;
}

#define SOFTHSM_TEST(name) cmocka_unit_test_setup_teardown(name, open_softhsm, tear_down)

TEST_GROUP(pkcs11, SOFTHSM_TEST(test_module_pins), SOFTHSM_TEST(test_module_initialise), SOFTHSM_TEST(test_module_keys),
	SOFTHSM_TEST(test_module_objects), cmocka_unit_test_setup_teardown(test_module_faults, open_faulty, tear_down));
