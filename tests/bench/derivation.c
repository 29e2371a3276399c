/*
 * How fast a share file's key is derived, against what today's tools do, in one run: each way in turn, several times,
 * and of each way the best. Fails below the promised ratio.
 */
/* MD5_Transform is deprecated since OpenSSL 3.0; here it is a yardstick. */
#define OPENSSL_API_COMPAT 0x10100000L

#include <quorate/derivation.h>
#include <quorate/limits.h>
#include <quorate/shamir.h>

#include <openssl/evp.h>
#include <openssl/md5.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* A tenth of a real derivation, three times over. */
#define ITERATIONS (LIMIT_DKEK_ITERATIONS / 10)
#define ROUNDS 3
#define PROMISED 3.5

static const uint8_t salt[DERIVATION_SALT_SIZE] = { 1, 2, 3, 4, 5, 6, 7, 8 };
static const char password_text[] = "12345678";

static double
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static bool
run_ours(uint8_t ret[DERIVATION_KEY_SIZE])
{
	char text[sizeof password_text];
	struct secret *password, *key = NULL;
	bool is_done;

	memcpy(text, password_text, sizeof text);
	is_done = secret_take(&password, text, strlen(password_text)) == DONE &&
		  derivation_run(password, salt, ITERATIONS, &key) == DONE;
	if (is_done)
		memcpy(ret, key->bytes, DERIVATION_KEY_SIZE);
	secret_free(&password);
	secret_free(&key);
	return is_done;
}

static bool
run_bytes_to_key(uint8_t ret[DERIVATION_KEY_SIZE])
{
	return EVP_BytesToKey(EVP_aes_256_cbc(), EVP_md5(), salt, (const uint8_t *)password_text,
		       (int)strlen(password_text), ITERATIONS, ret, ret + 32) == 32;
}

/* The chain alone, on a prepared block. */
static bool
run_transform(uint8_t ret[DERIVATION_KEY_SIZE])
{
	uint8_t block[64] = { [16] = 0x80, [56] = 128 };
	MD5_CTX context;

	for (unsigned long step = 0; step < 3UL * ITERATIONS; step++) {
		MD5_Init(&context);
		MD5_Transform(&context, block);
		memcpy(block, &context.A, MD5_DIGEST_LENGTH);
	}
	memcpy(ret, block, MD5_DIGEST_LENGTH);
	return true;
}

static bool
bench_split(void)
{
	double best = 1e9;

	for (int round = 0; round < 10; round++) {
		struct secret *password = NULL;
		struct shamir_set *set = NULL;
		double begin;
		bool is_done = shamir_new_password(&password) == DONE;

		begin = now();
		is_done = is_done && shamir_split(password, 5, 9, &set) == DONE;
		if (now() - begin < best)
			best = now() - begin;
		shamir_set_free(&set);
		secret_free(&password);
		if (!is_done)
			return false;
	}
	printf("%-28s %8.1f ms (prime found, 126 subsets recombined)\n", "split 5-of-9", best * 1e3);
	return true;
}

int
main(void)
{
	static const struct {
		const char *name;
		bool (*run)(uint8_t ret[DERIVATION_KEY_SIZE]);
	} ways[] = { { "quorate", run_ours }, { "EVP_BytesToKey", run_bytes_to_key },
		{ "MD5_Transform", run_transform } };
	double best[3] = { 1e9, 1e9, 1e9 };
	uint8_t keys[3][DERIVATION_KEY_SIZE];

	if (secret_open() != DONE)
		return 1;
	for (int round = 0; round < ROUNDS; round++) {
		for (int way = 0; way < 3; way++) {
			double begin = now();

			if (!ways[way].run(keys[way]))
				return 1;
			if (now() - begin < best[way])
				best[way] = now() - begin;
		}
	}
	if (memcmp(keys[0], keys[1], DERIVATION_KEY_SIZE) != 0) {
		puts("quorate and EVP_BytesToKey give different keys");
		return 1;
	}
	for (int way = 0; way < 3; way++)
		printf("%-28s %8.1f ns a step, quorate is %.2f times as fast\n", ways[way].name,
			best[way] / (3.0 * ITERATIONS) * 1e9, best[way] / best[0]);
	if (best[1] / best[0] < PROMISED) {
		printf("less than %.1f times EVP_BytesToKey\n", PROMISED);
		return 1;
	}
	return bench_split() ? 0 : 1;
}
