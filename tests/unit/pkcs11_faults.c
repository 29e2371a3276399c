/* Whatever a module answers to any call, each act and each look ends in an outcome, spends no other PIN try, and claims
   nothing that did not happen. */
#include "faulty.h"
#include "pkcs11_desk.h"

#include <dlfcn.h>
#include <p11-kit/pkcs11.h>

#define FAULTY BUILD_FOLDER "/tests/unit/.libs/libfaulty.so"

static struct faulty *control;
static CK_RV (*finalize)(void *);

static int
open_faulty(void **state)
{
	CK_C_GetFunctionList get;
	CK_FUNCTION_LIST *functions;
	void *library;

	if (set_up(state) != 0 || pkcs11_open(&module, FAULTY) != DONE)
		return 1;
	library = dlopen(FAULTY, RTLD_NOW | RTLD_NOLOAD);
	control = library == NULL ? NULL : dlsym(library, FAULTY_SYMBOL);
	*(void **)&get = library == NULL ? NULL : dlsym(library, "C_GetFunctionList");
	if (control == NULL || get == NULL || get(&functions) != CKR_OK)
		return 1;
	finalize = functions->C_Finalize;
	memset(control, 0, sizeof *control);
	find_target();
	return 0;
}

/* A certificate of openssl's on the token, and another one to be written to it. */
static uint8_t made[2048];
static size_t made_size;

static void
make_certificates(void)
{
	char path[96];
	FILE *file;

	for (int i = 0; i < 2; i++)
		assert_int_equal(shell("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "
				       "/CN=%s -outform DER -keyout /dev/null -out %s/%s.der" QUIET,
					 i == 0 ? "old" : "paper", folder, i == 0 ? "old" : "paper"),
			0);
	assert_int_equal(shell(TOOL "--login --pin " USER_PIN " --write-object %s/old.der --type cert --label old --id "
				    "02" QUIET,
				 folder),
		0);
	snprintf(path, sizeof path, "%s/paper.der", folder);
	file = fopen(path, "rb");
	assert_non_null(file);
	made_size = fread(made, 1, sizeof made, file);
	assert_in_range(made_size, 200, sizeof made - 1);
	fclose(file);
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
	case TOKEN_WRITE_CERTIFICATE:
		request.user_pin = pin_of(USER_PIN);
		request.object = like(OBJECT_CERTIFICATE, "paper", 3);
		request.data = (struct token_bytes){ made_size, made };
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

/* What is told without an act. */
enum look { NO_LOOK, SLOTS_LOOK, TOKEN_LOOK, OBJECT_LOOK };

static const struct {
	enum token_act act;
	unsigned long tries;
	const char *seen; /* a shell command that succeeds only if the act was done; NULL: it leaves nothing */
	enum look look;   /* instead of the act */
} scenarios[] = {
	{ TOKEN_DESCRIBE, 0, NULL, SLOTS_LOOK },
	{ TOKEN_DESCRIBE, 0, NULL, TOKEN_LOOK },
	{ TOKEN_DESCRIBE, 0, NULL, OBJECT_LOOK },
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
	{ TOKEN_WRITE_CERTIFICATE, 1, TOOL "-O --type cert 2>/dev/null | grep -q paper" },
	{ TOKEN_GENERATE, 1, TOOL "-O --type pubkey 2>/dev/null | grep -q new" },
	{ TOKEN_RENAME_OBJECT, 1, TOOL "--login --pin " USER_PIN " -O --type privkey 2>/dev/null | grep -q renamed" },
	{ TOKEN_DELETE_OBJECT, 1,
		"! " TOOL "--login --pin " USER_PIN " -O --type privkey 2>/dev/null | grep -q there" },
	{ TOKEN_INITIALISE, 2,
		"pkcs11-tool --module " SOFTHSM " --token-label anew --login --pin " USER_PIN " -O" QUIET },
};

static bool
take_mechanism(void *context, const struct token_mechanism *mechanism)
{
	(void)context;
	assert_non_null(memchr(mechanism->name, '\0', sizeof mechanism->name));
	return true;
}

static bool
take_object(void *context, const struct token_object *object)
{
	(void)context;
	assert_non_null(memchr(object->label, '\0', sizeof object->label));
	assert_null(strchr(object->label, '\033'));
	assert_in_range(object->id_size, 0, TOKEN_OBJECT_ID_SIZE);
	return true;
}

static bool
take_attribute(void *context, const struct token_attribute *attribute)
{
	(void)context;
	assert_non_null(memchr(attribute->value, '\0', sizeof attribute->value));
	assert_null(strchr(attribute->value, '\033'));
	return true;
}

/* A look that does not see what is there says so: nothing is told as whole that is not. */
static enum outcome
look_at(enum look look)
{
	static const struct pkcs11_sink sink = { take_mechanism, take_object, take_attribute, NULL };
	struct token_object certificate = like(OBJECT_CERTIFICATE, "old", 2);
	struct module_info info;
	const struct slot_info *slots;
	struct code code;
	key_kinds kinds;
	size_t count;

	if (look == SLOTS_LOOK)
		return pkcs11_look(module, true, &info, &slots, &count, &code);
	return look == TOKEN_LOOK ? pkcs11_inspect(module, &target, &sink, &kinds, &code)
				  : pkcs11_inspect_object(module, &target, &certificate, &sink, &code);
}

static enum outcome
play_scenario(size_t scenario)
{
	return scenarios[scenario].look != NO_LOOK ? look_at(scenarios[scenario].look)
						   : act(make_request(scenarios[scenario].act));
}

/* Back to the token as it was, the module beginning anew. */
static void
restore(size_t scenario)
{
	/* What leaves nothing behind needs no clearing up; but a module that said it could not be initialised, and was,
	   is one that p11-kit never finalises: in a worker that ends with the process. */
	if (scenarios[scenario].seen == NULL && scenarios[scenario].look != SLOTS_LOOK)
		return;
	*control = (struct faulty){ .fault = FAULT_NONE };
	pkcs11_free(&module);
	(void)finalize(NULL);
	*control = (struct faulty){ .fault = FAULT_NONE };
	assert_int_equal(shell("rm -rf %s/tokens && cp -a %s/kept %s/tokens", folder, folder, folder), 0);
	assert_int_equal(pkcs11_open(&module, FAULTY), DONE);
	*control = (struct faulty){ .fault = FAULT_NONE };
}

static void
check_fault(size_t scenario, enum fault fault, unsigned long at, unsigned long value)
{
	enum outcome outcome;
	char sentence[16];

	*control = (struct faulty){ .fault = fault, .at = at, .value = value };
	outcome = play_scenario(scenario);
	assert_in_range(outcome, DONE, OUTCOME_COUNT - 1);
	snprintf(sentence, sizeof sentence, "%s", outcome_text(outcome));
	assert_int_not_equal(sentence[0], '\0');
	if (control->tries > scenarios[scenario].tries)
		fail_msg("act %u, call %lu, value 0x%lx: %lu PIN tries", scenarios[scenario].act, at, value,
			control->tries);
	if (outcome != DONE)
		assert_int_not_equal(outcome, FAIL_INTERNAL);
	control->fault = FAULT_NONE;
	if (outcome == DONE && scenarios[scenario].seen != NULL && shell("%s", scenarios[scenario].seen) != 0)
		fail_msg("act %u, call %lu, fault %u 0x%lx: said to be done, and is not", scenarios[scenario].act, at,
			fault, value);
}

static unsigned long
count_calls(size_t scenario)
{
	enum outcome outcome;

	restore(scenario);
	*control = (struct faulty){ .fault = FAULT_NONE };
	outcome = play_scenario(scenario);
	if (outcome != DONE)
		fail_msg("scenario %zu without a fault: %s", scenario, outcome_name(outcome));
	assert_true(control->tries <= scenarios[scenario].tries);
	return control->calls;
}

/* Values that stand for all when time is short. */
static const unsigned long few[] = { 0x05, 0x30, 0x32, 0x54, 0xb3, 0x101, 0x150, 0x80000001 };

static void
test_module_faults(void **state)
{
	bool is_long = getenv("QUORATE_LONG") != NULL;
	unsigned long tried = 0;

	(void)state;
	assert_int_equal(generate(KEY_P256, "there", 1), DONE);
	make_certificates();
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
				tried++, check_fault(i, FAULT_RETURN, at, value);
			}
			if (is_long || (i + at) % 8 == 0) {
				restore(i);
				tried++, check_fault(i, FAULT_VANISH, at, 0);
			}
			if (is_long || (i + at) % 8 == 5) {
				restore(i);
				tried++, check_fault(i, FAULT_SHOUT, at, 0);
			}
			if (is_long) {
				restore(i);
				tried++, check_fault(i, FAULT_AFTER, at, 0x30);
			}
		}
		restore(i);
	}
	control->fault = FAULT_NONE;
	/* As a comment of TAP, for who asks how many there were. */
	printf("# faults of a module: %lu\n", tried);
}

TEST_GROUP(pkcs11_faults, cmocka_unit_test_setup_teardown(test_module_faults, open_faulty, tear_down));
