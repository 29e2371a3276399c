#include "field_test.h"

#include <quorate/attestation.h>
#include <quorate/dkek.h>
#include <quorate/text.h>
#include <quorate/wrapped_key.h>

#include <poll.h>
#include <string.h>

static const uint8_t message[] = "quorate field test";

void
field_test_clear(struct field_test *test)
{
	secret_free(&test->so_pin);
	secret_free(&test->dkek);
	public_key_free(&test->public_key);
	token_bytes_free(&test->wrapped);
	token_bytes_free(&test->description);
	token_bytes_free(&test->certificate);
	token_answer_clear(&test->answer);
}

static struct secret *
pin(const char *digits)
{
	struct secret *ret = NULL;

	if (secret_new(&ret, strlen(digits)) == DONE)
		for (; *digits != '\0'; digits++)
			(void)secret_push(ret, (uint8_t)*digits);
	return ret;
}

static struct secret *
copy(const struct secret *of)
{
	struct secret *ret = NULL;

	if (of != NULL && secret_new(&ret, of->size) == DONE)
		for (size_t i = 0; i < of->size; i++)
			(void)secret_push(ret, of->bytes[i]);
	return ret;
}

/* One act through the door; the outcome is the answer's. */
static enum outcome
act(struct field_test *test, struct token_request *request)
{
	const struct token_door *door = slots_door(test->devices->slots);
	struct pollfd waits[SLOTS_DESCRIPTORS];
	enum outcome outcome;

	token_answer_clear(&test->answer);
	memset(&test->answer, 0, sizeof test->answer);
	request->target = test->target;
	outcome = door->start(door->context, request);
	while (outcome == DONE && !door->poll(door->context, &test->answer)) {
		(void)poll(waits, slots_descriptors(test->devices->slots, waits, SLOTS_DESCRIPTORS), 200);
		(void)slots_dispatch(test->devices->slots, false);
	}
	if (outcome != DONE)
		test->answer.outcome = outcome;
	return test->answer.outcome;
}

/* The outcome's name and the card's own word beside it. */
static void
tell_outcome(const struct field_test *test, enum outcome expected, struct field_result *ret)
{
	char small[128];

	outcome_code_text(test->answer.code, small, sizeof small);
	ret->verdict = FIELD_DIFFERENT;
	text_format(ret->told, sizeof ret->told, "%s instead of %s%s%s", outcome_name(test->answer.outcome),
		outcome_name(expected), small[0] == '\0' ? "" : ", ", small);
}

/* Acts, and compares the outcome; true if it is the one assumed. */
static bool
expect(struct field_test *test, struct token_request request, enum outcome expected, struct field_result *ret)
{
	if (act(test, &request) == expected)
		return true;
	tell_outcome(test, expected, ret);
	return false;
}

static void
compare(bool is_so, struct field_result *ret, const char *what, int assumed, int seen)
{
	if (is_so)
		return;
	ret->verdict = FIELD_DIFFERENT;
	text_append(ret->told, sizeof ret->told, "%s%s: %d instead of %d", ret->told[0] == '\0' ? "" : "; ", what, seen,
		assumed);
}

#define COMPARE(what, assumed, seen) compare((int)(assumed) == (int)(seen), ret, what, (int)(assumed), (int)(seen))

static void
describe(struct field_test *test, struct field_result *ret)
{
	if (!expect(test, (struct token_request){ .act = TOKEN_DESCRIBE }, DONE, ret))
		return;
	COMPARE("proof of being genuine", DEVICE_GENUINE, test->answer.after.proof);
	COMPARE("certificates up to the root", 3, test->answer.after.chain_count);
}

static enum outcome
initialise(struct field_test *test, unsigned shares)
{
	struct token_request request = { .act = TOKEN_INITIALISE,
		.label = "field test",
		.user_pin = pin(FIELD_TEST_USER_PIN),
		.so_pin = copy(test->so_pin),
		.dkek_shares = shares };

	return act(test, &request);
}

static void
initialise_first(struct field_test *test, struct field_result *ret)
{
	const struct hsm_status *now = &test->answer.after;

	if (initialise(test, 1) != DONE) {
		tell_outcome(test, DONE, ret);
		return;
	}
	COMPARE("tries of the SO-PIN", LIMIT_SO_PIN_TRIES, now->so_pin.tries_left);
	COMPARE("tries of the user PIN", 10, now->user_pin.tries_left);
	COMPARE("DKEK shares", 1, now->dkek_total);
	COMPARE("outstanding", 1, now->dkek_outstanding);
	COMPARE("keys", 0, now->key_count);
	COMPARE("the label is there", true, strcmp(now->label, "field test") == 0);
}

static void
wrong_user_pin(struct field_test *test, struct field_result *ret)
{
	if (expect(test, (struct token_request){ .act = TOKEN_VERIFY_USER_PIN, .user_pin = pin("87654321") },
		    FAIL_PIN_WRONG, ret))
		COMPARE("tries left", 9, test->answer.after.user_pin.tries_left);
}

static void
right_user_pin(struct field_test *test, struct field_result *ret)
{
	if (!expect(test, (struct token_request){ .act = TOKEN_VERIFY_USER_PIN, .user_pin = pin(FIELD_TEST_USER_PIN) },
		    DONE, ret))
		return;
	/* While somebody is logged in the count is not told. */
	if (expect(test, (struct token_request){ .act = TOKEN_DESCRIBE }, DONE, ret))
		COMPARE("tries left", 10, test->answer.after.user_pin.tries_left);
}

/* A digit of the SO-PIN changed: the device has 15 tries, and gets them back with the right one. */
static void
wrong_so_pin(struct field_test *test, struct field_result *ret)
{
	struct secret *wrong = copy(test->so_pin);

	if (test->answer.after.so_pin.tries_left < LIMIT_SO_PIN_TRIES - 2 || wrong == NULL) {
		ret->verdict = FIELD_NOT_TRIED;
		secret_free(&wrong);
		return;
	}
	wrong->bytes[0] = wrong->bytes[0] == '9' ? '0' : '9';
	if (expect(test, (struct token_request){ .act = TOKEN_PROVE_SO_PIN, .so_pin = wrong }, FAIL_SO_PIN_WRONG, ret))
		COMPARE("tries left", LIMIT_SO_PIN_TRIES - 1, test->answer.after.so_pin.tries_left);
}

static void
right_so_pin(struct field_test *test, struct field_result *ret)
{
	if (expect(test, (struct token_request){ .act = TOKEN_PROVE_SO_PIN, .so_pin = copy(test->so_pin) }, DONE, ret))
		COMPARE("tries left", LIMIT_SO_PIN_TRIES, test->answer.after.so_pin.tries_left);
}

static struct token_request
generation(enum key_kind kind, uint8_t id)
{
	struct token_request request = { .act = TOKEN_GENERATE,
		.user_pin = pin(FIELD_TEST_USER_PIN),
		.kind = kind,
		.object = { .class = OBJECT_PRIVATE_KEY, .id = { id }, .id_size = 1 } };

	text_format(request.object.label, sizeof request.object.label, "field %u", id);
	return request;
}

static void
generate_early(struct field_test *test, struct field_result *ret)
{
	struct token_request request = generation(KEY_P256, 9);

	if (act(test, &request) != DONE)
		return;
	ret->verdict = FIELD_DIFFERENT;
	text_format(ret->told, sizeof ret->told, "the key was made");
}

static void
import_dkek(struct field_test *test, struct field_result *ret)
{
	uint8_t kcv[DKEK_KCV_SIZE];
	struct token_request request = { .act = TOKEN_IMPORT_DKEK, .user_pin = pin(FIELD_TEST_USER_PIN) };

	if (dkek_new(&test->dkek) == DONE)
		request.dkek_share = copy(test->dkek);
	if (!expect(test, request, DONE, ret))
		return;
	COMPARE("outstanding", 0, test->answer.after.dkek_outstanding);
	if (dkek_kcv(test->dkek, kcv) == DONE)
		COMPARE("the key check value fits", true, memcmp(kcv, test->answer.after.kcv, sizeof kcv) == 0);
}

static void
random_bytes(struct field_test *test, struct field_result *ret)
{
	uint8_t first[TOKEN_RANDOM_SIZE];

	if (!expect(test, (struct token_request){ .act = TOKEN_RANDOM }, DONE, ret))
		return;
	memcpy(first, test->answer.random, sizeof first);
	if (expect(test, (struct token_request){ .act = TOKEN_RANDOM }, DONE, ret))
		COMPARE("two draws differ", true, memcmp(first, test->answer.random, sizeof first) != 0);
}

static bool
sign(struct field_test *test, struct field_result *ret)
{
	struct token_request request = { .act = TOKEN_SIGN, .user_pin = pin(FIELD_TEST_USER_PIN), .object = test->key };

	if (token_bytes_set(&request.data, message, sizeof message) != DONE || !expect(test, request, DONE, ret))
		return false;
	COMPARE("the signature fits the public key", true,
		public_key_verify(test->public_key, message, sizeof message, test->answer.value.bytes,
			test->answer.value.size) == DONE);
	return ret->verdict == FIELD_AS_ASSUMED;
}

/* A key of a kind is made, attested by the device, and signs. */
static void
make_key(struct field_test *test, enum key_kind kind, uint8_t id, struct field_result *ret)
{
	struct attestation attestation;
	enum outcome attested;

	public_key_free(&test->public_key);
	test->has_key = false;
	if (!expect(test, generation(kind, id), DONE, ret))
		return;
	if (test->answer.objects.count != 1 ||
		public_key_of_der(&test->public_key, test->answer.value.bytes, test->answer.value.size) != DONE) {
		COMPARE("the public key can be read", true, false);
		return;
	}
	test->key = test->answer.objects.list[0];
	test->has_key = true;
	attested = attestation_verify(test->answer.request.bytes, test->answer.request.size,
		test->answer.certificate.bytes, test->answer.certificate.size, &attestation);
	COMPARE("the device attests the key", DONE, attested);
	(void)sign(test, ret);
}

static void
make_p256(struct field_test *test, struct field_result *ret)
{
	make_key(test, KEY_P256, 1, ret);
}

static void
make_brainpool(struct field_test *test, struct field_result *ret)
{
	make_key(test, KEY_BRAINPOOL_P256R1, 2, ret);
}

static void
make_rsa(struct field_test *test, struct field_result *ret)
{
	make_key(test, KEY_RSA_2048, 3, ret);
}

static void
rename_key(struct field_test *test, struct field_result *ret)
{
	struct token_request request = { .act = TOKEN_RENAME_OBJECT,
		.user_pin = pin(FIELD_TEST_USER_PIN),
		.object = test->key,
		.has_new_label = true,
		.new_label = "renamed" };

	if (!expect(test, request, DONE, ret) || test->answer.objects.count != 1)
		return;
	test->key = test->answer.objects.list[0];
	COMPARE("the label is there", true, strcmp(test->key.label, "renamed") == 0);
}

static void
list_objects(struct field_test *test, struct field_result *ret)
{
	size_t keys = 0;

	if (!expect(test, (struct token_request){ .act = TOKEN_LIST_OBJECTS }, DONE, ret))
		return;
	for (size_t i = 0; i < test->answer.objects.count; i++)
		keys += test->answer.objects.list[i].class == OBJECT_PRIVATE_KEY &&
			test->answer.objects.list[i].key_reference > 0;
	COMPARE("private keys with a reference", test->answer.after.key_count, keys);
}

static void
wrap(struct field_test *test, struct field_result *ret)
{
	struct wrapped_key parsed;
	uint8_t kcv[DKEK_KCV_SIZE];
	struct token_request request = {
		.act = TOKEN_WRAP_KEY, .user_pin = pin(FIELD_TEST_USER_PIN), .object = test->key
	};

	if (!expect(test, request, DONE, ret))
		return;
	test->wrapped = test->answer.value;
	test->description = test->answer.description;
	test->certificate = test->answer.certificate;
	test->answer.value = test->answer.description = test->answer.certificate = (struct token_bytes){ 0, NULL };
	COMPARE("it has the known form", DONE, wrapped_key_parse(test->wrapped.bytes, test->wrapped.size, &parsed));
	if (ret->verdict == FIELD_AS_ASSUMED && test->dkek != NULL && dkek_kcv(test->dkek, kcv) == DONE)
		COMPARE("the key check value stands in front", true, memcmp(kcv, parsed.kcv, sizeof kcv) == 0);
	text_append(ret->told, sizeof ret->told, "%zu bytes", test->wrapped.size);
}

static void
delete_key(struct field_test *test, struct field_result *ret)
{
	unsigned before = test->answer.after.key_count;
	struct token_request request = {
		.act = TOKEN_DELETE_OBJECT, .user_pin = pin(FIELD_TEST_USER_PIN), .object = test->key
	};

	if (expect(test, request, DONE, ret))
		COMPARE("keys", before - 1, test->answer.after.key_count);
}

static void
unwrap(struct field_test *test, struct field_result *ret)
{
	struct token_request request = { .act = TOKEN_UNWRAP_KEY, .user_pin = pin(FIELD_TEST_USER_PIN) };

	if (test->wrapped.size == 0) {
		ret->verdict = FIELD_NOT_TRIED;
		token_request_clear(&request);
		return;
	}
	request.data = test->wrapped;
	request.description = test->description;
	request.certificate = test->certificate;
	test->wrapped = test->description = test->certificate = (struct token_bytes){ 0, NULL };
	if (!expect(test, request, DONE, ret) || test->answer.objects.count != 1)
		return;
	test->key = test->answer.objects.list[0];
	(void)sign(test, ret);
}

static void
change_user_pin(struct field_test *test, struct field_result *ret)
{
	if (expect(test,
		    (struct token_request){ .act = TOKEN_CHANGE_USER_PIN,
			    .user_pin = pin(FIELD_TEST_USER_PIN),
			    .new_pin = pin("11223344") },
		    DONE, ret))
		(void)expect(test, (struct token_request){ .act = TOKEN_VERIFY_USER_PIN, .user_pin = pin("11223344") },
			DONE, ret);
}

static void
reset_user_pin(struct field_test *test, struct field_result *ret)
{
	if (!(test->answer.after.options & HSM_OPTION_RESET_USER_PIN)) {
		ret->verdict = FIELD_NOT_TRIED;
		return;
	}
	if (expect(test,
		    (struct token_request){ .act = TOKEN_RESET_USER_PIN,
			    .so_pin = copy(test->so_pin),
			    .new_pin = pin(FIELD_TEST_USER_PIN) },
		    DONE, ret))
		(void)expect(test,
			(struct token_request){ .act = TOKEN_VERIFY_USER_PIN, .user_pin = pin(FIELD_TEST_USER_PIN) },
			DONE, ret);
}

static void
wipe(struct field_test *test, struct field_result *ret)
{
	if (initialise(test, 0) != DONE)
		tell_outcome(test, DONE, ret);
	COMPARE("keys left", 0, test->answer.after.key_count);
	COMPARE("certificates left", 0, test->answer.after.certificate_count);
}

/* The steps, in their order. What needs a key is not tried where none could be made. */
static const struct {
	const char *name, *assumed;
	void (*run)(struct field_test *test, struct field_result *ret);
	bool needs_key;
} steps[] = {
	{ "describe", "it says what it is, and its certificates lead to CardContact's root", describe, false },
	{ "initialise", "INITIALIZE takes label, PINs and one DKEK share", initialise_first, false },
	{ "wrong-user-pin", "a wrong user PIN costs one try", wrong_user_pin, false },
	{ "right-user-pin", "the right one sets the count back", right_user_pin, false },
	{ "wrong-so-pin", "CHANGE from a wrong SO-PIN to itself costs one try", wrong_so_pin, false },
	{ "right-so-pin", "from the right one to itself it proves it and costs none", right_so_pin, false },
	{ "key-before-dkek", "no key is made while shares are outstanding", generate_early, false },
	{ "import-dkek", "a DKEK share is taken, and the key check value is the one predicted", import_dkek, false },
	{ "random", "it gives random bytes", random_bytes, false },
	{ "key-p256", "a P-256 key is made, attested and signs", make_p256, false },
	{ "key-brainpool", "a brainpoolP256r1 key is made, attested and signs", make_brainpool, false },
	{ "key-rsa", "an RSA 2048 key is made, attested and signs", make_rsa, false },
	{ "rename", "a key's description is written and read back", rename_key, true },
	{ "list", "every key is listed by its reference", list_objects, false },
	{ "wrap", "a key is wrapped, with the DKEK's key check value in front", wrap, true },
	{ "delete", "a key is deleted", delete_key, true },
	{ "unwrap", "the wrapped key comes back and signs as before", unwrap, true },
	{ "change-user-pin", "the user PIN is changed", change_user_pin, false },
	{ "reset-user-pin", "the SO-PIN resets the user PIN, where the options say so", reset_user_pin, false },
	{ "wipe", "INITIALIZE leaves nothing on it", wipe, false },
};

bool
field_test_step(struct field_test *test, size_t number, struct field_result *ret)
{
	if (number >= sizeof steps / sizeof steps[0])
		return false;
	*ret = (struct field_result){ .name = steps[number].name, .assumed = steps[number].assumed };
	if (steps[number].needs_key && !test->has_key)
		ret->verdict = FIELD_NOT_TRIED;
	else
		steps[number].run(test, ret);
	return true;
}
