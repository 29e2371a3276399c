#include <quorate/self_check.h>

#include <quorate/check_word.h>
#include <quorate/hex.h>
#include <quorate/random.h>
#include <quorate/share_file.h>
#include <quorate/tongue.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>

/* Enough steps to leave the first block and the unrolled part behind, few enough for every start. */
#define FEW_ITERATIONS 1000

#define PRIME "e28c4e2a93cca877"
#define VALUE_1 "bed92af69643c441"
#define VALUE_2 "8dd49d6982048a5b"
#define PASSWORD_OF_1_AND_2 "0d516a5916b655b0"

static enum outcome
secret_of_hex(const char *hex, struct secret **ret)
{
	uint8_t bytes[DKEK_SIZE];
	size_t size = strlen(hex) / 2;
	enum outcome outcome = hex_decode(hex, 2 * size, bytes, size);

	*ret = NULL;
	return outcome == DONE ? secret_take(ret, bytes, size) : outcome;
}

static enum outcome
secret_of_text(const char *text, struct secret **ret)
{
	enum outcome outcome = secret_new(ret, strlen(text));

	for (; outcome == DONE && *text != '\0'; text++)
		secret_push(*ret, (uint8_t)*text);
	return outcome;
}

/* DONE if the bytes are those that the hex digits say. */
static enum outcome
compare(const uint8_t *bytes, size_t size, const char *hex)
{
	uint8_t expected[DERIVATION_KEY_SIZE];

	if (size > sizeof expected || hex_decode(hex, strlen(hex), expected, size) != DONE)
		return FAIL_INTERNAL;
	return CRYPTO_memcmp(bytes, expected, size) == 0 ? DONE : FAIL_SELF_CHECK;
}

static enum outcome
check_secure_heap(void)
{
	struct secret *secret;
	enum outcome outcome = secret_new(&secret, DKEK_SIZE);

	if (outcome == DONE && CRYPTO_secure_allocated(secret->bytes) != 1)
		outcome = FAIL_SECURE_HEAP;
	secret_free(&secret);
	return outcome;
}

static enum outcome
check_random(void)
{
	uint8_t first[DKEK_SIZE], second[DKEK_SIZE];

	if (random_fill(first, sizeof first) != DONE || random_fill(second, sizeof second) != DONE)
		return FAIL_RANDOM;
	/* Two draws of 256 bits never agree, and never repeat within themselves. */
	return memcmp(first, second, sizeof first) != 0 && memcmp(first, first + 16, 16) != 0 ? DONE : FAIL_RANDOM;
}

static enum outcome
check_kcv(void)
{
	static const struct {
		const char *dkek, *kcv;
	} answers[] = {
		{ "5965add4f58b867f21795fe4a4a7641d1f57e784ccfd68453609c45d6326862b", "ecc92c62e3f6189e" },
		{ "0000000000000000000000000000000000000000000000000000000000000000", "66687aadf862bd77" },
	};
	uint8_t kcv[DKEK_KCV_SIZE];
	enum outcome outcome = DONE;

	for (size_t i = 0; i < sizeof answers / sizeof *answers && outcome == DONE; i++) {
		struct secret *dkek;

		outcome = secret_of_hex(answers[i].dkek, &dkek);
		if (outcome == DONE)
			outcome = dkek_kcv(dkek, kcv);
		if (outcome == DONE)
			outcome = compare(kcv, sizeof kcv, answers[i].kcv);
		secret_free(&dkek);
	}
	return outcome;
}

static enum outcome
check_derivation(void)
{
	static const char password[] = "passwordpassword";
	static const uint8_t salt[DERIVATION_SALT_SIZE] = { 0xa2, 0x4f, 0x5a, 0x8a, 0xef, 0x8e, 0x39, 0x84 };
	uint8_t expected[DERIVATION_KEY_SIZE];
	struct secret *typed, *key = NULL;
	enum outcome outcome = secret_of_text(password, &typed);

	if (outcome == DONE)
		outcome = derivation_run(typed, salt, FEW_ITERATIONS, &key);
	if (outcome == DONE && EVP_BytesToKey(EVP_aes_256_cbc(), EVP_md5(), salt, (const uint8_t *)password,
				       (int)strlen(password), FEW_ITERATIONS, expected, expected + 32) != 32)
		outcome = FAIL_CRYPTO;
	if (outcome == DONE && CRYPTO_memcmp(key->bytes, expected, sizeof expected) != 0)
		outcome = FAIL_SELF_CHECK;
	secret_free(&typed);
	secret_free(&key);
	return outcome;
}

static enum outcome
check_check_word(void)
{
	static const struct {
		unsigned id;
		const char *word;
	} answers[] = { { 1, "luv0y8" }, { 10, "704ts8" } };
	struct secret *prime, *value = NULL;
	enum outcome outcome = secret_of_hex(PRIME, &prime);

	if (outcome == DONE)
		outcome = secret_of_hex(VALUE_1, &value);
	for (size_t i = 0; i < sizeof answers / sizeof *answers && outcome == DONE; i++) {
		struct secret *word;

		outcome = check_word_make(prime, answers[i].id, value, &word);
		if (outcome == DONE && CRYPTO_memcmp(word->bytes, answers[i].word, CHECK_WORD_LENGTH) != 0)
			outcome = FAIL_SELF_CHECK;
		secret_free(&word);
	}
	secret_free(&prime);
	secret_free(&value);
	return outcome;
}

static enum outcome
check_combination(void)
{
	struct secret *prime, *password = NULL;
	struct shamir_share shares[2] = { { .id = 1 }, { .id = 2 } };
	enum outcome outcome = secret_of_hex(PRIME, &prime);

	if (outcome == DONE)
		outcome = secret_of_hex(VALUE_1, &shares[0].value);
	if (outcome == DONE)
		outcome = secret_of_hex(VALUE_2, &shares[1].value);
	if (outcome == DONE)
		outcome = shamir_combine(prime, shares, 2, &password);
	if (outcome == DONE)
		outcome = compare(password->bytes, password->size, PASSWORD_OF_1_AND_2);
	secret_free(&prime);
	secret_free(&shares[0].value);
	secret_free(&shares[1].value);
	secret_free(&password);
	return outcome;
}

static enum outcome
check_split(void)
{
	struct shamir_set *set = NULL;
	struct secret *password, *again = NULL;
	enum outcome outcome = shamir_new_password(&password);

	if (outcome == DONE)
		outcome = shamir_split(password, 3, 5, &set);
	if (outcome == DONE)
		outcome = shamir_combine(set->prime, set->shares + 2, 3, &again);
	if (outcome == DONE && !secret_is_equal(password, again))
		outcome = FAIL_SELF_CHECK;
	secret_free(&password);
	secret_free(&again);
	shamir_set_free(&set);
	return outcome;
}

static enum outcome
check_cmac(void)
{
	/* NIST SP 800-38B, AES-256, a message of 16 bytes. */
	uint8_t key[32], message[16], code[16];
	size_t size = 0;

	if (hex_decode("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4", 64, key, sizeof key) !=
			DONE ||
		hex_decode("6bc1bee22e409f96e93d7e117393172a", 32, message, sizeof message) != DONE)
		return FAIL_INTERNAL;
	if (EVP_Q_mac(NULL, "CMAC", NULL, "AES-256-CBC", NULL, key, sizeof key, message, sizeof message, code,
		    sizeof code, &size) == NULL ||
		size != sizeof code)
		return FAIL_CRYPTO;
	return compare(code, sizeof code, "28a7023f452e8f82bd4bf28d8c37c35c");
}

static enum outcome
check_published_file(void)
{
	uint8_t bytes[SHARE_FILE_SIZE], kcv[DKEK_KCV_SIZE];
	struct share_file file;
	struct secret *password, *key = NULL, *share = NULL;
	enum outcome outcome = secret_of_text("passwordpassword", &password);

	if (outcome == DONE)
		outcome = hex_decode("53616c7465645f5fa24f5a8aef8e398445568310e4a699667642a614ff11bdc8"
				     "54ccd1eca84164d2bc53ea682cda98af6080d0f37ef6d7a5ceb09d202a39abdd",
			2 * sizeof bytes, bytes, sizeof bytes);
	if (outcome == DONE)
		outcome = share_file_parse(bytes, sizeof bytes, &file);
	if (outcome == DONE)
		outcome = derivation_run(password, file.salt, LIMIT_DKEK_ITERATIONS, &key);
	if (outcome == DONE)
		outcome = share_file_open(&file, key, &share);
	if (outcome == DONE)
		outcome = dkek_kcv(share, kcv);
	if (outcome == DONE)
		outcome = compare(kcv, sizeof kcv, "ecc92c62e3f6189e");
	secret_free(&password);
	secret_free(&key);
	secret_free(&share);
	return outcome;
}

static const struct self_check checks[] = {
	{ N_("locked memory for secrets"), true, check_secure_heap },
	{ N_("random numbers"), true, check_random },
	{ N_("key check values (SHA-256)"), true, check_kcv },
	{ N_("key derivation, a short one against EVP_BytesToKey (MD5)"), true, check_derivation },
	{ N_("check word of a share (bech32m)"), true, check_check_word },
	{ N_("recombination of two shares"), true, check_combination },
	{ N_("message codes of wrapped keys (AES-CMAC)"), true, check_cmac },
	{ N_("splitting a new password 3-of-5 and back"), false, check_split },
	{ N_("a share file of a real device, derived in full"), false, check_published_file },
};

const struct self_check *
self_check_all(size_t *ret_count)
{
	*ret_count = sizeof checks / sizeof *checks;
	return checks;
}

enum outcome
self_check_quick(const char **ret_name)
{
	for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
		if (checks[i].is_quick && checks[i].run() != DONE) {
			if (ret_name != NULL)
				*ret_name = checks[i].name;
			return FAIL_SELF_CHECK;
		}
	return DONE;
}
