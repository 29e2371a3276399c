/* The whole way from a new password to an opened share file, with memory or random numbers failing at every point. */
/* RAND_set_rand_method is deprecated since OpenSSL 3.0, and still the door to a generator that fails. */
#define OPENSSL_API_COMPAT 0x10100000L

#include "share_help.h"

#include <quorate/derivation.h>
#include <quorate/share_file.h>
#include <quorate/share_text.h>
#include <quorate/wrapped_key.h>

#include <openssl/crypto.h>
#include <openssl/rand.h>

/* All that the way makes. */
struct things {
	struct secret *password, *combined, *again, *key, *share, *opened, *text, *value, *word, *material;
	struct shamir_set *set;
};

static enum outcome
go_all_the_way(struct things *things)
{
	uint8_t blob[WRAPPED_KEY_MOST];
	struct check_verdict verdict;
	struct share_file file;
	enum outcome outcome;
	unsigned wrong;
	size_t size;

#define GO(call)                                                                                                       \
	outcome = call;                                                                                                \
	if (outcome != DONE)                                                                                           \
	return outcome
	GO(shamir_new_password(&things->password));
	GO(shamir_split(things->password, 3, 5, &things->set));
	GO(check_word_make(things->set->prime, 5, things->set->shares[4].value, &things->word));
	GO(check_word_verify(things->set->prime, 5, things->set->shares[4].value, things->word, &verdict));
	GO(share_text_write(things->set->shares[4].value, &things->text));
	GO(share_text_read_value(things->text, &things->value));
	assert_true(secret_is_equal(things->value, things->set->shares[4].value));
	GO(shamir_check(things->set->prime, things->set->shares, 5, 3, &wrong));
	GO(shamir_combine(things->set->prime, things->set->shares + 1, 3, &things->combined));
	GO(shamir_password(things->set->prime, things->combined, 0, &things->again));
	assert_true(secret_is_equal(things->again, things->password));
	GO(share_file_new(&file));
	GO(derivation_run(things->again, file.salt, 5, &things->key));
	GO(dkek_new(&things->share));
	GO(share_file_seal(&file, things->key, things->share));
	GO(share_file_open(&file, things->key, &things->opened));
	assert_true(secret_is_equal(things->share, things->opened));
	GO(wrapped_key_seal(WRAPPED_AES, NULL, 0, things->share, things->opened, blob, &size));
	GO(wrapped_key_open(blob, size, things->share, &things->material));
	assert_true(secret_is_equal(things->material, things->share));
#undef GO
	return DONE;
}

/* Goes, and nothing is left, however far it came. */
static enum outcome
go(void)
{
	size_t before = CRYPTO_secure_used();
	struct things things = { 0 };
	enum outcome outcome = go_all_the_way(&things);

	shamir_set_free(&things.set);
	secret_free(&things.password);
	secret_free(&things.combined);
	secret_free(&things.again);
	secret_free(&things.key);
	secret_free(&things.share);
	secret_free(&things.opened);
	secret_free(&things.text);
	secret_free(&things.value);
	secret_free(&things.word);
	secret_free(&things.material);
	assert_int_equal(CRYPTO_secure_used(), before);
	return outcome;
}

/* libcrypto's generators keep their own state in the secure heap from their first use on. */
static int
warm_up(void **state)
{
	uint8_t byte;

	(void)state;
	return RAND_bytes(&byte, 1) == 1 && RAND_priv_bytes(&byte, 1) == 1 && go() == DONE ? 0 : -1;
}

/* Also after a test that failed. */
static int
restore(void **state)
{
	(void)state;
	return RAND_set_rand_method(NULL) == 1 ? 0 : -1;
}

static long calls, failing_call;

static int
draw(unsigned char *ret, int size)
{
	if (calls++ == failing_call)
		return 0;
	return RAND_OpenSSL()->bytes(ret, size);
}

static void
test_random_fails(void **state)
{
	RAND_METHOD method = { .bytes = draw };
	unsigned failures = 0;
	enum outcome outcome;

	(void)state;
	assert_int_equal(RAND_set_rand_method(&method), 1);
	/* Each of the first calls, then some of the many that find and prove a prime. */
	for (long call = 0;; call += 1 + call / 16) {
		calls = 0;
		failing_call = call;
		outcome = go();
		if (calls <= failing_call)
			break;
		assert_true(outcome == FAIL_RANDOM || outcome == FAIL_CRYPTO);
		failures++;
	}
	assert_int_equal(outcome, DONE);
	assert_in_range(failures, 20, 10000);
}

static void
test_no_room(void **state)
{
	struct secret *filler[4096];
	unsigned count = 0, failures = 0;

	(void)state;
	/* Large pieces first, then ever smaller ones, until nothing is left. */
	for (size_t size = 16384; size >= 8; size /= 2)
		while (count < 4096 && secret_new(&filler[count], size) == DONE)
			count++;
	assert_in_range(count, 1, 4095);
	while (count > 0) {
		enum outcome outcome = go();

		assert_true(outcome == DONE || outcome == FAIL_SECURE_HEAP || outcome == FAIL_CRYPTO);
		failures += outcome != DONE;
		secret_free(&filler[--count]);
	}
	assert_in_range(failures, 3, 4095);
	assert_int_equal(go(), DONE);
}

static const uint8_t *script;

static int
draw_from_script(unsigned char *ret, int size)
{
	for (int i = 0; i < size; i++)
		ret[i] = 0x55;
	ret[0] = *script++;
	return 1;
}

/* A first byte 00 and a top bit are drawn anew. */
static void
test_password_redrawn(void **state)
{
	static const uint8_t firsts[] = { 0x00, 0x80, 0xff, 0x00, 0x01, 0x7f };
	RAND_METHOD method = { .bytes = draw_from_script };
	struct secret *password;

	(void)state;
	script = firsts;
	assert_int_equal(RAND_set_rand_method(&method), 1);
	assert_int_equal(shamir_new_password(&password), DONE);
	assert_int_equal(number_of_secret(password), 0x0155555555555555);
	assert_ptr_equal(script, firsts + 5);
	secret_free(&password);
	assert_int_equal(shamir_new_password(&password), DONE);
	assert_int_equal(number_of_secret(password), 0x7f55555555555555);
	secret_free(&password);
}

TEST_GROUP(share_faults, cmocka_unit_test_setup_teardown(test_random_fails, warm_up, restore),
	cmocka_unit_test_setup(test_no_room, warm_up), cmocka_unit_test_teardown(test_password_redrawn, restore));
