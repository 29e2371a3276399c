/* Acts on a SoftHSM token: what they do is seen by pkcs11-tool and softhsm2-util, and the other way round. */
#include "pkcs11_desk.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

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

#define SOFTHSM_TEST(name) cmocka_unit_test_setup_teardown(name, open_softhsm, tear_down)

TEST_GROUP(pkcs11, SOFTHSM_TEST(test_module_pins), SOFTHSM_TEST(test_module_initialise), SOFTHSM_TEST(test_module_keys),
	SOFTHSM_TEST(test_module_objects));
